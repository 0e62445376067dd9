import pytest

from narrator.text.language_tags import primary_subtag, region_subtag


@pytest.mark.parametrize(
    ("tag", "primary"),
    [("en", "en"), ("en-GB", "en"), ("pt_BR", "pt"), ("ZH-Hant-TW", "zh"), ("", ""), ("-x", "")],
)
def test_the_primary_subtag_is_the_language_in_small_letters(tag, primary):
    assert primary_subtag(tag) == primary


@pytest.mark.parametrize(
    ("tag", "region"),
    [("en-GB", "GB"), ("pt_br", "BR"), ("zh-Hant-TW", "TW"), ("en", ""), ("", "")],
)
def test_the_region_is_the_country_in_capitals(tag, region):
    assert region_subtag(tag) == region
