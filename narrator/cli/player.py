"""Plays a sound file with the first player that is installed on the system."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import NarratorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAYERS = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("mpv", "--no-video", "--really-quiet"),
)
"""Commands that play a WAV file, in order of preference: for macOS, PipeWire, PulseAudio and ALSA,
then players of many formats."""


def find_player() -> tuple[str, ...] | None:
    """Return the command of the first player that is installed; None without one.

    Windows plays sounds itself.
    """
    if sys.platform == "win32":
        return ("winsound",)
    return next((player for player in PLAYERS if shutil.which(player[0])), None)


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
    command = find_player()
    if command is None:
        players = ", ".join(player[0] for player in PLAYERS)
        raise NarratorError(f"no player was found ({players})", f"the sound is in {file}")
    with subprocess.Popen(  # noqa: S603 - a fixed command and our own file
        [*command, str(file)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as player:
        try:
            yield
            # reads while waiting: a player that fills the pipe with messages would hang otherwise
            _, error_output = player.communicate()
        except BaseException:  # ^C too must silence the player
            player.kill()
            raise
    if player.returncode:
        last_line = error_output.strip().splitlines()[-1:] or [f"exit code {player.returncode}"]
        raise NarratorError(
            f"{command[0]} can't play it ({last_line[0]})", f"the sound is in {file}"
        )
