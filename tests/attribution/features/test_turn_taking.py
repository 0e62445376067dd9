"""Turn taking: who speaks nearby, who talks with whom, and who is spoken to."""

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
