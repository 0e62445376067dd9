"""Subjects: who acts in the narration before and after a quotation."""

import numpy as np
import pytest

from narrator.attribution.coreference.pronouns import resolve_pronouns
from narrator.attribution.features.nearby_subjects import (
    COLUMNS,
    SubjectBatch,
    SubjectStatistics,
    resolve_tag_subject,
)
from narrator.attribution.speech_tags import SpeechTag
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons

NARRATOR = 7


def test_a_tag_means_a_person_by_name_by_pronoun_or_as_the_narrator(people_of):
    tokens, people = people_of(f'{PEOPLE}\n\nAda rose. "Go," she said.')
    salience, index = resolve_pronouns(tokens, people), tokens.words.index("she")
    ada = find_persons(people, "Ada")[0]
    tags = [
        (SpeechTag(ada, "", 2, 0, 1), ada),
        (SpeechTag(-1, "female", 2, index, index + 2), ada),
        (SpeechTag(-1, "first", 2, index, index + 2), NARRATOR),
        (SpeechTag(-1, "male", 2, 0, 1), -1),
        (None, -1),
    ]
    for tag, person in tags:
        assert resolve_tag_subject(tag, salience, NARRATOR) == person


def compare(people_of, text, quotation=0, tag_subjects=None):
    """Return the columns of Ada and of Tom for a quotation."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    subjects = tag_subjects or [-1] * len(tokens.quotations)
    statistics = SubjectStatistics(tokens, resolve_pronouns(tokens, people), subjects)
    candidates = find_persons(people, "Ada", "Tom")
    return compare_candidates(COLUMNS, SubjectBatch, statistics, tokens, quotation, candidates)


def test_the_last_to_act_before_a_quotation_stands_out(people_of):
    ada, tom = compare(people_of, 'Tom rose. Ada sat down.\n\n"Go."')
    assert (ada["gap_before:is_last"], tom["gap_before:is_last"]) == (1.0, 0.0)
    assert (ada["gap_before:is_first"], tom["gap_before:is_first"]) == (1.0, 0.0)
    assert min(ada["gap_before:count"], tom["gap_before:count"]) >= 1


def test_the_first_to_act_after_a_quotation_stands_out(people_of):
    ada, tom = compare(people_of, '"Go."\n\nTom rose. Ada sat down.')
    assert (ada["gap_after:is_first"], tom["gap_after:is_first"]) == (0.0, 1.0)
    assert (ada["gap_after:is_last"], tom["gap_after:is_last"]) == (1.0, 0.0)
    assert ada["resolved:acting:ahead"] > tom["resolved:acting:ahead"]


def test_a_gap_ends_at_the_next_quotation(people_of):
    ada, tom = compare(people_of, '"Go."\n\nTom rose.\n\n"No."\n\nAda sat down.')
    assert (ada["gap_after:count"], tom["gap_after:count"]) == (0.0, 1.0)


def test_only_the_quotation_s_own_paragraph_counts_as_such(people_of):
    ada, tom = compare(people_of, 'Ada sat down.\n\nTom rose. "Go."')
    assert (ada["paragraph_before:count"], tom["paragraph_before:count"]) == (0.0, 1.0)
    assert (ada["paragraph_before:is_last"], tom["paragraph_before:is_last"]) == (0.0, 1.0)


@pytest.mark.parametrize(("subject", "expected"), [("Ada", (1.0, -1.0)), (None, (0.0, 0.0))])
def test_whoever_a_tag_means_is_told_from_everybody_else(people_of, subject, expected):
    _, people = people_of(PEOPLE)
    subjects = [find_persons(people, subject)[0] if subject else -1]
    ada, tom = compare(people_of, '"Go."', 0, subjects)
    assert (ada["resolved:tag_match"], tom["resolved:tag_match"]) == expected


GAPS = [
    # Who acts in the narration before a quotation: first, last, and how often each.
    ('"One."\n\nAda rose. Tom sat. Ada left.\n\n"Two."', 1, ("Ada", "Ada"), (2, 1)),
    ('"One."\n\nTom saw Ada.\n\n"Two."', 1, ("Tom", "Tom"), (0, 1)),
    ('"One."\n\nShe rose. He sat.\n\n"Two."', 1, ("Ada", "Tom"), (1, 1)),
    ('"One."\n\nIt rained.\n\n"Two."', 1, (None, None), (0, 0)),
    ('"One."\n\n"Two."', 1, (None, None), (0, 0)),
]


@pytest.mark.parametrize(("text", "quotation", "first_and_last", "counts"), GAPS)
def test_the_narration_between_two_quotations_shows_who_acts(
    people_of, text, quotation, first_and_last, counts
):
    rows = dict(zip(("Ada", "Tom"), compare(people_of, text, quotation), strict=True))
    for column, name in zip(
        ("gap_before:is_first", "gap_before:is_last"), first_and_last, strict=True
    ):
        assert [who for who, row in rows.items() if row[column]] == ([name] if name else [])
    assert tuple(row["gap_before:count"] for row in rows.values()) == counts


def test_what_follows_one_quotation_precedes_the_next(people_of):
    text = '"One."\n\nAda rose. Tom sat. Ada left.\n\n"Two."'
    before, after = compare(people_of, text, 1), compare(people_of, text, 0)
    for earlier, later in zip(after, before, strict=True):
        for kind in ("is_first", "is_last", "count"):
            assert earlier[f"gap_after:{kind}"] == later[f"gap_before:{kind}"]


def test_narration_far_from_a_quotation_is_not_its_gap(people_of):
    ada, _ = compare(people_of, f'"One."\n\nAda rose. {"It rained. " * 60}\n\n"Two."', 1)
    assert ada["gap_before:count"] == 0
    assert ada["resolved:narrated:last_250"] > 0


@pytest.mark.parametrize(
    ("text", "column", "tokens"),
    [
        ('Ada rose. She sat. "Go."', "resolved:acting:back", 3),
        ('Tom rose. He saw Ada. "Go."', "resolved:narrated:back", 2),
        ('"Go." She rose.', "resolved:acting:ahead", 0),
    ],
)
def test_pronouns_count_as_mentions_of_whom_they_mean(people_of, text, column, tokens):
    ada, _ = compare(people_of, text)
    assert ada[column] == pytest.approx(np.log1p(tokens))
