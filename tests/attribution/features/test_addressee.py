"""Forms of address: a name that is set off, a name that somebody answers to, or "sir"."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.vocatives import resolve_vocatives
from narrator.attribution.features.addressee import COLUMNS, AddresseeBatch, AddresseeStatistics
from narrator.attribution.features.column import list_column_names
from tests.attribution.features.comparing import compare_candidates, find_persons

PEOPLE = "Emma Vane met Tom Reed. Emma smiled at Tom. Tom smiled at Emma."

ADDRESSED = [
    "Emma, come here.",
    "Come here, Emma!",
    "Oh Emma, do come.",
    "But, my dear Emma, it rains.",
    "You know, my dear little modest Emma, that it rains.",
    "Emma dear, it rains.",
    "It rains -- Emma, come in.",
    "My poor Emma, you are wet.",
]
ONLY_NAMED = [
    "I saw Emma there.",
    "I met Hugh, Emma, and Tom.",
    "It was Emma, who was wet.",
    "Poor Emma! She is wet.",
    "Nobody but Emma, I think, was wet.",
]


@pytest.mark.parametrize(
    ("speech", "is_addressed"), [(s, True) for s in ADDRESSED] + [(s, False) for s in ONLY_NAMED]
)
def test_a_name_that_is_set_off_addresses_somebody(people_of, speech, is_addressed):
    tokens, people = people_of(f'{PEOPLE}\n\n"{speech}" said Tom.')
    context, emma = build_quotation_context(tokens, people), find_persons(people, "Emma")[0]
    assert (emma in context.addressees[0]) is is_addressed


def write_conversation(*, address, answerer, times):
    """Return a text in which Tom addresses somebody so many times, and somebody answers."""
    turns = (f'"{address}, do you hear?" said Tom.\n\n"I do," said {answerer}.',) * times
    return (
        f"{PEOPLE} Miss Price was there. Hugh Price came too.\n\n"
        + "\n\nIt rained on.\n\n".join(turns)
    )


ANSWERS = [
    ("Miss Price", "Emma", 3, True),
    ("Miss Price", "Emma", 2, False),  # too seldom
    ("Miss Price", "Hugh", 3, False),  # a man
    ("Miss Price", "Miss Price", 3, False),  # herself
]


@pytest.mark.parametrize(("address", "answerer", "times", "expected"), ANSWERS)
def test_whoever_answers_to_a_name_again_and_again_is_addressed_by_it(
    people_of, address, answerer, times, expected
):
    text = write_conversation(address=address, answerer=answerer, times=times)
    tokens, people = people_of(text)
    context, emma = build_quotation_context(tokens, people), find_persons(people, "Emma")[0]
    assert (emma in context.addressees[0]) is expected


def test_two_who_talk_with_each_other_are_not_one_person(people_of):
    quarrel = '\n\n"No," said Miss Price.\n\n"Yes," said Emma.'
    text = write_conversation(address="Miss Price", answerer="Emma", times=4) + quarrel
    tokens, people = people_of(text)
    context, emma = build_quotation_context(tokens, people), find_persons(people, "Emma")[0]
    assert emma not in context.addressees[0]


def test_without_an_address_there_is_no_answer(people_of):
    tokens, people = people_of(f'{PEOPLE}\n\n"Go," said Tom.')
    assert resolve_vocatives(tokens, people.persons, [-1], [frozenset()]) == {}


SIR = '"Come in, sir," said Emma.\n\n"I will," said Tom.\n\n'
NOBODY = dict.fromkeys(list_column_names(COLUMNS), 0.0)


def compare(people_of, text, quotation):
    """Return the columns of Emma and of Tom for a quotation."""
    tokens, people = people_of(text)
    context = build_quotation_context(tokens, people)
    named = [tag.person_index if tag else -1 for tag in context.best_tags]
    return compare_candidates(
        COLUMNS,
        AddresseeBatch,
        AddresseeStatistics(context, named),
        tokens,
        quotation,
        find_persons(people, "Emma", "Tom"),
    )


def test_whoever_answers_to_sir_is_likely_to_answer_again(people_of):
    text = f'{PEOPLE}\n\n{SIR * 3}"Sit down, sir."\n\n"Thank you."'
    emma, tom = compare(people_of, text, 7)
    assert tom["answers_address:-1"] > 0 > emma["answers_address:-1"]


def test_who_speaks_before_an_address_is_its_likely_hearer_too(people_of):
    before = '"I will," said Tom.\n\n"Come in, sir," said Emma.\n\nIt rained.\n\n'
    text = f'{PEOPLE}\n\n{before * 3}"Good evening."\n\n"Sit down, sir."'
    emma, tom = compare(people_of, text, 6)
    assert tom["answers_address:+1"] > 0 > emma["answers_address:+1"]


def test_the_address_in_a_quotation_itself_speaks_against_its_hearer(people_of):
    text = f'{PEOPLE}\n\n{SIR * 3}"Sit down, sir."'
    emma, tom = compare(people_of, text, 6)
    assert tom["answers_address:+0"] > emma["answers_address:+0"]


def test_where_nobody_is_addressed_nobody_is_likelier(people_of):
    text = f'{PEOPLE}\n\n{SIR}"It rains."\n\n"It does."'
    assert compare(people_of, text, 3) == [NOBODY, NOBODY]


def test_a_tag_is_not_evidence_of_itself(people_of):
    emma, tom = compare(people_of, f"{PEOPLE}\n\n{SIR}", 1)
    assert emma["answers_address:-1"] == tom["answers_address:-1"] == 0.0


def test_a_book_without_forms_of_address_has_no_evidence(people_of):
    assert compare(people_of, f'{PEOPLE}\n\n"Go," said Tom.', 0) == [NOBODY, NOBODY]
