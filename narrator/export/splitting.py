"""Splits an audiobook into one file per chapter, and names the files and their playlist.

Nothing is encoded again: a file consists of the chunks of its chapter. Its timeline is the part of
the book's timeline that covers the chapter, with times from the start of the file.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, zip_longest
from typing import TYPE_CHECKING

from narrator.languages.credit_forms import load_credit_forms
from narrator.model import ChapterMark, FilePart, Timeline
from narrator.text.control_characters import show_on_one_line
from narrator.text.truncation import truncate_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.model import Line, LineTiming, Metadata

_SECOND_STOP = re.compile(r"(?<=[.!?…。！？।])[.。।]")
"""The stop of a sentence after one of its title."""
ACX_MAX_SECONDS = 120 * 60.0
"""Duration of the longest file that ACX, Audible's publishing platform, accepts."""
ACX_MAX_SAMPLE_SECONDS = 5 * 60.0 - 2
"""Duration of the longest retail sample that ACX accepts, without the silence at its end."""
ACX_MIN_TAIL_SECONDS = 1.0
"""Shortest silence at the end of a file that ACX accepts."""
ACX_SHORT_FILE_CHARACTERS = 250
"""Length of a text that takes 15 seconds. In a file with less text, the silence at the end lowers
the RMS noticeably, and ACX requires a minimum RMS."""
ACX_SHORT_FILE_TAIL_SECONDS = 1.2
"""Longest silence at the end of a file shorter than `ACX_SHORT_FILE_CHARACTERS`."""
ACX_TINY_FILE_CHARACTERS = 60
"""Length of a text that takes four seconds. In a file with less text, the pauses between lines
lower the RMS noticeably, too."""
ACX_TINY_FILE_PAUSE_SECONDS, ACX_TINY_FILE_TAIL_SECONDS = 0.3, 1.05
"""Longest silence between two lines, and at the end, of a tiny file (with less text than that)."""


_MIN_FILL = 0.6
"""Share of the limit from which a file ends with a chapter."""


@dataclass(frozen=True)
class AudiobookFile:
    """One of the files of an audiobook."""

    part: FilePart
    chunks: tuple[Path, ...]
    """The encoded chunks, in listening order."""
    timeline: Timeline
    """The timeline of the file, with times from its start."""

    def describe_file(self, book_metadata: Metadata) -> Metadata:
        """Return the book's metadata with the number and title of this file."""
        return replace(book_metadata, part=self.part)


@dataclass(frozen=True, slots=True)
class PartLimit:
    """The largest file of an audiobook that is split by length or size."""

    max_seconds: float = math.inf
    max_bytes: float = math.inf


def split_by_limit(
    chunks: Sequence[Path],
    sample_counts: Sequence[int],
    byte_counts: Sequence[int],
    timeline: Timeline,
    limit: PartLimit,
) -> tuple[AudiobookFile, ...]:
    """Return the files of an audiobook, none of them above a limit.

    A file ends where a chapter does, if it is then at least `_MIN_FILL` of the limit; otherwise
    between two chunks. A single chunk, a few minutes, is never divided.

    Args:
        chunks: The encoded chunks, in listening order.
        sample_counts: The number of samples that each chunk occupies.
        byte_counts: The number of bytes that each chunk occupies.
        timeline: The timeline of the whole book.
        limit: The largest file.
    """
    chunk_ends = list(accumulate(sample_counts))
    chapter_ends = {mark.end for mark in timeline.marks}
    shares = [
        max(samples / timeline.rate / limit.max_seconds, size / limit.max_bytes)
        for samples, size in zip(sample_counts, byte_counts, strict=True)
    ]
    cuts = list(_cut_at_limit(shares, [end in chapter_ends for end in chunk_ends]))
    files = []
    for number, (first, end) in enumerate(pairwise(cuts), 1):
        start_sample, end_sample = (chunk_ends[index - 1] if index else 0 for index in (first, end))
        part_timeline = _cut_range(timeline, start_sample, end_sample)
        title = part_timeline.marks[0].title if part_timeline.marks else ""
        part = FilePart(number, len(cuts) - 1, title)
        files.append(AudiobookFile(part, tuple(chunks[first:end]), part_timeline))
    return tuple(files)


def _cut_at_limit(shares: Sequence[float], is_chapter_end: Sequence[bool]) -> Iterator[int]:
    """Yield the index of the first chunk of each file, and at last the number of chunks.

    Args:
        shares: The share of the limit that each chunk takes.
        is_chapter_end: Whether a chapter ends with each chunk.
    """
    start = 0
    yield start
    while start < len(shares):
        fill, end, chapter_end = 0.0, start, start
        while end < len(shares) and (end == start or fill + shares[end] <= 1):
            fill += shares[end]
            end += 1
            if is_chapter_end[end - 1] and fill >= _MIN_FILL:
                chapter_end = end
        start = chapter_end if chapter_end > start and end < len(shares) else end
        yield start


