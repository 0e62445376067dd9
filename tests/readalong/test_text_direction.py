import pytest

from narrator.readalong.text_direction import find_text_direction


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "ltr"),
        ("", "ltr"),
        ("ja-JP", "ltr"),
        ("he", "rtl"),
        ("AR", "rtl"),
        ("ar-EG", "rtl"),
        ("fa_IR", "rtl"),
        ("az-Arab", "rtl"),
        ("yi-Hebr-US", "rtl"),
        ("ar-Latn", "ltr"),
        ("art", "ltr"),
    ],
)
def test_the_direction_follows_from_language_and_script(language, expected):
    assert find_text_direction(language) == expected
