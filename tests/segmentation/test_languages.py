"""Every language's data can be read, and a text's language is recognised."""

from __future__ import annotations

from dataclasses import fields

import pytest

from narrator.segmentation.languages import (
    Language,
    list_languages,
    load_language,
    recognise_language,
)


@pytest.mark.parametrize("known", list_languages(), ids=lambda known: known.tag)
def test_every_language_knows_who_speaks_and_how_sentences_begin(known: Language) -> None:
    assert known.speech_verbs
    assert known.subject_pronouns
    assert known.sentence_starters
    assert known.title_abbreviations
    assert known.gesture_verbs <= known.speech_verbs | known.thought_verbs


@pytest.mark.parametrize("known", list_languages(), ids=lambda known: known.tag)
def test_words_are_in_lower_case_without_their_dot(known: Language) -> None:
    for field in fields(known):
        words = getattr(known, field.name)
        if isinstance(words, frozenset):
            assert not [word for word in words if word != word.casefold() or word.endswith(".")]


@pytest.mark.parametrize(
    ("tag", "speaks"),
    [("en-GB", "said"), ("EN", "said"), ("de_AT", "sagte"), ("fr", "dit"), ("kk", "деді")],
)
def test_a_tag_finds_its_language(tag: str, speaks: str) -> None:
    assert speaks in load_language(tag).speech_verbs


@pytest.mark.parametrize("tag", ["xx", "", "../en", "en/../de"])
def test_an_unknown_language_has_no_words(tag: str) -> None:
    assert not load_language(tag).speech_verbs


@pytest.mark.parametrize(
    ("text", "claimed", "tag"),
    [
        ("She said that it was late, and he left the house.", "en", "en"),
        ("Sie sagte, dass es spät war, und er ging nach Hause.", "en", "de"),
        ("Elle a dit que les enfants sont partis avec lui.", "en", "fr"),
        ("Él dijo que la puerta estaba abierta y no entró.", "en", "es"),
        ("Она сказала, что уже поздно, и он ушёл.", "en", "ru"),
        ("Only names: Oslo, Riga.", "en", "en"),
        ("She said that it was late.", "de", "en"),
        ("", "fr", "fr"),
    ],
)
def test_the_words_of_a_text_tell_its_language(text: str, claimed: str, tag: str) -> None:
    assert recognise_language(text, claimed).tag == tag
