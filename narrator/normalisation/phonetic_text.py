"""Phonetic transcriptions of words within the spoken text.

Spoken text is plain, except for words that the lexicon transcribes in the International Phonetic
Alphabet (IPA). Such an annotated word has two parts, between Unicode's interlinear annotation
characters: an English spelling, then its sounds in IPA. An engine that accepts IPA gets the sounds;
every other engine gets the spelling.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANNOTATION_MARKS = "\ufff9\ufffa\ufffb"
"""The characters before the spelling, between it and the sounds, and after the sounds."""
_ANNOTATED_WORD = re.compile("\ufff9([^\ufff9-\ufffb]*)\ufffa([^\ufff9-\ufffb]*)\ufffb")
_BLANKED_MARKS = dict.fromkeys(map(ord, ANNOTATION_MARKS), " ")


def annotate_sounds(spelling: str, sounds: str) -> str:
    """Return a word annotated with its sounds, for use within spoken text."""
    start_mark, middle_mark, end_mark = tuple(ANNOTATION_MARKS)
    blanked_spelling, blanked_sounds = (
        part.translate(_BLANKED_MARKS) for part in (spelling, sounds)
    )
    return f"{start_mark}{blanked_spelling}{middle_mark}{blanked_sounds}{end_mark}"


def has_sounds(text: str) -> bool:
    """Return whether a text contains an annotated word."""
    return ANNOTATION_MARKS[0] in text and _ANNOTATED_WORD.search(text) is not None


def remove_sounds(text: str) -> str:
    """Return the text with only the spelling of each annotated word."""
    return rewrite_annotated_words(text, lambda spelling, _: spelling).text


def blank_sounds(text: str) -> str:
    """Return a text of the same length in which spaces replace annotation marks and sounds."""
    return _ANNOTATED_WORD.sub(lambda match: f" {match[1]}{' ' * (len(match[2]) + 2)}", text)


def mask_annotated_words(text: str) -> str:
    """Return a text of the same length in which a run of "x" replaces each annotated word.

    Code that cuts the text at spaces or punctuation then never cuts an annotated word.
    """
    return _ANNOTATED_WORD.sub(lambda match: "x" * len(match[0]), text)


@dataclass(frozen=True, slots=True)
class RewrittenText:
    """A text with rewritten annotated words, which maps its offsets to those of the source text."""

    text: str
    _part_offsets: tuple[int, ...]
    """Offset of each part in this text, then of the text after the last annotated word."""
    _source_offsets: tuple[int, ...]
    """Offset in the source text of each of the same parts."""
    _rewritten_parts: frozenset[int]
    """Indices of the parts that are rewritten words; each maps to its first source offset."""

    def to_source_offset(self, offset: int) -> int:
        """Return the source offset that corresponds to an offset in this text."""
        part = bisect_right(self._part_offsets, offset) - 1
        source_offset = self._source_offsets[part]
        if part in self._rewritten_parts:
            return source_offset
        return source_offset + offset - self._part_offsets[part]


def rewrite_annotated_words(text: str, rewrite_word: Callable[[str, str], str]) -> RewrittenText:
    """Return a text with each annotated word replaced by `rewrite_word(spelling, sounds)`."""
    # The empty first part makes sure that every offset, including 0, lies in a part.
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
        # An offset within a rewritten word has no exact counterpart; it maps to the word's start.
        rewritten_parts.add(len(part_offsets) - 1)
        position = match.end()
    return RewrittenText(
        "".join([*pieces, text[position:]]),
        (*part_offsets, length),
        (*source_offsets, position),
        frozenset(rewritten_parts),
    )


def join_rewritten_pieces(pieces: Iterable[tuple[str, int]]) -> RewrittenText:
    """Join pieces of a rewritten text; each maps to one offset in the source text.

    Args:
        pieces: each piece, and where in the source text it comes from, in order.
    """
    texts, part_offsets, source_offsets, length = [""], [0], [0], 0
    for piece, source_offset in pieces:
        part_offsets.append(length)
        source_offsets.append(source_offset)
        texts.append(piece)
        length += len(piece)
    return RewrittenText(
        "".join(texts),
        tuple(part_offsets),
        tuple(source_offsets),
        frozenset(range(len(part_offsets))),
    )
