import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.listening.word_matching import is_same_word, match_heard_words, split_words


def test_words_are_compared_without_case_accents_and_digits() -> None:
    assert split_words("Élodie’s 1,250 cafés", "en") == [
        "elodies",
        *["one", "thousand", "two", "hundred", "and", "fifty"],
        "cafes",
    ]


@pytest.mark.parametrize(
    ("word", "other"),
    [("colour", "color"), ("phoebe", "feebee"), ("ware", "wear"), ("grey", "gray")],
)
def test_words_that_sound_alike_are_the_same(word: str, other: str) -> None:
    assert is_same_word(word, other, "en")


@pytest.mark.parametrize(("word", "other"), [("stove", "shelf"), ("bridge", "letters")])
def test_other_words_are_not(word: str, other: str) -> None:
    assert not is_same_word(word, other, "en")


def test_every_word_is_matched_in_order() -> None:
    expected = [
        "the",
        "cat",
        "sat",
        "on",
        "the",
        "mat",
        "and",
        "the",
        "dog",
        "lay",
        "on",
        "the",
        "rug",
    ]
    heard = ["the", "cat", "sat", "the", "mat", "and", "a", "the", "dog", "lay", "on", "the", "rug"]
    matches = match_heard_words(expected, heard, "en")
    assert [match.heard_index for match in matches] == [0, 1, 2, None, 3, 4, 5, 7, 8, 9, 10, 11, 12]
    assert sum(match.is_right for match in matches) == len(expected) - 1


def test_ten_thousand_words_are_aligned_at_once() -> None:
    expected = [f"word{number % 997}x{number % 31}" for number in range(10_000)]
    heard = expected[:4000] + expected[4100:]
    matches = match_heard_words(expected, heard, "en")
    assert sum(match.is_right for match in matches) == 9_900
    assert all(match.heard_index is None for match in matches[4000:4100])


def test_two_thousand_words_without_anchors_are_aligned_in_seconds() -> None:
    generator = random.Random(3)  # noqa: S311 - the same words each time
    vocabulary = [
        "".join(generator.choice("bdfgklmnprstvz") + generator.choice("aeiou") for _ in range(size))
        for size in generator.choices((1, 2, 3), k=900)
    ]
    expected = generator.choices(vocabulary, k=2000)
    # every third word is heard as another, so that no three in a row are the same
    heard = [word if index % 3 else "xylem" for index, word in enumerate(expected)]
    started_at = time.process_time()
    matches = match_heard_words(expected, heard, "en")
    assert time.process_time() - started_at < 30
    assert [match.heard_index for match in matches] == list(range(2000))
    assert all(matches[index].is_right for index in range(2000) if index % 3)


words = st.lists(st.sampled_from(["a", "bee", "be", "sea", "see", "storm", "stool"]), max_size=9)


@given(words, words)
def test_matches_are_in_order_and_no_costlier_than_without_them(
    expected: list[str], heard: list[str]
) -> None:
    matches = match_heard_words(expected, heard, "en")
    indices = [match.heard_index for match in matches if match.heard_index is not None]
    assert indices == sorted(set(indices))
    changed = sum(match.heard_index is not None and not match.is_right for match in matches)
    lonely = len(expected) + len(heard) - 2 * len(indices)
    assert 10 * changed + 7 * lonely <= 7 * (len(expected) + len(heard))
