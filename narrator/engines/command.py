"""Any program that reads text and writes a sound file: flite, festival, say, a script.

A profile tells how to call it::

    engine = "command"
    voice = "slt"
    [options]
    command = "flite -voice {voice} --setf duration_stretch={stretch} -f {input} -o {output}"

Without `{input}` the text goes to the program's standard input; without `{output}` the sound is
taken from its standard output. `{rate}` is words a minute, `{speed}` and `{stretch}` the same as
ratios to 170 of them, `{pitch}` semitones. No shell is involved, so nothing in a book can be taken
for a command, and the text is never an argument.
"""

from __future__ import annotations

import shlex
import shutil
import string
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

from narrator.engines.model_files import model_checksum
from narrator.engines.sound_files import decode_sound
from narrator.engines.speakable_text import has_words, replace_unspeakable
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError
from narrator.model import Clip, Voice

_FIELDS = ("voice", "language", "rate", "speed", "stretch", "pitch", "input", "output")
_RATE = 170.0
_PATIENCE = 60.0
"""Seconds that a program may take for a line, unless the profile says otherwise."""


class Command:
    """See the module."""

    name = "command"
    longest = 1000

    def fingerprint(self, voice: Voice) -> str:
        """The command, and the checksum of its program."""
        program = model_checksum(Path(_program(voice)))
        return f"command 1, program {program}, soundfile {metadata.version('soundfile')}"

    def validate(self, voice: Voice) -> None:
        """Look for the program, and at what the command line asks for."""
        check_options(voice, ("command", "seconds"))
        check_range(voice, "seconds", dict(voice.options).get("seconds", _PATIENCE), (1, 3600))
        check_range(voice, "rate", voice.rate, (40, 600))
        _arguments(voice, Path(), Path())
        _program(voice)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Run the program once; it is stopped when it takes too long."""
        if not has_words(text):
            return Clip(b"", 22_050)
        with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
            given, made = Path(folder) / "text.txt", Path(folder) / "sound.wav"
            given.write_text(replace_unspeakable(text), "utf-8")
            sound = _run(voice, text, given, made)
        try:
            return decode_sound(sound)
        except ValueError as error:
            raise SynthesisError(f"{_called(voice)} made {error} of '{text[:80]}'") from error


def _run(voice: Voice, text: str, given: Path, made: Path) -> bytes:
    seconds = float(dict(voice.options).get("seconds", _PATIENCE))
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, without a shell
            [_program(voice), *_arguments(voice, given, made)[1:]],
            input=given.read_bytes(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SynthesisError(
            f"{_called(voice)} did not finish '{text[:80]}' within {seconds:g} seconds",
            "a profile may allow more with the option seconds",
        ) from error
    except OSError as error:
        raise EngineUnavailableError(f"{_called(voice)} can't be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"it ended with status {done.returncode}"
        raise SynthesisError(f"{_called(voice)} could not speak '{text[:80]}': {reason}")
    return made.read_bytes() if made.exists() else done.stdout


def _arguments(voice: Voice, given: Path, made: Path) -> list[str]:
    """The command of a voice, word by word, filled in.

    Raises:
        CastFileError: there is none, or it asks for something that nobody knows.
    """
    command = dict(voice.options).get("command")
    if not command or not isinstance(command, str):
        raise CastFileError(
            f"voice {voice.name} has no command", 'add  command = "..."  below [options]'
        )
    values = {
        "voice": voice.engine_voice,
        "language": voice.language,
        "rate": f"{voice.rate:g}",
        "speed": f"{voice.rate / _RATE:.4g}",
        "stretch": f"{_RATE / voice.rate:.4g}",
        "pitch": f"{voice.pitch:g}",
        "input": str(given),
        "output": str(made),
    }
    try:
        words = shlex.split(command) or [""]
        asked = {field for word in words for _, field, _, _ in string.Formatter().parse(word)}
        if unknown := asked - {None, *_FIELDS}:
            raise ValueError(f"{{{min(map(str, unknown))}}} means nothing")
        return [word.format_map(values) for word in words]
    except ValueError as error:
        known = " ".join(f"{{{field}}}" for field in _FIELDS)
        raise CastFileError(
            f"voice {voice.name}: the command can't be understood: {error}", f"it knows {known}"
        ) from error


def _program(voice: Voice) -> str:
    """The path of the program.

    Raises:
        EngineUnavailableError: it is not installed.
    """
    found = shutil.which(_called(voice))
    if found is None:
        raise EngineUnavailableError(
            f"voice {voice.name}: there is no program {_called(voice)}", "install it"
        )
    return found


def _called(voice: Voice) -> str:
    return _arguments(voice, Path(), Path())[0]
