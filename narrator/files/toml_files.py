"""Reads the TOML files that users write, such as voice profiles and cast files."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from narrator.files.existence import suggest_path

if TYPE_CHECKING:
    from pathlib import Path

    import tomlkit

_MAX_BYTES = 32 << 20
"""The size of the largest file that is read; a lexicon of 100,000 words has 5 MB."""
_MAX_DEPTH = 30
"""The deepest nesting of tables and lists; the files of narrator have three levels."""


class TomlFileError(Exception):
    """Raised when a file can't be read as TOML; the message says why, and completes "FILE …".

    Args:
        message: Why the file can't be read.
        path_hint: What to do if there is no such file; empty if there is one.
    """

    def __init__(self, message: str, path_hint: str = "") -> None:
        super().__init__(message)
        self.path_hint = path_hint


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file in UTF-8; a byte order mark is ignored.

    Raises:
        TomlFileError: the file can't be read, is too large or too deep, or is not TOML.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        reason = getattr(error, "strerror", None) or "its name is not valid"
        hint = suggest_path(path) if isinstance(error, FileNotFoundError) else ""
        raise TomlFileError(f"can't be read: {reason}", hint) from error
    if len(data) > _MAX_BYTES:
        raise TomlFileError(f"is larger than {_MAX_BYTES >> 20} MB")
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise TomlFileError("is not text in UTF-8") from error
    except RecursionError as error:
        raise TomlFileError("is nested too deeply") from error
    except ValueError as error:  # also numbers with thousands of digits
        raise TomlFileError(f"is not valid TOML: {error}") from error
    _check_depth(content)
    return content


def parse_editable(path: Path) -> tomlkit.TOMLDocument:
    """Return a file that `read_toml` has read as a document that keeps its comments and layout."""
    import tomlkit  # noqa: PLC0415 - most commands only read

    return tomlkit.parse(path.read_bytes().decode("utf-8-sig"))


def _check_depth(content: dict[str, Any]) -> None:
    """Check that functions which call themselves can walk through the content.

    Raises:
        TomlFileError: it is nested too deeply.
    """
    level: list[Any] = [content]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, (dict, list))
        ]
    if level:
        raise TomlFileError("is nested too deeply")
