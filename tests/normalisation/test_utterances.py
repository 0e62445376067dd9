"""Sounds that are no words are spoken as sounds, and compounds stay as they are."""

from __future__ import annotations

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation.book_evidence import NO_EVIDENCE, BookEvidence
from narrator.normalisation.context import NormalisationContext
from narrator.normalisation.phonetic_text import annotate_sounds, remove_sounds
from narrator.normalisation.utterances import spell_sounds, spell_stammers


def context(tag: str = "en", evidence: BookEvidence = NO_EVIDENCE) -> NormalisationContext:
    return NormalisationContext(load_rules(tag), LineKind.DIALOGUE, evidence)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W-what", "wuh what"),
        ("Th-the th-thing", "thuh the thuh thing"),
        ("f-f-fine", "fuh fuh fine"),
        ("K-know", "nuh know"),
        ("Wh-who", "huh who"),
        ("St-stop", "stuh stop"),
        ("B… but", "buh… but"),
        ("“W—what?”", "“wuh—what?”"),
        ("“Wh—” he began.", "“wuh—” he began."),
        ("I-I’m, I… it", "I-I’m, I… it"),
        ("plan B—but", "plan B—but"),
        ("T-shirt e-mail X-ray A-level D-Day", "T-shirt e-mail X-ray A-level D-Day"),
        ("so-so re-read co-op no-no well-to-do", "so-so re-read co-op no-no well-to-do"),
    ],
)
def test_the_start_of_a_stammered_word_is_a_sound(text: str, words: str) -> None:
    assert remove_sounds(spell_stammers(text, context())) == words


def test_engines_get_the_sounds_of_a_stammer() -> None:
    assert spell_stammers("th-that", context()) == f"{annotate_sounds('thuh', 'ðə')} that"
    assert spell_stammers("th-thin", context()) == f"{annotate_sounds('thuh', 'θə')} thin"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Shhhh!", "Shush!"),
        ("Mmm-hmm.", "Um-hmm."),
        ("Nooooo!", "No!"),
        ("goood", "good"),
        ("yurrrt", "yurt"),
        ("Hahaha", "Ha ha ha"),
        ("Krrrk!", "Kurk!"),
        ("Ohhhh, ooooh", "Oh, ooh"),
        ("HMM", "Hmm"),
        ("Chapter XXXIII", "Chapter XXXIII"),
        ("why by my Mr", "why by my Mr"),
    ],
)
def test_a_sound_is_spoken_and_a_word_stays(text: str, words: str) -> None:
    book = BookEvidence(frozenset({"yurt"}))
    assert remove_sounds(spell_sounds(text, context("en", book))) == words


def test_a_language_without_a_table_keeps_its_sounds() -> None:
    assert (
        spell_stammers(spell_sounds("Brrr, w-was", context("xx")), context("xx")) == "Brrr, w-was"
    )


@pytest.mark.parametrize(
    ("tag", "text", "spoken"),
    [
        ("nl", "Pssst, hmmm", "Pust, hum"),
        ("sv", "Pssst, brrr", "Pöst, börr"),
        ("uk", "Тссс, бррр", "Тисс, бир"),
        ("cs", "Psst, brrr", "Pyst, byr"),
        ("it", "Pssst, brrr", "Pist, burr"),
        ("pt", "Pssst, brrr", "Psiu, burr"),
    ],
)
def test_sounds_without_a_vowel_get_one_of_the_language(tag: str, text: str, spoken: str) -> None:
    assert remove_sounds(spell_sounds(text, context(tag))) == spoken
