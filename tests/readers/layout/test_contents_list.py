import pytest

from narrator.readers.layout.contents_list import (
    make_contents_key,
    mark_contents_list,
    normalise_listed_title,
)
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.plain_layout import split_into_blocks

PROSE = "It had rained all night, and the road to the mill was under water from end to end."


def skipped_texts(*texts: str) -> list[str]:
    blocks = split_into_blocks("\n\n".join(texts))
    mark_contents_list(blocks)
    return [block.text for block in blocks if block.skip_reason == "contents"]


def chapters(*heads: str) -> list[str]:
    return [text for head in heads for text in (head, PROSE)]


HEADS = ["CHAPTER I. The Mill", "CHAPTER II. The Sea", "CHAPTER III. The Hill"]


@pytest.mark.parametrize(
    ("contents", "heads"),
    [
        (["CONTENTS", "CHAPTER I. The Mill\nCHAPTER II. The Sea"], HEADS[:2]),
        (["CONTENTS\nCHAPTER I. The Mill\nCHAPTER II. The Sea"], HEADS[:2]),
        (["Inhalt", "I. Die Mühle .... 1", "II. Das Meer .... 9"], ["I. Die Mühle", "II. Das Meer"]),
        (["Contents", "The Hen", "The Roof"], ["The Hen", "The Roof"]),
        (["\n".join(HEADS)], HEADS),
        ([f"{head} {page}" for page, head in enumerate(HEADS, 1)], HEADS),
    ],
)  # fmt: skip
def test_a_contents_list_is_skipped(contents: list[str], heads: list[str]) -> None:
    assert skipped_texts(*contents, *chapters(*heads)) == contents


@pytest.mark.parametrize(
    "texts",
    [
        [*HEADS[:2], PROSE, *chapters(*HEADS[:2])],
        [*HEADS, PROSE, *chapters(*HEADS[:2])],
        [PROSE, "\n".join(HEADS), *chapters(*HEADS)],
        chapters(*HEADS),
        ["CONTENTS", PROSE, *chapters(*HEADS)],
    ],
    ids=["two entries", "an entry does not occur again", "after prose", "no list", "empty list"],
)
def test_headings_that_are_not_a_contents_list_are_kept(texts: list[str]) -> None:
    assert skipped_texts(*texts) == []


def test_the_keys_of_the_entries_are_their_numbers_and_their_titles() -> None:
    blocks = split_into_blocks(
        "\n\n".join(["CONTENTS", "PART ONE", "I. The Mill ... 3", *chapters("I")])
    )
    assert mark_contents_list(blocks) >= {("part", 1), ("chapter", 1), "the mill"}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("CHAPTER IV", ("chapter", 4)),
        ("4", ("chapter", 4)),
        ("Part Four", ("part", 4)),
        ("Prologue", ("chapter", "Prologue")),
    ],
)
def test_headings_that_count_the_same_have_the_same_key(heading: str, expected: object) -> None:
    parsed = parse_heading(heading)
    assert parsed is not None
    assert make_contents_key(parsed) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("I. The Mill ........ 12", "the mill"),
        ("THE MILL", "the mill"),
        ("_The  Mill_ 12", "the mill"),
        ("CHAPTER I", ""),
    ],
)
def test_a_title_is_compared_without_number_page_and_case(line: str, expected: str) -> None:
    assert normalise_listed_title(line) == expected
