"""`narrator help`, the help of all options, and the links and topics of the documentation."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from narrator.cli.command_options import fill_help_placeholders
from narrator.cli.help import PAGES
from narrator.cli.main import COMMANDS, app

DOCS = Path(__file__).parents[2] / "docs"
COMMAND_LINE: Any = typer.main.get_command(app)
OPTIONS = [
    (name, parameter)
    for name, command in COMMAND_LINE.commands.items()
    for parameter in command.params
]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")


def show(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["help", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_topics_are_listed() -> None:
    shown = show()
    assert all(topic in shown for topic in PAGES)


@pytest.mark.parametrize("topic", PAGES)
def test_every_page_is_shown(topic: str) -> None:
    assert show(topic).startswith("# ")


def test_a_command_is_a_topic_too() -> None:
    assert "--output-template" in show("build")


def test_an_unknown_topic_is_one_line() -> None:
    result = CliRunner().invoke(app, ["help", "phon"])
    assert result.exit_code == 2
    assert "did you mean phone" in result.stderr


@pytest.mark.parametrize(
    ("command", "parameter"), OPTIONS, ids=lambda value: getattr(value, "name", value)
)
def test_the_help_of_every_option_is_a_sentence(command: str, parameter: Any) -> None:
    help_text = fill_help_placeholders(parameter.help or "")
    assert help_text[:1].isupper() or help_text[:1].isdigit(), (command, parameter.name)
    assert help_text.endswith((".", "…", ".'")), (command, parameter.name, help_text)
    assert "[default" not in help_text


COMPLETED = {
    "format": "m4b",
    "engine": "natural",
    "pauses": "brisk",
    "loudness": "podcast",
    "voice": "clara",
    "delivery": "plain",
    "matter": "keep",
    "notes": "chapter-end",
    "images": "keep",
    "cues": "speak",
    "foreign": "same",
    "language": "Portuguese",
    "split": "30min",
    "subtitles": "srt",
    "check profile": "podcast",
    "voices gender": "female",
    "voices age": "adult",
    "voices engine": "piper",
}
"""A value of each option of `narrator build`, or of a command that is named."""


@pytest.mark.parametrize(("option", "value"), COMPLETED.items())
def test_values_are_completed_in_a_shell(option: str, value: str) -> None:
    command_name, _, name = option.rpartition(" ")
    command = COMMAND_LINE.commands[command_name or "build"]
    context = typer.Context(command)
    [parameter] = [each for each in command.params if each.name == name]
    completed = [item.value for item in parameter.shell_complete(context, value[:2])]
    assert value in completed
    assert all(each.startswith(value[:2]) for each in completed)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target, fragment in LINK.findall(page.read_text("utf-8")):
        linked = page.parent / target if target else page
        assert linked.exists(), f"{page.name}: {target}"
        if fragment and linked.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in headings
            }
            assert fragment[1:] in slugs, f"{page.name}: {target}{fragment}"


def test_messages_name_only_pages_that_are_installed() -> None:
    sources = (Path(__file__).parents[2] / "narrator").rglob("*.py")
    named = {
        topic
        for source in sources
        for topic in re.findall(r"`narrator help ([\w-]+)`", source.read_text("utf-8"))
    } - {"TOPIC"}
    assert named <= {*PAGES, *COMMANDS}
