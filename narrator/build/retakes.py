"""Asks for another take of lines, and keeps the choice in the corrections beside the book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.build.book_files import locate_corrections
from narrator.build.output_plan import describe_origin
from narrator.build.retake_ranges import is_suspect_part, select_retaken_ids
from narrator.files.ownership import Output
from narrator.scripts import correction_edits, corrections
from narrator.setting_limits import TAKE_NUMBER
from narrator.synthesis.clips import find_stored_take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.build.plan import BuildPlan
    from narrator.cache.store import Store
    from narrator.model import Cue, Script


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
        if is_suspect_part(part):
            takes = plan.rendering_job.line_takes
            chosen_ids |= {take.line_id for take in takes if take.flaws}
        else:
            chosen_ids |= select_retaken_ids(plan.script.lines, part)
    return [line.id for line in plan.script.lines if line.id in chosen_ids]
