"""The time for reading grows in proportion to the length of the input."""

import pytest

from tests.readers.growth import list_patterns, measure_reading

PATTERNS = list_patterns()
MAX_GROWTH = 2.6
"""Largest growth of the time if the length doubles; 4 if it is quadratic."""
NEGLIGIBLE_SECONDS = 0.04
"""Time below which noise is larger than growth. Quadratic time is far above it at these lengths."""
TRIES = 6


def test_there_are_a_hundred_patterns() -> None:
    assert len(PATTERNS) >= 100


@pytest.mark.parametrize("name", PATTERNS)
def test_reading_takes_linear_time(name: str) -> None:
    pattern, count = PATTERNS[name]
    seconds = [float("inf")] * 3
    for _ in range(TRIES):
        # other processes can only make it slower, so the minimum is the best estimate
        seconds = [
            min(before, measure_reading(pattern, count * factor))
            for before, factor in zip(seconds, (1, 2, 4), strict=True)
        ]
        if grows_linearly(*seconds):
            return
    pytest.fail(f"lengths of 1, 2 and 4 take {seconds} seconds")


def grows_linearly(one: float, two: float, four: float) -> bool:
    """Return whether the time grows at most by `MAX_GROWTH` per doubling."""
    if four < NEGLIGIBLE_SECONDS:
        return True
    return two <= one * MAX_GROWTH and four <= two * MAX_GROWTH


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((0.1, 0.2, 0.4), True),
        ((0.1, 0.25, 0.6), True),
        ((0.1, 0.4, 1.6), False),
        ((0.1, 0.2, 0.8), False),
        ((0.001, 0.004, 0.016), True),
    ],
)
def test_growth_is_judged_per_doubling(
    seconds: tuple[float, float, float], *, expected: bool
) -> None:
    assert grows_linearly(*seconds) is expected
