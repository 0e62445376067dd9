"""Whoever is called by name is the likeliest to answer."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing.answers import favour_answers

SCENE = """
Ada Pole counted the spoons. Nora Lane sat by the fire, and Tim Varley had come about the drains.

"{question}" said Ada Pole.

{between}"It is the tree."{tag}

Nora Lane sighed. Tim Varley left.
"""


@pytest.mark.parametrize(
    ("question", "between", "tag", "is_raised"),
    [
        ("Is it the pipe, Tim Varley?", "", "", True),
        ("Is it the pipe?", "", "", False),
        ("Is it the pipe, Tim Varley and Nora Lane?", "", "", False),
        ("Is it the pipe, Tim Varley?", "Nobody spoke.\n\n", "", False),
        ("Is it the pipe, Tim Varley?", "", ' said Nora Lane. "It is."', False),
    ],
)
def test_whoever_was_addressed_is_likelier_to_answer(tokens_of, question, between, tag, is_raised):
    tokens = tokens_of(SCENE.format(question=question, between=between, tag=tag))
    context = build_quotation_context(tokens, detect_mentions(tokens))
    even = np.zeros((len(context.candidates), 3), np.float32)
    for row, candidates in zip(even, context.candidates, strict=True):
        row[: len(candidates)] = 1 / len(candidates)
    tim = next(
        index
        for index, person in enumerate(context.people.persons)
        if any("varley" in form.words for form in person.name_forms)
    )
    raised = favour_answers(context, even)
    slot = context.candidates[1].index(tim)
    assert (raised[1, slot] > even[1, slot] * 1.5) == is_raised
    assert raised.sum(axis=1) == pytest.approx(even.sum(axis=1))
