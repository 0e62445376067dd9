import pytest

from benchmarks.transcript import aligned, held, words

ONE, TWO, THREE = (
    words("The rain had stopped before they reached the old house on the hill."),
    words("Nobody is at home, said Margaret, and yet there is a light in 2 windows."),
    words("She knocked twice, waited a while, and pushed the heavy door open."),
)
MISHEARD = words("She nocked twice, way did a while, and pushed the heavy door opened.")


@pytest.mark.parametrize(
    ("heard", "missing", "elsewhere", "doubled"),
    [
        ([*ONE, *TWO, *THREE], 0, 0, 0),
        ([*ONE, *TWO, *MISHEARD], 0, 0, 0),
        ([*ONE, *THREE], 1, 0, 0),
        ([*ONE, *TWO, *TWO, *THREE], 0, 0, 1),
        ([*ONE, *THREE, *TWO], 1, 1, 0),
        ([], 3, 0, 0),
    ],
)
def test_what_became_of_each_paragraph_is_told(heard, missing, elsewhere, doubled):
    found = held([ONE, TWO, THREE], heard)
    assert (len(found.missing), found.elsewhere, len(found.doubled)) == (
        missing,
        elsewhere,
        doubled,
    )


def test_errors_are_counted_as_word_error_rate_does():
    places, errors = aligned(["a", "b", "c", "d"], ["x", "a", "c", "c", "d"])
    assert errors == 2
    assert places == [1, 2, 3, 4, 5]


def test_numbers_and_accents_are_as_a_recogniser_may_write_them():
    assert words("Café’s 1,200 rooms") == ["cafes", "one", "thousand", "two", "hundred", "rooms"]
