"""A speech server with OpenAI's interface, on this machine or elsewhere.

Kokoro-FastAPI, Chatterbox, Orpheus and others provide `/v1/audio/speech`. A profile gives the
address::

    engine = "server"
    voice = "af_heart"         # or a blend, if the server makes one: "af_heart(2)+af_sky"
    [options]
    url = "http://localhost:8880/v1"
    model = "kokoro"
    key = "OPENAI_API_KEY"     # the environment variable that holds the key
    per_minute = 60            # requests per minute and worker
    price = 15.0               # per million characters; a build shows the total beforehand
    seconds = 120              # time limit for an answer
    extra = { instructions = "Speak calmly." }   # further fields of each request

A server may return different samples when a request is repeated. Builds use cached clips, so a
second build gives the same sound, unless the cache was cleared.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import tenacity

from narrator.engines.server_answers import (
    collect_voice_names,
    find_message,
    is_listed,
    is_out_of_credit,
    parse_json,
    parse_retry_after,
)
from narrator.engines.server_connection import (
    Connection,
    NoAnswerError,
    Request,
    find_proxy,
)
from narrator.engines.server_settings import (
    ServerSettings,
    load_server_settings,
    read_api_key,
    read_option,
)
from narrator.engines.sound_files import decode_sound
from narrator.engines.speakable_text import replace_unspeakable
from narrator.engines.verified_speech import find_flaw
from narrator.engines.voice_validation import check_range
from narrator.errors import (
    EngineError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice
from narrator.text.credentials import show_address
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx

    from narrator.engines.server_connection import Answer

_REFERENCE_RATE = 170.0
"""Words per minute that a server is assumed to speak at speed 1."""
_ATTEMPTS = 6
_ATTEMPTS_IF_LATE = 2
"""The number of attempts if each exceeds the time limit."""
_BACK_OFF_SECONDS = 0.5
"""The wait before the second attempt; each further wait is twice as long."""
_LONGEST_BACK_OFF_SECONDS = 30.0
_LONGEST_WAIT_SECONDS = 300.0
"""The longest wait that a server can request; if it asks for more, the build ends."""
_LIST_SECONDS = 10.0
"""The time limit for the list of voices, without which a build can do."""
_SOUND_STATUSES = {200, 201, 203}
"""HTTP status codes of answers that contain the whole sound."""
_PASSING_STATUSES = {408, 409, 425, 429}
"""HTTP status codes below 500 of temporary failures, after which a request is sent again."""
_LASTING_SERVER_STATUSES = {501, 505, 511}
"""HTTP status codes from 500 on that do not pass."""


class _PassingFailureError(Exception):
    """Raised when a request failed in a way that may pass; the message completes "the server …"."""

    def __init__(
        self, problem: str, *, wait_seconds: float = 0.0, attempts: int | None = None
    ) -> None:
        super().__init__(problem)
        self.wait_seconds = wait_seconds
        """The wait that the server asks for."""
        self.attempts = attempts or _ATTEMPTS
        """The number of attempts after which such a failure is final."""


class Server:
    """The engine `server`."""

    name = "server"
    longest = 2000
    is_metered = True
    soundless_options = frozenset({"key", "per_minute", "price", "seconds"})

    def __init__(self) -> None:
        self._connection = Connection()
        self._voice_names: dict[httpx.URL, frozenset[str]] = {}
        self._next_request = 0.0  # on the monotonic clock, in seconds

    def fingerprint(self, voice: Voice) -> str:
        """Return the server's address and model; servers do not report a version."""
        return f"server 1, {show_address(read_option(voice, 'url'))}, {read_option(voice, 'model')}"

    def time_limit(self, voice: Voice) -> float:
        """Return the longest time that `speak` takes, in seconds, with all attempts and waits."""
        per_minute = float(read_option(voice, "per_minute"))
        wait_seconds = _LONGEST_WAIT_SECONDS + (60 / per_minute if per_minute else 0.0)
        return _ATTEMPTS * (float(read_option(voice, "seconds")) + wait_seconds)

    def validate(self, voice: Voice) -> None:
        """Check the settings, and whether the server answers and has the voice.

        Raises:
            CastFileError: a setting is not valid.
            EngineUnavailableError: the server does not answer, or refuses the key.
            UnknownVoiceError: the server lists its voices, and this one is missing.
        """
        settings = load_server_settings(voice)
        check_range(voice, "rate", voice.rate, (_REFERENCE_RATE * 0.25, _REFERENCE_RATE * 4))
        if settings.url not in self._voice_names:
            self._voice_names[settings.url] = self._list_voices(settings)
        names = self._voice_names[settings.url]
        if not is_listed(voice.engine_voice, names):
            raise UnknownVoiceError(
                f"voice {voice.name}: the server has no voice '{voice.engine_voice}'",
                did_you_mean(voice.engine_voice, names),
            )

    def _list_voices(self, settings: ServerSettings) -> frozenset[str]:
        """Return the voices that the server lists; empty if it has no such list.

        Raises:
            EngineUnavailableError: the server does not answer, or refuses the key.
        """
        try:
            answer = self._connection.send(
                Request(
                    "GET",
                    settings.voices_url,
                    min(_LIST_SECONDS, settings.seconds),
                    _build_headers(settings),
                    settings.credentials,
                )
            )
        except NoAnswerError as error:
            if error.is_met:  # a server without this list may do anything
                return frozenset()
            raise EngineUnavailableError(
                f"no speech server answers at {settings.shown_url}: it {error}"
                f"{_describe_proxy(settings)}",
                "start it, or change the url under [options] in the profile",
            ) from error
        if answer.status == 401:
            raise _make_access_error(answer, settings)
        is_list = answer.status in _SOUND_STATUSES
        return collect_voice_names(parse_json(answer.body)) if is_list else frozenset()

    def speak(self, text: str, voice: Voice) -> Clip:
        """Request the sound of a text, again if the server is busy or its answer is not speech.

        Raises:
            SynthesisError: all attempts failed.
            EngineUnavailableError: the server refuses the key.
            CastFileError: a setting is not valid.
        """
        if not has_words(text):
            return Clip(b"", 24_000)
        settings = load_server_settings(voice)
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_PassingFailureError),
            wait=_choose_wait,
            stop=_is_final,
            sleep=time.sleep,
            reraise=True,
        )
        try:
            return attempts(self._request_clip, text, voice, settings)
        except _PassingFailureError as error:
            hint = "check the server, and build again; what was spoken is kept"
            raise _make_speech_error(text, settings, str(error), hint) from error

    def _request_clip(self, text: str, voice: Voice, settings: ServerSettings) -> Clip:
        """Send one request, and return the clip in the answer.

        Raises:
            _PassingFailureError: it failed, but the next attempt may succeed.
            SynthesisError: it failed in a way that lasts.
            EngineUnavailableError: the server refuses the key.
        """
        fields = {
            "model": settings.model,
            "input": replace_unspeakable(text),
            "voice": voice.engine_voice,
            "response_format": "wav",
            "speed": round(voice.rate / _REFERENCE_RATE, 3),
            **settings.extra,
        }
        self._limit_request_rate(settings)
        try:
            answer = self._connection.send(
                Request(
                    "POST",
                    settings.speech_url,
                    settings.seconds,
                    _build_headers(settings),
                    settings.credentials,
                    fields,
                )
            )
        except NoAnswerError as error:
            if error.is_lasting:
                raise _make_speech_error(text, settings, str(error)) from error
            attempts = _ATTEMPTS_IF_LATE if error.is_late else None
            raise _PassingFailureError(str(error), attempts=attempts) from error
        if answer.status in _SOUND_STATUSES:
            return _decode_answer(answer, text, voice, settings)
        raise _judge_failure(answer, text, settings)

    def _limit_request_rate(self, settings: ServerSettings) -> None:
        """Wait until the profile's `per_minute` allows the next request."""
        if settings.per_minute:
            now = time.monotonic()
            time.sleep(max(0.0, self._next_request - now))
            self._next_request = max(self._next_request, now) + 60 / settings.per_minute


