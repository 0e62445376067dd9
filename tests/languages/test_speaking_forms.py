"""Verbs of speech are found in all scripts without capitals."""

from __future__ import annotations

import pytest

from narrator.languages.language_files import find_language_files
from narrator.languages.speaking_forms import compile_speech_verb, load_speaking_forms


@pytest.mark.parametrize(
    ("tag", "text", "verb"),
    [
        ("ar", "فسألتني سلمى", "سألت"),
        ("ar", "القال والقيل", None),
        ("ja", "と太郎は言った", "言"),
        ("zh", "李明回答说", "回答"),
        ("hi", "मोहन ने कहा।", "कहा"),
        ("hi", "कहानी", None),
    ],
)
def test_a_verb_is_found_with_what_is_joined_to_it(tag: str, text: str, verb: str | None) -> None:
    match = compile_speech_verb(load_speaking_forms(tag)).search(text)
    assert (match and match["verb"]) == verb


def test_only_languages_with_verbs_have_forms() -> None:
    tags = {tag for tag in find_language_files() if load_speaking_forms(tag)}
    assert {"ar", "hi", "ja", "zh"} <= tags
    assert "de" not in tags
