"""Abbreviations, addresses, Roman numerals and capitals are written out."""

from __future__ import annotations

import pytest

from narrator.model import LineKind
from narrator.normalisation import abbreviations
from narrator.normalisation.context import NormalisationContext
from narrator.normalisation.rules import load_rules


def context(tag: str = "en", line_kind: LineKind = LineKind.NARRATION) -> NormalisationContext:
    return NormalisationContext(load_rules(tag), line_kind)


HEADING = context(line_kind=LineKind.HEADING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("info@inn.example", "info at inn dot example"),
        ("see www.inn.example/a-b", "see W W W dot inn dot example slash a dash b"),
        ("https://inn.example", "H T T P S inn dot example"),
        ("the end.It rained", "the end.It rained"),
    ],
)
def test_an_address_is_spelt_with_its_signs(text: str, words: str) -> None:
    assert abbreviations.spell_addresses(text, context()) == words


def test_an_address_stays_in_a_language_without_words_for_its_signs() -> None:
    assert abbreviations.spell_addresses("info@inn.example", context("xx")) == "info@inn.example"


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "Mr. Lee", "Mister Lee"),
        ("en", "St. Ives", "Saint Ives"),
        ("en", "in Bond St.", "in Bond Street."),
        ("en", "in Bond St. today", "in Bond Street today"),
        ("en", "in Bond St., today", "in Bond Street, today"),
        ("en", "“etc.”", "“et cetera.”"),
        ("en", "J. R. R. Tolkien", "J R R Tolkien"),
        ("en", "by J. Lee", "by J Lee"),
        ("en", "No. 5", "number 5"),
        ("de", "Hr. Lee", "Herr Lee"),
        ("de", "„usw.“", "„und so weiter.“"),
        ("fr", "Mme Lee", "Madame Lee"),
    ],
)
def test_an_abbreviation_is_written_out_and_its_dot_kept_where_it_ends_the_text(
    tag: str, text: str, words: str
) -> None:
    assert abbreviations.expand_abbreviations(text, context(tag)) == words


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
    assert abbreviations.spell_roman_numerals(text, context()) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("IV. The Well", "four. The Well"), ("I", "one"), ("Chapter I", "Chapter one")],
)
def test_a_numeral_in_a_heading_is_a_number(text: str, words: str) -> None:
    assert abbreviations.spell_heading_numerals(text, HEADING) == words
    assert abbreviations.spell_heading_numerals(text, context()) == text


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "the BBC", "the B B C"),
        ("en", "the BBC's man", "the B B C's man"),
        ("en", "he cried STOP", "he cried Stop"),
        ("en", "NASA", "Nasa"),
        ("en", "SHH", "Shh"),
        ("en", "ABQ", "A B Q"),
        ("de", "LKW", "L K W"),
        ("de", "HALT", "HALT"),
    ],
)
def test_capitals_are_spelt_unless_they_are_a_word(tag: str, text: str, words: str) -> None:
    assert abbreviations.spell_capitals(text, context(tag)) == words


def test_capitals_of_a_heading_are_words() -> None:
    assert abbreviations.spell_capitals("THE OLD INN", HEADING) == "The Old Inn"


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [("en", "1 & 2", "1 and 2"), ("de", "1 & 2", "1 und 2"), ("xx", "1 & 2", "1 & 2")],
)
def test_a_symbol_is_named_in_the_language_of_the_book(tag: str, text: str, words: str) -> None:
    assert abbreviations.name_symbols(text, context(tag)).split() == words.split()
