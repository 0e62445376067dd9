"""Finds the timeline beside an audiobook, and where it says that the lines of a book are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.listening.line_check import ExpectedLine
from narrator.listening.line_placement import LinePlace
from narrator.readalong.timeline import read_timeline
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from narrator.model import Script
    from narrator.readalong.timeline import LineTime, TimelineFile

_SUFFIX = ".timeline.json"


def find_timeline(files: Sequence[Path]) -> TimelineFile | None:
    """Return the timeline in the folder of audio files that lists all of them; None without one.

    Raises:
        BrokenInputError: a timeline that may be the right one is damaged.
    """
    own = files[0].with_suffix(_SUFFIX)
    others = sorted(files[0].parent.glob(f"*{_SUFFIX}"))
    for path in dict.fromkeys([own, *others]):
        if not path.is_file():
            continue
        timeline = read_timeline(path)
        if {file.name for file in files} <= {file.path for file in timeline.files}:
            return timeline
    return None


def list_timed_lines(
    timeline: TimelineFile, script: Script, files: Sequence[Path]
) -> list[ExpectedLine] | None:
    """Return the lines that audio files should hold, in listening order.

    Returns:
        None if the timeline is of another version of the book.
    """
    lines_by_id = {line.id: line for line in script.lines if has_words(line.spoken)}
    expected = []
    for timed_line, _ in _iterate_file_lines(timeline, files):
        line = lines_by_id.get(timed_line.id)
        if line is None and timed_line.source != (0, 0) and has_words(timed_line.text):
            return None
        if line is None:  # spoken credits are no part of the book
            continue
        if line.text != timed_line.text:
            return None
        expected.append(ExpectedLine(line.id, line.text, line.spoken, timed_line.voice))
    return expected


def plan_places(
    timeline: TimelineFile, lines: Sequence[ExpectedLine], file_starts: Mapping[Path, float]
) -> list[LinePlace]:
    """Return when lines of `list_timed_lines` should be heard.

    Args:
        timeline: The timeline.
        lines: The lines.
        file_starts: When each file begins, in seconds from the beginning of the first.
    """
    places = {
        timed_line.id: LinePlace(
            timed_line.start - start + file_start, timed_line.end - start + file_start
        )
        for file, file_start in file_starts.items()
        for timed_line, start in _iterate_file_lines(timeline, [file])
    }
    return [places[line.line_id] for line in lines]


def _iterate_file_lines(
    timeline: TimelineFile, files: Sequence[Path]
) -> Iterator[tuple[LineTime, float]]:
    """Yield the lines in some of the files, each with the time at which its file begins."""
    times = {file.path: file for file in timeline.files}
    for file in files:
        time = times[file.name]
        for line in timeline.lines:
            if time.start <= line.start < time.end:
                yield line, time.start
