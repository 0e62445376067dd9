"""From the blocks of a page-like format to the book: matter, notes, headings, chapters."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import (
    front_matter,
    gutenberg,
    heading_detection,
    heading_syntax,
    notes,
    outline,
)
from narrator.readers.layout.blocks import ChapterStart, build_book, count_words, require_words
from narrator.readers.layout.heading_syntax import HeadingRank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Metadata, Source
    from narrator.readers.interface import Policy
    from narrator.readers.layout.blocks import Block
    from narrator.readers.layout.outline import OutlineEntry


def assemble_book(
    blocks: list[Block],
    outline_entries: Sequence[OutlineEntry],
    metadata: Metadata,
    source: Source,
    policy: Policy,
) -> Book:
    """The book of these blocks; without `entries` from a contents list, its headings are the list.

    Raises:
        EmptyBookError: no block has a word that is spoken.
    """
    require_words(blocks, source.path)
    gutenberg.mark_gutenberg_matter(blocks)
    notes.detect_notes(blocks)
    notes.apply_note_policy(blocks, policy.notes)
    if not outline_entries:
        if not any(block.kind is ParagraphKind.HEADING for block in blocks):
            heading_detection.mark_headings(blocks)
        outline_entries = outline.build_outline(blocks)
    if policy.matter == "skip":
        _skip_matter(blocks, outline_entries, metadata)
    chapters = outline.choose_chapters(outline_entries, blocks, metadata.title)
    starts = [blocks[chapter.block_index] for chapter in chapters]
    arranged = notes.arrange_notes(
        blocks, policy.notes, [chapter.block_index for chapter in chapters]
    )
    places = {id(block): index for index, block in enumerate(arranged)}
    moved = [
        ChapterStart(places[id(block)], chapter.title)
        for block, chapter in zip(starts, chapters, strict=True)
    ]
    return build_book(arranged, moved, metadata, source)


def _skip_matter(
    blocks: Sequence[Block], entries: Sequence[OutlineEntry], metadata: Metadata
) -> None:
    """Mark front and back matter, unless that is all there is."""
    before = [block.skip_reason for block in blocks]
    for block in blocks:
        block.skip_reason = (
            front_matter.reason_from_types(block.semantic_types) or block.skip_reason
        )
    _skip_units(_units(blocks, entries), metadata)
    if not any(count_words(block.spoken_text) for block in blocks):
        for block, reason in zip(blocks, before, strict=True):
            block.skip_reason = reason


def _units(
    blocks: Sequence[Block], entries: Sequence[OutlineEntry]
) -> list[tuple[str, Sequence[Block]]]:
    """The stretches that files and entries divide a book into, each with its entry's title."""
    titles = {entry.block_index: entry.title for entry in reversed(entries)}
    cuts = {0, *titles}
    cuts |= {i for i, (a, b) in enumerate(pairwise(blocks), 1) if a.source_path != b.source_path}
    bounds = [*sorted(cuts), len(blocks)]
    return [
        (titles.get(first, ""), blocks[first:last])
        for first, last in pairwise(bounds)
        if first < last
    ]


def _skip_units(units: Sequence[tuple[str, Sequence[Block]]], metadata: Metadata) -> None:
    judged = [
        front_matter.classify_section(unit, title, outside_body=True) for title, unit in units
    ]
    body = [i for i, (title, unit) in enumerate(units) if not judged[i] and _is_body(title, unit)]
    numbered = [i for i in body if _is_numbered(*units[i])]
    first, last = (numbered or body or [0])[0], (body or [len(units)])[-1]
    for i, (_, unit) in enumerate(units):
        reason = judged[i] if i < first or i > last or judged[i] == "contents" else ""
        if not reason and i < first and _is_title_page(unit, metadata):
            reason = "title page"
        for block in unit if reason else ():
            block.skip_reason = reason


def _is_title_page(unit: Sequence[Block], metadata: Metadata) -> bool:
    """Whether a stretch is the title page: the title and the author, or the title on a page."""
    signed = bool(metadata.author) and all(
        name.casefold() in " ".join(block.text.casefold() for block in unit)
        for name in (metadata.author or "").split(", ")
    )
    told = any(block.semantic_types & {"titlepage"} for block in unit)
    return (signed or told) and front_matter.is_title_page(unit, metadata.title, metadata.author)


def _is_body(title: str, unit: Sequence[Block]) -> bool:
    count = 0
    for block in unit:
        count += count_words(block.spoken_text)
        if count >= 100:
            return True
    return count > 0 and _is_numbered(title, unit)


def _is_numbered(title: str, unit: Sequence[Block]) -> bool:
    heading = next(
        (
            b.single_line_text
            for b in unit
            if b.kind is ParagraphKind.HEADING and b.single_line_text
        ),
        "",
    )
    for text in (title, heading):
        parsed = heading_syntax.parse_heading(text)
        if parsed and parsed.rank is not HeadingRank.NAMED:
            return True
    return False
