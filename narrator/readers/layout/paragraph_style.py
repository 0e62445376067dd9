"""Infer how a plain-text file separates paragraphs, by measuring its lines.

A file separates paragraphs by blank lines, by indents, by short last lines, or by putting each
paragraph on one line; wrapped lines may also have a blank line after each of them. The evidence is
taken from the whole file, and again from each of its chapters, because a file may consist of parts
with different layouts.

The strongest evidence is the end of a line. Programs wrap a line where the next word does not fit,
so a line that had room for the next word is the last one of its paragraph, or a line of verse.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from narrator.readers.layout.text_rows import group_rows
from narrator.text.quotes import USUAL_OPENING_MARKS
from narrator.text.words import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.text_rows import Row

_CLOSED_BY_APOSTROPHE = re.compile(r"[,.!?]'(?!\w)")
_DEFAULT_WIDTH = 72
_MAX_WRAPPED_WIDTH = 120
"""Median line length, in characters, above which each line is a whole paragraph."""
_PARAGRAPH_END_SHARE = 0.7
"""Share of lines that look like the end of a paragraph from which each line is a paragraph."""
_MIN_WRAPPED_SHARE = 0.12
"""Share of line ends within a sentence from which lines are wrapped."""
_CERTAIN_WRAPPED_SHARE = 0.3
_MIN_WIDTH_SUPPORT = 0.5
"""Share of line ends within a sentence that the same width must explain."""
_MIN_FULL_WIDTH = 0.75
"""Width of wrapped lines, relative to the 90th percentile of all lines."""
_SHORTEST_SHARE = 0.03
"""Share of wrapped lines that may be shorter than the shortest usual reach."""
_MAX_LINE_SPACING = 2
_MIN_SPACED_LINES = 4
"""Number of lines with blank lines between them from which these may be mere line spacing."""
_MIN_SECTION_ROWS = 8
"""Number of rows from which a section may have a layout of its own."""
_MAX_QUOTATION_SHARE = 0.4
"""Most indented quotations after a comma for each indent that certainly begins a paragraph."""
_MAX_PLAIN_SHARE = 3
"""Most paragraphs without an indent for each one with an indent, if indents begin paragraphs."""
_MIN_INDENT_EVIDENCE = 3
"""Fewest rows at the margin, and with an indent, by which indents begin paragraphs."""
_MIN_USUAL_INDENTS = 0.8
"""Share of indented rows that have the same indent."""
_MIN_SHORT_ENDS = 2
"""Number of paragraphs ending in a short line from which short lines separate paragraphs."""


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """How paragraphs are laid out in a file, or in a part of it."""

    is_wrapped: bool = True
    """Whether paragraphs are wrapped over several lines; otherwise each line is a paragraph."""
    width: int = _DEFAULT_WIDTH
    """Number of characters in a full line, if paragraphs are wrapped."""
    min_reach: int = _DEFAULT_WIDTH
    """Width that nearly all wrapped lines would have with the first word of the next line."""
    line_spacing: int = 0
    """Number of blank lines between the lines of a paragraph."""
    ends_in_short_lines: bool = False
    """Whether only short lines show where paragraphs end."""
    is_doubtful: bool = False
    """Whether the evidence for wrapped lines and for one paragraph per line is nearly equal."""


def split_sections(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Split the rows before each heading that follows a section of some length."""
    section: list[Row] = []
    for row in rows:
        if (
            len(section) >= _MIN_SECTION_ROWS
            and row.is_heading
            and not section[-1].is_heading  # as in a table of contents
        ):
            yield section
            section = []
        section.append(row)
    if section:
        yield section


def infer_style(rows: Sequence[Row], usual_style: ParagraphStyle | None = None) -> ParagraphStyle:
    """Infer the layout of paragraphs from rows.

    With `usual_style`, the style of the whole file, the result differs from it only if the rows are
    many and clear.
    """
    if usual_style and len(rows) < _MIN_SECTION_ROWS:
        return usual_style
    line_spacing = _infer_line_spacing(rows, usual_style.line_spacing if usual_style else 0)
    groups = list(group_rows(rows, line_spacing))
    joins = [
        (row, following)
        for group in groups
        for row, following in pairwise(group)
        if not row.is_heading
    ]
    measures = _measure_joins(joins)
    style = replace(_choose_style(measures), line_spacing=line_spacing)
    if not style.is_wrapped and _indents_begin_paragraphs(joins):
        style = replace(style, is_wrapped=True, is_doubtful=False)
    if usual_style and (style.is_doubtful or len(joins) < _MIN_SECTION_ROWS):
        return usual_style
    if usual_style and style.is_wrapped and not measures.wrapped_widths:
        return usual_style  # verse, or a list
    return replace(style, ends_in_short_lines=_ends_in_short_lines(groups, style))


