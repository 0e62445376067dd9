import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.outline import (
    OutlineEntry,
    build_outline,
    choose_chapters,
    demote_bracketed_headings,
    drop_bracketed_entries,
    join_heading_lines,
)
from tests.readers.sample_books import read, titles

LONG = "word " * 1300
SHORT = "word " * 30


def heading(text: str, level: int = 1, types: frozenset[str] = frozenset()) -> Block:
    return Block(text, kind=ParagraphKind.HEADING, heading_level=level, semantic_types=types)


def chapters(*blocks: Block) -> list[tuple[int, str]]:
    starts = choose_chapters(build_outline(blocks), blocks, "The Book", "en")
    return [(start.block_index, start.title) for start in starts]


def test_a_heading_below_a_heading_completes_it() -> None:
    blocks = [heading("CHAPTER I"), heading("The Mill", 7), Block("It rained.")]
    assert join_heading_lines(blocks, 0) == "CHAPTER I\nThe Mill"
    assert build_outline(blocks) == [OutlineEntry(0, "CHAPTER I\nThe Mill", 0)]


def test_a_text_without_headings_is_one_chapter_with_the_books_title() -> None:
    assert chapters(Block("It rained.")) == [(0, "The Book")]


def test_sections_of_a_chapter_are_not_chapters() -> None:
    blocks = [
        heading("Chapter 1"), heading("Morning", 2), Block(SHORT), heading("Evening", 2), Block(SHORT),
        heading("Chapter 2"), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "Chapter 1"), (5, "Chapter 2")]


def test_long_sections_of_a_part_are_chapters_and_the_first_takes_the_parts_heading() -> None:
    blocks = [
        heading("Part One"), heading("The Mill", 2), Block(LONG), heading("The Sea", 2), Block(LONG),
        heading("Part Two"), heading("The Hill", 2), Block(LONG),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "The Mill"), (3, "The Sea"), (5, "The Hill")]


def poem(lines: int = 8) -> Block:
    return Block("The tide goes out.\n" * lines, kind=ParagraphKind.VERSE)


def test_the_poems_of_a_part_are_chapters_and_numbered_stanzas_are_not() -> None:
    blocks = [
        heading("Songs"), heading("The Gate", 2), poem(), heading("Hare", 2), poem(),
        heading("Ballads"), heading("The Moor", 2), poem(), heading("Home", 2), poem(),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "The Gate"), (3, "Hare"), (5, "The Moor"), (8, "Home")]
    stanzas = [
        block
        for title in ("The Gate", "Hare")
        for block in (
            heading(title),
            *(b for n in ("I", "II", "III") for b in (heading(n, 2), poem())),
        )
    ]
    assert chapters(*stanzas) == [(0, "The Gate"), (7, "Hare")]


def test_numbers_that_go_on_from_part_to_part_are_chapters() -> None:
    blocks = [
        heading("Songs"), heading("I", 2), Block(SHORT), heading("II", 2), Block(SHORT),
        heading("Ballads"), heading("III", 2), Block(SHORT), heading("IV", 2), Block(SHORT),
    ]  # fmt: skip
    assert [index for index, _ in chapters(*blocks)] == [0, 3, 5, 8]


def test_a_part_with_its_own_text_is_a_chapter_too() -> None:
    blocks = [
        heading("Part One"), Block(SHORT), heading("Chapter 1", 2), Block(SHORT),
        heading("Part Two"), heading("Chapter 2", 2), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "Part One"), (2, "Chapter 1"), (4, "Chapter 2")]


def test_numbers_that_begin_again_carry_the_title_of_their_part() -> None:
    blocks = [
        heading("Part One"), heading("Chapter 1", 2), Block(SHORT),
        heading("Part Two"), heading("Chapter 1", 2), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "Part One, Chapter 1"), (3, "Part Two, Chapter 1")]


@pytest.mark.parametrize(
    ("semantic_type", "expected"),
    [("part", [(0, "Morning"), (4, "Evening")]), ("chapter", [(0, "The Mill")])],
)
def test_the_markup_decides_whether_an_entry_is_a_part(
    semantic_type: str, expected: list[tuple[int, str]]
) -> None:
    blocks = [
        heading("The Mill", types=frozenset([semantic_type])),
        heading("Morning", 2), Block(SHORT), Block(SHORT),
        heading("Evening", 2), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == expected


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("A motto.", [(1, "Chapter 1")]),
        (SHORT, [(0, "The Book"), (1, "Chapter 1")]),
    ],
)
def test_text_before_the_first_chapter_is_a_chapter_unless_it_is_short(
    lead: str, expected: list[tuple[int, str]]
) -> None:
    assert chapters(Block(lead), heading("Chapter 1"), Block(SHORT)) == expected


