"""Abbreviations, addresses and symbols are written out."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import abbreviations
from narrator.normalisation.context import NormalisationContext


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
    ("tag", "text", "words"),
    [("en", "1 & 2", "1 and 2"), ("de", "1 & 2", "1 und 2"), ("xx", "1 & 2", "1 & 2")],
)
def test_a_symbol_is_named_in_the_language_of_the_book(tag: str, text: str, words: str) -> None:
    assert abbreviations.name_symbols(text, context(tag)).split() == words.split()
