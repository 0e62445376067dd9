"""Footnotes and endnotes: found, kept or left out by policy. Their marks are never spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Form
from narrator.readers.layout import inline_notes
from narrator.readers.layout.blocks import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.readers.layout.blocks import Block

NOTE = "footnote"
MARK = "footnote mark"
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


def within(blocks: Sequence[Block], policy: str) -> None:
    """Find notes that stand in brackets within a sentence: left out, or read without brackets."""
    for block in blocks:
        for match in _WITHIN.finditer(block.text) if not block.reason and not block.note else ():
            if policy == "skip":
                block.gaps.append(Gap(*match.span(), NOTE))
                continue
            block.gaps.append(Gap(match.start(), match.start("note"), MARK))
            block.gaps.append(Gap(match.end("note"), match.end(), MARK))
        block.gaps.sort(key=lambda gap: gap.start)


def bracketed(blocks: Sequence[Block]) -> None:
    """Find notes written as "[1] ..." or "[Footnote 1: ...]", and their marks "[1]" in the text."""
    labels = set()
    unclosed = ""
    for block in blocks:
        if block.reason:
            continue
        match = _NOTE.match(block.text)
        if unclosed:
            block.note = unclosed
            unclosed = "" if block.text.rstrip().endswith("]") else unclosed
        elif match:
            label = match["label"]
            block.note = f"#{label}"
            labels.add(label)
            block.gaps.insert(0, Gap(0, match.end(), MARK))
            if match[0].rstrip().endswith(":") and not block.text.rstrip().endswith("]"):
                unclosed = block.note
    if labels:
        for block in blocks:
            _mark(block, labels)


def signed(blocks: Sequence[Block]) -> None:
    """Find notes that open with a bare sign, as in "* ...", after a paragraph that bears the sign.

    A sign may come again for a later note; a list whose points begin with it has no such paragraph.
    """
    waiting: dict[str, list[tuple[Block, re.Match[str]]]] = {}
    for block in blocks:
        if block.reason or block.note or block.form is Form.HEADING:
            continue
        opened = _SIGNED.match(block.text)
        if opened and opened["sign"] in waiting:
            marked, mark = waiting[opened["sign"]].pop(0)
            if not waiting[opened["sign"]]:
                del waiting[opened["sign"]]
            block.note = f"#{opened['sign']}{block.start}"
            block.gaps.insert(0, Gap(0, opened.end(), MARK))
            marked.marks.append(block.note)
            marked.gaps = sorted([*marked.gaps, Gap(*mark.span(), MARK)], key=lambda g: g.start)
            continue
        for mark in () if _STARRED.search(block.text) else _SIGN.finditer(block.text):
            waiting.setdefault(mark["sign"], []).append((block, mark))


def _mark(block: Block, labels: set[str]) -> None:
    if block.reason or block.note:
        return
    for match in _MARK.finditer(block.text):
        if match[1] in labels:
            block.gaps.append(Gap(*match.span(), MARK))
            block.marks.append(f"#{match[1]}")
            block.places.append(len(block.text[: match.start()].rstrip()))
    block.gaps.sort(key=lambda gap: gap.start)


def apply(blocks: Sequence[Block], policy: str) -> None:
    """Leave the notes out, or have them read where they stand."""
    for block in blocks:
        if block.note and not block.reason:
            if policy == "skip":
                block.reason = NOTE
                block.gaps = []
            elif block.form is not Form.HEADING:
                block.form = Form.NOTE


def arrange(blocks: Sequence[Block], policy: str, starts: Iterable[int]) -> list[Block]:
    """The blocks with each note after the sentence that marks it, or at its chapter's end.

    `starts` are the indices at which chapters begin. With the policy `skip`, and for notes that no
    mark points to, all stays in its place.
    """
    if policy == "skip":
        return list(blocks)
    called: dict[str, list[Block]] = {}
    for block in blocks:
        if block.note:
            called.setdefault(block.note, []).append(block)
    out: list[Block] = []
    waiting: list[Block] = []
    moved = {id(note) for b in blocks if not b.note for m in b.marks for note in called.get(m, ())}
    begin = set(starts)
    for index, block in enumerate(blocks):
        if index in begin:
            out += waiting
            waiting = []
        if id(block) in moved:
            continue
        out.append(block)
        if not block.note:
            mine = {mark: called.pop(mark) for mark in dict.fromkeys(block.marks) if mark in called}
            if policy == "inline" and mine:
                out[-1:] = inline_notes.inserted(block, mine)
            else:
                waiting += [note for notes in mine.values() for note in notes]
    return out + waiting


def link(blocks: Sequence[Block]) -> None:
    """Know the notes of a page that its markup does not call so: marks point to them.

    What a mark points to is a note if it is no heading and begins with a mark itself.
    """
    targets = {mark for block in blocks for mark in block.marks}
    if not any(block.note for block in blocks) and not targets:
        bracketed(blocks)
        return
    for block in blocks:
        if block.note or block.reason or block.form is Form.HEADING:
            continue
        for anchor in block.anchors:
            if anchor in targets and _LABEL.match(block.text):
                block.note = anchor
                label = _LABEL.match(block.text)
                if label and label.end():
                    block.gaps.insert(0, Gap(0, label.end(), MARK))
                break
