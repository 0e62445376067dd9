"""`narrator check`: whether players and publishers will take an audiobook."""

from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


def check(
    audiobook: Annotated[Path, typer.Argument(metavar="AUDIOBOOK", help="An audio file.")],
    as_json: opt.AsJson = False,
) -> None:
    """Check chapters, tags, levels and the publishers' limits."""
    raise NotImplementedError(audiobook, as_json)
