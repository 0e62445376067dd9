"""The table of first names of many countries."""

import pytest

from narrator.attribution.coreference.first_name_table import find_listed_gender


@pytest.mark.parametrize(
    ("name", "language", "gender"),
    [
        ("caoimhe", "en", "female"),
        ("dragan", "en", "male"),  # listed for other languages only
        ("simone", "fr", "female"),
        ("simone", "it", "male"),
        ("simone", "de", None),
        ("zaruko", "en", None),
        ("", "en", None),
    ],
)
def test_a_first_name_has_the_gender_of_the_language_or_of_all_others(name, language, gender):
    assert find_listed_gender(name, language) == gender
