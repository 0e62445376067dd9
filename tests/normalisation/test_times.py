"""Times of day are spelt as people say them."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import times
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6:30 p.m.", "six thirty P M."),
        ("at 6:30 p.m. he", "at six thirty P M he"),
        ("18:00", "eighteen hundred"),
        ("6:00", "six o'clock"),
        ("6:05", "six oh five"),
        ("6 a.m.”", "six A M.”"),
    ],
)
def test_a_time_is_spelt_as_it_is_spoken(text: str, words: str) -> None:
    assert times.spell_times(text, context()) == words
