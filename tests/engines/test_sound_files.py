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


def encode(samples, rate=16_000, **settings):
    sound = io.BytesIO()
    soundfile.write(sound, samples, rate, **settings)
    return sound.getvalue()


SAMPLES = np.array([0, 0.5, -0.5, 0.25, -1], "f4")


@pytest.mark.parametrize(
    ("file_format", "subtype"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("AIFF", "PCM_16"),
        ("AIFF", "PCM_24"),
        ("FLAC", "PCM_16"),
        ("W64", "PCM_32"),
        ("CAF", "PCM_16"),
    ],
)
def test_a_file_is_decoded_by_its_content_whatever_its_format(file_format, subtype):
    clip = decode_sound(encode(SAMPLES, format=file_format, subtype=subtype))
    assert (clip.rate, clip.words) == (16_000, ())
    decoded = np.frombuffer(clip.pcm, "<i2")
    assert decoded.tolist() == pytest.approx((SAMPLES * 32767).tolist(), abs=1)


@pytest.mark.parametrize(
    ("file_format", "subtype"), [("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")]
)
def test_a_compressed_file_is_about_as_long_and_as_loud(file_format, subtype):
    tone = 0.5 * np.sin(np.arange(24_000) * 2 * np.pi * 440 / 24_000)
    clip = decode_sound(encode(tone, 24_000, format=file_format, subtype=subtype))
    assert clip.samples == pytest.approx(24_000, rel=0.1)
    assert np.abs(np.frombuffer(clip.pcm, "<i2").astype(int)).max() == pytest.approx(
        16_384, rel=0.1
    )


@pytest.mark.parametrize(
    ("channels", "expected"),
    [((0.5,), 0.5), ((0.5, -0.5), 0), ((1, 0), 0.5), ((0.25, 0.5, 0.75), 0.5)],
)
def test_channels_are_averaged_so_that_none_is_lost(channels, expected):
    clip = decode_sound(encode(np.tile(np.array(channels, "f4"), (10, 1)), format="WAV"))
    assert clip.samples == 10
    sample = int.from_bytes(clip.pcm[:2], "little", signed=True)
    assert sample == pytest.approx(expected * 32767, abs=1)


def test_samples_beyond_full_scale_are_clipped_and_do_not_wrap():
    sound = encode(np.array([1.5, -1.5], "f4"), format="WAV", subtype="FLOAT")
    assert np.frombuffer(decode_sound(sound).pcm, "<i2").tolist() == [32767, -32767]


@pytest.mark.parametrize("data", [b"", b"RIFF", FLAC[:20], b"\0" * 1000])
def test_a_file_that_is_cut_short_is_an_error(data):
    with pytest.raises(ValueError, match="no sound"):
        decode_sound(data)


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
