"""Saves the corrections that a user gives as options, and shows what they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.build.options import Options
    from narrator.model import Line, Script

MAX_LISTED_CHANGES = 12
"""Number of changed lines that are listed; the others are only counted."""


def save_corrections(
    source: Sequence[str],
    arguments: Mapping[str, Sequence[str]],
    options: Options,
    *,
    as_json: bool,
) -> Line | None:
    """Write corrections into the file beside the book, and show what they change.

    Args:
        source: The book.
        arguments: The values of the options `correct`, `same`, `gender` and `say`.
        options: The options that the script is written with.
        as_json: Whether standard output is for JSON alone.

    Returns:
        The first line that changes; None if no line does.

    Raises:
        OptionError: a value is not valid, or the book can't have corrections.
        UnknownCharacterError: the book has no such character.
    """
    from narrator.build import pipeline
    from narrator.build.book_files import locate_corrections
    from narrator.build.output_plan import describe_origin
    from narrator.cli import display
    from narrator.files.outputs import update_file
    from narrator.files.ownership import Output
    from narrator.scripts.correction_arguments import (
        format_corrected_file,
        parse_correction_arguments,
    )

    if not options.side_files:
        raise OptionError("corrections need the files beside the book", "remove --no-side-files")
    path = locate_corrections(source)
    script = pipeline.write_script(source, options)
    parsed = parse_correction_arguments(script, **arguments)
    # the file that the book is read with is the one that is written
    origin = replace(describe_origin("corrections", script.book, source, options), side_files=())
    title = script.book.metadata.title
    update_file(Output(path, origin), lambda: format_corrected_file(path, title, parsed))
    display.print_note("Saved", str(path), stderr=True)
    corrected = pipeline.write_script(source, options)
    changes = _list_changes(script, corrected)
    if not as_json:
        _print_changes(source, changes)
    return changes[0][1] if changes else None


def _list_changes(before: Script, after: Script) -> list[tuple[Line, Line]]:
    """Return the lines whose speaker or pronunciation changes, as pairs of before and after."""
    pairs = zip(before.lines, after.lines, strict=True)
    return [(old, new) for old, new in pairs if _describe(old) != _describe(new)]


def _describe(line: Line) -> tuple[str | None, str, str]:
    """Return what a correction may change in a line."""
    return line.speaker, line.kind.value, line.spoken


def _print_changes(source: Sequence[str], changes: Sequence[tuple[Line, Line]]) -> None:
    """Print a table of changed lines, and the command to hear the first of them."""
    import shlex

    from narrator.cli import display
    from narrator.installation import format_command

    if not changes:
        display.print_note("Changed", "no line")
        return
    rows = [
        (old.id, *_show_difference(old, new), new.text) for old, new in changes[:MAX_LISTED_CHANGES]
    ]
    display.print_table(("Line", "Before", "After", "Text"), rows)
    if len(changes) > MAX_LISTED_CHANGES:
        display.print_line(f"and {len(changes) - MAX_LISTED_CHANGES:,} more lines")
    place = changes[0][1]
    numbers = ("--chapter", str(place.chapter), "--paragraph", str(place.paragraph))
    command = format_command("preview", *source, *numbers, "--play")
    display.print_note("Hear it", shlex.join(shlex.split(command)))


def _show_difference(old: Line, new: Line) -> tuple[str, str]:
    """Return the speaker before and after, or what was and is spoken if only that changes."""
    if (old.speaker, old.kind) != (new.speaker, new.kind):
        return old.speaker or "narrator", new.speaker or "narrator"
    return _find_difference(old.spoken, new.spoken)


def _find_difference(old: str, new: str) -> tuple[str, str]:
    """Return the words of two texts from the first that differs to the last."""
    from narrator.normalisation.phonetic_text import remove_sounds

    words, other = remove_sounds(old).split(), remove_sounds(new).split()
    start = 0
    while start < min(len(words), len(other)) and words[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(words), len(other)) - start and words[-1 - end] == other[-1 - end]:
        end += 1
    return " ".join(words[start : len(words) - end]), " ".join(other[start : len(other) - end])
