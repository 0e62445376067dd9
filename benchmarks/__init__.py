"""What is fast and what is accurate, as numbers that a command prints.

`python -m benchmarks` runs every module here that has a `main`; `python -m benchmarks NAME...` runs
those named. Some measure on novels and books that are not part of the project: they look for them
in the folder that `NARRATOR_SHARED` names, or in `shared/` beside the checkout, and say so when
they find none.
"""

from __future__ import annotations

import os
from pathlib import Path


def shared(*parts: str) -> Path | None:
    """A file or folder of the material to measure on, or none where it is not here."""
    root = os.environ.get("NARRATOR_SHARED")
    path = (Path(root) if root else Path(__file__).parents[2] / "shared").joinpath(*parts)
    return path if path.exists() else None
