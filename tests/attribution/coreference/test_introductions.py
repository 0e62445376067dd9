"""People say their own names."""

import pytest

from narrator.attribution.coreference.introductions import find_introductions

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
