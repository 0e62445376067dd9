"""Amounts of money are spelt with their currency."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import money
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("en", "$4.50", "four dollars and fifty cents"),
        ("en", "$0.05", "five cents"),
        ("en", "$1", "one dollar"),
        ("en", "$5 million", "five million dollars"),
        ("en", "£3 10s. 6d.", "three pounds, ten shillings and six pence"),
        ("en", "1s. 1d.", "one shilling and one penny"),
        ("de", "5 €", "fünf Euro"),
    ],
)
def test_money_is_spelt_with_its_currency(tag: str, text: str, words: str) -> None:
    assert money.spell_money(text, context(tag)) == words
