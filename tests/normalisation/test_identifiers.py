"""Digits that name something are spelt by what they name."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import identifiers
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "555-1234", "five five five, one two three four"),
        ("en", "10 000 men", "10,000 men"),
        ("en", "12 345", "12,345"),
        ("en", "101 102", "101 102"),
        ("en", "v1.2", "version 1.2"),
        ("en", "1.2.3", "one point two point three"),
        ("de", "1.2.3", "eins Punkt zwei Punkt drei"),
        ("en", "Room 237", "Room two thirty-seven"),
        ("en", "221B Baker Street", "two twenty-one B Baker Street"),
        ("xx", "555-1234", "555-1234"),
    ],
)
def test_numbers_that_name_something_are_spelt_by_what_they_name(
    tag: str, text: str, words: str
) -> None:
    assert identifiers.spell_identifiers(text, context(tag)) == words
