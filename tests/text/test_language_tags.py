import pytest

from narrator.text.language_tags import primary_subtag


@pytest.mark.parametrize(
    ("tag", "primary"),
    [("en", "en"), ("en-GB", "en"), ("pt_BR", "pt"), ("ZH-Hant-TW", "zh"), ("", ""), ("-x", "")],
)
def test_the_primary_subtag_is_the_language_in_small_letters(tag, primary):
    assert primary_subtag(tag) == primary
