"""The recipes of CONTRIBUTING.md work as they are written, in a copy of the package."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BLOCK = re.compile(
    r"^```\w+ (?P<path>[\w./]+)(?: (?P<where>after|before)=(?P<quote>['\"])(?P<anchor>.*?)(?P=quote))?\n"
    r"(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
"""A code block that names its file; `after` and `before` name the line of the file where it belongs."""
SECTIONS = dict(re.findall(r"^## (Add [^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the recipes change: the package, the tests, and the project's metadata."""
    hidden = shutil.ignore_patterns("__pycache__", "golden")
    for folder in ("narrator", "tests", "voices"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=hidden)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def apply_recipe(section: str, checkout: Path) -> list[str]:
    """Write the files of a recipe, as its reader would; return its test modules."""
    test_modules = []
    for block in BLOCK.finditer(SECTIONS[section]):
        file = checkout / block["path"]
        if block["path"] == "pyproject.toml":
            add_entry_point(file, block["code"])
        elif block["where"]:
            insert(file, block["code"], block["anchor"], before=block["where"] == "before")
        else:
            assert not file.exists(), f"{block['path']} exists already"
            file.write_text(block["code"], "utf-8")
        if "/test_" in block["path"]:
            test_modules.append(block["path"])
    install_metadata(checkout)
    return test_modules


def add_entry_point(file: Path, code: str) -> None:
    """Add a line to a table of entry points that exists."""
    heading, line = code.strip().split("\n")
    text = file.read_text("utf-8")
    assert text.count(heading) == 1
    file.write_text(text.replace(heading, f"{heading}\n{line}"), "utf-8")


def insert(file: Path, code: str, anchor: str, *, before: bool) -> None:
    """Insert code before or after the only line that is the anchor."""
    lines = file.read_text("utf-8").split("\n")
    assert lines.count(anchor) == 1, f"{anchor!r} occurs {lines.count(anchor)} times"
    index = lines.index(anchor) + (not before)
    lines[index:index] = code.removesuffix("\n").split("\n")
    file.write_text("\n".join(lines), "utf-8")


def install_metadata(checkout: Path) -> None:
    """Write the entry points of the copy where Python looks for them first."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    folder = checkout / "narrator_audiobook-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: narrator-audiobook\nVersion: 0\n"
    )
    groups = [
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in entries.items())])
        for group, entries in project["entry-points"].items()
    ]
    (folder / "entry_points.txt").write_text("\n\n".join(groups) + "\n")


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program in the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def run_tests(checkout: Path, *arguments: str) -> None:
    done = run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_recipe_is_tested_here() -> None:
    assert list(SECTIONS) == [
        "Add a reader",
        "Add an engine",  # tests/docs/test_writing_an_engine.py
        "Add an exporter",
        "Add a language",
        "Add a pause",
        "Add a feature for attribution",
    ]


@pytest.mark.parametrize(
    ("section", "contract", "selection"),
    [
        ("Add a reader", "tests/contracts/test_readers.py", "gemtext or claimed"),
        ("Add an exporter", "tests/contracts/test_exporters.py", "aiff"),
        ("Add a pause", "tests/audio/test_pauses.py", "pause"),
        ("Add a language", "tests/languages/test_languages.py", "eo"),
    ],
)
def test_a_recipe_passes_its_tests_and_the_contract(
    checkout: Path, section: str, contract: str, selection: str
) -> None:
    test_modules = apply_recipe(section, checkout)
    assert test_modules
    run_tests(checkout, *test_modules)
    run_tests(checkout, contract, "-k", selection)


def test_a_new_feature_passes_its_tests_and_asks_for_training(checkout: Path) -> None:
    run_tests(checkout, *apply_recipe("Add a feature for attribution", checkout))
    done = run(
        checkout, "-c", "from narrator.attribution.scoring import load_ensemble; load_ensemble()"
    )
    assert "weights.npz does not fit the features" in done.stderr
    assert "'is_shouted' in the code" in done.stderr


def test_every_code_block_with_a_file_belongs_to_a_recipe() -> None:
    in_recipes = sum(len(BLOCK.findall(text)) for text in SECTIONS.values())
    assert in_recipes == len(re.findall(r"^```\w+ \S", PAGE, re.MULTILINE))
