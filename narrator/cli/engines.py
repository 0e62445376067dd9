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
    from narrator.engines.availability import survey_engines

    found = survey_engines(load_voices().values(), measure=speed)
    if as_json:
        display.print_json(
            [{"works": e.is_working, "about": e.summary, **asdict(e)} for e in found]
        )
        return
    rows = [
        (e.name, "yes" if e.is_working else "no", f"{e.speed:.1f} ×" if e.speed else "", e.summary)
        for e in found
    ]
    display.print_table(("Engine", "Works", "Speed", ""), rows)
