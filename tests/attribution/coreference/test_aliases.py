"""The book says that two names are one person."""

import pytest

from narrator.attribution.coreference.aliases import find_alias_statements
from narrator.attribution.coreference.name_detection import detect_names

STATEMENTS = [
    ("Theodora Finch, known as Dot, sat. Dot sat.", [("theodora finch", "dot")]),
    ("Miles hated his name. Everybody called him Tolly. Tolly sat.", [("miles", "tolly")]),
    ("Theodora sat. Miles always called her Dot. Dot sat.", [("theodora", "dot")]),
    ("Miles called Dot. Dot sat.", []),  # he called out to her
    ("Theodora sat.\n\nShe was called Dot. Dot sat.", []),  # in another paragraph
    ("Theodora sat. Miles sat. Dot sat.", []),
]


@pytest.mark.parametrize(("text", "pairs"), STATEMENTS)
def test_a_phrase_between_two_names_states_that_they_are_one_person(tokens_of, text, pairs):
    tokens = tokens_of(text)
    found = find_alias_statements(tokens, detect_names(tokens))
    assert [(" ".join(a.words), " ".join(b.words)) for a, b in found] == pairs


def test_a_stated_alias_is_another_name_of_the_person(script_of):
    text = """
Theodora Finch, known as Dot, sat down. Simon stood.

"It is late," said Theodora Finch.

"It is, Dot," said Simon.

"Very late," said Dot.
"""
    characters = {c.name: c.aliases for c in script_of(text).characters}
    assert any({"Theodora Finch", "Dot"} <= {n, *names} for n, names in characters.items())


def test_a_man_is_never_an_alias_of_a_woman(people_of):
    text = "Mr. Reed, known as Peggy, sat. Peggy laughed. She was tall. Mr. Reed wept."
    _, people = people_of(text)
    assert len([p for p in people.persons if not p.description]) == 2
