"""Every language file can be read."""

from __future__ import annotations

from dataclasses import fields

import pytest

from narrator.languages import (
    Language,
    list_languages,
    load_language,
)

EAST_ASIAN = ("ja", "ko", "th", "zh")
"""Languages without abbreviations, of which all but Korean have no spaces between words."""


@pytest.mark.parametrize("language", list_languages(), ids=lambda language: language.tag)
def test_every_language_has_words_for_speech_and_for_the_start_of_sentences(
    language: Language,
) -> None:
    if language.tag in EAST_ASIAN:
        return
    assert language.speech_verbs
    assert language.subject_pronouns
    assert language.sentence_starters
    assert language.title_abbreviations
    assert language.gesture_verbs <= language.speech_verbs | language.thought_verbs


@pytest.mark.parametrize("language", list_languages(), ids=lambda language: language.tag)
def test_words_are_in_lower_case_without_their_dot(language: Language) -> None:
    for field in fields(language):
        words = getattr(language, field.name)
        if isinstance(words, frozenset):
            assert not [word for word in words if word != word.casefold() or word.endswith(".")]


@pytest.mark.parametrize(
    ("tag", "speech_verb"),
    [("en-GB", "said"), ("EN", "said"), ("de_AT", "sagte"), ("fr", "dit"), ("kk", "деді")],
)
def test_a_tag_finds_its_language(tag: str, speech_verb: str) -> None:
    assert speech_verb in load_language(tag).speech_verbs


@pytest.mark.parametrize("tag", ["xx", "", "../en", "en/../de"])
def test_an_unknown_language_has_no_words(tag: str) -> None:
    assert not load_language(tag).speech_verbs
