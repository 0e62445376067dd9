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
    from narrator.build.options import Options, default_target
    from narrator.cli.player import playing

    options = Options(
        lexicon=lexicon,
        cast_file=cast_file,
        assign=opt.assignments(assign),
        voice=voice,
        engine=engine,
        solo=solo,
        mark_dialogue=mark_dialogue,
        speed=speed,
        pauses=pauses,
        loudness=loudness,
        format=opt.format_of(None, output) if output else "wav",
        cache_dir=cache_dir,
    )
    target = output or default_target(source, "-preview.wav")
    made = passage.preview(source, target, paragraph, options, chapter=chapter)
    with playing(target) if play else nullcontext():
        from narrator.cli import (  # which takes a while, and the sound does not wait
            display,
            reports,
        )

        reports.notes(made)
        if as_json:
            display.as_json(reports.passage_summary(made))
        else:
            reports.passage(made)
