"""The pages of the documentation belong together, and what they show works."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.build.settings import load_settings
from narrator.cli.help import PAGES
from narrator.cli.main import app
from narrator.cli.setting_defaults import list_setting_kinds

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NAMES = sorted(file.name for file in DOCS.glob("*.md"))
FOR_DEVELOPERS = {"index.md", "architecture.md", "releasing.md"}
MAX_MEDIA_BYTES = 300_000
MEDIA = re.compile(r"(?:\.\./)?(?:docs/)?media/([\w.-]+)")
SETTINGS = re.compile(r'```toml title="narrator\.toml"\n(.*?)```', re.DOTALL)
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TUTORIAL = (DOCS / "tutorial.md").read_text("utf-8")


def test_every_page_is_in_the_site_and_a_topic_of_the_help() -> None:
    site = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [name for name in NAMES if name not in site] == []
    topics = {f"{topic}.md" for topic in PAGES}
    assert topics | FOR_DEVELOPERS == set(NAMES)


def test_pictures_and_samples_are_there_used_and_small() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]
    named = {name for page in pages for name in MEDIA.findall(page.read_text("utf-8"))}
    files = {file.name: file for file in (DOCS / "media").iterdir()}
    assert named == set(files)
    assert all(file.stat().st_size < MAX_MEDIA_BYTES for file in files.values())


def test_pictures_load_nothing_from_other_servers() -> None:
    for file in (DOCS / "media").glob("*.svg"):
        addresses = set(
            re.findall(r"(?:url\(|href=)[\"']?(https?://[^\"')]*)", file.read_text("utf-8"))
        )
        assert addresses == set(), file


def test_the_site_understands_every_block() -> None:
    openings = [
        line
        for file in DOCS.glob("*.md")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("```")
    ]
    assert [
        line for line in openings if not re.fullmatch(r'```(\w*|\w+ title="[\w.]+")', line)
    ] == []


def list_settings() -> list[tuple[str, str]]:
    return [
        (file.name, text)
        for file in sorted(DOCS.glob("*.md"))
        for text in SETTINGS.findall(file.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("page", "text"), list_settings())
def test_settings_that_are_shown_are_understood(page: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "narrator.toml").write_text(text, "utf-8")
    settings = load_settings([str(tmp_path / "book.txt")], list_setting_kinds())
    assert settings.values or settings.house.lexicons, page


def list_tutorial_commands() -> list[list[str]]:
    """Return the commands of the tutorial that need neither a listener nor the internet."""
    blocks = [text for language, text in BLOCK.findall(TUTORIAL) if not language]
    lines = [line for block in blocks for line in block.splitlines()]
    commands = [shlex.split(line, comments=True) for line in lines if line.startswith("narrator ")]
    left_out = {"setup", "doctor", "share", "studio"}
    return [
        [word for word in command[1:] if word != "--play"]
        for command in commands
        if command[1] not in left_out and "--interactive" not in command
    ]


def test_the_commands_of_the_tutorial_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATOR_ENGINE", "tone")
    story = re.search(r"```text\n(.*?)```", TUTORIAL, re.DOTALL)
    assert story
    (tmp_path / "lamp.txt").write_text(story[1], "utf-8")
    commands = list_tutorial_commands()
    assert len(commands) > 7
    for command in commands:
        words = [word.replace("Thomas=simon", "Thomas=bass") for word in command]
        listed = [*words, "--list"] if words[0] == "play" else words
        result = CliRunner().invoke(app, listed)
        assert result.exit_code == 0, (listed, result.output)
    assert (tmp_path / "lamp.cast.toml").exists()
    assert (tmp_path / "lamp.corrections.toml").exists()
