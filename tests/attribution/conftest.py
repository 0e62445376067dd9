from collections.abc import Callable

import pytest

from narrator.attribution import attribute_lines
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.coreference.people import People
from narrator.attribution.tokens import TokenTable, tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.model import Book, Chapter, Metadata, Paragraph, Script, Source
from narrator.segmentation.lines import segment_book


def book_of(text: str, tag: str = "en") -> Book:
    paragraphs, offset = [], 0
    for number, paragraph in enumerate(text.strip("\n").split("\n\n"), 1):
        start = text.index(paragraph, offset)
        offset = start + len(paragraph)
        paragraphs.append(Paragraph(start, offset, number))
    chapter = Chapter(1, "One", 0, len(text), tuple(paragraphs))
    return Book(Metadata("A story", language=tag), text, (chapter,), (), Source("-", ""))


@pytest.fixture(scope="session", name="book_of")
def _book_of() -> Callable[..., Book]:
    return book_of


@pytest.fixture(scope="session")
def script_of() -> Callable[..., Script]:
    def build_script(text: str, tag: str = "en") -> Script:
        book = book_of(text, tag)
        return attribute_lines(book, segment_book(book))

    return build_script


@pytest.fixture(scope="session")
def tokens_of() -> Callable[..., TokenTable]:
    def build_tokens(text: str, tag: str = "en") -> TokenTable:
        book = book_of(text, tag)
        return tokenise(book, segment_book(book), load_attribution_language(tag))

    return build_tokens


@pytest.fixture(scope="session")
def people_of(
    tokens_of: Callable[..., TokenTable],
) -> Callable[..., tuple[TokenTable, People]]:
    def build_people(text: str, tag: str = "en") -> tuple[TokenTable, People]:
        tokens = tokens_of(text, tag)
        return tokens, detect_mentions(tokens)

    return build_people


def index_by_name(people: People) -> dict[str, int]:
    """The index of each person by the first word of any name, and of each description."""
    indices = {
        form.words[0].title(): index
        for index, person in enumerate(people.persons)
        for form in person.name_forms
        if form.words
    }
    indices |= {
        person.description: index
        for index, person in enumerate(people.persons)
        if person.description
    }
    return indices
