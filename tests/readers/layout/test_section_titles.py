"""Titles and dates of a plain text without chapters, and what stands outside its chapters."""

import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout import section_titles
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.heading_detection import mark_headings
from narrator.readers.layout.plain_layout import split_into_blocks

POEM = "The tide goes out,\nThe tide comes in,\nAnd nobody asks why."


def mark(text: str) -> list[Block]:
    blocks = split_into_blocks(text)
    mark_headings(blocks, "en")
    return blocks


def list_headings(text: str) -> list[str]:
    return [block.text for block in mark(text) if block.kind is ParagraphKind.HEADING]


@pytest.mark.parametrize(
    ("line", "is_date"),
    [
        ("3rd January.", True),
        ("Tuesday, May 3, 1887", True),
        ("12 mars 1902", True),
        ("5. Oktober", True),
        ("July 4", True),
        ("May I come in at 3?", False),
        ("It was 3 May when the ferry sank.", False),
        ("3 apples", False),
        ("44 May", False),
        ("January", False),
    ],
)
def test_a_date_has_a_month_and_a_day_or_year(line: str, is_date: bool) -> None:
    assert section_titles.is_date(line) is is_date


def test_the_dates_of_a_diary_are_headings() -> None:
    days = [f"{day} May.\n\nIt rained all day, and nobody came." for day in (3, 4, 7)]
    assert list_headings("\n\n".join(days)) == ["3 May.", "4 May.", "7 May."]


def test_a_list_of_dates_has_no_headings() -> None:
    assert list_headings("3 May\n\n4 May\n\n5 May\n\n6 May\n\nThese were the days.") == []


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("THE GATE", "HARE"), ["THE GATE", "HARE"]),
        (("The Gate", "Hare"), ["The Gate", "Hare"]),
        (("THE GATE", "Hare"), []),
        (("THE GATE", "THE GATE"), []),
        (("The gate was shut.", "The hare ran."), []),
        (("“The gate”", "“Hare”"), []),
    ],
)
def test_titles_that_wide_gaps_set_off_are_headings(
    titles: tuple[str, str], expected: list[str]
) -> None:
    text = "Low Tide\n\nby Ada Vane\n\n" + "".join(f"\n\n{t}\n\n{POEM}\n\n{POEM}\n" for t in titles)
    assert list_headings(text) == expected


def test_three_titles_in_quotation_marks_are_headings() -> None:
    titles = ["“The gate”", "“Hare”", "“Low water”"]
    text = "Low Tide\n\nby Ada Vane\n\n" + "".join(f"\n\n{t}\n\n{POEM}\n" for t in titles)
    assert list_headings(text) == titles


def test_titles_in_capitals_above_other_titles_are_those_of_parts() -> None:
    parts = (("SONGS", "The Gate", "Hare"), ("ELEGIES", "The Moor", "Home"))
    body = [
        f"\n\n{part}\n\n\n{first}\n\n{POEM}\n\n{POEM}\n\n\n{second}\n\n{POEM}\n\n{POEM}"
        for part, first, second in parts
    ]
    blocks = mark("Low Tide\n\nby Ada Vane\n\n" + "\n\n".join(body))
    levels = {block.text: block.heading_level for block in blocks if block.heading_level}
    assert levels == {"SONGS": 1, "The Gate": 2, "Hare": 2, "ELEGIES": 1, "The Moor": 2, "Home": 2}


def test_without_wide_gaps_a_line_in_capitals_is_no_heading() -> None:
    assert list_headings(f"{POEM}\n\nNO ENTRY\n\n{POEM}\n\nKEEP OUT\n\n{POEM}") == []


def test_numbers_of_stanzas_are_below_the_title() -> None:
    text = f"Low Tide\n\n\n\nTHE GATE\n\nI\n\n{POEM}\n\nII\n\n{POEM}\n\n\n\nHARE\n\n{POEM}"
    levels = {block.text: block.heading_level for block in mark(text) if block.heading_level}
    assert levels == {"THE GATE": 1, "I": 2, "II": 2, "HARE": 1}


def test_sections_outside_the_chapters_are_skipped() -> None:
    text = (
        "THE MILL\n\n\nAlso by Ada Vane\n\nThe Weir\nThe Ford\n\n\nCHAPTER I\n\nIt rained.\n\n\n"
        "CHAPTER II\n\nIt stopped.\n\n\nAbout the Author\n\nAda Vane swims.\n"
    )
    blocks = mark(text)
    section_titles.skip_outer_matter(blocks)
    skipped = [(block.text, block.skip_reason) for block in blocks if block.skip_reason]
    assert skipped == [
        ("Also by Ada Vane", "advertisement"),
        ("The Weir\nThe Ford", "advertisement"),
        ("About the Author", "about the author"),
        ("Ada Vane swims.", "about the author"),
    ]


def test_a_chapter_with_such_a_title_is_read() -> None:
    text = "CHAPTER I\n\nIt rained.\n\n\nIndex\n\nIt stopped.\n\n\nCHAPTER II\n\nIt rained again.\n"
    blocks = mark(text)
    section_titles.skip_outer_matter(blocks)
    assert not any(block.skip_reason for block in blocks)
