"""Reads which lines `--again` names, without what speaking them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import OptionError
from narrator.scripts.line_ranges import select_line_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Line

SUSPECT = "suspect"
"""The part of `--again` that stands for all lines that were found suspect."""


def check_retakes(lines: Sequence[Line], parts: Sequence[str]) -> None:
    """Check that each part of `--again` names lines.

    Raises:
        OptionError: a part names no line.
    """
    for part in parts:
        if not is_suspect_part(part):
            select_retaken_ids(lines, part)


def is_suspect_part(part: str) -> bool:
    """Return whether a part of `--again` stands for all suspect lines."""
    return part.casefold() == SUSPECT


def select_retaken_ids(lines: Sequence[Line], part: str) -> set[str]:
    """Return the numbers of the lines of a part of `--again`, such as `3.12-3.14`.

    Raises:
        OptionError: it names no line.
    """
    try:
        line_ids = {line.id for line in select_line_range(lines, part)}
    except OptionError as error:
        raise OptionError(f"--again {part}: {error.message}", error.hint) from error
    if not line_ids:
        raise OptionError(f"--again {part} ends before it begins", "put the first line first")
    return line_ids
