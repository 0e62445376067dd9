import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.postprocessing.gender import apply_gender_constraint

STORY = (
    "Anna came in with Mr. Gray. Anna sat down. Mr. Gray stood. Zobeth stood by. Zobeth sat.\n\n"
)


@pytest.mark.parametrize(
    ("speech", "barred"),
    [
        ('"Go," said he.', {"anna"}),
        ('"Go," she cried.', {"gray"}),
        ('"Go," said his mother.', {"gray"}),
        ('"Go," said Anna.', set()),
        ('"Go," I said.', set()),
        ('"Go." He rose.', set()),
        ('"Go."', set()),
    ],
)
def test_whoever_a_tag_cannot_mean_is_left_hardly_any_chance(people_of, speech, barred):
    page, people = people_of(STORY + speech)
    around = build_quotation_context(page, people)
    candidates = around.candidates[0]
    chances = np.full((1, len(candidates)), 1 / len(candidates), dtype=np.float32)
    row = apply_gender_constraint(around, chances)[0]
    named = {
        next(iter(people.persons[person].forms)).words[-1]
        for person, chance in zip(candidates, row, strict=True)
        if chance < 0.02 and not people.persons[person].role
    }
    assert named == barred
    assert row.sum() == pytest.approx(1)
