"""Footnotes and endnotes: found, kept or left out by policy. Their marks are never spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import inline_notes
from narrator.readers.layout.blocks import UnspokenSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.readers.layout.blocks import Block

FOOTNOTE_REASON = "footnote"
NOTE_MARK_REASON = "footnote mark"
_NOTE = re.compile(
    r"\[(?:(?:foot)?note\s+)?(?P<label>\d{1,4}|[*†‡§]|[A-Z])(?:\]|:)\s*(?=\S)", re.IGNORECASE
)
_LABEL = re.compile(
    r"\s*(?:[\[(]?(?:\d{1,4}|[*†‡§])[\])]?[.:]?\s+|(?=.*(?:\[\d{1,4}\]|↩)\s*$))", re.DOTALL
)
_MARK = re.compile(r"\[(\d{1,4}|[*†‡§]|[A-Z])\]")
_SIGNS = r"(?P<sign>\*{1,3}|[†‡§¶]{1,2}|[¹²³⁰⁴-⁹]{1,3}|\(\d{1,3}\)|\^\d{1,3})"
_SIGN = re.compile(rf"(?<=[\w.,;:!?…\"”’'»)]){_SIGNS}(?![\w*^])")
_SIGNED = re.compile(rf"{_SIGNS}\s*(?=[^\W_]|[\"“‘'«(])")
_STARRED = re.compile(r"(?<![\w*])\*{1,3}(?=\w)")
"""A star before a word, which sets emphasis and not a note."""
_WITHIN = re.compile(r"\[(?:foot)?note\b[^\]\[:]{0,8}:\s*(?P<note>[^\]\[]+)\]", re.IGNORECASE)


def find_inline_notes(blocks: Sequence[Block], policy: str) -> None:
    """Find notes that stand in brackets within a sentence: left out, or read without brackets."""
    for block in blocks:
        for match in (
            _WITHIN.finditer(block.text) if not block.skip_reason and not block.note_anchor else ()
        ):
            if policy == "skip":
                block.unspoken_spans.append(UnspokenSpan(*match.span(), FOOTNOTE_REASON))
                continue
            block.unspoken_spans.append(
                UnspokenSpan(match.start(), match.start("note"), NOTE_MARK_REASON)
            )
            block.unspoken_spans.append(
                UnspokenSpan(match.end("note"), match.end(), NOTE_MARK_REASON)
            )
        block.unspoken_spans.sort(key=lambda gap: gap.start)


def find_labelled_notes(blocks: Sequence[Block]) -> None:
    """Find notes written as "[1] ..." or "[Footnote 1: ...]", and their marks "[1]" in the text."""
    labels = set()
    unclosed = ""
    for block in blocks:
        if block.skip_reason:
            continue
        match = _NOTE.match(block.text)
        if unclosed:
            block.note_anchor = unclosed
            unclosed = "" if block.text.rstrip().endswith("]") else unclosed
        elif match:
            label = match["label"]
            block.note_anchor = f"#{label}"
            labels.add(label)
            block.unspoken_spans.insert(0, UnspokenSpan(0, match.end(), NOTE_MARK_REASON))
            if match[0].rstrip().endswith(":") and not block.text.rstrip().endswith("]"):
                unclosed = block.note_anchor
    if labels:
        for block in blocks:
            _mark(block, labels)


def find_symbol_notes(blocks: Sequence[Block]) -> None:
    """Find notes that open with a bare sign, as in "* ...", after a paragraph that bears the sign.

    A sign may come again for a later note; a list whose points begin with it has no such paragraph.
    """
    waiting: dict[str, list[tuple[Block, re.Match[str]]]] = {}
    for block in blocks:
        if block.skip_reason or block.note_anchor or block.kind is ParagraphKind.HEADING:
            continue
        opened = _SIGNED.match(block.text)
        if opened and opened["sign"] in waiting:
            marked, mark = waiting[opened["sign"]].pop(0)
            if not waiting[opened["sign"]]:
                del waiting[opened["sign"]]
            block.note_anchor = f"#{opened['sign']}{block.start}"
            block.unspoken_spans.insert(0, UnspokenSpan(0, opened.end(), NOTE_MARK_REASON))
            marked.note_references.append(block.note_anchor)
            marked.unspoken_spans = sorted(
                [*marked.unspoken_spans, UnspokenSpan(*mark.span(), NOTE_MARK_REASON)],
                key=lambda g: g.start,
            )
            continue
        for mark in () if _STARRED.search(block.text) else _SIGN.finditer(block.text):
            waiting.setdefault(mark["sign"], []).append((block, mark))


def _mark(block: Block, labels: set[str]) -> None:
    if block.skip_reason or block.note_anchor:
        return
    for match in _MARK.finditer(block.text):
        if match[1] in labels:
            block.unspoken_spans.append(UnspokenSpan(*match.span(), NOTE_MARK_REASON))
            block.note_references.append(f"#{match[1]}")
            block.reference_offsets.append(len(block.text[: match.start()].rstrip()))
    block.unspoken_spans.sort(key=lambda gap: gap.start)


def apply_note_policy(blocks: Sequence[Block], policy: str) -> None:
    """Leave the notes out, or have them read where they stand."""
    for block in blocks:
        if block.note_anchor and not block.skip_reason:
            if policy == "skip":
                block.skip_reason = FOOTNOTE_REASON
                block.unspoken_spans = []
            elif block.kind is not ParagraphKind.HEADING:
                block.kind = ParagraphKind.NOTE


def arrange_notes(
    blocks: Sequence[Block], policy: str, chapter_indices: Iterable[int]
) -> list[Block]:
    """The blocks with each note after the sentence that marks it, or at its chapter's end.

    `starts` are the indices at which chapters begin. With the policy `skip`, and for notes that no
    mark points to, all stays in its place.
    """
    if policy == "skip":
        return list(blocks)
    called: dict[str, list[Block]] = {}
    for block in blocks:
        if block.note_anchor:
            called.setdefault(block.note_anchor, []).append(block)
    out: list[Block] = []
    waiting: list[Block] = []
    moved = {
        id(note)
        for b in blocks
        if not b.note_anchor
        for m in b.note_references
        for note in called.get(m, ())
    }
    begin = set(chapter_indices)
    for index, block in enumerate(blocks):
        if index in begin:
            out += waiting
            waiting = []
        if id(block) in moved:
            continue
        out.append(block)
        if not block.note_anchor:
            mine = {
                mark: called.pop(mark)
                for mark in dict.fromkeys(block.note_references)
                if mark in called
            }
            if policy == "inline" and mine:
                out[-1:] = inline_notes.insert_notes(block, mine)
            else:
                waiting += [note for notes in mine.values() for note in notes]
    return out + waiting


def detect_notes(blocks: Sequence[Block]) -> None:
    """Know the notes of a page that its markup does not call so: marks point to them.

    What a mark points to is a note if it is no heading and begins with a mark itself.
    """
    targets = {mark for block in blocks for mark in block.note_references}
    if not any(block.note_anchor for block in blocks) and not targets:
        find_labelled_notes(blocks)
        return
    for block in blocks:
        if block.note_anchor or block.skip_reason or block.kind is ParagraphKind.HEADING:
            continue
        for anchor in block.anchors:
            if anchor in targets and _LABEL.match(block.text):
                block.note_anchor = anchor
                label = _LABEL.match(block.text)
                if label and label.end():
                    block.unspoken_spans.insert(0, UnspokenSpan(0, label.end(), NOTE_MARK_REASON))
                break
