"""The voices of the operating system: SAPI5, NSSpeechSynthesizer or an installed espeak-ng.

After the first utterance, pyttsx3's own drivers lose files, settings or the end of a file, and
sometimes hang. Each utterance is therefore spoken in a new process, with a time limit and a second
attempt. The format of a sound file is detected from its content, because macOS always writes AIFF.

A profile contains the system's name of the voice. `driver` is the name of a pyttsx3 driver, or of a
module that implements one::

    engine = "system"
    voice = "com.apple.voice.compact.en-GB.Daniel"
    [options]
    driver = "nsss"
"""

from __future__ import annotations

import importlib
import json
import platform
import subprocess
import sys
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pyttsx3

from narrator.engines.sound_files import decode_sound
from narrator.engines.speakable_text import replace_unspeakable
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.installation import format_install_hint
from narrator.model import Clip, Voice
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

_ATTEMPTS = 2
_START_SECONDS = 20.0
"""The time limit for starting and stopping, to which the time for speaking aloud is added."""
_LETTERS_PER_SECOND = 14
"""Usual speed of speech, from which the time for speaking a text aloud is estimated."""
_ESPEAK_DRIVER = "espeak"
_DRIVER_PACKAGES = {"darwin": ("pyobjc",), "win32": ("comtypes", "pywin32")}
"""The packages that pyttsx3 needs on a system, by `sys.platform`."""


class System:
    """The engine `system`."""

    name = "system"
    longest = 1000

    def fingerprint(self, voice: Voice) -> str:
        """Return the system, its version and the driver; voices have no version."""
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        return (
            f"system 1, pyttsx3 {metadata.version('pyttsx3')}, {_find_driver_name(voice)}, {system}"
        )

    def validate(self, voice: Voice) -> None:
        """Check the settings, and that the system has the voice.

        Raises:
            CastFileError: a setting is not valid.
            EngineUnavailableError: the driver does not work here.
            UnknownVoiceError: the system has no such voice.
        """
        check_options(voice, ("driver",))
        check_range(voice, "rate", voice.rate, (80, 450))
        if voice.pitch:
            raise CastFileError(
                f"voice {voice.name}: pyttsx3 can't change the pitch of the system's voices",
                "leave out pitch",
            )
        system_voices = _list_voices(_find_driver_name(voice))
        is_espeak = _find_driver_name(voice) == _ESPEAK_DRIVER
        base = voice.engine_voice.partition("+")[0] if is_espeak else None
        if voice.engine_voice not in system_voices and base not in system_voices:
            raise UnknownVoiceError(
                f"voice {voice.name}: this system has no voice '{voice.engine_voice}'",
                did_you_mean(voice.engine_voice, system_voices),
            )

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak in a new process, and try once more if that fails.

        Raises:
            SynthesisError: both attempts failed.
        """
        if not has_words(text):
            return Clip(b"", 22_050)
        problem = ""
        for _ in range(_ATTEMPTS):
            with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
                file = Path(folder) / ("sound.aiff" if sys.platform == "darwin" else "sound.wav")
                try:
                    seconds = _START_SECONDS + len(text) / _LETTERS_PER_SECOND
                    _run_in_process(_build_request(text, voice, file), seconds)
                    return decode_sound(file.read_bytes())
                except (OSError, ValueError, subprocess.TimeoutExpired, _ChildError) as error:
                    problem = str(error)
        raise SynthesisError(
            f"the system could not speak '{text[:80]}' in the voice {voice.name}: {problem}",
            "the engine pyttsx3 does not depend on the system",
        )


class _ChildError(Exception):
    """Raised when the new process fails."""


def _find_driver_name(voice: Voice) -> str:
    default_driver = pyttsx3.engine.default_engine_by_sys_platform()
    return str(dict(voice.options).get("driver", default_driver))


@cache
def _list_voices(driver: str) -> tuple[str, ...]:
    """Return the names that the system gives to its voices.

    Raises:
        EngineUnavailableError: the driver does not work here.
    """
    try:
        answer = _run_in_process({"driver": driver}, _START_SECONDS)
    except (_ChildError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailableError(
            f"the system has no voices that work (driver {driver}: {error})",
            _format_driver_hint(),
        ) from error
    return tuple(json.loads(answer))


def _format_driver_hint() -> str:
    """Return how to make the driver of this system work."""
    if packages := _DRIVER_PACKAGES.get(sys.platform):
        return format_install_hint(*packages)
    return "apt install espeak-ng, or use the engine pyttsx3, which includes its own"


def _build_request(text: str, voice: Voice, file: Path) -> dict[str, str | int]:
    """Return a request to speak, in which SAPI (`<`) and macOS (`[[`) find no commands."""
    plain_text = replace_unspeakable(text).replace("[[", "((").replace("]]", "))")
    return {
        "driver": _find_driver_name(voice),
        # SAPI takes a text that begins with < for XML
        "text": f" {plain_text}" if plain_text.startswith("<") else plain_text,
        "voice": voice.engine_voice,
        "rate": round(voice.rate),
        "file": str(file),
    }


def _run_in_process(request: dict[str, str | int], seconds: float) -> str:
    """Send a request to a new process, and return its answer, the last line printed, as JSON.

    Raises:
        _ChildError: the process failed.
        subprocess.TimeoutExpired: it took too long.
    """
    result = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__],
        input=json.dumps(request).encode(),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    if result.returncode:
        message = result.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise _ChildError(message or f"its process ended with status {result.returncode}")
    return result.stdout.decode().rpartition("\n")[2]


def run_system_driver(request: dict[str, Any]) -> list[str]:
    """Speak into a file, or return the voices if the request has no text.

    Runs in the new process.
    """
    driver = request["driver"]
    if driver == _ESPEAK_DRIVER:
        _patch_espeak_driver()
    if "." in driver:
        # pyttsx3 imports drivers from its own package only
        sys.modules[f"pyttsx3.drivers.{driver}"] = importlib.import_module(driver)
    engine = pyttsx3.init(driver)
    if "text" not in request:
        return [voice.id for voice in engine.getProperty("voices")]
    errors: list[Exception] = []
    engine.connect("error", lambda exception, **_: errors.append(exception))
    if driver == _ESPEAK_DRIVER:
        engine.runAndWait()  # its first run loses the commands in the queue
    else:
        engine.proxy.setBusy(True)  # the other drivers need the whole queue before they start
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.save_to_file(request["text"], request["file"])
    engine.runAndWait()
    if errors:
        raise errors[0]
    return []


def _patch_espeak_driver() -> None:
    """Keep pyttsx3's driver from cancelling its own settings and from reading past the text."""
    espeak: Any = importlib.import_module("pyttsx3.drivers._espeak")
    synth = espeak.cSynth
    espeak.IsPlaying = lambda: 0
    espeak.Synth = lambda text, flags=0, **_: synth(text, len(text) + 1, 0, 1, 0, flags, None, None)


if __name__ == "__main__":
    # on a line of its own, because drivers print messages too
    sys.stdout.write("\n" + json.dumps(run_system_driver(json.loads(sys.stdin.buffer.read()))))
