"""Choose the chapters of an audiobook from an outline: the table of contents, or the headings.

A level of an outline may consist of parts, of chapters, or of sections of a chapter; file formats
don't state which. This is inferred from titles, markup, and the number of words of each entry.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import ChapterStart
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.blocks import Block

MIN_CHAPTER_WORDS = 1200
"""Average number of words per child entry from which the children are chapters, not sections."""

MIN_PART_WORDS = 25
"""Number of words before its first chapter, without headings, from which a part gets a chapter of
its own."""

_MIN_VERSE_SHARE = 0.8
"""Share of the words of a part that are set in lines, if it is a part of a collection of poems."""

_BRACKETED = re.compile(r"[_*]*[\[(]([^\[\]()]+)[\])]\.?[_*]*")
_BRACKETED_SENTENCE = re.compile(r"[_*]*[\[(].*[.!?…]\W*")

_MIN_CUES, _MIN_CUE_SHARE = 6, 0.6
"""Number of headings that may name speakers, and share of those that return."""
_MAX_CUE_CHARACTERS = 40
_MAX_SPEECH_WORDS = 80
"""Median number of words below such a heading; a chapter has more."""
SUBTITLE_LEVEL = 7
"""The level of a heading that continues the heading above it."""
BOOK_TITLE_LEVEL = SUBTITLE_LEVEL + 1
"""The level of the book's title, which does not begin a chapter."""
_MAX_SUBTITLES = 3
"""Maximum number of subtitles below a heading."""

