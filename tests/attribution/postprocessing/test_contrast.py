"""Conversations show who is somebody else."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing.contrast import contrast_speakers


@pytest.mark.parametrize(
    ("text", "are_contrasted"),
    [
        ('"Go," said Ada Pole.\n\n"No," said the woman.', True),
        ('"Go," said Ada Pole.\n\n"Now," added the woman.', False),
        ('"Go home, Ada Pole," said the woman.\n\nAda Pole went.', True),
        ('"Go," said Ada Pole.\n\nIt rained.\n\nIt blew.\n\n"No," said the woman.', False),
    ],
)
def test_neighbouring_tags_and_forms_of_address_show_two_people(
    tokens_of, text: str, are_contrasted: bool
) -> None:
    tokens = tokens_of(f"Ada Pole sat down. Ada Pole yawned.\n\n{text}")
    context = build_quotation_context(tokens, detect_mentions(tokens))
    woman = next(i for i, p in enumerate(context.people.persons) if p.description)
    assert (contrast_speakers(context).get(woman, set()) == {0}) == are_contrasted