def test_entries_without_text_are_not_chapters() -> None:
    blocks = [
        heading("Chapter 1"),
        Block(SHORT),
        heading("Chapter 2"),
        heading("Chapter 3"),
        Block(SHORT),
    ]
    assert chapters(*blocks) == [(0, "Chapter 1"), (3, "Chapter 3")]


def test_entries_may_come_in_any_order_and_twice() -> None:
    blocks = [Block(SHORT), Block(SHORT)]
    entries = [
        OutlineEntry(1, "The Sea", 0),
        OutlineEntry(0, "The Mill", 0),
        OutlineEntry(0, "I", 0),
    ]
    starts = choose_chapters(entries, blocks, "The Book", "en")
    assert [(start.block_index, start.title) for start in starts] == [
        (0, "The Mill"),
        (1, "The Sea"),
    ]


def test_the_children_of_an_entry_with_the_books_title_are_chapters() -> None:
    blocks = [
        heading("The Persons"), Block("Ida and Bo."),
        heading("The Ice"), heading("Noon", 2), Block(SHORT), heading("Dusk", 2), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "The Persons"), (2, "Noon"), (5, "Dusk")]


def test_acts_are_chapters() -> None:
    blocks = [
        heading("Notes"), Block(LONG),
        heading("The Ice"), heading("Act I", 2), Block(SHORT), heading("Act II", 2), Block(SHORT),
    ]  # fmt: skip
    assert chapters(*blocks) == [(0, "Notes"), (2, "Act I"), (5, "Act II")]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["The Weir", "Act I", "[Enter Ann.]", "Act II"], ["Act I", "Act II"]),
        (["The Weir", "(Trade Mark)", "One", "Two"], ["One", "Two"]),
        (["The Weir", "[Prologue]", "Chapter 1"], ["[Prologue]", "Chapter 1"]),
        (["The Weir", "(1)", "(2)"], ["(1)", "(2)"]),
        (["The Weir", "[A Day]", "[A Night]"], ["[A Day]", "[A Night]"]),
        (["The Weir", "One", "Two (Later)"], ["One", "Two (Later)"]),
    ],
)
def test_a_heading_in_brackets_begins_no_chapter_unless_all_are_so(
    headings: list[str], expected: list[str]
) -> None:
    blocks = [
        Block(text, kind=ParagraphKind.HEADING, heading_level=2 if index else 1)
        for index, text in enumerate(headings)
    ]
    demote_bracketed_headings(blocks)
    assert [block.text for block in blocks if block.heading_level == 2] == expected


def test_an_entry_in_brackets_is_no_chapter() -> None:
    entries = [OutlineEntry(i, title, 0) for i, title in enumerate(["I", "[Exit Ann.]", "II"])]
    assert [entry.title for entry in drop_bracketed_entries(entries)] == ["I", "II"]


def test_headings_that_name_speakers_are_cues() -> None:
    cues = "".join(f"<h3>{name}</h3><p>Is it late?</p>" for name in ("NELL", "IVO") * 3)
    book = read(f"<html><body><h1>The Well</h1><h2>Scene 1</h2>{cues}</body></html>", "a.html")
    assert titles(book) == ["Scene 1"]
    names = [p for p in book.chapters[0].paragraphs if p.speaker_names]
    assert [book.text[p.start : p.end] for p in names] == ["NELL", "IVO"] * 3


def test_chapters_that_are_named_after_their_tellers_stay_chapters() -> None:
    text = "<p>" + "It rained all day and all night. " * 30 + "</p>"
    chapters = "".join(f"<h2>{name}</h2>{text}" for name in ("Nell", "Ivo") * 3)
    book = read(f"<html><body><h1>The Well</h1>{chapters}</body></html>", "a.html")
    assert titles(book) == ["Nell", "Ivo"] * 3


def test_scenes_get_the_acts_before_their_titles() -> None:
    acts = "".join(
        f"<h2>Act {n}</h2><h3>Scene 1: {t}</h3><p>He came.</p>"
        for n, t in ((1, "A room"), (2, "A well"))
    )
    book = read(
        f"<html><head><title>The Well: A Play</title></head><body><h1>The Well</h1>{acts}</body></html>",
        "a.html",
    )
    assert titles(book) == ["Act 1, Scene 1: A room", "Act 2, Scene 1: A well"]
