"""Every command that a message, a page or the README names exists, with its options and topics."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from narrator.cli.help import PAGES
from narrator.cli.main import COMMANDS, app
from narrator.installation import list_extras

ROOT = Path(__file__).parents[2]
COMMAND_LINE: Any = typer.main.get_command(app)
GROUP_OPTIONS = {"--help", "-h", "--version", "--install-completion", "--show-completion"}
PLACEHOLDERS = {"X", "TOPIC", "EXTRA", "NAME"}
IN_BACKTICKS = re.compile(r"`narrator ([^`]+)`")
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MESSAGE_FUNCTIONS = {"format_command", "format_setup_hint"}


def read_text(node: ast.expr) -> str:
    """Return a string of a program, with X for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "X" for part in node.values
        )
    return "X"


def list_called(call: ast.Call) -> list[str]:
    """Return the words of a command that a function formats."""
    words = [read_text(argument) for argument in call.args if not isinstance(argument, ast.Starred)]
    return ["setup", *words] if ast.unparse(call.func) == "format_setup_hint" else words


def list_in_messages() -> Iterator[tuple[str, list[str]]]:
    """Yield the place and the words of every command in the program's strings."""
    for file in sorted((ROOT / "narrator").rglob("*.py")):
        place = str(file.relative_to(ROOT))
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MESSAGE_FUNCTIONS:
                yield place, list_called(node)
            elif isinstance(node, (ast.Constant, ast.JoinedStr)):
                for match in IN_BACKTICKS.finditer(read_text(node)):
                    yield place, match[1].split()


def list_in_pages() -> Iterator[tuple[str, list[str]]]:
    """Yield the place and the words of every command in the documentation."""
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = file.read_text("utf-8")
        for match in IN_BACKTICKS.finditer(text):
            yield file.name, match[1].split()
        for language, block in BLOCK.findall(text):
            joined = "" if language else block.replace("\\\n", " ")
            for line in joined.splitlines():
                if line.startswith("narrator "):
                    yield file.name, shlex.split(line, comments=True)[1:]


NAMED = sorted(
    {(place, " ".join(words)) for place, words in (*list_in_messages(), *list_in_pages()) if words}
)


def list_flags(command: str) -> set[str]:
    """Return all options of a command."""
    parameters = COMMAND_LINE.commands[command].params
    return GROUP_OPTIONS | {
        flag for each in parameters for flag in (*each.opts, *each.secondary_opts)
    }


def test_commands_are_found_in_messages_and_pages() -> None:
    assert len(list(list_in_messages())) > 40
    assert len(list(list_in_pages())) > 80


@pytest.mark.parametrize(("place", "command"), NAMED)
def test_a_named_command_exists(place: str, command: str) -> None:
    first, *words = command.split()
    if first.startswith("-"):
        assert first in GROUP_OPTIONS, place
        return
    if first in {"COMMAND", "X"}:
        return
    assert first in COMMANDS, place
    flags = {word.partition("=")[0].strip("[]") for word in words if re.match(r"-+[a-z]", word)}
    assert flags <= list_flags(first), place
    names = [word for word in words if not word.startswith(("-", "[")) and word not in PLACEHOLDERS]
    if first == "help":
        assert set(names) <= {*PAGES, *COMMANDS}, place
    if first == "setup":
        assert set(names) <= set(list_extras()), place
    if first in {"voices", "cache"} and names and not words[0].startswith("-"):
        [action] = [each for each in COMMAND_LINE.commands[first].params if each.name == "action"]
        assert names[0] in action.type.choices, place
