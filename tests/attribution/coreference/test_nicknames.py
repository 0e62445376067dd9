"""Nicknames of the language's list, and of the package."""

import pytest

from narrator.attribution.coreference.nicknames import may_be_nickname
from narrator.languages.people_words import load_attribution_language

PAIRS = [
    ("lizzy", "eliza", True),
    ("peggy", "margaret", True),
    ("wilhelmina", "mina", True),
    ("peggy", "susan", False),
    ("tom", "tom", True),
]


@pytest.mark.parametrize(("name", "other", "expected"), PAIRS)
def test_one_of_two_names_may_be_short_for_the_other(name, other, expected):
    language = load_attribution_language("en")
    assert may_be_nickname(name, other, language) is expected
    assert may_be_nickname(other, name, language) is expected


def test_english_nicknames_are_not_used_in_other_languages():
    assert not may_be_nickname("wilhelmina", "mina", load_attribution_language("de"))


def test_two_people_of_one_conversation_are_two_whatever_their_names(people_of):
    text = '"Go," said Anne.\n\n"I will," said Anna. Anne and Anna rose. Anne sat. Anna sat.'
    _, people = people_of(text)
    assert len(people.persons) == 2
