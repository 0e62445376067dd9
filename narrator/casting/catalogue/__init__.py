"""Makes the voices of languages other than English by a rule, in place of a profile for each.

Every language that espeak-ng speaks has the same voices (`espeak.toml`), and Kokoro and Piper have
those that their publishers list (`kokoro.toml`, `piper.toml`). The name of such a voice begins with
the tag of its language: `de-bruno` speaks German, `pt-br-bruno` the Portuguese of Brazil. English
voices have profiles of their own.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from narrator.engines.espeak_languages import list_espeak_languages
from narrator.model import Voice
from narrator.text.language_names import describe_language
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.engines.espeak_languages import EspeakLanguage

_PROFILED_LANGUAGE = "en"
"""The language whose voices have profiles."""
_ESPEAK_ENGINE, _ESPEAK_LICENCE = "pyttsx3", "GPL-3.0-or-later, as espeak-ng"
_KOKORO_LICENCE = "Apache-2.0"
_PIPER_QUALITIES = ("high", "medium", "low", "x_low")
"""The last part of a Piper model's name, best first."""


@cache
def list_catalogue_voices() -> tuple[Voice, ...]:
    """Return the voices of all languages other than English; their names differ."""
    return (*_make_espeak_voices(), *_make_kokoro_voices(), *_make_piper_voices())


def rank_narrator(voice: Voice) -> int:
    """Return the rank of a voice as a narrator in its language, best first.

    The voice that `espeak.toml` names for the language is first, and the others follow in the order
    of the file; the voices of other engines come after these, models of Piper by their quality.
    """
    tag = voice.language
    speakers = _list_espeak_speakers(tag)
    ordered = sorted(speakers, key=lambda name: tag not in _list_narrated_tags(speakers[name]))
    names = [name_catalogue_voice(tag, name) for name in ordered]
    if voice.name in names:
        return names.index(voice.name)
    quality = voice.engine_voice.rpartition("-")[2]
    is_graded = voice.engine == "piper" and quality in _PIPER_QUALITIES
    return len(names) + (_PIPER_QUALITIES.index(quality) if is_graded else 0)


@cache
def load_variant_acoustics() -> dict[str, tuple[float, float, float]]:
    """Return how the variants of espeak-ng sound, by variant.

    The values are the median pitch and the spectral centroid, both in hertz, and the words per
    minute at a rate of 170.
    """
    return {
        speaker["variant"]: tuple(speaker["acoustics"])
        for speaker in _load_table("espeak").values()
    }


def name_catalogue_voice(tag: str, name: str) -> str:
    """Return the name of a voice of a language: `pt-br-bruno`."""
    return f"{tag.lower()}-{name}"


def _make_espeak_voices() -> Iterable[Voice]:
    """Yield the voices of each language of espeak-ng."""
    for language in list_espeak_languages():
        if primary_subtag(language.tag) != _PROFILED_LANGUAGE:
            for name, speaker in _list_espeak_speakers(language.tag).items():
                yield _make_espeak_voice(language, name, speaker)


def _list_espeak_speakers(tag: str) -> dict[str, dict[str, Any]]:
    """Return the speakers of `espeak.toml` that a language has, in the order of the file."""
    return {
        name: speaker
        for name, speaker in _load_table("espeak").items()
        if not speaker.get("is_local") or tag in _list_narrated_tags(speaker)
    }


def _list_narrated_tags(speaker: dict[str, Any]) -> list[str]:
    """Return the tags of the languages of which a speaker is the narrator by default."""
    narrated: str = speaker.get("narrates", "")
    return narrated.split()


def _make_espeak_voice(language: EspeakLanguage, name: str, speaker: dict[str, Any]) -> Voice:
    """Return a voice of espeak-ng that speaks a language."""
    variant = f"+{speaker['variant']}" if speaker["variant"] else ""
    return Voice(
        name_catalogue_voice(language.tag, name),
        _ESPEAK_ENGINE,
        f"{language.base}{variant}",
        rate=speaker["rate"],
        pitch=speaker["pitch"],
        gender=speaker["gender"],
        age=speaker["age"],
        accent=language.accent or None,
        language=language.tag,
        description=speaker["description"],
        licence=_ESPEAK_LICENCE,
    )


def _make_kokoro_voices() -> Iterable[Voice]:
    """Yield the native styles of Kokoro in each language."""
    for tag, styles in _load_table("kokoro").items():
        for name, (style, gender) in styles.items():
            yield Voice(
                name_catalogue_voice(tag, name),
                "kokoro",
                style,
                gender=gender,
                age="adult",
                language=tag,
                description=f"Kokoro's {style}, a native speaker of {describe_language(tag)}.",
                licence=_KOKORO_LICENCE,
            )


def _make_piper_voices() -> Iterable[Voice]:
    """Yield the models that Piper publishes in each language."""
    for tag, models in _load_table("piper").items():
        for name, (model, gender, *speakers) in models.items():
            yield Voice(
                name_catalogue_voice(tag, name),
                "piper",
                model,
                gender=gender or None,
                age="adult",
                language=tag,
                description=f"Piper's {model}, a native speaker of {describe_language(tag)}.",
                options=tuple(("speaker", speaker) for speaker in speakers),
            )


@cache
def _load_table(name: str) -> dict[str, Any]:
    """Return the content of one of the tables beside this module."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))
