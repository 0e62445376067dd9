"""The lexicon changes what is spoken, never what is written, and only where it applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator.errors import LexiconError
from narrator.model import Book, Line, LineKind, Metadata, Script, Source
from narrator.normalisation.lexicon import Lexicon, LexiconEntry, load_lexicon
from narrator.normalisation.phonetic_text import annotate_sounds
from narrator.normalisation.script_normalisation import normalise_script

if TYPE_CHECKING:
    from pathlib import Path


def line(text: str, *, chapter: int = 1, speaker: str | None = None) -> Line:
    return Line(
        f"{chapter}.1.1", chapter, 1, 0, len(text), LineKind.NARRATION, text, speaker=speaker
    )


def spoken_text(
    text: str, *entries: LexiconEntry, chapter: int = 1, speaker: str | None = None
) -> str:
    book = Book(Metadata("Story"), text, (), (), Source("story.txt", "0"))
    script = Script(book, (), (line(text, chapter=chapter, speaker=speaker),))
    return normalise_script(script, Lexicon(entries)).lines[0].spoken


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ("Siobhan left.", LexiconEntry("Siobhan", "Shivawn"), "Shivawn left."),
        ("Siobhan's hat", LexiconEntry("siobhan", "Shivawn"), "Shivawn's hat"),
        ("Siobhans left.", LexiconEntry("Siobhan", "Shivawn"), "Siobhans left."),
        ("Dr. Drake's drum", LexiconEntry("Dr", "Dee Are"), "Dee Are. Drake's drum"),
        ("St. John came", LexiconEntry("St. John", "Sinjin"), "Sinjin came"),
        ("the  old\nmill", LexiconEntry("old mill", "auld mill"), "the auld mill"),
        (
            "He read it. Read!",
            LexiconEntry("Read", "Red", is_case_sensitive=True),
            "He read it. Red!",
        ),
        ("It cost $5, Mx. Lee.", LexiconEntry("Mx.", "Mix"), "It cost five dollars, Mix Lee."),
        ("the 21 club", LexiconEntry("21", "Twenty-One"), "the Twenty-One club"),
        ("O’Hara and O'Hara", LexiconEntry("O'Hara", "Oh Harra"), "Oh Harra and Oh Harra"),
    ],
)
def test_whole_words_are_spoken_as_the_lexicon_says(
    text: str, entry: LexiconEntry, expected: str
) -> None:
    assert spoken_text(text, entry) == expected


def test_an_entry_may_be_for_one_speaker_or_some_chapters() -> None:
    entry = LexiconEntry("been", "bin", speaker="Hal", chapters=frozenset({2}))
    assert spoken_text("I been there", entry, chapter=2, speaker="Hal") == "I bin there"
    assert spoken_text("I been there", entry, chapter=1, speaker="Hal") == "I been there"
    assert spoken_text("I been there", entry, chapter=2, speaker="Ann") == "I been there"


def test_the_first_of_two_entries_that_apply_counts() -> None:
    entries = (LexiconEntry("Bath", "Baath", speaker="Ann"), LexiconEntry("Bath", "Barth"))
    assert spoken_text("to Bath", *entries, speaker="Ann") == "to Baath"
    assert spoken_text("to Bath", *entries) == "to Barth"


def test_the_lines_that_a_lexicon_affects_are_listed() -> None:
    lines = (line("Siobhan left."), line("Nobody saw."))
    assert Lexicon((LexiconEntry("Siobhan", "Shivawn"),)).find_affected_lines(lines) == lines[:1]


def test_a_line_without_the_word_is_spoken_as_before() -> None:
    text = "Mr. Lee saw \ue000 Siobhan."
    assert spoken_text(text, LexiconEntry("Siobhan", "Shivawn")) == "Mister Lee saw Shivawn."
    assert spoken_text("Mr. Lee", LexiconEntry("Siobhan", "Shivawn")) == spoken_text("Mr. Lee")


def test_a_file_holds_words_and_entries(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '[words]\n"Siobhan" = "Shivawn"\n'
        '[[entry]]\nword = "Read"\nsay = "Red"\ncase = true\nspeaker = "Hal"\nchapters = [3, 4]\n'
        '[[entry]]\nword = "Nguyen"\nipa = "ŋwiˈɛn"\n',
        encoding="utf-8",
    )
    assert load_lexicon(path).entries == (
        LexiconEntry(
            "Read", "Red", is_case_sensitive=True, speaker="Hal", chapters=frozenset({3, 4})
        ),
        LexiconEntry("Nguyen", annotate_sounds("ngwee-en", "ŋwiˈɛn")),
        LexiconEntry("Siobhan", "Shivawn"),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"not toml at all",
        b"[names]\nA = 'b'\n",
        b"words = 3\n",
        b"[words]\nA = 3\n",
        b"[words]\nA = ''\n",
        b"entry = ['x']\n",
        b"[[entry]]\nsay = 'x'\n",
        b"[[entry]]\nword = 'a'\nsay = 'x'\nipa = 'y'\n",
        b"[[entry]]\nword = 'a'\nsay = 'x'\ncolour = 'y'\n",
        b"[[entry]]\nword = 'a'\nsay = 'x'\ncase = 'y'\n",
        b"[[entry]]\nword = 'a'\nsay = 'x'\nspeaker = 4\n",
        b"[[entry]]\nword = 'a'\nsay = 'x'\nchapters = 'y'\n",
    ],
)
def test_a_file_that_makes_no_sense_is_an_error_that_names_it(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_bytes(content)
    with pytest.raises(LexiconError, match=r"lexicon\.toml") as caught:
        load_lexicon(path)
    assert caught.value.hint


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"nowhere\.toml"):
        load_lexicon(tmp_path / "nowhere.toml")
