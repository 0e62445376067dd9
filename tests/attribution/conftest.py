from collections.abc import Callable

import pytest

from narrator.attribution import attribute_lines
from narrator.attribution.coreference.mention_detection import People, detect_mentions
from narrator.attribution.language import load_attribution_language
from narrator.attribution.tokens import TokenTable, tokenise
from narrator.model import Book, Chapter, Metadata, Paragraph, Script, Source
from narrator.segmentation import segment_book


def book_of(text: str, tag: str = "en") -> Book:
    paragraphs, at = [], 0
    for number, block in enumerate(text.strip("\n").split("\n\n"), 1):
        start = text.index(block, at)
        at = start + len(block)
        paragraphs.append(Paragraph(start, at, number))
    chapter = Chapter(1, "One", 0, len(text), tuple(paragraphs))
    return Book(Metadata("A story", language=tag), text, (chapter,), (), Source("-", ""))


@pytest.fixture(scope="session", name="book_of")
def _book_of() -> Callable[..., Book]:
    return book_of


@pytest.fixture(scope="session")
def script_of() -> Callable[..., Script]:
    def make(text: str, tag: str = "en") -> Script:
        book = book_of(text, tag)
        return attribute_lines(book, segment_book(book))

    return make


@pytest.fixture(scope="session")
def page_of() -> Callable[[str], TokenTable]:
    def make(text: str) -> TokenTable:
        book = book_of(text)
        return tokenise(book, segment_book(book), load_attribution_language("en"))

    return make


@pytest.fixture(scope="session")
def people_of(page_of: Callable[[str], TokenTable]) -> Callable[[str], tuple[TokenTable, People]]:
    def make(text: str) -> tuple[TokenTable, People]:
        page = page_of(text)
        return page, detect_mentions(page)

    return make
