"""Pronouns tell the gender of people without a name."""

import pytest


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("The captain took off her gloves. It rained.", "female"),
        ("The captain sat down. He smiled. The captain left.", "male"),
        ("The navigator yawned behind his hand. It rained.", "male"),
        ("The lady took his arm. The lady shook his hand.", "female"),
    ],
)
def test_a_pronoun_in_the_clause_shows_the_gender(people_of, text: str, gender: str) -> None:
    noun = text.split()[1]
    _, people = people_of(f'It was late. {text}\n\n"Go," said the {noun}.')
    (person,) = people.persons
    assert person.gender == gender
