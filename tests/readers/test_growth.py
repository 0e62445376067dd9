"""The time for reading grows in proportion to the length of the input."""

import pytest

from tests.readers.growth import list_patterns, measure_reading

PATTERNS = list_patterns()
LENGTHS = (1, 4)
"""Lengths that are compared. They are far apart, so that noise cannot look like quadratic growth."""
MAX_GROWTH = 7.0
"""Largest growth of the time between them; 4 if it is linear, 16 if it is quadratic."""
NEGLIGIBLE_SECONDS = 0.04
"""Time below which noise is larger than growth. Quadratic time is far above it at these lengths."""
TRIES = 6


def test_there_are_a_hundred_patterns() -> None:
    assert len(PATTERNS) >= 100


@pytest.mark.parametrize("name", PATTERNS)
def test_reading_takes_linear_time(name: str) -> None:
    pattern, count = PATTERNS[name]
    seconds = [float("inf")] * len(LENGTHS)
    for _ in range(TRIES):
        # other processes can only make it slower, so the minimum is the best estimate
        seconds = [
            min(before, measure_reading(pattern, count * factor))
            for before, factor in zip(seconds, LENGTHS, strict=True)
        ]
        if grows_linearly(*seconds):
            return
    pytest.fail(f"lengths of 1 and 4 take {seconds} seconds")


def grows_linearly(one: float, four: float) -> bool:
    """Return whether four times the length takes at most `MAX_GROWTH` times as long."""
    return four < NEGLIGIBLE_SECONDS or four <= one * MAX_GROWTH


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((0.1, 0.4), True),
        ((0.1, 0.6), True),
        ((0.1, 0.8), False),
        ((0.1, 1.6), False),
        ((0.001, 0.016), True),
    ],
)
def test_growth_is_judged_between_two_lengths(
    seconds: tuple[float, float], *, expected: bool
) -> None:
    assert grows_linearly(*seconds) is expected
