"""Define blocks, the common intermediate form of all readers, and build a `Book` from them.

Each reader turns its format into blocks. The code for front matter, notes, scene breaks and
chapters works on blocks, and is the same for all formats.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.errors import EmptyBookError
from narrator.languages import recognition
from narrator.model import (
    Book,
    Chapter,
    LanguageSpan,
    Paragraph,
    ParagraphKind,
    SkippedPassage,
    Span,
)
from narrator.readers.layout.skip_reasons import PICTURE_REASON, SCENE_BREAK_REASON
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.model import Metadata, Source


@dataclass(slots=True)
class UnspokenSpan:
    """A span of a block's text that is not spoken, and the reason."""

    start: int
    end: int
    reason: str


@dataclass(slots=True, eq=False)
class Block:
    """A paragraph, heading or scene break.

    A long book has hundreds of thousands, so what few of them have takes no memory in the others.
    """

    text: str
    start: int = 0
    """Offset into the book's text; set by the reader for plain text only."""
    kind: ParagraphKind = ParagraphKind.TEXT
    heading_level: int = 0
    """Level of a heading, from 1 (the highest); 0 for other blocks."""
    skip_reason: str = ""
    """Why the whole block is not spoken; empty if it is spoken."""
    follows_scene_gap: bool = False
    """Whether empty space before the block marks a scene break."""
    blank_lines_before: int = 0
    """Number of blank lines before the block; set for plain text only."""
    emphasis: Sequence[Span] = ()
    """Emphasised spans, as offsets into `text`."""
    speaker_names: Sequence[Span] = ()
    """Names before speeches that the markup declares, as offsets into `text`."""
    stage_directions: Sequence[Span] = ()
    """Stage directions that the markup declares, as offsets into `text`."""
    foreign_passages: Sequence[LanguageSpan] = ()
    """Passages whose language the markup declares, as offsets into `text`."""
    unspoken_spans: list[UnspokenSpan] = field(default_factory=list)
    """Spans of `text` that are not spoken, in order and without overlap."""
    anchors: Sequence[str] = ()
    """Link targets at this block, as `path#fragment`."""
    trailing_anchors: Sequence[str] = ()
    """Link targets after the last block of a page; empty for other blocks."""
    note_references: list[str] = field(default_factory=list)
    """Anchors of the notes that this block refers to."""
    reference_offsets: list[int] = field(default_factory=list)
    """Offset into `text` of each note reference; shorter than `note_references` if some offsets are
    unknown."""
    note_anchor: str = ""
    """Anchor of the note that this block is part of; empty outside notes."""
    furniture_reason: str = ""
    """Why a website's markup declares the block not to be part of the story, or empty."""
    semantic_types: frozenset[str] = frozenset()
    """Semantic types (`epub:type`) of the block's element and its ancestors."""
    source_path: str = ""
    """The file, or the entry of an archive, that contains the block."""

    @property
    def spoken_text(self) -> str:
        """Return the text without its unspoken spans; empty if the block is skipped."""
        if self.skip_reason:
            return ""
        if not self.unspoken_spans:
            return self.text
        pieces, position = [], 0
        for span in self.unspoken_spans:
            pieces.append(self.text[position : span.start])
            position = span.end
        return "".join([*pieces, self.text[position:]])

    @property
    def single_line_text(self) -> str:
        """Return the spoken text on one line, with single spaces."""
        return " ".join(self.spoken_text.split())


def append_unspoken_texts(block: Block, texts: Iterable[tuple[str, str]]) -> None:
    """Append texts that are not spoken to a block, where they don't interrupt a sentence.

    Each of `texts` is a pair of a text and the reason why it is not spoken.
    """
    pieces, length = [block.text], len(block.text)
    for text, reason in texts:
        if length:
            pieces.append(" ")
            length += 1
        pieces.append(text)
        block.unspoken_spans.append(UnspokenSpan(length, length + len(text), reason))
        length += len(text)
    block.text = "".join(pieces)


def skip_spaces_before(text: str, offset: int) -> int:
    """Return the offset behind the last character before `offset` that is no space."""
    while offset and text[offset - 1].isspace():
        offset -= 1
    return offset


@dataclass(frozen=True, slots=True)
class ChapterStart:
    """The index of the block where a chapter begins, and the chapter's title."""

    block_index: int
    title: str


def build_book(
    blocks: Sequence[Block],
    chapter_starts: Sequence[ChapterStart],
    metadata: Metadata,
    source: Source,
    text: str | None = None,
) -> Book:
    """Build a book from blocks.

    Without `text`, the book's text is the texts of the blocks, joined by blank lines. With `text`,
    each `Block.start` must already be an offset into it.

    Raises:
        EmptyBookError: no block contains a word that is spoken.
    """
    require_words(blocks, source.path)
    if text is None:
        text = _join_texts(blocks)
    chapters = _build_chapters(blocks, chapter_starts)
    skipped = tuple(_collect_skipped_passages(blocks, text))
    return Book(metadata, text, chapters, skipped, source)


