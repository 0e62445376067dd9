from dataclasses import replace

import pytest

from narrator.casting.acoustics import (
    VoiceAcoustics,
    estimate_acoustics,
    look_up_acoustics,
    make_acoustic_key,
    predict_acoustics,
)
from narrator.model import Voice

LOW = Voice("x", "tone", "low")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, VoiceAcoustics(100, 650, 200)),
        ({"gender": "female"}, VoiceAcoustics(195, 800, 200)),
        ({"gender": "female", "age": "child"}, VoiceAcoustics(300, 950, 220)),
        ({"pitch": 12}, VoiceAcoustics(200, 650, 200)),
        ({"rate": 85}, VoiceAcoustics(100, 650, 100)),
    ],
)
def test_a_voice_that_was_not_measured_is_expected_to_sound_as_its_profile_suggests(
    changes, expected
):
    voice = replace(LOW, **changes)
    assert look_up_acoustics(voice) is None
    assert predict_acoustics(voice) == expected
    assert estimate_acoustics(voice) == expected


def test_rate_and_pitch_of_a_measured_voice_are_converted(voices):
    clara = estimate_acoustics(voices["clara"])
    faster = replace(voices["clara"], rate=voices["clara"].rate * 1.5, pitch=12)
    converted = look_up_acoustics(faster)
    assert converted == VoiceAcoustics(
        clara.pitch_hz * 2, clara.centroid_hz, pytest.approx(clara.words_per_minute * 1.5)
    )


def test_a_measured_voice_with_other_options_is_another_voice(voices):
    assert look_up_acoustics(replace(voices["clara"], options=(("formant", 1.4),))) is None


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"name": "y", "description": "A low tone.", "volume": -3.0}, True),
        ({"rate": 170}, True),
        ({"rate": 171.0}, False),
        ({"pitch": 1.0}, False),
        ({"engine_voice": "high"}, False),
        ({"options": (("formant", 1.1),)}, False),
    ],
)
def test_two_profiles_share_a_key_exactly_if_they_sound_the_same(changes, is_same):
    assert (make_acoustic_key(replace(LOW, **changes)) == make_acoustic_key(LOW)) is is_same
