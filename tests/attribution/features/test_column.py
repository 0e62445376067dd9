"""Columns: a name and its values, and the shape that each group of columns promises."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.pronouns import resolve_pronouns
from narrator.attribution.features import (
    addressee,
    mention_distance,
    nearby_subjects,
    person,
    quotation,
    speech_style,
    turn_taking,
)
from narrator.attribution.features.column import Column, compute_columns, list_column_names
from narrator.attribution.features.pairs import pair_candidates

STORY = """Ada Vane met Tom Reed. Ada smiled at Tom. The old man sat. I came, and I sat.

"Where to, sir?" said Tom.

"Home, Tom," she said to the old man. "At once!"

It rained.

"Yes."

"No," I said.
"""


def test_columns_are_computed_in_their_order_and_one_at_a_time():
    calls = []
    columns = [
        Column(name, lambda source, name=name: calls.append((name, source))) for name in "abc"
    ]
    computed = compute_columns(columns, "source")
    assert calls == []
    assert next(computed)[0] == "a"
    assert calls == [("a", "source")]
    assert [name for name, _ in computed] == ["b", "c"]


def test_no_columns_have_no_names_and_no_values():
    assert list_column_names(()) == ()
    assert list(compute_columns((), None)) == []


def test_a_column_that_fails_is_not_passed_over():
    def fail(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(compute_columns([Column("broken", fail)], None))


@pytest.fixture(scope="module")
def groups(people_of):
    """For each group of columns: its columns, what they read, and the shape of their values."""
    tokens, people = people_of(STORY)
    context = build_quotation_context(tokens, people)
    quotation_count, person_count = len(tokens.quotations), len(people.persons)
    speakers = [tag.person_index if tag else -1 for tag in context.best_tags]
    persons = np.resize(np.arange(person_count, dtype=np.int32), (quotation_count, 3))
    pairs, salience = pair_candidates(tokens, persons), resolve_pronouns(tokens, people)
    of_pairs = {
        mention_distance: mention_distance.MentionBatch(
            mention_distance.MentionStatistics(context), pairs
        ),
        nearby_subjects: nearby_subjects.SubjectBatch(
            nearby_subjects.SubjectStatistics(tokens, salience, speakers), pairs
        ),
        turn_taking: turn_taking.TurnBatch(
            turn_taking.TurnStatistics(context, speakers, speakers), pairs
        ),
        speech_style: speech_style.StyleBatch(
            speech_style.StyleStatistics(context, speakers), pairs
        ),
        addressee: addressee.AddresseeBatch(
            addressee.AddresseeStatistics(context, speakers), pairs
        ),
    }
    return {
        **{
            module.__name__.rpartition(".")[2]: (module.COLUMNS, batch, persons.shape)
            for module, batch in of_pairs.items()
        },
        "person": (
            person.COLUMNS,
            person.PersonStatistics(people.persons, tokens.language),
            (person_count,),
        ),
        "quotation": (
            quotation.COLUMNS,
            quotation.QuotationStatistics(context),
            (quotation_count,),
        ),
    }


GROUPS = [
    "addressee", "mention_distance", "nearby_subjects", "person", "quotation", "speech_style",
    "turn_taking",
]  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_every_column_of_a_group_has_the_shape_that_the_group_promises(groups, group):
    columns, source, shape = groups[group]
    for name, values in compute_columns(columns, source):
        assert np.broadcast_shapes(values.shape, shape) == shape, name


@pytest.mark.parametrize("group", GROUPS)
def test_every_value_is_a_number_that_the_nets_can_read(groups, group):
    columns, source, _ = groups[group]
    for name, values in compute_columns(columns, source):
        assert np.isfinite(values.astype(np.float32)).all(), name
        assert np.abs(values.astype(np.float32)).max() < 1000, name


@pytest.mark.parametrize("group", GROUPS)
def test_columns_do_not_depend_on_those_computed_before(groups, group):
    columns, source, _ = groups[group]
    forward = dict(compute_columns(columns, source))
    backward = dict(compute_columns(columns[::-1], source))
    for name, values in forward.items():
        assert np.array_equal(values, backward[name]), name


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_columns_tells_some_rows_from_others(groups, group):
    columns, source, shape = groups[group]
    rows = [
        np.broadcast_to(v, shape).astype(float).ravel() for _, v in compute_columns(columns, source)
    ]
    assert len(np.unique(np.array(rows).T, axis=0)) > 1
