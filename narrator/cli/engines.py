"""`narrator engines`: show which engines work here, and what the others need."""

from typing import Annotated

import typer

from narrator.cli import command_options as opt


def run_engines(
    speed: Annotated[
        bool, typer.Option("--speed", help="Measure how fast each engine speaks on this machine.")
    ] = False,
    cache_dir: opt.CacheDir = None,  # noqa: ARG001 - used before the command runs
    as_json: opt.AsJson = False,
) -> None:
    """List the speech engines that work here, and what others need."""
    from dataclasses import asdict

    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.availability import survey_engines

    statuses = survey_engines(load_voices().values(), measure=speed)
    if as_json:
        display.print_json(
            # programs depend on these two keys, which differ from the names of the fields
            [
                {"works": status.is_working, "about": status.summary, **asdict(status)}
                for status in statuses
            ]
        )
        return
    rows = [
        (
            status.name,
            "yes" if status.is_working else "no",
            f"{status.speed:.1f} ×" if status.speed else "",
            status.summary,
        )
        for status in statuses
    ]
    display.print_table(("Engine", "Works", "Speed", "Details"), rows)
