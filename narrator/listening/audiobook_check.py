"""Listens to a whole audiobook, whoever made it, and says which lines of the book it does not say.

What was heard is kept in the cache, so a check that was interrupted goes on where it stood, and a
second one of the same file takes seconds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.errors import EmptyBookError
from narrator.listening.audio_windows import (
    SAMPLE_RATE,
    AudioWindow,
    cut_audio,
    find_file,
    iterate_windows,
)
from narrator.listening.line_check import (
    ExpectedLine,
    LineChecker,
    PassageLines,
    SoundProblem,
    is_said,
)
from narrator.listening.name_check import find_heard_variants, find_spoken_variants, list_names
from narrator.listening.word_matching import is_same_word
from narrator.takes.sound_frames import FULL_SCALE, describe_frames
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence, Set
    from pathlib import Path

    import numpy.typing as npt

    from narrator.cache.store import Store
    from narrator.listening.line_check import LineFinding
    from narrator.listening.line_screening import ListeningRegion
    from narrator.listening.name_check import NameVariants
    from narrator.listening.recogniser import HeardWord, Recogniser
    from narrator.listening.sound_scan import SoundScan
    from narrator.model import Script

_HEARING_SHARE = 0.75
"""About how much of the time of a check passes until all was heard once."""
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
    listened_seconds: float
    """How much of it was listened to; the rest was judged by its sound alone."""
    file_starts: Mapping[Path, float] = field(default_factory=dict, repr=False)
    """When each file begins, in seconds from the beginning of the first."""
    heard_forms: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict, repr=False)
    """How often each word of the text was heard as which, by voice and word, in lower case."""
    name_variants: tuple[NameVariants, ...] = ()
    """The names that one voice says in several ways."""

    def count_mishearings(self, language: str) -> Counter[tuple[str, str]]:
        """Return how often a word of the text was heard as another one: both in lower case.

        Words that are written or sound nearly alike in the language do not count.
        """
        mishearings = Counter[tuple[str, str]]()
        for (_, word), counts in self.heard_forms.items():
            for heard, count in counts.items():
                if not is_same_word(word, heard, language):
                    mishearings[word, heard] += count
        return mishearings

    @property
    def missing_count(self) -> int:
        """Return the number of lines with missing words, or words in the place of others."""
        serious = (SoundProblem.MISSING, SoundProblem.OTHER, SoundProblem.SHORT)
        return sum(finding.problem in serious for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold, times in seconds."""
        return {
            "lines": self.line_count,
            "heard_words": self.heard_word_count,
            "duration": round(self.seconds, 3),
            "listened": round(self.listened_seconds, 3),
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
            "names": [
                {
                    "name": variants.name,
                    "voice": variants.voice,
                    "forms": dict(variants.forms),
                    "heard": variants.is_heard,
                    "lexicon": variants.lexicon_entry,
                }
                for variants in self.name_variants
            ],
        }


