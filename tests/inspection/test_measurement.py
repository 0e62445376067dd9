import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio.loudness import measure_loudness
from narrator.inspection.measurement import (
    _AudioMeter,
    _measure_noise_floor,
    _SilenceDetector,
)

RATE = 8_000


def tone(seconds, decibels, rate=RATE):
    phases = 2 * np.pi * 997 * np.arange(round(seconds * rate)) / rate
    return (10 ** (decibels / 20) * np.sin(phases)).astype(np.float32)


def silence(seconds, rate=RATE):
    return np.zeros(round(seconds * rate), np.float32)


def measure(samples, piece_lengths=(), rate=RATE):
    """Measure samples of shape (frames,) or (frames, channels), in pieces of these lengths."""
    frames = samples if samples.ndim > 1 else samples[:, None]
    meter = _AudioMeter(rate, frames.shape[1])
    start = 0
    for length in piece_lengths:
        meter.add(frames[start : start + length])
        start += length
    meter.add(frames[start:])
    return meter.finish()


BOOK = np.concatenate([silence(0.5), tone(2, -20), silence(0.75), tone(1, -26), silence(1.25)])


def test_levels_of_a_tone_are_those_of_its_formula():
    measurement = measure(tone(2, -20))
    assert measurement.rms_db == pytest.approx(-23.01, abs=0.01)
    assert measurement.sample_peak_db == pytest.approx(-20, abs=0.1)
    assert measurement.true_peak_db == pytest.approx(-20, abs=0.1)
    assert measurement.noise_floor_db == pytest.approx(-23.01, abs=0.05)


def test_silences_are_found_to_a_hundredth_of_a_second():
    measurement = measure(BOOK)
    assert measurement.head_seconds == pytest.approx(0.5, abs=0.0125)
    assert measurement.longest_silence_seconds == pytest.approx(0.75, abs=0.0125)
    assert measurement.longest_silence_start == pytest.approx(2.5, abs=0.0125)
    assert measurement.tail_seconds == pytest.approx(1.25, abs=0.0125)


@given(st.lists(st.integers(0, 3_000), max_size=12))
def test_the_result_does_not_depend_on_the_pieces(piece_lengths):
    whole, pieces = measure(BOOK), measure(BOOK, piece_lengths)
    assert pieces.sample_count == whole.sample_count == len(BOOK)
    for name in ("head_seconds", "tail_seconds", "longest_silence_seconds", "clipped_samples"):
        assert getattr(pieces, name) == getattr(whole, name)
    assert pieces.rms_db == pytest.approx(whole.rms_db)
    assert pieces.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=0.02)
    np.testing.assert_array_equal(pieces.block_peaks, whole.block_peaks)


def test_loudness_is_that_of_the_meter_and_of_both_channels_together():
    samples = tone(3, -20, 48_000)
    mono = measure(samples, rate=48_000)
    stereo = measure(np.stack([samples, samples], axis=1), rate=48_000)
    assert mono.integrated_lufs == pytest.approx(measure_loudness(samples, 48_000), abs=0.01)
    assert stereo.integrated_lufs == pytest.approx(mono.integrated_lufs + 3.01, abs=0.01)
    assert stereo.rms_db == pytest.approx(mono.rms_db)


def test_a_peak_between_two_samples_is_higher_than_they_are():
    samples = (0.9 * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)).astype(np.float32)
    measurement = measure(samples)
    assert measurement.sample_peak_db == pytest.approx(-3.93, abs=0.01)
    assert measurement.true_peak_db == pytest.approx(-0.92, abs=0.2)


def test_a_file_without_samples_can_be_measured():
    measurement = measure(silence(0))
    assert (measurement.sample_count, measurement.head_seconds) == (0, 0.0)
    assert (measurement.integrated_lufs, measurement.rms_db) == (-120, -120)


def test_only_samples_at_full_scale_count_as_clipped():
    samples = np.array([1.0, -1.0, 0.9999847, 0.999, 0.0] * 200, np.float32)
    assert measure(samples).clipped_samples == 600


@pytest.mark.parametrize(
    ("block_levels", "noise_floor_db"),
    [
        ([], 0.0),
        ([0.1], -26.99),
        ([0.1] * 4, -20.97),
        ([0.1] * 5, -20.0),
        ([0.1] * 5 + [0.01] * 5 + [0.1] * 5, -40.0),
        ([0.0] * 5 + [0.1] * 5, -120.0),
    ],
)
def test_the_noise_floor_is_the_level_of_the_quietest_half_second(block_levels, noise_floor_db):
    assert _measure_noise_floor(np.square(block_levels)) == pytest.approx(noise_floor_db, abs=0.01)


@pytest.mark.parametrize(
    ("pattern", "head", "longest", "longest_start", "sound_end"),
    [
        ("", 0, 0, 0, 0),
        ("....", 4, 0, 0, 0),
        ("####", 0, 0, 0, 4),
        ("..##...#.", 2, 3, 4, 8),
        ("#.#..#.#", 0, 2, 3, 8),
        ("#..#..#", 0, 2, 1, 7),
    ],
)
@pytest.mark.parametrize("piece_length", [1, 2, 3, 100])
def test_silences_are_found_across_pieces(
    pattern, head, longest, longest_start, sound_end, piece_length
):
    detector = _SilenceDetector()
    for start in range(0, len(pattern), piece_length):
        piece = pattern[start : start + piece_length]
        detector.add(np.array([character == "#" for character in piece]))
    assert detector.head == head
    assert detector.sound_end == sound_end
    assert (detector.longest, detector.longest_start) == (longest, longest_start)
