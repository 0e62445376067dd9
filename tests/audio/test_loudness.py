import numpy as np
import pytest

from narrator.audio import loudness

TABLE_48K = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)


def make_sine(rate, hertz, seconds, level=1.0):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def test_the_filters_are_those_of_the_standard_at_48_khz():
    coefficients = [value for part in loudness._design_shelf(48_000) for value in part]
    assert coefficients == pytest.approx([value for part in TABLE_48K for value in part], abs=1e-6)
    assert loudness._design_high_pass(48_000)[1] == pytest.approx(
        (1.0, -1.99004745483398, 0.99007225036621)
    )


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_a_tone_of_1_khz_reads_as_the_standard_says(rate):
    """BS.1770: 997 Hz at full scale in one channel reads -3.01 LKFS."""
    assert loudness.measure_loudness(make_sine(rate, 997, 3), rate) == pytest.approx(
        -3.01, abs=0.05
    )


def test_quiet_passages_are_left_out_as_ebu_tech_3341_case_3_says():
    parts = [(10, -36), (60, -23), (10, -36)]
    sound = np.concatenate(
        [make_sine(48_000, 1000, s, loudness.decibels_to_amplitude(db)) for s, db in parts]
    )
    assert loudness.measure_loudness(sound, 48_000) == pytest.approx(-23.0 - 3.01, abs=0.1)


@pytest.mark.parametrize("piece", [1_000, 7_777, 48_000, 500_000])
def test_a_stream_measures_like_the_whole(piece):
    rng = np.random.default_rng(0)
    sound = (0.1 * rng.standard_normal(25 * 16_000)).astype(np.float32)
    meter = loudness.LoudnessMeter(16_000)
    for start in range(0, len(sound), piece):
        meter.add(sound[start : start + piece])
    assert meter.integrate_loudness() == pytest.approx(
        loudness.measure_loudness(sound, 16_000), abs=0.005
    )


@pytest.mark.parametrize("samples", [0, 100, 3_000])
def test_silence_has_the_lowest_loudness_and_is_not_an_error(samples):
    assert (
        loudness.measure_loudness(np.zeros(samples, np.float32), 22_050) == loudness.LOWEST_DECIBELS
    )


def test_a_short_cry_can_be_measured():
    assert loudness.measure_loudness(make_sine(22_050, 997, 0.25), 22_050) == pytest.approx(
        -3.0, abs=0.8
    )


@pytest.mark.parametrize("hertz", [100, 1_000, 5_000, 9_000])
@pytest.mark.parametrize("phase", [0.0, 0.3, 1.1])
def test_the_peak_of_a_tone_is_found_between_its_samples(hertz, phase):
    rate = 22_050
    sound = np.sin(2 * np.pi * hertz * np.arange(4_000) / rate + phase).astype(np.float32)
    peak = loudness.measure_true_peaks(sound, np.arange(100, 3_900)).max()
    assert loudness.amplitude_to_decibels(float(peak)) == pytest.approx(0.0, abs=0.4)
