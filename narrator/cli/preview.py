"""`narrator preview`: hear one paragraph as the audiobook will have it."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


def preview(
    source: opt.Input,
    paragraph: Annotated[
        int,
        typer.Option(
            "--paragraph", "-p", metavar="N", help="Counted from 1, in the chapter if one is given."
        ),
    ] = 1,
    chapter: Annotated[
        int | None, typer.Option("--chapter", "-c", metavar="C", help="Counted from 1.")
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="Play it at once.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="[default: output/<name>-preview.wav]"),
    ] = None,
    cast_file: opt.CastFile = None,
    assign: opt.Assign = None,
    voice: opt.NarratorVoice = None,
    engine: opt.EngineName = None,
    solo: opt.Solo = False,
    mark_dialogue: opt.MarkDialogue = False,
    speed: opt.Speed = 1.0,
    pauses: opt.PausePolicy = None,
    loudness: opt.Loudness = "audiobook",
    lexicon: opt.Lexicon = None,
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Hear one paragraph; nothing else is spoken."""
    from narrator.build import preview as passage
    from narrator.build.options import Options, default_output_path
    from narrator.cli.player import play_during

    options = Options(
        lexicon=lexicon,
        cast_file=cast_file,
        assign=opt.parse_assignments(assign),
        voice=voice,
        engine=engine,
        solo=solo,
        mark_dialogue=mark_dialogue,
        speed=speed,
        pauses=pauses,
        loudness=loudness,
        format=opt.parse_format(None, output) if output else "wav",
        cache_dir=cache_dir,
    )
    target = output or default_output_path(source, "-preview.wav")
    made = passage.preview(source, target, paragraph, options, chapter=chapter)
    with play_during(target) if play else nullcontext():
        from narrator.cli import (  # which takes a while, and the sound does not wait
            display,
            reports,
        )

        reports.print_notes(made)
        if as_json:
            display.print_json(reports.summarise_preview(made))
        else:
            reports.print_preview(made)
