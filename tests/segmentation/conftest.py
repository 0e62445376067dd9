"""Small books for the tests of segmentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from narrator.model import Book, Chapter, Metadata, Paragraph, Source

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


@pytest.fixture(scope="session")
def book_of() -> Callable[..., Book]:
    """Return a function that makes a book of one chapter; empty lines separate its paragraphs."""

    def make(text: str, language: str = "en") -> Book:
        paragraphs = tuple(
            Paragraph(match.start(), match.end(), number)
            for number, match in enumerate(_BLOCK.finditer(text), 1)
        )
        chapter = Chapter(1, "Story", 0, len(text), paragraphs)
        source = Source("story.txt", "0" * 64)
        return Book(Metadata("Story", language=language), text, (chapter,), (), source)

    return make