@dataclass
class _HeardBook:
    """What was heard of an audiobook, and where its files begin."""

    words: list[HeardWord] = field(default_factory=list)
    files: dict[Path, float] = field(default_factory=dict)
    """When each file begins, in seconds from the beginning of the first."""
    seconds: float = 0.0
    doubtful_ids: Set[str] | None = None
    """The numbers of the lines whose sound is not as it should be. All others sound like their
    text, so that nothing is missing in them, whatever was heard. None if that is unknown."""
    has_timeline: bool = True
    short_ids: Set[str] = frozenset()
    """The numbers of the lines that are heard for much less time than they take."""
    is_speech: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Which hundredths of a second hold sound; only without a timeline."""


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
    files: Sequence[Path],
    lines: Sequence[ExpectedLine],
    recogniser: Recogniser,
    store: Store,
    short_ids: Set[str] | None = None,
) -> Generator[float, None, SoundReport]:
    """Listen to a whole audiobook, and compare it with the lines that it should say.

    Yields how much is done, in seconds of what is listened to, and returns the report.

    Args:
        files: The files of the audiobook in listening order.
        lines: The lines in reading order. If the files hold only a part of the book, only the
            lines of that part.
        recogniser: Transcribes the sound.
        store: Keeps what was heard.
        short_ids: The numbers of the lines that are heard for much less time than the timeline
            says; None without a timeline.

    Raises:
        ExportError: a file can't be decoded.
        EmptyBookError: there is no line to listen for.
    """
    _require_lines(lines)
    heard = _HeardBook(has_timeline=short_ids is not None, short_ids=short_ids or frozenset())
    speech = [np.zeros(0, bool)]
    for window in iterate_windows(files):
        heard.files.setdefault(window.file, window.file_start_seconds)
        heard.words += recogniser.transcribe(window, store)
        heard.seconds = window.end_seconds
        speech.append(describe_frames(window.samples * FULL_SCALE, SAMPLE_RATE).is_speech)
        yield heard.seconds * _HEARING_SHARE
    heard.is_speech = np.concatenate(speech)
    passages = [PassageLines(0, len(lines), 0.0, heard.seconds)]
    return (yield from _compare(lines, passages, heard, recogniser, store))


def listen_to_regions(
    regions: Sequence[ListeningRegion],
    scan: SoundScan,
    lines: Sequence[ExpectedLine],
    recogniser: Recogniser,
    store: Store,
) -> Generator[float, None, SoundReport]:
    """Listen to some stretches of an audiobook, and compare them with the lines in them.

    Yields how much is done, in seconds of what is listened to, and returns the report.

    Args:
        regions: The stretches, in listening order.
        scan: The scan of the audiobook.
        lines: All lines of the audiobook.
        recogniser: Transcribes the sound.
        store: Keeps what was heard.

    Raises:
        ExportError: a file can't be decoded.
        EmptyBookError: there is no line to listen for.
    """
    _require_lines(lines)
    heard = _HeardBook(files=dict(scan.file_starts), seconds=scan.seconds)
    listened_lines: list[ExpectedLine] = []
    passages: list[PassageLines] = []
    listened_seconds = 0.0
    for region in regions:
        for window in _cut_windows(region.start_seconds, region.end_seconds, heard):
            heard.words += recogniser.transcribe(window, store)
        first = len(listened_lines)
        listened_lines += lines[region.first : region.end]
        passages.append(
            PassageLines(first, len(listened_lines), region.start_seconds, region.end_seconds)
        )
        listened_seconds += region.end_seconds - region.start_seconds
        yield listened_seconds * _HEARING_SHARE
    heard.doubtful_ids = {lines[index].line_id for region in regions for index in region.doubtful}
    heard.short_ids = {lines[index].line_id for region in regions for index in region.short}
    report = yield from _compare(listened_lines, passages, heard, recogniser, store)
    return replace(report, line_count=len(lines))


def _require_lines(lines: Sequence[ExpectedLine]) -> None:
    """Check that there is something to listen for.

    Raises:
        EmptyBookError: there is no line.
    """
    if not lines:
        raise EmptyBookError(
            "the book has no line to listen for", "name the book that was narrated"
        )


def _cut_windows(
    start_seconds: float, end_seconds: float, heard: _HeardBook
) -> Iterator[AudioWindow]:
    """Yield the sound between two times: one window for each file that it lies in."""
    starts = [*heard.files.values(), heard.seconds]
    for (file, file_start), file_end in zip(heard.files.items(), starts[1:], strict=True):
        start, end = max(start_seconds, file_start), min(end_seconds, file_end)
        if start < end:
            samples = cut_audio(file, start - file_start, end - file_start)
            yield AudioWindow(start, samples, file, file_start)


def _compare(
    lines: Sequence[ExpectedLine],
    passages: Sequence[PassageLines],
    heard: _HeardBook,
    recogniser: Recogniser,
    store: Store,
) -> Generator[float, None, SoundReport]:
    """Return the report of what was heard; doubtful lines are listened to a second time.

    Yields how much of that is done, in seconds of the sound that was heard.
    """
    seconds = sum(passage.end_seconds - passage.start_seconds for passage in passages)
    lines_by_id = {line.line_id: line for line in lines}
    checker = LineChecker(
        lines, heard.words, recogniser.language, heard.doubtful_ids or frozenset(), heard.short_ids
    )
    if not heard.has_timeline:
        heard.short_ids = checker.find_short_lines(heard.is_speech)

    def rate_texts(start: float, end: float, texts: Sequence[str]) -> list[float]:
        return recogniser.rate_texts(_cut_window(start, end, heard), texts, store)

    for share in checker.resolve_doubts(rate_texts, passages):
        yield seconds * (_HEARING_SHARE + share * (1 - _HEARING_SHARE))
    findings = [
        finding
        for finding in checker.find_problems()
        if _is_certain(finding, heard)
        or (
            (heard.doubtful_ids is None or finding.line_id in heard.doubtful_ids)
            and not _is_said_after_all(
                finding, lines_by_id[finding.line_id], heard, recogniser, store
            )
        )
    ]
    return SoundReport(
        tuple(findings),
        len(lines),
        len(heard.words),
        heard.seconds,
        seconds,
        heard.files,
        checker.count_heard_forms(),
    )


def _is_certain(finding: LineFinding, heard: _HeardBook) -> bool:
    """Return whether listening again can't change a finding."""
    is_cut = heard.has_timeline and finding.line_id in heard.short_ids
    return is_cut or finding.problem in (SoundProblem.DOUBLED, SoundProblem.MOVED)


def _is_said_after_all(
    finding: LineFinding,
    line: ExpectedLine,
    heard: _HeardBook,
    recogniser: Recogniser,
    store: Store,
) -> bool:
    """Listen again to the place of a line alone, because a recogniser errs now and then."""
    start = max(finding.start_seconds - _MARGIN_SECONDS, 0.0)
    window = _cut_window(start, finding.end_seconds + _MARGIN_SECONDS, heard)
    words = recogniser.transcribe(window, store)
    return is_said(line, words, recogniser.language, is_short=line.line_id in heard.short_ids)


def _cut_window(start_seconds: float, end_seconds: float, heard: _HeardBook) -> AudioWindow:
    """Return the sound between two times, which may lie in several files."""
    file, file_start = find_file(start_seconds, heard.files)
    samples = [np.zeros(0, np.float32)]
    samples += [window.samples for window in _cut_windows(start_seconds, end_seconds, heard)]
    return AudioWindow(start_seconds, np.concatenate(samples), file, file_start)


def check_names(
    report: SoundReport, script: Script, lines: Sequence[ExpectedLine], language: str
) -> SoundReport:
    """Return a report with the names that one voice says in several ways.

    Args:
        report: What was heard.
        script: Knows the names of the characters.
        lines: All lines of the audiobook, whether they were listened to or not.
        language: A BCP 47 tag.
    """
    names = list_names(script.characters)
    variants = find_spoken_variants(lines, names, language)
    known = {(each.voice, each.name) for each in variants}
    variants += [
        each
        for each in find_heard_variants(report.heard_forms, names, language)
        if (each.voice, each.name) not in known
    ]
    return replace(report, name_variants=tuple(variants))
