import pytest

from narrator.export.language_codes import iso_639_2_code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "eng"),
        ("en-GB", "eng"),
        ("pt_BR", "por"),
        ("DE", "deu"),
        ("zh-Hant-TW", "zho"),
        ("grc", "grc"),
        ("xx", "und"),
        ("e1n", "und"),
        ("", "und"),
    ],
)
def test_a_tag_of_any_form_has_a_code_of_three_letters(tag: str, code: str) -> None:
    assert iso_639_2_code(tag) == code
