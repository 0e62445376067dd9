"""Pairs of quotations and candidates as arrays."""

import numpy as np

from narrator.attribution.features.pairs import pair_candidates

STORY = 'Ada came.\n\n"One," said Ada, "two."\n\n"Three."'


def test_a_quotation_spans_its_runs_and_what_narration_stands_between_them(people_of):
    tokens = people_of(STORY)[0]
    pairs = pair_candidates(tokens, np.array([[0, -1], [0, 1]], np.int32))
    spans = [
        tokens.words[start:end]
        for start, end in zip(pairs.start_tokens[:, 0], pairs.end_tokens[:, 0], strict=True)
    ]
    assert spans == [["One", ",", "said", "Ada", ",", "two", "."], ["Three", "."]]


def test_an_empty_slot_is_masked_and_still_usable_as_an_index(people_of):
    pairs = pair_candidates(people_of(STORY)[0], np.array([[0, -1], [0, 1]], np.int32))
    assert pairs.mask.tolist() == [[True, False], [True, True]]
    assert pairs.person_indices.min() == 0


def test_a_batch_may_start_anywhere_in_the_book(people_of):
    tokens = people_of(STORY)[0]
    pairs = pair_candidates(tokens, np.array([[0]], np.int32), first_quotation=1)
    assert pairs.quotation_indices.tolist() == [[1]]
    assert tokens.words[pairs.start_tokens.item()] == "Three"


def test_a_quotation_without_words_has_an_empty_span(people_of):
    tokens = people_of(STORY)[0]
    tokens.quotations[1].token_runs.clear()
    pairs = pair_candidates(tokens, np.array([[0], [-1]], np.int32))
    assert (pairs.start_tokens[1, 0], pairs.end_tokens[1, 0]) == (0, 0)
    assert pairs.end_tokens[0, 0] > 0
