"""`narrator cast`: who is in the book, and with which voice."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.cli import options as opt

if TYPE_CHECKING:
    from narrator.casting.cast import Casting
    from narrator.model import Script


def cast(
    source: opt.Input,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write a cast file to edit."),
    ] = None,
    cast_file: opt.CastFile = None,
    assign: opt.Assign = None,
    voice: opt.NarratorVoice = None,
    engine: opt.EngineName = None,
    audition: Annotated[
        str | None,
        typer.Option("--audition", metavar="NAME", help="Hear a character's own line."),
    ] = None,
    voices: Annotated[
        str | None,
        typer.Option("--voices", metavar="A,B", help="The voices to hear it in. [default: cast]"),
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="Play an audition at once.")] = False,
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show who is in the book, and with which voice; write it to edit."""
    from narrator.build import pipeline
    from narrator.build.options import Options
    from narrator.casting.cast import write_casting
    from narrator.cli import display, reports

    options = Options(
        cast_file=cast_file,
        assign=opt.parse_assignments(assign),
        voice=voice,
        engine=engine,
        cache_dir=cache_dir,
    )
    script = pipeline.write_script(source, options)
    reports.print_notes(script)
    casting = pipeline.cast_book(script, source, options)
    if audition:
        _hear(source, script, casting, audition, voices, play=play)
        return
    if as_json:
        display.print_json(reports.summarise_cast(script, casting))
    else:
        reports.print_casting(script, casting, shown=None)
    if output:
        write_casting(output, casting, script)
        display.print_note(
            "Wrote", f"{output}: edit it, and build with --cast {output}", stderr=as_json
        )


def _hear(
    source: list[str],
    script: "Script",
    casting: "Casting",
    name: str,
    voices: str | None,
    *,
    play: bool,
) -> None:
    """Let a character speak a line of the book in one voice after the other."""
    from narrator.build import preview
    from narrator.build.options import Options, default_output_path
    from narrator.casting.profiles import find_voice, load_voices
    from narrator.cli import display
    from narrator.cli.player import play_file
    from narrator.export.splitting import sanitise_file_name
    from narrator.normalisation.phonetic_text import remove_sounds

    text = preview.choose_sample_text(script, name)
    known = load_voices()
    wanted = [find_voice(voice, known) for voice in voices.split(",")] if voices else []
    display.print_line(remove_sounds(text))
    for voice in wanted or [casting.cast.voice_of(preview.resolve_speaker_name(script, name))]:
        target = default_output_path(source, f"-{sanitise_file_name(name)}-{voice.name}.wav")
        seconds = preview.audition_voice(voice, target, text, Options(format="wav"))
        display.print_note(voice.name, f"{target} ({display.format_duration(seconds)})")
        if play:
            play_file(target)
