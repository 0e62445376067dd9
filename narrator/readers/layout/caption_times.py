"""Find the numbers and times of captions in a file of subtitles (SubRip or WebVTT)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.readers.layout.blocks import UnspokenSpan
from narrator.readers.layout.skip_reasons import CAPTION_TIME_REASON, MARKUP_REASON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.readers.layout.blocks import Block
    from narrator.readers.layout.text_rows import Row

_MIN_CAPTIONS = 2
_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3}"
_TIMES = re.compile(rf"{_TIME}\s*-->\s*{_TIME}.*")
_NOTE = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_TAG = re.compile(r"</?(?:[biu]|font|c|ruby|rt)\b[^<>\n]{0,80}>|</v>|\{\\[^{}\n]{1,20}\}")
"""A tag that only sets the type, as players of films read it."""


def find_caption_times(rows: Sequence[Row]) -> dict[int, int]:
    """Return the end of each row with the times or the number of a caption, by its offset."""
    times = {row.start for row in rows if "-->" in row.text and _TIMES.fullmatch(row.text)}
    if len(times) < _MIN_CAPTIONS:
        return {}
    numbers = {
        row.start
        for row, following in pairwise(rows)
        if row.text.isdecimal() and following.start in times
    }
    headers = set(_list_header(rows, times | numbers))
    return {row.start: row.end for row in rows if row.start in times | numbers | headers}


def _list_header(rows: Sequence[Row], captions: set[int]) -> Iterator[int]:
    """Yield the offsets of the rows above the first caption of a WebVTT file, and of its notes."""
    is_note = bool(rows) and rows[0].text.startswith("WEBVTT")
    if not is_note:
        return
    for row in rows:
        if row.start in captions:
            is_note = False
        elif row.blank_lines_before:
            is_note = bool(_NOTE.match(row.text))
        if is_note:
            yield row.start


def mark_caption_tags(blocks: Sequence[Block]) -> None:
    """Make the tags within captions silent, if the text has captions."""
    if not any(
        span.reason == CAPTION_TIME_REASON for b in blocks for span in b.unspoken_spans
    ) and (not any(block.skip_reason == CAPTION_TIME_REASON for block in blocks)):
        return
    for block in blocks:
        tags = [UnspokenSpan(*m.span(), MARKUP_REASON) for m in _TAG.finditer(block.text)]
        block.unspoken_spans = sorted([*block.unspoken_spans, *tags], key=lambda span: span.start)
