"""Running heads of scanned pages are skipped, and the sentences that they interrupt are joined."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from narrator.readers import Policy, SourceFile
from narrator.readers.plain import PlainReader

if TYPE_CHECKING:
    from narrator.model import Book

PARAGRAPHS = [
    f"The ferry number {name} had crossed the water before noon, and nobody on the quay could say "
    "whether it would come back that day, because the wind had turned and the old pilot was ill, "
    "so that they waited by the fire, and talked of the winter, and of the herring that had not come."
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight")
]
ROWS_OF_A_PAGE = 7


def scan(heads: list[str], gap: list[str]) -> str:
    """Return the paragraphs as pages, each but the first below one of the heads in turn."""
    rows = [row for text in PARAGRAPHS for row in [*textwrap.wrap(text, 60), ""]]
    pages = [rows[i : i + ROWS_OF_A_PAGE] for i in range(0, len(rows), ROWS_OF_A_PAGE)]
    result = pages[0]
    for number, page in enumerate(pages[1:], 12):
        head = heads[number % len(heads)].format(page=number)
        result = [*result, *gap, head, *gap, *page]
    return "\n".join(result)


def read(text: str) -> Book:
    return PlainReader().read(SourceFile("a.txt", text.encode(), ".txt"), Policy())


def list_paragraphs(book: Book) -> list[str]:
    return [
        " ".join(book.readable_text[paragraph.start : paragraph.end].split())
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
    ]


@pytest.mark.parametrize("gap", [[], [""], ["", ""]])
@pytest.mark.parametrize(
    "heads",
    [
        ["{page} THE ICE ROAD"],
        ["THE ICE ROAD {page}"],
        ["The Ice Road | {page}"],
        ["{page} THE ICE ROAD", "THE ICE ROAD {page}"],
        ["{page} THE ICE ROAD", "A Late Ferry {page}"],
        ["DIE STRASSE ÜBER DAS EIS"],
        ["THE ICE ROAD\n{page}"],
        ["{page}\n\nTHE ICE ROAD"],
        ["{page}"],
    ],
)
def test_running_heads_are_skipped(heads: list[str], gap: list[str]) -> None:
    book = read(scan(heads, gap))
    assert list_paragraphs(book) == PARAGRAPHS
    assert {passage.reason for passage in book.skipped} <= {"running head", "page number"}


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"{day} March\n\n{text}" for day, text in enumerate(PARAGRAPHS, 3)),
        "\n\n".join(f"Letter {n}\n\n{text}" for n, text in enumerate(PARAGRAPHS, 1)),
        "\n\n".join(f"{text}\n\nSo the river runs." for text in PARAGRAPHS),
    ],
)
def test_lines_that_interrupt_no_sentence_are_read(text: str) -> None:
    book = read(text)
    assert "running head" not in {passage.reason for passage in book.skipped}


def test_the_page_number_beside_the_title_is_silent() -> None:
    text = "THE FERRY     11\n\n" + scan(["THE FERRY     {page}"], [""])
    book = read(text)
    assert book.metadata.title == "The Ferry"
    assert (book.skipped[0].reason, book.skipped[0].text) == ("page number", "11")


def test_heads_with_the_number_outside_on_both_pages_need_no_interrupted_sentence() -> None:
    page = "It rained all day.\n\nIt rained all night, too.\n\n"
    heads = ["14 THE LAST FERRY", "THE LAST FERRY 15", "16 THE LAST FERRY", "THE LAST FERRY 17"]
    book = read("CHAPTER I\n\n" + "".join(f"{head}\n\n{page}" for head in heads) + page)
    assert {p.text for p in book.skipped} == set(heads)


def test_numbered_headings_are_no_running_heads() -> None:
    page = "It rained all day.\n\nIt rained all night, too.\n\n"
    book = read(page + "".join(f"Log entry {number}\n\n{page}" for number in range(1, 6)))
    assert not book.skipped


def test_lines_of_scanners_are_skipped_within_a_sentence() -> None:
    text = "The rain fell on the\n\nDigitized by Google\n\nold quay all day.\n\nIt was late.\n"
    assert list_paragraphs(read(text))[0] == "The rain fell on the old quay all day."
