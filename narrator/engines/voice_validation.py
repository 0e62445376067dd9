"""Checks the settings of a voice profile before anything is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import CastFileError
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from narrator.model import Voice


DEVICES = ("auto", "cpu", "cuda", "coreml")
"""What the option `device` of engines with onnxruntime may be."""


def read_device(voice: Voice) -> str:
    """Return the device that a voice asks for, which is the processor by default.

    Raises:
        CastFileError: there is no such device.
    """
    device = dict(voice.options).get("device", "cpu")
    if not isinstance(device, str) or device not in DEVICES:
        raise CastFileError(
            f"voice {voice.name}: device '{device}' is not known", f"choose {', '.join(DEVICES)}"
        )
    return device


def check_range(voice: Voice, setting: str, value: object, limits: tuple[float, float]) -> None:
    """Check that a setting is a number within its limits, both ends included.

    Raises:
        CastFileError: it is out of range; the message names the voice and the setting.
    """
    low, high = limits
    # in Python a bool is an int, but `rate = true` in a profile is a mistake
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise CastFileError(
            f"voice {voice.name}: {setting} {value} is out of range",
            f"choose one from {low:g} to {high:g}",
        )


def check_options(voice: Voice, known_options: Collection[str]) -> None:
    """Check that the engine knows all options of a voice; of `style.x`, only `style` is checked.

    Raises:
        CastFileError: an option is unknown.
    """
    for key, _ in voice.options:
        option = key.partition(".")[0]
        if option not in known_options:
            raise CastFileError(
                f"voice {voice.name}: {voice.engine} has no option '{key}'",
                did_you_mean(option, known_options),
            )
