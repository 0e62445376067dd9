"""`narrator engines`: which engines work here, and what the others need."""

from typing import Annotated

import typer

from narrator.cli import options as opt


def engines(
    speed: Annotated[
        bool, typer.Option("--speed", help="Measure how fast each speaks on this machine.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """List the engines: which work here, and what the others need."""
    from dataclasses import asdict

    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.availability import survey

    found = survey(load_voices().values(), measure=speed)
    if as_json:
        display.as_json([{"works": e.works, "about": e.about, **asdict(e)} for e in found])
        return
    rows = [
        (e.name, "yes" if e.works else "no", f"{e.speed:.1f} ×" if e.speed else "", e.about)
        for e in found
    ]
    display.table(("Engine", "Works", "Speed", ""), rows)
