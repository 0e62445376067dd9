"""Project Gutenberg's own words around and within a book: told, and not spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

from narrator.readers.layout.blocks import PICTURE_REASON, UnspokenSpan, has_words

BOUNDARY_LINE = re.compile(
    r"\s*\*{2,}\s*(?P<which>START|END) OF (?:THE |THIS )?PROJECT GUTENBERG\b.*|"
    r"\s*\*END\*?\s*THE SMALL PRINT\b.*",
    re.IGNORECASE,
)
"""The lines between which the book stands. The second form closed the small print before 2003."""

_END = re.compile(r"\s*(?:end of (?:the |this )?project gutenberg\b|\*{3}\s*END OF)", re.IGNORECASE)
_FIRST = re.compile(
    r"\s*(?:\ufeff)?(?:The )?Project Gutenberg(?:['’]s)? E(?:-?text|book) of (?P<title>.+?)"
    r"(?:,? by (?P<author>[^,\n]+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_CREDIT = re.compile(
    r"\s*(?:(?:e-?text|ebook|this etext was) )?(?:produced|prepared|transcribed) by\b.*|"
    r"\s*.{0,80}(?:distributed proofread|www\.pgdp\.net|http://www\.gutenberg).*",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(r"\s*\[?\W{0,3}transcriber(?:['’]?s)?['’]? notes?\b", re.IGNORECASE)
_PICTURE = re.compile(r"\[\s*(?:illustration|ilustración|abbildung)\b[^\]]*\]?", re.IGNORECASE)
_FIELD = re.compile(
    r"^(Title|Author|Language|Release Date):[ \t]*(.+(?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_FIELDS = re.compile(r"(?:(?:Title|Author|Language|Release Date):[ \t]*\S.*\s*)+")
_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it",
    "portuguese": "pt", "dutch": "nl", "finnish": "fi", "latin": "la", "greek": "el",
    "russian": "ru", "chinese": "zh", "japanese": "ja", "swedish": "sv", "danish": "da",
    "esperanto": "eo", "polish": "pl", "hungarian": "hu", "norwegian": "no", "czech": "cs",
}  # fmt: skip
HEADER_REASON = "Project Gutenberg header"
LICENCE_REASON = "Project Gutenberg licence"


def mark_gutenberg_matter(blocks: Sequence[Block]) -> dict[str, str]:
    """Mark what is Project Gutenberg's as not spoken; answer with title, author and language."""
    start, end = _bounds(blocks)
    found = _fields("\n".join(block.text for block in blocks[:start]))
    if blocks and not start and _FIELDS.fullmatch(blocks[0].text):
        found = _fields(blocks[0].text)
        blocks[0].skip_reason = "title page"
    for block in blocks[:start]:
        block.skip_reason = HEADER_REASON
    for block in blocks[end:]:
        block.skip_reason = LICENCE_REASON
    _mark_opening(blocks[start:end], found)
    _mark_notes(blocks[start:end])
    return found


def _bounds(blocks: Sequence[Block]) -> tuple[int, int]:
    """The blocks between the header and the licence."""
    start, end = 0, len(blocks)
    for index, block in enumerate(blocks):
        match = BOUNDARY_LINE.match(block.text)
        if match and (match["which"] or "").upper() != "END" and index < len(blocks) / 2:
            start = index + 1
        elif _END.match(block.text) and index > start:
            return start, index
    return start, end


def _fields(header: str) -> dict[str, str]:
    """What the header says of the book; empty where there is none."""
    fields = {name.lower(): " ".join(text.split()) for name, text in _FIELD.findall(header)}
    if "language" in fields:
        language = fields["language"].lower().split(",")[0].strip()
        fields["language"] = _LANGUAGES.get(language, "en")
    return fields


def _mark_opening(blocks: Sequence[Block], found: dict[str, str]) -> None:
    """The lines at the head of the text itself that credit those who made the file."""
    for block in blocks[:6]:
        first = _FIRST.fullmatch(block.text) if len(block.text) < 300 else None
        if first:
            block.skip_reason = HEADER_REASON
            for name in ("title", "author"):
                if first[name]:
                    found.setdefault(name, " ".join(first[name].split()).rstrip("."))
        elif len(block.text) < 400 and _CREDIT.fullmatch(block.text):
            block.skip_reason = "credits"


def _mark_notes(blocks: Sequence[Block]) -> None:
    """Transcriber's notes and the places of pictures, which may close some paragraphs later."""
    until = ""
    for block in blocks:
        if until:
            block.skip_reason = until
            until = "" if "]" in block.text else until
        elif _NOTE.match(block.text) and not block.skip_reason:
            block.skip_reason = "transcriber's note"
            if block.text.lstrip().startswith("[") and "]" not in block.text:
                until = block.skip_reason
        else:
            _mark_pictures(block)


def _mark_pictures(block: Block) -> None:
    gaps = [UnspokenSpan(*match.span(), PICTURE_REASON) for match in _PICTURE.finditer(block.text)]
    if not gaps or block.skip_reason:
        return
    block.unspoken_spans = sorted([*block.unspoken_spans, *gaps], key=lambda gap: gap.start)
    if not has_words(block.spoken_text):
        block.unspoken_spans, block.skip_reason = [], PICTURE_REASON
