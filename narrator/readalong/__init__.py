"""Companions of an audiobook: text that is synchronised with the audio.

A companion is a file or folder that is made from a rendered book: subtitles or a timeline next to
the audio files, or a format that holds text and audio together, such as an EPUB with Media
Overlays. Each kind is written by the function `write` of one module; `write_companion` finds that
module by the name of the kind.
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
"""The module that writes each companion that is placed next to the audio files."""

FORMAT_MODULES = {
    "epub": "epub",
    "lpf": "lpf",
    "page": "web_player",
    "podcast": "podcast",
}
"""The module that writes each format that holds text and audio together."""

FOLDER_MARKER_FILES = {"page": "page.js", "podcast": "feed.xml"}
"""The formats that are folders; the file shows that narrator wrote a folder of this format."""
AUDIO_EXPORTER = "mp3"
"""The exporter for the audio inside all these formats: every player and browser plays MP3."""


def require_writable_folder(format_name: str, target: Path) -> None:
    """Check, before anything is synthesised, that the folder of a format can be written.

    Raises:
        OutputError: the target can't be written to, or holds something else.
    """
    from narrator.files import atomic  # noqa: PLC0415 - few builds need it
    from narrator.readalong.staging import require_replaceable_folder  # noqa: PLC0415 - as above

    require_replaceable_folder(target, FOLDER_MARKER_FILES[format_name])
    atomic.prepare_output_file(target.with_name(f".{target.name}.room"))


def is_companion_file(path: Path, format_name: str) -> bool:
    """Return whether a file that a build in this format wrote is a companion next to the audio."""
    return format_name not in FOLDER_MARKER_FILES and path.name.endswith(
        (".timeline.json", ".srt", ".vtt", ".lrc")
    )


def write_companion(companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write one companion of an audiobook and return the files that were written.

    Args:
        companion: a key of `COMPANION_MODULES` or of `FORMAT_MODULES`.
        rendered_book: the book and its audio. A format needs one track per chapter.
        target: for subtitles and timelines, the audiobook, such as `output/book.mp3`; for
            a format, the file or folder to write.

    Raises:
        OptionError: the companion is not known.
        OutputError: it can't be written.
    """
    modules = COMPANION_MODULES | FORMAT_MODULES
    if companion not in modules:
        raise OptionError(f"nothing is called '{companion}'", f"there are {', '.join(modules)}")
    module = import_module(f"narrator.readalong.{modules[companion]}")
    files: tuple[Path, ...] = module.write(companion, rendered_book, target)
    return files
