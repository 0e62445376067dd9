"""Plays the chapters of an audiobook one after the other, and obeys the keyboard."""

from __future__ import annotations

import sys
import tempfile
import time
import wave
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.cli.keyboard import LEFT, RIGHT
from narrator.cli.player import Player, refuse_failure, start_player
from narrator.export.ffmpeg import decode_file
from narrator.inspection.container import read_container

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator, Sequence

KEYS_HELP = "space: pause, n and p: next and previous chapter, arrows: 15 seconds, q: quit"
QUIT = "q"
_PAUSE = " "
_KEYS = frozenset({_PAUSE, "n", "p", QUIT, LEFT, RIGHT})
_SKIP_SECONDS = 15.0
_RESTART_SECONDS = 3.0
"""Time from which `p` goes back to the start of the chapter, not to the chapter before it."""
_POLL_SECONDS = 0.1
_WAV_OPTIONS = ("-vn", "-ac", "1", "-ar", "44100", "-f", "s16le")
_WAV_RATE = 44_100


@dataclass(frozen=True, slots=True)
class Track:
    """A chapter of an audiobook, as a part of a file."""

    file: Path
    title: str
    start_seconds: float
    end_seconds: float

    @property
    def length_seconds(self) -> float:
        """Return how long it is."""
        return self.end_seconds - self.start_seconds


def list_playable_tracks(files: Iterable[Path]) -> Iterator[Track]:
    """Yield the chapters of files, in listening order; a file without chapters is one.

    Raises:
        ReadingError: a file has no sound.
    """
    for file in files:
        container = read_container(file)
        for chapter in container.chapters:
            title = chapter.title or file.stem
            yield Track(file, title, chapter.start_seconds, chapter.end_seconds)
        if not container.chapters:
            title = container.tags.get("title") or file.stem
            yield Track(file, title, 0.0, container.duration_seconds)


class Sound:
    """A part of a track that is being played.

    Args:
        player: What plays it.
        track: The track.
        position: Where it begins, in seconds from the start of the track.
    """

    def __init__(self, player: Player, track: Track, position: float) -> None:
        self._player = player
        self._track = track
        self._position = position
        self._started_at = time.monotonic()
        self._resources = ExitStack()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Sound:
        start = self._track.start_seconds + self._position
        part = (start, self._track.end_seconds)
        if self._player.part_arguments:
            self._start_process(self._track.file, part)
        else:
            file = self._resources.enter_context(_cut_wav(self._track.file, *part))
            if sys.platform == "win32":
                _play_in_background(file)
            else:
                self._start_process(file, None)
        self._started_at = time.monotonic()
        return self

    def _start_process(self, file: Path, part: tuple[float, float] | None) -> None:
        """Start the player."""
        self._process = self._resources.enter_context(start_player(self._player, file, part))

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            _play_in_background(None)
        else:
            self._process.kill()
        self._resources.close()

    @property
    def position(self) -> float:
        """Return the time that is being heard, in seconds from the start of the track."""
        elapsed = time.monotonic() - self._started_at
        return min(self._position + elapsed, self._track.length_seconds)

    def has_ended(self) -> bool:
        """Return whether the track has been played to its end.

        Raises:
            NarratorError: the player failed.
        """
        if self._process is None:
            return self.position >= self._track.length_seconds
        if self._process.poll() is None:
            return False
        elapsed = time.monotonic() - self._started_at
        _, error_output = self._process.communicate()
        expected = self._track.length_seconds - self._position
        refuse_failure(
            self._player, self._process, error_output, self._track.file, elapsed, expected
        )
        return True


@contextmanager
def _cut_wav(file: Path, start: float, end: float) -> Iterator[Path]:
    """Yield a temporary WAV file with a part of a sound file, between two times in seconds.

    Raises:
        ExportError: the file can't be decoded.
    """
    options = ("-ss", f"{start:.3f}", "-to", f"{end:.3f}", *_WAV_OPTIONS)
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        path = Path(folder) / "part.wav"
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(_WAV_RATE)
            for block in decode_file(file, options):
                sound.writeframesraw(block)
        yield path


def _play_in_background(file: Path | None) -> None:
    """Play a WAV file by Windows itself while the program goes on; None stops the sound."""
    if sys.platform == "win32":
        import winsound

        sounds: Any = winsound
        if file is None:
            sounds.PlaySound(None, 0)
        else:
            sounds.PlaySound(str(file), sounds.SND_FILENAME | sounds.SND_ASYNC)


class Playback:
    """Plays tracks, and moves between them as the listener asks.

    Args:
        player: What plays them.
        read_key: Waits for a key, as `narrator.cli.keyboard.read_keys` yields it; None without a
            keyboard.
        announce: Called with the index of each track that begins.
    """

    def __init__(
        self,
        player: Player,
        read_key: Callable[[float], str] | None,
        announce: Callable[[int], None],
    ) -> None:
        self._player = player
        self._read_key = read_key
        self._announce = announce
        self._announced: int | None = None
        self.index = 0
        """Index of the track that is being played, or was played last."""
        self.position = 0.0
        """Seconds from its start."""

    def play(self, tracks: Sequence[Track], first: int) -> bool:
        """Play from a track to the last; return whether the listener wants to go on after it.

        Raises:
            NarratorError: the player failed.
        """
        self.index, self.position = first, 0.0
        while self.index < len(tracks):
            if self._announced != self.index:
                self._announce(self.index)
                self._announced = self.index
            key = self._play_track(tracks[self.index])
            if key == _PAUSE:
                key = self._wait_until_resumed()
            if key == QUIT:
                return False
            self._move(key, tracks[self.index].length_seconds)
        return True

    def _play_track(self, track: Track) -> str:
        """Play a track from the position on; return the key that ended it, or "" at its end."""
        with Sound(self._player, track, self.position) as sound:
            while not sound.has_ended():
                key = self.wait_for_key()
                self.position = sound.position
                if key in _KEYS:
                    return key
        return ""

    def wait_for_key(self) -> str:
        """Return a key, or "" if none is pressed for a moment."""
        if self._read_key is not None:
            return self._read_key(_POLL_SECONDS)
        time.sleep(_POLL_SECONDS)
        return ""

    def _wait_until_resumed(self) -> str:
        """Wait while the sound is paused; return the key that ends the pause."""
        while (key := self.wait_for_key()) not in _KEYS:
            pass
        return key

    def _move(self, key: str, length: float) -> None:
        """Set the track and the position from which playing goes on after a key."""
        if key == RIGHT and self.position + _SKIP_SECONDS < length:
            self.position += _SKIP_SECONDS
        elif key == LEFT or (key == "p" and self.position > _RESTART_SECONDS):
            self.position = max(0.0, self.position - _SKIP_SECONDS) if key == LEFT else 0.0
        elif key != _PAUSE:
            self.index = max(0, self.index + (-1 if key == "p" else 1))
            self.position = 0.0
