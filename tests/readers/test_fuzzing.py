import pytest

from tests.readers.fuzzing import attempt


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_a_damaged_book_is_read_or_refused_with_one_line(first: int) -> None:
    outcomes = {attempt(number).split()[1] for number in range(first, first + 50)}
    assert "read" in outcomes
    assert len(outcomes) > 1
