"""Split plain text into blocks: paragraphs, verse, block quotations and scene breaks.

`narrator.readers.layout.paragraph_style` infers how the file separates paragraphs.
"""

from __future__ import annotations

import re
import statistics
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Span
from narrator.readers.layout.blocks import Block, UnspokenSpan
from narrator.readers.layout.caption_times import find_caption_times
from narrator.readers.layout.line_numbers import (
    LINE_NUMBER_REASON,
    find_leading_numbers,
    find_line_numbers,
    find_scene_numbers,
    find_thread_numbers,
    find_verse_numbers,
)
from narrator.readers.layout.mail import find_quote_marks
from narrator.readers.layout.paragraph_style import (
    ParagraphStyle,
    are_indents_usual,
    count_short_ends,
    find_indented_starts,
    find_starts_after_short_lines,
    infer_style,
    split_sections,
)
from narrator.readers.layout.running_heads import (
    find_first_page_number,
    find_running_heads,
    is_page_line,
)
from narrator.readers.layout.skip_reasons import (
    CAPTION_TIME_REASON,
    PAGE_NUMBER_REASON,
    QUOTE_MARK_REASON,
    RUNNING_HEAD_REASON,
    SCENE_BREAK_REASON,
)
from narrator.readers.layout.text_rows import (
    drop_rows,
    group_rows,
    is_scene_mark,
    split_off_ends,
    split_rows,
)
from narrator.text.quotes import OPENING_MARKS, character_class
from narrator.text.words import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.text_rows import Row

_VERSE_MARKS = "".join(mark for mark in OPENING_MARKS if mark not in "’”`")
"""Opening quotation marks that may begin a line of verse.

The excluded marks open quotations in some languages, but are mainly closing marks or apostrophes.
"""
_VERSE_START = re.compile(
    rf"[\s_*]*(?:[A-ZÀ-Þ(\[—]|{character_class(_VERSE_MARKS)}|[^\W\d_a-zß-ÿ])"
)
"""The start of a line of verse: an opening mark or a capital letter."""
_EMPHASIS = re.compile(r"(?<!\w)_(?=\S)([^_]{1,400})(?<=\S)_(?!\w)")
_MIN_INDENT = 4
"""Indent, in columns, from which lines are a block quotation or verse."""
_MAX_VERSE_CHARACTERS = 70
_MAX_FREE_VERSE_SHARE = 0.5
"""Share of the usual line length below which lines without capitals are verse, too."""
_SCENE_GAP_LINES = 3
"""Number of blank lines that mark a scene break if paragraphs are separated by one."""
_MIN_LOST_BREAKS = 3
"""Number of short lines in a group from which blank lines are missing between its paragraphs."""
_SHORT_LINES_NOTE = (
    "No blank lines or indents separate the paragraphs, so a short line was taken for the end of "
    "one; check them with `narrator script`."
)
_DOUBTFUL_NOTE = (
    "It is doubtful whether the lines of the text are wrapped or are paragraphs of their own; "
    "check the paragraphs with `narrator script`."
)


@dataclass(frozen=True, slots=True)
class PlainLayout:
    """The blocks of a plain text, and remarks for the user about how they were found."""

    blocks: list[Block]
    notes: tuple[str, ...]


def split_into_blocks(text: str) -> list[Block]:
    """Split a text into blocks, in order; they contain all characters except whitespace."""
    return lay_out_text(text).blocks


