"""Asks whether files and folders exist, by any name: one that is too long is that of no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether a path is a file; False also if the system can't have such a path."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False also if the system can't have such a path."""
    try:
        return path.is_dir()
    except OSError:
        return False
