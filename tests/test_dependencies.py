"""What the package imports is what `pyproject.toml` declares."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import narrator

PACKAGE = Path(narrator.__file__).parent
EXTENSION_MODULES = {"parselmouth": ["praat-parselmouth"]}
"""Modules that are one compiled file, which `packages_distributions` leaves out in Python 3.11."""
PROJECT = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]


def _normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared_names() -> set[str]:
    """Return the distributions that the project or one of its extras depends on."""
    requirements = [*PROJECT["dependencies"]]
    for extra, extra_requirements in PROJECT["optional-dependencies"].items():
        if extra not in {"dev", "test-voices"}:  # which users don't install
            requirements += extra_requirements
    return {_normalise(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def _imported_modules(source: Path) -> Iterator[str]:
    """Yield the top-level modules that a file imports from outside the package."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [str(node.module)]
        yield from (name.partition(".")[0] for name in names)


def test_every_imported_library_is_declared() -> None:
    declared, distributions = _declared_names(), {**packages_distributions(), **EXTENSION_MODULES}
    undeclared = {}
    for source in PACKAGE.rglob("*.py"):
        for module in _imported_modules(source):
            if module in sys.stdlib_module_names or module == "narrator":
                continue
            if not declared & {_normalise(name) for name in distributions.get(module, [])}:
                undeclared[module] = str(source.relative_to(PACKAGE))
    assert undeclared == {}


def test_every_declared_library_has_a_reason_beside_it() -> None:
    lines = (PACKAGE.parent / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("dependencies = [")
    listed = lines[start + 1 : lines.index("]", start)]
    assert len(listed) > 10
    assert [line for line in listed if "# " not in line] == []
