import pytest

from narrator.engines.transliteration import transliterate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain & <odd> — “text”", "Plain & <odd> — “text”"),
        ("Москва, мой друг", "Moskva, moy drug"),
        ("λόγος", "logos"),
        ("東京", "DongJing"),
        ("हिन्दी", "hindi"),
        ("٤٢", "42"),
        ("cafe\u0301", "café"),
        ("Nguyễn", "Nguyen"),
        ("", ""),
    ],
)
def test_words_of_other_scripts_are_written_in_latin_letters(text, expected):
    assert transliterate(text, "éèü") == expected


def test_known_letters_and_marks_between_words_stay():
    assert transliterate("Łódź… ‘é’", "Łóé") == "Łódz… ‘é’"
