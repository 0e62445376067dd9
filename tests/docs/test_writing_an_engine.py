"""The example of the tutorial does what the tutorial says."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from narrator.casting.profiles import load_voices

PAGE = Path(__file__).parents[2] / "docs" / "writing-an-engine.md"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The files of the page, each under the name that the text before it gives."""
    folder = tmp_path_factory.mktemp("morse")
    parts = re.split(r"```\w+\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    for prose, code in zip(parts[::2], parts[1::2], strict=False):
        name = re.findall(r"`([\w.]+\.(?:py|toml))`", prose)[-1]
        (folder / name).write_text(code, "utf-8")
    return folder


def test_the_page_holds_all_that_a_plug_in_needs(package):
    names = {file.name for file in package.iterdir()}
    assert names == {"morse.py", "samuel.toml", "pyproject.toml", "test_morse.py"}


def test_the_engine_keeps_the_contract(package):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_morse.py"],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"1\d passed", done.stdout)


def test_the_voice_is_one(package, tmp_path):
    (tmp_path / "samuel.toml").write_bytes((package / "samuel.toml").read_bytes())
    assert load_voices([tmp_path])["samuel"].engine == "morse"


def test_the_entry_point_names_the_engine(package):
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["narrator.engines"] == {"morse": "morse:Morse"}
