"""Find text that Project Gutenberg added to a book, such as its licence, and skip it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.readers.layout.blocks import UnspokenSpan
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.skip_reasons import (
    CREDITS_REASON,
    HEADER_REASON,
    LICENCE_REASON,
    PICTURE_REASON,
)
from narrator.text.language_names import find_language_by_name
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

BOUNDARY_LINE = re.compile(
    r"\s*\*{2,}\s*(?P<which>START|END) OF (?:THE |THIS )?PROJECT GUTENBERG\b.*|"
    r"\s*\*END\*?\s*THE SMALL PRINT\b.*",
    re.IGNORECASE,
)
"""The lines directly before and after the book.

The second form was used until 2003, at the end of the legal text before the book.
"""

_END_LINE = re.compile(
    r"\s*(?:end of (?:the |this )?project gutenberg\b|\*{3}\s*END OF)", re.IGNORECASE
)
_FIRST_LINE = re.compile(
    r"\s*(?:\ufeff)?(?:The )?Project Gutenberg(?:['’]s)? E(?:-?text|book) of (?P<title>.+?)"
    r"(?:,? by (?P<author>[^,\n]+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_CREDIT = re.compile(
    r"\s*(?:(?:e-?text|ebook|this etext was) )?"
    r"(?:produced|prepared|scanned|transcribed|typed) by\b.*|"
    r"\s*.{0,80}(?:distributed proofread|www\.pgdp\.net|http://www\.gutenberg).*",
    re.IGNORECASE | re.DOTALL,
)
_NOTE_START = re.compile(r"\s*\[?\W{0,3}transcriber(?:['’]?s)?['’]? notes?\b", re.IGNORECASE)
_NOTE_TITLE = re.compile(r"\W*transcriber(?:['’]?s)?['’]? notes?\W*", re.IGNORECASE)
_PICTURE = re.compile(
    r"\[\s*(?:(?:illustration|ilustración|abbildung)\b|(?:picture|image|photo|drawing|bild|imagen)\s*:)"
    r"[^\]]*\]?",
    re.IGNORECASE,
)
_HEADER_FIELD = re.compile(
    r"^(Title|Author|Language|Release Date):[ \t]*(.+(?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_FIELDS_ONLY = re.compile(r"(?:(?:Title|Author|Language|Release Date):[ \t]*\S.*\s*)+")
_TRANSCRIBER_REASON = "transcriber's note"
_MAX_NOTE_BLOCKS = 40
"""Number of paragraphs of the longest transcriber's note."""
_OPENING_BLOCKS = 6
"""Number of blocks at the start of the book that may be credits."""


def mark_gutenberg_text(blocks: Sequence[Block]) -> dict[str, str]:
    """Skip the text that Project Gutenberg added, and return the fields of its header.

    The keys of interest are `title`, `author` and `language`; each may be missing.
    """
    start, end = _find_book_bounds(blocks)
    fields = _parse_fields("\n".join(block.text for block in blocks[:start]))
    for block in blocks[:start]:
        _read_first_line(block, fields)
    if blocks and not start and _FIELDS_ONLY.fullmatch(blocks[0].text):
        fields = _parse_fields(blocks[0].text)
        blocks[0].skip_reason = "title page"
    for block in blocks[:start]:
        block.skip_reason = HEADER_REASON
    for block in blocks[end:]:
        block.skip_reason = LICENCE_REASON
    _mark_credits(blocks[start:end], fields)
    _mark_notes_and_pictures(blocks[start:end])
    return fields


def _find_book_bounds(blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the range of block indices between the header and the licence, end exclusive."""
    start, end = 0, len(blocks)
    for index, block in enumerate(blocks):
        match = BOUNDARY_LINE.match(block.text)
        if match and (match["which"] or "").upper() != "END" and index < len(blocks) / 2:
            start = index + 1
        elif _END_LINE.match(block.text) and index > start:
            return start, index
    return start, end


def _parse_fields(header: str) -> dict[str, str]:
    """Return the fields of the header by lower-case name; the language becomes a language tag."""
    fields = {name.lower(): " ".join(text.split()) for name, text in _HEADER_FIELD.findall(header)}
    if "language" in fields:
        fields["language"] = find_language_by_name(fields["language"].split(",")[0])
    return fields


def _mark_credits(blocks: Sequence[Block], fields: dict[str, str]) -> None:
    """Mark lines at the start that name the e-book or credit the people who produced it.

    A title and an author in these lines are added to `fields`.
    """
    for block in blocks[:_OPENING_BLOCKS]:
        if _read_first_line(block, fields):
            block.skip_reason = HEADER_REASON
        elif len(block.text) < 400 and _CREDIT.fullmatch(block.text):
            block.skip_reason = CREDITS_REASON


def _read_first_line(block: Block, fields: dict[str, str]) -> bool:
    """Add the title and author in the line that names the e-book, if a block is that line.

    Return whether it is.
    """
    match = _FIRST_LINE.fullmatch(block.text.strip(" *\n")) if len(block.text) < 300 else None
    for name in ("title", "author") if match else ():
        if match and match[name]:
            fields.setdefault(name, " ".join(match[name].split()).rstrip(".*"))
    return match is not None


def _mark_notes_and_pictures(blocks: Sequence[Block]) -> None:
    """Mark transcriber's notes, and placeholders of pictures, as skipped.

    The bracket around a transcriber's note may close several paragraphs later.
    """
    note_end = 0  # index of the block behind the current transcriber's note
    for index, block in enumerate(blocks):
        if _NOTE_START.match(block.text) and not block.skip_reason and index >= note_end:
            note_end = index + _count_note_blocks(blocks, index)
        if index < note_end:
            block.skip_reason = _TRANSCRIBER_REASON
        else:
            _mark_pictures(block)


def _count_note_blocks(blocks: Sequence[Block], first: int) -> int:
    """Return the number of blocks of a transcriber's note.

    It is 1 without a bracket, or if the bracket does not close within `_MAX_NOTE_BLOCKS` and before
    the next heading. A note with a title of its own goes on to the end of the book, if it is there.
    """
    if _NOTE_TITLE.fullmatch(blocks[first].text):
        rest = blocks[first + 1 : first + 2 + _MAX_NOTE_BLOCKS]
        is_last = len(rest) <= _MAX_NOTE_BLOCKS and first * 2 > len(blocks)
        is_section = is_last and not any(parse_heading(block.text) for block in rest)
        return 1 + (len(rest) if is_section else min(1, len(rest)))
    if not blocks[first].text.lstrip().startswith("["):
        return 1
    for index in range(first, min(first + _MAX_NOTE_BLOCKS, len(blocks))):
        if index > first and parse_heading(blocks[index].text):
            return 1
        if "]" in blocks[index].text:
            return index - first + 1
    return 1


def _mark_pictures(block: Block) -> None:
    """Mark placeholders of pictures in a block, or the whole block if no other words remain."""
    spans = [UnspokenSpan(*match.span(), PICTURE_REASON) for match in _PICTURE.finditer(block.text)]
    if not spans or block.skip_reason:
        return
    block.unspoken_spans = sorted([*block.unspoken_spans, *spans], key=lambda span: span.start)
    if not has_words(block.spoken_text):
        block.unspoken_spans, block.skip_reason = [], PICTURE_REASON
