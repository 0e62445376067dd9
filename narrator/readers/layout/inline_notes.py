"""Notes read inline: each stands after the sentence that holds its mark, where that can be told.

A paragraph is cut there in two. It is not cut within a quotation, whose marks would then stand in
two paragraphs; the note waits until that is over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import Form, Span
from narrator.readers.layout.blocks import Block, Gap, has_words
from narrator.segmentation.languages import recognise
from narrator.segmentation.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PAIRS = (("“", "”"), ("«", "»"), ("‘", "’"))
_DASHES = "—–―-"


def inserted(block: Block, called: Mapping[str, Sequence[Block]]) -> list[Block]:
    """The paragraph with the notes that its marks call, each after its sentence."""
    wanted: dict[int, list[Block]] = {}
    ends = _ends(block)
    for index, mark in enumerate(block.marks):
        place = block.places[index] if index < len(block.places) else len(block.text)
        end = next((end for end in ends if end >= place), len(block.text))
        wanted.setdefault(end, []).extend(called.get(mark, ()))
    out = [block]
    for end, notes in sorted(wanted.items(), reverse=True):
        if end == len(block.text) or not notes:
            out[1:1] = notes
        else:
            out[1:1] = [*notes, _cut(block, end)]
    return out


def _ends(block: Block) -> list[int]:
    """The ends of sentences at which a paragraph may be cut."""
    if block.form not in (Form.TEXT, Form.QUOTE) or block.text[:1] in (*_DASHES, "'"):
        return []
    text = block.text
    for gap in block.gaps:
        text = text[: gap.start] + " " * (gap.end - gap.start) + text[gap.end :]
    found = sentences(text, recognise(text, "en"))
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
    after = replace(block, text=rest, anchors=[], marks=[], places=[], scene=False)
    after.gaps = [
        Gap(max(0, gap.start - shift), gap.end - shift, gap.reason)
        for gap in block.gaps
        if gap.end > shift
    ]
    after.emphasis = [
        Span(max(0, span.start - shift), span.end - shift)
        for span in block.emphasis
        if span.end > shift
    ]
    block.text, block.after = block.text[:at], []
    block.gaps = [gap for gap in block.gaps if gap.end <= at]
    block.emphasis = [Span(s.start, min(s.end, at)) for s in block.emphasis if s.start < at]
    return after
