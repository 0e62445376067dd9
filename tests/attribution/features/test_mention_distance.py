"""Mentions: who is tagged, named or mentioned how near to a quotation."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features.mention_distance import COLUMNS, MentionBatch, MentionStatistics
from narrator.attribution.features.position_index import ABSENT_LOG_DISTANCE
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons


def compare(people_of, text, quotation=0):
    """Return the columns of Ada and of Tom for a quotation."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    statistics = MentionStatistics(build_quotation_context(tokens, people))
    candidates = find_persons(people, "Ada", "Tom")
    return compare_candidates(COLUMNS, MentionBatch, statistics, tokens, quotation, candidates)


def test_the_nearest_mention_in_the_narration_counts(people_of):
    ada, tom = compare(people_of, 'Ada saw Tom.\n\n"Go."')
    # Tom and a full stop stand before the quotation; three more tokens lie between him and Ada.
    assert (ada["narrated:back"], tom["narrated:back"]) == tuple(np.log1p([4, 2]))
    assert (ada["narrated:rank"], tom["narrated:rank"]) == (1.0, 0.0)
    assert (ada["acting:rank"], tom["acting:rank"]) == (0.0, 1.0)


def test_a_mention_within_a_quotation_is_not_narrated(people_of):
    ada, tom = compare(people_of, '"I saw Tom there."\n\n"Go."', 1)
    assert tom["quoted:back"] < ada["quoted:back"] == ABSENT_LOG_DISTANCE
    assert ada["narrated:previous_paragraph"] == tom["narrated:previous_paragraph"] == 0.0
    assert tom["quoted:chapter"] > 0


def test_paragraph_and_chapter_bound_what_is_counted(people_of):
    ada, tom = compare(people_of, 'Ada rose.\n\nTom sat. "Go."\n\nAda left.')
    counts = ("narrated:previous_paragraph", "narrated:paragraph_before", "narrated:chapter_after")
    assert [ada[name] > 0 for name in counts] == [True, False, True]
    assert [tom[name] > 0 for name in counts] == [False, True, False]


def test_alternating_speakers_have_an_even_distance_to_their_last_quotation(people_of):
    text = '"One," said Ada.\n\n"Two," said Tom.\n\n"Three."'
    ada, tom = compare(people_of, text, 2)
    assert (ada["spoke:parity"], tom["spoke:parity"]) == (0.0, 1.0)
    assert (ada["spoke:rank"], tom["spoke:rank"]) == (1.0, 0.0)
    assert (ada["spoke:quotations_back"], tom["spoke:quotations_back"]) == (2.0, 1.0)


def test_who_has_not_spoken_yet_ranks_last(people_of):
    ada, tom = compare(people_of, '"One," said Ada.\n\n"Two."', 1)
    assert (ada["spoke:rank"], tom["spoke:rank"]) == (0.0, 9.0)
    assert (tom["spoke:parity"], tom["spoke:count"]) == (-1.0, 0.0)


@pytest.mark.parametrize(
    ("tag", "ranks"), [("he said", (1.0, 0.0)), ("she said", (0.0, 1.0)), ("said Ada", (-1, -1))]
)
def test_a_pronoun_ranks_those_whom_it_fits_by_distance(people_of, tag, ranks):
    ada, tom = compare(people_of, f'Ada smiled. Tom smiled. "Go," {tag}.')
    is_ranked = ranks[0] >= 0
    assert (ada["tag:narrated_rank"] >= 0) is is_ranked
    assert (tom["tag:narrated_rank"] >= 0) is is_ranked
    if is_ranked:
        nearer = ada if ranks[0] == 0 else tom
        assert nearer["tag:gender_match"] > 0.5
        assert nearer["tag:narrated_rank"] == 0.0


def test_the_narrator_is_marked_where_he_says_i(people_of):
    text = 'I came in, and I sat down. I was tired. "Go," I said.\n\n"No."'
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    statistics = MentionStatistics(build_quotation_context(tokens, people))
    candidates = [people.narrator_index, *find_persons(people, "Tom")]
    for quotation, expected in ((0, [1.0, 0.0]), (1, [0.0, 0.0])):
        rows = compare_candidates(COLUMNS, MentionBatch, statistics, tokens, quotation, candidates)
        assert [row["narrator_here"] for row in rows] == expected
