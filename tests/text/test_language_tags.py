import pytest

from narrator.text.language_tags import (
    find_closest_tags,
    is_part_of,
    primary_subtag,
    region_subtag,
)


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


@pytest.mark.parametrize(
    ("tag", "wider", "expected"),
    [
        ("en-GB-scotland", "en-GB", True),
        ("en-gb", "EN-GB", True),
        ("en", "en-GB", False),
        ("eng", "en", False),
    ],
)
def test_a_tag_is_part_of_one_with_fewer_subtags(tag: str, wider: str, expected: bool) -> None:
    assert is_part_of(tag, wider) is expected


KNOWN_TAGS = (
    *(
        "de",
        "de-DE",
        "es",
        "es-419",
        "fr",
        "fr-BE",
        "fr-CH",
        "nb",
        "pt",
        "pt-BR",
        "sr",
        "zh",
        "yue",
    ),
    *("ca", "ca-valencia", "vi", "vi-VN-x-south"),
)


@pytest.mark.parametrize(
    ("wanted", "closest"),
    [
        ("de", {"de", "de-DE"}),
        ("de-AT", {"de", "de-DE"}),
        ("es-MX", {"es-419"}),
        ("es-ES", {"es"}),
        ("fr-CA", {"fr"}),
        ("fr-BE", {"fr-BE"}),
        ("pt", {"pt"}),
        ("pt-PT", {"pt"}),
        ("pt-BR", {"pt-BR"}),
        ("no", {"nb"}),
        ("nn", {"nb"}),
        ("zh-yue", {"yue"}),
        ("zh-TW", {"zh"}),
        ("ca", {"ca"}),
        ("vi", {"vi"}),
        ("gl", set()),
        ("en", set()),
        ("x-unknown", set()),
    ],
)
def test_the_closest_tag_is_that_of_the_same_region_or_else_of_the_usual_one(
    wanted: str, closest: set[str]
) -> None:
    assert find_closest_tags(wanted, KNOWN_TAGS) == closest
