"""Dialogue found: cases of typography, and characters of speech in excerpts and whole novels."""

from __future__ import annotations

import itertools
import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import shared
from narrator import readers
from narrator.model import LineKind
from narrator.segmentation import segment_book

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.model import Book, Line

MARKS = " \t\r\n\"'`‘’“”„«»‹›—–-_「」\ufeff\u200b"
Pieces = list[tuple[str, str]]


def main() -> None:
    _cases()
    _excerpts()
    _novels()


def _cases() -> None:
    path = shared("dialogue", "dialogue_dev.jsonl")
    if path is None:
        print("cases skipped: no shared/dialogue here")
        return
    cases = [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    missed = [case["id"] for case in cases if not _right(case)]
    print(f"cases of typography: {len(cases) - len(missed)} of {len(cases)} right", *missed)


def _right(case: dict[str, Any]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.txt"
        path.write_bytes(case["text"].encode())
        got = _pieces(readers.read([str(path)]))
    accepted = [_bare((p["kind"], p["text"]) for p in pieces) for pieces in _accepted(case)]
    return _bare(got) in accepted


def _accepted(case: dict[str, Any]) -> list[list[dict[str, str]]]:
    return [case["expect"], *case.get("alt", [])]


def _pieces(book: Book) -> Pieces:
    """Lines joined while kind and paragraph last."""

    def key(line: Line) -> tuple[object, ...]:
        return (line.kind, line.chapter, line.paragraph, line.kind is LineKind.HEADING and line.id)

    runs = itertools.groupby(segment_book(book), key)
    return [(str(key[0]), " ".join(line.text for line in lines)) for key, lines in runs]


def _bare(pieces: Iterable[tuple[str, str]]) -> Pieces:
    """Without scene breaks, marks at the edges, and space: Chinese has none to join lines with."""
    return [
        (kind, re.sub(r"[\s_]+", "", text.strip(MARKS)))
        for kind, text in pieces
        if kind != "scene_break"
    ]


def _excerpts() -> None:
    path = shared("dialogue", "litbank_speech.json")
    if path is None:
        return
    counts = [0, 0, 0]
    for item in json.loads(path.read_text("utf-8"))["items"]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "excerpt.txt"
            file.write_bytes(item["text"].encode())
            book = readers.read([str(file)])
        counts = _added(counts, _count(book, segment_book(book), item["speech"]))
    print(f"50 excerpts: {_figures(counts)}")


def _novels() -> None:
    folder = shared("quotes")
    if folder is None:
        print("novels skipped: no shared/quotes here")
        return
    counts, words, seconds = [0, 0, 0], 0, 0.0
    for quotes in sorted(folder.glob("*/quotes.json")):
        book = readers.read([str(quotes.parent / "text.txt")])
        start = time.process_time()
        lines = segment_book(book)
        seconds += time.process_time() - start
        words += len(book.text.split())
        gold = json.loads(quotes.read_text("utf-8"))["quotes"]
        mine = _count(book, lines, [part for quote in gold for part in quote["parts"]])
        counts = _added(counts, mine)
        print(f"  {quotes.parent.name:30} {_figures(mine)}")
    print(f"18 novels: {_figures(counts)}")
    print(f"segmenting: {seconds / words * 120_000:.2f} s of processor time for 120,000 words")


def _added(left: list[int], right: list[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)]


def _count(book: Book, lines: Iterable[Line], gold: list[list[int]]) -> list[int]:
    """Characters in both, found, and expected."""
    expected, found = bytearray(len(book.text)), bytearray(len(book.text))
    for start, end in gold:
        expected[start:end] = b"\1" * (end - start)
    for line in lines:
        if line.kind is LineKind.DIALOGUE:
            found[line.start : line.end] = b"\1" * (line.end - line.start)
    at = [index for index, sign in enumerate(book.text) if sign not in MARKS]
    both = sum(expected[index] & found[index] for index in at)
    return [both, sum(found[index] for index in at), sum(expected[index] for index in at)]


def _figures(counts: list[int]) -> str:
    both, found, expected = counts
    f1 = 2 * both / (found + expected)
    return f"precision {both / found:.1%}, recall {both / expected:.1%}, F1 {f1:.1%}"
