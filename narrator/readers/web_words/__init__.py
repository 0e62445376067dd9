"""What websites and their exporters write around a story: words per language, and element names.

The words are for text; `structure.toml` is for HTML and EPUB.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

_FALLBACK_LANGUAGE = "en"
"""Websites in other languages often use English words as well."""
_STRUCTURE_FILE = "structure.toml"


@dataclass(frozen=True, slots=True)
class WebWords:
    """The words of websites in a language, and in English; all are case-folded."""

    author_note_labels: frozenset[str] = frozenset()
    """What a note by the author begins with, before a colon."""
    translator_note_labels: frozenset[str] = frozenset()
    summary_labels: frozenset[str] = frozenset()
    certain_labels: frozenset[str] = frozenset()
    """Those of the labels above that do not occur in stories."""
    credit_labels: frozenset[str] = frozenset()
    """What a line of credits begins with, such as "translator"."""
    information_labels: frozenset[str] = frozenset()
    """Labels of the list that describes a story, such as "rating"."""
    certain_information_labels: frozenset[str] = frozenset()
    """Labels of which one must be in such a list."""
    navigation_phrases: frozenset[str] = frozenset()
    """Texts of links between chapters."""
    address_phrases: frozenset[str] = frozenset()
    """What authors write to the readers of a website."""
    appeal_phrases: frozenset[str] = frozenset()
    """What authors ask for in notes without a label."""
    site_lines: frozenset[str] = frozenset()
    """Parts of lines that sites add to chapters."""
    whole_site_lines: frozenset[str] = frozenset()
    """Such lines that are too short for a part to be certain."""
    theft_words: frozenset[str] = frozenset()
    """Words of the notices against copying that a site hides in chapters."""
    theft_places: frozenset[str] = frozenset()
    """Sites that such a notice names."""
    site_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FurnitureElement:
    """An element that is not part of the story."""

    reason: str
    """Why its text is skipped."""
    classes: frozenset[str]
    """Words that its `class` must have; empty for an element with an `id`."""
    contained_classes: frozenset[str]
    """Words of which the `class` of an element inside must have one; empty if there is no such
    condition."""
    keeps_headings: bool
    """Whether the headings inside are those of the story."""


@cache
def load_web_words(language: str) -> WebWords:
    """Return the words of websites in a language, given by its primary subtag, and in English."""
    tables = [
        tomllib.loads(source.read_text("utf-8"))
        for name in dict.fromkeys((_FALLBACK_LANGUAGE, language))
        if name.isalpha() and (source := files(__package__) / f"{name}.toml").is_file()
    ]
    return WebWords(
        **{
            field.name: frozenset(
                word.casefold() for table in tables for word in table.get(field.name, ())
            )
            for field in fields(WebWords)
        }
    )


@cache
def list_navigation_phrases() -> frozenset[str]:
    """Return the texts of links between chapters in all languages that have a file."""
    names = [file.name.removesuffix(".toml") for file in files(__package__).iterdir()]
    phrases = [load_web_words(name).navigation_phrases for name in names if name.isalpha()]
    return frozenset[str]().union(*phrases)


@cache
def load_furniture_elements() -> dict[str, tuple[FurnitureElement, ...]]:
    """Return the elements that are not part of the story.

    The key is `#` and an `id`, or the first word that the `class` must have.
    """
    source = files(__package__) / _STRUCTURE_FILE
    elements: dict[str, tuple[FurnitureElement, ...]] = {}
    for table in tomllib.loads(source.read_text("utf-8"))["element"]:
        for name in table["names"]:
            classes = () if name.startswith("#") else name.split(".")
            element = FurnitureElement(
                table["reason"],
                frozenset(classes),
                frozenset(table.get("contains", ())),
                table.get("keeps_headings", False),
            )
            key = classes[0] if classes else name
            elements[key] = (*elements.get(key, ()), element)
    return elements
