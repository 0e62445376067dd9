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


DISTANCES = [
    # Tokens from the last mention in the narration to the quotation.
    ('Ada rose. "Go."', "ada", "narrated:back", 3),
    ('Ada rose. Tom sat down. "Go."', "tom", "acting:back", 4),
    ('Tom saw Ada. "Go."', "ada", "narrated:back", 2),
    ('"Go." Ada rose.', "ada", "narrated:ahead", 0),
    ('"Go." Then it rained. Ada rose.', "ada", "narrated:ahead", 4),
    ('"Go." Then Tom saw Ada.', "ada", "narrated:ahead", 3),
    ('"I saw Ada."\n\nIt rained.\n\n"Go."', "ada", "quoted:back", 5),
]


@pytest.mark.parametrize(("text", "name", "column", "tokens"), DISTANCES)
def test_distances_are_counted_in_tokens(people_of, text, name, column, tokens):
    last_quotation = text.count('"') // 2 - 1
    ada, tom = compare(people_of, text, last_quotation)
    assert {"ada": ada, "tom": tom}[name][column] == pytest.approx(np.log1p(tokens))


COUNTS = [
    ('Ada rose. Ada sat. "Go."', "narrated:paragraph_before", (2, 0)),
    ('"Go." Ada rose. Tom sat.', "narrated:paragraph", (1, 1)),
    ('"Go." Ada rose. Tom sat.', "narrated:paragraph_before", (0, 0)),
    ('Tom sat. Tom rose.\n\n"Go."', "narrated:previous_paragraph", (0, 2)),
    ('"Go."\n\nTom sat. Tom rose.', "narrated:chapter_after", (0, 2)),
    ('"Go."', "narrated:last_50", (3, 3)),  # as the story begins
    ('"Go."', "narrated:chapter_before", (3, 3)),
    ('"Go."', "quoted:chapter", (0, 0)),
    ('"Tom and Ada, go." "I saw Tom."', "quoted:chapter", (1, 2)),
]


@pytest.mark.parametrize(("text", "column", "counts"), COUNTS)
def test_mentions_are_counted_within_their_bounds(people_of, text, column, counts):
    rows = compare(people_of, text)
    assert [row[column] for row in rows] == pytest.approx(np.log1p(counts))


TAGS = [
    ('"Go," said Ada.', (3, -3), (-1, -1)),
    ('"Go," said Tom.', (-3, 3), (-1, -1)),
    ('"Go," Ada nodded.', (2, -2), (-1, -1)),
    ('"Go."', (0, 0), (-1, -1)),
]


@pytest.mark.parametrize(("text", "name_matches", "gender_matches"), TAGS)
def test_a_tag_with_a_name_speaks_for_one_candidate_and_against_the_others(
    people_of, text, name_matches, gender_matches
):
    rows = compare(people_of, text)
    assert tuple(row["tag:name_match"] for row in rows) == name_matches
    assert tuple(row["tag:gender_match"] for row in rows) == gender_matches


@pytest.mark.parametrize(("pronoun", "fitting"), [("she", 0), ("he", 1)])
def test_a_pronoun_fits_the_candidate_of_its_gender(people_of, pronoun, fitting):
    rows = compare(people_of, f'"Go," said {pronoun}.')
    assert {row["tag:name_match"] for row in rows} == {0.5}
    assert rows[fitting]["tag:gender_match"] > 0.9
    assert rows[1 - fitting]["tag:gender_match"] < 0.1


def test_the_tags_of_neighbours_are_seen_from_both_sides(people_of):
    text = '"One," said Ada.\n\n"Two."\n\n"Three," said Tom.'
    ada, tom = compare(people_of, text, 1)
    assert (ada["tag:name_match:-1"], tom["tag:name_match:-1"]) == (3, -3)
    assert (ada["tag:name_match:+1"], tom["tag:name_match:+1"]) == (-3, 3)
    assert (ada["tag:name_match:-2"], ada["tag:name_match:+2"]) == (0, 0)


def test_the_shares_of_all_candidates_add_up_to_one(people_of):
    rows = compare(people_of, 'Ada rose. Tom saw Ada. "Go."')
    assert sum(row["mention_share"] for row in rows) == pytest.approx(1)
    assert rows[0]["mention_share"] > rows[1]["mention_share"]
