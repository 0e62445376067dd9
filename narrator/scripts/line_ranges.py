"""Finds the lines that a user names by their numbers: one, a paragraph, a chapter or a range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Line

_PLACE = re.compile(r"\d+(?:\.\w+)*")
_WILDCARD = ".*"


def select_line_range(lines: Sequence[Line], place: str) -> list[Line]:
    """Return the lines of a range: `2.*`, `2.5.*`, `2`, `2.5` or `2.5-2.9.1`.

    A range that ends before it begins has no lines.

    Raises:
        OptionError: it is not a range, or begins or ends nowhere.
    """
    first, dash, last = (part.strip() for part in place.partition("-"))
    ends = [end.removesuffix(_WILDCARD) for end in ((first, last) if dash else (first, first))]
    for end in ends:
        if not _PLACE.fullmatch(end) or not any(_is_within(line, end) for line in lines):
            raise OptionError(
                f"there is no line {end}", "`narrator script BOOK` shows the numbers of all lines"
            )
    start = next(index for index, line in enumerate(lines) if _is_within(line, ends[0]))
    stop = max(index for index, line in enumerate(lines) if _is_within(line, ends[1])) + 1
    return list(lines[start:stop])


def _is_within(line: Line, place: str) -> bool:
    """Return whether a line has this number, or is in the chapter or paragraph with it."""
    return line.id == place or line.id.startswith(f"{place}.")
