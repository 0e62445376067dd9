"""Ordinal numbers of other languages are spelt with their endings."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import ordinals
from narrator.normalisation.context import NormalisationContext


def context(tag: str = "en") -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.NARRATION)


@pytest.mark.parametrize(
    ("tag", "text", "words"),
    [
        ("fr", "la 2e fois", "la deuxième fois"),
        ("fr", "la 1re fois", "la première fois"),
        ("fr", "XVIIe", "dix-septième"),
        ("es", "la 2.a vez", "la segunda vez"),
        ("es", "el 3.o día", "el tercer día"),
        ("de", "der 2. Akt", "der zweite Akt"),
        ("de", "im 2. Akt", "im zweiten Akt"),
        ("de", "in der 2. Klasse", "in der zweiten Klasse"),
        ("de", "Es waren 2. Dann", "Es waren 2. Dann"),
        ("ru", "XVII веке", "семнадцатом веке"),
        ("fr", "Le Dr, Ile, De", "Le Dr, Ile, De"),
        ("es", "La casa", "La casa"),
        ("en", "2e", "2e"),
    ],
)
def test_an_ordinal_number_agrees_with_its_ending_or_article(
    tag: str, text: str, words: str
) -> None:
    assert ordinals.spell_ordinals(text, context(tag)) == words
