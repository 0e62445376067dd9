"""docs/languages.md agrees with the files of languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrator.cli.language_reference import format_page
from narrator.languages.language_files import find_language_files, list_tags_with_section

PAGE = (Path(__file__).parents[2] / "docs" / "languages.md").read_text("utf-8")


def test_the_page_is_up_to_date() -> None:
    message = "write it again: python -m narrator.cli.language_reference > docs/languages.md"
    assert format_page() == PAGE, message


@pytest.mark.parametrize("tag", find_language_files())
def test_every_language_with_a_file_is_in_the_table(tag: str) -> None:
    [row] = [line for line in PAGE.splitlines() if f"| `{tag}` |" in line and line.count("|") == 10]
    cells = [cell.strip() for cell in row.split("|")]
    has_people, has_clauses = (
        tag in list_tags_with_section(name) for name in ("people", "speaking")
    )
    assert cells[6] == ("clauses" if has_clauses else "yes" if has_people else "")


def test_every_key_has_an_explanation() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 3]
    assert len(rows) > 150
    assert not [row for row in rows if row.rstrip(" |").endswith("`") and row.count("`") == 2]
