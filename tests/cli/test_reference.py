"""`docs/cli.md` is what the commands say of themselves."""

import re
from pathlib import Path

import pytest

from narrator.cli.main import COMMANDS
from narrator.cli.reference import format_reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
REFERENCE = format_reference()
INTERACTIVE = ("setup", "share", "play", "help")
"""Commands whose result is not for a program."""


def test_the_page_in_the_documentation_is_up_to_date() -> None:
    message = "write it again: python -m narrator.cli.reference > docs/cli.md"
    assert PAGE.read_text("utf-8") == REFERENCE, message


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section_with_its_usage(command: str) -> None:
    section = REFERENCE.split(f"## narrator {command}\n")[1].split("\n## ")[0]
    assert f"narrator {command} [OPTIONS]" in section
    if command not in INTERACTIVE:
        assert "| `--json` | Print the result as JSON. |" in section


@pytest.mark.parametrize(
    "row",
    [
        r"| `-o, --output OUT` | The audiobook, whose suffix chooses the format; a folder for many books. "
        r"[default: output/\<name>.\<format>] |",
        "| `--speed X` | Speak this many times as fast, 0.25 to 4. [default: 1.0] |",
        "| `--credits / --no-credits` | Speak the title, author and narrator before and after the story. [default: only where ACX requires it] |",
        r"| `--pauses PRESET\|FILE` | The length of pauses: natural, brisk, slow, steady, or a TOML file. [default: natural] |",
        "| `[ACTION]` | What to do: list; show, hear (audition) or download (fetch) the voices NAME. [default: list] |",
    ],
)
def test_a_row_shows_flags_value_meaning_and_default(row: str) -> None:
    assert row in REFERENCE.splitlines()


def test_no_table_is_broken_by_a_bar_in_a_cell() -> None:
    for line in REFERENCE.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3, line
