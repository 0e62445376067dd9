"""Turns a story into an audiobook.

A book is read, segmented into lines, attributed to characters, cast with voices, spoken into clips,
stitched into chapters and exported as an audiobook::

    from pathlib import Path

    import narrator

    if __name__ == "__main__":  # the workers are processes that import this file
        options = narrator.Options(format="m4b")
        audiobook = narrator.narrate(["emma.epub"], Path("emma.m4b"), options)
        print(audiobook.timeline.seconds, [mark.title for mark in audiobook.timeline.marks])

Each step is a function of its own, which takes and returns frozen values:

- `read` reads a file into a `Book`.
- `write_script` reads, segments and attributes it to a `Script`.
- `cast_book` chooses the voices.
- `narrate` does all of it and writes the audiobook. It reports its progress as the events of
  `narrator.build.events` to the function that is passed as `on_event`; an exception that this
  function raises cancels the build. `narrator.build.pipeline.build_audiobook` yields the same
  events, and closing that generator cancels the build.
- `preview` speaks one paragraph.

Every error that `narrator` raises on purpose is a `NarratorError`, which says what to do next.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from narrator.errors import NarratorError

# repeated for type checkers and editors, which do not see lazy imports
if TYPE_CHECKING:
    from narrator.build.options import Options
    from narrator.build.pipeline import cast_book, narrate, write_script
    from narrator.build.preview import preview
    from narrator.casting.profiles import load_voices
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

_MODULES = {
    "narrator.build.options": ("Options",),
    "narrator.build.pipeline": ("cast_book", "narrate", "write_script"),
    "narrator.build.preview": ("preview",),
    "narrator.casting.profiles": ("load_voices",),
    "narrator.model": (
        "Audiobook",
        "Book",
        "Cast",
        "Chapter",
        "Character",
        "Clip",
        "Line",
        "Paragraph",
        "Script",
        "Timeline",
        "Voice",
    ),
    "narrator.readers": ("Policy", "read"),
}
_LAZY_NAMES = {name: module for module, names in _MODULES.items() for name in names}
"""Module of each name that is imported when it is first used, to keep `import narrator` quick."""


def __getattr__(name: str) -> Any:
    """Import a lazy name of this module when it is first used."""
    if name not in _LAZY_NAMES:
        raise AttributeError(f"module 'narrator' has no attribute '{name}'")
    return getattr(importlib.import_module(_LAZY_NAMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names, including those that have not been imported yet."""
    return sorted(__all__)
