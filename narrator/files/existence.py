"""Asks whether files and folders exist, and suggests others with similar names.

Any name can be asked for: one that is too long for the system is that of no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.text.suggestions import did_you_mean

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


def suggest_path(path: Path) -> str:
    """Return a hint that suggests a file or folder with a similar name in the same folder."""
    otherwise = "check the path"
    try:
        names = [file.name for file in path.parent.iterdir()]
    except (OSError, ValueError):
        return otherwise
    return did_you_mean(path.name, names, otherwise)
