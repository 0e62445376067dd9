"""Companions of an audiobook: text that is synchronised with the audio.

A companion is a file or folder that is made from a rendered book: subtitles or a timeline next to
the audio files, or a format that holds text and audio together, such as an EPUB with Media
Overlays. Each kind is written by the function `write` of one module; `write_companion` finds that
module by the name of the kind.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING

from narrator.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrator.readalong.rendered_book import RenderedBook

COMPANION_MODULES = {
    "timeline": "timeline",
    "srt": "subtitles",
    "vtt": "subtitles",
    "lrc": "subtitles",
    "labels": "audacity_labels",
}
"""The module that writes each companion that is placed next to the audio files."""
SUBTITLE_KINDS = tuple(kind for kind, module in COMPANION_MODULES.items() if module == "subtitles")
LABEL_SUFFIXES = (".lines.labels.txt", ".speakers.labels.txt")
"""What the names of the two label tracks of an audio file end in."""

FORMAT_MODULES = {
    "epub": "epub",
    "lpf": "lpf",
    "page": "web_player",
    "podcast": "podcast",
}
"""The module that writes each format that holds text and audio together."""

FOLDER_FORMATS = ("page", "podcast")
"""The formats that are folders."""
AUDIO_EXPORTER = "mp3"
"""The exporter for the audio inside all these formats: every player and browser plays MP3."""


def list_companion_names(
    kinds: Sequence[str], target_name: str, audio_names: Sequence[str]
) -> list[str]:
    """Return the names of the companions beside audio files.

    Args:
        kinds: Keys of `COMPANION_MODULES`.
        target_name: The name that a single audio file would have.
        audio_names: The names of the audio files.
    """
    suffixes = [f".{kind}" for kind in kinds if kind in SUBTITLE_KINDS]
    suffixes += LABEL_SUFFIXES if "labels" in kinds else ()
    names = [(name, suffix) for suffix in suffixes for name in audio_names]
    names += [(target_name, ".chapters.vtt")] if "vtt" in kinds else []
    names += [(target_name, ".timeline.json")] if "timeline" in kinds else []
    return [str(PurePath(name).with_suffix(suffix)) for name, suffix in names]


def is_companion_file(path: Path, format_name: str) -> bool:
    """Return whether a file that a build in this format wrote is a companion next to the audio."""
    return format_name not in FOLDER_FORMATS and path.name.endswith(
        (".timeline.json", ".srt", ".vtt", ".lrc", *LABEL_SUFFIXES)
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
