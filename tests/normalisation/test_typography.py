"""Signs between words are removed, named or unified."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import typography
from narrator.normalisation.context import NormalisationContext

ENGLISH = NormalisationContext(load_rules("en"), LineKind.NARRATION)
GERMAN = NormalisationContext(load_rules("de"), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("text", "composed"),
    [("e\u0301te\u0301", "été"), ("ﬁne ﬂow", "fine flow"), ("a\u00a0 b\n c", "a b c")],
)
def test_a_character_has_one_spelling_and_words_one_space_between_them(
    text: str, composed: str
) -> None:
    assert typography.compose_characters(text, ENGLISH) == composed


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a _very_ **old** man", "a very old man"),
        ("__*both*__", "both"),
        ("~~gone~~ `code`", "gone code"),
        ("snake_case_name", "snake case name"),
        ("2 * 3", "2   3"),
        ("no marks", "no marks"),
    ],
)
def test_emphasis_is_removed(text: str, plain: str) -> None:
    assert typography.remove_emphasis(text, ENGLISH) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [("<b>bold</b>", " b bold /b "), ("[[x]]", " x "), ("3 < 4", "3 < 4"), ("{a}", " a ")],
)
def test_signs_of_markup_do_not_reach_an_engine(text: str, plain: str) -> None:
    assert typography.unwrap_markup(text, ENGLISH) == plain


def test_a_pictograph_is_named_in_english_and_silent_in_other_languages() -> None:
    assert typography.name_pictographs("ok 👍🏽", ENGLISH).split() == ["ok", "thumbs", "up"]
    assert typography.name_pictographs("gut 👍🏽", GERMAN).split() == ["gut"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("‘Go.’", "‘Go."),
        ("‚Geh.‘", "‚Geh."),
        ("'Go!'", "'Go!"),
        ("the dogs’ bowl", "the dogs’ bowl"),
        ("…’tis", "…’tis"),
        ("‘चलो।’", "‘चलो।"),
    ],
)
def test_a_single_mark_after_a_stop_is_removed(text: str, plain: str) -> None:
    assert typography.remove_single_closing_marks(text, ENGLISH) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Go”", ["Go"]),
        ("„Geh“", ["Geh"]),
        ("»Geh«", ["Geh"]),
        ("« Va »", ["Va"]),
        ("「行け」", ["行け"]),
        ("《书》", ["书"]),
        ("‘Go", ["Go"]),
        ("O’Hara’s", ["O'Hara's"]),
        ("‘’Tis late", ["'Tis", "late"]),
        (",,Geh'', sagte er", ["Geh,", "sagte", "er"]),
        ("''जा'' वह", ["जा", "वह"]),
    ],
)
def test_quotation_marks_are_silent_and_apostrophes_straight(text: str, words: list[str]) -> None:
    assert typography.remove_quotation_marks(text, ENGLISH).split() == words


@pytest.mark.parametrize(
    ("text", "unified"),
    [
        ("so—well", "so — well"),
        ("so--well", "so — well"),
        ("so - well", "so — well"),
        ("well-known", "well-known"),
        ("1914–18", "1914–18"),
        ("wait . . . now", "wait… now"),
        ("wait.... now", "wait… now"),
        ("— Well,— so", "Well, so"),
        ("so , well", "so, well"),
        ("so,, well", "so, well"),
    ],
)
def test_dashes_ellipses_and_spaces_have_one_form(text: str, unified: str) -> None:
    assert typography.unify_pauses(text, ENGLISH) == unified
