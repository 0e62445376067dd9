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


def compute(people_of, text, tag="en"):
    """Return the columns of the quotations of a text."""
    tokens, people = people_of(text, tag)
    statistics = QuotationStatistics(build_quotation_context(tokens, people))
    return {name: column.tolist() for name, column in compute_columns(COLUMNS, statistics)}


TAGS = [
    ('"Go," she said.', {"tag:pronoun_female"}),
    ('"Go," they said.', {"tag:pronoun_plural"}),
    ('"Go," said I.', {"tag:pronoun_first"}),
    ('"Go," said the other.', {"tag:pronoun_neutral"}),
    ('"Go," said the old man.', {"tag:is_description"}),
    ('"Go," said his mother.', {"tag:is_description", "tag:is_kin", "tag:relation_parent"}),
    ('"Go," said her husband.', {"tag:is_description", "tag:is_kin", "tag:relation_spouse"}),
    ('"Go," said his sister.', {"tag:is_description", "tag:is_kin", "tag:relation_sibling"}),
    ('"Go," said her son.', {"tag:is_description", "tag:is_kin", "tag:relation_child"}),
    ('"Go," asked Tom.', {"tag:asking"}),
    ('"Go," Tom replied.', {"tag:answering"}),
    ('"Go," continued Tom.', {"tag:continuing"}),
    ('"Go," Tom interrupted.', {"tag:interrupting"}),
    ('"Go."', set()),
]


@pytest.mark.parametrize(("text", "shown"), TAGS)
def test_a_tag_shows_what_its_words_mean(people_of, text, shown):
    columns = compute(people_of, f"{STORY.partition(chr(10))[0]}\n\n{text}")
    kinds = {name for name, (value,) in columns.items() if name.startswith("tag:") and value}
    assert kinds - {"tag:verb_strength"} == shown


SPEECHES = [
    ("Yes, sir.", {"addresses_male", "is_answer"}),
    ("Well, my dear?", {"is_answer", "is_question", "addresses_fond", "says_i"}),
    ("Madam, I beg you!", {"addresses_female", "says_i", "says_you", "is_exclamation"}),
    ("Papa, look.", {"addresses_male", "addresses_kin"}),
    ("It rains.", set()),
    ("Is it your hat?", {"says_you", "is_question"}),
    ("No? Yes!", {"is_answer", "is_exclamation"}),
]


@pytest.mark.parametrize(("speech", "shown"), SPEECHES)
def test_a_speech_shows_whom_it_addresses_and_how_it_begins_and_ends(people_of, speech, shown):
    columns = compute(people_of, f'It rained.\n\n"{speech}"')
    kinds = ("addresses_", "says_", "is_")
    assert {name for name, (value,) in columns.items() if name.startswith(kinds) and value} == shown


@pytest.mark.parametrize(
    ("text", "runs", "breaks", "fills"),
    [
        ('"One. Two."', 1, 0, 1),
        ('"One," said Tom, "two."', 2, 0, 0),
        ('"One," said Tom, "two," he said, "three."', 3, 0, 0),
        ('"One.\n\n"Two."', 1, 1, 1),
        ('Tom said, "One."', 1, 0, 0),
    ],
)
def test_pieces_and_paragraphs_of_a_quotation_are_counted(people_of, text, runs, breaks, fills):
    columns = compute(people_of, f"It rained.\n\n{text}")
    assert (columns["runs"], columns["paragraph_breaks"]) == ([runs], [breaks])
    assert columns["fills_paragraphs"] == [bool(fills)]


def test_words_of_address_are_those_of_the_language(people_of):
    german = compute(people_of, "Es regnete.\n\n„Ja, mein Herr.“", "de")
    assert german["is_answer"] == [True]
    assert german["says_i"] == [True]
    english = compute(people_of, 'It rained.\n\n"Ja, mein Herr."')
    assert english["is_answer"] == english["says_i"] == [False]


def test_untagged_quotations_are_counted_up_to_ten(people_of):
    talk = "\n\n".join(['"Go," said Tom.', *['"Yes."'] * 13])
    columns = compute(people_of, f"{STORY.partition(chr(10))[0]}\n\n{talk}")
    assert columns["untagged_before"] == [0, *range(10), 10, 10, 10]
    assert columns["untagged_after"] == [10] * 4 + list(range(9, -1, -1))
    assert columns["tagged_share"][0] == pytest.approx(1 / 11)
    assert columns["tagged_share"][-1] == 0
