"""Turn taking: who speaks nearby, who talks with whom, and who is spoken to."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features.turn_taking import COLUMNS, TurnBatch, TurnStatistics
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons

FOUR = '"One."\n\n"Two."\n\n"Three."\n\n"Four."'


def compare(people_of, text, speakers, quotation):
    """Return the columns of Ada and of Tom, where "A", "T" or "-" say who speaks each quotation."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    ada, tom = find_persons(people, "Ada", "Tom")
    named = [{"A": ada, "T": tom}.get(speaker, -1) for speaker in speakers]
    statistics = TurnStatistics(build_quotation_context(tokens, people), named, named)
    return compare_candidates(COLUMNS, TurnBatch, statistics, tokens, quotation, [ada, tom])


def test_those_who_have_talked_with_each_other_are_expected_to_do_so_again(people_of):
    ada, tom = compare(people_of, FOUR, "AT-T", 2)
    assert ada["previous_speaker:share"] > 0
    assert ada["previous_speaker:own_share"] > 0
    assert tom["previous_speaker:share"] == -1.0


def test_the_next_known_speaker_counts_as_the_previous_one_does(people_of):
    ada, tom = compare(people_of, FOUR, "AT-T", 2)
    assert ada["next_speaker:share"] == ada["previous_speaker:share"]
    assert tom["next_speaker:own_share"] == -1.0


def test_a_quotation_does_not_count_as_its_own_neighbour(people_of):
    near = "named_speaker:within_3"
    by_quotation = [compare(people_of, FOUR, "A---", index)[0] for index in range(4)]
    assert by_quotation[0][near] == by_quotation[0]["named_speaker:book"] == 0.0
    assert by_quotation[1][near] > 0


def test_distances_to_the_last_and_next_quotation_are_counted(people_of):
    ada, tom = compare(people_of, FOUR, "A--T", 2)
    assert (ada["resolved_speaker:back"], ada["resolved_speaker:ahead"]) == (2.0, 50.0)
    assert (tom["resolved_speaker:back"], tom["resolved_speaker:ahead"]) == (50.0, 1.0)


def test_whoever_a_tag_turns_to_is_spoken_to(people_of):
    text = '"Go," said Ada to Tom.\n\n"I will."'
    ada, tom = compare(people_of, text, "A-", 1)
    assert (ada["tag_addressee:-1"], tom["tag_addressee:-1"]) == (0.0, 1.0)
    ada, tom = compare(people_of, text, "A-", 0)
    assert (ada["tag_addressee:+0"], tom["tag_addressee:+0"]) == (0.0, 1.0)


EIGHT = "\n\n".join(f'"{word}."' for word in "abcdefgh")

COUNTS = [
    # How many other quotations within three have the candidate as their named speaker.
    ("AT-T----", 2, "named_speaker:within_3", (1, 2)),
    ("AAAA-TTT", 4, "named_speaker:within_3", (3, 3)),
    ("AAAAATTT", 4, "named_speaker:within_3", (3, 3)),  # without itself
    ("A------T", 7, "named_speaker:within_3", (0, 0)),
    ("A------T", 7, "named_speaker:within_10", (1, 0)),
    ("AAT-----", 7, "named_speaker:book", (2, 1)),
    ("AAT-----", 0, "named_speaker:book", (1, 1)),
    ("AT-T----", 2, "resolved_speaker:within_3", (1, 2)),
]


@pytest.mark.parametrize(("speakers", "quotation", "column", "counts"), COUNTS)
def test_quotations_of_a_known_speaker_are_counted_within_reach(
    people_of, speakers, quotation, column, counts
):
    rows = compare(people_of, EIGHT, speakers, quotation)
    assert [row[column] for row in rows] == pytest.approx(np.log1p(counts))


DISTANCES = [
    ("A------T", 3, (3, 50), (50, 4)),
    ("TA-AT---", 2, (1, 2), (1, 2)),
    ("--------", 3, (50, 50), (50, 50)),
    ("A-------", 0, (50, 50), (50, 50)),  # its own tag is no evidence
    ("-------T", 7, (50, 50), (50, 50)),
]


@pytest.mark.parametrize(("speakers", "quotation", "back", "ahead"), DISTANCES)
def test_turns_are_counted_back_and_ahead_and_fifty_stands_for_none(
    people_of, speakers, quotation, back, ahead
):
    rows = compare(people_of, EIGHT, speakers, quotation)
    assert tuple(row["resolved_speaker:back"] for row in rows) == back
    assert tuple(row["resolved_speaker:ahead"] for row in rows) == ahead


SHARES = [
    # Exchanges of Ada and Tom, each counted from either side; two are added to all exchanges.
    ("AT------", 7, 1 / 3),
    ("ATAT----", 7, 3 / 5),
    ("A-T-----", 7, 1 / 3),  # with one quotation between
    ("A--T----", 7, 0),  # too far apart
    ("AATT----", 7, 3 / 5),
]


@pytest.mark.parametrize(("speakers", "quotation", "share"), SHARES)
def test_the_share_of_exchanges_grows_with_their_number(people_of, speakers, quotation, share):
    ada, tom = compare(people_of, EIGHT, speakers, quotation)
    last = max(speakers.rfind("A"), speakers.rfind("T"))
    partner, speaker = (ada, tom) if speakers[last] == "T" else (tom, ada)
    assert partner["previous_speaker:share"] == pytest.approx(share)
    assert partner["previous_speaker:own_share"] == pytest.approx(share)
    assert speaker["previous_speaker:share"] == -1


def test_nobody_has_a_share_of_a_speaker_who_is_not_known(people_of):
    ada, tom = compare(people_of, EIGHT, "--------", 3)
    assert ada["next_speaker:share"] == tom["next_speaker:share"] == 0


ADDRESSEES = [
    ('"Go," said Ada to Tom.', {"Tom"}),
    ('"Go," said Ada, turning to Tom.', {"Tom"}),
    ('"Go," said Ada with Tom\'s hat.', set()),
    ('"Go," said Ada. Tom rose.', set()),
    ('"Go," said Tom to Ada.', {"Ada"}),
    ('"Go," said Ada to Ada.', set()),
    ('"Go." Ada turned to Tom.', set()),  # not a tag
]


@pytest.mark.parametrize(("text", "names"), ADDRESSEES)
def test_the_words_after_a_tag_name_whom_it_turns_to(people_of, text, names):
    ada, tom = compare(people_of, f'{text}\n\n"Yes."', "--", 0)
    addressed = {"Ada": ada["tag_addressee:+0"], "Tom": tom["tag_addressee:+0"]}
    assert {name for name, value in addressed.items() if value} == names
