"""Descriptions mean one person in a book, or in a scene."""

import pytest

DESCRIPTIONS = [
    # A modifier identifies somebody; what he does with a smile does not.
    ('"No," said the man with the beard.', {"the man with the beard"}),
    ('"No," said the man with a smile.', {"the man"}),
    ('"No," said the man in an awe struck voice.', {"the man"}),
    ("A man in a straw hat stopped. The man spat.", {"the man in the straw hat"}),
    ("The man laughed. An old man came. The man spat.", {"the man", "the old man"}),
    # Callings need no article beside a verb of speech.
    ('"No," said nanny. Nanny wept.', {"nanny"}),
    ('"No," said nanny, "and nanny knows." The nanny left.', {"nanny"}),
    ("Rain fell on nanny.", set()),
    # Somebody's somebody.
    ('Then Ada came. "No," said Ada\'s keeper.', {"Ada's keeper"}),
    ("Then Ada came. Ada's brother wept.", {"Ada's brother"}),
    ('Then Ada came. "No," said Ada\'s clerk. The clerk wept.', {"Ada's clerk"}),
    ("Then Ada came. Ada's dog barked.", set()),
]


@pytest.mark.parametrize(("text", "descriptions"), DESCRIPTIONS)
def test_a_description_is_told_by_its_modifier_article_or_possessor(people_of, text, descriptions):
    _, people = people_of(f"It rained. {text}")
    assert {p.description for p in people.persons if p.description} == descriptions


SPEAKING_NOUNS = [
    ('"Is it?" the keeper asked. The keeper left.', "keeper"),
    ('"Is it?" said the keeper through the door.', "keeper"),
    ('"Is it?" the keeper then quietly asked.', "keeper"),
    ('"Is it?" The keeper was asked to come.', ""),
    ('"Is it?" The door would now be called a gate.', ""),
    ('"Is it?" said one of the keepers.', "one"),
    ('"Is it?" said the keeper now in despair.', ""),
    ('"Is it?" The door opened.', ""),
]


@pytest.mark.parametrize(("text", "description"), SPEAKING_NOUNS)
def test_whoever_is_the_subject_of_a_tag_is_somebody(people_of, text, description):
    _, people = people_of(text)
    found = {person.description.removeprefix("the ") for person in people.persons}
    assert found == ({description} if description else set())
