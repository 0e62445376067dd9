"""Texts with many typographies are cut into the expected pieces."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from narrator.languages.recognition import recognise_language
from narrator.model import LineKind
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book

CASES = tomllib.loads((Path(__file__).parent / "typography.toml").read_text("utf-8"))["case"]
EDGES = " \t\r\n\"'`‘’“”„«»‹›—–-「」"
LETTER = {LineKind.DIALOGUE: "D", LineKind.NARRATION: "N", LineKind.HEADING: "H"}


def list_pieces(book: Book) -> list[str]:
    """Return the lines of a book, those of one kind and paragraph joined, without edge marks."""
    runs = itertools.groupby(segment_book(book), key=lambda line: (line.paragraph, line.kind))
    spans = [(key[1], list(lines)) for key, lines in runs]
    return [
        f"{LETTER[kind]} {strip_edges(book.text[lines[0].start : lines[-1].end])}"
        for kind, lines in spans
    ]


def strip_edges(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).strip(EDGES)


@pytest.mark.parametrize("language", ["declared", "undeclared"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_is_cut_into_these_pieces(
    book_of: Callable[..., Book], case: dict[str, Any], language: str
) -> None:
    declared_tag = case.get("language", "en") if language == "declared" else ""
    tag = recognise_language(case["text"], declared_tag).tag
    expected = [f"{piece[0]} {strip_edges(piece[2:])}" for piece in case["pieces"]]
    assert list_pieces(book_of(case["text"], tag)) == expected
