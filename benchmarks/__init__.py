"""Measures speed and accuracy: commands that print figures.

`python -m benchmarks` runs every module of this package that has a `main`; `python -m benchmarks
NAME...` runs the named ones. Some need novels and books that are not part of the project. These are
in the folder named by the environment variable `NARRATOR_SHARED`, or else in `shared/` beside the
checkout. A benchmark without its material prints a message and is skipped.
"""

from __future__ import annotations

import os
from pathlib import Path


def find_material(*parts: str) -> Path | None:
    """Return the path of a file or folder of the benchmarks' material; None if it does not exist.

    Args:
        parts: the path relative to the material's folder.
    """
    root = os.environ.get("NARRATOR_SHARED")
    path = (Path(root) if root else Path(__file__).parents[2] / "shared").joinpath(*parts)
    return path if path.exists() else None
