"""`narrator cast`: show who is in the book, and with which voice."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.options import Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.casting.cast import Casting
    from narrator.model import Script


@opt.add_build_options(Stage.CASTING)
def run_cast(
    source: opt.InputPaths,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write a cast file that you can edit."),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            "-i",
            help="Hear voices for each lead and choose; every choice is saved at once.",
        ),
    ] = False,
    *,
    options: "Options",
    audition: Annotated[
        str | None,
        typer.Option(
            "--audition", metavar="NAME", help="Let a character speak a few lines of the book."
        ),
    ] = None,
    voices: Annotated[
        str | None,
        typer.Option(
            "--voices",
            metavar="A,B",
            help="The voices to hear the lines in.",
            show_default="the character's voice",
        ),
    ] = None,
    play: opt.Play = False,
    as_json: opt.AsJson = False,
) -> None:
    """Show the characters of a book and their voices. Choose voices, or write a cast file."""
    from narrator.build import pipeline
    from narrator.cli import display, reports
    from narrator.cli.option_conflicts import refuse_together, refuse_without
    from narrator.cli.side_files import report_side_files

    if interactive:
        refuse_together(
            "--interactive",
            {"--audition": audition, "--voices": voices, "--output": output, "--json": as_json},
        )
        from narrator.cli.casting_by_ear import cast_by_ear

        cast_by_ear(source, options)
        return
    if audition:
        refuse_together("--audition", {"--output": output, "--json": as_json})
    else:
        refuse_without("--audition NAME", {"--voices": voices})
    script = pipeline.write_script(source, options)
    casting = pipeline.cast_book(script, source, options)
    report_side_files(source, options)
    reports.print_notes(script)
    if audition:
        _audition_character(source, script, casting, audition, voices, options, play=play)
        return
    label = _write_cast_file(output, source, script, casting, options) if output else ""
    if as_json:
        display.print_json(reports.summarise_cast(script, casting))
    else:
        reports.print_casting(script, casting, max_characters=None, is_detailed=True)
    if output:
        display.print_note(
            label, f"{output}: edit it, and build with --cast {output}", stderr=as_json
        )


def _write_cast_file(
    path: Path, source: list[str], script: "Script", casting: "Casting", options: "Options"
) -> str:
    """Write a cast file, or update the one that the casting was made with.

    Returns:
        What was done to the file, in a word.

    Raises:
        OutputError: the file can't be written, or is not a cast file of this book.
    """
    from narrator.build.book_files import find_cast_file
    from narrator.build.output_plan import describe_origin
    from narrator.casting.cast import update_cast_file, write_casting
    from narrator.files.existence import is_file
    from narrator.files.ownership import Output

    label = "Replaced" if is_file(path) else "Wrote"
    origin = describe_origin("cast", script.book, source, options)
    used_file = find_cast_file(source, options)
    if used_file and is_file(path) and path.samefile(used_file):
        other_files = tuple(file for file in origin.side_files if file != used_file)
        update_cast_file(Output(path, replace(origin, side_files=other_files)), casting, script)
    else:
        write_casting(Output(path, origin), casting, script)
    return label


def _audition_character(
    source: list[str],
    script: "Script",
    casting: "Casting",
    name: str,
    voice_names: str | None,
    options: "Options",
    *,
    play: bool,
) -> None:
    """Let each voice speak the same lines of a character, and write one file per voice.

    Args:
        source: The paths of the book.
        script: The script of the book.
        casting: The voice of each character.
        name: The character, by any name that the book uses.
        voice_names: Separated by commas; None for the voice that the character has.
        options: Where the cache lies, and how lines are spoken.
        play: Whether each file is played.
    """
    from narrator.build.audition import make_character_piece
    from narrator.casting.profiles import find_voice, load_voices
    from narrator.cli.audition import audition_cast_character

    # the same lines for all voices, so that only the voices differ
    piece = make_character_piece(script, name, casting.cast, options)
    profiles = load_voices()
    voices = (
        [find_voice(voice, profiles) for voice in voice_names.split(",")] if voice_names else []
    )
    audition_cast_character(
        source,
        script,
        piece,
        name,
        voices or [casting.cast.voice_of(piece.speaker)],
        options,
        is_played=play,
    )
