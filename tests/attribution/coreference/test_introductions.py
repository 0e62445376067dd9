"""People say their own names."""

import pytest

from narrator.attribution.coreference.introductions import find_callers, find_introductions

INTRODUCTIONS = [
    ('"I am Ada Vane," she said. Ada Vane sat.', ["Ada Vane"]),
    ('"My name is Tom." Tom sat.', ["Tom"]),
    ('"I am Tom\'s aunt," she said. Tom sat.', []),
    ('"I am Ada and you are not." Ada sat.', []),
    ("My name is Tom Reed, and I am late.", ["Tom Reed"]),
    ('"He is Tom," said Ada.', []),
    ('"If I am Ada, I shall stay." Ada sat.', []),
    ('"I must be Ada," she said. Ada sat.', []),
    ('"I am Ada?" she said. Ada sat.', []),
    ('"Yes, and I am Ada," she said. Ada sat.', ["Ada"]),
]


@pytest.mark.parametrize(("text", "names"), INTRODUCTIONS)
def test_a_name_after_i_am_is_the_speaker_s_if_it_ends_the_clause(people_of, text, names):
    tokens, people = people_of(text)
    found = [" ".join(tokens.words[m.start : m.end]) for m in find_introductions(tokens, people)]
    assert found == names


CALLS = [
    ('"Who is it?" asked Ada.\n\n"It\'s me, Eve," said a voice.\n\nEve Reed came in.', ["Eve"]),
    ('"Only me, Eve."\n\nAda opened, and Eve came in.', ["Eve"]),
    # Whoever is there already is addressed, and whoever never comes may be as well.
    ('Eve rose.\n\n"It\'s me, Eve," said a voice.\n\nEve opened.', []),
    ('"It\'s me, Eve," said a voice.\n\nAda opened.', []),
    ('"Is it me, Eve?" said a voice.\n\nEve came in.', []),
    ('"I told him about me, Eve," said a voice.\n\nEve came in.', []),
]


@pytest.mark.parametrize(("text", "expected"), CALLS)
def test_somebody_unseen_who_then_comes_in_has_said_the_own_name(people_of, text, expected):
    story = "Ada Vane wrote to Eve Reed. Then Ada wrote to Eve again. Ada slept."
    tokens, people = people_of(f"{story}\n\n{text}")
    tokens.is_scene_start[1] = True
    found = [" ".join(tokens.words[m.start : m.end]) for m in find_callers(tokens, people)]
    assert found == expected
