from itertools import combinations

import pytest

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import VoiceAcoustics, estimate_acoustics

AVERAGE = VoiceAcoustics(100, 800, 200)


@pytest.mark.parametrize(
    ("acoustics", "expected"),
    [
        (AVERAGE, 0),
        (VoiceAcoustics(100 * 2 ** (1 / 3), 800, 200), 1),
        (VoiceAcoustics(100, 800 * 2**0.5, 200), 1),
        (VoiceAcoustics(100, 800 / 2**0.5, 200), 1),
        (VoiceAcoustics(100, 800, 200 * 2.718281828459045**0.2), 1),
        (VoiceAcoustics(200, 1600, 200), 13**0.5),
    ],
)
def test_pitch_centroid_and_tempo_add_up_to_a_euclidean_distance(acoustics, expected):
    assert compute_acoustic_distance(AVERAGE, acoustics) == pytest.approx(expected)
    assert compute_acoustic_distance(acoustics, AVERAGE) == pytest.approx(expected)


def test_the_projects_voices_can_be_told_apart(voices):
    shipped = [v for v in voices.values() if v.engine == "pyttsx3" and v.language == "en"]
    assert len(shipped) >= 14
    for first, second in combinations(shipped, 2):
        distance = compute_acoustic_distance(estimate_acoustics(first), estimate_acoustics(second))
        # all voices have a similar tempo, so that no one in a book speaks much faster than others
        assert distance > 0.2, (first.name, second.name)
