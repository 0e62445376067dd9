"""Paragraphs are found in every layout that people give to plain text."""

from __future__ import annotations

import textwrap

import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout.plain_layout import lay_out_text

FIRST = [
    "The ice had been groaning since noon, and by the time the post sledge came down from the pass the whole of the lower lake was open water.",
    '"Will she come?" asked Ida.',
    '"She came last year," said Bo. "She came when the wind was worse than this, and nobody had so much as lit a lamp for her to see by."',
    '"No."',
    '"Then wait," said Bo, and he went in.',
    "They waited. The stove was cold, and nobody had thought to fetch any wood, so that Ida had to go out again with a shawl over her head.",
    '"You might have told me," she said when she came back, and she hung the shawl by the stove where the old dog was lying. He did not look up at her.',
    "It snowed.",
    "At dawn a boy came with the news that the road below the mill was gone. Nobody believed him until they had been down to look at it, and then they were quiet.",
    "Bo laughed at the pair of them, which he had done very seldom in that winter.",
]
SECOND = [
    "Spring came late. The road was laid again by the men of both parishes, who were never paid, and it held for as long as anybody cared about it.",
    '"Who laid it?" asked Ida.',
    '"We did," said Bo.',
    "The boy, who had lived on the story for most of a year, was sorry to see it end, and he said so to all who would stop and listen.",
    '"It will not hold," he said.',
    "To that they had no answer.",
]  # fmt: skip


def wrap(paragraph: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(paragraph, width, initial_indent=indent)


def join(paragraphs: list[str], layout: str, width: int) -> str:
    """Return the paragraphs in one of the layouts."""
    rows: list[str] = []
    for paragraph in paragraphs:
        match layout.split():
            case ["one", "line", "each"]:
                rows.append(paragraph)
            case ["one", "line", "each,", "blank", "between"]:
                rows += [paragraph, ""]
            case ["indents", name]:
                rows += wrap(paragraph, width, {"two": "  ", "tab": "\t", "em": "\u2003"}[name])
            case ["blank", "between"]:
                rows += [*wrap(paragraph, width), ""]
            case ["blank", "after", "each", "row", "and", "indents"]:
                rows += [line for row in wrap(paragraph, width, "   ") for line in (row, "")]
            case ["blank", "after", "each", "row"]:
                rows += [line for row in wrap(paragraph, width) for line in (row, "")] + [""]
            case _:
                rows += wrap(paragraph, width)
    return "\n".join(rows)


def read_paragraphs(text: str) -> list[str]:
    return [" ".join(block.text.split()) for block in lay_out_text(text).blocks]


LAYOUTS = [
    "one line each",
    "one line each, blank between",
    "indents two",
    "indents tab",
    "indents em",
    "blank between",
    "blank after each row and indents",
    "blank after each row",
    "short lines only",
]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("width", [60, 72])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_paragraphs_are_found_in_each_layout(layout: str, width: int, line_end: str) -> None:
    chapters = [join(paragraphs, layout, width) for paragraphs in (FIRST, SECOND)]
    text = f"CHAPTER ONE\n{chapters[0]}\nCHAPTER TWO\n{chapters[1]}\n"
    assert read_paragraphs(text.replace("\n", line_end)) == [
        "CHAPTER ONE",
        *FIRST,
        "CHAPTER TWO",
        *SECOND,
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [("blank between", "one line each"), ("one line each", "blank between"), ("indents two", "blank between")],
)  # fmt: skip
def test_chapters_of_one_file_may_have_different_layouts(first: str, second: str) -> None:
    text = f"CHAPTER ONE\n\n{join(FIRST, first, 65)}\n\nCHAPTER TWO\n\n{join(SECOND + FIRST, second, 65)}\n"
    assert read_paragraphs(text) == ["CHAPTER ONE", *FIRST, "CHAPTER TWO", *SECOND, *FIRST]


def test_blank_lines_that_are_missing_in_one_place_are_supplied() -> None:
    text = f"{join(FIRST, 'blank between', 66)}\n\n{join(SECOND, 'short', 66)}\n\n{join(FIRST, 'blank between', 66)}"
    assert read_paragraphs(text) == [*FIRST, *SECOND, *FIRST]


def test_a_remark_is_made_if_only_short_lines_separate_paragraphs() -> None:
    [note] = lay_out_text(join(FIRST, "short", 66)).notes
    assert "short line" in note
    assert not lay_out_text(join(FIRST, "blank between", 66)).notes


@pytest.mark.parametrize("layout", ["one line each", "indents two", "blank between", "short"])
def test_verse_stays_verse_in_each_layout(layout: str) -> None:
    verse = "The ice upon the water stands,\nAnd all the boats are in;\nThe wind goes out across the sands\nAnd no one knows my kin."
    prose = join(FIRST, layout, 66)
    blocks = lay_out_text(f"{prose}\n\n{verse}\n\n{prose}").blocks
    assert [block.text for block in blocks if block.kind is ParagraphKind.VERSE] == [verse]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("CHAPTER TWO", True),
        ("Chapter 2: The Thaw", True),
        ("II", True),
        ("EPILOGUE", True),
        ("Chapter two was the best of it, he said.", False),
        ("She", False),
    ],
)
def test_a_heading_needs_no_blank_lines(row: str, expected: bool) -> None:
    text = f"{join(FIRST, 'indents two', 66)}\n{row}\n{join(SECOND, 'indents two', 66)}"
    assert (row in read_paragraphs(text)) is expected


def test_a_title_in_the_row_below_a_number_belongs_to_the_heading() -> None:
    text = f"CHAPTER ONE\nThe Ice\n{join(FIRST, 'indents two', 66)}\nCHAPTER TWO\nThe Thaw\n{join(SECOND, 'indents two', 66)}"
    blocks = lay_out_text(text).blocks
    assert [b.text for b in blocks if b.text.startswith("CH")] == [
        "CHAPTER ONE\nThe Ice",
        "CHAPTER TWO\nThe Thaw",
    ]