def _infer_line_spacing(rows: Sequence[Row], usual_spacing: int) -> int:
    """Return how many blank lines are mere line spacing, because sentences continue after them.

    `usual_spacing` is that of the whole file, which applies if the rows are not clear.
    """
    joins_by_spacing: dict[int, list[tuple[Row, Row]]] = {}
    for row, following in pairwise(rows):
        if not (row.stands_alone or following.stands_alone):
            joins = joins_by_spacing.setdefault(following.blank_lines_before, [])
            joins.append((row, following))
    wrapped_counts = {n: _count_wrapped(joins) for n, joins in joins_by_spacing.items()}
    if not wrapped_counts or max(wrapped_counts.values()) < _MIN_SPACED_LINES:
        return usual_spacing
    spacing = max(wrapped_counts, key=lambda n: (wrapped_counts[n], -n))
    joins = joins_by_spacing[spacing]
    is_clear = wrapped_counts[spacing] >= _MIN_WRAPPED_SHARE * len(joins) and _has_full_width(
        _measure_joins(joins)
    )
    return spacing if spacing <= _MAX_LINE_SPACING and is_clear else usual_spacing


def _count_wrapped(joins: Sequence[tuple[Row, Row]]) -> int:
    """Return between how many pairs of rows a sentence certainly continues."""
    return sum(following.continues_sentence for _, following in joins)


@dataclass(frozen=True, slots=True)
class _JoinMeasures:
    """Measurements of pairs of consecutive rows, in characters."""

    widths: list[int]
    """Widths of all first rows, sorted."""
    separable_count: int
    """Number of pairs between which a paragraph may end."""
    wrapped_widths: list[int]
    """Widths of the rows within a sentence that continues on the next row."""
    wrapped_reaches: list[int]
    """Widths that the same rows would have with the first word of the next row."""
    common_width: int
    """The width at which lines were wrapped, or 0 if none were."""
    support: float
    """Share of the wrapped lines that the common width explains."""


def _measure_joins(joins: Sequence[tuple[Row, Row]]) -> _JoinMeasures:
    """Measure pairs of consecutive rows."""
    wrapped_joins = [join for join in joins if join[1].continues_sentence]
    wrapped_widths = [row.width for row, _ in wrapped_joins]
    wrapped_reaches = [following.reach_before for _, following in wrapped_joins]
    return _JoinMeasures(
        sorted(row.width for row, _ in joins),
        sum(following.may_begin_paragraph for _, following in joins),
        wrapped_widths,
        wrapped_reaches,
        *_find_common_width(wrapped_widths, wrapped_reaches),
    )


def _choose_style(measures: _JoinMeasures) -> ParagraphStyle:
    """Return the style that fits pairs of consecutive rows without blank lines between them."""
    join_count = len(measures.widths)
    if not join_count:
        return ParagraphStyle()
    wrapped_share = len(measures.wrapped_widths) / join_count
    end_share = measures.separable_count / join_count
    support = measures.support
    is_unexplained = wrapped_share >= _CERTAIN_WRAPPED_SHARE and support < _MIN_WIDTH_SUPPORT / 2
    is_wrapped = statistics.median(measures.widths) <= _MAX_WRAPPED_WIDTH and (
        (wrapped_share >= _MIN_WRAPPED_SHARE and _has_full_width(measures))
        or (end_share < _PARAGRAPH_END_SHARE and not is_unexplained)
    )
    # Without a wrapped line, the 90th percentile excludes the lines that are too long.
    full_width = measures.common_width or measures.widths[int(join_count * 0.9)]
    is_doubtful = join_count >= _MIN_SECTION_ROWS and (
        _MIN_WRAPPED_SHARE / 2 < wrapped_share < _CERTAIN_WRAPPED_SHARE
        and support < 0.8  # a width that explains nearly all lines leaves no doubt
    )
    min_reach = _find_min_reach(measures.wrapped_reaches, full_width)
    return ParagraphStyle(is_wrapped, full_width, min_reach, is_doubtful=is_doubtful)


def _indents_begin_paragraphs(joins: Sequence[tuple[Row, Row]]) -> bool:
    """Return whether each indented row begins a paragraph, and each row at the margin goes on.

    So it is where most paragraphs fit on one row, which has no width in common with others.
    """
    margin = min((row.indent for join in joins for row in join), default=0)
    plain = [following for _, following in joins if following.indent == margin]
    indented = [following for _, following in joins if following.indent > margin]
    if min(len(plain), len(indented)) < _MIN_INDENT_EVIDENCE:
        return False
    _, usual_count = Counter(row.indent for row in indented).most_common(1)[0]
    return (
        usual_count >= _MIN_USUAL_INDENTS * len(indented)
        and not any(row.may_begin_paragraph for row in plain)
        and not any(row.continues_sentence for row in indented)
    )


