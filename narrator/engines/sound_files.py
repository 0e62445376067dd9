"""Decodes the sound files that programs and servers return; their content tells the format."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from narrator.engines.interrupts import defer_interrupts
from narrator.model import Clip


def decode_sound(data: bytes) -> Clip:
    """Decode a WAV, AIFF, FLAC, Ogg or MP3 file to a mono clip; channels are averaged.

    Raises:
        ValueError: the bytes are not sound.
    """
    try:
        # libsndfile reads through a callback and would take an interrupt for the end of the file.
        with defer_interrupts():
            samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"no sound: {error.error_string}") from error
    mono = np.clip(samples.mean(axis=1), -1, 1)  # (frames, channels) -> (frames,)
    return Clip(np.rint(mono * 32767).astype("<i2").tobytes(), rate)
