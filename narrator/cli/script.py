"""`narrator script`: show what will be said, by whom, and why."""

from dataclasses import replace
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
    from narrator.files.existence import is_file
    from narrator.scripts.serialisation import serialise_script

    script = pipeline.write_script(source, options)
    if correct:
        # corrections are parsed against the script, because they name lines by their identifiers
        script = _add_corrections(script, source, correct, options)
    reports.print_notes(script)
    if output:
        label = "Replaced" if is_file(output) else "Wrote"
        _write_script_file(script, source, output, options)
        display.print_note(label, str(output), stderr=as_json)
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
    from narrator.build.output_plan import describe_origin
    from narrator.cli import display
    from narrator.files.ownership import Output
    from narrator.scripts import corrections

    path = locate_corrections(source)
    parsed = [corrections.parse_correction(script, argument) for argument in arguments]
    # the file that the book is read with is the one that is written
    origin = replace(describe_origin("corrections", script.book, source, options), side_files=())
    corrections.add_corrections(Output(path, origin), script.book.metadata.title, parsed)
    display.print_note("Wrote", str(path), stderr=True)
    return pipeline.write_script(source, options)


def _write_script_file(
    script: "Script", source: list[str], output: Path, options: "Options"
) -> None:
    """Write a script as text, or as JSON if the file's name ends in `.json`.

    Raises:
        OutputError: the file can't be written, or is not an unedited script of this book.
    """
    import json

    from narrator.build.output_plan import describe_origin
    from narrator.files.outputs import write_file
    from narrator.files.ownership import Output
    from narrator.scripts import text_writer
    from narrator.scripts.serialisation import serialise_script

    if output.suffix.lower() == ".json":
        text = json.dumps(serialise_script(script), ensure_ascii=False, indent=1) + "\n"
    else:
        text = text_writer.format_script(script)
    origin = describe_origin("script", script.book, source, options)
    with write_file(Output(output, origin)) as part:
        part.write_text(text, "utf-8")
