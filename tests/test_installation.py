"""How narrator was installed, and which command adds packages to that installation."""

import importlib.metadata
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from narrator import installation
from narrator.errors import OptionError
from narrator.installation import Installation


@pytest.mark.parametrize(
    ("file", "kind"),
    [("pipx_metadata.json", "pipx"), ("uv-receipt.toml", "uv tool"), ("pyvenv.cfg", "virtual")],
)
def test_an_environment_is_known_by_what_its_installer_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, kind: str
) -> None:
    (tmp_path / file).write_text("", "utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert installation.detect_installation().kind.startswith(kind)


def test_a_temporary_environment_of_uv_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/me/.cache/uv/archive-v0/abc")
    assert installation.detect_installation().kind == "uvx"


def test_pip_of_this_environment_installs_here() -> None:
    command = Installation("virtual environment", Path(sys.prefix), "x").make_install_command(
        ("a",)
    )
    assert command == (sys.executable, "-m", "pip", "install", "a")


def test_pipx_installs_into_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation.shutil, "which", lambda name: f"/bin/{name}")
    pipx = Installation("pipx", Path("/home/me/pipx/venvs/narrator-audiobook"), "x")
    assert pipx.make_install_command(("a[b]",)) == (
        *("pipx", "runpip", "narrator-audiobook", "install", "a[b]"),
    )


def test_uv_installs_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda _name: None)
    command = Installation("uv tool", Path("/home/me/tools/narrator"), "x").make_install_command(
        ("a",)
    )
    assert command == ("uv", "pip", "install", "--python", sys.executable, "a")


RECEIPT = """\
[tool]
requirements = [
    { name = "narrator-audiobook", extras = ["pdf"], directory = "/src" },
    { name = "fsspec", specifier = ">=2025.2" },
]
"""


@pytest.mark.parametrize(
    ("receipt", "extras", "added"),
    [(RECEIPT, "natural,pdf", ("--with", "fsspec>=2025.2")), ("?", "natural", ())],
)
def test_uv_keeps_in_its_record_what_was_there_and_what_is_added(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    receipt: str,
    extras: str,
    added: tuple[str, ...],
) -> None:
    (tmp_path / "uv-receipt.toml").write_text(receipt, "utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(installation.shutil, "which", lambda name: f"/bin/{name}")
    installed = SimpleNamespace(read_text=lambda _name: None, version="0.1")
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: installed)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert installation.make_extra_command("natural") == (
        *("uv", "tool", "install", "--python", python, f"narrator-audiobook[{extras}]", *added),
    )


def test_pipx_records_the_packages_of_an_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipx_metadata.json").write_text("", "utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(installation.shutil, "which", lambda name: f"/bin/{name}")
    command = installation.make_extra_command("pdf")
    assert command[:3] == ("pipx", "inject", tmp_path.name)
    assert command[3].startswith("pypdf[crypto]")


def test_extras_are_those_of_users() -> None:
    assert {"natural", "piper", "pdf"} <= set(installation.list_extras())
    assert "dev" not in installation.list_extras()
    with pytest.raises(OptionError, match="did you mean piper"):
        installation.list_requirements("pipr")


SOURCES = [
    (None, "narrator-audiobook[pdf]=="),
    ('{"url": "file:///", "dir_info": {}}', "/[pdf]"),
    (
        '{"url": "https://example.org/n.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
        "narrator-audiobook[pdf] @ git+https://example.org/n.git@abc",
    ),
    ('{"url": "file:///no/such/folder", "dir_info": {}}', "pypdf[crypto]"),
]


@pytest.mark.parametrize(("record", "requirement"), SOURCES)
def test_an_extra_comes_from_where_the_package_came_from(
    monkeypatch: pytest.MonkeyPatch, record: str | None, requirement: str
) -> None:
    installed = SimpleNamespace(read_text=lambda _name: record, version="0.1")
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: installed)
    if "no/such" in (record or ""):
        monkeypatch.setattr(
            importlib.metadata,
            "requires",
            lambda _name: ["pypdf[crypto]<8,>=6; extra == 'pdf'", "numpy>=2"],
        )
    [first, *_] = installation.list_requirements("pdf")
    assert first.startswith(requirement)


def test_an_extra_is_installed_if_its_packages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def claim(requirement: str) -> None:
        monkeypatch.setattr(
            importlib.metadata, "requires", lambda _name: [f"{requirement}; extra == 'x'"]
        )

    claim("numpy>=2")
    assert installation.is_extra_installed("x")
    claim("no-such-package>=2")
    assert not installation.is_extra_installed("x")


def test_a_command_is_shown_as_the_user_can_type_it(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(sys.executable).parent / "narrator"
    monkeypatch.setattr(installation.shutil, "which", lambda _name: str(program))
    assert installation.format_command("setup", "pdf") == "narrator setup pdf"
    monkeypatch.setattr(installation.shutil, "which", lambda _name: None)
    assert installation.format_command("setup").endswith("narrator setup")
    assert Path(installation.format_command("setup").split()[0]).exists()
