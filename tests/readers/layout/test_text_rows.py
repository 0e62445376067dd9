import pytest

from narrator.readers.layout.text_rows import is_scene_mark


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
