"""Numbers that users set stay within their limits."""

import pytest

from narrator.setting_limits import PAUSE, RATE


@pytest.mark.parametrize("value", [0, 0.0, 20, 19.999])
def test_numbers_within_the_limits_are_allowed(value: float) -> None:
    assert PAUSE.allow(value)


@pytest.mark.parametrize(
    "value",
    [-0.001, 20.001, 1e308, 10**400, -(10**400), float("inf"), float("nan"), True, "5", None, [1]],
)
def test_anything_else_is_not(value: object) -> None:
    assert not PAUSE.allow(value)


def test_limits_name_their_unit() -> None:
    assert str(RATE) == "10 to 2000 words per minute"
