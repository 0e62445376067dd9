"""Reads what a file states about itself: format, sample rate, tags, chapters and cover.

This works for every format that ffmpeg knows. The wheel of ffmpeg does not include ffprobe, so the
log that ffmpeg prints when it opens a file is parsed instead. The log cuts long values, so titles
and tags are completed from the metadata file that ffmpeg writes.
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

# Lines of ffmpeg's log, such as:
#
#   Input #0, mp3, from 'book.mp3':
#     Metadata:
#       title           : A Book
#     Duration: 00:00:08.00, start: 0.025057, bitrate: 192 kb/s
#       Chapter #0:0: start 0.000000, end 4.000000
#       Stream #0:0: Audio: mp3, 44100 Hz, mono, fltp, 192 kb/s
_INPUT_LINE = re.compile(r"Input #0, (.+), from ")
_DURATION_LINE = re.compile(r"  Duration: (\d+):(\d+):([\d.]+)(?:,.*bitrate: (\d+) kb/s)?")
_CHAPTER_LINE = re.compile(r"    Chapter #0:\d+: start (-?[\d.]+), end (-?[\d.]+)")
_STREAM_LINE = re.compile(r"  Stream #0:\d+.*?: (Audio|Video|\w+): (\w+)(.*)")
_AUDIO_FORMAT = re.compile(r"(\d+) Hz, ([\w.]+(?: channels)?)")
_BIT_RATE = re.compile(r", (\d+) kb/s")
_TAG_LINE = re.compile(r"\s+(\S.*?)\s*: (.*)")
_CONTINUATION_LINE = re.compile(r"\s+: (.*)")
"""A further line of the value of the tag above it."""

# The metadata file has lines such as `title=A Book` and `[CHAPTER]`; a backslash escapes special
# characters, including line breaks.
_METADATA_LINE = re.compile(r"(?:[^\\\n]|\\.)+", re.DOTALL)
_METADATA_TAG = re.compile(r"((?:[^\\=]|\\.)+)=(.*)", re.DOTALL)
_METADATA_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_FFMPEG_TAGS = ("encoder",)
"""Tags that describe ffmpeg in the metadata file that it writes, and not the input."""
_CHANNEL_LAYOUTS = {"mono": 1, "stereo": 2, "quad": 4, "hexagonal": 6, "octagonal": 8}
"""The number of channels of each layout whose name does not contain it."""


@dataclass(frozen=True, slots=True)
class FileChapter:
    """A chapter that a file states."""

    title: str
    start_seconds: float
    end_seconds: float


@dataclass
class ContainerInfo:
    """What a file states about itself."""

    format: str = ""
    """ffmpeg's name for the container format."""
    codec: str = ""
    duration_seconds: float = 0.0
    bit_rate_kbps: int = 0
    """In kilobits per second."""
    is_constant_bit_rate: bool | None = None
    """None if it can't be determined."""
    sample_rate: int = 0
    """In samples per second."""
    channels: int = 0
    has_cover: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    """Values of the tags, by their common names in lower case: `title`, `artist`, ..."""
    chapters: list[FileChapter] = field(default_factory=list)


def read_container(path: Path) -> ContainerInfo:
    """Return what an audio file states about itself.

    Raises:
        ReadingError: it is not an audio file.
    """
    log, metadata = ffmpeg.probe_file(path)
    container = _parse_log(log)
    _complete_tags(container, metadata)
    if not container.sample_rate:
        raise ReadingError(
            f"{path} has no sound that can be read",
            "give an audiobook, such as book.mp3; a file that was cut off may have lost its index",
        )
    if container.codec == "mp3":
        container.is_constant_bit_rate = _has_constant_bit_rate(path)
    return container


def _has_constant_bit_rate(path: Path) -> bool | None:
    """Return whether the bit rate of an MP3 is constant, or `None` if that is not known."""
    try:
        info = MP3(path).info
    except mutagen.MutagenError:
        return None
    mode = info.bitrate_mode if info else BitrateMode.UNKNOWN
    return None if mode == BitrateMode.UNKNOWN else bool(mode == BitrateMode.CBR)


