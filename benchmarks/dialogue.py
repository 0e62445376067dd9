"""Detection of dialogue: cases of typography, excerpts and whole novels."""

from __future__ import annotations

import itertools
import json
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import find_material
from narrator import readers
from narrator.model import LineKind
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Book, Line

IGNORED_SIGNS = " \t\r\n\"'`‘’“”„«»‹›—–-_「」\ufeff\u200b"
"""Characters that are not counted: annotations differ on whether marks belong to the speech."""
REFERENCE_WORDS = 120_000
"""Length of the book, in words, for which times are stated."""
LabelledTexts = list[tuple[str, str]]
"""Kind and text of each line, in order."""


def main() -> None:
    """Print all figures of dialogue."""
    _measure_cases()
    _measure_excerpts()
    _measure_novels()


# Cases of typography


def _measure_cases() -> None:
    path = find_material("dialogue", "dialogue_dev.jsonl")
    if path is None:
        print("cases skipped: no shared/dialogue here")
        return
    cases = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    failed = [case["id"] for case in cases if not _is_case_right(case)]
    print(f"cases of typography: {len(cases) - len(failed)} of {len(cases)} right", *failed)


def _is_case_right(case: dict[str, Any]) -> bool:
    """Return whether a case is segmented in one of its accepted ways."""
    expected = [case["expect"], *case.get("alt", [])]
    accepted = [normalise_texts((t["kind"], t["text"]) for t in texts) for texts in expected]
    return normalise_texts(join_lines(_read_text(case["text"]))) in accepted


def _read_text(text: str) -> Book:
    """Return the book of a text, read from a file with exactly these characters."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_bytes(text.encode())
        return readers.read([str(path)])


def join_lines(book: Book) -> LabelledTexts:
    """Return the lines of a book, with consecutive lines of one kind and paragraph joined."""

    def group(line: Line) -> tuple[object, ...]:
        # Headings are never joined with each other.
        heading_id = line.kind is LineKind.HEADING and line.id
        return line.kind, line.chapter, line.paragraph, heading_id

    runs = itertools.groupby(segment_book(book), group)
    return [(str(key[0]), " ".join(line.text for line in lines)) for key, lines in runs]


def normalise_texts(texts: Iterable[tuple[str, str]]) -> LabelledTexts:
    """Return the texts without scene breaks, without marks at their ends, and without white space.

    Chinese sentences are not separated by spaces, but lines are joined with spaces; without white
    space, they can be compared.
    """
    return [
        (kind, re.sub(r"[\s_]+", "", text.strip(IGNORED_SIGNS)))
        for kind, text in texts
        if kind != "scene_break"
    ]


# Characters of speech


@dataclass(frozen=True)
class DetectionCounts:
    """Numbers of characters of speech: correct, predicted by segmentation, and annotated."""

    correct: int = 0
    predicted: int = 0
    expected: int = 0

    def __add__(self, other: DetectionCounts) -> DetectionCounts:
        return DetectionCounts(
            self.correct + other.correct,
            self.predicted + other.predicted,
            self.expected + other.expected,
        )

    def __str__(self) -> str:
        precision, recall = self.correct / self.predicted, self.correct / self.expected
        f1 = 2 * self.correct / (self.predicted + self.expected)
        return f"precision {precision:.1%}, recall {recall:.1%}, F1 {f1:.1%}"


def count_speech(book: Book, lines: Iterable[Line], gold_spans: list[list[int]]) -> DetectionCounts:
    """Count the characters of speech that segmentation predicts and that are annotated.

    Args:
        book: the book.
        lines: its lines, as returned by segmentation.
        gold_spans: start and end offsets of the annotated speech.
    """
    # One flag for each character of the text.
    expected, predicted = bytearray(len(book.text)), bytearray(len(book.text))
    for start, end in gold_spans:
        expected[start:end] = b"\1" * (end - start)
    for line in lines:
        if line.kind is LineKind.DIALOGUE:
            predicted[line.start : line.end] = b"\1" * (line.end - line.start)
    counted = [index for index, sign in enumerate(book.text) if sign not in IGNORED_SIGNS]
    return DetectionCounts(
        sum(expected[index] & predicted[index] for index in counted),
        sum(predicted[index] for index in counted),
        sum(expected[index] for index in counted),
    )


def _measure_excerpts() -> None:
    path = find_material("dialogue", "litbank_speech.json")
    if path is None:
        return
    total = DetectionCounts()
    for item in json.loads(path.read_text("utf-8"))["items"]:
        book = _read_text(item["text"])
        total += count_speech(book, segment_book(book), item["speech"])
    print(f"50 excerpts: {total}")


def _measure_novels() -> None:
    folder = find_material("quotes")
    if folder is None:
        print("novels skipped: no shared/quotes here")
        return
    total, word_count, seconds = DetectionCounts(), 0, 0.0
    for quotes_path in sorted(folder.glob("*/quotes.json")):
        book = readers.read([str(quotes_path.parent / "text.txt")])
        start = time.process_time()
        lines = segment_book(book)
        seconds += time.process_time() - start
        word_count += len(book.text.split())
        quotes = json.loads(quotes_path.read_text("utf-8"))["quotes"]
        counts = count_speech(book, lines, [part for quote in quotes for part in quote["parts"]])
        total += counts
        print(f"  {quotes_path.parent.name:30} {counts}")
    print(f"18 novels: {total}")
    per_book = seconds / word_count * REFERENCE_WORDS
    print(f"segmenting: {per_book:.2f} s of processor time for {REFERENCE_WORDS:,} words")
