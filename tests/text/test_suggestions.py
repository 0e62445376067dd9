import pytest

from narrator.text.suggestions import did_you_mean


@pytest.mark.parametrize(
    ("name", "known_names", "hint"),
    [
        ("pipr", ["piper", "kokoro"], "did you mean piper?"),
        ("Emily", ["emily", "zoe"], "did you mean emily?"),
        ("jon", ["john", "joan"], "did you mean john or joan?"),
        ("xyz", ["piper", "kokoro"], "there are kokoro, piper"),
        ("xyz", [], "there are none"),
    ],
)
def test_a_hint_proposes_similar_names_or_lists_those_that_exist(name, known_names, hint):
    assert did_you_mean(name, known_names) == hint


def test_a_long_list_is_cut_and_says_how_many_names_are_left_out():
    hint = did_you_mean("?", [f"voice {number:04}" for number in range(1521)])
    assert hint.endswith("voice 0019 and 1,501 more")