def resolve_language(metadata: Metadata, blocks: Sequence[Block], chosen_tag: str) -> Metadata:
    """Return the metadata with the language of the text.

    `metadata.language` is what the file declares, or empty; `chosen_tag` is what the user names,
    or empty.
    """
    text = "\n\n".join(_take_sample(blocks))
    recognised = recognition.recognise_language(text, metadata.language, chosen_tag)
    return replace(
        metadata,
        language=recognised.tag,
        language_origin=recognised.origin,
        declared_language=metadata.language,
    )


def _take_sample(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the spoken texts of the first blocks, as many as recognition examines."""
    length = 0
    for block in blocks:
        if length > recognition.SAMPLE_CHARACTERS:
            return
        yield block.spoken_text
        length += len(block.spoken_text)


def require_words(blocks: Sequence[Block], path: str) -> None:
    """Raise an error if the blocks have no spoken words.

    Raises:
        EmptyBookError: no block contains a word that is spoken.
    """
    if not any(has_words(block.spoken_text) for block in blocks):
        has_descriptions = any(
            block.skip_reason == PICTURE_REASON and has_words(block.text) for block in blocks
        )
        hint = "if it is made of pictures, text recognition (OCR) comes first"
        if has_descriptions:
            hint = "its pictures have descriptions, which --images keep reads"
        raise EmptyBookError(f"{path} has no words to read", hint)


def _join_texts(blocks: Sequence[Block]) -> str:
    """Join the texts of the blocks with blank lines, and set the offset of each block."""
    offset = 0
    for block in blocks:
        block.start = offset
        offset += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks)


def _build_chapters(
    blocks: Sequence[Block], chapter_starts: Sequence[ChapterStart]
) -> tuple[Chapter, ...]:
    """Return the chapters, numbered from 1; those without spoken paragraphs are left out."""
    bounds = [start.block_index for start in chapter_starts] + [len(blocks)]
    bounds[0] = 0  # text before the first start belongs to the first chapter
    chapters: list[Chapter] = []
    has_pending_break = False
    for chapter_start, (first, last) in zip(chapter_starts, pairwise(bounds), strict=True):
        paragraphs, has_pending_break = _build_paragraphs(
            blocks[first:last], follows_scene_break=has_pending_break and bool(chapters)
        )
        if paragraphs:
            number, start, end = len(chapters) + 1, paragraphs[0].start, paragraphs[-1].end
            chapters.append(Chapter(number, chapter_start.title, start, end, tuple(paragraphs)))
    return tuple(chapters)


def _build_paragraphs(
    blocks: Sequence[Block], *, follows_scene_break: bool
) -> tuple[list[Paragraph], bool]:
    """Return a chapter's paragraphs, and whether a scene break follows the last one."""
    paragraphs: list[Paragraph] = []
    number = 0
    for block in blocks:
        if block.skip_reason == SCENE_BREAK_REASON:
            follows_scene_break = True
        if block.skip_reason or not block.spoken_text.strip():
            continue
        is_heading = block.kind is ParagraphKind.HEADING
        number += not is_heading
        has_break = follows_scene_break or block.follows_scene_gap
        paragraphs.append(
            Paragraph(
                block.start,
                block.start + len(block.text),
                0 if is_heading else number,
                block.kind,
                has_break and not is_heading and number > 1,
                emphasis=_place_spans(block, block.emphasis),
                speaker_names=_place_spans(block, block.speaker_names),
                stage_directions=_place_spans(block, block.stage_directions),
                foreign_passages=tuple(
                    LanguageSpan(block.start + span.start, block.start + span.end, span.tag)
                    for span in block.foreign_passages
                ),
            )
        )
        follows_scene_break = False
    return paragraphs, follows_scene_break


def _place_spans(block: Block, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans of a block's text as offsets into the book's text."""
    return tuple(Span(block.start + span.start, block.start + span.end) for span in spans)


def _collect_skipped_passages(blocks: Sequence[Block], text: str) -> Iterator[SkippedPassage]:
    """Yield the passages that are not spoken.

    Consecutive blocks with the same skip reason become one passage, except scene breaks.
    """
    run: list[Block] = []
    for block in blocks:
        is_scene_break = block.skip_reason == SCENE_BREAK_REASON
        if run and (block.skip_reason != run[0].skip_reason or is_scene_break):
            yield _merge_skipped_blocks(run, text)
            run = []
        if block.skip_reason:
            run.append(block)
        for unspoken in block.unspoken_spans if not block.skip_reason else ():
            start, end = block.start + unspoken.start, block.start + unspoken.end
            if start < end:
                yield SkippedPassage(start, end, unspoken.reason, text[start:end])
    if run:
        yield _merge_skipped_blocks(run, text)


def _merge_skipped_blocks(run: Sequence[Block], text: str) -> SkippedPassage:
    """Return one passage that covers a run of consecutive skipped blocks."""
    start, end = run[0].start, run[-1].start + len(run[-1].text)
    return SkippedPassage(start, end, run[0].skip_reason, text[start:end])