def lay_out_text(text: str) -> PlainLayout:
    """Split a text into blocks, and remark if it is doubtful where paragraphs end."""
    all_rows = split_rows(text)
    all_rows, line_numbers = _split_off_numbers(all_rows)
    heads = find_running_heads(all_rows, text)
    rows = drop_rows(all_rows, heads) if heads else all_rows
    usual_style = infer_style(rows)
    blocks = []
    styles = []
    for section in split_sections(rows):
        style = infer_style(section, usual_style)
        styles.append(style)
        groups = group_rows(section, style.line_spacing)
        paragraphs = (rows for group in groups for rows in _split_paragraphs(group, style))
        blocks += [_make_block(text, paragraph, style) for paragraph in paragraphs]
    _mark_scene_gaps(blocks)
    silent_rows = [(head, _name_reason(head)) for head in heads]
    silent_rows += [(part, _name_part(part)) for part in line_numbers]
    blocks = list(_add_silent_rows(blocks, sorted(silent_rows, key=lambda pair: pair[0].start)))
    if heads:
        _mark_first_number(blocks, find_first_page_number(all_rows, heads))
    return PlainLayout(blocks, tuple(_describe_doubt(styles)))


def _split_off_numbers(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows without the numbers beside their text, and these numbers as rows."""
    starts, ends = find_scene_numbers(rows)
    finders = (
        find_caption_times,
        find_leading_numbers,
        find_verse_numbers,
        find_thread_numbers,
        find_quote_marks,
    )
    for find_starts in finders:
        starts = starts or find_starts(rows)
    ends = ends or find_line_numbers(rows)
    return split_off_ends(rows, ends, starts) if starts or ends else (rows, [])


def _add_silent_rows(
    blocks: Sequence[Block], silent_rows: Sequence[tuple[Row, str]]
) -> Iterator[Block]:
    """Yield the blocks with rows that are not spoken, in text order.

    These are parts of the blocks around them, or skipped blocks. Each has the reason beside it.
    """
    pending = deque(silent_rows)
    for block in blocks:
        while pending and pending[0][0].start < block.start:
            yield _make_silent_block(*pending.popleft())
        end = block.start + len(block.text)
        while pending and pending[0][0].start < end:
            row, reason = pending.popleft()
            start = row.start - block.start
            block.unspoken_spans.append(UnspokenSpan(start, start + len(row.text), reason))
        yield block
    yield from (_make_silent_block(row, reason) for row, reason in pending)


def _mark_first_number(blocks: Sequence[Block], number: tuple[int, int] | None) -> None:
    """Make the page number beside the title silent."""
    if number is not None and blocks[0].start <= number[0]:
        start, end = (offset - blocks[0].start for offset in number)
        blocks[0].unspoken_spans.insert(0, UnspokenSpan(start, end, PAGE_NUMBER_REASON))


def _make_silent_block(row: Row, reason: str) -> Block:
    """Return the skipped block of a row."""
    return Block(row.text, row.start, skip_reason=reason)


def _name_reason(head: Row) -> str:
    """Return why a line at the edge of a page is skipped."""
    is_number = not any(map(str.isalpha, head.text)) or is_page_line(head.text)
    return PAGE_NUMBER_REASON if is_number else RUNNING_HEAD_REASON


def _name_part(part: Row) -> str:
    """Return why a part at the edge of a line is skipped."""
    if "-->" in part.text:
        return CAPTION_TIME_REASON
    return QUOTE_MARK_REASON if part.text.startswith(">") else LINE_NUMBER_REASON


def _describe_doubt(styles: Sequence[ParagraphStyle]) -> Iterator[str]:
    """Yield a remark if the layout of a part of the file is doubtful."""
    if any(style.is_doubtful for style in styles):
        yield _DOUBTFUL_NOTE
    elif any(style.ends_in_short_lines for style in styles):
        yield _SHORT_LINES_NOTE


def _split_paragraphs(group: list[Row], style: ParagraphStyle) -> Iterator[list[Row]]:
    """Split a group of rows without blank lines between them into paragraphs."""
    if len(group) == 1 or group[0].is_heading or _is_verse(group, style):
        yield group
    elif not style.is_wrapped:
        yield from ([row] for row in group)
    else:
        yield from _split_wrapped(group, style)


def _is_verse(group: list[Row], style: ParagraphStyle) -> bool:
    """Return whether rows are verse: each begins like a verse, and all but the last are short."""
    longest = max(len(row.text) for row in group[:-1])
    if longest > _MAX_VERSE_CHARACTERS:
        return False
    is_capitalised = all(_VERSE_START.match(row.text) for row in group)
    is_indented = all(row.indent >= _MIN_INDENT for row in group)
    if not style.is_wrapped:
        open_count = sum(not row.ends_paragraph for row in group)
        return (is_indented and is_capitalised) or (len(group) > 2 and open_count * 2 >= len(group))
    if _is_dialogue(group):
        return False
    if not is_capitalised:
        return not is_indented and _is_free_verse(group, style)
    return (is_indented and longest < 0.9 * style.width) or longest < 0.75 * max(style.width, 60)


def _is_free_verse(group: Sequence[Row], style: ParagraphStyle) -> bool:
    """Return whether rows without capitals are verse: far shorter than prose, and within sentences.

    In prose of this width, the next words would stand on the same row.
    """
    open_count = sum(not row.ends_paragraph for row in group[:-1])
    return (
        len(group) > 2
        and open_count * 3 > 2 * (len(group) - 1)
        and max(row.width for row in group) < _MAX_FREE_VERSE_SHARE * max(style.width, 60)
    )


def _is_dialogue(group: Sequence[Row]) -> bool:
    """Return whether rows are short paragraphs of dialogue: whole sentences, mostly quoted."""
    quoted_count = sum(row.text[0] in OPENING_MARKS for row in group)
    return quoted_count * 3 >= len(group) * 2 and all(ends_sentence(row.text) for row in group)


def _split_wrapped(group: list[Row], style: ParagraphStyle) -> Iterator[list[Row]]:
    """Split a group of wrapped rows where indents, or else short lines, show new paragraphs."""
    starts = find_indented_starts(group)
    if starts and style.ends_in_short_lines and not are_indents_usual(group, style):
        starts = sorted({*starts, *find_starts_after_short_lines(group, style)})
    if not starts and (style.ends_in_short_lines or _lacks_blank_lines(group, style)):
        starts = find_starts_after_short_lines(group, style)
    for first, last in zip([0, *starts], [*starts, len(group)], strict=True):
        yield group[first:last]


def _lacks_blank_lines(group: Sequence[Row], style: ParagraphStyle) -> bool:
    """Return whether a group consists of several paragraphs although the file has blank lines."""
    if count_short_ends(group, style) < _MIN_LOST_BREAKS:
        return False
    reaches = [row.reach_before for row in group[1:] if row.continues_sentence]
    return all(reach >= style.min_reach for reach in reaches) and (
        bool(reaches) or _is_dialogue(group)
    )


def _make_block(text: str, rows: list[Row], style: ParagraphStyle) -> Block:
    """Return a block of these rows, classified as scene break, verse, quotation or text."""
    start, end = rows[0].start, rows[-1].end
    block_text = rows[0].text if len(rows) == 1 else text[start:end]
    block = Block(block_text, start, blank_lines_before=rows[0].blank_lines_before)
    if len(rows) == 1 and is_scene_mark(rows[0].text):
        block.skip_reason = SCENE_BREAK_REASON
    elif len(rows) > 1 and not rows[0].is_heading and _is_verse(rows, style):
        block.kind = ParagraphKind.VERSE
    elif len(rows) > 1 and all(row.indent >= _MIN_INDENT for row in rows):
        block.kind = ParagraphKind.QUOTE
    if "_" in block.text:
        block.emphasis = [Span(*match.span(1)) for match in _EMPHASIS.finditer(block.text)]
    return block


def _mark_scene_gaps(blocks: Sequence[Block]) -> None:
    """Mark blocks after three or more blank lines as following a scene break.

    Nothing is marked if more than one blank line is usual between paragraphs.
    """
    blank_lines = [block.blank_lines_before for block in blocks[1:]]
    if not blank_lines or statistics.median(blank_lines) > 1:
        return
    for block in blocks[1:]:
        block.follows_scene_gap = block.blank_lines_before >= _SCENE_GAP_LINES
