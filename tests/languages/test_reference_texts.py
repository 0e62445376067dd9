"""The voices of each language are measured on prose of that language."""

import pytest

from narrator.languages.language_files import find_language_files
from narrator.languages.reference_texts import load_reference_texts
from narrator.model import Voice
from narrator.synthesis.voice_gain import choose_levelling_text

MIN_LETTERS = 120
"""Letters of the shortest text, which is Chinese."""


@pytest.mark.parametrize("tag", [tag for tag in find_language_files() if tag != "en"])
def test_every_language_with_a_file_has_a_text_of_several_sentences(tag: str) -> None:
    text = load_reference_texts(tag).reference_text
    assert sum(sign.isalpha() for sign in text) >= MIN_LETTERS
    assert choose_levelling_text(Voice("x", "tone", "tone", language=tag)) == text


def test_a_language_without_a_file_is_measured_on_numbers() -> None:
    assert choose_levelling_text(Voice("x", "tone", "tone", language="sw")).startswith("17, 24")
