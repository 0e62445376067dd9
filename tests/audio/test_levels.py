import numpy as np
import pytest

from narrator.audio import levels, loudness
from narrator.audio.loudness_profiles import LOUDNESS_PROFILES, LoudnessTarget, resolve_loudness
from narrator.errors import OptionError
from narrator.model import Clip

RATE = 22_050


def make_speech(level, seconds=12, seed=1, crest=1.0):
    """Return noise in bursts, with the ups and downs of speech and an occasional peak."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    bursts = np.abs(np.sin(2 * np.pi * 2 * np.arange(count) / RATE))
    sound = rng.standard_normal(count) * bursts * level
    sound[:: RATE // 3] *= crest
    return np.clip(sound, -1, 1).astype(np.float32)


def make_clip(sound):
    return Clip(levels.samples_to_pcm(sound), RATE)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.25])
@pytest.mark.parametrize("profile", ["audiobook", "acx", "podcast"])
def test_every_voice_reaches_the_target(level, profile):
    target = LOUDNESS_PROFILES[profile]
    sound = make_speech(level, crest=3.0)
    gain = levels.compute_gain(make_clip(sound), target)
    levelled = levels.limit_peaks(
        sound * np.float32(loudness.decibels_to_amplitude(gain)), RATE, target.peak_db
    )
    assert loudness.measure_loudness(levelled, RATE) == pytest.approx(target.lufs, abs=0.2)
    assert np.abs(levelled).max() <= loudness.decibels_to_amplitude(target.peak_db)


def test_a_voice_may_stand_out():
    target = LOUDNESS_PROFILES["audiobook"]
    sound = make_clip(make_speech(0.05))
    assert levels.compute_gain(sound, target, 3.0) - levels.compute_gain(
        sound, target
    ) == pytest.approx(3, abs=0.3)


def test_gains_are_rounded_so_that_they_are_the_same_everywhere():
    gain = levels.compute_gain(make_clip(make_speech(0.1)), LOUDNESS_PROFILES["audiobook"])
    assert gain == round(gain, 2)


def test_silence_gets_no_gain():
    assert (
        levels.compute_gain(make_clip(np.zeros(RATE, np.float32)), LOUDNESS_PROFILES["audiobook"])
        == 0.0
    )


def test_off_leaves_voices_as_they_are():
    assert levels.compute_gain(make_clip(make_speech(0.1)), LOUDNESS_PROFILES["off"], 1.5) == 1.5


@pytest.mark.parametrize(("choice", "lufs"), [("-20", -20.0), ("-18.5", -18.5), ("podcast", -16.0)])
def test_a_loudness_is_a_profile_or_a_number(choice, lufs):
    assert resolve_loudness(choice).lufs == lufs


@pytest.mark.parametrize("choice", ["loud", "3", "-80", "nan"])
def test_a_loudness_that_makes_no_sense_is_refused(choice):
    with pytest.raises(OptionError, match=choice):
        resolve_loudness(choice)


def test_the_limiter_returns_quiet_sound_as_it_is():
    sound = make_speech(0.02)
    assert levels.limit_peaks(sound, RATE, -1.0) is sound


@pytest.mark.parametrize("length", [1, 21, 22, 23, 441, 10_007])
def test_the_limiter_holds_for_every_length(length):
    sound = np.full(length, 1.7, np.float32)
    levelled = levels.limit_peaks(sound, RATE, LoudnessTarget(None).peak_db)
    assert len(levelled) == length
    assert np.abs(levelled).max() <= loudness.decibels_to_amplitude(-1.0)


def test_samples_survive_conversion_both_ways():
    pcm = np.arange(-32_768, 32_768, 17).astype("<i2").tobytes()
    assert levels.samples_to_pcm(levels.pcm_to_samples(pcm)) == pcm


def test_the_limiter_sees_peaks_between_the_samples():
    """A tone of a quarter of the rate, sampled off its crests, which are 3 dB higher."""
    sound = (0.95 * np.sqrt(2) * np.sin(np.pi / 2 * np.arange(2_000) + np.pi / 4)).astype(
        np.float32
    )
    levelled = levels.limit_peaks(sound, RATE, -1.0)[500:1_500]
    spectrum = np.zeros(4 * 500 + 1, complex)
    spectrum[:501] = np.fft.rfft(levelled)
    between = 4 * np.fft.irfft(spectrum)
    assert np.abs(between[100:-100]).max() <= loudness.decibels_to_amplitude(-1.0)
    assert np.abs(levelled).max() < loudness.decibels_to_amplitude(-3.0)


@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 25])
def test_the_lowest_of_each_window_is_found(width):
    curve = np.random.default_rng(width).random(60).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(curve, width)
    assert np.array_equal(levels._sliding_minimum(curve, width), windows.min(axis=1))
