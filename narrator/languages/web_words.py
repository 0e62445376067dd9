"""What websites and their exporters write around a story: the section `[web]` of each language."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from narrator.languages.language_files import find_language_files, load_language_file
from narrator.languages.sections import read_fields

_FALLBACK_LANGUAGE = "en"
"""Websites in other languages often use English words as well."""


@dataclass(frozen=True, slots=True)
class WebWords:
    """The words of websites in a language, and in English; all are case-folded."""

    author_note_labels: frozenset[str] = frozenset()
    """What a note by the author begins with, before a colon."""
    translator_note_labels: frozenset[str] = frozenset()
    """What a note by the translator or an editor begins with."""
    summary_labels: frozenset[str] = frozenset()
    """What a summary of a chapter begins with."""
    certain_labels: frozenset[str] = frozenset()
    """Those of the labels above that do not occur in stories."""
    credit_labels: frozenset[str] = frozenset()
    """What a line of credits begins with, such as "translator"."""
    information_labels: frozenset[str] = frozenset()
    """Labels of the list that describes a story, such as "rating"."""
    certain_information_labels: frozenset[str] = frozenset()
    """Labels of which one must be in such a list."""
    information_titles: frozenset[str] = frozenset()
    """Headings of the pages that describe a story and its file, such as "update log"."""
    story_labels: frozenset[str] = frozenset()
    """What stands above the text of a story in a copied page, such as "work text"."""
    post_labels: frozenset[str] = frozenset()
    """Labels below a post in a forum, such as "reactions"."""
    title_labels: frozenset[str] = frozenset()
    """Labels of the title of a story."""
    author_labels: frozenset[str] = frozenset()
    """Labels of the author of a story."""
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
    """Names of websites, with which titles of pages end."""


@cache
def load_web_words(language: str) -> WebWords:
    """Return the words of websites in a language, given by its primary subtag, and in English."""
    tables = [load_own_words(tag) for tag in dict.fromkeys((_FALLBACK_LANGUAGE, language))]
    return WebWords(
        **{
            field.name: frozenset(
                word.casefold() for table in tables for word in table.get(field.name, ())
            )
            for field in fields(WebWords)
        }
    )


@cache
def load_own_words(tag: str) -> dict[str, frozenset[str]]:
    """Return the words of one language only, by the names of the fields of `WebWords`."""
    section = load_language_file(tag).section("web")
    words = read_fields(section, WebWords)
    section.check_keys()
    return words


@cache
def list_story_labels() -> frozenset[str]:
    """Return what stands above the text of a story in a copied page, in all languages."""
    labels = [load_web_words(tag).story_labels for tag in find_language_files()]
    return frozenset[str]().union(*labels)


@cache
def list_navigation_phrases() -> frozenset[str]:
    """Return the texts of links between chapters in all languages that have a file."""
    phrases = [load_web_words(tag).navigation_phrases for tag in find_language_files()]
    return frozenset[str]().union(*phrases)
