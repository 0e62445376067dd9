import pytest

from narrator.readers.layout.text_rows import group_rows, is_scene_mark, split_rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * *", True),
        ("***", True),
        ("⁂", True),
        ("-----", True),
        ("xXx*xXx", True),
        ("OooOooO", True),
        ("-x-x-x-", True),
        ("xXXXx", True),
        ("Ooooo", False),
        ("xoxox", False),
        ("Oh * oh", False),
        ("…", False),
        (". . .", False),
        ("xxx", False),
        ("* one *", False),
        ("*" * 81, False),
    ],
)
def test_a_scene_mark_has_signs_only_and_not_just_dots(text: str, expected: bool) -> None:
    assert is_scene_mark(text) is expected


@pytest.mark.parametrize("mark", ["oOo", "-oOo-", "x X x", "OooOooO", "o0O0o", "~xXx~"])
def test_a_pattern_of_letters_is_a_scene_mark(mark: str) -> None:
    assert is_scene_mark(mark)


@pytest.mark.parametrize("text", ["Oxo", "xx", "OO", "Oo", "xox", "XX", "O"])
def test_other_letters_are_no_scene_mark(text: str) -> None:
    assert not is_scene_mark(text)


@pytest.mark.parametrize("byline", ["by Ann Lee", "von Karl Holm", "BY ANN LEE"])
def test_a_heading_may_follow_the_title_without_a_blank_line(byline: str) -> None:
    rows = split_rows(f"The Iron Orchard\n{byline}\nChapter 1: Seed\n\nIt rained.\n")
    assert [len(group) for group in group_rows(rows, 0)] == [2, 1, 1]


def test_a_sentence_is_no_title() -> None:
    rows = split_rows(
        "He read aloud all of the words that stood at the top of\nChapter 1: Seed\n\nIt rained.\n"
    )
    assert [len(group) for group in group_rows(rows, 0)] == [2, 1]
