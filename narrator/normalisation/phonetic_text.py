"""How a word sounds, within the text that is spoken.

What is spoken is plain text, but for words whose sounds a lexicon gives in the International
Phonetic Alphabet. These stand between Unicode's marks for annotations, spelled as an English
reader would read them, and then in sounds. Engines that take sounds get them; all others read the
spelling.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ANNOTATION_MARKS = "\ufff9\ufffa\ufffb"
"""Before the spelling, between it and the sounds, and after these."""
_WORD = re.compile("\ufff9([^\ufff9-\ufffb]*)\ufffa([^\ufff9-\ufffb]*)\ufffb")
_STRAY = dict.fromkeys(map(ord, ANNOTATION_MARKS), " ")


def annotate_sounds(spelling: str, sounds: str) -> str:
    """A word as it stands in a text that is spoken."""
    return "".join(
        (
            ANNOTATION_MARKS[0],
            spelling.translate(_STRAY),
            ANNOTATION_MARKS[1],
            sounds.translate(_STRAY),
            ANNOTATION_MARKS[2],
        )
    )


def has_sounds(text: str) -> bool:
    """Whether a text gives the sounds of a word."""
    return ANNOTATION_MARKS[0] in text and _WORD.search(text) is not None


def remove_sounds(text: str) -> str:
    """The text as an engine reads it that takes no sounds."""
    return rewrite_annotated_words(text, lambda spelling, _: spelling).text


def blank_sounds(text: str) -> str:
    """The text with blanks for marks and sounds, so that offsets agree."""
    return _WORD.sub(lambda word: f" {word[1]}{' ' * (len(word[2]) + 2)}", text)


def mask_annotated_words(text: str) -> str:
    """The text with a letter for all that belongs to such a word, so that nobody cuts within it."""
    return _WORD.sub(lambda word: "x" * len(word[0]), text)


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """A text with its sounds written in another way, and where its parts come from."""

    text: str
    _here: tuple[int, ...]
    _there: tuple[int, ...]
    _fixed: frozenset[int]

    def to_source_offset(self, at: int) -> int:
        """The offset in the text before, of an offset in this one."""
        part = bisect_right(self._here, at) - 1
        return self._there[part] + (0 if part in self._fixed else at - self._here[part])


def rewrite_annotated_words(text: str, rewrite_word: Callable[[str, str], str]) -> RewrittenText:
    """A text with each word that has sounds written in a way, from its spelling and its sounds."""
    pieces, here, there, fixed, at, length = [""], [0], [0], set[int](), 0, 0
    for word in _WORD.finditer(text):
        for piece, place in (
            (text[at : word.start()], at),
            (rewrite_word(word[1], word[2]), word.start(1)),
        ):
            here.append(length)
            there.append(place)
            pieces.append(piece)
            length += len(piece)
        fixed.add(len(here) - 1)
        at = word.end()
    return RewrittenText(
        "".join([*pieces, text[at:]]), (*here, length), (*there, at), frozenset(fixed)
    )
