import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.engines.voice_shaping import check_shape_options, shift_voice
from narrator.errors import CastFileError
from narrator.model import Voice

RATE = 16_000
RNG_SEED = 7


def voice(pitch=0.0, formant=None):
    options = () if formant is None else (("formant", formant),)
    return Voice("x", "example", "anna", pitch=pitch, options=options)


def make_vowel(hertz=120, seconds=0.5):
    """A buzz with a resonance at 700 Hz, which is heard as a vowel."""
    time = np.arange(int(seconds * RATE)) / RATE
    harmonics = np.arange(1, 40)
    strengths = 1 / (1 + ((harmonics * hertz - 700) / 150) ** 2)
    waves = np.sin(2 * np.pi * hertz * harmonics * time[:, None])
    return (0.1 * waves @ strengths).astype("f4")


def measure_pitch(samples):
    """The pitch in hertz, from the highest peak of the autocorrelation."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    correlation = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    shortest, longest = RATE // 400, RATE // 60
    return RATE / (shortest + int(np.argmax(correlation[shortest:longest])))


def measure_brightness(samples):
    """The centre of the spectrum in hertz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(np.fft.rfftfreq(len(samples), 1 / RATE) @ power / power.sum())


VOWEL = make_vowel()


@pytest.mark.parametrize("semitones", [-5, 3, 7, 12])
def test_a_pitch_in_semitones_shifts_the_fundamental_frequency(semitones):
    shifted = shift_voice(VOWEL, RATE, voice(semitones))
    assert measure_pitch(shifted) == pytest.approx(120 * 2 ** (semitones / 12), rel=0.04)


@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_a_formant_ratio_shifts_the_resonance_and_keeps_the_pitch(ratio):
    shifted = shift_voice(VOWEL, RATE, voice(formant=ratio))
    assert measure_pitch(shifted) == pytest.approx(120, rel=0.03)
    change = measure_brightness(shifted) / measure_brightness(VOWEL)
    assert (change > 1.1) if ratio > 1 else (change < 0.9)


@pytest.mark.parametrize("shape", [voice(), voice(0.0, 1.0), voice(0, 1)])
def test_a_voice_of_its_own_pitch_and_formants_is_not_changed_at_all(shape):
    assert shift_voice(VOWEL, RATE, shape).tobytes() == VOWEL.astype("f8").tobytes()


@pytest.mark.parametrize("count", [0, 1, 100, int(0.1 * RATE)])
def test_a_sound_too_short_for_a_pitch_stays_as_it_is(count):
    sound = VOWEL[:count]
    assert shift_voice(sound, RATE, voice(5)).tobytes() == sound.astype("f8").tobytes()


def test_a_sound_without_a_pitch_keeps_its_length_and_its_level():
    noise = np.random.default_rng(RNG_SEED).uniform(-0.3, 0.3, RATE // 2).astype("f4")
    shifted = shift_voice(noise, RATE, voice(5, 1.2))
    assert len(shifted) == len(noise)
    assert np.std(shifted) == pytest.approx(np.std(noise), rel=0.3)


@settings(max_examples=15, deadline=None)
@given(st.integers(2000, 9000), st.floats(-12, 18), st.floats(0.7, 1.5))
def test_a_shifted_sound_has_as_many_samples_and_all_are_numbers(count, semitones, ratio):
    shifted = shift_voice(make_vowel(130)[:count], RATE, voice(semitones, ratio))
    assert len(shifted) == count if count < RATE // 2 else len(shifted) == RATE // 2
    assert np.isfinite(shifted).all()


def test_what_was_shifted_before_does_not_change_a_sound():
    hiss = np.random.default_rng(RNG_SEED).uniform(-0.1, 0.1, RATE // 2).astype("f4")
    sound = np.concatenate([VOWEL, hiss])
    first = shift_voice(sound, RATE, voice(4))
    shift_voice(hiss, RATE, voice(-3, 1.3))
    assert shift_voice(sound, RATE, voice(4)).tobytes() == first.tobytes()


def test_shifting_leaves_the_recording_alone():
    before = VOWEL.copy()
    shift_voice(VOWEL, RATE, voice(4))
    assert np.array_equal(VOWEL, before)


@pytest.mark.parametrize(
    "shape", [voice(-12), voice(18), voice(0, 0.7), voice(0, 1.5), voice(0, 1)]
)
def test_the_widest_shifts_without_damage_are_accepted(shape):
    check_shape_options(shape)


@pytest.mark.parametrize(
    ("shape", "setting", "hint"),
    [
        (voice(-14.5), "pitch -14.5", "-14 to 18"),
        (voice(19), "pitch 19", "-14 to 18"),
        (voice(0, 0.6), "formant 0.6", "0.7 to 1.5"),
        (voice(0, 2), "formant 2", "0.7 to 1.5"),
        (voice(0, "wide"), "formant wide", "0.7 to 1.5"),
        (voice(0, True), "formant True", "0.7 to 1.5"),
    ],
)
def test_a_shift_that_would_damage_the_sound_is_an_error(shape, setting, hint):
    with pytest.raises(CastFileError) as caught:
        check_shape_options(shape)
    assert caught.value.message == f"voice x: {setting} is out of range"
    assert hint in caught.value.hint


def test_a_voice_that_is_not_shifted_does_not_load_praat():
    program = (
        "import sys, numpy\n"
        "from narrator.engines.voice_shaping import shift_voice\n"
        "from narrator.model import Voice\n"
        "shift_voice(numpy.zeros(9000, 'f4'), 16000, Voice('x', 'y', 'z'))\n"
        "assert 'parselmouth' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
