"""What a file says of itself: format, rate, tags, chapters; read through ffmpeg, so of any format.

The wheel holds ffmpeg without its companion that prints such things for programs; what ffmpeg
prints for people when it opens a file says the same, if it cuts long words short. Those are taken
from the tags and chapters that ffmpeg writes to files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import mutagen
from mutagen.mp3 import MP3, BitrateMode

from narrator.errors import ReadingError
from narrator.export import ffmpeg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INPUT = re.compile(r"Input #0, (.+), from ")
_DURATION = re.compile(r"  Duration: (\d+):(\d+):([\d.]+)(?:,.*bitrate: (\d+) kb/s)?")
_CHAPTER = re.compile(r"    Chapter #0:\d+: start (-?[\d.]+), end (-?[\d.]+)")
_STREAM = re.compile(r"  Stream #0:\d+.*?: (Audio|Video|\w+): (\w+)(.*)")
_SOUND = re.compile(r"(\d+) Hz, ([\w.]+(?: channels)?)")
_BIT_RATE = re.compile(r", (\d+) kb/s")
_TAG = re.compile(r"\s+(\S.*?)\s*: (.*)")
_MORE = re.compile(r"\s+: (.*)")
_LINE = re.compile(r"(?:[^\\\n]|\\.)+", re.DOTALL)
_WRITTEN = re.compile(r"((?:[^\\=]|\\.)+)=(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ITS_OWN = ("encoder",)
"""What ffmpeg writes of itself, whatever the file says."""
_CHANNELS = {"mono": 1, "stereo": 2, "quad": 4, "hexagonal": 6, "octagonal": 8}


@dataclass(frozen=True, slots=True)
class FileChapter:
    """A chapter, as the file has it."""

    title: str
    start: float
    """Seconds."""
    end: float
    """Seconds."""


@dataclass
class ContainerInfo:
    """What a file says of itself."""

    format: str = ""
    codec: str = ""
    duration_seconds: float = 0.0
    """Seconds, by the header."""
    bit_rate_kbps: int = 0
    """Kilobits per second."""
    is_constant_bit_rate: bool | None = None
    """Whether the bit rate is constant; none where nobody can tell."""
    sample_rate: int = 0
    """Samples per second."""
    channels: int = 0
    has_cover: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    """By their common names, in lower case: `title`, `artist`, ..."""
    chapters: list[FileChapter] = field(default_factory=list)


def read_container(path: Path) -> ContainerInfo:
    """What a file says of itself.

    Raises:
        ReadingError: it is no file of sound.
    """
    log, words = ffmpeg.probe_file(path)
    container = _parsed(log)
    _complete(container, words)
    if not container.sample_rate:
        raise ReadingError(
            f"{path} holds no sound that can be read",
            "give an audiobook, such as book.mp3; one that was cut off may have lost its contents",
        )
    if container.codec == "mp3":
        container.is_constant_bit_rate = _is_constant(path)
    return container


def _is_constant(path: Path) -> bool | None:
    try:
        info = MP3(path).info
    except mutagen.MutagenError:
        return None
    mode = info.bitrate_mode if info else BitrateMode.UNKNOWN
    return None if mode == BitrateMode.UNKNOWN else bool(mode == BitrateMode.CBR)


def _parsed(log: str) -> ContainerInfo:
    found, tags = ContainerInfo(), dict[str, str]()
    titles: list[dict[str, str]] = []
    times: list[tuple[float, float]] = []
    last = ""
    for line in _opening(log):
        if times_of := _CHAPTER.match(line):
            times.append((float(times_of[1]), float(times_of[2])))
            tags, last = {}, ""
            titles.append(tags)
        elif stream := _STREAM.match(line):
            tags = _take_stream(found, *stream.groups())
        elif length := _DURATION.match(line):
            hours, minutes, seconds = (float(part) for part in length.groups()[:3])
            found.duration_seconds = hours * 3600 + minutes * 60 + seconds
            found.bit_rate_kbps = int(length[4] or 0)
        elif kind := _INPUT.match(line):
            found.format, tags = kind[1], found.tags
        elif (more := _MORE.fullmatch(line)) and last:
            tags[last] += f"\n{more[1]}"
        elif tag := _TAG.fullmatch(line):
            last = tag[1].lower()
            tags.setdefault(last, tag[2])
    named = zip(titles, times, strict=True)
    found.chapters = [FileChapter(told.get("title", ""), *when) for told, when in named]
    return found


def _complete(found: ContainerInfo, words: str) -> None:
    """Put the whole of each title and tag where the log has its first 255 bytes."""
    whole, *chapters = _sections(words)
    found.tags |= {k: v for k, v in whole.items() if k in found.tags and k not in _ITS_OWN}
    if len(chapters) == len(found.chapters):
        pairs = zip(found.chapters, chapters, strict=True)
        found.chapters = [replace(each, title=told.get("title", "")) for each, told in pairs]


def _sections(words: str) -> list[dict[str, str]]:
    """The tags of a file, and those of each of its chapters, as ffmpeg writes them."""
    sections = [dict[str, str]()]
    for line in _LINE.findall(words):
        if line == "[CHAPTER]":
            sections.append({})
        elif tag := _WRITTEN.fullmatch(line):
            name, value = (_ESCAPED.sub(r"\1", part) for part in tag.groups())
            sections[-1].setdefault(name.lower(), value)
    return sections


def _opening(log: str) -> Iterator[str]:
    """The lines about the input alone."""
    started = False
    for line in log.splitlines():
        started = started or line.startswith("Input #0")
        if line.startswith(("Stream mapping", "Output #0")):
            return
        if started:
            yield line


def _take_stream(found: ContainerInfo, kind: str, codec: str, rest: str) -> dict[str, str]:
    """Note the first stream of sound, and whether there is a cover; returns where its tags go."""
    if kind == "Audio" and not found.sample_rate and (sound := _SOUND.search(rest)):
        found.codec, found.sample_rate = codec, int(sound[1])
        found.channels = _channels(sound[2])
        bit_rate = _BIT_RATE.search(rest)
        found.bit_rate_kbps = int(bit_rate[1]) if bit_rate else found.bit_rate_kbps
        return found.tags
    found.has_cover = found.has_cover or (kind == "Video" and "attached pic" in rest)
    return {}


def _channels(layout: str) -> int:
    """How many channels a layout has, as ffmpeg calls it: `mono`, `5.1(side)`, `3 channels`."""
    named = _CHANNELS.get(layout)
    return named or sum(map(int, re.findall(r"\d+", layout.partition("(")[0]))) or 2
