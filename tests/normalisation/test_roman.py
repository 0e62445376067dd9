"""Roman numerals are numbers where the words beside them show it."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import roman
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en", line_kind: LineKind = LineKind.NARRATION) -> NormalisationContext:
    return NormalisationContext(load_rules(tag), line_kind)


HEADING = context(line_kind=LineKind.HEADING)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "World War I ended", "World War one ended"),
        ("en", "Book I was long", "Book one was long"),
        ("en", "the book I read", "the book I read"),
        ("en", "The Act I saw", "The Act I saw"),
        ("en", "No. I want", "No. I want"),
        ("en", "MCMXCIV", "nineteen ninety-four"),
        ("en", "XIXth", "nineteenth"),
        ("en", "the XX century", "the twentieth century"),
        ("en", "a MIX", "a MIX"),
        ("en", "CIVIL", "CIVIL"),
        ("en", "Henry VIII ate", "Henry the eighth ate"),
        ("fr", "Louis XIV", "Louis quatorze"),
    ],
)
def test_a_roman_numeral_is_spelt_where_it_is_a_number(tag: str, text: str, words: str) -> None:
    assert roman.spell_roman_numerals(text, context(tag)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Chapter IV", "Chapter four"),
        ("vol. iv", "vol. four"),
        ("Henry VIII’s", "Henry the eighth’s"),
        ("Elizabeth I, who", "Elizabeth the first, who"),
        ("Mary, I said", "Mary, I said"),
        ("Malcolm X", "Malcolm X"),
        ("Pope John Paul II", "Pope John Paul the second"),
        ("Thurston Howell III", "Thurston Howell the third"),
        ("page I", "page I"),
        ("part II of it", "part two of it"),
    ],
)
def test_a_roman_numeral_counts_or_ranks_by_the_word_before_it(text: str, words: str) -> None:
    assert roman.spell_roman_numerals(text, context()) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("IV. The Well", "four. The Well"), ("I", "one"), ("Chapter I", "Chapter one")],
)
def test_a_numeral_in_a_heading_is_a_number(text: str, words: str) -> None:
    assert roman.spell_heading_numerals(text, HEADING) == words
    assert roman.spell_heading_numerals(text, context()) == text
