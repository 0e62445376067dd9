"""Recognise script files among the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers import SourceFile

SCRIPT_SUFFIX = ".script"
"""The suffix of script files. Files with another suffix are recognised by their first row."""


def is_script_file(sources: Sequence[SourceFile]) -> bool:
    """Return whether any of the files is a script file, by its suffix or its first row."""
    return any(
        source.suffix == SCRIPT_SUFFIX
        # In UTF-16, ASCII characters alternate with null bytes.
        or b"[narrator script" in source.data[:200].replace(b"\0", b"")
        for source in sources
    )
