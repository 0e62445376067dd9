"""`narrator cast`: who is in the book, and with which voice."""

from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


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
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show who is in the book, and with which voice; write it to edit."""
    from narrator import pipeline
    from narrator.casting.parts import write_cast
    from narrator.cli import display, told

    options = pipeline.Options(
        cast_file=cast_file,
        assign=opt.assignments(assign),
        voice=voice,
        engine=engine,
        cache_dir=cache_dir,
    )
    script = pipeline.write_script(source, options)
    casting = pipeline.cast_book(script, source, options)
    if as_json:
        display.as_json(told.cast_summary(script, casting))
    else:
        told.casting(script, casting, shown=None)
    if output:
        write_cast(output, casting, script)
        display.note("Wrote", f"{output}: edit it, and build with --cast {output}", stderr=as_json)
