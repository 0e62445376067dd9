"""Gives the sounds of Chinese in the signs of Kokoro: a syllable, and an arrow for its tone.

espeak-ng's phonemes are of no use to the model, because it learned the tones as arrows.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

from pypinyin import Style, pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_PUNCTUATION = str.maketrans("，。！？；：、“”‘’（）", ",.!?;:,“”''()")
"""Punctuation that the model knows in the form of Latin scripts only."""
_NEUTRAL_TONE = "5"


def find_sounds(text: str) -> str:
    """Return a text with the sounds of its Chinese characters; what is not Chinese stays.

    Each character is a syllable after a space, so that the times of syllables are known.
    """
    return _HAN_RUN.sub(lambda run: " ".join(_list_syllables(run[0])), text).translate(_PUNCTUATION)


def _list_syllables(characters: str) -> Iterable[str]:
    """Yield the sounds of each character in a run."""
    initials = chain.from_iterable(pinyin(characters, style=Style.INITIALS, strict=True))
    finals = chain.from_iterable(
        pinyin(characters, style=Style.FINALS_TONE3, strict=True, neutral_tone_with_five=True)
    )
    for initial, final in zip(initials, finals, strict=True):
        yield _join_sounds(initial, final)


def _join_sounds(initial: str, final_and_tone: str) -> str:
    """Return the sounds of a syllable; an unknown part has none."""
    table = _load_table()
    has_tone = final_and_tone[-1:].isdigit()
    final = final_and_tone[:-1] if has_tone else final_and_tone
    tone = final_and_tone[-1] if has_tone else _NEUTRAL_TONE
    vowel = table["finals"].get(final.replace("ü", "v"), "")
    if final == "i":
        vowel = table["syllabic"].get(initial, vowel)
    return f"{table['initials'].get(initial, '')}{vowel}{table['tones'].get(tone, '')}"


@cache
def _load_table() -> dict[str, dict[str, str]]:
    """Return the content of `pinyin.toml`."""
    return tomllib.loads((files(__package__) / "pinyin.toml").read_text("utf-8"))
