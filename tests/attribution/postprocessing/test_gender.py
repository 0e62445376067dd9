"""The gender constraint: nobody whom the tag can't mean keeps much of his probability."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.postprocessing.gender import apply_gender_constraint

STORY = (
    "Anna came in with Mr. Gray. Anna sat down. Mr. Gray stood. Zobeth stood by. Zobeth sat.\n\n"
)


def constrain(people_of, speech):
    """Return the candidates of one quotation by name, with equal probabilities constrained."""
    tokens, people = people_of(STORY + speech)
    context = build_quotation_context(tokens, people)
    candidates = context.candidates[0]
    probabilities = np.full((1, len(candidates)), 1 / len(candidates), dtype=np.float32)
    row = apply_gender_constraint(context, probabilities)[0]
    assert (probabilities == probabilities[0, 0]).all()
    return {
        next(iter(people.persons[person].name_forms)).words[-1]: float(probability)
        for person, probability in zip(candidates, row, strict=True)
        if not people.persons[person].description
    }, row


@pytest.mark.parametrize(
    ("speech", "excluded"),
    [
        ('"Go," said he.', {"anna"}),
        ('"Go," she cried.', {"gray"}),
        ('"Go," said his mother.', {"gray"}),
        ('"Go," said the doctor.', set()),  # a doctor may be a woman
        ('"Go," said Anna.', set()),
        ('"Go," I said.', set()),
        ('"Go." He rose.', set()),  # no verb of speech
        ('"Go."', set()),
    ],
)
def test_a_candidate_of_the_wrong_gender_keeps_hardly_any_probability(people_of, speech, excluded):
    probabilities, row = constrain(people_of, speech)
    assert {name for name, value in probabilities.items() if value < 0.02} == excluded
    assert row.sum() == pytest.approx(1)


def test_a_candidate_of_the_right_gender_gains_what_the_others_lose(people_of):
    probabilities, row = constrain(people_of, '"Go," said he.')
    assert probabilities["gray"] > 1 / len(row)
