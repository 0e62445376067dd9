"""Plays sound files with a player that is installed on the system."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Player:
    """A program that plays a sound file, and ends with it."""

    program: str
    arguments: tuple[str, ...] = ()
    part_arguments: tuple[str, ...] = ()
    """Further arguments that play a part of a file in any format, with the fields `start`, `end`
    and `length` in seconds. Empty for a player that is only used for whole WAV files."""

    def make_command(self, file: Path, part: tuple[float, float] | None = None) -> list[str]:
        """Return the command that plays a file, or the part between two times in seconds."""
        options: list[str] = []
        if part is not None:
            start, end = part
            times = {"start": f"{start:.3f}", "end": f"{end:.3f}", "length": f"{end - start:.3f}"}
            options = [argument.format_map(times) for argument in self.part_arguments]
        return [self.program, *self.arguments, *options, str(file)]


PLAYERS = (
    Player("afplay"),
    Player("pw-play"),
    Player("paplay"),
    Player("aplay", ("-q",)),
    Player(
        "mpv",
        ("--no-video", "--really-quiet", "--no-input-terminal"),
        ("--start={start}", "--end={end}"),
    ),
    Player(
        "ffplay",
        ("-nodisp", "-vn", "-autoexit", "-loglevel", "error"),
        ("-ss", "{start}", "-t", "{length}"),
    ),
    Player(
        "cvlc",
        ("--quiet", "--no-video", "--play-and-exit"),
        ("--start-time={start}", "--stop-time={end}"),
    ),
)
"""In order of preference for a short WAV file: those of macOS, PipeWire, PulseAudio and ALSA, then
players of many formats."""
_WINDOWS_PLAYER = Player("winsound")
"""Stands for Windows, which plays WAV files itself."""
_MIN_PLAYED_SHARE = 0.5
"""Share of the length of a sound that a player must have taken, if it also printed a message."""
_INSTALL_COMMANDS = (
    ("apt", "sudo apt install mpv"),
    ("dnf", "sudo dnf install mpv"),
    ("pacman", "sudo pacman -S mpv"),
    ("zypper", "sudo zypper install mpv"),
    ("apk", "sudo apk add mpv"),
    ("brew", "brew install mpv"),
)
"""Package managers, and the command by which each installs a player."""


def find_player(*, plays_parts: bool = False) -> Player | None:
    """Return the first player that is installed; None without one.

    Args:
        plays_parts: Whether players that can begin in the middle of any file come first.
    """
    if sys.platform == "win32":
        return _WINDOWS_PLAYER
    players = sorted(PLAYERS, key=lambda player: plays_parts and not player.part_arguments)
    return next((player for player in players if shutil.which(player.program)), None)


def suggest_player() -> str:
    """Return what installs a player on this system, for the hint of an error."""
    for program, command in _INSTALL_COMMANDS:
        if shutil.which(program):
            return f"`{command}` installs one"
    return "install mpv, from https://mpv.io"


def require_player(consequence: str = "", *, plays_parts: bool = False) -> Player:
    """Return a player that is installed.

    Args:
        consequence: What follows without one, such as "the sound is in emma.wav".
        plays_parts: As for `find_player`.

    Raises:
        NarratorError: there is none.
    """
    player = find_player(plays_parts=plays_parts)
    if player is None:
        hint = "; ".join(filter(None, (suggest_player(), consequence)))
        raise NarratorError("no program that plays sound was found", hint)
    return player


def play_file(file: Path) -> None:
    """Play a WAV file to its end.

    Raises:
        NarratorError: no player is installed, or the player failed.
    """
    with play_during(file):
        pass


@contextmanager
def play_during(file: Path) -> Iterator[None]:
    """Play a WAV file while the context runs, and wait for its end; on Windows, play it afterwards.

    Raises:
        NarratorError: no player is installed, or the player failed.
    """
    if sys.platform == "win32":
        import winsound

        yield
        # blocks until the sound ends, so it can't play while the context runs
        winsound.PlaySound(str(file), winsound.SND_FILENAME)
        return
    player = require_player(f"the sound is in {file}")
    started_at = time.monotonic()
    with start_player(player, file) as process:
        try:
            yield
            # reads while waiting: a player that fills the pipe with messages would hang otherwise
            _, error_output = process.communicate()
        except BaseException:  # ^C too must silence the player
            process.kill()
            raise
    length = _measure_length(file)
    refuse_failure(player, process, error_output, file, time.monotonic() - started_at, length)


def _measure_length(file: Path) -> float:
    """Return the length of a sound file in seconds; 0 if it can't be found out."""
    import soundfile

    try:
        return float(soundfile.info(str(file)).duration)
    except (OSError, RuntimeError):  # a format of which soundfile knows nothing
        return 0.0


def start_player(
    player: Player, file: Path, part: tuple[float, float] | None = None
) -> subprocess.Popen[str]:
    """Start a player, whose standard error is a pipe."""
    return subprocess.Popen(  # noqa: S603 - a fixed command and a file
        player.make_command(file, part),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def refuse_failure(
    player: Player,
    process: subprocess.Popen[str],
    error_output: str,
    file: Path,
    elapsed_seconds: float,
    expected_seconds: float,
) -> None:
    """Check that a player that has ended has played.

    Some players end at once and without an exit code if there is no loudspeaker.

    Raises:
        NarratorError: it has not; the message is the last line that it printed.
    """
    is_too_short = elapsed_seconds < expected_seconds * _MIN_PLAYED_SHARE
    if process.returncode or (is_too_short and error_output.strip()):
        reason = error_output.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
        raise NarratorError(
            f"{player.program} can't play it ({reason[0]})", f"the sound is in {file}"
        )
