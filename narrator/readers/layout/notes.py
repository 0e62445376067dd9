"""Find footnotes and endnotes, and skip or move them according to the policy.

The note marks in the text are never spoken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import inline_notes
from narrator.readers.layout.blocks import UnspokenSpan
from narrator.text.quotes import CLOSING_MARKS, OPENING_MARKS, character_class
from narrator.text.words import ALL_SENTENCE_ENDS, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.readers.layout.blocks import Block

FOOTNOTE_REASON = "footnote"
NOTE_MARK_REASON = "footnote mark"
_LABELLED_NOTE = re.compile(
    r"\[(?:(?:foot)?note\s+)?(?P<label>\d{1,4}|[*†‡§]|[A-Z])(?:\]|:)\s*(?=\S)", re.IGNORECASE
)
"""The start of a note such as "[1] ..." or "[Footnote 1: ..."."""
_LEADING_LABEL = re.compile(
    r"\s*(?:[\[(]?(?:\d{1,4}|[*†‡§])[\])]?[.:]?\s+|(?=.*(?:\[\d{1,4}\]|↩)\s*$))", re.DOTALL
)
"""The label at the start of a linked note; empty if the note ends with a link back to the text."""
_BRACKETED_MARK = re.compile(r"\[(\d{1,4}|[*†‡§]|[A-Z])\]")
_SYMBOLS = r"(?P<symbol>\*{1,3}|[†‡§¶]{1,2}|[¹²³⁰⁴-⁹]{1,3}|\(\d{1,3}\)|\^\d{1,3})"
_BEFORE_SYMBOL = character_class(ALL_SENTENCE_ENDS, ",;:)", CLOSING_MARKS)
_SYMBOL_AFTER_WORD = re.compile(rf"(?<=\w|{_BEFORE_SYMBOL}){_SYMBOLS}(?![\w*^])")
_LEADING_SYMBOL = re.compile(
    rf"{_SYMBOLS}\s*(?={LETTER_OR_DIGIT}|{character_class(OPENING_MARKS, '(')})"
)
_STARRED_WORD = re.compile(r"(?<![\w*])\*{1,3}(?=\w)")
"""A star directly before a word, which marks emphasis rather than a note."""
_INLINE_NOTE = re.compile(r"\[(?:foot)?note\b[^\]\[:]{0,8}:\s*(?P<note>[^\]\[]+)\]", re.IGNORECASE)


def find_inline_notes(blocks: Sequence[Block], policy: str) -> None:
    """Mark notes in brackets within a sentence, such as "[Note: ...]".

    The policy `skip` skips the whole note; otherwise only the brackets and label are skipped.
    """
    for block in blocks:
        is_searched = not block.skip_reason and not block.note_anchor
        for match in _INLINE_NOTE.finditer(block.text) if is_searched else ():
            if policy == "skip":
                block.unspoken_spans.append(UnspokenSpan(*match.span(), FOOTNOTE_REASON))
                continue
            block.unspoken_spans += [
                UnspokenSpan(match.start(), match.start("note"), NOTE_MARK_REASON),
                UnspokenSpan(match.end("note"), match.end(), NOTE_MARK_REASON),
            ]
        block.unspoken_spans.sort(key=lambda span: span.start)


def find_labelled_notes(blocks: Sequence[Block]) -> None:
    """Find notes such as "[1] ..." or "[Footnote 1: ...]", and the marks "[1]" in the text."""
    labels = set()
    open_note = ""  # anchor of a note whose bracket closes in a later block
    for block in blocks:
        if block.skip_reason:
            continue
        match = _LABELLED_NOTE.match(block.text)
        if open_note:
            block.note_anchor = open_note
            open_note = "" if block.text.rstrip().endswith("]") else open_note
        elif match:
            label = match["label"]
            block.note_anchor = f"#{label}"
            labels.add(label)
            block.unspoken_spans.insert(0, UnspokenSpan(0, match.end(), NOTE_MARK_REASON))
            # "[Footnote 1:" opens a bracket around the whole note; "[1]" is only the label.
            if match[0].rstrip().endswith(":") and not block.text.rstrip().endswith("]"):
                open_note = block.note_anchor
    if labels:
        for block in blocks:
            _mark_references(block, labels)


def find_symbol_notes(blocks: Sequence[Block]) -> None:
    """Find notes that begin with a symbol, such as "* ...", and the marks in earlier blocks.

    A symbol may be reused for later notes. List items that begin with a symbol are not mistaken for
    notes, because no earlier block contains the symbol as a mark.
    """
    # For each symbol: the marks in the text, in order, whose notes have not been found yet.
    open_references: dict[str, list[tuple[Block, re.Match[str]]]] = {}
    for block in blocks:
        if block.skip_reason or block.note_anchor or block.kind is ParagraphKind.HEADING:
            continue
        label = _LEADING_SYMBOL.match(block.text)
        if label and label["symbol"] in open_references:
            symbol = label["symbol"]
            referring_block, reference = open_references[symbol].pop(0)
            if not open_references[symbol]:
                del open_references[symbol]
            block.note_anchor = f"#{symbol}{block.start}"
            block.unspoken_spans.insert(0, UnspokenSpan(0, label.end(), NOTE_MARK_REASON))
            referring_block.note_references.append(block.note_anchor)
            mark = UnspokenSpan(*reference.span(), NOTE_MARK_REASON)
            referring_block.unspoken_spans = sorted(
                [*referring_block.unspoken_spans, mark], key=lambda span: span.start
            )
            continue
        has_emphasis = _STARRED_WORD.search(block.text)
        for reference in () if has_emphasis else _SYMBOL_AFTER_WORD.finditer(block.text):
            open_references.setdefault(reference["symbol"], []).append((block, reference))


def _mark_references(block: Block, labels: set[str]) -> None:
    """Mark references such as "[1]" in a block if there is a note with the same label."""
    if block.skip_reason or block.note_anchor:
        return
    for match in _BRACKETED_MARK.finditer(block.text):
        if match[1] in labels:
            block.unspoken_spans.append(UnspokenSpan(*match.span(), NOTE_MARK_REASON))
            block.note_references.append(f"#{match[1]}")
            block.reference_offsets.append(len(block.text[: match.start()].rstrip()))
    block.unspoken_spans.sort(key=lambda span: span.start)


def apply_note_policy(blocks: Sequence[Block], policy: str) -> None:
    """Mark the blocks of notes as skipped, or give them the kind `NOTE`, as the policy says."""
    for block in blocks:
        if block.note_anchor and not block.skip_reason:
            if policy == "skip":
                block.skip_reason = FOOTNOTE_REASON
                block.unspoken_spans = []
            elif block.kind is not ParagraphKind.HEADING:
                block.kind = ParagraphKind.NOTE


def arrange_notes(
    blocks: Sequence[Block], policy: str, chapter_indices: Iterable[int], language: str
) -> list[Block]:
    """Return the blocks with notes moved as the policy says.

    With `inline`, a note follows the sentence that refers to it; with `chapter-end`, it is at the
    end of its chapter; with `skip`, no note is moved. Notes without a reference are never moved.
    `chapter_indices` are the indices of the blocks where chapters begin, and `language` is the
    BCP 47 tag of the book.
    """
    if policy == "skip":
        return list(blocks)
    notes_by_anchor: dict[str, list[Block]] = {}
    for block in blocks:
        if block.note_anchor:
            notes_by_anchor.setdefault(block.note_anchor, []).append(block)
    moved_notes = _find_moved_notes(blocks, notes_by_anchor)
    arranged: list[Block] = []
    chapter_notes: list[Block] = []  # notes to be read at the end of the current chapter
    first_indices = set(chapter_indices)
    for index, block in enumerate(blocks):
        if index in first_indices:
            arranged += chapter_notes
            chapter_notes = []
        if id(block) in moved_notes:
            continue
        arranged.append(block)
        if not block.note_anchor:
            block_notes = _pop_notes(block, notes_by_anchor)
            if policy == "inline" and block_notes:
                arranged[-1:] = inline_notes.insert_notes(block, block_notes, language)
            else:
                chapter_notes += [note for notes in block_notes.values() for note in notes]
    return arranged + chapter_notes


def _find_moved_notes(blocks: Sequence[Block], notes_by_anchor: dict[str, list[Block]]) -> set[int]:
    """Return the `id()` of each note that text outside notes refers to."""
    return {
        id(note)
        for block in blocks
        if not block.note_anchor
        for anchor in block.note_references
        for note in notes_by_anchor.get(anchor, ())
    }


def _pop_notes(block: Block, notes_by_anchor: dict[str, list[Block]]) -> dict[str, list[Block]]:
    """Remove from `notes_by_anchor`, and return, the notes that a block refers to."""
    return {
        anchor: notes_by_anchor.pop(anchor)
        for anchor in dict.fromkeys(block.note_references)
        if anchor in notes_by_anchor
    }


def detect_notes(blocks: Sequence[Block]) -> None:
    """Detect notes that the markup does not declare, by the links that point to them.

    The target of a note mark is a note if it begins with a label and is not a heading. A book
    without such links is searched for notes with labels in brackets.
    """
    targets = {anchor for block in blocks for anchor in block.note_references}
    if not any(block.note_anchor for block in blocks) and not targets:
        find_labelled_notes(blocks)
        return
    for block in blocks:
        if block.note_anchor or block.skip_reason or block.kind is ParagraphKind.HEADING:
            continue
        for anchor in block.anchors:
            label = _LEADING_LABEL.match(block.text) if anchor in targets else None
            if label:
                block.note_anchor = anchor
                if label.end():
                    block.unspoken_spans.insert(0, UnspokenSpan(0, label.end(), NOTE_MARK_REASON))
                break
