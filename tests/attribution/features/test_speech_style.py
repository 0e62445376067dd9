"""Speech style: words, names and habits by which a speaker is recognised."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features.speech_style import COLUMNS, StyleBatch, StyleStatistics
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons

TALKATIVE = "\n\n".join(
    f'"Oh papa, the ponies, {word}!" said Ada.\n\n"Quite so, {word}," said Tom.' for word in "abcde"
)


def compare(people_of, text, speakers, quotation):
    """Return the columns of Ada and of Tom, where "A", "T" or "-" say who speaks each quotation."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    ada, tom = find_persons(people, "Ada", "Tom")
    named = [{"A": ada, "T": tom}.get(speaker, -1) for speaker in speakers]
    statistics = StyleStatistics(build_quotation_context(tokens, people), named)
    return compare_candidates(COLUMNS, StyleBatch, statistics, tokens, quotation, [ada, tom])


def test_speakers_are_recognised_by_their_words_and_habits(people_of):
    text = f'{TALKATIVE}\n\n"Papa, the ponies!"\n\n"Quite."'
    ada, tom = compare(people_of, text, "AT" * 5 + "--", 10)
    assert ada["style:words"] > 0 > tom["style:words"]
    assert ada["style:habits"] > tom["style:habits"]


def test_the_score_per_word_is_divided_by_the_root_of_the_number_of_words(people_of):
    text = f'{TALKATIVE}\n\n"Papa, the ponies!"'
    ada, _ = compare(people_of, text, "AT" * 5 + "-", 10)
    assert np.isclose(ada["style:words_normalised"], ada["style:words"] / np.sqrt(3))


def test_a_quotation_does_not_testify_for_itself(people_of):
    text = '"Zebras, zebras, zebras!" said Ada.\n\n"Quite," said Tom.'
    ada, _ = compare(people_of, text, "AT", 0)
    assert ada["style:words"] == ada["style:known_words"] == 0.0


def test_a_speaker_of_whom_nothing_is_known_has_no_style(people_of):
    ada, tom = compare(people_of, f'{TALKATIVE}\n\n"Papa!"', "-T" * 5 + "-", 10)
    assert [ada[name] for name in ada] == [0.0] * len(COLUMNS)
    assert tom["style:known_words"] > 0


def test_speakers_are_recognised_by_whom_they_speak_of(people_of):
    gossip = "\n\n".join(f'"Hugh Stone came, {word}."\n\n"Rain, {word}."' for word in "abcd")
    text = f'Hugh Stone sat. Hugh Stone rose.\n\n{gossip}\n\n"Hugh Stone went."'
    ada, tom = compare(people_of, text, "AT" * 4 + "-", 8)
    assert ada["style:names"] > 0 > tom["style:names"]


def test_a_long_quotation_fits_a_speaker_of_long_ones(people_of):
    talk = "\n\n".join(['"I have a very great deal to say about it all."\n\n"Oh."'] * 4)
    ada, tom = compare(people_of, f'{talk}\n\n"I have more to say on it, too."', "AT" * 4 + "-", 8)
    assert ada["style:length"] > 0 > tom["style:length"]


def test_the_more_is_known_of_a_speaker_the_more_his_words_count(people_of):
    text = f'{TALKATIVE}\n\n"Papa, the ponies!"'
    scores = [
        compare(people_of, text, "AT" * count + "-T" * (5 - count) + "-", 10)[0]["style:words"]
        for count in (1, 3, 5)
    ]
    assert 0 < scores[0] < scores[1] < scores[2]


def test_known_words_are_those_of_all_other_quotations(people_of):
    text = '"One two three," said Ada.\n\n"Four five," said Ada.\n\n"Six."'
    for quotation, count in ((0, 2), (1, 3), (2, 5)):
        ada, tom = compare(people_of, text, "AA-", quotation)
        assert ada["style:known_words"] == pytest.approx(np.log1p(count))
        assert tom["style:known_words"] == 0


def test_marks_and_dashes_are_not_words(people_of):
    plain = compare(people_of, '"One two."\n\n"Three."', "A-", 1)
    marked = compare(people_of, '"One -- two!!"\n\n"Three."', "A-", 1)
    assert plain[0]["style:known_words"] == marked[0]["style:known_words"] == np.log1p(2)


HABITS = [
    ("Oh, no!", "Oh!"),  # exclaims
    ("Is it so?", "Why?"),  # asks
    ("Yes, sir.", "Sir."),  # says "sir"
    ("Dear, dear.", "My dear."),
]


@pytest.mark.parametrize(("habitual", "speech"), HABITS)
def test_a_habit_points_to_whoever_has_it(people_of, habitual, speech):
    talk = "\n\n".join([f'"{habitual}"', '"It rains on the hat."'] * 5)
    ada, tom = compare(people_of, f'{talk}\n\n"{speech}"', "AT" * 5 + "-", 10)
    assert ada["style:habits"] > 0 > tom["style:habits"]
    ada, tom = compare(people_of, f'{talk}\n\n"Rain."', "AT" * 5 + "-", 10)
    assert tom["style:habits"] > ada["style:habits"]


def test_naming_oneself_is_no_evidence_of_style(people_of):
    talk = "\n\n".join(['"Ada came."', '"Rain."'] * 4)
    ada, _ = compare(people_of, f'{talk}\n\n"Ada went."', "AT" * 4 + "-", 8)
    assert ada["style:names"] == 0
