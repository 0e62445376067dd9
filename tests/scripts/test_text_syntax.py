import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.errors import ScriptFileError
from narrator.model import Character
from narrator.scripts import text_syntax
from narrator.scripts.character_list import parse_character_row
from narrator.scripts.text_syntax import ScriptRow
from tests.scripts.sample_scripts import WORDS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a\nb", [(1, 0, "a", False), (2, 2, "b", False)]),
        ("a\r\nb\rc", [(1, 0, "a", False), (2, 3, "b", False), (3, 5, "c", False)]),
        ("a\n\nb", [(1, 0, "a", False), (2, 2, "", False), (3, 3, "b", False)]),
        ("  a \n", [(1, 2, "a", True)]),
        ("\ta", [(1, 1, "a", True)]),
        ("a\u2028b", [(1, 0, "a\u2028b", False)]),
    ],
)
def test_a_text_is_split_into_rows_at_the_line_ends_of_any_system(
    text: str, rows: list[tuple[int, int, str, bool]]
) -> None:
    split = [
        (row.number, row.start, row.text, row.is_indented)
        for row in text_syntax.split_script_rows(text)
    ]
    # The end of a text is one more row, which is blank.
    assert split == [*rows, (len(rows) + 1, len(text), "", False)]


@given(st.text(st.sampled_from("ab \t\r\n@:")))
def test_the_text_of_a_row_stands_at_its_offset(text: str) -> None:
    for row in text_syntax.split_script_rows(text):
        assert text[row.start : row.start + len(row.text)] == row.text


def test_the_end_of_a_row_is_located_in_the_file() -> None:
    row = ScriptRow(3, 100, "@Martha: Wait!", is_indented=False)
    assert row.locate_suffix("Wait!") == (109, 114)
    assert row.locate_suffix(row.text) == (100, 114)
    assert row.locate_suffix("") == (114, 114)


def test_an_error_names_the_file_and_the_row() -> None:
    error = text_syntax.syntax_error(
        "a.script", ScriptRow(7, 0, "", is_indented=False), "bad", "fix"
    )
    assert isinstance(error, ScriptFileError)
    assert error.message == "a.script, line 7: bad"
    assert error.hint == "fix"


@pytest.mark.parametrize(
    ("text", "max_length", "shortened"),
    [
        ("Wait!", 5, "Wait!"),
        ("Wait here!", 5, "Wait…"),
        ("x" * 41, 40, "x" * 39 + "…"),
        ("", 5, ""),
    ],
)
def test_a_long_text_is_shortened_for_a_message(text: str, max_length: int, shortened: str) -> None:
    assert text_syntax.shorten_for_message(text, max_length) == shortened


@pytest.mark.parametrize(
    ("text", "marks", "escaped"),
    [
        ("A: B", ":", r"A\: B"),
        ("A: B", "", "A: B"),
        ("a\\b", "", r"a\\b"),
        ("a\nb\rc", "", r"a\nb\rc"),
        ("[x], y", "[],", r"\[x\]\, y"),
    ],
)
def test_a_value_is_escaped_on_one_row(text: str, marks: str, escaped: str) -> None:
    assert text_syntax.escape_value(text, marks) == escaped
    assert text_syntax.unescape_value(escaped) == text


@given(st.text(), st.text(st.sampled_from(":,[]=#@"), max_size=4))
def test_unescaping_returns_what_was_escaped(text: str, marks: str) -> None:
    escaped = text_syntax.escape_value(text, marks)
    assert text_syntax.unescape_value(escaped) == text
    assert "\n" not in escaped
    assert "\r" not in escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("It rained.", "It rained."),
        ("@ home", "\\@ home"),
        ("# one", "\\# one"),
        ("[He laughed.]", "\\[He laughed.]"),
        ("\\x", "\\\\x"),
        ("Martha: wait", "\\Martha: wait"),
        ("Hobday: wait", "Hobday: wait"),
        ("", "\\"),
    ],
)
def test_words_that_look_like_a_mark_are_escaped(text: str, escaped: str) -> None:
    assert text_syntax.escape_line(text, ("Martha:",)) == escaped


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lizzy, Eliza", ["Lizzy", "Eliza"]),
        (" Lizzy ,, Eliza ", ["Lizzy", "Eliza"]),
        (r"Smith\, John, Jack", [r"Smith\, John", "Jack"]),
        ("", []),
    ],
)
def test_names_are_split_at_commas_that_are_not_escaped(text: str, names: list[str]) -> None:
    assert text_syntax.split_names(text) == names


@pytest.mark.parametrize(
    ("character", "row"),
    [
        (Character("Martha"), "Martha:"),
        (Character("Martha", ("Miss Quill",), "female"), "Martha: Miss Quill [female]"),
        (Character("Hobday", (), "male", "old", 3), "Hobday: [male, old]"),
        (Character("Watson", is_narrator=True), "Watson: [tells the story]"),
        (Character("Ann", ("Martha", "Nan")), "Ann: ~Martha, Nan"),
        (Character("A: B", ("C, D",)), r"A\: B: C\, D"),
    ],
)
def test_a_character_is_formatted_as_a_row(character: Character, row: str) -> None:
    assert text_syntax.format_character_row(character, frozenset(["Martha"])) == row


@given(WORDS, st.lists(WORDS, max_size=3, unique=True), st.sampled_from([None, "old", "child"]))
def test_a_formatted_character_is_parsed_again(
    name: str, aliases: list[str], age: str | None
) -> None:
    character = Character(name, tuple(aliases), age=age)
    row_text = text_syntax.format_character_row(character, frozenset())
    row, *_ = text_syntax.split_script_rows(row_text)
    assert parse_character_row(row, "a.script").character == character


@pytest.mark.parametrize(
    ("name", "continues", "label"),
    [
        ("Martha", False, "@Martha:"),
        ("Martha", True, "@+Martha:"),
        (None, False, "@?:"),
        (None, True, "@+?:"),
        ("A: B", False, r"@A\: B:"),
        ("+Plus", False, r"@\+Plus:"),
        ("?", False, r"@\?:"),
    ],
)
def test_a_label_names_the_speaker(name: str | None, label: str, *, continues: bool) -> None:
    assert text_syntax.format_speaker_label(name, continues=continues) == label
