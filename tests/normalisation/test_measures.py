"""Measures are spelt with their units."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import measures
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5 km", "5 kilometres"),
        ("1 km", "1 kilometre"),
        ("5 in the morning", "5 in the morning"),
        ("5in. tall", "5 inches tall"),
        ("6' 2\"", "six foot two"),
        ("-3 °C", "minus 3 degrees Celsius"),
        ("5 km.”", "5 kilometres.”"),
    ],
)
def test_a_unit_is_spelt_unless_it_may_be_a_word(text: str, words: str) -> None:
    assert measures.spell_measures(text, context()) == words
