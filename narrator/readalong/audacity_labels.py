"""Writes label tracks, which audio editors show below the waveform: one of lines, one of speakers.

Audacity's format has one label per line: its start and end in seconds, and its text, with tabs
between them (Audacity manual, "Importing and Exporting Labels"). Reaper, Ardour and others read it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from narrator.files.os_errors import convert_os_errors
from narrator.languages.credit_forms import name_narrator
from narrator.readalong import LABEL_SUFFIXES
from narrator.text.control_characters import show_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from narrator.readalong.rendered_book import AudioTrack, RenderedBook
    from narrator.readalong.word_timing import TimedLine


def write(_companion: str, rendered_book: RenderedBook, _target: Path) -> tuple[Path, ...]:
    """Write both label tracks of each audio file beside that file, and return their paths.

    Raises:
        OutputError: a file can't be written.
    """
    formatters = (format_line_labels, format_speaker_labels)
    paths = []
    for track in rendered_book.tracks:
        for suffix, format_labels in zip(LABEL_SUFFIXES, formatters, strict=True):
            path = track.path.with_suffix(suffix)
            with convert_os_errors(path), path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(format_labels(rendered_book, track))
            paths.append(path)
    return tuple(paths)


def format_line_labels(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """Yield a label for each line of an audio file: its number, speaker and text."""
    for timed_line in _iterate_lines(rendered_book, track):
        speaker = _name_speaker(rendered_book, timed_line)
        text = f"{timed_line.line.id} {speaker}: {timed_line.line.text}"
        yield _format_label(rendered_book, [timed_line], text)


def format_speaker_labels(rendered_book: RenderedBook, track: AudioTrack) -> Iterator[str]:
    """Yield a label for each run of lines of an audio file that one speaker says."""
    lines = _iterate_lines(rendered_book, track)
    for speaker, run in groupby(lines, key=lambda line: _name_speaker(rendered_book, line)):
        yield _format_label(rendered_book, list(run), speaker)


def _iterate_lines(rendered_book: RenderedBook, track: AudioTrack) -> Iterable[TimedLine]:
    """Yield the lines of an audio file, timed from its beginning."""
    for chapter in rendered_book.time_track_chapters(track):
        yield from chapter.timed_lines


def _name_speaker(rendered_book: RenderedBook, timed_line: TimedLine) -> str:
    """Return the name of a character, or the word for a narrator in the language of the book."""
    narrator_name = name_narrator(rendered_book.metadata.language)
    return timed_line.line.speaker or narrator_name


def _format_label(rendered_book: RenderedBook, run: list[TimedLine], text: str) -> str:
    """Return one label, from the beginning of the first line of a run to the end of the last."""
    rate = rendered_book.timeline.rate
    start, end = run[0].start_sample / rate, run[-1].end_sample / rate
    return f"{start:.6f}\t{end:.6f}\t{show_on_one_line(text)}\n"
