"""Look up whether a first name is a man's or a woman's, in a table of seventy countries' names.

`benchmarks/_given_names.py` compiles `given_names.tsv` from the lists of the library Faker. A name
that one language gives to men and another to women ("Andrea") depends on the book's language.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_TABLE_FILE = "given_names.tsv"


def find_listed_gender(name: str, language_tag: str) -> str | None:
    """Return `male` or `female`; None if the name is not listed, or for both.

    What the book's language says counts first, then what all other languages agree on.

    Args:
        name: a first name in lower case.
        language_tag: the primary subtag of the book's language.
    """
    male_tags, female_tags = _load_table().get(name, ("", ""))
    is_male, is_female = language_tag in male_tags.split(), language_tag in female_tags.split()
    if not (is_male or is_female):
        is_male, is_female = bool(male_tags), bool(female_tags)
    if is_male == is_female:
        return None
    return "male" if is_male else "female"


@cache
def _load_table() -> dict[str, tuple[str, str]]:
    """Return the languages in which each name is a man's and a woman's, separated by spaces."""
    table = (files("narrator.attribution") / _TABLE_FILE).read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {name: (male_tags, female_tags) for name, male_tags, female_tags in rows}
