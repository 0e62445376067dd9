"""Checks the settings of a Piper voice, which lie beside its model, before it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from pathlib import Path


class _Audio(msgspec.Struct):
    """How the model's sound is sampled."""

    sample_rate: int


class _Espeak(msgspec.Struct):
    """How text becomes phonemes."""

    voice: str


class _PiperSettings(msgspec.Struct):
    """The settings without which Piper can't speak; others have defaults."""

    num_symbols: int
    num_speakers: int
    audio: _Audio
    espeak: _Espeak
    phoneme_id_map: dict[str, list[int]]


def check_piper_settings(file: Path, shown_place: str) -> None:
    """Check that a file holds the settings of a Piper voice.

    Args:
        file: The file.
        shown_place: The path or the address that messages name.

    Raises:
        EngineUnavailableError: it is not JSON, or has no settings of a voice.
    """
    try:
        msgspec.json.decode(file.read_bytes(), type=_PiperSettings)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EngineUnavailableError(
            f"{shown_place} does not describe a Piper voice: {error}",
            "get the .onnx.json again that belongs to the .onnx",
        ) from error
