"""`narrator setup` and `narrator doctor`."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from narrator import installation
from narrator.build.settings import CONFIG_VARIABLE, load_settings, save_setting
from narrator.cli import doctor, setup
from narrator.cli.main import app
from narrator.cli.setting_defaults import list_setting_kinds


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's settings file, which does not exist yet."""
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv(CONFIG_VARIABLE, str(path))
    return path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def pretend(monkeypatch: pytest.MonkeyPatch, *states: bool) -> None:
    """Let extras appear missing or installed, at one question after the other."""
    answers = iter(states)
    monkeypatch.setattr(installation, "is_extra_installed", lambda _extra: next(answers))


def test_without_a_terminal_the_command_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, False)
    result = invoke("setup", "pdf")
    assert result.exit_code == 0, result.output
    assert f"{sys.executable} -m pip install" in result.output
    assert "[pdf]" in result.output


def run_instead(monkeypatch: pytest.MonkeyPatch, code: int) -> list[tuple[str, ...]]:
    """Record the commands that would be run, and let them end with this code."""
    commands: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...], **_: Any) -> Any:
        commands.append(command)
        return type("Ended", (), {"returncode": code})()

    monkeypatch.setattr(setup.subprocess, "run", run)
    return commands


def test_an_extra_is_installed_when_the_user_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, False, True)
    commands = run_instead(monkeypatch, 0)
    result = invoke("setup", "pdf", "--yes")
    assert result.exit_code == 0, result.output
    assert commands[0][:4] == (sys.executable, "-m", "pip", "install")


def test_an_installation_that_fails_or_brings_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pretend(monkeypatch, False)
    run_instead(monkeypatch, 3)
    failed = invoke("setup", "pdf", "--yes")
    assert failed.exit_code == 1
    assert "exit code 3" in failed.stderr
    pretend(monkeypatch, False, False)
    run_instead(monkeypatch, 0)
    useless = invoke("setup", "pdf", "--yes")
    assert useless.exit_code == 1
    assert "not available for this system" in useless.stderr


def test_an_unknown_extra_is_refused() -> None:
    result = invoke("setup", "pipr")
    assert result.exit_code == 2
    assert "did you mean piper" in result.stderr


def test_saving_a_setting_keeps_the_rest_of_the_file(config: Path) -> None:
    save_setting("engine", "natural")
    assert load_settings([], list_setting_kinds()).house.engine == "natural"
    config.write_text('# mine\nformat = "m4b" # always\n\n[pauses]\nscene = 3\n', "utf-8")
    save_setting("engine", "tone")
    text = config.read_text("utf-8")
    assert "# mine" in text
    assert "# always" in text
    assert load_settings([], list_setting_kinds()).house.engine == "tone"
    assert load_settings([], list_setting_kinds()).house.pauses == {"scene": 3}


def test_doctor_shows_each_part_and_what_to_type_next(config: Path) -> None:
    save_setting("speed", 1.1)
    assert config.is_file()
    result = invoke("doctor")
    assert result.exit_code == 0, result.output
    for part in ("narrator", "settings", "engine pyttsx3", "encoder", "player", "cache", "models"):
        assert part in result.output
    assert "build BOOK.epub" in result.output


def test_doctor_reports_a_broken_settings_file(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("speed = ", "utf-8")
    result = invoke("doctor", "--json")
    findings = {finding["subject"]: finding for finding in json.loads(result.stdout)}
    assert not findings["settings"]["is_working"]
    assert findings["engine pyttsx3"]["is_working"]
    assert result.exit_code == 6
    assert "settings does not work" in result.stderr


def test_doctor_says_what_a_missing_player_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrator.cli.player.find_player", lambda: None)
    [player] = [each for each in doctor.list_findings() if each.subject == "player"]
    assert not player.is_working
    assert "mpv" in player.remedy


def test_doctor_offers_extras_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "is_extra_installed", lambda extra: extra != "pdf")
    result = invoke("doctor")
    [line] = [each for each in result.stdout.splitlines() if "setup NAME" in each]
    assert line.startswith("Optional")
    assert line.endswith("installs one of these: pdf")


def test_without_a_terminal_the_command_of_every_extra_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pretend(monkeypatch, False, False)
    result = invoke("setup", "pdf", "plot")
    assert "[pdf]" in result.output
    assert "[plot]" in result.output


def test_pip_reports_only_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, False, True)
    commands = run_instead(monkeypatch, 0)
    assert invoke("setup", "pdf", "--yes").exit_code == 0
    assert commands[0][1:5] == ("-m", "pip", "install", "--quiet")
