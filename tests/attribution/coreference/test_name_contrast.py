"""Conversations and sentences show whether two names are one person or two."""

import pytest

from narrator.attribution.coreference.name_contrast import contrast_names
from narrator.attribution.coreference.name_detection import NameForm, detect_names

TITLED, FIRST = NameForm("mr", ("reed",)), NameForm("", ("tom", "reed"))

TEXTS = [
    ('"One," said Mr. Reed.\n\n"Two," said Tom Reed.', 1),  # they talk to each other
    ("Mr. Reed sat, and Tom Reed stood.", 1),
    ("Mr. Reed sat. Tom Reed stood.", 0),
    ('"One," said Mr. Reed.\n\n"Two," said Ada.\n\n"Three," said Tom Reed.', -1),  # turns
    ('"Mr. Reed, and Tom Reed!" said Ada.', 0),
]


@pytest.mark.parametrize(("text", "sign"), TEXTS)
def test_two_names_in_a_conversation_are_two_persons_and_turns_are_one(tokens_of, text, sign):
    tokens = tokens_of(text)
    weight = contrast_names(tokens, detect_names(tokens)).weigh([TITLED], FIRST)
    assert (weight > 0) - (weight < 0) == sign
