"""Lines that a user names by their numbers."""

from dataclasses import replace

import pytest

from narrator.errors import OptionError
from narrator.model import Line, LineKind
from narrator.scripts.line_ranges import select_line_range

_LINE = Line("1.1.1", 1, 1, 0, 1, LineKind.NARRATION, "x")
IDS = ("1.1.1", "1.1.2", "1.2.1", "1.12.1", "2.1.1", "10.1.1")
LINES = [replace(_LINE, id=line_id) for line_id in IDS]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("1.1.2", IDS[1:2]),
        ("1.1", IDS[:2]),
        ("1.1.*", IDS[:2]),
        ("1", IDS[:4]),
        ("1.*", IDS[:4]),
        ("1.1.2-1.12", IDS[1:4]),
        ("1.2 - 2", IDS[2:5]),
        ("2-1", ()),
    ],
)
def test_a_range_begins_and_ends_where_it_says(place: str, expected: tuple[str, ...]) -> None:
    assert tuple(line.id for line in select_line_range(LINES, place)) == expected


@pytest.mark.parametrize("place", ["3", "1.3", "one", "", "1-", "1.1.3-2", "-1"])
def test_a_range_that_is_nowhere_is_an_error(place: str) -> None:
    with pytest.raises(OptionError, match="there is no line"):
        select_line_range(LINES, place)
