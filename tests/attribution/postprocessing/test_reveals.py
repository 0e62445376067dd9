"""A scene tells later who somebody is."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.postprocessing.reveals import find_revealed_names


@pytest.mark.parametrize(
    ("reveal", "is_revealed"),
    [
        ("She saw that it was Hugh Carrow.", True),
        ("She saw Hugh Carrow at the gate.", False),
        ("She saw that it was Ellen's father.", False),
    ],
)
def test_it_was_gives_a_stranger_his_name(tokens_of, reveal: str, is_revealed: bool) -> None:
    tokens = tokens_of(
        'It rained. A stranger sat on the wall when Ellen came.\n\n"Good day," said the stranger.'
        f'\n\n{reveal}\n\n"You know me," said Hugh Carrow. Hugh Carrow laughed.'
    )
    context = build_quotation_context(tokens, detect_mentions(tokens))
    assert bool(find_revealed_names(context)) == is_revealed
