"""`narrator script`: what will be said, by whom, and why."""

import json
from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


def script(
    source: opt.Input,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the JSON there.")
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
    cache_dir: opt.CacheDir = None,
    as_json: opt.AsJson = False,
) -> None:
    """Show what will be said, by whom, and why."""
    from narrator import pipeline
    from narrator.cli import display, told
    from narrator.export import placing
    from narrator.readers import Policy
    from narrator.scriptfile import as_json as plain

    options = pipeline.Options(policy=Policy(matter, notes), lexicon=lexicon, cache_dir=cache_dir)
    written = pipeline.write_script(source, options)
    if output:
        with placing.whole(output) as part:
            part.write_text(
                json.dumps(plain(written), ensure_ascii=False, indent=1) + "\n", "utf-8"
            )
        display.note("Wrote", str(output), stderr=as_json)
    if as_json:
        display.as_json(plain(written))
    elif skipped:
        told.left_out(written)
    elif lexicon:
        told.touched(written, pipeline.lexicon_for(source, options))
    elif not output:
        told.lines(written, weakest_first=uncertain)
