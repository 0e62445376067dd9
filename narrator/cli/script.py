"""`narrator script`: show what will be said, by whom, and why."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.options import Stage
from narrator.cli import options as opt

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.model import Script


@opt.add_build_options(Stage.READING)
def run_script(
    source: opt.InputPaths,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write it as a text to edit and build, or as JSON if the name ends so.",
        ),
    ] = None,
    correct: Annotated[
        list[str] | None,
        typer.Option(
            "--correct",
            metavar="LINE=NAME",
            help="Say who speaks a line, or narrator; kept beside the book. Repeatable.",
        ),
    ] = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="What will not be said, and why.")
    ] = False,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="The least certain speakers first.")
    ] = False,
    *,
    options: "Options",
    as_json: opt.AsJson = False,
) -> None:
    """Show what will be said, by whom, and why."""
    from narrator.build import pipeline
    from narrator.build.book_files import load_book_lexicon
    from narrator.cli import display, reports
    from narrator.scripts.serialisation import serialise_script

    script = pipeline.write_script(source, options)
    if correct:
        # corrections are parsed against the script, because they name lines by their identifiers
        script = _add_corrections(script, source, correct, options)
    reports.print_notes(script)
    if output:
        _write_script_file(script, output)
        display.print_note("Wrote", str(output), stderr=as_json)
    if as_json:
        display.print_json(serialise_script(script))
    elif skipped:
        reports.print_skipped(script)
    elif options.lexicon and not output:
        reports.print_lexicon_changes(script, load_book_lexicon(source, options))
    elif not output:
        reports.print_lines(script, weakest_first=uncertain)


def _add_corrections(
    script: "Script", source: list[str], arguments: list[str], options: "Options"
) -> "Script":
    """Store corrections beside the book, and return the corrected script.

    Args:
        script: The script before the corrections.
        source: The book.
        arguments: The values of `--correct`.
        options: The options that the script was written with.
    """
    from narrator.build import pipeline
    from narrator.build.book_files import locate_corrections
    from narrator.cli import display
    from narrator.scripts import corrections

    path = locate_corrections(source)
    parsed = [corrections.parse_correction(script, argument) for argument in arguments]
    corrections.add_corrections(path, script.book.metadata.title, parsed)
    display.print_note("Wrote", str(path), stderr=True)
    return pipeline.write_script(source, options)


def _write_script_file(script: "Script", output: Path) -> None:
    """Write a script as text, or as JSON if the file's name ends in `.json`.

    Raises:
        OutputError: the file can't be written, or is an edited script.
    """
    import json

    from narrator.files import atomic
    from narrator.scripts import text_writer
    from narrator.scripts.serialisation import serialise_script

    if output.suffix.lower() == ".json":
        text = json.dumps(serialise_script(script), ensure_ascii=False, indent=1) + "\n"
    else:
        text = text_writer.format_script(script)
        # only the text form is made for editing; JSON is replaced without a question
        _refuse_edited_script(script, output, text)
    with atomic.write_atomically(output) as part:
        part.write_text(text, "utf-8")


def _refuse_edited_script(script: "Script", output: Path, text: str) -> None:
    """Refuse to replace a script that a user may have edited by a different one.

    Raises:
        OutputError: the output is a script with different text, and is not the source.
    """
    from narrator.errors import OutputError
    from narrator.readers import loading
    from narrator.scripts import text_reader

    # an empty file, such as one that `mktemp` created, holds no edits
    if not output.is_file() or not output.stat().st_size:
        return
    existing = loading.load_file(str(output))
    source = Path(script.book.source.path)
    # if the output is the source itself, the script was read from it and contains the edits
    is_same = existing.data == text.encode() or (source.is_file() and source.samefile(output))
    if text_reader.is_script_file([existing]) and not is_same:
        hint = "choose another name with -o, or remove it first"
        raise OutputError(f"{output} is a script that may have been edited", hint)
