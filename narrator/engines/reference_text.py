"""The text on which a voice is measured, in a form that voices of every language can speak."""

from __future__ import annotations

from narrator.text.language_tags import primary_subtag

NUMBERS = (
    "17, 24, 36, 58, 61, 73, 89, 92, 105, 240, 368, 999. "
    "4, 12, 27, 31, 49, 65, 78, 83, 96, 120, 571, 804."
)
"""Numbers, which voices of all languages read in their own: about 25 seconds."""


def choose_reference_text(language_tag: str, english_text: str) -> str:
    """Return the text on which a voice is measured: `english_text` for an English voice.

    Other voices speak numbers. They would read English as if it were their own language, and some
    of them letter by letter.
    """
    is_english = primary_subtag(language_tag or "en") == "en"
    return english_text if is_english else NUMBERS
