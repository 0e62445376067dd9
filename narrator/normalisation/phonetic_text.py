"""Words with phonetic transcriptions within the text that is spoken.

Spoken text is plain, except for words whose sounds a lexicon gives in the International Phonetic
Alphabet. Such a word stands between Unicode's interlinear annotation characters, first spelt as an
English reader would read it, then in sounds. Engines that accept sounds get the sounds; all others
read the spelling.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ANNOTATION_MARKS = "\ufff9\ufffa\ufffb"
"""The signs before the spelling, between it and the sounds, and after the sounds."""
_ANNOTATED_WORD = re.compile("\ufff9([^\ufff9-\ufffb]*)\ufffa([^\ufff9-\ufffb]*)\ufffb")
_BLANKED_MARKS = dict.fromkeys(map(ord, ANNOTATION_MARKS), " ")


def annotate_sounds(spelling: str, sounds: str) -> str:
    """Return a word with its sounds, as it stands in a text that is spoken."""
    start_mark, middle_mark, end_mark = tuple(ANNOTATION_MARKS)
    blanked_spelling, blanked_sounds = (
        part.translate(_BLANKED_MARKS) for part in (spelling, sounds)
    )
    return f"{start_mark}{blanked_spelling}{middle_mark}{blanked_sounds}{end_mark}"


def has_sounds(text: str) -> bool:
    """Return whether a text gives the sounds of a word."""
    return ANNOTATION_MARKS[0] in text and _ANNOTATED_WORD.search(text) is not None


def remove_sounds(text: str) -> str:
    """Return the text with spellings only, for an engine that does not accept sounds."""
    return rewrite_annotated_words(text, lambda spelling, _: spelling).text


def blank_sounds(text: str) -> str:
    """Return a text of the same length, with spaces for annotation marks and sounds."""
    return _ANNOTATED_WORD.sub(lambda match: f" {match[1]}{' ' * (len(match[2]) + 2)}", text)


def mask_annotated_words(text: str) -> str:
    """Return a text of the same length, with letters for annotated words, so none is cut in two."""
    return _ANNOTATED_WORD.sub(lambda match: "x" * len(match[0]), text)


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """A text whose annotated words are written in another way, and the source of its parts."""

    text: str
    _part_offsets: tuple[int, ...]
    """Where each part begins in this text, and the length of the text."""
    _source_offsets: tuple[int, ...]
    """Where each part begins in the source."""
    _rewritten_parts: frozenset[int]
    """Indices of the parts that were rewritten: all of such a part comes from its beginning."""

    def to_source_offset(self, offset: int) -> int:
        """Return the offset in the source text of an offset in this one."""
        part = bisect_right(self._part_offsets, offset) - 1
        source_offset = self._source_offsets[part]
        if part in self._rewritten_parts:
            return source_offset
        return source_offset + offset - self._part_offsets[part]


def rewrite_annotated_words(text: str, rewrite_word: Callable[[str, str], str]) -> RewrittenText:
    """Return a text with each annotated word rewritten, from its spelling and its sounds."""
    # An empty first part, so that every offset, also 0, falls into a part.
    pieces, part_offsets, source_offsets = [""], [0], [0]
    rewritten_parts, position, length = set[int](), 0, 0
    for match in _ANNOTATED_WORD.finditer(text):
        parts = (
            (text[position : match.start()], position),
            (rewrite_word(match[1], match[2]), match.start(1)),
        )
        for piece, source_offset in parts:
            part_offsets.append(length)
            source_offsets.append(source_offset)
            pieces.append(piece)
            length += len(piece)
        # An offset within a rewritten word has no counterpart, so it maps to the word's beginning.
        rewritten_parts.add(len(part_offsets) - 1)
        position = match.end()
    return RewrittenText(
        "".join([*pieces, text[position:]]),
        (*part_offsets, length),
        (*source_offsets, position),
        frozenset(rewritten_parts),
    )
