import pytest

from narrator.text.suggestions import choose_up_to, did_you_mean, join_choices


@pytest.mark.parametrize(
    ("name", "known_names", "hint"),
    [
        ("pipr", ["piper", "kokoro"], "did you mean piper?"),
        ("Emily", ["emily", "zoe"], "did you mean emily?"),
        ("jon", ["john", "joan"], "did you mean joan or john?"),
        ("Marta", ["Martha Quill", "Mr. Hobday"], "did you mean Martha Quill?"),
        ("--fomat", ["--format", "--matter", "--cast"], "did you mean --format?"),
        ("hart", ["heart", "harriet", "zh-marta"], "did you mean heart?"),
        ("xyz", ["piper", "kokoro"], "there are kokoro, piper"),
        ("xyz", [], "there are none"),
    ],
)
def test_a_hint_proposes_similar_names_or_lists_those_that_exist(name, known_names, hint):
    assert did_you_mean(name, known_names) == hint


def test_a_long_list_is_cut_and_says_how_many_names_are_left_out():
    hint = did_you_mean("?", [f"voice {number:04}" for number in range(1521)])
    assert hint.endswith("voice 0019 and 1,501 more")


def test_another_hint_takes_the_place_of_a_list() -> None:
    assert did_you_mean("xyz", ["piper"], "`narrator voices` lists them").startswith("`narrator")
    assert did_you_mean("pipr", ["piper"], "`narrator voices` lists them") == "did you mean piper?"


def test_choices_are_joined_in_words() -> None:
    assert join_choices(["a"]) == "a"
    assert join_choices(["a", "b", "c"]) == "a, b or c"
    assert choose_up_to(1) == "there is only one"
    assert choose_up_to(12) == "choose from 1 to 12"
