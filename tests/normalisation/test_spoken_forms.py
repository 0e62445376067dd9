"""The table of written and spoken forms, by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation.book_evidence import collect_evidence
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.normalisation.steps import normalise_text
from narrator.text.language_tags import primary_subtag, region_subtag

TABLE = Path(__file__).parent / "spoken_forms.tsv"
ROWS = [
    line.split("\t")
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
LEAST_ROWS = 400


def test_the_table_covers_many_rows_of_many_kinds() -> None:
    assert len({(tag, written) for tag, _, written, _ in ROWS}) == len(ROWS) >= LEAST_ROWS
    assert len({kind for _, kind, _, _ in ROWS}) >= 25


@pytest.mark.parametrize(("tag", "kind", "written", "spoken"), ROWS)
def test_what_is_written_is_spoken_as_expected(
    tag: str, kind: str, written: str, spoken: str
) -> None:
    assert kind
    language = primary_subtag(tag)
    evidence = collect_evidence(written, region_subtag(tag), load_rules(language))
    heard = remove_sounds(normalise_text(written, language, LineKind.NARRATION, evidence))
    assert heard.casefold() == spoken.casefold()
