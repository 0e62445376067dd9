"""Raised and lowered digits are powers, indices or marks of notes."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import exponents
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "10⁶ stars", "10 to the 6  stars"),
        ("en", "x² ", "x squared  "),
        ("en", "mc²", "m c squared "),
        ("en", "5 m²", "5 m²"),
        ("en", "He fell.²³", "He fell."),
        ("en", "the mill¹", "the mill"),
        ("en", "H₂O", "H 2 O"),
        ("en", "10^6", "10 to the 6 "),
        ("de", "10⁶", "10 hoch 6 "),
        ("xx", "10⁶", "10⁶"),
    ],
)
def test_a_raised_digit_is_spelt_by_what_it_follows(tag: str, text: str, words: str) -> None:
    assert exponents.spell_exponents(text, context(tag)) == words
