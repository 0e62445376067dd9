from dataclasses import replace
from itertools import combinations

import pytest

from narrator.casting.acoustic_distance import (
    VoiceAcoustics,
    acoustic_distance,
    acoustic_key,
    estimate_acoustics,
)
from narrator.casting.acoustics import format_measurements, measure_voice
from narrator.model import Voice


def test_a_measured_tone_is_what_it_is():
    sound = measure_voice(Voice("whistle", "tone", "middle", rate=200))
    assert sound.pitch_hz == pytest.approx(220, rel=0.01)
    assert sound.centroid_hz == pytest.approx(220, rel=0.1)


def test_distance_counts_what_is_heard():
    one = VoiceAcoustics(100, 800, 200)
    assert acoustic_distance(one, one) == 0
    assert acoustic_distance(one, VoiceAcoustics(100 * 2 ** (1 / 3), 800, 200)) == pytest.approx(1)
    assert acoustic_distance(one, VoiceAcoustics(100, 800 * 2**0.5, 200)) == pytest.approx(1)


def test_a_voice_that_was_not_measured_sounds_as_its_profile_says():
    assert (
        estimate_acoustics(Voice("x", "tone", "low", gender="female", age="child")).pitch_hz == 300
    )
    assert estimate_acoustics(Voice("x", "tone", "low", pitch=12)).pitch_hz == 200


def test_a_voice_that_was_sped_up_sounds_as_what_it_is_made_from(voices):
    clara = estimate_acoustics(voices["clara"])
    quick = estimate_acoustics(replace(voices["clara"], rate=voices["clara"].rate * 1.5, pitch=12))
    assert (quick.pitch_hz, quick.words_per_minute) == (
        clara.pitch_hz * 2,
        pytest.approx(clara.words_per_minute * 1.5),
    )


def test_the_projects_voices_sound_as_the_table_says(voices):
    for name in ("edgar", "clara", "penny"):
        assert f'"{acoustic_key(voices[name])}" = ' in format_measurements([voices[name]], {})
        assert estimate_acoustics(voices[name]) == measure_voice(voices[name])


def test_the_projects_voices_can_be_told_apart(voices):
    shipped = [v for v in voices.values() if v.engine == "pyttsx3"]
    assert len(shipped) >= 14
    for one, other in combinations(shipped, 2):
        assert acoustic_distance(estimate_acoustics(one), estimate_acoustics(other)) > 0.6, (
            one.name,
            other.name,
        )
