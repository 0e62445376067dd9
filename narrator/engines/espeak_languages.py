"""Lists the languages that espeak-ng speaks, with a BCP 47 tag for each.

Each language or accent is a small file of settings in espeak-ng's data, nearly always named by its
tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrator.engines.espeak import list_base_voices, locate_language_data

if TYPE_CHECKING:
    from pathlib import Path

_DICTIONARY = re.compile(r"^[ \t]*dictionary[ \t]+(\w+)", re.MULTILINE)
_ACCENT = re.compile(r"^[ \t]*name [^\n(]*\(([^,)\n]+)", re.MULTILINE)
"""The accent in a name such as "Portuguese (Brazil)" or "Chinese (Mandarin, latin as English)"."""
_TAGS = {
    "art/piqd": "tlh",
    "gmw/en": "en-GB",
    "gmw/en-US-nyc": "en-US-x-nyc",
    "roa/ca-ba": "ca-x-balear",
    "roa/ca-nw": "ca-x-nordocc",
    "roa/ca-va": "ca-valencia",
    "sit/cmn": "zh",
    "sit/cmn-Latn-pinyin": "zh-Latn",
    "sit/yue-Latn-jyutping": "yue-Latn",
    "zle/ru-cl": "ru-x-classic",
}
"""The tags of bases that are not named by their tag."""
_UNUSED_BASES = frozenset(("art/py", "art/xex"))
"""Languages that nobody but their author writes, under codes that belong to no language."""


@dataclass(frozen=True, slots=True)
class EspeakLanguage:
    """A language, or an accent of one, that espeak-ng speaks."""

    base: str
    """espeak-ng's name of it, such as `roa/pt-BR`."""
    tag: str
    """Its BCP 47 tag, such as `pt-BR`."""
    accent: str
    """Where it is spoken so, such as "Brazil"; empty for the only or the usual accent."""


@cache
def list_espeak_languages() -> tuple[EspeakLanguage, ...]:
    """Return the languages whose pronunciation is part of espeak-ng's data, sorted by base."""
    data = locate_language_data()
    languages = (
        _read_language(data, base) for base in list_base_voices() if base not in _UNUSED_BASES
    )
    return tuple(language for language in languages if language is not None)


def _read_language(data: Path, base: str) -> EspeakLanguage | None:
    """Return the language of a base, or None if its dictionary is not part of the data."""
    settings = (data / "lang" / base).read_text("utf-8", "replace")
    name = base.rpartition("/")[2]
    dictionary = _DICTIONARY.search(settings)
    dictionary_name = dictionary[1] if dictionary else name.split("-")[0]
    if not (data / f"{dictionary_name}_dict").is_file():
        return None
    accent = _ACCENT.search(settings)
    return EspeakLanguage(base, _TAGS.get(base, name), accent[1].strip() if accent else "")
