"""`narrator script`: what will be said, by whom, and why."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import options as opt

if TYPE_CHECKING:
    from narrator.build.pipeline import Options
    from narrator.model import Script


def script(
    source: opt.Input,
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
    lexicon: opt.Lexicon = None,
    matter: opt.Matter = "skip",
    notes: opt.Notes = "skip",
    images: opt.Images = "skip",
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show what will be said, by whom, and why."""
    from narrator.build import pipeline
    from narrator.build.options import Options, load_book_lexicon
    from narrator.cli import display, reports
    from narrator.scripts.serialisation import serialise_script as plain

    options = Options(
        policy=opt.parse_policy(matter, notes, images), lexicon=lexicon, cache_dir=cache_dir
    )
    written = pipeline.write_script(source, options)
    if correct:
        written = _corrected(written, source, correct, options)
    reports.print_notes(written)
    if output:
        _write(written, output)
        display.print_note("Wrote", str(output), stderr=as_json)
    if as_json:
        display.print_json(plain(written))
    elif skipped:
        reports.print_skipped(written)
    elif lexicon and not output:
        reports.print_lexicon_changes(written, load_book_lexicon(source, options))
    elif not output:
        reports.print_lines(written, weakest_first=uncertain)


def _corrected(
    script: "Script", source: list[str], told: list[str], options: "Options"
) -> "Script":
    """The script anew, after corrections were written beside the book."""
    from narrator.build import pipeline
    from narrator.build.options import locate_corrections
    from narrator.cli import display
    from narrator.scripts import corrections

    path = locate_corrections(source)
    made = [corrections.parse_correction(script, each) for each in told]
    corrections.add_corrections(path, script.book.metadata.title, made)
    display.print_note("Wrote", str(path), stderr=True)
    return pipeline.write_script(source, options)


def _write(script: "Script", output: Path) -> None:
    from narrator.files import atomic
    from narrator.scripts import text_writer
    from narrator.scripts.serialisation import serialise_script as plain

    if output.suffix.lower() == ".json":
        text = json.dumps(plain(script), ensure_ascii=False, indent=1) + "\n"
    else:
        text = text_writer.format_script(script)
        _spare_edits(script, output, text)
    with atomic.write_atomically(output) as part:
        part.write_text(text, "utf-8")


def _spare_edits(script: "Script", output: Path, text: str) -> None:
    """Make sure that no script which a person may have edited is written over by another."""
    from narrator.errors import OutputError
    from narrator.readers import loading
    from narrator.scripts import text_reader

    if not output.is_file() or not output.stat().st_size:
        return
    there = loading.load_file(str(output))
    itself = Path(script.book.source.path)
    same = there.data == text.encode() or (itself.is_file() and itself.samefile(output))
    if text_reader.is_script_file([there]) and not same:
        hint = "choose another name with -o, or remove it first"
        raise OutputError(f"{output} is a script that may have been edited", hint)
