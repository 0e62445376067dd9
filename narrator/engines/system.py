"""The system's own voices, by pyttsx3's own drivers: SAPI5, NSSpeechSynthesizer, espeak-ng.

These drivers lose files, settings or the end of a file from the second utterance on, each in its
own way, and may wait for ever. So every utterance has a process to itself, in which it is the
first; a time to be done in; and a second try. What they write is believed for its content: macOS
writes AIFF, whatever the file is called.

A profile names the voice as the system does; `driver` may name a driver of pyttsx3, or a module
that is one::

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

_TRIES = 2
_PATIENCE = 20.0
"""Seconds to start and to stop; to them comes the time that speaking aloud would take."""
_LETTERS_A_SECOND = 14
_ESPEAK = "espeak"
_REMEDIES = {
    "linux": "apt install espeak-ng, or use the engine pyttsx3, which brings its own",
    "darwin": "pip install pyobjc",
    "win32": "pip install comtypes pywin32",
}


class System:
    """See the module."""

    name = "system"
    longest = 1000

    def fingerprint(self, voice: Voice) -> str:
        """The system, its version and the driver; a system does not tell of its voices."""
        where = f"{platform.system()} {platform.release()} {platform.machine()}"
        return f"system 1, pyttsx3 {metadata.version('pyttsx3')}, {_driver(voice)}, {where}"

    def validate(self, voice: Voice) -> None:
        """Ask the system for its voices, once."""
        check_options(voice, ("driver",))
        check_range(voice, "rate", voice.rate, (80, 450))
        if voice.pitch:
            raise CastFileError(
                f"voice {voice.name}: pyttsx3 can't change the pitch of the system's voices",
                "leave out pitch",
            )
        known = _voices(_driver(voice))
        base = voice.engine_voice.partition("+")[0] if _driver(voice) == _ESPEAK else None
        if voice.engine_voice not in known and base not in known:
            raise UnknownVoiceError(
                f"voice {voice.name}: this system has no voice '{voice.engine_voice}'",
                did_you_mean(voice.engine_voice, known),
            )

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak in a process of its own, twice if need be."""
        if not has_words(text):
            return Clip(b"", 22_050)
        problem = ""
        for _ in range(_TRIES):
            with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
                file = Path(folder) / ("sound.aiff" if sys.platform == "darwin" else "sound.wav")
                try:
                    _apart(_request(text, voice, file), _PATIENCE + len(text) / _LETTERS_A_SECOND)
                    return decode_sound(file.read_bytes())
                except (OSError, ValueError, subprocess.TimeoutExpired, _ChildError) as error:
                    problem = str(error)
        raise SynthesisError(
            f"the system could not speak '{text[:80]}' in the voice {voice.name}: {problem}",
            "the engine pyttsx3 does not depend on the system",
        )


class _ChildError(Exception):
    """Raised when the process that was to speak did not end well."""


def _driver(voice: Voice) -> str:
    default = pyttsx3.engine.default_engine_by_sys_platform()
    return str(dict(voice.options).get("driver", default))


@cache
def _voices(driver: str) -> tuple[str, ...]:
    """What the system calls its voices.

    Raises:
        EngineUnavailableError: the driver does not work here.
    """
    try:
        said = _apart({"driver": driver}, _PATIENCE)
    except (_ChildError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailableError(
            f"pyttsx3's driver {driver} does not work here: {error}",
            _REMEDIES.get(sys.platform, "use the engine pyttsx3"),
        ) from error
    return tuple(json.loads(said))


def _request(text: str, voice: Voice, file: Path) -> dict[str, str | int]:
    """What is to be spoken, without what SAPI (`<`) or macOS (`[[`) take for commands."""
    plain = replace_unspeakable(text).replace("[[", "((").replace("]]", "))")
    return {
        "driver": _driver(voice),
        "text": f" {plain}" if plain.startswith("<") else plain,
        "voice": voice.engine_voice,
        "rate": round(voice.rate),
        "file": str(file),
    }


def _apart(request: dict[str, str | int], seconds: float) -> str:
    """Have another process answer a request."""
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__],
        input=json.dumps(request).encode(),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise _ChildError(said or f"its process ended with status {done.returncode}")
    return done.stdout.decode().rpartition("\n")[2]


def run_system_driver(request: dict[str, Any]) -> list[str]:
    """In the other process: list the voices, or speak into a file."""
    driver = request["driver"]
    if driver == _ESPEAK:
        _mend_espeak()
    if "." in driver:
        sys.modules[f"pyttsx3.drivers.{driver}"] = importlib.import_module(driver)
    engine = pyttsx3.init(driver)
    if "text" not in request:
        return [voice.id for voice in engine.getProperty("voices")]
    errors: list[Exception] = []
    engine.connect("error", lambda exception, **_: errors.append(exception))
    if driver == _ESPEAK:
        engine.runAndWait()  # its first run loses what is queued
    else:
        engine.proxy.setBusy(True)  # theirs must have all that is queued before they start
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.save_to_file(request["text"], request["file"])
    engine.runAndWait()
    if errors:
        raise errors[0]
    return []


def _mend_espeak() -> None:
    """Keep pyttsx3's driver from cancelling its own settings, and from reading past the text."""
    espeak: Any = importlib.import_module("pyttsx3.drivers._espeak")
    synth = espeak.cSynth
    espeak.IsPlaying = lambda: 0
    espeak.Synth = lambda text, flags=0, **_: synth(text, len(text) + 1, 0, 1, 0, flags, None, None)


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(run_system_driver(json.loads(sys.stdin.buffer.read()))))
