"""Listens to a whole audiobook, whoever made it, and says which lines of the book it does not say.

What was heard is kept in the cache, so a check that was interrupted goes on where it stood, and a
second one of the same file takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from narrator.errors import EmptyBookError
from narrator.listening.audio_windows import AudioWindow, cut_audio, iterate_windows
from narrator.listening.line_check import ExpectedLine, SoundProblem, check_lines, is_said
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from narrator.cache.store import Store
    from narrator.listening.line_check import LineFinding
    from narrator.listening.recogniser import HeardWord, Recogniser
    from narrator.model import Script

_MARGIN_SECONDS = 1.0
"""How much before and after a line is listened to again."""


@dataclass(frozen=True, slots=True)
class SoundReport:
    """What was heard of a book."""

    findings: tuple[LineFinding, ...]
    """The lines that are not said as they stand, worst first."""
    line_count: int
    """Number of lines that were listened for."""
    heard_word_count: int
    seconds: float
    """Length of the audiobook."""

    @property
    def missing_count(self) -> int:
        """Return the number of lines with missing words, or words in the place of others."""
        serious = (SoundProblem.MISSING, SoundProblem.OTHER)
        return sum(finding.problem in serious for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold, times in seconds."""
        return {
            "lines": self.line_count,
            "heard_words": self.heard_word_count,
            "duration": round(self.seconds, 3),
            "findings": [
                {
                    "line": finding.line_id,
                    "problem": str(finding.problem),
                    "start": round(finding.start_seconds, 2),
                    "end": round(finding.end_seconds, 2),
                    "text": finding.text,
                    "heard": finding.heard,
                    "missing": finding.missing,
                }
                for finding in self.findings
            ],
        }


@dataclass
class _HeardBook:
    """What was heard of an audiobook, and where its files begin."""

    words: list[HeardWord] = field(default_factory=list)
    files: dict[Path, float] = field(default_factory=dict)
    """When each file begins, in seconds from the beginning of the first."""
    seconds: float = 0.0


def list_spoken_lines(script: Script, voices: Mapping[str, str]) -> list[ExpectedLine]:
    """Return the lines of a script that can be heard.

    Args:
        script: With the spoken form of each line.
        voices: The name of the voice of each line by its number, where it is known.
    """
    return [
        ExpectedLine(line.id, line.text, line.spoken, voices.get(line.id, line.speaker or ""))
        for line in script.lines
        if has_words(line.spoken)
    ]


def listen_to_audiobook(
    files: Sequence[Path], lines: Sequence[ExpectedLine], recogniser: Recogniser, store: Store
) -> Generator[float, None, SoundReport]:
    """Listen to an audiobook, and compare it with the lines that it should say.

    Yields the seconds that were listened to so far, and returns the report.

    Args:
        files: The files of the audiobook in listening order.
        lines: The lines in reading order. If the files hold only a part of the book, only the
            lines of that part.
        recogniser: Transcribes the sound.
        store: Keeps what was heard.

    Raises:
        ExportError: a file can't be decoded.
        EmptyBookError: there is no line to listen for.
    """
    if not lines:
        raise EmptyBookError("the book has no line that can be heard", "give the book itself")
    heard = _HeardBook()
    for window in iterate_windows(files):
        heard.files.setdefault(window.file, window.file_start_seconds)
        heard.words += recogniser.transcribe(window, store)
        heard.seconds = window.end_seconds
        yield heard.seconds
    lines_by_id = {line.line_id: line for line in lines}
    findings = [
        finding
        for finding in check_lines(lines, heard.words, recogniser.language)
        if finding.problem in (SoundProblem.DOUBLED, SoundProblem.MOVED)
        or not _is_said_after_all(finding, lines_by_id[finding.line_id], heard, recogniser, store)
    ]
    return SoundReport(tuple(findings), len(lines), len(heard.words), heard.seconds)


def _is_said_after_all(
    finding: LineFinding,
    line: ExpectedLine,
    heard: _HeardBook,
    recogniser: Recogniser,
    store: Store,
) -> bool:
    """Listen again to the place of a line alone, because a recogniser errs now and then."""
    start = max(finding.start_seconds - _MARGIN_SECONDS, 0.0)
    file, file_start = _find_file(start, heard.files)
    end = finding.end_seconds + _MARGIN_SECONDS
    samples = cut_audio(file, start - file_start, end - file_start)
    window = AudioWindow(start, samples, file, file_start)
    return is_said(line, recogniser.transcribe(window, store), recogniser.language)


def _find_file(seconds: float, files: Mapping[Path, float]) -> tuple[Path, float]:
    """Return the file that is heard at a time, and when it begins."""
    begun = [(file, start) for file, start in files.items() if start <= seconds]
    return begun[-1]
