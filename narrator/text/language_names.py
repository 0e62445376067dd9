"""The names and codes of languages, and the canonical form of the tags that books declare."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from narrator.text.language_tags import primary_subtag

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_UNDETERMINED = ("und", "mul", "mis", "zxx")
"""Codes of ISO 639 for an unknown language, several languages, other languages and no language."""


@dataclass(frozen=True, slots=True)
class LanguageName:
    """A language, its English name, and its codes."""

    tag: str
    """The shortest code of ISO 639, such as `de`."""
    name: str
    """The English name, such as "German"."""
    iso_639_3: str
    """The three-letter code, such as `deu`."""


def describe_language(tag: str) -> str:
    """Return the English name of the language of a BCP 47 tag, or the tag if it has no name."""
    canonical_tag = canonicalise_tag(tag)
    language = _load_names().get(primary_subtag(canonical_tag))
    return language.name if language else canonical_tag or tag


def describe_tag(tag: str) -> str:
    """Return the name of a language with its tag, "Welsh (cy)"; only the tag if it has no name."""
    name = describe_language(tag)
    return name if name == tag else f"{name} ({tag})"


def iso_639_3_code(tag: str) -> str:
    """Return the three-letter code of a BCP 47 tag, or `und` (undetermined) if it is unknown."""
    primary = primary_subtag(tag)
    language = _load_names().get(primary)
    if language:
        return language.iso_639_3
    return primary if len(primary) == 3 and primary.isalpha() else "und"


def canonicalise_tag(tag: str) -> str:
    """Return a tag with the shortest code of its language, or "" if it names no language.

    "ger" and "deu" give "de", "en_gb" gives "en-GB", and "zh-yue" gives "yue"; "und", "mul" and
    invalid tags give "".
    """
    hyphenated_tag = tag.strip().replace("_", "-")
    primary = primary_subtag(hyphenated_tag)
    if not _TAG.fullmatch(hyphenated_tag) or primary in _UNDETERMINED:
        return ""
    further_subtags = hyphenated_tag.split("-")[1:]
    # "extended languages" stand after a language that they are counted to
    extended = further_subtags[0].casefold() if further_subtags else ""
    if len(extended) == 3 and extended in _load_codes():
        primary, further_subtags = extended, further_subtags[1:]
    return "-".join([_load_codes().get(primary, primary), *map(_format_subtag, further_subtags)])


def find_language_by_name(name: str) -> str:
    """Return the tag of a language by its English name, in any case, or "" if it is unknown."""
    wanted_name = name.strip().casefold()
    # "Norwegian" stands for either of its two written forms; Bokmål is far more frequent
    return next(
        (
            language.tag
            for language in _load_names().values()
            if wanted_name and language.name.casefold().startswith(wanted_name)
        ),
        "",
    )


def list_language_names() -> list[str]:
    """Return the English names of all languages."""
    return [language.name for language in _load_names().values()]


def list_language_tags() -> frozenset[str]:
    """Return the tags of all languages that have a name."""
    return frozenset(_load_names())


def _format_subtag(subtag: str) -> str:
    """Return a further subtag as BCP 47 recommends: GB, Latn, and the rest in lower case."""
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()


@cache
def _load_names() -> dict[str, LanguageName]:
    """Return all languages by their shortest code."""
    return {tag: LanguageName(tag, row[0], row[1]) for tag, row in _load_table().items()}


@cache
def _load_codes() -> dict[str, str]:
    """Return the shortest code of each language by each of its codes."""
    return {code: tag for tag, row in _load_table().items() for code in (tag, *row[1:])}


@cache
def _load_table() -> dict[str, list[str]]:
    """Return the rows of `language_names.toml`."""
    source = files(__package__) / "language_names.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
