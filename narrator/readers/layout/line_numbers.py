"""Find the numbers of lines that editions of poems and plays print beside the text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.text_rows import Row

LINE_NUMBER_REASON = "line number"
_NUMBER_AT_END = re.compile(r"\S.*?(?:[ ]{3,}|\t[ \t]*)(?P<number>\d{1,4})\Z")
"""A row with a number far to the right of its text."""
_MIN_CONSISTENT_SHARE = 0.5
"""Share of the numbers from which they count lines; an editor may count the lines anew."""


def find_line_numbers(rows: Sequence[Row]) -> dict[int, int]:
    """Return the offset of each line number in the text, by the offset of its row.

    Numbers count lines if most of them are larger than the one before by the number of rows
    between. The numbers of pages in a table of contents are not.
    """
    numbered_rows = [
        (index, int(match["number"]), row.start + match.start("number"))
        for index, row in enumerate(rows)
        if row.text[-1].isdecimal() and (match := _NUMBER_AT_END.match(row.text))
    ]
    consistent_count = sum(
        0 < later[1] - earlier[1] == later[0] - earlier[0]
        for earlier, later in pairwise(numbered_rows)
    )
    if not consistent_count or consistent_count < _MIN_CONSISTENT_SHARE * (len(numbered_rows) - 1):
        return {}
    return {rows[index].start: offset for index, _, offset in numbered_rows}
