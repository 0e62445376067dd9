from dataclasses import replace
from itertools import combinations

import pytest

from narrator.casting.acoustic_distance import Sound, distance, identity, sound_of
from narrator.casting.acoustics import measured, table
from narrator.model import Voice


def test_a_measured_tone_is_what_it_is():
    sound = measured(Voice("whistle", "tone", "middle", rate=200))
    assert sound.pitch == pytest.approx(220, rel=0.01)
    assert sound.centroid == pytest.approx(220, rel=0.1)


def test_distance_counts_what_is_heard():
    one = Sound(100, 800, 200)
    assert distance(one, one) == 0
    assert distance(one, Sound(100 * 2 ** (1 / 3), 800, 200)) == pytest.approx(1)
    assert distance(one, Sound(100, 800 * 2**0.5, 200)) == pytest.approx(1)


def test_a_voice_that_was_not_measured_sounds_as_its_profile_says():
    assert sound_of(Voice("x", "tone", "low", gender="female", age="child")).pitch == 300
    assert sound_of(Voice("x", "tone", "low", pitch=12)).pitch == 200


def test_a_voice_that_was_sped_up_sounds_as_what_it_is_made_from(voices):
    clara = sound_of(voices["clara"])
    quick = sound_of(replace(voices["clara"], rate=voices["clara"].rate * 1.5, pitch=12))
    assert (quick.pitch, quick.tempo) == (clara.pitch * 2, pytest.approx(clara.tempo * 1.5))


def test_the_projects_voices_sound_as_the_table_says(voices):
    for name in ("edgar", "clara", "penny"):
        assert f'"{identity(voices[name])}" = ' in table([voices[name]], {})
        assert sound_of(voices[name]) == measured(voices[name])


def test_the_projects_voices_can_be_told_apart(voices):
    shipped = [v for v in voices.values() if v.engine == "pyttsx3"]
    assert len(shipped) >= 14
    for one, other in combinations(shipped, 2):
        assert distance(sound_of(one), sound_of(other)) > 0.6, (one.name, other.name)
