"""A line that is heard for much less time than it takes is found by the pace of the others."""

import numpy as np
import pytest

from narrator.listening.line_check import ExpectedLine
from narrator.listening.line_pace import find_hurried_lines
from narrator.takes.expected_speech import predict_speech
from narrator.takes.sound_frames import FRAMES_PER_SECOND

TEXTS = (
    "The harbour master had seen three ships go down that winter.",
    "You may leave your boots beside the stove, and come and sit with us.",
    "He knew the road by heart, and yet he lost it twice before the bridge.",
    "Nobody.",
)
PAUSE_SECONDS = 0.6


def find_short(shares: tuple[float, ...], pace: float = 1.2) -> set[str]:
    """Return the lines that are short if each is heard for a share of its time at a pace."""
    lines, times, speech = [], [], []
    for number, (text, share) in enumerate(zip(TEXTS * 3, shares, strict=True), 1):
        expected = predict_speech(text, "en")
        assert expected
        start = len(speech) / FRAMES_PER_SECOND
        speech += [True] * round(pace * share * expected.seconds * FRAMES_PER_SECOND)
        speech += [False] * round(PAUSE_SECONDS * FRAMES_PER_SECOND)
        lines.append(ExpectedLine(str(number), text, text, "edgar"))
        times.append((start, len(speech) / FRAMES_PER_SECOND))
    return find_hurried_lines(lines, times, np.array(speech), "en")


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.5])
def test_a_line_without_its_end_is_short_at_any_pace(pace: float) -> None:
    shares = [1.0] * 12
    shares[5] = 0.55
    assert find_short(tuple(shares), pace) == {"6"}


def test_lines_vary_and_a_word_alone_shows_no_pace() -> None:
    assert find_short((1.0, 0.85, 1.1, 0.4) * 3) == set()
