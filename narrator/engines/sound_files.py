"""Sound files that programs and servers hand over, as clips: whatever format they really are."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from narrator.engines.interrupts import defer_interrupts
from narrator.model import Clip


def decode_sound(data: bytes) -> Clip:
    """The clip in a WAV, AIFF, FLAC, Ogg or MP3 file; channels are mixed to one.

    Raises:
        ValueError: the bytes are no sound.
    """
    try:
        with (
            defer_interrupts()
        ):  # or libsndfile, which calls back to read, would take it for the end
            samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"no sound: {error.error_string}") from error
    mono = np.clip(samples.mean(axis=1), -1, 1)
    return Clip(np.rint(mono * 32767).astype("<i2").tobytes(), rate)
