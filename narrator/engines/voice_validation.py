"""Checks what a voice profile asks of an engine, before anything is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import CastFileError
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from narrator.model import Voice


def check_range(voice: Voice, what: str, value: object, limits: tuple[float, float]) -> None:
    """Make sure that a number is one, and within its limits.

    Raises:
        CastFileError: it is not; the message names the voice.
    """
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise CastFileError(
            f"voice {voice.name}: {what} {value} is out of range",
            f"choose one from {low:g} to {high:g}",
        )


def check_options(voice: Voice, known: Collection[str]) -> None:
    """Make sure that the engine knows all options of a voice, tables by their own names.

    Raises:
        CastFileError: it does not.
    """
    for key, _ in voice.options:
        if key.partition(".")[0] not in known:
            raise CastFileError(
                f"voice {voice.name}: {voice.engine} has no option '{key}'",
                did_you_mean(key, known),
            )
