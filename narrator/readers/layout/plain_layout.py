"""The page of a plain text: which lines make a paragraph, a verse, a scene break.

People set text in four ways: hard-wrapped with blank lines, hard-wrapped with indents, a paragraph
on each line, and verse. The file itself tells which.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout import gutenberg, heading_syntax
from narrator.readers.layout.blocks import SCENE_BREAK_REASON, Block, has_words
from narrator.readers.layout.heading_syntax import HeadingRank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
_TERMINAL = re.compile(r"(?:[.!?…:;)\]*_—-]|(?<!,)[\"”’'»])\s*$")
"""How a paragraph ends. After a comma within the marks its reporting clause is still to come."""
_OPENS = re.compile(r"[\s_*]*(?:[A-ZÀ-Þ\"“‘'«(\[—]|[^\W\d_a-zß-ÿ])")
SCENE_MARK_PATTERN = re.compile(r"\s*(?:[*#~⁂•·◆◇❦❧§=+_.xX○●☙†‡✱※-]|—|–|\s){1,80}\s*")
_SCENE_SURE = re.compile(r"[*#~⁂•·◆◇❦❧§=+○●☙†‡✱※_—–-]")
_EMPHASIS = re.compile(r"(?<!\w)_(?=\S)([^_]{1,400})(?<=\S)_(?!\w)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with something on it."""

    start: int
    end: int
    indent: int
    text: str
    blank: int
    """How many blank lines stand before it."""


def split_into_blocks(text: str) -> list[Block]:
    """The paragraphs of a text, in order, with their offsets: all of it but the space between."""
    rows = _rows(text)
    groups = [list(group) for group in _groups(rows)]
    style = _style(groups)
    paragraphs = (paragraph for group in groups for paragraph in _paragraphs(group, style))
    out = [_block(text, paragraph, style) for paragraph in paragraphs]
    _mark_space(out)
    return out


def _rows(text: str) -> list[_Row]:
    rows = []
    breaks = at = 0
    for match in _LINE.finditer(text):
        breaks += len(_BREAK.findall(text, at, match.start()))
        at = match.end()
        content = match[0].strip()
        if not content.strip("\ufeff\u200b\u00ad\x00"):
            continue
        spread = match[0].expandtabs(4)
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        indent = len(spread) - len(spread.lstrip())
        rows.append(_Row(start, start + len(content), indent, content, max(0, breaks - 1)))
        breaks = 0
    return rows


