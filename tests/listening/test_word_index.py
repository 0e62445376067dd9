"""Lines and places are found by the words that they share with others."""

import pytest

from narrator.listening.word_index import LineIndex, PhraseIndex

HEARD = "in the morning the snow had covered all of it and in the end the snow"
LINES = ["the bell rang and rang", "nobody answers the bell", "the snow covered every track"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nobody answers", [1]),
        ("rang and rang and rang", [0]),
        ("the bell", [0, 1]),
        ("covered the bell", [0, 1, 2]),
        ("giraffes yawn", []),
    ],
)
def test_the_likest_lines_share_the_most_words(words: str, expected: list[int]) -> None:
    index = LineIndex([line.split() for line in LINES])
    assert sorted(index.find_likest(words.split())) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the snow had not covered", [3, 2, 4]),
        ("had covered all of", [5, 4, 6]),
        ("covered all of", []),
        ("giraffes yawn", []),
    ],
)
def test_a_phrase_begins_where_most_of_its_pairs_of_words_are_heard(
    phrase: str, expected: list[int]
) -> None:
    heard = HEARD.split()
    index = PhraseIndex(heard, {heard.index("all")})
    assert index.list_starts(phrase.split())[:3] == expected
