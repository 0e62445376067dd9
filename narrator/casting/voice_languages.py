"""Say which language a voice speaks, and choose the voices of a language.

The language is the first thing that casting looks at, before gender and age.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from narrator.engines.espeak_languages import list_espeak_languages
from narrator.text.language_tags import (
    find_closest_tags,
    is_part_of,
    primary_subtag,
    region_subtag,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from narrator.model import Voice

ANY_LANGUAGE = ""
"""The language of a voice whose profile names none: it speaks whatever its engine makes of a text,
as the voices of many speech servers do."""

_PIPER_MODEL = re.compile(r"([a-z]{2,3})_([A-Z]{2})-[^-]+-[^-]+")
_KOKORO_TAGS = {
    "a": "en-US",
    "b": "en-GB",
    "e": "es",
    "f": "fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-BR",
    "z": "zh",
}
"""The languages of Kokoro's styles, by the first letter of their names."""
_KOKORO_STYLE = re.compile(rf"([{''.join(_KOKORO_TAGS)}])[fm]_")
_NATURAL_TAGS = {"emma": "en-GB", "fable": "en-GB"}
"""The languages of the models of `natural` whose speakers are not American."""


def find_engine_language(engine: str, engine_voice: str) -> str:
    """Return the tag of the language that an engine's name of a voice implies, or ""."""
    if engine == "pyttsx3":
        base = engine_voice.partition("+")[0]
        return next((spoken.tag for spoken in list_espeak_languages() if spoken.base == base), "")
    if engine == "piper" and (match := _PIPER_MODEL.fullmatch(engine_voice)):
        return f"{match[1]}-{match[2]}"
    if engine == "kokoro":
        # blends and files of the user's own are English unless their profile says otherwise
        return find_style_language(engine_voice) or "en-US"
    return _NATURAL_TAGS.get(engine_voice, "en-US") if engine == "natural" else ""


def find_style_language(style: str) -> str:
    """Return the tag of the language that the name of a style of Kokoro, or of its file, implies.

    The first letter is the language of the speaker, the second the gender: `af_heart`. Other names
    imply no language.
    """
    match = _KOKORO_STYLE.match(PurePath(style).name)
    return _KOKORO_TAGS[match[1]] if match else ""


def find_voice_language(voice: Voice) -> str:
    """Return the tag of a voice's language, with the accent that its engine's name implies.

    A voice of `language = "en"` that is made from `gmw/en-GB-scotland` speaks "en-GB-scotland".
    """
    if region_subtag(voice.language):
        return voice.language
    implied_tag = find_engine_language(voice.engine, voice.engine_voice)
    return implied_tag if is_part_of(implied_tag, voice.language) else voice.language


def select_listed_voices(voices: Mapping[str, Voice], tag: str) -> dict[str, Voice]:
    """Return the voices of each engine whose language is a tag or part of it, or else the closest.

    "en" gives all English voices, "en-GB" those of Great Britain, and "es-MX" those of Latin
    America.
    """
    return _select_by_engine(voices, partial(_find_listed_tags, tag))


def _find_listed_tags(wanted_tag: str, tags: frozenset[str]) -> frozenset[str]:
    """Return the tags that are part of another, or else those closest to it."""
    parts = frozenset(tag for tag in tags if is_part_of(tag, wanted_tag))
    return parts or find_closest_tags(wanted_tag, tags)


def select_speaking_voices(voices: Mapping[str, Voice], tag: str) -> dict[str, Voice]:
    """Return the voices of each engine that can speak a book: those of the closest accent.

    An English book has English voices of all accents. Voices that name no language speak any.
    """
    return _select_by_engine(voices, partial(_find_speaking_tags, tag))


def _find_speaking_tags(wanted_tag: str, tags: frozenset[str]) -> frozenset[str]:
    """Return the tags whose voices can speak a book in a language."""
    if primary_subtag(wanted_tag) == "en":
        tags = frozenset(tag for tag in tags if primary_subtag(tag) == "en")
    else:
        tags = find_closest_tags(wanted_tag, tags - {ANY_LANGUAGE})
    return tags | {ANY_LANGUAGE}


def _select_by_engine(
    voices: Mapping[str, Voice], find_tags: Callable[[frozenset[str]], frozenset[str]]
) -> dict[str, Voice]:
    """Return the voices whose tag is among those that a function selects of their engine's tags."""
    tags = {name: find_voice_language(voice) for name, voice in voices.items()}
    tags_by_engine: dict[str, set[str]] = {}
    for name, voice in voices.items():
        tags_by_engine.setdefault(voice.engine, set()).add(tags[name])
    selected = {
        engine: find_tags(frozenset(known_tags)) for engine, known_tags in tags_by_engine.items()
    }
    return {name: voice for name, voice in voices.items() if tags[name] in selected[voice.engine]}


def count_voices_by_language(voices: Iterable[Voice]) -> dict[str, Counter[str]]:
    """Return the number of voices of each engine, by tag; voices of any language are left out."""
    counts: dict[str, Counter[str]] = {}
    for voice in voices:
        if tag := voice.language:
            counts.setdefault(tag, Counter())[voice.engine] += 1
    return counts


def settle_language(voice: Voice, tag: str) -> Voice:
    """Return a voice for a book: one that names no language speaks that of the book."""
    return replace(voice, language=tag) if voice.language == ANY_LANGUAGE else voice


def can_speak(voice: Voice, tag: str) -> bool:
    """Return whether a voice speaks a language, in whatever accent."""
    if voice.language == ANY_LANGUAGE or primary_subtag(voice.language) == primary_subtag(tag):
        return True
    return bool(find_closest_tags(tag, (find_voice_language(voice),)))
