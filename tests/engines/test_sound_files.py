import io
import signal
import struct
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from narrator.engines import sound_files
from narrator.engines.sound_files import decode_sound
from narrator.export.ffmpeg import find_ffmpeg
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


def make_wav(seconds=1.0, claimed_bytes=None, extra_chunk=b"", rate=8000, channels=1):
    """A WAV file whose header may claim another size of its sound."""
    pcm = b"\x00\x10" * int(seconds * rate * channels)
    size = len(pcm) if claimed_bytes is None else claimed_bytes
    header = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * 2, 2 * channels, 16)
    chunks = b"fmt " + header + extra_chunk + b"data" + struct.pack("<I", size) + pcm
    return b"RIFF\xff\xff\xff\xffWAVE" + chunks


@pytest.mark.parametrize("claimed_bytes", [0, 16_000, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7FFF_FFDB])
@pytest.mark.parametrize("extra_chunk", [b"", b"LIST\3\0\0\0abc\0"])
def test_a_wav_file_that_was_written_to_a_pipe_is_whole(claimed_bytes, extra_chunk):
    assert decode_sound(make_wav(1.0, claimed_bytes, extra_chunk)).samples == 8000


@pytest.mark.parametrize("claimed_bytes", [16_002, 20_000, 1_000_000])
def test_a_wav_file_with_less_sound_than_it_claims_is_cut_off(claimed_bytes):
    with pytest.raises(ValueError, match=f"16,000 of {claimed_bytes:,} bytes"):
        decode_sound(make_wav(1.0, claimed_bytes))


@pytest.mark.parametrize(
    "settings",
    [{"rate": 1}, {"rate": 3999}, {"rate": 4_000_000}, {"channels": 20}],
)
def test_sound_that_can_not_be_speech_is_an_error(settings):
    with pytest.raises(ValueError, match="no speech"):
        decode_sound(make_wav(0.1, **settings))


def test_hours_of_sound_in_a_small_file_are_refused(monkeypatch):
    monkeypatch.setattr(sound_files, "_LONGEST_SECONDS", 20.0)
    silence = encode(np.zeros(30 * 8000, "f4"), 8000, format="OGG", subtype="OPUS")
    with pytest.raises(ValueError, match="more than 20 seconds"):
        decode_sound(silence)


@pytest.mark.parametrize(
    "options",
    [
        ("-f", "flac"),  # to a pipe, so its length is unknown
        ("-f", "adts"),
        ("-f", "webm", "-c:a", "libopus"),
        ("-f", "mp4", "-movflags", "frag_keyframe+empty_moov"),
    ],
)
def test_what_ffmpeg_alone_can_read_is_as_long_and_as_loud(options):
    command = [find_ffmpeg(), "-v", "error", "-i", "-", *options, "-"]
    tone = 0.5 * np.sin(np.arange(72_000) * 2 * np.pi * 440 / 24_000)
    sound = subprocess.run(
        command, input=encode(tone, 24_000, format="WAV"), capture_output=True, check=True
    )
    clip = decode_sound(sound.stdout)
    assert clip.samples / clip.rate == pytest.approx(3, rel=0.1)
    assert np.abs(np.frombuffer(clip.pcm, "<i2").astype(int)).max() == pytest.approx(
        16_384, rel=0.1
    )


@pytest.mark.parametrize("mark", [b"\xff\xf1", b"\x1aE\xdf\xa3", b"\0\0\0\x18ftyp"])
def test_damaged_sound_of_these_formats_is_an_error(mark):
    with pytest.raises(ValueError, match="no sound"):
        decode_sound(mark + b"#EXTM3U\nfile:///etc/passwd\n" * 10)


def test_samples_that_are_not_numbers_are_silence():
    sound = encode(np.array([np.nan, np.inf, 0.5], "f4"), format="WAV", subtype="FLOAT")
    assert np.frombuffer(decode_sound(sound).pcm, "<i2").tolist() == [0, 32767, 16384]


@pytest.mark.parametrize(
    "work",
    [
        lambda: decode_sound(FLAC),
        lambda: clips.decode_clip(b'{"words":[]}\n' + FLAC),
        lambda: clips.encode_clip(clips.SpokenClip(Clip(bytes(1600), 8000), is_new=True)),
    ],
    ids=["decoded", "unpack", "pack"],
)
def test_an_interrupt_while_sound_is_read_or_written_is_not_lost(monkeypatch, work):
    for module in (sound_files, clips):
        monkeypatch.setattr(module, "io", SimpleNamespace(BytesIO=Interrupting))
    with pytest.raises(KeyboardInterrupt):
        work()
