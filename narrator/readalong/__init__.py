"""Text and voice in one: what a build knows of time, given to eyes as well as ears.

A `Performance` bundles all that is known once an audiobook is made. Each companion is written from
it by one function, in a module of its own; `write` finds it by name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from narrator.errors import OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.readalong.rendered_book import RenderedBook

COMPANION_MODULES = {
    "timeline": "timeline",
    "srt": "subtitles",
    "vtt": "subtitles",
    "lrc": "subtitles",
}
"""Companions that lie beside the audio, and the modules that write them."""

FORMAT_MODULES = {
    "epub": "epub",
    "lpf": "lpf",
    "page": "web_page",
    "podcast": "podcast",
}
"""Whole audiobooks of text and voice, by the names of their formats, and the modules."""

FOLDER_MARKER_FILES = {"page": "page.js", "podcast": "feed.xml"}
"""The formats that are folders, and the file that tells such a folder from anybody else's."""
AUDIO_EXPORTER = "mp3"
"""The exporter that makes the sound of all these formats: every player and every browser has it."""


def require_folder_room(format_name: str, target: Path) -> None:
    """Make sure, before anything is spoken, that a format which is a folder can be put there.

    Raises:
        OutputError: it can't, or something else is there.
    """
    from narrator.files import atomic  # noqa: PLC0415 - few builds need it
    from narrator.readalong.output_paths import require_replaceable_folder  # noqa: PLC0415 - as above

    require_replaceable_folder(target, FOLDER_MARKER_FILES[format_name])
    atomic.prepare_output_file(target.with_name(f".{target.name}.room"))


def is_companion_file(path: Path, format_name: str) -> bool:
    """Whether a file that a build in this format made lies beside the audiobook."""
    return format_name not in FOLDER_MARKER_FILES and path.name.endswith(
        (".timeline.json", ".srt", ".vtt", ".lrc")
    )


def write_companion(companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write what accompanies an audiobook; returns the files made.

    Args:
        companion: one of `BESIDE` or of `FORMATS`.
        performance: what was made. A format wants tracks of a chapter each.
        target: the audiobook that the companion lies beside, as in `output/book.mp3`; for a
            format, where it is to be.

    Raises:
        OptionError: there is no such companion.
        OutputError: it can't be written.
    """
    modules = COMPANION_MODULES | FORMAT_MODULES
    if companion not in modules:
        raise OptionError(f"nothing is called '{companion}'", f"there are {', '.join(modules)}")
    module = import_module(f"narrator.readalong.{modules[companion]}")
    files: tuple[Path, ...] = module.write(companion, rendered_book, target)
    return files
