"""One file a chapter: which reels go into it, what it is called, and in which order they play.

Nothing is encoded again for it: a file's reels are those of its chapter, and its timeline is the
book's, counted from its own beginning.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, zip_longest
from typing import TYPE_CHECKING

from narrator.model import ChapterMark, FilePart, Timeline
from narrator.text.truncation import truncate_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.model import Line, LineTiming, Metadata

ACX_MAX_SECONDS = 120 * 60.0
"""Seconds that a file may last, by ACX."""
ACX_SAMPLE = 5 * 60.0 - 2
"""Seconds that a retail sample may last, by ACX, without its tail."""
ACX_TAIL_SECONDS = 1.0
"""Seconds of silence that a file ends with, at least, by ACX."""
ACX_BRIEF = 250
"""Characters, a quarter of a minute: of a shorter file, the silence at its end tells in the RMS."""
ACX_BRIEF_TAIL = 1.2
"""Seconds of silence that such a file ends with, at most."""
ACX_TINY = 60
"""Characters, four seconds: of a file shorter than this, the silences within tell too."""
ACX_TINY_PAUSE, ACX_TINY_TAIL = 0.3, 1.05
"""Seconds of silence between two lines of such a file, and at its end, at most."""


@dataclass(frozen=True)
class AudiobookFile:
    """One of the files of an audiobook."""

    part: FilePart
    chunks: tuple[Path, ...]
    timeline: Timeline
    """From its own beginning."""

    def describe_file(self, book: Metadata) -> Metadata:
        """The book's, with what is this file's own."""
        return replace(book, part=self.part)


def split_by_chapter(
    chunks: Sequence[Path],
    sample_counts: Sequence[int],
    timeline: Timeline,
    max_seconds: float = float("inf"),
) -> tuple[AudiobookFile, ...]:
    """The files of an audiobook, one a chapter.

    Args:
        reels: encoded, in listening order.
        lengths: samples that each occupies.
        timeline: of the whole book.
        longest: seconds; a longer chapter becomes several files, cut between two reels.
    """
    stretches = list(_stretches(sample_counts, timeline, max_seconds * timeline.rate))
    pieces = []
    for number, (mark, first, last) in enumerate(stretches, 1):
        part = FilePart(number, len(stretches), mark.title)
        pieces.append(AudiobookFile(part, tuple(chunks[first:last]), _from(timeline, mark)))
    return tuple(pieces)


def shorten_pauses(lines: Sequence[Line], pauses: Sequence[float]) -> tuple[float, ...]:
    """Seconds of silence after each line, with less of it in chapters of a few words.

    Credits and dedications are files too, and are held to the same RMS as all others.
    """

    def most(length: int, *, end: bool) -> float:
        if length < ACX_TINY:
            return ACX_TINY_TAIL if end else ACX_TINY_PAUSE
        return ACX_BRIEF_TAIL if end and length < ACX_BRIEF else math.inf

    lengths = Counter[int]()
    for line in lines:
        lengths[line.chapter] += len(line.spoken)
    following = [line.chapter for line in lines[1:]]
    ends = (line.chapter != after for line, after in zip_longest(lines, following))
    return tuple(
        min(pause, most(lengths[line.chapter], end=end))
        for line, pause, end in zip(lines, pauses, ends, strict=True)
    )


def cut_retail_sample(
    piece: AudiobookFile, lengths: Sequence[int], longest: float = ACX_SAMPLE
) -> AudiobookFile:
    """The beginning of a file, as long as a retail sample may be: at least its first reel.

    Args:
        piece: the file to take it from.
        lengths: samples that each of its reels occupies.
        longest: seconds, without the rest that is to follow.
    """
    ends = list(accumulate(lengths[: len(piece.chunks)]))
    end = max([end for end in ends if end <= longest * piece.timeline.rate], default=ends[0])
    reels = piece.chunks[: ends.index(end) + 1]
    return AudiobookFile(
        FilePart(1, 1, "Sample"), reels, _from(piece.timeline, ChapterMark("Sample", 0, end))
    )


def append_silence(piece: AudiobookFile, reel: Path, length: int) -> AudiobookFile:
    """A file with a reel of silence, of so many samples, after its last."""
    (mark,) = piece.timeline.marks
    longer = replace(mark, end=mark.end + length)
    timeline = replace(piece.timeline, marks=(longer,))
    return replace(piece, chunks=(*piece.chunks, reel), timeline=timeline)


def _stretches(
    lengths: Sequence[int], timeline: Timeline, longest: float
) -> Iterator[tuple[ChapterMark, int, int]]:
    """The marks of the files, each with its first reel and the one after its last."""
    ends, at = [], 0
    for length in lengths:
        at += length
        ends.append(at)
    first = 0
    for mark in timeline.marks:
        cuts = [first]
        start = mark.start
        while first < len(ends) and ends[first] <= mark.end:
            if ends[first] - start > longest and first > cuts[-1]:
                cuts.append(first)
                start = ends[first - 1]
            first += 1
        yield from _numbered(mark, [*cuts, first], ends)


def _numbered(
    mark: ChapterMark, cuts: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[ChapterMark, int, int]]:
    """A chapter's files, their titles told apart where there are several."""
    several = len(cuts) > 2
    for number, (first, last) in enumerate(pairwise(cuts), 1):
        title = f"{mark.title} ({number})" if several else mark.title
        start = ends[first - 1] if first else 0
        yield ChapterMark(title, start, ends[last - 1] if last else 0), first, last