def _cut_range(timeline: Timeline, start: int, end: int) -> Timeline:
    """Return the part of a timeline between two samples, with times from its start."""
    whole = ChapterMark("", start, end)
    marks = tuple(
        ChapterMark(mark.title, max(mark.start, start) - start, min(mark.end, end) - start)
        for mark in timeline.marks
        if mark.start < end and mark.end > start
    )
    return Timeline(timeline.rate, marks, tuple(_shift_lines(timeline.line_timings, whole)))


def number_parts(
    files: Sequence[AudiobookFile], first_number: int, total: int
) -> tuple[AudiobookFile, ...]:
    """Return files with numbers from `first_number`, as parts of a larger book."""
    return tuple(
        replace(file, part=replace(file.part, number=number, total=max(total, number)))
        for number, file in enumerate(files, first_number)
    )


def split_by_chapter(
    chunks: Sequence[Path],
    sample_counts: Sequence[int],
    timeline: Timeline,
    max_seconds: float = float("inf"),
) -> tuple[AudiobookFile, ...]:
    """Return the files of an audiobook, one per chapter.

    Args:
        chunks: The encoded chunks, in listening order.
        sample_counts: The number of samples that each chunk occupies.
        timeline: The timeline of the whole book.
        max_seconds: The longest file; a longer chapter is split between chunks into several files.
    """
    file_ranges = list(_split_chapters(sample_counts, timeline, max_seconds * timeline.rate))
    files = []
    for number, (mark, first, end) in enumerate(file_ranges, 1):
        part = FilePart(number, len(file_ranges), mark.title)
        files.append(AudiobookFile(part, tuple(chunks[first:end]), _cut_timeline(timeline, mark)))
    return tuple(files)


def shorten_pauses(lines: Sequence[Line], pause_seconds: Sequence[float]) -> tuple[float, ...]:
    """Return the silence after each line in seconds, shortened in very short chapters.

    ACX's limits for the RMS also apply to short files, such as credits and dedications.
    """

    def limit_pause(chapter_length: int, *, is_last: bool) -> float:
        if chapter_length < ACX_TINY_FILE_CHARACTERS:
            return ACX_TINY_FILE_TAIL_SECONDS if is_last else ACX_TINY_FILE_PAUSE_SECONDS
        if is_last and chapter_length < ACX_SHORT_FILE_CHARACTERS:
            return ACX_SHORT_FILE_TAIL_SECONDS
        return math.inf

    chapter_lengths = Counter[int]()
    for line in lines:
        chapter_lengths[line.chapter] += len(line.spoken)
    next_chapters = [line.chapter for line in lines[1:]]
    last_flags = (line.chapter != after for line, after in zip_longest(lines, next_chapters))
    return tuple(
        min(seconds, limit_pause(chapter_lengths[line.chapter], is_last=is_last))
        for line, seconds, is_last in zip(lines, pause_seconds, last_flags, strict=True)
    )


def cut_retail_sample(
    file: AudiobookFile, sample_counts: Sequence[int], max_seconds: float = ACX_MAX_SAMPLE_SECONDS
) -> AudiobookFile:
    """Return the beginning of a file as a retail sample: at least its first chunk.

    Args:
        file: The file to take the sample from.
        sample_counts: The number of samples that each chunk of the file occupies.
        max_seconds: The longest retail sample, without the silence to be added.
    """
    chunk_ends = list(accumulate(sample_counts[: len(file.chunks)]))
    fitting_ends = [end for end in chunk_ends if end <= max_seconds * file.timeline.rate]
    end = max(fitting_ends, default=chunk_ends[0])
    chunks = file.chunks[: chunk_ends.index(end) + 1]
    timeline = _cut_timeline(file.timeline, ChapterMark("Sample", 0, end))
    return AudiobookFile(FilePart(1, 1, "Sample"), chunks, timeline)


def append_silence(file: AudiobookFile, silent_chunk: Path, sample_count: int) -> AudiobookFile:
    """Return a file with a silent chunk of `sample_count` samples added at its end."""
    (mark,) = file.timeline.marks
    longer_mark = replace(mark, end=mark.end + sample_count)
    timeline = replace(file.timeline, marks=(longer_mark,))
    return replace(file, chunks=(*file.chunks, silent_chunk), timeline=timeline)


def _split_chapters(
    sample_counts: Sequence[int], timeline: Timeline, max_samples: float
) -> Iterator[tuple[ChapterMark, int, int]]:
    """Yield the chapter mark and the chunk range of each file, whose end is exclusive."""
    chunk_ends = list(accumulate(sample_counts))
    chunk_index = 0
    for mark in timeline.marks:
        cut_indices = [chunk_index]
        file_start = mark.start
        while chunk_index < len(chunk_ends) and chunk_ends[chunk_index] <= mark.end:
            is_too_long = chunk_ends[chunk_index] - file_start > max_samples
            if is_too_long and chunk_index > cut_indices[-1]:
                cut_indices.append(chunk_index)
                file_start = chunk_ends[chunk_index - 1]
            chunk_index += 1
        yield from _number_files(mark, [*cut_indices, chunk_index], chunk_ends)


