from collections.abc import Callable

import pytest

from narrator.attribution import attribute_lines
from narrator.attribution.coreference.mention_detection import People, discover
from narrator.attribution.language import language
from narrator.attribution.tokens import Page, turn
from narrator.model import Book, Chapter, Metadata, Paragraph, Script, Source
from narrator.segmentation import segment


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
        return attribute_lines(book, segment(book))

    return make


@pytest.fixture(scope="session")
def page_of() -> Callable[[str], Page]:
    def make(text: str) -> Page:
        book = book_of(text)
        return turn(book, segment(book), language("en"))

    return make


@pytest.fixture(scope="session")
def people_of(page_of: Callable[[str], Page]) -> Callable[[str], tuple[Page, People]]:
    def make(text: str) -> tuple[Page, People]:
        page = page_of(text)
        return page, discover(page)

    return make