_CHAPTER_TYPES = frozenset(["chapter", "se:short-story", "se:novella", "prologue", "epilogue"])
_PART_TYPES = frozenset(["part", "volume", "division"])


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of an outline: a title, and the index of the block that it points to."""

    block_index: int
    title: str
    depth: int
    """Nesting depth, from 0."""


@dataclass(slots=True, eq=False)
class _OutlineNode:
    """An outline entry as a node of a tree."""

    entry: OutlineEntry
    children: list[_OutlineNode] = field(default_factory=list)
    own_word_count: int = 0
    """Number of words between this entry and the next, without headings."""
    total_word_count: int = 0
    """Number of words of this entry and all its descendants."""
    verse_word_count: int = 0
    """Number of these words that are set in lines."""

    @property
    def rank(self) -> HeadingRank | None:
        """Return the rank that the title implies, or None if it does not look like a heading."""
        heading = heading_syntax.parse_heading(self.entry.title)
        return heading.rank if heading else None


@dataclass(frozen=True, slots=True)
class _ChapterCandidate:
    """An entry chosen as a chapter, with the parts that contain it, outermost first."""

    block_index: int
    title: str
    parts: tuple[_OutlineNode, ...]


_MAX_TITLE_BLOCKS = 3
"""Most blocks that the title of a chapter is split into."""


def build_outline(blocks: Sequence[Block]) -> list[OutlineEntry]:
    """Return an outline of the headings in the text; subtitles are joined to their headings."""
    return [
        OutlineEntry(index, join_heading_lines(blocks, index), block.heading_level - 1)
        for index, block in enumerate(blocks)
        if block.kind is ParagraphKind.HEADING
        and block.single_line_text
        and not block.furniture_reason
        and block.heading_level <= SUBTITLE_LEVEL
        and not _is_subtitle(blocks, index)
    ]


def demote_bracketed_headings(blocks: Sequence[Block]) -> None:
    """Make headings in brackets paragraphs, such as "[Enter Tom.]" and "(Trade Mark)".

    They stay headings if they have a number or a known name ("[Prologue]"), if they are subtitles,
    or if the book has no other headings below its title and they don't end like sentences.
    """
    headings = [
        block
        for block in blocks
        if block.kind is ParagraphKind.HEADING and block.heading_level < SUBTITLE_LEVEL
    ]
    bracketed = [block for block in headings if _is_bracketed_title(block.single_line_text)]
    has_others = len(headings) > len(bracketed) + 1
    for block in bracketed:
        if has_others or _BRACKETED_SENTENCE.fullmatch(block.single_line_text):
            block.kind, block.heading_level = ParagraphKind.TEXT, 0


def join_larger_titles(blocks: Sequence[Block]) -> None:
    """Make the title below a chapter's number its subtitle, if it is in larger type.

    "Chapter 1" above a larger "The Raffle" is one heading, as LaTeX sets it.
    """
    for block, following in pairwise(blocks):
        if not (block.kind is following.kind is ParagraphKind.HEADING):
            continue
        heading = heading_syntax.parse_heading(block.single_line_text)
        if (
            heading is not None
            and heading.rank in (HeadingRank.CHAPTER, HeadingRank.PART)
            and not heading.title
            and 0 < following.heading_level < block.heading_level < SUBTITLE_LEVEL
            and heading_syntax.parse_heading(following.single_line_text) is None
        ):
            block.heading_level, following.heading_level = following.heading_level, SUBTITLE_LEVEL


def demote_cues(blocks: Sequence[Block]) -> None:
    """Make headings that name the speaker of each speech paragraphs with declared names.

    They return, as chapters named after their tellers do, but have only a few words below them.
    """
    indices = [index for index, block in enumerate(blocks) if _may_be_cue(block)]
    for level in {blocks[index].heading_level for index in indices}:
        cues = [index for index in indices if blocks[index].heading_level == level]
        if _name_speakers(blocks, cues):
            for index in cues:
                block = blocks[index]
                block.kind, block.heading_level = ParagraphKind.TEXT, 0
                block.speaker_names = [Span(0, len(block.text))]


def _may_be_cue(block: Block) -> bool:
    """Return whether a heading may be the name of a speaker."""
    text = block.single_line_text.strip(" .:")
    return (
        block.kind is ParagraphKind.HEADING
        and not block.skip_reason
        and 0 < len(text) <= _MAX_CUE_CHARACTERS
        and text.casefold() not in load_vocabulary().field_labels
        and heading_syntax.parse_heading(text) is None
    )


def _name_speakers(blocks: Sequence[Block], cues: Sequence[int]) -> bool:
    """Return whether headings of one level return often, and have short texts below them."""
    counts = Counter(blocks[index].single_line_text.casefold() for index in cues)
    recurring_count = sum(count for count in counts.values() if count > 1)
    if len(cues) < _MIN_CUES or len(counts) < 2 or recurring_count < _MIN_CUE_SHARE * len(cues):
        return False
    word_counts = [
        sum(count_words(block.spoken_text) for block in blocks[first + 1 : last])
        for first, last in pairwise(cues)
    ]
    return 0 < statistics.median(word_counts) <= _MAX_SPEECH_WORDS


def drop_bracketed_entries(entries: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    """Return the entries of a table of contents without those in brackets.

    All entries stay if only one would.
    """
    others = [entry for entry in entries if not _is_bracketed_title(entry.title)]
    return others if len(others) > 1 else list(entries)


def _is_bracketed_title(title: str) -> bool:
    """Return whether a whole title is in brackets, and no heading with a number or known name."""
    match = _BRACKETED.fullmatch(" ".join(title.split()))
    return (
        match is not None
        and has_words(match[1])
        and heading_syntax.parse_heading(match[1]) is None
        and heading_syntax.parse_heading(title) is None
    )


def mark_listed_headings(entries: Sequence[OutlineEntry], blocks: Sequence[Block]) -> None:
    """Make headings of the blocks with the titles of entries, where the markup declares none.

    The title may be split, as in "1" above "The Mill".
    """
    for entry in entries:
        title = heading_syntax.fold_title(entry.title)
        opening = blocks[entry.block_index : entry.block_index + _MAX_TITLE_BLOCKS]
        length, text = 0, ""
        for block in opening:
            text += heading_syntax.fold_title(block.single_line_text)
            length += 1
            if not title.startswith(text) or text == title:
                break
        is_plain = all(_may_become_heading(block) for block in opening[:length])
        if title and text == title and is_plain:
            for index, block in enumerate(opening[:length]):
                block.kind = ParagraphKind.HEADING
                block.heading_level = SUBTITLE_LEVEL if index else min(entry.depth + 1, 6)


def _may_become_heading(block: Block) -> bool:
    """Return whether a block is plain text that is spoken, or is empty."""
    return not block.skip_reason and block.kind in (
        ParagraphKind.TEXT,
        ParagraphKind.VERSE,
        ParagraphKind.QUOTE,
    )


def join_heading_lines(blocks: Sequence[Block], index: int) -> str:
    """Return the heading in a block and the subtitles in the next blocks, one per line."""
    lines = [blocks[index].spoken_text.strip()]
    for block in blocks[index + 1 : index + 1 + _MAX_SUBTITLES]:
        if (
            block.kind is not ParagraphKind.HEADING
            or block.heading_level != SUBTITLE_LEVEL
            or block.skip_reason
        ):
            break
        lines.append(block.spoken_text.strip())
    return "\n".join(lines)


def _is_subtitle(blocks: Sequence[Block], index: int) -> bool:
    """Return whether a heading is a subtitle of the heading directly above it."""
    return (
        blocks[index].heading_level == SUBTITLE_LEVEL
        and index > 0
        and blocks[index - 1].kind is ParagraphKind.HEADING
    )


def choose_chapters(
    entries: Sequence[OutlineEntry], blocks: Sequence[Block], title: str, language: str
) -> list[ChapterStart]:
    """Choose the entries of an outline that begin chapters.

    Args:
        entries: the entries.
        blocks: the blocks of the book.
        title: the book's title, which is also the title of a chapter without a heading.
        language: the BCP 47 tag of the book.
    """
    entries = _sort_and_deduplicate(entries)
    roots = _build_tree(entries)
    _count_tree_words(entries, roots, blocks)
    candidates = list(_select_candidates(roots, (), blocks))
    return _add_opening_chapter(
        _format_titles(candidates, title, language), blocks, title, language
    )


def _sort_and_deduplicate(entries: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    """Return the entries in text order, at most one for each pair of block and depth."""
    seen: set[tuple[int, int]] = set()
    unique = []
    for entry in sorted(entries, key=lambda entry: entry.block_index):
        if (entry.block_index, entry.depth) not in seen:
            seen.add((entry.block_index, entry.depth))
            unique.append(entry)
    return unique


def _build_tree(entries: Sequence[OutlineEntry]) -> list[_OutlineNode]:
    """Return the top-level entries as nodes; deeper entries that follow become their children."""
    roots: list[_OutlineNode] = []
    ancestors: list[_OutlineNode] = []
    for entry in entries:
        while ancestors and ancestors[-1].entry.depth >= entry.depth:
            ancestors.pop()
        node = _OutlineNode(entry)
        (ancestors[-1].children if ancestors else roots).append(node)
        ancestors.append(node)
    return roots


def _count_tree_words(
    entries: Sequence[OutlineEntry], roots: list[_OutlineNode], blocks: Sequence[Block]
) -> None:
    """Set the word counts of all nodes."""
    block_words = [
        0 if block.kind is ParagraphKind.HEADING else count_words(block.spoken_text)
        for block in blocks
    ]
    verse_words = (
        count if block.kind is ParagraphKind.VERSE else 0
        for block, count in zip(blocks, block_words, strict=True)
    )
    # words_before[i] is the number of words before block i; it has len(blocks) + 1 elements.
    words_before = list(accumulate(block_words, initial=0))
    verse_before = list(accumulate(verse_words, initial=0))
    end_of_book = OutlineEntry(len(blocks), "", 0)
    ends = {
        id(entry): following.block_index for entry, following in pairwise([*entries, end_of_book])
    }

    def count_node_words(node: _OutlineNode) -> None:
        for child in node.children:
            count_node_words(child)
        start, end = node.entry.block_index, ends[id(node.entry)]
        node.own_word_count = words_before[end] - words_before[start]
        node.total_word_count = node.own_word_count + sum(
            child.total_word_count for child in node.children
        )
        node.verse_word_count = (
            verse_before[end]
            - verse_before[start]
            + sum(child.verse_word_count for child in node.children)
        )

    for root in roots:
        count_node_words(root)


def _select_candidates(
    nodes: list[_OutlineNode], parts: tuple[_OutlineNode, ...], blocks: Sequence[Block]
) -> Iterator[_ChapterCandidate]:
    """Yield the chapters among nodes and their descendants, in reading order.

    `parts` are the ancestors of the nodes, outermost first.
    """
    for node in nodes:
        if not node.total_word_count:
            continue
        chapter = _ChapterCandidate(node.entry.block_index, node.entry.title, parts)
        if not node.children or not _has_chapters_below(node, nodes, blocks):
            yield chapter
            continue
        candidates = list(_select_candidates(node.children, (*parts, node), blocks))
        if node.own_word_count >= MIN_PART_WORDS or not candidates:
            yield chapter
        else:
            # The heading of the part becomes the beginning of its first chapter.
            first = candidates[0]
            candidates[0] = _ChapterCandidate(chapter.block_index, first.title, first.parts)
        yield from candidates


def _has_chapters_below(
    node: _OutlineNode, siblings: list[_OutlineNode], blocks: Sequence[Block]
) -> bool:
    """Return whether the children of a node are chapters rather than sections of a chapter."""
    is_declared_part = _declares_part(node, blocks)
    if is_declared_part is not None:
        return is_declared_part
    # Neither the title nor the markup decides, so children and siblings are considered.
    child_ranks = Counter(child.rank for child in node.children)
    if (
        (child_ranks[HeadingRank.CHAPTER] + child_ranks[HeadingRank.PART]) * 2 > len(node.children)
        or _is_whole_book(node, siblings, blocks)
        or _numbers_continue(siblings)
    ):
        return True
    if (holds_poems := _holds_poems(node)) is not None:
        return holds_poems
    # If most siblings have no children, they are chapters, and so is this node.
    leaf_count = sum(
        not sibling.children
        and sibling.rank is not HeadingRank.NAMED
        and sibling.total_word_count > 0
        for sibling in siblings
    )
    divided_count = sum(bool(sibling.children) for sibling in siblings)
    if (
        leaf_count >= divided_count and len(siblings) > 1
    ) or node.own_word_count > MIN_CHAPTER_WORDS:
        return False
    if len(siblings) == 1 or child_ranks[HeadingRank.NUMBER] * 2 > len(node.children) > 2:
        return True
    return node.total_word_count - node.own_word_count >= MIN_CHAPTER_WORDS * len(node.children)


def _numbers_continue(siblings: Sequence[_OutlineNode]) -> bool:
    """Return whether the numbers of the children go on from each part to the next."""
    headings = [
        [heading_syntax.parse_heading(child.entry.title) for child in sibling.children]
        for sibling in siblings
        if sibling.children
    ]
    numbers = [heading.number if heading else None for children in headings for heading in children]
    return len(headings) > 1 and numbers == list(range(1, len(numbers) + 1))


def _holds_poems(node: _OutlineNode) -> bool | None:
    """Return whether the children of an entry are poems rather than the stanzas of one.

    Poems have titles; only the parts of a poem as long as a chapter have bare numbers. Return None
    if the text is not verse.
    """
    if (
        node.own_word_count >= MIN_PART_WORDS
        or node.verse_word_count < _MIN_VERSE_SHARE * node.total_word_count
    ):
        return None
    # Stanzas are often numbered in small letters: "ii."
    headings = [heading_syntax.parse_heading(child.entry.title.upper()) for child in node.children]
    numbers = [heading for heading in headings if heading and not heading.title]
    has_titles = len(numbers) * 2 < len(node.children)
    return has_titles or node.total_word_count >= MIN_CHAPTER_WORDS


def _is_whole_book(
    node: _OutlineNode, siblings: list[_OutlineNode], blocks: Sequence[Block]
) -> bool:
    """Return whether an entry is the book's title, with the book in its children.

    It has no text of its own, and more children than it has siblings. These are front and back
    matter: they have no children, and are shorter than a chapter unless each chapter is a file.
    """
    others = [sibling for sibling in siblings if sibling is not node and sibling.total_word_count]
    children = [child for child in node.children if child.total_word_count]
    other_word_count = sum(sibling.total_word_count for sibling in others)
    path = blocks[node.entry.block_index].source_path
    are_files = all(blocks[child.entry.block_index].source_path != path for child in children)
    return (
        node.own_word_count < MIN_PART_WORDS
        and len(children) > max(1, len(others))
        and not any(sibling.children for sibling in others)
        and node.total_word_count > other_word_count
        and (are_files or other_word_count * len(children) < node.total_word_count)
    )


def _declares_part(node: _OutlineNode, blocks: Sequence[Block]) -> bool | None:
    """Return whether the title or the markup declares an entry a part; None if neither decides."""
    if node.rank in (HeadingRank.PART, HeadingRank.CHAPTER):
        return node.rank is HeadingRank.PART
    semantic_types = blocks[node.entry.block_index].semantic_types
    if semantic_types & _PART_TYPES:
        return True
    return False if semantic_types & _CHAPTER_TYPES else None


def _format_titles(
    candidates: Sequence[_ChapterCandidate], book_title: str, language: str
) -> list[ChapterStart]:
    """Return the chapters with formatted titles.

    Repeated titles get the titles of their parts as a prefix. If a repeated title is numbered, or
    each act has a first scene, all chapters get the prefix.
    """
    plain_titles = [
        heading_syntax.format_heading(candidate.title, language) for candidate in candidates
    ]
    repeated = {title for title, count in Counter(plain_titles).items() if count > 1}
    scene_counts = Counter(filter(None, map(_read_scene_label, plain_titles)))
    repeats_numbers = any(count > 1 for count in scene_counts.values()) or any(
        title in repeated
        and (heading := heading_syntax.parse_heading(title))
        and heading.rank is not HeadingRank.NAMED
        for title in plain_titles
    )
    starts = []
    for candidate, plain_title in zip(candidates, plain_titles, strict=True):
        full_title = plain_title
        if candidate.parts and (repeats_numbers or plain_title in repeated):
            part_titles = [
                heading_syntax.format_heading(part.entry.title, language)
                for part in candidate.parts
                if not _is_book_title(part.entry.title, book_title)
            ]
            full_title = ", ".join([*part_titles, plain_title])
        starts.append(ChapterStart(candidate.block_index, full_title))
    return starts


def _read_scene_label(title: str) -> str:
    """Return the number of a scene in the title of a chapter, such as "Scene I", or ""."""
    heading = heading_syntax.parse_heading(title)
    word = heading.label.partition(" ")[0].casefold() if heading else ""
    return heading.label if heading and word in heading_syntax.list_scene_words() else ""


def _is_book_title(title: str, book_title: str) -> bool:
    """Return whether a part has the title of the whole book, perhaps without its subtitle."""
    return (
        bool(book_title)
        and heading_syntax.parse_heading(title) is None
        and book_title.casefold().startswith(title.strip().casefold())
    )


def _add_opening_chapter(
    chapter_starts: list[ChapterStart], blocks: Sequence[Block], title: str, language: str
) -> list[ChapterStart]:
    """Add a chapter for the text before the first one, unless that text is as short as a motto."""
    if not chapter_starts:
        return [ChapterStart(0, title)]
    first_index = chapter_starts[0].block_index
    opening_blocks = [block for block in blocks[:first_index] if block.spoken_text.strip()]
    opening_word_count = sum(
        count_words(block.spoken_text)
        for block in opening_blocks
        if block.kind is not ParagraphKind.HEADING
    )
    if opening_word_count < MIN_PART_WORDS:
        return chapter_starts
    heading = next(
        (block.single_line_text for block in opening_blocks if block.kind is ParagraphKind.HEADING),
        "",
    )
    opening_title = heading_syntax.format_heading(heading, language) if heading else title
    return [ChapterStart(0, opening_title), *chapter_starts]