def _find_common_width(
    wrapped_widths: Sequence[int], wrapped_reaches: Sequence[int]
) -> tuple[int, float]:
    """Find the width at which lines were wrapped.

    Return it with the share of wrapped lines that it explains: those that are not longer, but would
    be with the first word of the next line. Without wrapped lines, return (0, 0).
    """
    if not wrapped_widths:
        return 0, 0.0
    changes = Counter(wrapped_widths)  # of the number of lines explained, by width
    changes.subtract(Counter(wrapped_reaches))
    widths = sorted(changes)
    counts = accumulate(changes[width] for width in widths)
    count, width = max(zip(counts, widths, strict=True))
    return width, count / len(wrapped_widths)


def _has_full_width(measures: _JoinMeasures) -> bool:
    """Return whether one width explains most line ends within sentences, and few lines exceed it.

    Otherwise, they are not due to wrapping.
    """
    widths = measures.widths
    return (
        measures.support >= _MIN_WIDTH_SUPPORT
        and measures.common_width >= _MIN_FULL_WIDTH * widths[len(widths) * 9 // 10]
    )


def _find_min_reach(wrapped_reaches: Sequence[int], width: int) -> int:
    """Return the width that nearly all wrapped lines reach with the next line's first word."""
    reaches = sorted(wrapped_reaches)
    return reaches[int(len(reaches) * _SHORTEST_SHARE)] if reaches else width


def count_short_ends(group: Sequence[Row], style: ParagraphStyle) -> int:
    """Return how many rows, except the last, end a paragraph because they are short."""
    return sum(follows_short_end(row, style) for row in group[1:])


def follows_short_end(row: Row, style: ParagraphStyle) -> bool:
    """Return whether a paragraph ends before a row, as the first word would have fitted there."""
    return row.may_begin_paragraph and row.reach_before < style.min_reach


def _ends_in_short_lines(groups: Sequence[Sequence[Row]], style: ParagraphStyle) -> bool:
    """Return whether short lines separate paragraphs, as neither blank lines nor indents do."""
    if not style.is_wrapped:
        return False
    long_groups = [group for group in groups if len(group) > 1]
    counts = ((group, count_short_ends(group, style)) for group in long_groups)
    short_ends = sum(
        count for group, count in counts if count and not are_indents_usual(group, style)
    )
    return short_ends >= max(_MIN_SHORT_ENDS, len(long_groups))


def find_starts_after_short_lines(group: Sequence[Row], style: ParagraphStyle) -> list[int]:
    """Return the indices of the rows, except the first, that follow a paragraph's short end.

    A quotation after the end of a sentence begins a paragraph too, even if the row above is full.
    """
    return [
        index
        for index, (row, following) in enumerate(pairwise(group), 1)
        if follows_short_end(following, style)
        or (ends_sentence(row.text) and following.text[0] in USUAL_OPENING_MARKS)
    ]


def find_indented_starts(group: Sequence[Row]) -> list[int]:
    """Return the indices of the rows, except the first, whose indent begins a paragraph.

    If more than a tenth of the indents follow a line that can't end a paragraph, none of them does.
    A quotation begins one even after a comma: "he said," above it.
    """
    margin = min(row.indent for row in group)
    candidates = [index for index in range(1, len(group)) if group[index].indent > margin]
    if len(candidates) * 2 > len(group) and not _are_short_paragraphs(group, margin):
        # Most lines are indented, so the ones at the margin begin paragraphs.
        candidates = [index for index in range(1, len(group)) if group[index].indent == margin]
    starts = [index for index in candidates if group[index].may_begin_paragraph]
    others = [index for index in candidates if not group[index].may_begin_paragraph]
    quotations = [index for index in others if _opens_quotation(group[index].text)]
    if len(quotations) > _MAX_QUOTATION_SHARE * len(starts):
        quotations = []  # verse within a quotation, perhaps
    all_starts = sorted([*starts, *quotations])
    return all_starts if len(all_starts) >= 0.9 * len(candidates) else []


def _opens_quotation(text: str) -> bool:
    """Return whether a row begins with a quotation rather than an apostrophe, as in "'Tis"."""
    first = text[0]
    return first in USUAL_OPENING_MARKS and (
        first != "'" or _CLOSED_BY_APOSTROPHE.search(text) is not None
    )


def are_indents_usual(group: Sequence[Row], style: ParagraphStyle) -> bool:
    """Return whether indents begin paragraphs, rather than centred titles only.

    In the latter case, many rows without an indent follow the short end of a paragraph.
    """
    starts = find_indented_starts(group)
    plain_count = sum(
        follows_short_end(row, style)
        for index, row in enumerate(group[1:], 1)
        if index not in starts
    )
    return bool(starts) and plain_count <= _MAX_PLAIN_SHARE * len(starts)


def _are_short_paragraphs(group: Sequence[Row], margin: int) -> bool:
    """Return whether no sentence continues on an indented row, so that each begins a paragraph."""
    return not any(
        following.continues_sentence for following in group[1:] if following.indent > margin
    )
