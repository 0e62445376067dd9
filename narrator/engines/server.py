"""A speech server that speaks OpenAI's language: one on this machine, or a cloud.

Kokoro-FastAPI, Chatterbox, Orpheus and others answer to `/v1/audio/speech`. A profile tells where::

    engine = "server"
    voice = "af_heart"
    [options]
    url = "http://localhost:8880/v1"
    model = "kokoro"
    key = "OPENAI_API_KEY"     # the environment variable that holds the key
    per_minute = 60            # requests that the server allows each worker
    price = 15.0               # per million characters; a build tells the sum beforehand
    seconds = 120              # that an answer may take

Servers need not give the same samples twice. The clips that a build has kept are used again, so
that a book stays as it was; but a cleared cache may sound different.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

import httpx

from narrator.engines.sound_files import decode_sound
from narrator.engines.speakable_text import has_words, replace_unspeakable
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULTS: dict[str, Any] = {
    "url": "http://localhost:8880/v1",
    "model": "tts-1",
    "key": "OPENAI_API_KEY",
    "per_minute": 0,
    "price": 0.0,
    "seconds": 120.0,
}
_RATE = 170.0
"""Words a minute that a server is taken to speak at speed 1."""
_TRIES = 5
_BACK_OFF = 0.5
"""Seconds before the second try; each further wait is twice as long."""
_LONGEST_WAIT = 60.0
"""Seconds at most that a server may ask to be waited for."""
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}
"""Answers after which to try again."""


class Server:
    """See the module."""

    name = "server"
    longest = 2000

    def __init__(self) -> None:
        self._client = httpx.Client(follow_redirects=True)
        self._next = 0.0

    def fingerprint(self, voice: Voice) -> str:
        """Where the server is, and its model; nothing is known of its version."""
        return f"server 1, {_option(voice, 'url')}, {_option(voice, 'model')}"

    def validate(self, voice: Voice) -> None:
        """Reach the server, and ask it for its voices where it tells them."""
        check_options(voice, _DEFAULTS)
        check_range(voice, "rate", voice.rate, (_RATE * 0.25, _RATE * 4))
        for key, limits in (("per_minute", (0, 1e6)), ("price", (0, 1e6)), ("seconds", (1, 3600))):
            check_range(voice, key, _option(voice, key), limits)
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", str(_option(voice, "key"))):
            raise CastFileError(
                f"voice {voice.name}: key must name an environment variable, and not be the key",
                'write  key = "OPENAI_API_KEY"  and export that',
            )
        url = httpx.URL(str(_option(voice, "url")))
        if url.scheme not in ("http", "https") or not url.host:
            raise CastFileError(f"voice {voice.name}: '{url}' is no address", "http://HOST:PORT/v1")
        known = self._voices(voice)
        if known and voice.engine_voice not in known:
            raise UnknownVoiceError(
                f"voice {voice.name}: the server has no voice '{voice.engine_voice}'",
                did_you_mean(voice.engine_voice, known),
            )

    def _voices(self, voice: Voice) -> list[str]:
        """What the server says that it has; empty where it does not say."""
        try:
            answer = self._client.get(
                f"{_option(voice, 'url')}/audio/voices", headers=_headers(voice), timeout=10
            )
        except httpx.HTTPError as error:
            raise EngineUnavailableError(
                f"no speech server answers at {_option(voice, 'url')}: {error}",
                "start it, or change url below [options] in the profile",
            ) from error
        _refuse(answer, voice)
        try:
            content = answer.json() if answer.is_success else {}
        except ValueError:
            return []
        names = content.get("voices", []) if isinstance(content, dict) else []
        return [n if isinstance(n, str) else str(n.get("id", n.get("name"))) for n in names]

    def speak(self, text: str, voice: Voice) -> Clip:
        """Send one request, and again when the server is busy or the line is bad."""
        if not has_words(text):
            return Clip(b"", 24_000)
        answer = self._ask(text, voice)
        try:
            return decode_sound(answer.content)
        except ValueError as error:
            raise SynthesisError(f"the speech server sent {error} for '{text[:80]}'") from error

    def _ask(self, text: str, voice: Voice) -> httpx.Response:
        request = {
            "model": _option(voice, "model"),
            "input": replace_unspeakable(text),
            "voice": voice.engine_voice,
            "response_format": "wav",
            "speed": round(voice.rate / _RATE, 3),
        }
        problem = ""
        for attempt in range(_TRIES):
            self._keep_to_rate(voice)
            try:
                answer = self._client.post(
                    f"{_option(voice, 'url')}/audio/speech",
                    json=request,
                    headers=_headers(voice),
                    timeout=float(_option(voice, "seconds")),
                )
            except httpx.HTTPError as error:
                problem, wait = f"{type(error).__name__}: {error}", 0.0
            else:
                if answer.is_success:
                    return answer
                _refuse(answer, voice)
                problem, wait = f"status {answer.status_code}", _asked_wait(answer)
                if answer.status_code not in _PASSING:
                    break
            time.sleep(max(wait, _BACK_OFF * 2**attempt))
        raise SynthesisError(
            f"the speech server could not speak '{text[:80]}': {problem}",
            "build again when it is well; what was spoken is kept",
        )

    def _keep_to_rate(self, voice: Voice) -> None:
        """Wait until the next request is allowed."""
        if per_minute := float(_option(voice, "per_minute")):
            now = time.monotonic()
            time.sleep(max(0.0, self._next - now))
            self._next = max(self._next, now) + 60 / per_minute


def estimate_price(lines: Iterable[tuple[str, Voice]]) -> float:
    """What a server will charge for texts in voices, by the prices that the profiles tell."""
    return sum(
        len(text) * float(_option(voice, "price")) / 1e6
        for text, voice in lines
        if voice.engine == Server.name
    )


def _option(voice: Voice, key: str) -> Any:
    return dict(voice.options).get(key, _DEFAULTS[key])


def _headers(voice: Voice) -> dict[str, str]:
    """The key, which stays out of every message."""
    key = os.environ.get(str(_option(voice, "key")))
    return {"Authorization": f"Bearer {key}"} if key else {}


def _refuse(answer: httpx.Response, voice: Voice) -> None:
    """Raise an error for a key that is missing or wrong."""
    if answer.status_code in (401, 403):
        raise EngineUnavailableError(
            f"the speech server at {_option(voice, 'url')} refuses the key",
            f"export {_option(voice, 'key')}=...",
        )


def _asked_wait(answer: httpx.Response) -> float:
    """Seconds that the server asks to be left alone."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 0.0
