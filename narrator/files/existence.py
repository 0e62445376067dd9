"""Asks whether files and folders exist, and suggests others with similar names.

Any name can be asked for: one that is too long for the system is that of no file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from narrator.text.suggestions import did_you_mean, find_similar

_ADDRESS = re.compile(r"(?:https?|ftp|file):/", re.IGNORECASE)
"""The beginning of an address; a path has only one of its two slashes."""


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


def exists(path: Path) -> bool:
    """Return whether anything has a path, such as a device; False if the system can't have it."""
    try:
        return path.exists()
    except OSError:
        return False


def names_folder(path: str | Path) -> bool:
    """Return whether a path is that of a folder, or ends with a slash as those of folders do.

    A `Path` has lost the slash that the user typed.
    """
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return str(path).endswith(separators) or is_folder(Path(path))


def suggest_path(path: Path) -> str:
    """Return a hint that suggests a file or folder with a similar name in the same folder."""
    if _ADDRESS.match(str(path)):
        return "download it first: narrator reads only files"
    try:
        files = list(path.parent.iterdir())
    except (OSError, ValueError):
        files = []
    # without suffixes, which make names similar that are not
    stems = find_similar(path.stem, sorted({file.stem for file in files}))
    names = [file.name for file in files if file.stem in stems]
    return did_you_mean(path.name, names, "check the path") if names else "check the path"
