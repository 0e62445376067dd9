import numpy as np
import pytest

from narrator.audio.intonation import draw_rise, is_rising, raise_clip_end
from narrator.model import Clip, WordTiming

RATE = 16_000


def _make_buzz(first_hz: float, last_hz: float, seconds: float = 1.5) -> Clip:
    """Return a buzz with the overtones of a voice, whose pitch falls or rises evenly."""
    hertz = np.geomspace(first_hz, last_hz, round(seconds * RATE))
    phases = 2 * np.pi * np.cumsum(hertz) / RATE
    samples = sum(np.sin(number * phases) / number for number in range(1, 12)) * 6000
    return Clip(np.asarray(samples).astype("<i2").tobytes(), RATE, (WordTiming(0, 40),))


def _measure_end_semitones(clip: Clip) -> float:
    """Return the pitch of the last 0.1 seconds, in semitones above the median."""
    parselmouth = pytest.importorskip("parselmouth")
    sound = parselmouth.Sound(np.frombuffer(clip.pcm, "<i2") / 32768, clip.rate)
    pitch = sound.to_pitch().selected_array["frequency"]
    voiced = pitch[pitch > 0]
    return float(12 * np.log2(np.median(voiced[-10:]) / np.median(voiced)))


@pytest.mark.parametrize(("first_hz", "last_hz"), [(220, 180), (130, 100), (110, 108)])
def test_the_end_of_a_question_rises_and_its_beginning_stays(first_hz: int, last_hz: int) -> None:
    clip = _make_buzz(first_hz, last_hz)
    assert _measure_end_semitones(clip) < 0
    raised = raise_clip_end(clip)
    assert 4 < _measure_end_semitones(raised) < 7
    assert raised.samples == clip.samples
    assert raised.words == clip.words
    # 16-bit rounding: 32768 in, 32767 out
    before, after = (np.frombuffer(sound.pcm, "<i2")[:RATE] for sound in (clip, raised))
    assert np.abs(before.astype(int) - after).max() <= 1
    assert raise_clip_end(clip) == raised


def test_an_end_that_already_rises_stays() -> None:
    pytest.importorskip("parselmouth")
    clip = _make_buzz(120, 240)
    assert raise_clip_end(clip) == clip


@pytest.mark.parametrize("sample_count", [0, 1, 100, 3000, RATE])
def test_a_sound_without_a_voice_stays(sample_count: int) -> None:
    pytest.importorskip("parselmouth")
    clip = Clip(b"\0\0" * sample_count, RATE)
    assert raise_clip_end(clip) == clip


@pytest.mark.parametrize(
    ("end_hz", "expected"), [(100, False), (110, False), (80, False), (120, True), (200, True)]
)
def test_an_end_three_semitones_above_the_median_rises(end_hz: int, expected: bool) -> None:
    pitches_hz = np.full(100, 100.0)
    pitches_hz[-16:] = end_hz
    assert is_rising(np.arange(100) / 100, pitches_hz) is expected


@pytest.mark.parametrize("count", [1, 10, 28, 100])
def test_a_rise_climbs_to_half_an_octave_above_the_line(count: int) -> None:
    points = draw_rise(np.arange(count) / 100, np.full(count, 100.0))
    times, pitches_hz = zip(*points, strict=True)
    assert list(times) == sorted(times)
    assert pitches_hz[0] == 100
    assert pitches_hz[1] == pitches_hz[2] == pytest.approx(141.4, abs=0.1)


def test_breath_in_the_voice_gives_the_same_sound_each_time() -> None:
    pytest.importorskip("parselmouth")
    clip = _make_buzz(130, 100)
    noise = np.random.default_rng(0).normal(0, 3000, clip.samples)
    noise[clip.samples // 3 : clip.samples // 2] *= 4
    samples = np.frombuffer(clip.pcm, "<i2") + noise
    breathy = Clip(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes(), RATE)
    raised = raise_clip_end(breathy)
    assert raised != breathy
    assert raise_clip_end(breathy) == raised
