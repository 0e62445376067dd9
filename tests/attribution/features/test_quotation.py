"""A quotation by itself, among its neighbours, and what its tag says."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features.column import compute_columns
from narrator.attribution.features.quotation import COLUMNS, QuotationStatistics

STORY = """Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled at Ada.

"Where to, my dear sir?" asked Tom.

"Home," she answered. "At once!"

"Yes. I know you."

It rained.

"Go," said Tom.
"""


@pytest.fixture(scope="module")
def columns(people_of):
    """Return the columns of the story's quotations."""
    tokens, people = people_of(STORY)
    statistics = QuotationStatistics(build_quotation_context(tokens, people))
    return {name: column.tolist() for name, column in compute_columns(COLUMNS, statistics)}


EXPECTED = [
    ("is_question", [1, 0, 0, 0]),
    ("is_exclamation", [0, 1, 0, 0]),
    ("runs", [1, 2, 1, 1]),
    ("paragraph_breaks", [0, 0, 0, 0]),
    ("fills_paragraphs", [0, 0, 1, 0]),
    ("paragraphs:-1", [20, 1, 1, 2]),
    ("paragraphs:+1", [1, 1, 2, 20]),
    ("untagged_before", [0, 0, 0, 1]),
    ("untagged_after", [0, 1, 0, 0]),
    ("tagged_share", [0.75] * 4),
    ("has_narrator", [0, 0, 0, 0]),
    ("tag:verb_strength", [2, 2, 0, 2]),
    ("tag:pronoun_female", [0, 1, 0, 0]),
    ("tag:pronoun_male", [0, 0, 0, 0]),
    ("tag:asking", [1, 0, 0, 0]),
    ("tag:answering", [0, 1, 0, 0]),
    ("addresses_male", [1, 0, 0, 0]),
    ("addresses_fond", [1, 0, 0, 0]),
    ("says_i", [1, 0, 1, 0]),
    ("says_you", [0, 0, 1, 0]),
    ("is_answer", [0, 0, 1, 0]),
]


@pytest.mark.parametrize(("name", "expected"), EXPECTED)
def test_each_quotation_has_its_column(columns, name, expected):
    assert columns[name] == expected


def test_a_neighbour_that_does_not_exist_is_far_away(columns):
    assert columns["gap:-1"][0] == columns["gap:+1"][-1] == 9.0
    assert columns["gap:+1"][:-1] == columns["gap:-1"][1:]


def test_a_quotation_without_words_counts_as_none(people_of):
    tokens, people = people_of('Ada came. Ada sat.\n\n"One."\n\n"Two."\n\n"Three."')
    tokens.quotations[1].token_runs.clear()
    statistics = QuotationStatistics(build_quotation_context(tokens, people))
    columns = {name: column.tolist() for name, column in compute_columns(COLUMNS, statistics)}
    assert columns["gap:+1"] == [9.0, columns["gap:+1"][1], 9.0]
    assert columns["length"][1] == columns["runs"][1] == columns["is_answer"][1] == 0
