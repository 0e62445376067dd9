"""Assemble a book from its blocks: arrange notes, skip front and back matter, choose chapters."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import (
    front_matter,
    gutenberg,
    heading_detection,
    heading_syntax,
    mail,
    notes,
    outline,
    title_page,
)
from narrator.readers.layout.blocks import (
    ChapterStart,
    build_book,
    require_words,
    resolve_language,
)
from narrator.readers.layout.foreign_passages import keep_foreign_passages
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.web_furniture import complete_metadata, skip_web_furniture
from narrator.text.language_tags import primary_subtag
from narrator.text.words import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book, Metadata, Source
    from narrator.readers.interface import Policy
    from narrator.readers.layout.blocks import Block
    from narrator.readers.layout.outline import OutlineEntry

_OPENING_BLOCKS = 12
"""Number of blocks at the beginning that may name the author."""
_MAX_BYLINE_BLOCKS = 3
_BYLINE = re.compile(
    r"(?:[Ww]ritten )?[Bb]y:?\s+(?P<author>@?\w[\w.’'-]*(?:\s[^\W\da-z_][\w.’'-]*){0,4})"
)
"""A line that names the author, perhaps by a nickname."""
_MIN_BODY_WORDS = 100
"""Number of words from which a section without a numbered heading belongs to the story."""


def assemble_book(
    blocks: list[Block],
    outline_entries: Sequence[OutlineEntry],
    metadata: Metadata,
    source: Source,
    policy: Policy,
) -> Book:
    """Assemble a book from the blocks of a format other than plain text.

    `outline_entries` are the entries of the book's table of contents; if there are none, the
    headings in the text are used.

    Raises:
        EmptyBookError: no block contains a word that is spoken.
    """
    require_words(blocks, source.path)
    header_fields = gutenberg.mark_gutenberg_text(blocks)
    metadata = replace(metadata, author=metadata.author or header_fields.get("author"))
    metadata = resolve_language(metadata, blocks, policy.language)
    keep_foreign_passages(blocks, metadata.language)
    mail.mark_addresses(blocks)
    notes.detect_notes(blocks)
    notes.apply_note_policy(blocks, policy.notes)
    notes.skip_titles_of_notes(blocks)
    outline.join_larger_titles(blocks)
    outline.demote_cues(blocks)
    if not outline_entries:
        if _has_only_title(blocks):
            heading_detection.split_leading_headings(blocks)
            heading_detection.mark_headings(blocks, primary_subtag(metadata.language))
        outline.demote_bracketed_headings(blocks)
        if policy.matter == "skip":
            metadata = title_page.take_title_page(blocks, metadata, source.path, policy)
        outline_entries = outline.build_outline(blocks)
    else:
        outline_entries = outline.drop_bracketed_entries(outline_entries)
        outline.mark_listed_headings(outline_entries, blocks)
    # This comes before chapters are chosen, because their word counts exclude skipped text.
    if policy.matter == "skip":
        chapter_indices = [entry.block_index for entry in outline_entries]
        language = primary_subtag(metadata.language)
        information = skip_web_furniture(blocks, chapter_indices, language)
        metadata = complete_metadata(metadata, information, source.path)
        metadata = _take_byline(blocks, metadata)
        _skip_byline_headings(blocks, metadata.author or "")
        metadata = title_page.take_lines_below_title(blocks, metadata)
        _skip_front_and_back_matter(blocks, outline_entries, metadata)
        outline_entries = [
            entry
            for entry in outline_entries
            if entry.block_index >= _OPENING_BLOCKS or not _is_byline(blocks[entry.block_index])
        ]
    chapter_starts = outline.choose_chapters(
        outline_entries, blocks, metadata.title, metadata.language
    )
    arranged_blocks, chapter_starts = _arrange_notes(
        blocks, chapter_starts, policy, metadata.language
    )
    return build_book(arranged_blocks, chapter_starts, metadata, source)


def _has_only_title(blocks: Sequence[Block]) -> bool:
    """Return whether the markup has no headings, or only one above everything else."""
    headings = [block for block in blocks if block.kind is ParagraphKind.HEADING]
    spoken = next((block for block in blocks if block.spoken_text.strip()), None)
    return not headings or (len(headings) == 1 and headings[0] is spoken)


def _arrange_notes(
    blocks: list[Block], chapter_starts: Sequence[ChapterStart], policy: Policy, language: str
) -> tuple[list[Block], list[ChapterStart]]:
    """Move notes as the policy says; return the blocks, and the chapter starts with new indices."""
    # Blocks are found by identity because two blocks may have the same text.
    first_blocks = [blocks[start.block_index] for start in chapter_starts]
    chapter_indices = [start.block_index for start in chapter_starts]
    arranged_blocks = notes.arrange_notes(blocks, policy.notes, chapter_indices, language)
    new_indices = {id(block): index for index, block in enumerate(arranged_blocks)}
    return arranged_blocks, [
        ChapterStart(new_indices[id(block)], start.title)
        for block, start in zip(first_blocks, chapter_starts, strict=True)
    ]


def _take_byline(blocks: Sequence[Block], metadata: Metadata) -> Metadata:
    """Return the metadata with the author whom a line below the title names: "by Jane Austen"."""
    spoken = [block for block in blocks[:_OPENING_BLOCKS] if block.spoken_text.strip()]
    for block, following in pairwise(spoken[:_MAX_BYLINE_BLOCKS]):
        if block.kind is not ParagraphKind.HEADING or following.heading_level == 1:
            continue
        match = _BYLINE.fullmatch(following.single_line_text)
        author = match["author"] if match else title_page.read_byline([following], 0)
        if author and metadata.author in (None, author):
            following.skip_reason = "title page"
            return replace(metadata, author=author)
    return metadata


def _skip_byline_headings(blocks: Sequence[Block], author: str) -> None:
    """Skip headings at the beginning that only name the author: "by Jane Austen"."""
    for block in blocks[:_OPENING_BLOCKS]:
        text = block.single_line_text.casefold()
        if block.kind is ParagraphKind.HEADING and author and text == f"by {author.casefold()}":
            block.skip_reason = "title page"


def _is_byline(block: Block) -> bool:
    """Return whether a block is a skipped line that only names the author."""
    is_skipped = block.skip_reason == "title page"
    return is_skipped and _BYLINE.fullmatch(" ".join(block.text.split())) is not None


def _skip_front_and_back_matter(
    blocks: Sequence[Block], outline_entries: Sequence[OutlineEntry], metadata: Metadata
) -> None:
    """Mark front and back matter as skipped, unless no words would remain."""
    previous_reasons = [block.skip_reason for block in blocks]
    for block in blocks:
        type_reason = front_matter.classify_semantic_types(block.semantic_types)
        block.skip_reason = type_reason or block.skip_reason
    _skip_sections(_split_sections(blocks, _drop_parts_of_matter(outline_entries)), metadata)
    front_matter.skip_last_notices(blocks, metadata.author)
    if not any(count_words(block.spoken_text) for block in blocks):
        for block, reason in zip(blocks, previous_reasons, strict=True):
            block.skip_reason = reason


def _drop_parts_of_matter(entries: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    """Return the entries without those below one that is front or back matter."""
    kept: list[OutlineEntry] = []
    matter_depth = -1
    for entry in entries:
        if 0 <= matter_depth < entry.depth:
            continue
        matter_depth = entry.depth if front_matter.classify_title(entry.title) else -1
        kept.append(entry)
    return kept


def _split_sections(
    blocks: Sequence[Block], outline_entries: Sequence[OutlineEntry]
) -> list[tuple[str, Sequence[Block]]]:
    """Split the blocks wherever a file or an outline entry begins; return (title, blocks) pairs."""
    # In reverse order the first of several entries at the same block gives the title.
    titles = {entry.block_index: entry.title for entry in reversed(outline_entries)}
    cuts = {0, *titles}
    cuts |= {i for i, (a, b) in enumerate(pairwise(blocks), 1) if a.source_path != b.source_path}
    bounds = [*sorted(cuts), len(blocks)]
    return [
        (titles.get(first, ""), blocks[first:last])
        for first, last in pairwise(bounds)
        if first < last
    ]


def _skip_sections(sections: Sequence[tuple[str, Sequence[Block]]], metadata: Metadata) -> None:
    """Mark sections before and after the story as skipped if they are front or back matter."""
    reasons = [
        front_matter.classify_section(blocks, title, outside_body=True)
        for title, blocks in sections
    ]
    body_indices = [
        index
        for index, (title, blocks) in enumerate(sections)
        if not reasons[index] and _belongs_to_story(title, blocks)
    ]
    if not body_indices:
        # all sections are short, as in a collection of poems
        body_indices = [
            index
            for index, (title, blocks) in enumerate(sections)
            if not reasons[index] and title and any(block.spoken_text.strip() for block in blocks)
        ]
    numbered_indices = [index for index in body_indices if _has_number(*sections[index])]
    # The story starts at its first numbered chapter; a preface before it is spoken anyway, unless
    # it is recognised as front matter.
    first = (numbered_indices or body_indices or [0])[0]
    last = (body_indices or [len(sections)])[-1]
    for index, (_, blocks) in enumerate(sections):
        is_outside = index < first or index > last
        reason = reasons[index] if is_outside or reasons[index] == "contents" else ""
        is_spoken = any(block.spoken_text.strip() for block in blocks)
        if not reason and is_spoken and index < first and _is_title_page(blocks, metadata):
            reason = "title page"
        for block in blocks if reason else ():
            block.skip_reason = reason


def _is_title_page(blocks: Sequence[Block], metadata: Metadata) -> bool:
    """Return whether a section is the title page.

    It must contain the title and, unless the markup declares it a title page, all authors.
    """
    has_authors = bool(metadata.author) and all(
        name.casefold() in " ".join(block.text.casefold() for block in blocks)
        for name in (metadata.author or "").split(", ")
    )
    is_declared = any("titlepage" in block.semantic_types for block in blocks)
    return (has_authors or is_declared) and front_matter.is_title_page(
        blocks, metadata.title, metadata.author
    )


def _belongs_to_story(title: str, blocks: Sequence[Block]) -> bool:
    """Return whether a section belongs to the story: it is long, or numbered and not empty."""
    word_count = 0
    for block in blocks:
        word_count += count_words(block.spoken_text)
        if word_count >= _MIN_BODY_WORDS:
            return True
    return word_count > 0 and _has_number(title, blocks)


def _has_number(title: str, blocks: Sequence[Block]) -> bool:
    """Return whether a section's title or first heading has a number."""
    first_heading = next(
        (
            block.single_line_text
            for block in blocks
            if block.kind is ParagraphKind.HEADING and block.single_line_text
        ),
        "",
    )
    for text in (title, first_heading):
        heading = heading_syntax.parse_heading(text)
        if heading and heading.rank is not HeadingRank.NAMED:
            return True
    return False
