"""Adds what the writing of a language leaves out, for voices of espeak-ng and Kokoro.

Japanese does not show how a character is read, Arabic and Hebrew omit vowels, and espeak-ng lacks
some syllables of Chinese. A reading rewrites the text for the engine. It knows where each part
comes from, so that word times still refer to the text of the book.

The libraries are optional. Without one, Japanese can't be spoken, and the other languages are
spoken less well.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from narrator.errors import MissingExtraError
from narrator.installation import format_setup_hint
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.normalisation.phonetic_text import RewrittenText


@dataclass(frozen=True, slots=True)
class Reading:
    """What is done with the text of a language before it is spoken."""

    extra: str
    """The extra of this package that brings the libraries."""
    packages: tuple[str, ...]
    """The distributions that it needs; their versions may change the sound."""
    modules: tuple[str, ...]
    """The modules of these distributions that it imports."""
    is_required: bool
    """Whether the language can't be spoken without it."""
    benefit: str
    """What it adds, as the end of a sentence that says what is missing."""
    uses_phonemes: bool = False
    """Whether it writes phonemes of espeak-ng, in double brackets."""

    @property
    def is_available(self) -> bool:
        """Return whether the libraries are installed."""
        return all(_has_module(module) for module in self.modules)

    def describe_version(self) -> str:
        """Return the versions of everything that decides what is spoken."""
        versions = (f"{package} {metadata.version(package)}" for package in self.packages)
        return f"reading 1, {', '.join(versions)}"


_READINGS = {
    "ar": Reading(
        "arabic",
        ("piper-tts",),
        ("piper.tashkeel", "onnxruntime"),
        is_required=False,
        benefit="adds the vowels, which the voice otherwise guesses",
    ),
    "he": Reading(
        "hebrew",
        ("piper-tts",),
        ("piper.phonemize_hebrew", "onnxruntime"),
        is_required=False,
        benefit="adds the vowels, which the voice otherwise leaves out",
        uses_phonemes=True,
    ),
    "ja": Reading(
        "japanese",
        ("SudachiPy", "SudachiDict-core"),
        ("sudachipy", "sudachidict_core"),
        is_required=True,
        benefit="reads the characters",
    ),
    "zh": Reading(
        "chinese",
        ("pypinyin",),
        ("pypinyin",),
        is_required=False,
        benefit="reads the characters that the voice reads in English",
        uses_phonemes=True,
    ),
}
"""The readings by language."""


def find_reading(language_tag: str) -> Reading | None:
    """Return the reading of a language, or None if its texts need none."""
    return _READINGS.get(primary_subtag(language_tag))


def load_rewriter(language_tag: str) -> Callable[[str], RewrittenText] | None:
    """Return the function that rewrites texts of a language; None if there is none to be used."""
    reading = find_reading(language_tag)
    return (
        _load_rewriter(primary_subtag(language_tag)) if reading and reading.is_available else None
    )


@cache
def _load_rewriter(language: str) -> Callable[[str], RewrittenText]:
    """Return the function `rewrite_text` of the module for a language."""
    module = importlib.import_module(f"{__package__}.{_READINGS[language].extra}")
    rewriter: Callable[[str], RewrittenText] = module.rewrite_text
    return rewriter


def require_reading(language_tag: str, voice_name: str) -> None:
    """Check that the libraries are here without which a language can't be spoken.

    Raises:
        MissingExtraError: one is not installed.
    """
    reading = find_reading(language_tag)
    if reading and reading.is_required and not reading.is_available:
        raise MissingExtraError(
            f"voice {voice_name} needs the extra '{reading.extra}', which {reading.benefit}",
            format_setup_hint(reading.extra),
        )


def describe_missing_reading(language_tag: str) -> str:
    """Return a sentence about the extra that would improve a language, or ""."""
    reading = find_reading(language_tag)
    if reading is None or reading.is_required or reading.is_available:
        return ""
    return f"{format_setup_hint(reading.extra)} {reading.benefit}"


@cache
def _has_module(module: str) -> bool:
    """Return whether a module is installed, without importing its package."""
    package, _, name = module.partition(".")
    spec = find_spec(package)
    if spec is None or not name:
        return spec is not None
    return any(
        importlib.machinery.PathFinder.find_spec(module, [folder]) is not None
        for folder in spec.submodule_search_locations or ()
    )
