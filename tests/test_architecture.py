"""The packages depend on each other as docs/architecture.md draws them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
_TREE = re.search(r"^narrator/\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
assert _TREE, "the page has no tree"
LAYERS = re.findall(r"^  (\w+)/? ", _TREE[1], re.MULTILINE)
"""The packages and top-level modules, from the ground up."""


def list_imports(node: ast.AST) -> Iterator[str]:
    """Yield the packages of narrator that are imported when the code runs, not only for types."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.ImportFrom) and node.module == "narrator":
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("narrator."):
        yield str(node.module).split(".")[1]
    for child in ast.iter_child_nodes(node):
        yield from list_imports(child)


def test_the_tree_shows_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "narrator").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "narrator").glob("*.py")} - {"__init__", "__main__"}
    assert sorted(LAYERS) == sorted(packages | modules)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_package_imports_only_what_stands_above_it(layer: str) -> None:
    lower_layers = LAYERS[: LAYERS.index(layer) + 1]
    folder = ROOT / "narrator" / layer
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    for file in files:
        imported = set(list_imports(ast.parse(file.read_text("utf-8")))) & set(LAYERS)
        assert imported <= set(lower_layers), file