def _choose_wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds before the next attempt: the back-off, or more if the server asks."""
    back_off = tenacity.wait_exponential(_BACK_OFF_SECONDS, _LONGEST_BACK_OFF_SECONDS)(state)
    failure = state.outcome.exception() if state.outcome else None
    requested_seconds = failure.wait_seconds if isinstance(failure, _PassingFailureError) else 0.0
    return max(requested_seconds, back_off)


def _is_final(state: tenacity.RetryCallState) -> bool:
    """Return whether there were enough attempts for a failure of this kind."""
    failure = state.outcome.exception() if state.outcome else None
    attempts = failure.attempts if isinstance(failure, _PassingFailureError) else _ATTEMPTS
    return state.attempt_number >= attempts


def _decode_answer(answer: Answer, text: str, voice: Voice, settings: ServerSettings) -> Clip:
    """Return the clip in a successful answer.

    Raises:
        _PassingFailureError: the answer is not plausible speech of the text.
    """
    if not answer.body:
        raise _PassingFailureError("sent nothing")
    try:
        clip = decode_sound(answer.body)
    except ValueError as error:
        raise _PassingFailureError(_describe_content(answer, settings, str(error))) from error
    if flaw := find_flaw(clip, text, voice):
        raise _PassingFailureError(f"sent {flaw} instead of speech")
    return clip


def _describe_content(answer: Answer, settings: ServerSettings, problem: str) -> str:
    """Return what an answer contains that can't be decoded; the result completes "the server …"."""
    words = find_message(answer.body, answer.media_type, _list_secrets(settings))
    if words:
        return f"sent no sound but {words}"
    return f"sent {answer.media_type or 'data'} that can't be decoded ({problem})"


