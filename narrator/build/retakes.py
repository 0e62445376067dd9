"""Asks for another take of lines, and keeps the choice in the corrections beside the book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.build.book_files import locate_corrections
from narrator.build.output_plan import describe_origin
from narrator.errors import OptionError
from narrator.files.ownership import Output
from narrator.scripts import corrections
from narrator.setting_limits import TAKE_NUMBER
from narrator.synthesis.clips import find_stored_take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.build.plan import BuildPlan
    from narrator.model import Cue, Script

SUSPECT = "suspect"
"""The part of `--again` that stands for all lines that were found suspect."""


def store_retakes(
    plan: BuildPlan, script: Script, paths: Sequence[str], options: Options
) -> tuple[Path, int]:
    """Ask for another take of each line of `Options.again`, in the corrections beside the book.

    Args:
        plan: The build as it would be without the new takes.
        script: The whole script, whose words the corrections refer to.
        paths: The book.
        options: As for the build.

    Returns:
        The file of corrections, and the number of lines.

    Raises:
        OptionError: a part of `Options.again` names no line, or the book can have no corrections.
        OutputError: the file can't be written.
    """
    path = locate_corrections(paths)
    chosen_ids = _select_lines(plan, options.again)
    cues = {cue.line_id: cue for chunk in plan.rendering_job.chunks for cue in chunk.cues}
    indices = {line.id: index for index, line in enumerate(script.lines)}
    retakes = [
        msgspec.structs.replace(
            corrections.describe_passage(script.lines, indices[line_id]),
            take=_choose_next_take(cues[line_id], plan),
        )
        for line_id in chosen_ids
        if line_id in indices  # spoken credits are not in the book
    ]
    # the file that the book is read with is the one that is written
    origin = replace(describe_origin("corrections", script.book, paths, options), side_files=())
    if retakes:
        title = script.book.metadata.title
        corrections.add_corrections(Output(path, origin), title, retakes)
    return path, len(retakes)


def _choose_next_take(cue: Cue, plan: BuildPlan) -> int:
    """Return the number after that of the take that is heard now; after the last comes 1."""
    current = max(cue.take, find_stored_take(cue, plan.rendering_job.store))
    return current % int(TAKE_NUMBER.highest) + 1


def _select_lines(plan: BuildPlan, parts: Sequence[str]) -> list[str]:
    """Return the numbers of the lines that are chosen, in reading order.

    Raises:
        OptionError: a part names no line.
    """
    line_ids = [line.id for line in plan.script.lines]
    chosen_ids: set[str] = set()
    for part in parts:
        if part.casefold() == SUSPECT:
            takes = plan.rendering_job.line_takes
            chosen_ids |= {take.line_id for take in takes if take.flaws}
            continue
        selected = {line_id for line_id in line_ids if _is_in_range(line_id, part)}
        if not selected:
            raise OptionError(
                f"--again {part}: there is no such line", "`narrator script BOOK` shows them all"
            )
        chosen_ids |= selected
    return [line_id for line_id in line_ids if line_id in chosen_ids]


def _is_in_range(line_id: str, part: str) -> bool:
    """Return whether a line is the one, or in the range, that a part of `--again` names.

    "3" is a chapter, "3.12" a paragraph, "3.12.2" a line; "3.12-3.14" is a range.

    Raises:
        OptionError: the part is neither.
    """
    first, _, last = part.partition("-")
    try:
        start, end = (
            tuple(int(number) for number in bound.strip().split("."))
            for bound in (first, last or first)
        )
    except ValueError as error:
        raise OptionError(
            f"--again {part} is not valid", "give a line such as 3.12.2, a range, or suspect"
        ) from error
    numbers = tuple(int(number) for number in line_id.split("."))
    return start <= numbers[: len(start)] and numbers[: len(end)] <= end
