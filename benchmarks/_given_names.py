"""Compiles the table of first names and their genders from the lists of Faker.

    python -m benchmarks._given_names

writes `narrator/attribution/given_names.tsv`. Faker is no dependency of the project: install it
first. Its providers list the usual first names of about seventy countries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from faker import VERSION
from faker.providers import person

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE_PATH = Path(__file__).parents[1] / "narrator" / "attribution" / "given_names.tsv"
ATTRIBUTE = re.compile(r"first_(?:romanized_)?names_(?P<gender>female|male)\b")
"""The attributes of a provider that list first names."""
TAGS = {"no": "nb"}
"""Languages that Faker tags otherwise than this project does."""
HEADING = "# First names: the languages in which each is a man's, and a woman's name. From Faker"


def list_names() -> Iterator[tuple[str, str, str]]:
    """Yield each listed name of one word, its gender, and the language of the country."""
    for module in iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        tag = module.name.partition("_")[0]
        for attribute in filter(ATTRIBUTE.fullmatch, dir(provider)):
            gender = ATTRIBUTE.fullmatch(attribute)["gender"]  # type: ignore[index]
            for name in getattr(provider, attribute):
                if name.isalpha():
                    yield name.lower(), gender, TAGS.get(tag, tag)


def main() -> None:
    """Write the table."""
    tags: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, gender, tag in list_names():
        tags[name][gender].add(tag)
    rows = (
        "\t".join((name, " ".join(sorted(genders["male"])), " ".join(sorted(genders["female"]))))
        for name, genders in sorted(tags.items())
    )
    TABLE_PATH.write_text("\n".join([f"{HEADING} {VERSION}.", *rows, ""]), "utf-8")


if __name__ == "__main__":
    main()
