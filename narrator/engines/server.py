"""A speech server with OpenAI's interface, on this machine or elsewhere.

Kokoro-FastAPI, Chatterbox, Orpheus and others provide `/v1/audio/speech`. A profile gives the
address::

    engine = "server"
    voice = "af_heart"
    [options]
    url = "http://localhost:8880/v1"
    model = "kokoro"
    key = "OPENAI_API_KEY"     # the environment variable that holds the key
    per_minute = 60            # requests per minute and worker
    price = 15.0               # per million characters; a build shows the total beforehand
    seconds = 120              # time limit for an answer

A server may return different samples when a request is repeated. Builds use cached clips, so a
second build gives the same sound, unless the cache was cleared.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

import httpx

from narrator.engines.sound_files import decode_sound
from narrator.engines.speakable_text import replace_unspeakable
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULT_OPTIONS: dict[str, Any] = {
    "url": "http://localhost:8880/v1",
    "model": "tts-1",
    "key": "OPENAI_API_KEY",
    "per_minute": 0,
    "price": 0.0,
    "seconds": 120.0,
}
_REFERENCE_RATE = 170.0
"""Words per minute that a server is assumed to speak at speed 1."""
_ATTEMPTS = 5
_BACK_OFF_SECONDS = 0.5
"""The wait before the second attempt; each further wait is twice as long."""
_LONGEST_WAIT_SECONDS = 60.0
"""The maximum wait before an attempt that a server can request."""
_RETRIED_STATUSES = {408, 409, 425, 429, 500, 502, 503, 504}
"""HTTP status codes of temporary failures, after which a request is sent again."""


class Server:
    """The engine `server`."""

    name = "server"
    longest = 2000

    def __init__(self) -> None:
        self._client = httpx.Client(follow_redirects=True)
        self._next_request = 0.0  # on the monotonic clock, in seconds

    def fingerprint(self, voice: Voice) -> str:
        """Return the server's address and model; servers do not report a version."""
        # key and price do not change the sound, so they may change between builds
        return f"server 1, {_read_option(voice, 'url')}, {_read_option(voice, 'model')}"

    def validate(self, voice: Voice) -> None:
        """Check the settings, and whether the server answers and has the voice.

        Raises:
            CastFileError: a setting is not valid.
            EngineUnavailableError: the server does not answer, or refuses the key.
            UnknownVoiceError: the server lists its voices, and this one is missing.
        """
        check_options(voice, _DEFAULT_OPTIONS)
        check_range(voice, "rate", voice.rate, (_REFERENCE_RATE * 0.25, _REFERENCE_RATE * 4))
        for key, limits in (("per_minute", (0, 1e6)), ("price", (0, 1e6)), ("seconds", (1, 3600))):
            check_range(voice, key, _read_option(voice, key), limits)
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", str(_read_option(voice, "key"))):
            raise CastFileError(
                f"voice {voice.name}: key must name an environment variable, and not be the key",
                'write  key = "OPENAI_API_KEY"  and export that',
            )
        url = httpx.URL(str(_read_option(voice, "url")))
        if url.scheme not in ("http", "https") or not url.host:
            raise CastFileError(f"voice {voice.name}: '{url}' is no address", "http://HOST:PORT/v1")
        server_voices = self._list_voices(voice)
        if server_voices and voice.engine_voice not in server_voices:
            raise UnknownVoiceError(
                f"voice {voice.name}: the server has no voice '{voice.engine_voice}'",
                did_you_mean(voice.engine_voice, server_voices),
            )

    def _list_voices(self, voice: Voice) -> list[str]:
        """Return the voices that the server lists; empty if it has no such list.

        Raises:
            EngineUnavailableError: the server does not answer, or refuses the key.
        """
        try:
            response = self._client.get(
                f"{_read_option(voice, 'url')}/audio/voices",
                headers=_build_headers(voice),
                timeout=10,
            )
        except httpx.HTTPError as error:
            raise EngineUnavailableError(
                f"no speech server answers at {_read_option(voice, 'url')}: {error}",
                "start it, or change url below [options] in the profile",
            ) from error
        _check_access(response, voice)
        try:
            # a server without this list may answer with an error or a web page
            content = response.json() if response.is_success else {}
        except ValueError:
            return []
        entries = content.get("voices", []) if isinstance(content, dict) else []
        return [
            # servers list names, or objects with an identifier
            entry if isinstance(entry, str) else str(entry.get("id", entry.get("name")))
            for entry in entries
        ]

    def speak(self, text: str, voice: Voice) -> Clip:
        """Request the sound of a text; repeat that if the server is busy or can't be reached.

        Raises:
            SynthesisError: all attempts failed, or the response is not sound.
            EngineUnavailableError: the server refuses the key.
        """
        if not has_words(text):
            return Clip(b"", 24_000)
        response = self._request_speech(text, voice)
        try:
            return decode_sound(response.content)
        except ValueError as error:
            raise SynthesisError(f"the speech server sent {error} for '{text[:80]}'") from error

    def _request_speech(self, text: str, voice: Voice) -> httpx.Response:
        """Send a request until it succeeds, and return the response.

        Raises:
            SynthesisError: all attempts failed.
            EngineUnavailableError: the server refuses the key.
        """
        request = {
            "model": _read_option(voice, "model"),
            "input": replace_unspeakable(text),
            "voice": voice.engine_voice,
            "response_format": "wav",
            "speed": round(voice.rate / _REFERENCE_RATE, 3),
        }
        problem = ""
        for attempt in range(_ATTEMPTS):
            self._limit_request_rate(voice)
            try:
                response = self._client.post(
                    f"{_read_option(voice, 'url')}/audio/speech",
                    json=request,
                    headers=_build_headers(voice),
                    timeout=float(_read_option(voice, "seconds")),
                )
            except httpx.HTTPError as error:
                problem, wait_seconds = f"{type(error).__name__}: {error}", 0.0
            else:
                if response.is_success:
                    return response
                _check_access(response, voice)
                problem = f"status {response.status_code}"
                wait_seconds = _parse_retry_after(response)
                if response.status_code not in _RETRIED_STATUSES:
                    break
            # a wait that the server asked for replaces the back-off if it is longer
            time.sleep(max(wait_seconds, _BACK_OFF_SECONDS * 2**attempt))
        raise SynthesisError(
            f"the speech server could not speak '{text[:80]}': {problem}",
            "build again when it is well; what was spoken is kept",
        )

    def _limit_request_rate(self, voice: Voice) -> None:
        """Wait until the profile's `per_minute` allows the next request."""
        if per_minute := float(_read_option(voice, "per_minute")):
            now = time.monotonic()
            time.sleep(max(0.0, self._next_request - now))
            self._next_request = max(self._next_request, now) + 60 / per_minute


