"""The direction in which a language is written."""

from __future__ import annotations

from narrator.text.language_tags import primary_subtag

_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
"""Primary subtags of languages that are usually written from right to left."""
_RIGHT_TO_LEFT_SCRIPTS = frozenset(["arab", "hebr"])


def find_text_direction(language: str) -> str:
    """Return `rtl` or `ltr` for a BCP 47 tag.

    A script subtag overrides the language: "az-Arab" is `rtl`, "ar-Latn" is `ltr`.
    """
    primary = primary_subtag(language)
    further_subtags = set(language.lower().replace("_", "-").split("-")[1:])
    if "latn" in further_subtags:
        return "ltr"
    is_right_to_left = primary in _RIGHT_TO_LEFT_LANGUAGES
    return "rtl" if is_right_to_left or _RIGHT_TO_LEFT_SCRIPTS & further_subtags else "ltr"
