"""Control characters are shown as symbols, and everything else stays as it is."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.text.control_characters import (
    escape_controls,
    show_controls,
    show_in_file_name,
    show_on_one_line,
)

ACTING = [
    *(chr(code) for code in range(0x20) if chr(code) not in "\t\n"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
    "\ud800",
    "\udfff",
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x07\x1b\x1f\x7f", "␀␇␛␟␡"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x9b2J \x85", "⟨U+009B⟩2J ␤"),
        ("\u202efdp.exe", "⟨U+202E⟩fdp.exe"),
        ("\ud800x", "\ufffdx"),
        ("naïve “Ж” 漢字 👩‍👩‍👧 می‌خواهم co\xadop", "naïve “Ж” 漢字 👩‍👩‍👧 می‌خواهم co\xadop"),
    ],
)
def test_a_symbol_stands_for_each_control_character(text: str, shown: str) -> None:
    assert show_controls(text) == shown


@pytest.mark.parametrize("character", ACTING)
def test_no_acting_character_is_left_by_any_function(character: str) -> None:
    for show in (show_controls, show_on_one_line, show_in_file_name, escape_controls):
        assert character not in show(f"a{character}b{character}")


@pytest.mark.parametrize("category", ["Bidi_C"])
def test_all_bidirectional_controls_of_unicode_are_shown(category: str) -> None:
    marks = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    found = [
        chr(code) for code in range(0x11_0000) if unicodedata.bidirectional(chr(code)) in marks
    ]
    assert found, category
    assert all(show_controls(character) != character for character in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\r\ntwo\n\nthree", "one two three"),
        ("a\tb\x0bc\u2028d", "a b c d"),
        ("\x1b[2J\rx", "␛[2J␍x"),
        ("  ", ""),
    ],
)
def test_a_text_on_one_line_has_no_line_ends(text: str, line: str) -> None:
    assert show_on_one_line(text) == line


def test_a_file_name_has_no_tabs_either() -> None:
    assert show_in_file_name("a\tb\n\x1b.txt") == "a␉b␊␛.txt"


@given(st.text(st.characters(max_codepoint=0x3000, categories=None)))
def test_json_with_escapes_says_the_same(text: str) -> None:
    escaped = escape_controls(json.dumps({text: [text]}, ensure_ascii=False, indent=2))
    assert json.loads(escaped) == {text: [text]}
    assert show_controls(escaped) == escaped
