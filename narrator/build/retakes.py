"""Asks for another take of lines, and keeps the choice in the corrections beside the book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.build.book_files import locate_corrections
from narrator.build.output_plan import describe_origin
from narrator.errors import OptionError
from narrator.files.ownership import Output
from narrator.scripts import correction_edits, corrections
from narrator.scripts.line_ranges import select_line_range
from narrator.setting_limits import TAKE_NUMBER
from narrator.synthesis.clips import find_stored_take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.build.plan import BuildPlan
    from narrator.cache.store import Store
    from narrator.model import Cue, Line, Script

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
    chosen_ids = _select_line_ids(plan, options.again)
    cues = {cue.line_id: cue for chunk in plan.rendering_job.chunks for cue in chunk.cues}
    indices = {line.id: index for index, line in enumerate(script.lines)}
    word_index = corrections.WordIndex(script.lines)
    retakes = [
        msgspec.structs.replace(
            corrections.describe_passage(word_index, indices[line_id]),
            take=choose_next_take(cues[line_id], plan.rendering_job.store),
        )
        for line_id in chosen_ids
        if line_id in indices  # spoken credits are not in the book
    ]
    # the file that the book is read with is the one that is written
    origin = replace(describe_origin("corrections", script.book, paths, options), side_files=())
    if retakes:
        title = script.book.metadata.title
        correction_edits.add_corrections(Output(path, origin), title, retakes)
    return path, len(retakes)


def choose_next_take(cue: Cue, store: Store) -> int:
    """Return the number after that of the take that is heard now; after the last comes 1."""
    current = max(cue.take, find_stored_take(cue, store))
    return current % int(TAKE_NUMBER.highest) + 1


def _select_line_ids(plan: BuildPlan, parts: Sequence[str]) -> list[str]:
    """Return the numbers of the lines that are chosen, in reading order.

    Raises:
        OptionError: a part names no line.
    """
    chosen_ids: set[str] = set()
    for part in parts:
        if part.casefold() == SUSPECT:
            takes = plan.rendering_job.line_takes
            chosen_ids |= {take.line_id for take in takes if take.flaws}
        else:
            chosen_ids |= _select_range(plan.script.lines, part)
    return [line.id for line in plan.script.lines if line.id in chosen_ids]


def _select_range(lines: Sequence[Line], part: str) -> set[str]:
    """Return the numbers of the lines of a part of `--again`, such as `3.12-3.14`.

    Raises:
        OptionError: it names no line.
    """
    try:
        line_ids = {line.id for line in select_line_range(lines, part)}
    except OptionError as error:
        raise OptionError(f"--again {part}: {error.message}", error.hint) from error
    if not line_ids:
        raise OptionError(f"--again {part} ends before it begins", "name the first line first")
    return line_ids
