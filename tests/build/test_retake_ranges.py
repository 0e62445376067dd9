"""`--again` names lines that exist, which is checked before anything is spoken."""

from collections.abc import Sequence

import pytest

from narrator.build.retake_ranges import check_retakes, is_suspect_part, select_retaken_ids
from narrator.errors import OptionError
from narrator.model import Line, LineKind

LINES = [
    Line(line_id, 1, 1, 0, 4, LineKind.NARRATION, "Rain", "Rain")
    for line_id in ("1.1.1", "1.1.2", "1.2.1", "2.1.1")
]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("1.1.2", {"1.1.2"}),
        ("1.1", {"1.1.1", "1.1.2"}),
        ("1.1.2-1.2", {"1.1.2", "1.2.1"}),
        ("2", {"2.1.1"}),
    ],
)
def test_a_part_names_lines_paragraphs_chapters_or_a_range(part: str, expected: set[str]) -> None:
    assert select_retaken_ids(LINES, part) == expected


def test_suspect_lines_are_not_looked_for_in_the_book() -> None:
    assert is_suspect_part("Suspect")
    check_retakes(LINES, ["suspect", "1.1"])


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (["1.1", "9.1"], "--again 9.1: there is no line 9.1"),
        (["2-1"], "--again 2-1 ends before it begins"),
    ],
)
def test_a_part_that_names_no_line_is_refused(parts: Sequence[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        check_retakes(LINES, parts)
