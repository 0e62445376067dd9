"""In an exchange of quotations alone, nobody answers himself."""

import itertools

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing import exchanges
from narrator.attribution.postprocessing.exchanges import alternate_in_exchanges

EXCHANGE = """
Ada Pole looked at Tim Varley.

"Nobody has seen it," said Ada Pole.

"Nobody?"

"Nobody at all."

"Not the clerk?"

"He is dead."

They were silent.

"His wife?" asked Tim Varley.
"""


@pytest.fixture(name="context")
def _context(tokens_of):
    tokens = tokens_of(EXCHANGE)
    return build_quotation_context(tokens, detect_mentions(tokens))


def score(context, shares):
    """Probabilities with a share for Ada Pole in each quotation, and the rest for Tim Varley."""
    ada = next(
        index
        for index, person in enumerate(context.people.persons)
        if any(form.words[-1:] == ("pole",) for form in person.name_forms)
    )
    rows = np.zeros((len(context.candidates), 10), np.float32)
    for row, candidates, share in zip(rows, context.candidates, shares, strict=True):
        row[: len(candidates)] = (1 - share) / (len(candidates) - 1)
        row[candidates.index(ada)] = share
    return rows, ada


def choose(context, rows):
    return [
        candidates[row.argmax()] for row, candidates in zip(rows, context.candidates, strict=True)
    ]


def test_speakers_alternate_where_scoring_gave_all_to_one(context):
    rows, ada = score(context, [0.99, 0.6, 0.9, 0.6, 0.9, 0.1])
    chosen = choose(context, alternate_in_exchanges(context, rows))
    assert [person == ada for person in chosen] == [True, False, True, False, True, False]


def test_an_exchange_without_repetition_keeps_its_probabilities(context):
    rows, _ = score(context, [0.9, 0.4, 0.6, 0.3, 0.7, 0.1])
    np.testing.assert_array_equal(alternate_in_exchanges(context, rows), rows)


def test_a_tag_keeps_its_probabilities_and_sums_stay(context):
    rows, _ = score(context, [0.99, 0.6, 0.9, 0.6, 0.9, 0.1])
    weighed = alternate_in_exchanges(context, rows)
    np.testing.assert_array_equal(weighed[[0, 5]], rows[[0, 5]])
    np.testing.assert_allclose(weighed.sum(axis=1), rows.sum(axis=1), rtol=1e-5)


def test_marginals_are_those_of_all_sequences():
    generator = np.random.default_rng(4)
    evidence = generator.random((5, 3))
    shares = [exchanges._AFTER_NARRATION, *[exchanges._AFTER_QUOTATION] * 4]
    marginals = exchanges._compute_marginals(evidence, shares)
    expected = np.zeros_like(evidence)
    for before, *sequence in itertools.product(range(3), repeat=6):
        weight = np.prod([evidence[row, person] for row, person in enumerate(sequence)])
        speakers = [before, *sequence]
        for row in range(1, 5):
            earlier, last, person = speakers[row - 1 : row + 2]
            other = (1 - shares[row].returned) / 3
            if person == last:
                weight *= shares[row].repeated
            else:
                weight *= shares[row].returned if person == earlier else other
        for row, person in enumerate(sequence):
            expected[row, person] += weight
    np.testing.assert_allclose(
        marginals / marginals.sum(axis=1, keepdims=True),
        expected / expected.sum(axis=1, keepdims=True),
    )
