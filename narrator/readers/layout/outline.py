"""From an outline (a contents list, or the headings themselves) to the chapters of the audiobook.

The levels of an outline mean parts, chapters or sections of a chapter, and no format says which. It
is told from what the titles say, from what the markup says, and from how much text lies under them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import ChapterStart, count_words
from narrator.readers.layout.heading_syntax import HeadingRank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.blocks import Block

MIN_CHAPTER_WORDS = 1200
"""Words on average from which what lies below an entry counts as chapters, not as sections."""

MIN_PART_WORDS = 25
"""Words of a part, besides headings, from which it is a chapter of its own."""

SUBTITLE_LEVEL = 7
"""The level of a heading that only completes the one above it."""

_CHAPTER_TYPES = frozenset(["chapter", "se:short-story", "se:novella", "prologue", "epilogue"])
_PART_TYPES = frozenset(["part", "volume", "division"])


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A title in an outline, and where it points."""

    block_index: int
    """Of the block it points to."""
    title: str
    depth: int
    """From 0."""


@dataclass(slots=True, eq=False)
class _Node:
    entry: OutlineEntry
    children: list[_Node] = field(default_factory=list)
    own: int = 0
    """Words between it and the next entry, headings apart."""
    total: int = 0

    @property
    def rank(self) -> HeadingRank | None:
        heading = heading_syntax.parse_heading(self.entry.title)
        return heading.rank if heading else None


def build_outline(blocks: Sequence[Block]) -> list[OutlineEntry]:
    """An outline of the headings that stand in the text; one below a number is its title."""
    return [
        OutlineEntry(index, join_heading_lines(blocks, index), block.heading_level - 1)
        for index, block in enumerate(blocks)
        if block.kind is ParagraphKind.HEADING
        and block.single_line_text
        and block.heading_level <= SUBTITLE_LEVEL
        and not _continues(blocks, index)
    ]


def join_heading_lines(blocks: Sequence[Block], index: int) -> str:
    """The heading at a block, with the lines of its title that blocks below it hold."""
    lines = [blocks[index].spoken_text.strip()]
    for block in blocks[index + 1 : index + 4]:
        if (
            block.kind is not ParagraphKind.HEADING
            or block.heading_level != SUBTITLE_LEVEL
            or block.skip_reason
        ):
            break
        lines.append(block.spoken_text.strip())
    return "\n".join(lines)


def _continues(blocks: Sequence[Block], index: int) -> bool:
    return (
        blocks[index].heading_level == SUBTITLE_LEVEL
        and index > 0
        and blocks[index - 1].kind is ParagraphKind.HEADING
    )


def choose_chapters(
    entries: Sequence[OutlineEntry], blocks: Sequence[Block], title: str
) -> list[ChapterStart]:
    """The chapters that an outline comes to; `title` is the book's, for text that has no other."""
    entries = _distinct(entries)
    roots = _tree(entries)
    _weigh(entries, roots, blocks)
    chosen = list(_chapters(roots, (), blocks))
    found = _titled(chosen)
    return _led(found, blocks, title)


