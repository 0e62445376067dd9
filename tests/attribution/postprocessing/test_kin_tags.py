"""Nobody is the relative of himself."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing.kin_tags import apply_kinship_constraint


@pytest.mark.parametrize(("tag", "is_reduced"), [("her mother", True), ("she", False)])
def test_whose_mother_speaks_hardly_speaks_herself(tokens_of, tag: str, is_reduced: bool) -> None:
    tokens = tokens_of(f'Ada Pole sat down beside Nora Lane. Ada Pole rose.\n\n"Go," said {tag}.')
    context = build_quotation_context(tokens, detect_mentions(tokens))
    (candidates,) = context.candidates
    even = np.full((1, len(candidates)), 1 / len(candidates), np.float32)
    ada = next(
        index
        for index, person in enumerate(context.people.persons)
        if any(form.words[:1] == ("ada",) for form in person.name_forms)
    )
    shares = apply_kinship_constraint(context, even)
    assert (shares[0, candidates.index(ada)] < even[0, 0] / 2) == is_reduced
    assert shares.sum() == pytest.approx(1)
