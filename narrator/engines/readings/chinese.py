"""Mends the syllables of Chinese that espeak-ng reads in English.

espeak-ng reads characters well, with the right syllable and tone in most words of several readings.
But it has no sound for the syllables jiong, qiong and xiong, as in 兄弟 and 英雄, and none for 儿
after another character, as in 那儿. It reads their spelling in English instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pypinyin import Style, pinyin

from narrator.normalisation.phonetic_text import join_rewritten_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.normalisation.phonetic_text import RewrittenText

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LACKING_SYLLABLE = re.compile(r"([jqx])iong([1-5])")
_INITIALS = {"j": "tS;", "q": "tS;h", "x": "S;"}
"""espeak-ng's phonemes for the initials."""
_TONES = {"1": "55", "2": "35", "3": "214", "4": "51", "5": "11"}
"""espeak-ng's phonemes for the tones."""
_HOMOPHONES = {"儿": "而", "兒": "而"}
"""Characters that are replaced by others of the same sound."""


def rewrite_text(text: str) -> RewrittenText:
    """Return a text in which phonemes replace the characters that espeak-ng can't read."""
    return join_rewritten_pieces(_mend_characters(text))


def _mend_characters(text: str) -> Iterable[tuple[str, int]]:
    """Yield the mended characters, and the text between them, with the offset of each."""
    position = 0
    for offset, sound in _find_mended_characters(text):
        if offset > position:
            yield text[position:offset], position
        yield sound, offset
        position = offset + 1
    if position < len(text):
        yield text[position:], position


def _find_mended_characters(text: str) -> Iterable[tuple[int, str]]:
    """Yield the offset of each character that is mended, and what replaces it."""
    for run in _HAN_RUN.finditer(text):
        syllables = pinyin(run[0], style=Style.TONE3, neutral_tone_with_five=True)
        if len(syllables) != len(run[0]):
            continue
        for offset, (character, syllable) in enumerate(
            zip(run[0], syllables, strict=True), run.start()
        ):
            if lacking := _LACKING_SYLLABLE.fullmatch(syllable[0]):
                yield offset, f"[[{_INITIALS[lacking[1]]}j'ong{_TONES[lacking[2]]}_|]]"
            elif character in _HOMOPHONES:
                yield offset, _HOMOPHONES[character]