def _distinct(entries: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    """In order of the text, and of several that point to one block at one depth, the first."""
    seen: set[tuple[int, int]] = set()
    out = []
    for entry in sorted(entries, key=lambda entry: entry.block_index):
        if (entry.block_index, entry.depth) not in seen:
            seen.add((entry.block_index, entry.depth))
            out.append(entry)
    return out


def _tree(entries: Sequence[OutlineEntry]) -> list[_Node]:
    roots: list[_Node] = []
    path: list[_Node] = []
    for entry in entries:
        while path and path[-1].entry.depth >= entry.depth:
            path.pop()
        node = _Node(entry)
        (path[-1].children if path else roots).append(node)
        path.append(node)
    return roots


def _weigh(entries: Sequence[OutlineEntry], roots: list[_Node], blocks: Sequence[Block]) -> None:
    counts = (0 if b.kind is ParagraphKind.HEADING else count_words(b.spoken_text) for b in blocks)
    before = list(accumulate(counts, initial=0))
    ends = {
        id(entry): before[after.block_index] - before[entry.block_index]
        for entry, after in pairwise([*entries, OutlineEntry(len(blocks), "", 0)])
    }

    def weigh(node: _Node) -> int:
        node.own = ends[id(node.entry)]
        node.total = node.own + sum(weigh(child) for child in node.children)
        return node.total

    for root in roots:
        weigh(root)


def _chapters(
    nodes: list[_Node], parts: tuple[_Node, ...], blocks: Sequence[Block]
) -> Iterator[tuple[int, str, tuple[_Node, ...]]]:
    """The index, title and parts of every chapter, in reading order."""
    for node in nodes:
        if not node.total:
            continue
        if not node.children or not _is_part(node, nodes, blocks):
            yield node.entry.block_index, node.entry.title, parts
            continue
        below = list(_chapters(node.children, (*parts, node), blocks))
        if node.own >= MIN_PART_WORDS or not below:
            yield node.entry.block_index, node.entry.title, parts
        elif below:
            below[0] = (node.entry.block_index, *below[0][1:])
        yield from below


def _is_part(node: _Node, siblings: list[_Node], blocks: Sequence[Block]) -> bool:
    """Whether the entries below are chapters; else they are sections of this one."""
    called = _called(node, blocks)
    if called is not None:
        return called
    ranks = Counter(child.rank for child in node.children)
    if ranks[HeadingRank.CHAPTER] * 2 > len(node.children):
        return True
    leaves = sum(
        not s.children and s.rank is not HeadingRank.NAMED and s.total > 0 for s in siblings
    )
    containers = sum(bool(s.children) for s in siblings)
    if (leaves >= containers and len(siblings) > 1) or node.own > MIN_CHAPTER_WORDS:
        return False
    if len(siblings) == 1 or ranks[HeadingRank.NUMBER] * 2 > len(node.children) > 2:
        return True
    return node.total - node.own >= MIN_CHAPTER_WORDS * len(node.children)


def _called(node: _Node, blocks: Sequence[Block]) -> bool | None:
    """Whether its title or its markup calls an entry a part; none where neither tells."""
    if node.rank in (HeadingRank.PART, HeadingRank.CHAPTER):
        return node.rank is HeadingRank.PART
    types = blocks[node.entry.block_index].semantic_types
    if types & _PART_TYPES:
        return True
    return False if types & _CHAPTER_TYPES else None


def _titled(chosen: Sequence[tuple[int, str, tuple[_Node, ...]]]) -> list[ChapterStart]:
    """Chapters with their players' titles; where two would bear one title, the part goes first."""
    plain = [heading_syntax.format_heading(title) for _, title, _ in chosen]
    twice = {title for title, count in Counter(plain).items() if count > 1}
    carried = any(
        title in twice
        and (rank := heading_syntax.parse_heading(title))
        and rank.rank is not HeadingRank.NAMED
        for title in plain
    )
    out = []
    for (index, _, parts), title in zip(chosen, plain, strict=True):
        if parts and (carried or title in twice):
            title = ", ".join(
                [*(heading_syntax.format_heading(part.entry.title) for part in parts), title]
            )  # noqa: PLW2901 - the title, completed
        out.append(ChapterStart(index, title))
    return out


def _led(found: list[ChapterStart], blocks: Sequence[Block], title: str) -> list[ChapterStart]:
    """Text before the first chapter is one of its own if it is more than a motto."""
    if not found:
        return [ChapterStart(0, title)]
    first = found[0].block_index
    lead = [b for b in blocks[:first] if b.spoken_text.strip()]
    if (
        sum(count_words(b.spoken_text) for b in lead if b.kind is not ParagraphKind.HEADING)
        < MIN_PART_WORDS
    ):
        return found
    heading = next((b.single_line_text for b in lead if b.kind is ParagraphKind.HEADING), "")
    return [ChapterStart(0, heading_syntax.format_heading(heading) if heading else title), *found]
