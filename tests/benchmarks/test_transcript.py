"""The comparison of a text with what a recogniser transcribes."""

import numpy as np
import pytest

from benchmarks.transcript import align_words, compare_transcript, split_words
from narrator.listening.audio_windows import SAMPLE_RATE, WINDOW_SECONDS, find_window_end

ONE, TWO, THREE = (
    split_words("The rain had stopped before they reached the old house on the hill."),
    split_words("Nobody is at home, said Margaret, and yet there is a light in 2 windows."),
    split_words("She knocked twice, waited a while, and pushed the heavy door open."),
)
MISHEARD = split_words("She nocked twice, way did a while, and pushed the heavy door opened.")


@pytest.mark.parametrize(
    ("recognised", "missing", "moved", "doubled"),
    [
        ([*ONE, *TWO, *THREE], 0, 0, 0),
        ([*ONE, *TWO, *MISHEARD], 0, 0, 0),
        ([*ONE, *THREE], 1, 0, 0),
        ([*ONE, *TWO, *TWO, *THREE], 0, 0, 1),
        ([*ONE, *THREE, *TWO], 1, 1, 0),
        ([], 3, 0, 0),
    ],
)
def test_missing_moved_and_doubled_paragraphs_are_reported(recognised, missing, moved, doubled):
    report = compare_transcript([ONE, TWO, THREE], recognised)
    assert (len(report.missing), report.moved_count, len(report.doubled)) == (
        missing,
        moved,
        doubled,
    )


def test_errors_are_counted_as_word_error_rate_does():
    positions, errors = align_words(["a", "b", "c", "d"], ["x", "a", "c", "c", "d"])
    assert errors == 2
    assert positions == [1, 2, 3, 4, 5]


def test_numbers_and_accents_are_written_as_a_recogniser_may_write_them():
    words = ["cafes", "one", "thousand", "two", "hundred", "rooms"]
    assert split_words("Café’s 1,200 rooms") == words


def test_a_window_ends_in_the_longest_silence_within_reach():
    sound = np.full(60 * SAMPLE_RATE, 0.5, np.float32)
    sound[16 * SAMPLE_RATE : 17 * SAMPLE_RATE] = 0
    sound[20 * SAMPLE_RATE : 22 * SAMPLE_RATE] = 0
    sound[40 * SAMPLE_RATE : 45 * SAMPLE_RATE] = 0  # out of reach
    assert find_window_end(sound) == pytest.approx(21 * SAMPLE_RATE, abs=SAMPLE_RATE // 50)


def test_a_short_sound_is_one_window():
    sound = np.zeros(WINDOW_SECONDS[1] * SAMPLE_RATE, np.float32)
    assert find_window_end(sound) == len(sound)