def _parse_log(log: str) -> ContainerInfo:
    """Return what ffmpeg's log states about the input."""
    container = ContainerInfo()
    # The dictionary that receives the next tags: that of the file, of a chapter or of a stream.
    tags = dict[str, str]()
    chapter_tags: list[dict[str, str]] = []
    chapter_times: list[tuple[float, float]] = []
    last_tag = ""
    for line in _iterate_input_lines(log):
        if chapter := _CHAPTER_LINE.match(line):
            chapter_times.append((float(chapter[1]), float(chapter[2])))
            tags, last_tag = {}, ""
            chapter_tags.append(tags)
        elif stream := _STREAM_LINE.match(line):
            tags = _record_stream(container, *stream.groups())
        elif duration := _DURATION_LINE.match(line):
            hours, minutes, seconds = (float(number) for number in duration.groups()[:3])
            container.duration_seconds = hours * 3600 + minutes * 60 + seconds
            container.bit_rate_kbps = int(duration[4] or 0)
        elif input_line := _INPUT_LINE.match(line):
            container.format, tags = input_line[1], container.tags
        elif (continuation := _CONTINUATION_LINE.fullmatch(line)) and last_tag:
            tags[last_tag] += f"\n{continuation[1]}"
        elif tag := _TAG_LINE.fullmatch(line):
            last_tag = tag[1].lower()
            tags.setdefault(last_tag, tag[2])
    container.chapters = [
        FileChapter(chapter.get("title", ""), *times)
        for chapter, times in zip(chapter_tags, chapter_times, strict=True)
    ]
    return container


def _complete_tags(container: ContainerInfo, metadata: str) -> None:
    """Replace titles and tags by their full values, because the log cuts them after 255 bytes."""
    file_tags, *chapter_tags = _parse_metadata(metadata)
    container.tags |= {
        name: value
        for name, value in file_tags.items()
        if name in container.tags and name not in _FFMPEG_TAGS
    }
    if len(chapter_tags) == len(container.chapters):
        container.chapters = [
            replace(chapter, title=tags.get("title", ""))
            for chapter, tags in zip(container.chapters, chapter_tags, strict=True)
        ]


def _parse_metadata(metadata: str) -> list[dict[str, str]]:
    """Return the tags in ffmpeg's metadata file: those of the file first, then of each chapter."""
    sections = [dict[str, str]()]
    for line in _METADATA_LINE.findall(metadata):
        if line == "[CHAPTER]":
            sections.append({})
        elif tag := _METADATA_TAG.fullmatch(line):
            name, value = (_METADATA_ESCAPE.sub(r"\1", text) for text in tag.groups())
            sections[-1].setdefault(name.lower(), value)
    return sections


def _iterate_input_lines(log: str) -> Iterator[str]:
    """Yield the lines of the log that describe the input, without those about the output."""
    has_started = False
    for line in log.splitlines():
        has_started = has_started or line.startswith("Input #0")
        if line.startswith(("Stream mapping", "Output #0")):
            return
        if has_started:
            yield line


def _record_stream(
    container: ContainerInfo, kind: str, codec: str, description: str
) -> dict[str, str]:
    """Record the first audio stream or a cover, and return the dictionary for the stream's tags.

    Ogg stores the tags of a file in its audio stream, so tags of that stream count as the file's.
    """
    is_first_audio = kind == "Audio" and not container.sample_rate
    if is_first_audio and (audio_format := _AUDIO_FORMAT.search(description)):
        container.codec, container.sample_rate = codec, int(audio_format[1])
        container.channels = _count_channels(audio_format[2])
        if bit_rate := _BIT_RATE.search(description):
            container.bit_rate_kbps = int(bit_rate[1])
        return container.tags
    container.has_cover = container.has_cover or (kind == "Video" and "attached pic" in description)
    return {}


def _count_channels(layout: str) -> int:
    """Return the number of channels of a layout such as `mono`, `5.1(side)` or `3 channels`."""
    channels = _CHANNEL_LAYOUTS.get(layout)
    return channels or sum(map(int, re.findall(r"\d+", layout.partition("(")[0]))) or 2