def _judge_failure(
    answer: Answer, text: str, settings: ServerSettings
) -> EngineError | _PassingFailureError:
    """Return the error for an answer whose status says that it has no sound."""
    if answer.status in (401, 403, 407):
        return _make_access_error(answer, settings)
    problem = f"answered with status {answer.status}{_quote_words(answer, settings)}"
    is_passing = answer.status < 300 or answer.status in _PASSING_STATUSES
    is_passing |= answer.status >= 500 and answer.status not in _LASTING_SERVER_STATUSES
    if not is_passing or is_out_of_credit(answer.body):
        hint = "see the server's own words" if is_passing else "correct the profile of the voice"
        if answer.redirected_to:
            hint = "write the new address as the url under [options] in the profile"
            problem = f"redirected to {answer.redirected_to}, which {problem}"
        return _make_speech_error(text, settings, problem, hint)
    wait_seconds = parse_retry_after(answer.retry_after)
    if wait_seconds > _LONGEST_WAIT_SECONDS:
        problem = f"{problem}, and asks to wait {wait_seconds / 60:,.0f} minutes"
        return _make_speech_error(
            text, settings, problem, "build again then; what was spoken is kept"
        )
    return _PassingFailureError(problem, wait_seconds=wait_seconds)


def _make_speech_error(
    text: str, settings: ServerSettings, problem: str, hint: str = ""
) -> SynthesisError:
    """Return the error for a text that could not be spoken; the problem completes "it …"."""
    return SynthesisError(
        f"the speech server at {settings.shown_url} could not speak '{text[:80]}': it {problem}"
        f"{_describe_proxy(settings)}",
        hint or "check the url under [options] in the profile",
    )


def _make_access_error(answer: Answer, settings: ServerSettings) -> EngineUnavailableError:
    """Return the error for a key that is missing or refused."""
    is_set = bool(read_api_key(settings) or settings.credentials)
    refusal = "refuses the key" if is_set else "asks for a key"
    return EngineUnavailableError(
        f"the speech server at {settings.shown_url} {refusal}: status {answer.status}"
        f"{_quote_words(answer, settings)}{_describe_proxy(settings)}",
        f"export {settings.key_variable}=...",
    )


def _quote_words(answer: Answer, settings: ServerSettings) -> str:
    """Return the server's own words about an error, after a colon; empty if there are none."""
    words = find_message(answer.body, answer.media_type, _list_secrets(settings))
    return f": {words}" if words else ""


def _list_secrets(settings: ServerSettings) -> list[str]:
    """Return what no message may contain, even if the server repeats it."""
    return [read_api_key(settings), *(settings.credentials or ())]


def _describe_proxy(settings: ServerSettings) -> str:
    """Return which proxy is between this machine and the server; empty for none."""
    proxy = find_proxy(settings.url)
    return f" (through the proxy {show_address(proxy)})" if proxy else ""


def estimate_price(lines: Iterable[tuple[str, Voice]]) -> float:
    """Return the total cost of the lines that servers speak, from the prices in the profiles."""
    return sum(
        len(text) * float(read_option(voice, "price")) / 1e6
        for text, voice in lines
        if voice.engine == Server.name
    )


def _build_headers(settings: ServerSettings) -> dict[str, str]:
    """Return the headers of a request, with the API key, which no message contains."""
    key = read_api_key(settings)
    return {"Authorization": f"Bearer {key}"} if key else {}
