"""Turns a story into an audiobook.

A book is read, segmented into lines, attributed to characters, cast with voices, spoken into clips,
stitched into chapters and exported as an audiobook::

    from pathlib import Path

    import narrator

    if __name__ == "__main__":  # the workers are processes that import this file
        made = narrator.narrate(["emma.epub"], Path("emma.m4b"), narrator.Options(format="m4b"))
        print(made.timeline.seconds, [mark.title for mark in made.timeline.marks])

Each step is a function of its own, from one frozen value to the next:

- `read` a file to a `Book`,
- `write_script` reads, segments and attributes it to a `Script`,
- `cast_book` chooses the voices,
- `narrate` does all of it and writes the audiobook,
- `preview` speaks one paragraph.

Whatever goes wrong on purpose is a `NarratorError`, which says what to do next.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from narrator.errors import NarratorError
from narrator.model import (
    Audiobook,
    Book,
    Cast,
    Chapter,
    Character,
    Clip,
    Line,
    Paragraph,
    Script,
    Timeline,
    Voice,
)

if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.build.pipeline import cast_book, narrate, write_script
    from narrator.build.preview import preview
    from narrator.casting.profiles import load_voices
    from narrator.readers import Policy, read

__version__ = "0.1.0"

__all__ = [
    "Audiobook",
    "Book",
    "Cast",
    "Chapter",
    "Character",
    "Clip",
    "Line",
    "NarratorError",
    "Options",
    "Paragraph",
    "Policy",
    "Script",
    "Timeline",
    "Voice",
    "cast_book",
    "load_voices",
    "narrate",
    "preview",
    "read",
    "write_script",
]

_HOMES = {
    "Options": "narrator.build.options",
    "Policy": "narrator.readers",
    "cast_book": "narrator.build.pipeline",
    "load_voices": "narrator.casting.profiles",
    "narrate": "narrator.build.pipeline",
    "preview": "narrator.build.preview",
    "read": "narrator.readers",
    "write_script": "narrator.build.pipeline",
}
"""What is imported when it is first asked for, so that `import narrator` is quick."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'narrator' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
