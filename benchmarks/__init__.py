"""Measures speed and accuracy: commands that print figures.

`python -m benchmarks` runs every module of this package that has a `main`; `python -m benchmarks
NAME...` runs those named. Some measure on novels and books that are not part of the project. They
look for this material in the folder that the environment variable `NARRATOR_SHARED` names, or else
in `shared/` beside the checkout, and report it when there is none.
"""

from __future__ import annotations

import os
from pathlib import Path


def find_material(*parts: str) -> Path | None:
    """Return a file or folder of the material to measure on, or None if it does not exist."""
    root = os.environ.get("NARRATOR_SHARED")
    path = (Path(root) if root else Path(__file__).parents[2] / "shared").joinpath(*parts)
    return path if path.exists() else None
