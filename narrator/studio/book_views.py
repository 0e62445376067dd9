"""Builds what the page shows of the whole book, its options and its remarks."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.audio.pauses import PAUSE_PRESETS
from narrator.build.book_files import METADATA_FIELDS, apply_cast_file, list_side_files
from narrator.build.option_parsing import list_formats
from narrator.build.options import Options
from narrator.casting.cast_file import ABOUT_KEYS
from narrator.languages.manners import DELIVERIES
from narrator.readalong.text_direction import find_text_direction
from narrator.readers.interface import POLICY_CHOICES
from narrator.scripts.text_syntax import MANNERS
from narrator.studio.cast_views import count_chapter_uncertainty, view_characters
from narrator.studio.messages import BookView, ChapterEntry, OptionsView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.build.resident_book import ResidentBook
    from narrator.casting.fitting_voices import VoiceFitting
    from narrator.model import Metadata
    from narrator.studio.cast_views import SpeakerColours

_ABOUT_FLAGS = {
    "title": "--title",
    "author": "--author",
    "series": "--series",
    "series_index": "--series-index",
    "narrator": "--narrated-by",
    "language": "--language",
}
"""The options that replace the metadata of a book, by the names of the metadata."""


def view_book(
    book: ResidentBook,
    fitting: VoiceFitting,
    colours: SpeakerColours,
    revision: int,
    *,
    can_undo: bool,
) -> BookView:
    """Return everything about a book but its text."""
    state = book.state
    metadata, uncertain = state.script.book.metadata, count_chapter_uncertainty(state)
    about = apply_cast_file(book.paths, book.options).about
    return BookView(
        about.get("title", metadata.title),
        about.get("author", metadata.author or ""),
        metadata.language,
        find_text_direction(metadata.language),
        [
            ChapterEntry(chapter.number, chapter.title, uncertain[chapter.number])
            for chapter in state.script.book.chapters
        ],
        view_characters(state, fitting, colours),
        list(MANNERS),
        [*state.script.notes, *state.casting.notes],
        [path.name for path in list_side_files(book.paths, book.options)],
        not state.is_edited_script,
        can_undo,
        view_options(book),
        revision,
    )


def view_options(book: ResidentBook) -> OptionsView:
    """Return how the whole book is read and spoken."""
    state, options = book.state, apply_cast_file(book.paths, book.options)
    metadata = state.script.book.metadata
    preset = str(state.cast_file.pauses.get("preset", "natural"))
    return OptionsView(
        options.loudness,
        [*LOUDNESS_PROFILES],
        options.delivery or DELIVERIES[0],
        options.policy.matter,
        options.policy.notes,
        [*POLICY_CHOICES["notes"]],
        bool(options.credits),
        options.pauses or preset,
        [*PAUSE_PRESETS],
        dict(_list_about(metadata, options)),
        bool(options.cover or metadata.cover),
        bool(options.cover),
        [*list_formats()],
        shlex.join(["narrator", "build", *book.paths, *list_arguments(book.options)]),
    )


def _list_about(metadata: Metadata, options: Options) -> Iterator[tuple[str, str]]:
    """Yield what players show, by the names of the options of the command line."""
    for key in ABOUT_KEYS:
        if key != "cover":
            name = METADATA_FIELDS.get(key, key)
            yield key, options.about.get(name) or getattr(metadata, name) or ""


def list_arguments(options: Options) -> Iterator[str]:
    """Yield the arguments of the command line that stand for options, where they differ."""
    default = Options()
    for flag, value, default_value in (
        ("--format", options.format, default.format),
        ("--loudness", options.loudness, default.loudness),
        ("--delivery", options.delivery, default.delivery),
        ("--pauses", options.pauses, default.pauses),
        ("--matter", options.policy.matter, default.policy.matter),
        ("--notes", options.policy.notes, default.policy.notes),
        ("--images", options.policy.images, default.policy.images),
        ("--cues", options.policy.cues, default.policy.cues),
        ("--voice", options.voice, default.voice),
        ("--engine", options.engine, default.engine),
        ("--speed", options.speed, default.speed),
        ("--cast", options.cast_file, default.cast_file),
        ("--lexicon", options.lexicon, default.lexicon),
        ("--cover", options.cover, default.cover),
        *((flag, options.about.get(name), None) for name, flag in _ABOUT_FLAGS.items()),
    ):
        if value is not None and value != default_value:
            yield from (flag, f"{value:g}" if isinstance(value, float) else str(value))
    if options.split:
        yield from ("--split", "chapters")
    if options.credits is not None:
        yield "--credits" if options.credits else "--no-credits"
    for is_set, flag in ((options.solo, "--solo"), (options.mark_dialogue, "--mark-dialogue")):
        if is_set:
            yield flag
    for name, voice in options.assign.items():
        yield from ("--set", f"{name}={voice}")