def _groups(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Lines without a blank line between them; what is surely no prose stands alone."""
    group: list[_Row] = []
    for row in rows:
        alone = is_scene_mark(row.text) or bool(gutenberg.BOUNDARY_LINE.match(row.text))
        if group and (row.blank or alone):
            yield group
            group = []
        if alone:
            yield [row]
        else:
            group.append(row)
    if group:
        yield group


def is_scene_mark(text: str) -> bool:
    """Whether a line is a scene break's mark."""
    if len(text) > 80 or not SCENE_MARK_PATTERN.fullmatch(text):
        return False
    return bool(_SCENE_SURE.search(text)) and not has_words(text.replace("x", "").replace("X", ""))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file sets its paragraphs."""

    wrapped: bool
    """Whether the ends of lines mean nothing."""
    width: int
    """Characters of a full line, where it is wrapped."""


def _style(groups: Sequence[list[_Row]]) -> _Style:
    inner = [row for group in groups for row in group[:-1] if len(group) > 1]
    if not inner:
        return _Style(wrapped=True, width=72)
    lengths = sorted(row.indent + len(row.text) for row in inner)
    width = lengths[int(len(lengths) * 0.9)]
    closed = sum(_closes(row, after) for group in groups for row, after in pairwise(group))
    wrapped = statistics.median(lengths) <= 120 and closed < 0.7 * len(inner)
    return _Style(wrapped, width)


def _closes(row: _Row, after: _Row) -> bool:
    """Whether a paragraph may end with a line, by its last sign and by how the next line begins."""
    return bool(_TERMINAL.search(row.text)) and not after.text[0].islower()


def _paragraphs(group: list[_Row], style: _Style) -> Iterator[list[_Row]]:
    """The paragraphs within lines that no blank line parts."""
    if len(group) > 1 and _heads(group):
        yield group[:1]
        group = group[1:]
    if len(group) == 1 or _is_verse(group, style):
        yield group
    elif not style.wrapped:
        yield from ([row] for row in group)
    else:
        yield from _indented(group)


def _heads(group: list[_Row]) -> bool:
    """Whether the first line is a chapter's heading and the second begins its text."""
    heading = heading_syntax.parse_heading(group[0].text)
    if not heading or heading.rank not in (HeadingRank.PART, HeadingRank.CHAPTER):
        return False
    return not can_be_title(" ".join(row.text for row in group[1:]), len(group) - 1)


def can_be_title(text: str, line_count: int = 1) -> bool:
    """Whether a text may be the title below a chapter's number."""
    if (
        not has_words(text)
        or len(text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS
        or line_count > 4
    ):
        return False
    if text.isupper():
        return True
    if text[0] in "\"“'‘«—-(" or not text[0].isupper() or text[-1] in ',;:—"”’-':
        return False
    return text[-1] not in ".!?" or _is_capitalised(text)


def _is_capitalised(text: str) -> bool:
    """Whether the words of weight all begin with capitals, as those of a title do."""
    words = re.findall(r"[^\W\d_]+", text)
    weighty = (word for word in words if word.lower() not in heading_syntax.MINOR_WORDS)
    imprint = re.search(r"\b1[5-9]\d\d\b", text)
    return 2 <= len(words) <= 30 and not imprint and all(word[0].isupper() for word in weighty)


def _is_verse(group: list[_Row], style: _Style) -> bool:
    inner = group[:-1]
    longest = max(len(row.text) for row in inner)
    if longest > 70 or not all(_OPENS.match(row.text) for row in group):
        return False
    if not style.wrapped:
        return all(row.indent >= 4 for row in group)
    indented = all(row.indent >= 4 for row in group) and longest < 0.9 * style.width
    return indented or longest < 0.75 * max(style.width, 60)


def _indented(group: list[_Row]) -> Iterator[list[_Row]]:
    """Paragraphs that begin with an indent; a group that is none of these is one paragraph."""
    starts = [
        i
        for i in range(1, len(group))
        if group[i].indent >= group[i - 1].indent + 1 and group[i].indent >= 1
    ]
    closed = [i for i in starts if _closes(group[i - 1], group[i])]
    if len(closed) < 0.9 * len(starts):
        closed = []
    for first, last in zip([0, *closed], [*closed, len(group)], strict=True):
        yield group[first:last]


def _block(text: str, rows: list[_Row], style: _Style) -> Block:
    start, end = rows[0].start, rows[-1].end
    block = Block(text[start:end], start, blank_lines_before=rows[0].blank)
    if len(rows) == 1 and is_scene_mark(rows[0].text):
        block.skip_reason = SCENE_BREAK_REASON
    elif len(rows) > 1 and _is_verse(rows, style):
        block.kind = ParagraphKind.VERSE
    elif len(rows) > 1 and all(row.indent >= 4 for row in rows):
        block.kind = ParagraphKind.QUOTE
    block.emphasis = [Span(*match.span(1)) for match in _EMPHASIS.finditer(block.text)]
    return block


def _mark_space(blocks: Sequence[Block]) -> None:
    """Three blank lines or more, where fewer are the rule, mark a scene break."""
    usual = [block.blank_lines_before for block in blocks[1:]]
    if not usual or statistics.median(usual) > 1:
        return
    for block in blocks[1:]:
        block.follows_scene_gap = block.blank_lines_before >= 3
