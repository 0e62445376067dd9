"""Adds an output for phoneme durations to neural models.

The models of Piper and Kokoro decide how long each phoneme takes before they make any sound, but
most published versions do not output it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import onnx

from narrator.cache.places import engine_cache_folder
from narrator.engines.model_files import model_checksum

if TYPE_CHECKING:
    from collections.abc import Callable


def cache_model_with_durations(
    file: Path, add_output: Callable[[onnx.ModelProto], None]
) -> str | bytes:
    """Return the path of a cached copy of the model that has the additional output.

    Changing the model in memory each time would need twice its memory in every worker. The bytes
    are returned instead if the cache cannot be written.

    Raises:
        DecodeError: the file is not a model.
    """
    cached_copy = engine_cache_folder("durations") / f"{model_checksum(file)}.onnx"
    if cached_copy.exists():
        return str(cached_copy)
    model = onnx.load(str(file))
    add_output(model)
    changed_model: bytes = model.SerializeToString()
    try:
        cached_copy.parent.mkdir(parents=True, exist_ok=True)
        # several workers may get here at once; each replaces the file by the same complete one
        with NamedTemporaryFile(dir=cached_copy.parent, delete=False) as part:
            part.write(changed_model)
        Path(part.name).replace(cached_copy)
    except OSError:
        return changed_model
    return str(cached_copy)
