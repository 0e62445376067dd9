"""Normalisation: the share of written forms that are spoken as expected, by kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from narrator.languages.normalisation_rules import load_rules
from narrator.model import LineKind
from narrator.normalisation.book_evidence import collect_evidence
from narrator.normalisation.phonetic_text import remove_sounds
from narrator.normalisation.steps import normalise_text
from narrator.text.language_tags import primary_subtag, region_subtag

ROOT = Path(__file__).parents[1]
TABLES = {
    "table of the tests": ROOT / "tests" / "normalisation" / "spoken_forms.tsv",
    "sentences of novels, written later than the table": Path(__file__).with_name(
        "spoken_unseen.tsv"
    ),
}
"""Files with rows of language, kind, written and spoken form, separated by tabs."""


def main() -> None:
    """Print the share of right rows of each table, and the kinds with wrong ones."""
    for name, path in TABLES.items():
        rows = [
            line.split("\t")
            for line in path.read_text("utf-8").splitlines()
            if line and not line.startswith("#")
        ]
        wrong = [row for row in rows if not is_spoken_as_expected(*row)]
        right_count = len(rows) - len(wrong)
        print(f"{name}: {right_count} of {len(rows)} right ({right_count / len(rows):.1%})")
        for kind, count in Counter(kind for _, kind, _, _ in wrong).most_common():
            print(f"  {kind}: {count} wrong")


def is_spoken_as_expected(tag: str, _: str, written: str, spoken: str) -> bool:
    """Return whether a text is spoken as a row expects; capitals make no difference."""
    language = primary_subtag(tag)
    evidence = collect_evidence(written, region_subtag(tag), load_rules(language))
    heard = remove_sounds(normalise_text(written, language, LineKind.NARRATION, evidence))
    return heard.casefold() == spoken.casefold()
