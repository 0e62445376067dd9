"""The features of a whole book: every column in its place, every row of its candidate."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features import feature_table
from narrator.attribution.features.column import Column, compute_columns, list_column_names
from narrator.attribution.features.feature_table import (
    COLUMN_NAMES,
    FeatureBatches,
    compute_features,
)

STORY = """Ada Vane met Tom Reed. Ada smiled at Tom.

"Where to?" said Tom.

"Home, Tom," she said. "At once!"

"Yes."
"""


def test_a_column_is_computed_under_its_name():
    columns = (
        Column("double", lambda values: 2 * values),
        Column("half", lambda values: values / 2),
    )
    assert list_column_names(columns) == ("double", "half")
    computed = {name: column.tolist() for name, column in compute_columns(columns, np.array([4]))}
    assert computed == {"double": [8], "half": [2.0]}


def test_no_two_columns_share_a_name():
    assert len(set(COLUMN_NAMES)) == len(COLUMN_NAMES)


@pytest.fixture(scope="module")
def story(people_of):
    """Return the features of the story, and the index of each of its people."""
    tokens, people = people_of(STORY)
    persons = {
        form.words[0]: index
        for index, person in enumerate(people.persons)
        for form in person.name_forms
    }
    return compute_features(build_quotation_context(tokens, people)), persons


def look_up(story, quotation, name, column):
    features, persons = story
    [slot] = np.nonzero(features.candidate_persons[quotation] == persons[name])[0]
    return features.values[quotation, slot, COLUMN_NAMES.index(column)]


VALUES = [
    (0, "tom", "tag_after:name_match", 3.0),
    (0, "ada", "tag_after:name_match", -3.0),
    (1, "tom", "tag:name_match:-1", 3.0),
    (1, "tom", "addressed", 1.0),
    (2, "tom", "addressed:-1", 1.0),
    (1, "ada", "addressed", 0.0),
    (1, "tom", "spoke:quotations_back", 1.0),
    (2, "tom", "spoke:quotations_back", 2.0),
    (2, "tom", "spoke:parity", 0.0),
    (2, "ada", "spoke:parity", -1.0),
    (0, "tom", "narrated:rank", 0.0),
    (0, "ada", "narrated:rank", 1.0),
    (0, "ada", "is_question", 1.0),
    (1, "ada", "is_exclamation", 1.0),
    (1, "ada", "runs", 2.0),
    (2, "ada", "fills_paragraphs", 1.0),
    (2, "ada", "is_answer", 1.0),
    (2, "ada", "untagged_before", 0.0),
    (1, "ada", "untagged_after", 1.0),
    (0, "ada", "gap:-1", 9.0),
    (2, "ada", "paragraphs:-1", 1.0),
    (2, "ada", "paragraphs:+1", 20.0),
]


@pytest.mark.parametrize(("quotation", "name", "column", "expected"), VALUES)
def test_a_quotation_and_a_candidate_have_their_values(story, quotation, name, column, expected):
    assert look_up(story, quotation, name, column) == expected


def test_a_slot_without_a_candidate_is_all_zeros(story):
    features, _ = story
    assert not features.values[features.candidate_persons < 0].any()


def test_a_book_computed_in_batches_has_the_same_features(people_of, monkeypatch):
    context = build_quotation_context(*people_of(STORY + STORY))
    at_once = compute_features(context).values
    monkeypatch.setattr(feature_table, "_BATCH_QUOTATIONS", 2)
    assert np.allclose(compute_features(context).values, at_once, atol=1e-6)


def test_a_range_of_quotations_has_the_features_that_it_has_in_the_book(people_of, monkeypatch):
    context = build_quotation_context(*people_of(STORY + STORY))
    monkeypatch.setattr(feature_table, "_BATCH_QUOTATIONS", 3)
    values = compute_features(context).values
    batches = FeatureBatches(context)
    for start, end in ((0, 2), (1, 5), (2, 7), (5, len(values)), (len(values), len(values))):
        assert (batches.read_rows(start, end) == values[start:end]).all()


def test_columns_stay_in_their_places_in_whatever_order_they_are_computed(people_of, monkeypatch):
    context = build_quotation_context(*people_of(STORY))
    in_order = compute_features(context).values
    monkeypatch.setattr(
        feature_table,
        "compute_columns",
        lambda columns, source: compute_columns(columns[::-1], source),
    )
    assert (compute_features(context).values == in_order).all()


def test_every_listed_column_is_computed(people_of, monkeypatch):
    computed = []

    def record(columns, source):
        computed.extend(list_column_names(columns))
        return compute_columns(columns, source)

    monkeypatch.setattr(feature_table, "compute_columns", record)
    compute_features(build_quotation_context(*people_of(STORY)))
    assert sorted(computed) == sorted(COLUMN_NAMES)


def test_a_book_without_people_has_no_candidates(people_of):
    context = build_quotation_context(*people_of('"Is anybody there?"\n\n"No."'))
    assert (compute_features(context).candidate_persons < 0).all()


def test_a_text_without_dialogue_has_no_rows(people_of):
    tokens, people = people_of("Ada Vane met Tom Reed. Ada smiled at Tom.")
    table = compute_features(build_quotation_context(tokens, people))
    assert table.candidate_persons.shape[0] == table.values.shape[0] == 0
