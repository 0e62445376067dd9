"""A book before it is bound: blocks of text, as every reader finds them in its format.

All that is common to the formats (matter, notes, scene breaks, chapters) works on blocks, so that a
reader only says what stands on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.errors import EmptyBookError
from narrator.model import Book, Chapter, Paragraph, ParagraphKind, SkippedPassage, Span
from narrator.segmentation.languages import recognise_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Metadata, Source

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORT, _FEW_WORDS = 4000, 100
SCENE_BREAK_REASON = "scene break"
PICTURE_REASON = "picture"


@dataclass(slots=True)
class UnspokenSpan:
    """A stretch of a block that is not spoken, and why; offsets into the block's text."""

    start: int
    end: int
    reason: str


@dataclass(slots=True, eq=False)
class Block:
    """A paragraph, heading or mark on the page."""

    text: str
    start: int = 0
    """Offset into the book's text; known from the outset for plain text only."""
    kind: ParagraphKind = ParagraphKind.TEXT
    heading_level: int = 0
    """Of a heading, from 1; 0 for all else."""
    skip_reason: str = ""
    """Why the whole block is not spoken; empty where it is."""
    follows_scene_gap: bool = False
    """Whether space alone marks a scene break before it."""
    blank_lines_before: int = 0
    """How many blank lines stand before it; told of plain text only."""
    emphasis: list[Span] = field(default_factory=list)
    unspoken_spans: list[UnspokenSpan] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    """By which links reach it: `path#fragment`."""
    trailing_anchors: list[str] = field(default_factory=list)
    """The anchors that stand behind it, where nothing follows on its page."""
    note_references: list[str] = field(default_factory=list)
    """The anchors of the notes whose marks stand in it."""
    reference_offsets: list[int] = field(default_factory=list)
    """Where in its text each of `marks` stands, as far as that is told."""
    note_anchor: str = ""
    """The anchor of the note that it belongs to."""
    semantic_types: frozenset[str] = frozenset()
    """What the markup calls it and what it lies in, as in `epub:type`."""
    source_path: str = ""
    """The entry of the archive, or the file, that it comes from."""

    @property
    def spoken_text(self) -> str:
        """Its text without gaps."""
        if self.skip_reason:
            return ""
        pieces, at = [], 0
        for gap in self.unspoken_spans:
            pieces.append(self.text[at : gap.start])
            at = gap.end
        return "".join([*pieces, self.text[at:]])

    @property
    def single_line_text(self) -> str:
        """What is spoken of it, on one line."""
        return " ".join(self.spoken_text.split())


@dataclass(frozen=True, slots=True)
class ChapterStart:
    """Where a chapter begins."""

    block_index: int
    """Of its first block."""
    title: str


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def has_words(text: str) -> bool:
    """Whether there is anything to say."""
    return _WORD.search(text) is not None


def build_book(
    blocks: Sequence[Block],
    chapter_starts: Sequence[ChapterStart],
    metadata: Metadata,
    source: Source,
    text: str | None = None,
) -> Book:
    """The book made of these blocks.

    Without `text`, the book's text is the blocks' own, a blank line between two of them; with it,
    the blocks already have their places in it.

    Raises:
        EmptyBookError: no block has a word that is spoken.
    """
    require_words(blocks, source.path)
    if text is None:
        text = _compose(blocks)
    chapters, skipped = _chapters(blocks, chapter_starts), tuple(_skipped(blocks, text))
    book = Book(metadata, text, chapters, skipped, source)
    return replace(book, metadata=_in_its_language(metadata, book.readable_text))


def _in_its_language(metadata: Metadata, text: str) -> Metadata:
    """The metadata with the language that the words plainly are in.

    English is what files and programs declare unasked; any other declaration counts for more than
    the few words of a short text.
    """
    declared = metadata.language.replace("_", "-").partition("-")[0].casefold()
    known = recognise_language(text, metadata.language).tag
    believed = declared not in ("", "en", "und") and count_words(text[:_SHORT]) < _FEW_WORDS
    return metadata if believed or known == declared else replace(metadata, language=known)


def require_words(blocks: Sequence[Block], path: str) -> None:
    """Refuse a book that has nothing to read.

    Raises:
        EmptyBookError: no block has a word that is spoken.
    """
    if not any(has_words(block.spoken_text) for block in blocks):
        described = any(
            block.skip_reason == PICTURE_REASON and has_words(block.text) for block in blocks
        )
        hint = "if it is made of pictures, text recognition (OCR) comes first"
        if described:
            hint = "its pictures have descriptions, which --images keep reads"
        raise EmptyBookError(f"{path} holds no words to read", hint)


def _compose(blocks: Sequence[Block]) -> str:
    at = 0
    for block in blocks:
        block.start = at
        at += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks)


def _chapters(blocks: Sequence[Block], openings: Sequence[ChapterStart]) -> tuple[Chapter, ...]:
    bounds = [opening.block_index for opening in openings] + [len(blocks)]
    bounds[0] = 0
    chapters: list[Chapter] = []
    scene = False
    for opening, (first, last) in zip(openings, pairwise(bounds), strict=True):
        paragraphs, scene = _paragraphs(blocks[first:last], scene=scene and bool(chapters))
        if paragraphs:
            number, start, end = len(chapters) + 1, paragraphs[0].start, paragraphs[-1].end
            chapters.append(Chapter(number, opening.title, start, end, tuple(paragraphs)))
    return tuple(chapters)


def _paragraphs(blocks: Sequence[Block], *, scene: bool) -> tuple[list[Paragraph], bool]:
    """The paragraphs of a chapter, and whether a scene break is left over at its end."""
    paragraphs: list[Paragraph] = []
    number = 0
    for block in blocks:
        if block.skip_reason == SCENE_BREAK_REASON:
            scene = True
        if block.skip_reason or not block.spoken_text.strip():
            continue
        heading = block.kind is ParagraphKind.HEADING
        number += not heading
        paragraphs.append(
            Paragraph(
                block.start,
                block.start + len(block.text),
                0 if heading else number,
                block.kind,
                (scene or block.follows_scene_gap) and not heading and number > 1,
                tuple(Span(block.start + e.start, block.start + e.end) for e in block.emphasis),
            )
        )
        scene = False
    return paragraphs, scene


def _skipped(blocks: Sequence[Block], text: str) -> Iterator[SkippedPassage]:
    """All that is not spoken; whole blocks that follow each other for one reason as one."""
    run: list[Block] = []
    for block in blocks:
        if run and (
            block.skip_reason != run[0].skip_reason or block.skip_reason == SCENE_BREAK_REASON
        ):
            yield _told(run, text)
            run = []
        if block.skip_reason:
            run.append(block)
        for gap in block.unspoken_spans if not block.skip_reason else ():
            start, end = block.start + gap.start, block.start + gap.end
            if start < end:
                yield SkippedPassage(start, end, gap.reason, text[start:end])
    if run:
        yield _told(run, text)


def _told(run: Sequence[Block], text: str) -> SkippedPassage:
    start, end = run[0].start, run[-1].start + len(run[-1].text)
    return SkippedPassage(start, end, run[0].skip_reason, text[start:end])
