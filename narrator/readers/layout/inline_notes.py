"""Insert notes into paragraphs: each after the sentence that refers to it.

The paragraph is split in two after that sentence. It is never split within a quotation, because its
opening and closing marks would be in different paragraphs; the note then follows the quotation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import Block, UnspokenSpan
from narrator.segmentation.sentences import split_sentences
from narrator.text.quotes import DASHES, HYPHEN
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_QUOTE_PAIRS = (("“", "”"), ("«", "»"), ("‘", "’"))


def insert_notes(
    block: Block, notes_by_anchor: Mapping[str, Sequence[Block]], language: str
) -> list[Block]:
    """Split a paragraph and insert its notes, each after the first sentence that refers to it.

    Return the parts and notes in order; `block` is changed and becomes the first part. A note whose
    reference has no known offset comes last. `language` is the book's BCP 47 tag.
    """
    notes_by_offset: dict[int, list[Block]] = {}
    unread_notes = dict(notes_by_anchor)
    split_offsets = _find_split_offsets(block, language)
    for index, anchor in enumerate(block.note_references):
        has_offset = index < len(block.reference_offsets)
        reference = block.reference_offsets[index] if has_offset else len(block.text)
        end = next((offset for offset in split_offsets if offset >= reference), len(block.text))
        notes_by_offset.setdefault(end, []).extend(unread_notes.pop(anchor, ()))
    parts = [block]
    # Split from the last offset to the first, because a split keeps the offsets before it valid.
    for end, notes in sorted(notes_by_offset.items(), reverse=True):
        if end == len(block.text) or not notes:
            parts[1:1] = notes
        else:
            parts[1:1] = [*notes, _split_block(block, end)]
    return parts


def _find_split_offsets(block: Block, language: str) -> list[int]:
    """Return the ends of the sentences after which a paragraph may be split."""
    is_prose = block.kind in (ParagraphKind.TEXT, ParagraphKind.QUOTE)
    # The end of dialogue that begins with a dash has no mark, and "'" may be an apostrophe.
    if not is_prose or block.text[:1] in (*DASHES, HYPHEN, "'"):
        return []
    text = block.text
    for span in block.unspoken_spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return [
        end
        for _, end in split_sentences(text, load_language(language))
        if has_words(text[end:]) and _has_balanced_quotes(text[:end])
    ]


def _has_balanced_quotes(text: str) -> bool:
    """Return whether all quotations in a text are closed at its end.

    An apostrophe after the last opening mark is mistaken for a closing mark.
    """
    if text.count('"') % 2 or text.count("„") > text.count("“") + text.count("”"):
        return False
    if "„" in text:
        return text.count("„") == text.count("“") + text.count("”")
    return all(text.rfind(opening) <= text.rfind(closing) for opening, closing in _QUOTE_PAIRS)


def _split_block(block: Block, offset: int) -> Block:
    """Shorten a block to the text before an offset, and return the rest as a new block."""
    tail_text = block.text[offset:].lstrip()
    shift = len(block.text) - len(tail_text)
    tail = replace(
        block,
        text=tail_text,
        anchors=[],
        note_references=[],
        reference_offsets=[],
        follows_scene_gap=False,
    )
    tail.unspoken_spans = [
        UnspokenSpan(max(0, span.start - shift), span.end - shift, span.reason)
        for span in block.unspoken_spans
        if span.end > shift
    ]
    tail.emphasis = [
        Span(max(0, span.start - shift), span.end - shift)
        for span in block.emphasis
        if span.end > shift
    ]
    block.text, block.trailing_anchors = block.text[:offset], []
    block.unspoken_spans = [span for span in block.unspoken_spans if span.end <= offset]
    block.emphasis = [
        Span(span.start, min(span.end, offset)) for span in block.emphasis if span.start < offset
    ]
    return tail
