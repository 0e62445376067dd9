import subprocess
import tomllib
from types import SimpleNamespace

import pytest

from benchmarks import wheels
from benchmarks.wheels import BASE, Outcome, Target

PROJECT = {
    "dependencies": ["Num2Words>=0.5", "soxr>=1,<2; sys_platform != 'darwin'"],
    "optional-dependencies": {
        "pdf": ["pypdf[crypto]>=6"],
        "talk": ["engine_one==2", "shift.er~=1.0"],
        "dev": ["pytest"],
    },
}


def test_packages_are_listed_by_normalised_name_for_each_extra_of_users():
    assert wheels.list_extras(PROJECT) == {
        BASE: ("num2words", "soxr"),
        "pdf": ("pypdf",),
        "talk": ("engine-one", "shift-er"),
    }


@pytest.mark.parametrize(
    ("resolution", "absent"),
    [
        ("engine-one==2\nshift-er==1.4\n", ()),
        ("Engine_One==2\nother==1\n", ("shift-er",)),
        ("", ("engine-one", "shift-er")),
    ],
)
def test_packages_that_markers_leave_out_are_found(resolution, absent):
    assert wheels.find_absent(("engine-one", "shift-er"), resolution) == absent


def test_only_the_packages_without_wheels_are_built():
    command = wheels.build_command(Target("talk", "Linux ARM64", "3.14"))
    assert command[command.index("--only-binary") + 1] == ":all:"
    assert [command[i + 1] for i, part in enumerate(command) if part == "--no-binary"] == ["docopt"]
    assert command[-2:] == ["--extra", "talk"]
    assert "--extra" not in wheels.build_command(Target(BASE, "Linux ARM64", "3.14"))


def test_no_python_is_downloaded_and_no_package_is_built():
    command = wheels.build_command(Target("talk", "Linux ARM64", "3.14"))
    assert "--no-python-downloads" in command
    stated = tomllib.loads(wheels.PROJECT_FILE.read_text("utf-8"))["tool"]["uv"]
    assert [entry["name"] for entry in stated["dependency-metadata"]] == list(
        wheels.SOURCE_PACKAGES
    )


def test_a_resolution_that_takes_too_long_fails_and_says_so(monkeypatch, capsys):
    def wait_for_ever(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", wait_for_ever)
    assert wheels.main(["pdf"]) == 1
    assert "no answer within 300 s" in capsys.readouterr().out


def test_each_result_is_printed_at_once(monkeypatch, capsys):
    result = SimpleNamespace(returncode=0, stdout="pypdf==6", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: result)
    wheels.main(["pdf"])
    lines = capsys.readouterr().out.splitlines()
    assert {line.partition("/")[0] for line in lines[:20]} == {str(n) for n in range(1, 21)}


def test_versions_of_python_with_the_same_result_share_a_cell():
    results = {"3.11": Outcome(True), "3.12": Outcome(True), "3.13": Outcome(True, ("shift-er",))}
    outcomes = {Target("talk", "Linux ARM64", python): results[python] for python in results}
    outcomes[Target("talk", "Linux ARM64", "3.14")] = Outcome(False, error="no wheel")
    assert wheels.format_table(outcomes).split(maxsplit=3)[3] == (
        "3.11, 3.12: yes; 3.13: without shift-er; 3.14: FAILS"
    )


@pytest.mark.parametrize(("returncode", "exit_status"), [(0, 0), (1, 1)])
def test_the_status_is_1_if_an_extra_does_not_install(monkeypatch, capsys, returncode, exit_status):
    result = SimpleNamespace(returncode=returncode, stdout="pypdf==6", stderr="no usable wheels")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: result)
    assert wheels.main(["pdf"]) == exit_status
    assert ("no usable wheels" in capsys.readouterr().out) == bool(returncode)


def test_an_unknown_extra_is_an_error(capsys):
    assert wheels.main(["pfd"]) == 2
    assert "pdf" in capsys.readouterr().out
