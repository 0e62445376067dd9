import pytest

from narrator.engines.speakable_text import (
    align_words,
    count_spoken_letters,
    replace_unspeakable,
    time_words,
)
from narrator.model import WordTiming
from narrator.text.words import has_words


@pytest.mark.parametrize(
    ("text", "events", "expected"),
    [
        ("one two", [(0, 10), (4, 500)], [(0, 10), (4, 500)]),
        ("in the hall", [(0, 10), (7, 510)], [(0, 10), (3, 224), (7, 510)]),
        ("1984 was", [(0, 10), (0, 90), (5, 700)], [(0, 10), (5, 700)]),
        ("“Oh!”", [(0, 5), (1, 10)], [(1, 10)]),
        ("never told", [], [(0, 0), (6, 600)]),
        ("…", [(0, 0)], []),
    ],
)
def test_every_word_has_its_time(text, events, expected):
    assert time_words(text, events, 1000) == tuple(WordTiming(*pair) for pair in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\0b", "a b"), ("\ud800x", " x"), ("tab\there", "tab here"), ("é—“”", "é—“”")],
)
def test_what_no_engine_takes_is_a_space(text, expected):
    assert replace_unspeakable(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("…", False), ("—a", True), ("1", True), ("", False)]
)
def test_punctuation_is_not_words(text, expected):
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("letters", "phonemes", "expected"),
    [
        ([3, 5], [3, 4], [(0, 0), (1, 1)]),
        ([2, 3, 6], [4, 5], [(0, 0), (2, 1)]),  # "in the garden"
        (
            [2, count_spoken_letters("1984"), 3],
            [2, 6, 8, 3],
            [(0, 0), (1, 1), (2, 3)],
        ),  # "In 1984 she"
        ([], [], []),
        ([5], [], []),
    ],
)
def test_words_are_matched_with_groups_of_phonemes(letters, phonemes, expected):
    assert align_words(letters, phonemes) == expected
