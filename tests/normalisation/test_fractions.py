"""Fractions are spelt by what they usually mean."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import fractions
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/2", "one half"),
        ("2½", "2 and a half"),
        ("2 3/4", "2 and three quarters"),
        ("7/3", "seven three"),
        ("5/64", "five sixty-fourths"),
        ("5/63", "five over sixty-three"),
    ],
)
def test_a_fraction_is_spelt_if_it_is_a_usual_one(text: str, words: str) -> None:
    assert fractions.spell_fractions(text, context()) == words