def _from(timeline: Timeline, mark: ChapterMark) -> Timeline:
    """The stretch of a timeline that a mark covers, from its beginning."""
    whole = ChapterMark(mark.title, 0, mark.end - mark.start)
    return Timeline(timeline.rate, (whole,), tuple(_within(timeline.line_timings, mark)))


def _within(spoken: Sequence[LineTiming], mark: ChapterMark) -> Iterator[LineTiming]:
    for line in spoken:
        if mark.start <= line.start < mark.end:
            yield replace(line, start=line.start - mark.start, end=line.end - mark.start)


# ---------------------------------------------------------------------------------- names

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_MOST_BYTES = 120
"""Of a title within a name: every file system takes 255 for the whole."""


def part_file_name(part: FilePart, suffix: str, *, ascii_only: bool = False) -> str:
    """A name that every system takes and that sorts in listening order: `03 - The Storm.mp3`.

    Where `plain`, it is of ASCII letters, digits, hyphens and underscores, as ACX wants it:
    `03_The_Storm.mp3`.
    """
    number = f"{part.number:0{max(len(str(part.total)), 2)}}"
    title = sanitise_file_name(part.title)
    if not ascii_only:
        return f"{number} - {title}{suffix}" if title else f"{number}{suffix}"
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9-]+", letters.replace("'", ""))
    return "_".join([number, *words]) + suffix


def sanitise_file_name(title: str) -> str:
    """A title as a file system takes it: without slashes, control characters, devices' names."""
    name = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", title))
    name = truncate_utf8(" ".join(name.split()), _MOST_BYTES).decode().strip(" .")
    return f"{name}_" if _DEVICES.match(name) else name


def format_playlist(names: Sequence[str], pieces: Sequence[AudiobookFile]) -> str:
    """An extended M3U of the files, in UTF-8."""
    lines = ["#EXTM3U"]
    for name, piece in zip(names, pieces, strict=True):
        title = " ".join(piece.part.title.split())
        lines += [f"#EXTINF:{round(piece.timeline.seconds)},{title}", name]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------- credits


def opening_credits(metadata: Metadata) -> str:
    """What is said before the first chapter: title, author, narrator."""
    return " ".join([f"{metadata.title}.", *_people(metadata)])


def closing_credits(metadata: Metadata) -> str:
    """What is said after the last."""
    return " ".join(["The end.", f"This was {metadata.title}.", *_people(metadata)])


def _people(metadata: Metadata) -> list[str]:
    told = (("Written by", metadata.author), ("Narrated by", metadata.narrator))
    return [f"{what} {who}." for what, who in told if who]
