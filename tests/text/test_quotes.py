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
