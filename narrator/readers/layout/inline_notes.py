"""Notes read inline: each stands after the sentence that holds its mark, where that can be told.

A paragraph is cut there in two. It is not cut within a quotation, whose marks would then stand in
two paragraphs; the note waits until that is over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import Block, UnspokenSpan, has_words
from narrator.segmentation.languages import recognise_language
from narrator.segmentation.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PAIRS = (("“", "”"), ("«", "»"), ("‘", "’"))
_DASHES = "—–―-"


def insert_notes(block: Block, notes_by_anchor: Mapping[str, Sequence[Block]]) -> list[Block]:
    """The paragraph with the notes that its marks call, each after its sentence."""
    wanted: dict[int, list[Block]] = {}
    ends = _ends(block)
    for index, mark in enumerate(block.note_references):
        place = (
            block.reference_offsets[index]
            if index < len(block.reference_offsets)
            else len(block.text)
        )
        end = next((end for end in ends if end >= place), len(block.text))
        wanted.setdefault(end, []).extend(notes_by_anchor.get(mark, ()))
    out = [block]
    for end, notes in sorted(wanted.items(), reverse=True):
        if end == len(block.text) or not notes:
            out[1:1] = notes
        else:
            out[1:1] = [*notes, _cut(block, end)]
    return out


def _ends(block: Block) -> list[int]:
    """The ends of sentences at which a paragraph may be cut."""
    if block.kind not in (ParagraphKind.TEXT, ParagraphKind.QUOTE) or block.text[:1] in (
        *_DASHES,
        "'",
    ):
        return []
    text = block.text
    for gap in block.unspoken_spans:
        text = text[: gap.start] + " " * (gap.end - gap.start) + text[gap.end :]
    found = split_sentences(text, recognise_language(text, "en"))
    return [end for _, end in found if has_words(text[end:]) and _is_balanced(text[:end])]


def _is_balanced(text: str) -> bool:
    """Whether no quotation is open; the apostrophe closes none, unless it stands last."""
    if text.count('"') % 2 or text.count("„") > text.count("“") + text.count("”"):
        return False
    if "„" in text:
        return text.count("„") == text.count("“") + text.count("”")
    return all(text.rfind(opens) <= text.rfind(closes) for opens, closes in _PAIRS)


def _cut(block: Block, at: int) -> Block:
    """Take what follows an offset off a block, as a block of its own."""
    rest = block.text[at:].lstrip()
    shift = len(block.text) - len(rest)
    after = replace(
        block,
        text=rest,
        anchors=[],
        note_references=[],
        reference_offsets=[],
        follows_scene_gap=False,
    )
    after.unspoken_spans = [
        UnspokenSpan(max(0, gap.start - shift), gap.end - shift, gap.reason)
        for gap in block.unspoken_spans
        if gap.end > shift
    ]
    after.emphasis = [
        Span(max(0, span.start - shift), span.end - shift)
        for span in block.emphasis
        if span.end > shift
    ]
    block.text, block.trailing_anchors = block.text[:at], []
    block.unspoken_spans = [gap for gap in block.unspoken_spans if gap.end <= at]
    block.emphasis = [Span(s.start, min(s.end, at)) for s in block.emphasis if s.start < at]
    return after
