import io
import signal
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from narrator.engines import sound_files
from narrator.engines.sound_files import decode_sound
from narrator.model import Clip
from narrator.synthesis import clips


class Interrupting(io.BytesIO):
    """^C comes while libsndfile reads or writes."""

    def readinto(self, buffer):
        signal.raise_signal(signal.SIGINT)
        return super().readinto(buffer)

    def write(self, data):
        signal.raise_signal(signal.SIGINT)
        return super().write(data)


def a_flac():
    sound = io.BytesIO()
    soundfile.write(sound, np.zeros((800, 2), dtype="<i2"), 8000, format="FLAC")
    return sound.getvalue()


FLAC = a_flac()


def test_channels_are_mixed_to_one():
    assert decode_sound(FLAC) == Clip(bytes(1600), 8000)


def test_bytes_that_are_no_sound_are_an_error():
    with pytest.raises(ValueError, match="no sound"):
        decode_sound(b"<html>busy</html>")


@pytest.mark.parametrize(
    "work",
    [
        lambda: decode_sound(FLAC),
        lambda: clips.decode_clip(b'{"words":[]}\n' + FLAC),
        lambda: clips.encode_clip(Clip(bytes(1600), 8000)),
    ],
    ids=["decoded", "unpack", "pack"],
)
def test_an_interrupt_while_sound_is_read_or_written_is_not_lost(monkeypatch, work):
    for module in (sound_files, clips):
        monkeypatch.setattr(module, "io", SimpleNamespace(BytesIO=Interrupting))
    with pytest.raises(KeyboardInterrupt):
        work()
