"""Who is spoken to: by a name set off, by a name that others answer to, by "sir"."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.vocatives import resolve_vocatives
from narrator.attribution.features.addressee import COLUMNS, AddresseeStatistics
from tests.attribution.test_context import numbers, rows_of

PEOPLE = "Emma Vane met Tom Reed. Emma smiled at Tom. Tom smiled at Emma."

CALLED = [
    "Emma, come here.",
    "Come here, Emma!",
    "Oh Emma, do come.",
    "But, my dear Emma, it rains.",
    "You know, my dear little modest Emma, that it rains.",
    "Emma dear, it rains.",
    "It rains -- Emma, come in.",
    "My poor Emma, you are wet.",
]
TOLD_OF = [
    "I saw Emma there.",
    "I met Hugh, Emma, and Tom.",
    "It was Emma, who was wet.",
    "Poor Emma! She is wet.",
    "Nobody but Emma, I think, was wet.",
]


@pytest.mark.parametrize(
    ("said", "called"), [(s, True) for s in CALLED] + [(s, False) for s in TOLD_OF]
)
def test_a_name_that_is_set_off_calls_somebody(people_of, said, called):
    page, people = people_of(f'{PEOPLE}\n\n"{said}" said Tom.')
    around, emma = build_quotation_context(page, people), numbers(people, "Emma")[0]
    assert (emma in around.addressees[0]) is called


def talk(*, calling, answerer, times):
    """A conversation in which a name is called and somebody answers, so many times."""
    turns = (f'"{calling}, do you hear?" said Tom.\n\n"I do," said {answerer}.',) * times
    return (
        f"{PEOPLE} Miss Price was there. Hugh Price came too.\n\n"
        + "\n\nIt rained on.\n\n".join(turns)
    )


MEANT = [
    ("Miss Price", "Emma", 3, True),
    ("Miss Price", "Emma", 2, False),  # too seldom
    ("Miss Price", "Hugh", 3, False),  # a man
    ("Miss Price", "Miss Price", 3, False),  # herself
]


@pytest.mark.parametrize(("calling", "answerer", "times", "found"), MEANT)
def test_whoever_answers_to_a_name_time_and_again_is_called_by_it(
    people_of, calling, answerer, times, found
):
    page, people = people_of(talk(calling=calling, answerer=answerer, times=times))
    around, emma = build_quotation_context(page, people), numbers(people, "Emma")[0]
    assert (emma in around.addressees[0]) is found


def test_two_who_talk_with_each_other_are_not_one(people_of):
    quarrel = '\n\n"No," said Miss Price.\n\n"Yes," said Emma.'
    page, people = people_of(talk(calling="Miss Price", answerer="Emma", times=4) + quarrel)
    around, emma = build_quotation_context(page, people), numbers(people, "Emma")[0]
    assert emma not in around.addressees[0]


def test_nobody_answers_where_nobody_is_called(people_of):
    page, people = people_of(f'{PEOPLE}\n\n"Go," said Tom.')
    assert resolve_vocatives(page, people.persons, [-1], [frozenset()]) == {}


def hearing_of(people_of, text):
    page, people = people_of(text)
    around = build_quotation_context(page, people)
    named = [clue.person_index if clue else -1 for clue in around.best_tags]
    return page, numbers(people, "Emma", "Tom"), AddresseeStatistics(around, named)


SIR = '"Come in, sir," said Emma.\n\n"I will," said Tom.\n\n'


def test_whoever_answers_to_sir_is_likely_to_answer_again(people_of):
    text = f'{PEOPLE}\n\n{SIR * 3}"Sit down, sir."\n\n"Thank you."'
    page, (emma, tom), hearing = hearing_of(people_of, text)
    column = COLUMNS.index("hears:-1")
    for_emma, for_tom = (row[column] for row in rows_of(hearing, page, 7, [emma, tom]))
    assert for_tom > 0 > for_emma


def test_where_nobody_is_called_nobody_is_likelier(people_of):
    page, people, hearing = hearing_of(people_of, f'{PEOPLE}\n\n{SIR}"It rains."\n\n"It does."')
    assert rows_of(hearing, page, 3, people) == [[0.0] * len(COLUMNS)] * 2


def test_a_tag_is_no_evidence_of_itself(people_of):
    page, (emma, tom), hearing = hearing_of(people_of, f"{PEOPLE}\n\n{SIR}")
    column = COLUMNS.index("hears:-1")
    for_emma, for_tom = (row[column] for row in rows_of(hearing, page, 1, [emma, tom]))
    assert for_emma == for_tom == 0.0


def test_a_book_without_calls_has_no_evidence(people_of):
    page, people, hearing = hearing_of(people_of, f'{PEOPLE}\n\n"Go," said Tom.')
    assert rows_of(hearing, page, 0, people) == [[0.0] * len(COLUMNS)] * 2