def estimate_price(lines: Iterable[tuple[str, Voice]]) -> float:
    """Return the total cost of the lines that servers speak, from the prices in the profiles."""
    return sum(
        len(text) * float(_read_option(voice, "price")) / 1e6
        for text, voice in lines
        if voice.engine == Server.name
    )


def _read_option(voice: Voice, key: str) -> Any:
    return dict(voice.options).get(key, _DEFAULT_OPTIONS[key])


def _build_headers(voice: Voice) -> dict[str, str]:
    """Return the headers of a request, with the API key, which no message contains."""
    key = os.environ.get(str(_read_option(voice, "key")))
    return {"Authorization": f"Bearer {key}"} if key else {}


def _check_access(response: httpx.Response, voice: Voice) -> None:
    """Check that the server accepts the key.

    Raises:
        EngineUnavailableError: the key is missing or wrong.
    """
    if response.status_code in (401, 403):
        raise EngineUnavailableError(
            f"the speech server at {_read_option(voice, 'url')} refuses the key",
            f"export {_read_option(voice, 'key')}=...",
        )


def _parse_retry_after(response: httpx.Response) -> float:
    """Return the seconds that the header `Retry-After` asks to wait, or 0 without one."""
    retry_after = response.headers.get("retry-after", "")
    # the header may also contain a date, which is rare and not worth parsing
    return min(float(retry_after), _LONGEST_WAIT_SECONDS) if retry_after.isdigit() else 0.0
