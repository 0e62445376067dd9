"""Languages have names and codes, and every form of a tag finds its language."""

import pytest

from narrator.text.language_names import (
    canonicalise_tag,
    describe_language,
    find_language_by_name,
    iso_639_3_code,
    list_language_tags,
)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "eng"),
        ("en-GB", "eng"),
        ("pt_BR", "por"),
        ("DE", "deu"),
        ("zh-Hant-TW", "zho"),
        ("nb", "nob"),
        ("grc", "grc"),
        ("xx", "und"),
        ("e1n", "und"),
        ("", "und"),
    ],
)
def test_a_tag_of_any_form_has_a_code_of_three_letters(tag: str, code: str) -> None:
    assert iso_639_3_code(tag) == code


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        ("de", "de"),
        ("ger", "de"),
        ("deu-AT", "de-AT"),
        ("en_gb", "en-GB"),
        ("EN-US", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("iw", "he"),
        ("no", "nb"),
        (" fr ", "fr"),
        ("grc", "grc"),
        ("und", ""),
        ("mul", ""),
        ("zxx-x-code", ""),
        ("English", ""),
        ("e", ""),
        ("en-", ""),
        ("", ""),
        ("../en", ""),
    ],
)
def test_a_declared_tag_is_brought_into_its_canonical_form(declared: str, tag: str) -> None:
    assert canonicalise_tag(declared) == tag


@pytest.mark.parametrize(
    ("name", "tag"),
    [("German", "de"), ("norwegian", "nb"), ("Dothraki", ""), ("", ""), (" Finnish", "fi")],
)
def test_a_language_is_found_by_its_english_name(name: str, tag: str) -> None:
    assert find_language_by_name(name) == tag


@pytest.mark.parametrize(
    ("tag", "name"), [("de-AT", "German"), ("cmn", "Chinese"), ("xq", "xq"), ("", "")]
)
def test_a_language_is_described_by_its_english_name(tag: str, name: str) -> None:
    assert describe_language(tag) == name


def test_every_language_has_a_name_and_codes_of_its_own() -> None:
    tags = list_language_tags()
    assert len({describe_language(tag) for tag in tags}) == len(tags)
    assert len({iso_639_3_code(tag) for tag in tags}) == len(tags)
    assert all(canonicalise_tag(iso_639_3_code(tag)) == tag for tag in tags)
