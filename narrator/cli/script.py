"""`narrator script`: show what will be said, by whom, and why."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.options import Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.model import Line, Script

_DOCUMENT_SUFFIXES = frozenset({".docx", ".epub", ".fb2", ".odt", ".pdf", ".html", ".toml"})
"""Suffixes of files that are not plain text, or are not scripts."""


@opt.add_build_options(Stage.READING)
def run_script(
    source: opt.InputPaths,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the script as text to edit and build, or as JSON to a name in .json.",
        ),
    ] = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Show what is left out, and why.")
    ] = False,
    uncertain: Annotated[
        bool,
        typer.Option("--uncertain", help="Show only speech, the least certain speakers first."),
    ] = False,
    chapter: Annotated[
        int | None,
        typer.Option("--chapter", "-c", metavar="C", help="Show only this chapter."),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="NAME", help="Show only what this character says."),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="WORDS", help="Show only lines with these words."),
    ] = None,
    play: opt.Play = False,
    *,
    options: "Options",
    corrected_line: "Line | None" = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show what will be said, by whom, and why. Correct it, and hear the first line shown."""
    from narrator.build import pipeline
    from narrator.cli import display, reports
    from narrator.cli.option_conflicts import refuse_together
    from narrator.cli.side_files import report_side_files
    from narrator.files.existence import is_file
    from narrator.scripts.serialisation import serialise_script

    if skipped:
        others = {"--uncertain": uncertain, "--who": who, "--find": find, "--chapter": chapter}
        refuse_together("--skipped", others)
    _require_text_suffix(output)
    script = pipeline.write_script(source, options)
    shown = _select_lines(script, chapter, who, find)
    report_side_files(source, options)
    reports.print_notes(script)
    if output:
        label = "Replaced" if is_file(output) else "Wrote"
        _write_script_file(script, source, output, options)
        display.print_note(label, str(output), stderr=as_json)
    if as_json:
        display.print_json(serialise_script(shown))
    elif skipped:
        reports.print_skipped(script)
    elif not (output or corrected_line):
        _print_script(shown, source, options, weakest_first=uncertain)
    if play:
        first_lines = [corrected_line] if corrected_line else list(shown.lines[:1])
        for line in first_lines:
            _play_paragraph(source, line, options)


def _require_text_suffix(output: Path | None) -> None:
    """Check that the name of a script does not promise another format.

    Raises:
        OptionError: it ends as that of a document or of sound does.
    """
    from narrator.build.earlier_audiobooks import SOUND_SUFFIXES
    from narrator.errors import OptionError

    if output and output.suffix.lower() in SOUND_SUFFIXES | _DOCUMENT_SUFFIXES:
        raise OptionError(
            f"-o {output}: a script is text or JSON",
            f"write -o {output.with_suffix('.script')} or {output.with_suffix('.json')}",
        )


def _print_script(
    script: "Script", source: list[str], options: "Options", *, weakest_first: bool
) -> None:
    """Print the lines of a script, or those that the lexicon of the options changes."""
    from narrator.build.book_files import load_book_lexicon
    from narrator.cli import reports

    if options.lexicon:
        reports.print_lexicon_changes(script, load_book_lexicon(source, options))
    else:
        reports.print_lines(script, weakest_first=weakest_first)


def _select_lines(
    script: "Script", chapter: int | None, who: str | None, words: str | None
) -> "Script":
    """Return the script with the lines of a chapter, of a speaker and with certain words.

    Raises:
        OptionError: no line is left.
        UnknownCharacterError: nobody has this name.
    """
    from narrator.errors import OptionError
    from narrator.text.suggestions import choose_up_to

    lines = script.lines
    if chapter is not None:
        lines = tuple(line for line in lines if line.chapter == chapter)
        if not lines:
            hint = choose_up_to(len(script.book.chapters))
            raise OptionError(f"there is no chapter {chapter}", hint)
    if who is not None:
        from narrator.build.audition import resolve_speaker_name
        from narrator.casting.cast import NARRATOR_ROLE

        name = resolve_speaker_name(script, who)
        speaker = None if name == NARRATOR_ROLE else name
        lines = tuple(line for line in lines if line.speaker == speaker)
    if words is not None:
        if not words.strip():
            raise OptionError("--find '' has no words", "give some words of the book")
        sought = _unify_text(words)
        lines = tuple(line for line in lines if sought in _unify_text(line.text))
    if not lines:
        options = {"--chapter": chapter, "--who": who, "--find": words}
        filters = [f"{option} '{value}'" for option, value in options.items() if value is not None]
        hint = "use fewer of them" if len(filters) > 1 else "look for fewer or other words"
        raise OptionError(f"no line matches {' and '.join(filters)}", hint)
    return replace(script, lines=lines)


def _unify_text(text: str) -> str:
    """Return a text without case, and with single spaces and straight apostrophes and quotes."""
    table = str.maketrans("‘’“”", "''\"\"")
    return " ".join(text.translate(table).casefold().split())


def _play_paragraph(source: list[str], line: "Line", options: "Options") -> None:
    """Speak and play the paragraph of a line."""
    from narrator.build.book_files import default_output_path
    from narrator.build.preview import preview
    from narrator.cli import display
    from narrator.cli.player import play_file

    target = default_output_path(source, "-preview.wav")
    wav_options = replace(options, format="wav")
    result = preview(source, target, line.paragraph, wav_options, chapter=line.chapter)
    duration = display.format_duration(result.duration_seconds)
    display.print_note("Plays", f"{result.target} ({duration})", stderr=True)
    play_file(target)


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
