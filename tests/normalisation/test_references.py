"""References to the Bible and moves of chess are spelt, and nothing that only looks like them."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation import references
from narrator.normalisation.context import NormalisationContext


def spell(text: str, tag: str = "en") -> str:
    context = NormalisationContext(load_rules(tag), LineKind.NARRATION)
    return references.spell_references(text, context)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ps. 23", "Psalm 23"),
        ("1 Cor. 13:4", "First Corinthians 13:4"),
        ("2 Kings 5", "Second Kings 5"),
        ("II Tim. 2:3", "Second Timothy 2:3"),
        ("Rev. 3:16", "Revelation 3:16"),
        ("Rev. 12 men", "Rev. 12 men"),
        ("Dan 3", "Dan 3"),
        ("He had 2 Kings and an ace.", "He had 2 Kings and an ace."),
    ],
)
def test_a_book_of_the_bible_is_named(text: str, words: str) -> None:
    assert spell(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nf3", "knight F 3"),
        ("Qxd5+", "queen takes D 5, check"),
        ("R1xe8#", "rook 1 takes E 8, mate"),
        ("exd5", "E takes D 5"),
        ("bxa8=Q", "B takes A 8, queen"),
        ("O-O-O", "castles long"),
        ("O-O", "castles short"),
        ("e4 e5 Nf3", "E 4 E 5 knight F 3"),
        ("in row e4", "in row e4"),
        ("Be4.com", "Be4.com"),
    ],
)
def test_a_move_is_spelt(text: str, words: str) -> None:
    assert spell(text) == words


def test_other_languages_keep_their_notation() -> None:
    assert spell("Sf3 Nf3", "de") == "Sf3 Nf3"
