import re

import pytest

from narrator.text import quotes


@pytest.mark.parametrize(("opening", "closing"), quotes.QUOTATION_PAIRS)
def test_the_marks_of_every_pair_are_known_by_their_direction(opening, closing):
    assert opening in quotes.OPENING_MARKS
    assert closing in quotes.CLOSING_MARKS


@pytest.mark.parametrize("sign", "“‘”’»«›‹\"'")
def test_signs_that_languages_use_in_both_directions_are_ambiguous(sign):
    assert sign in quotes.AMBIGUOUS_MARKS


@pytest.mark.parametrize("sign", "„‚「『〝《‟")
def test_signs_that_only_open_are_not_ambiguous(sign):
    assert sign in quotes.OPENING_MARKS
    assert sign not in quotes.AMBIGUOUS_MARKS


def test_every_mark_is_either_single_or_double():
    assert set(quotes.SINGLE_MARKS) | set(quotes.DOUBLE_MARKS) == set(quotes.QUOTATION_MARKS)
    assert not set(quotes.SINGLE_MARKS) & set(quotes.DOUBLE_MARKS)


@pytest.mark.parametrize("sign", ["]", "^", "-", "\\", "“", "["])
def test_a_character_class_takes_every_sign_literally(sign):
    pattern = re.compile(quotes.character_class("a^", "]-\\[", "“”“"))
    assert pattern.fullmatch(sign)
    assert not pattern.fullmatch("_")


def test_a_negated_class_matches_what_is_in_none_of_the_groups():
    pattern = re.compile(quotes.character_class("-", "]", negated=True))
    assert pattern.fullmatch("a")
    assert not pattern.fullmatch("-")
    assert not pattern.fullmatch("]")


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("“Wait.”", "“Wait."),
        ("„Wart.“ ", "„Wart."),
        ("»Wart.«", "»Wart."),
        ("« Attends. »", "« Attends."),
        ("(“_Wait_.”)", "(“_Wait_."),
        ("「待って。」", "「待って。"),
        ("", ""),
        ("“”", "“"),
        ("He said. “", "He said. “"),
        ("»«", ""),
    ],
)
def test_closing_marks_are_stripped_but_not_those_that_open_after_space(text, stripped):
    assert quotes.strip_closing_marks(text) == stripped


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("“Wait.”", "Wait.”"),
        ("„Wart.“", "Wart.“"),
        ("»Wart.«", "Wart.«"),
        ("« Attends. »", "Attends. »"),
        ("「待って。」", "待って。」"),
    ],
)
def test_opening_marks_are_stripped_with_space_and_brackets(text, stripped):
    assert quotes.strip_opening_marks(text) == stripped


@pytest.mark.parametrize(
    ("text", "opens"),
    [("  „Wart“", True), ("《书》", True), ("— Attends", False), ("", False), ("Wart", False)],
)
def test_an_opening_mark_may_follow_space(text, opens):
    assert quotes.starts_with_opening_mark(text) is opens
