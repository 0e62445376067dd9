"""What a book says between two offsets."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from narrator.model import (
    Book,
    Chapter,
    Metadata,
    Paragraph,
    SkippedPassage,
    Source,
    WordTiming,
    WordTimings,
)


def book_of(text: str) -> Book:
    chapter = Chapter(1, "Story", 0, len(text), (Paragraph(0, len(text), 1),))
    return Book(Metadata("Story"), text, (chapter,), (), Source("story.txt", "0" * 64))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("two\n  lines", "two lines"),
        ("a soft\u00adhyphen\u200b and\ufeff none", "a softhyphen and none"),
        ("_very_ late, __very__ late", "very late, very late"),
        ("snake_case and _ alone", "snake_case and _ alone"),
        ("D__n his looks", "D__n his looks"),
        ("_9 June._\u2014Rain.", "9 June.\u2014Rain."),
        (
            "the light-\nhouse, an extra-  \r\n ordinary one",
            "the lighthouse, an extraordinary one",
        ),
        ("a light-\nhouse, and the light-house door", "a light-house, and the light-house door"),
        ("the house had a light-\nhouse and a light", "the house had a light-house and a light"),
        (
            "an extra-\nordinary, extraordinary, ordinary extra",
            "an extraordinary, extraordinary, ordinary extra",
        ),
        ("self-\nmade, Anglo-\nSaxon, mother-in-\nlaw", "self-made, Anglo-Saxon, mother-in-law"),
        ("twenty -\n and five", "twenty - and five"),
        ("T HE mill stood empty.", "THE mill stood empty."),
        ("O NCE there was. O LORD!", "ONCE there was. O LORD!"),
        ("O LORD, hear.", "O LORD, hear."),
        ("I T was late.", "IT was late."),
        ("W E went.", "WE went."),
        ("A GAINST the wall. Against it, a ladder.", "AGAINST the wall. Against it, a ladder."),
        ("A GREAT wind, a great one, agreat.", "A GREAT wind, a great one, agreat."),
        ("J R Hale", "J R Hale"),
        ("I AM born. A TREE fell. W. Harl", "I AM born. A TREE fell. W. Harl"),
    ],
)
def test_a_book_is_written_as_a_person_would_copy_it(text: str, written: str) -> None:
    assert book_of(text).display_text(0, len(text)) == written


def test_a_drop_cap_stands_only_where_a_chapter_opens() -> None:
    assert book_of("It was T HE end.").display_text(7, 15) == "T HE end"


PAIRS = [(0, 5), (4, 900), (9, 1 << 40)]


def test_packed_words_are_the_words() -> None:
    words, plain = WordTimings(PAIRS), tuple(WordTiming(*pair) for pair in PAIRS)
    assert tuple(words) == plain
    assert words == plain
    assert words == WordTimings(PAIRS) != WordTimings(PAIRS[:2])
    assert (len(words), words[1], words[-1], words[1:]) == (3, plain[1], plain[2], plain[1:])
    assert hash(words) == hash(plain)
    assert pickle.loads(pickle.dumps(words)) == words  # noqa: S301 - our own
    assert not WordTimings()
    assert "(4, 900)" in repr(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A won- derful, fol- lowing wind.", "A wonderful, following wind."),
        ("A won- derful, fol- lowing mother- of-pearl.", "A wonderful, following mother-of-pearl."),
        ("A won- derful, fol- lowing pre- and post-war day.", "A wonderful, following pre- and post-war day."),
        ("So was a known well. He was- well, known- so fol- lowing.", "So was a known well. He was- well, known- so fol- lowing."),
        ("Vor- und Nachteile, Haus- und Hof.", "Vor- und Nachteile, Haus- und Hof."),
    ],
)  # fmt: skip
def test_words_that_are_broken_within_lines_are_joined(text: str, expected: str) -> None:
    book = book_of(text)
    assert book.display_text(0, len(text)) == expected


def test_readable_text_is_the_same_after_its_memory_was_freed() -> None:
    skipped = (SkippedPassage(4, 7, "page number", "[7]"),)
    book = replace(book_of("two [7] lines"), skipped=skipped)
    before = book.readable_text
    book.drop_readable_text()
    assert "readable_text" not in vars(book)
    assert book.readable_text == before == "two     lines"
