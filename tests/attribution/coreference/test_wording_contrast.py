"""Adjectives tell people apart only where a conversation shows two."""

import pytest

from narrator.attribution.coreference.wording_contrast import find_contrasted_wordings


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        (
            '"Go," said the fat boy.\n\n"No," the tall boy said.',
            {("fat", "boy"), ("tall", "boy")},
        ),
        ('"Go," said the fat boy.\n\n"No," said Ada.\n\n"Go," said the small boy.', set()),
        ('"Go," said the elder lady.', {("elder", "lady")}),
        ('"Go," said the boy.\n\n"No," said the tall boy.', set()),
    ],
)
def test_neighbouring_tags_contrast_adjectives(tokens_of, text: str, wordings: set) -> None:
    assert find_contrasted_wordings(tokens_of(text), {"boy", "lady"}) == wordings
