"""Any program that reads text and writes a sound file: flite, festival, say, a script.

A profile contains the command::

    engine = "command"
    voice = "slt"
    [options]
    command = "flite -voice {voice} --setf duration_stretch={stretch} -f {input} -o {output}"

Without `{input}` the text goes to the program's standard input; without `{output}` the sound is
taken from its standard output. `{rate}` is in words per minute, `{speed}` is its ratio to 170 words
per minute and `{stretch}` the inverse ratio, `{pitch}` is in semitones. No shell is involved and
the text is never an argument, so nothing in a book can be executed as a command.
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
from narrator.engines.speakable_text import replace_unspeakable
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError
from narrator.model import Clip, Voice
from narrator.text.words import has_words

_UNDECLARED_LANGUAGE = "en"
"""The language of a voice whose profile names none, outside a book."""
_PLACEHOLDERS = ("voice", "language", "rate", "speed", "stretch", "pitch", "input", "output")
_REFERENCE_RATE = 170.0
"""The rate, in words per minute, at which `{speed}` and `{stretch}` are 1."""
_DEFAULT_SECONDS = 60.0
"""The time limit for one line, unless the profile sets another."""


class Command:
    """The engine `command`."""

    name = "command"
    longest = 1000

    def fingerprint(self, voice: Voice) -> str:
        """Return the checksum of the program; the options of the voice contain the command."""
        program = model_checksum(Path(_find_program(voice)))
        # the 1 goes up when a change in this module changes the sound
        return f"command 1, program {program}, soundfile {metadata.version('soundfile')}"

    def time_limit(self, voice: Voice) -> float:
        """Return the longest time that `speak` takes, in seconds."""
        return float(dict(voice.options).get("seconds", _DEFAULT_SECONDS))

    def validate(self, voice: Voice) -> None:
        """Check that the program exists and that the command is valid.

        Raises:
            CastFileError: the command or a setting is not valid.
            EngineUnavailableError: the program is not installed.
        """
        # a mistake in the profile must be found before the program runs for the first time
        check_options(voice, ("command", "seconds"))
        check_range(
            voice, "seconds", dict(voice.options).get("seconds", _DEFAULT_SECONDS), (1, 3600)
        )
        check_range(voice, "rate", voice.rate, (40, 600))
        _fill_command(voice, Path(), Path())
        _find_program(voice)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Run the program once, and stop it if it takes too long.

        Raises:
            SynthesisError: it failed, took too long, or its output is not sound.
        """
        if not has_words(text):
            return Clip(b"", 22_050)
        with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
            text_file, sound_file = Path(folder) / "text.txt", Path(folder) / "sound.wav"
            text_file.write_text(replace_unspeakable(text), "utf-8")
            sound = _run_program(voice, text, text_file, sound_file)
        try:
            return decode_sound(sound)
        except ValueError as error:
            raise SynthesisError(
                f"{_find_program_name(voice)} made {error} of '{text[:80]}'"
            ) from error


def _run_program(voice: Voice, text: str, text_file: Path, sound_file: Path) -> bytes:
    """Return the content of the sound file that the program writes.

    Raises:
        SynthesisError: the program failed or took too long.
        EngineUnavailableError: it cannot be started.
    """
    seconds = float(dict(voice.options).get("seconds", _DEFAULT_SECONDS))
    try:
        result = subprocess.run(  # noqa: S603 - the user's own command, without a shell
            [_find_program(voice), *_fill_command(voice, text_file, sound_file)[1:]],
            # the text is offered in both ways: a command without `{input}` reads this one
            input=text_file.read_bytes(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SynthesisError(
            f"{_find_program_name(voice)} did not finish '{text[:80]}' within {seconds:g} seconds",
            "allow more with seconds under [options] in the profile",
        ) from error
    except OSError as error:
        raise EngineUnavailableError(
            f"{_find_program_name(voice)} can't be run: {error.strerror}"
        ) from error
    if result.returncode:
        messages = result.stderr.decode(errors="replace").strip().splitlines()
        reason = messages[-1] if messages else f"it ended with status {result.returncode}"
        raise SynthesisError(f"{_find_program_name(voice)} could not speak '{text[:80]}': {reason}")
    # the file exists only if the command contains `{output}`
    return sound_file.read_bytes() if sound_file.exists() else result.stdout


def _fill_command(voice: Voice, text_file: Path, sound_file: Path) -> list[str]:
    """Return the command of a voice as a list of words, with the placeholders replaced.

    Raises:
        CastFileError: there is no command, or it has an unknown placeholder.
    """
    command = dict(voice.options).get("command")
    if not command or not isinstance(command, str):
        raise CastFileError(
            f"voice {voice.name} has no command", 'add  command = "..."  under [options]'
        )
    values = {
        "voice": voice.engine_voice,
        "language": voice.language or _UNDECLARED_LANGUAGE,
        "rate": f"{voice.rate:g}",
        "speed": f"{voice.rate / _REFERENCE_RATE:.4g}",
        "stretch": f"{_REFERENCE_RATE / voice.rate:.4g}",
        "pitch": f"{voice.pitch:g}",
        "input": str(text_file),
        "output": str(sound_file),
    }
    try:
        # split before placeholders are replaced, so that a path with spaces stays one word
        words = shlex.split(command) or [""]
        parsed_words = map(string.Formatter().parse, words)
        placeholders = {field for parsed in parsed_words for _, field, _, _ in parsed}
        if unknown := placeholders - {None, *_PLACEHOLDERS}:
            raise ValueError(f"{{{min(map(str, unknown))}}} is not a placeholder")
        return [word.format_map(values) for word in words]
    except ValueError as error:
        valid_placeholders = " ".join(f"{{{field}}}" for field in _PLACEHOLDERS)
        raise CastFileError(
            f"voice {voice.name}: the command can't be understood: {error}",
            f"it knows {valid_placeholders}",
        ) from error


def _find_program(voice: Voice) -> str:
    """Return the path of the program.

    Raises:
        EngineUnavailableError: it is not installed.
    """
    program = shutil.which(_find_program_name(voice))
    if program is None:
        raise EngineUnavailableError(
            f"voice {voice.name}: no program is called {_find_program_name(voice)}", "install it"
        )
    return program


def _find_program_name(voice: Voice) -> str:
    return _fill_command(voice, Path(), Path())[0]
