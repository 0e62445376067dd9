import pytest

from narrator.engines import espeak
from narrator.engines.espeak_languages import list_espeak_languages

LANGUAGES = {language.base: language for language in list_espeak_languages()}


@pytest.mark.parametrize(
    ("base", "tag", "accent"),
    [
        ("gmw/de", "de", ""),
        ("roa/pt-BR", "pt-BR", "Brazil"),
        ("roa/es-419", "es-419", "Latin America"),
        ("sit/cmn", "zh", "Mandarin"),
        ("sit/yue", "yue", "Cantonese"),
        ("roa/ca-va", "ca-valencia", "Valencian"),
        ("gmq/nb", "nb", ""),
    ],
)
def test_a_base_has_a_tag_of_bcp_47_and_the_place_of_its_accent(
    base: str, tag: str, accent: str
) -> None:
    assert (LANGUAGES[base].tag, LANGUAGES[base].accent) == (tag, accent)


def test_every_tag_is_valid_and_stands_for_one_base() -> None:
    langcodes = pytest.importorskip("langcodes")
    tags = [language.tag for language in LANGUAGES.values()]
    assert len(tags) == len(set(tags)) > 130
    assert [tag for tag in tags if not langcodes.tag_is_valid(tag)] == []


def test_languages_without_a_dictionary_are_left_out() -> None:
    # without it, espeak-ng spells Faroese out letter by letter
    assert "gmq/fo" in espeak.list_base_voices()
    assert "gmq/fo" not in LANGUAGES