def _number_files(
    mark: ChapterMark, cut_indices: Sequence[int], chunk_ends: Sequence[int]
) -> Iterator[tuple[ChapterMark, int, int]]:
    """Yield the chapter mark and chunk range of each file of a chapter.

    If a chapter has several files, their titles are numbered.
    """
    has_several_files = len(cut_indices) > 2
    for number, (first, end) in enumerate(pairwise(cut_indices), 1):
        title = f"{mark.title} ({number})" if has_several_files else mark.title
        start_sample = chunk_ends[first - 1] if first else 0
        end_sample = chunk_ends[end - 1] if end else 0
        yield ChapterMark(title, start_sample, end_sample), first, end


def _cut_timeline(timeline: Timeline, mark: ChapterMark) -> Timeline:
    """Return the part of a timeline that a chapter mark covers, with times from its start."""
    whole_file = ChapterMark(mark.title, 0, mark.end - mark.start)
    line_timings = tuple(_shift_lines(timeline.line_timings, mark))
    return Timeline(timeline.rate, (whole_file,), line_timings)


def _shift_lines(line_timings: Sequence[LineTiming], mark: ChapterMark) -> Iterator[LineTiming]:
    """Yield the lines that start within a chapter mark, with times from its start."""
    for line in line_timings:
        if mark.start <= line.start < mark.end:
            yield replace(line, start=line.start - mark.start, end=line.end - mark.start)


# ---------------------------------------------------------------------------------- names

_FORBIDDEN_CHARACTERS = re.compile(r'[<>:"/\\|?*]+')
_DEVICE_NAMES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\.|$)", re.IGNORECASE
)
_MAX_TITLE_BYTES = 120
"""Most bytes of a title in a file name: file systems allow 255 bytes for the whole name."""


def part_file_name(part: FilePart, suffix: str, *, ascii_only: bool = False) -> str:
    """Return a file name that all systems allow, and that sorts by number: `03 - The Storm.mp3`.

    With `ascii_only`, the name has only ASCII letters, digits, hyphens and underscores, as ACX
    requires: `03_The_Storm.mp3`.
    """
    number = f"{part.number:0{max(len(str(part.total)), 2)}}"
    title = sanitise_file_name(part.title)
    if not ascii_only:
        return f"{number} - {title}{suffix}" if title else f"{number}{suffix}"
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    ascii_words = re.findall(r"[A-Za-z0-9-]+", ascii_title.replace("'", ""))
    return "_".join([number, *ascii_words]) + suffix


def sanitise_file_name(title: str) -> str:
    """Return a title as a valid file name, without forbidden characters or names of devices.

    Symbols stand for control characters, which would act on the terminal that lists the file.
    """
    name = show_on_one_line(unicodedata.normalize("NFC", title))
    name = " ".join(_FORBIDDEN_CHARACTERS.sub(" ", name).split())
    name = truncate_utf8(name, _MAX_TITLE_BYTES).decode().strip(" .")
    # the name of a device stays one with any suffix: the mark stands before the first dot
    stem, dot, suffix = name.partition(".")
    return f"{stem}_{dot}{suffix}" if _DEVICE_NAMES.match(name) else name


def format_playlist(names: Sequence[str], files: Sequence[AudiobookFile]) -> str:
    """Return an extended M3U playlist of the files, to be encoded as UTF-8."""
    lines = ["#EXTM3U"]
    for name, file in zip(names, files, strict=True):
        title = show_on_one_line(file.part.title)
        lines += [f"#EXTINF:{round(file.timeline.seconds)},{title}", name]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------- credits


def opening_credits(metadata: Metadata) -> str:
    """Return the text spoken before the first chapter: title, author and narrator."""
    forms = load_credit_forms(metadata.language)
    return _join_sentences([forms.title.format(title=metadata.title), *_list_people(metadata)])


def closing_credits(metadata: Metadata) -> str:
    """Return the text spoken after the last chapter."""
    forms = load_credit_forms(metadata.language)
    return _join_sentences([forms.closing.format(title=metadata.title), *_list_people(metadata)])


def _list_people(metadata: Metadata) -> list[str]:
    """Return a sentence about the author and one about the narrator, as far as they are known."""
    forms = load_credit_forms(metadata.language)
    author = [forms.author.format(author=metadata.author)] if metadata.author else []
    narrator = [forms.narrator.format(narrator=metadata.narrator)] if metadata.narrator else []
    return author + narrator


def _join_sentences(sentences: Sequence[str]) -> str:
    """Return a paragraph; a title with a stop of its own, such as "Quo vadis?", gets no other."""
    return " ".join(_SECOND_STOP.sub("", sentence) for sentence in sentences)
