"""All other digits are spelt as plain numbers."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import quantities
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "a .45", "a point forty-five"),
        ("en", "a .333", "a point three three three"),
        ("en", "3-4", "three to four"),
        ("en", "2.5", "two point five"),
        ("en", "-2", "minus two"),
        ("en", "1,250", "one thousand, two hundred and fifty"),
        ("en", "B52", "B fifty-two"),
        ("de", "2,5", "zwei Komma fünf"),
        ("de", "1.250", "eintausendzweihundertfünfzig"),
        ("xx", "12", "12"),
    ],
)
def test_all_other_digits_are_spelt_as_plain_numbers(tag: str, text: str, words: str) -> None:
    assert quantities.spell_numbers(text, context(tag)) == words
