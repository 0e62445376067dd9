"""Clips whose sound is computed."""

import numpy as np
import pytest

from narrator.audio.levels import samples_to_pcm
from narrator.model import Clip


def tone(seconds, rate=22_050, *, hertz=200.0, level=0.5):
    """Return a tone that begins and ends without a fade."""
    return np.float32(level) * np.sin(
        2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate
    ).astype(np.float32)


@pytest.fixture
def clip():
    """Return a function that makes a clip: silence, a tone, silence."""

    def make(seconds=1.0, rate=22_050, *, lead=0.05, tail=0.3, level=0.5, words=()):
        quiet = (np.zeros(round(gap * rate), np.float32) for gap in (lead, tail))
        sound = np.concatenate([next(quiet), tone(seconds, rate, level=level), next(quiet)])
        return Clip(samples_to_pcm(sound), rate, words)

    return make
