"""The whole job: read, segment, attribute, cast, speak, stitch, export.

`narrate` is all of it. Each other function is one step of it that a command asks for; what they are
made of lives in the packages of the same names.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from narrator.attribution import attribute_lines
from narrator.build.options import (
    FASTEST_SPEED,
    SLOWEST_SPEED,
    Options,
    create_worker_pool,
    load_book_corrections,
    load_book_lexicon,
    load_book_pauses,
    load_cast_file,
    open_cache,
)
from narrator.build.plan import BuildPlan, count_unmeasured_voices, estimate_build_price, plan_build
from narrator.build.publish import publish_audiobook
from narrator.cache import memo
from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.cache.places import use_cache_dir, voice_measurements_path
from narrator.casting.cast import NARRATOR_ROLE, Casting, cast_script, use_single_voice
from narrator.casting.profiles import load_voices
from narrator.errors import OptionError
from narrator.normalisation import Lexicon, normalise_script
from narrator.readers import loading
from narrator.scripts import completeness, corrections, serialisation, text_reader
from narrator.segmentation import segment_book

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from narrator.model import Audiobook, Book, Cast, Script
    from narrator.readers import SourceFile

LONG_BOOK_CHARACTERS = 1_000_000
"""Characters, 17 hours: of a longer book the script takes so much memory that workers had better
come afterwards."""

__all__ = [
    "BuildPlan",
    "Options",
    "cast_book",
    "count_unmeasured_voices",
    "estimate_build_price",
    "narrate",
    "plan_build",
    "publish_audiobook",
    "write_script",
]


def narrate(paths: Sequence[str], target: Path, options: Options | None = None) -> Audiobook:
    """Narrate a book to a file; what an earlier build made is used again.

    Raises:
        NarratorError: one of its children says what is wrong, and what to do next.
    """
    options = options or Options()
    with use_cache_dir(options.cache_dir), create_worker_pool(options) as crew:
        script = write_script(paths, options, on_new_script=crew.warm_up)
        casting = cast_book(script, paths, options)
        plan = plan_build(
            script, casting.cast, target, options, crew, load_book_pauses(paths, options)
        )
        for _ in plan.rendering_job.render_missing():
            pass
        return publish_audiobook(plan)


def write_script(
    paths: Sequence[str],
    options: Options,
    on_new_script: Callable[[], None] | None = None,
    source_files: Sequence[SourceFile] = (),
    book: Book | None = None,
) -> Script:
    """What will be said, by whom: read, segmented, attributed, corrected, and no word lost.

    A script is kept, so that the same book is written once. Before one is written anew, `when_new`
    is called, as other work will follow, unless the book is long. One that a person edited is read
    as it is. `sources` are what the paths hold, where they have been gathered already: standard
    input is there once; and `book` is what they say, where they have been bound.
    """
    source_files, lexicon = (
        source_files or loading.load_files(paths),
        load_book_lexicon(paths, options),
    )
    if text_reader.is_script_file(source_files):
        script = text_reader.parse_script(source_files)
        completeness.verify_completeness(script.book, script.lines)
        return normalise_script(script, lexicon)

    def bound() -> Book:
        new = book or loading.read_sources(source_files, paths, options.policy)
        if on_new_script and len(new.text) < LONG_BOOK_CHARACTERS:
            on_new_script()
        return new

    found = _as_found(source_files, paths, options, lexicon, bound)
    return _corrected(found, paths, lexicon)


def load_cached_script(
    paths: Sequence[str], options: Options, source_files: Sequence[SourceFile]
) -> Script | None:
    """The script as `write_script` gives it, if it was written before and is kept."""
    lexicon = load_book_lexicon(paths, options)
    kept = open_cache(options).load("script", _name(source_files, paths, options, lexicon))
    return None if kept is None else _corrected(serialisation.unpack_script(kept), paths, lexicon)


def _corrected(found: Script, paths: Sequence[str], lexicon: Lexicon) -> Script:
    corrected = corrections.apply_corrections(found, load_book_corrections(paths))
    return found if corrected is found else normalise_script(corrected, lexicon)


def _name(
    sources: Sequence[SourceFile], paths: Sequence[str], options: Options, lexicon: Lexicon
) -> str:
    """The name that a script is kept under: all that it is made of."""
    contents = [[source.path, hashlib.sha256(source.data).hexdigest()] for source in sources]
    asked = [asdict(options.policy), options.about.get("language"), repr(lexicon)]
    return fingerprint("script", program_fingerprint(), list(paths), contents, asked)


def _as_found(
    sources: Sequence[SourceFile],
    paths: Sequence[str],
    options: Options,
    lexicon: Lexicon,
    bound: Callable[[], Book],
) -> Script:
    """The script as nobody has corrected it."""
    store, name = open_cache(options), _name(sources, paths, options, lexicon)
    if kept := store.load("script", name):
        return serialisation.unpack_script(kept)
    book = bound()
    if language := options.about.get("language"):
        book = replace(book, metadata=replace(book.metadata, language=language))
    drafted = memo.memo_name(program_fingerprint(), book.metadata)
    known = memo.load_memo(store, drafted)
    lines = segment_book(book, memo=known)
    completeness.verify_completeness(book, lines)
    script = normalise_script(attribute_lines(book, lines, known), lexicon, known)
    store.save("script", name, serialisation.pack_script(script))
    known.save(store, drafted)
    return script


def cast_book(script: Script, paths: Sequence[str], options: Options) -> Casting:
    """Who speaks with which voice."""
    with use_cache_dir(options.cache_dir):  # unknown voices are measured, and so synthesised
        casting = cast_script(
            script,
            load_voices(),
            engine=options.engine,
            cast_file=load_cast_file(paths, options),
            overrides={
                **({NARRATOR_ROLE: options.voice} if options.voice else {}),
                **options.assign,
            },
            measurements_path=voice_measurements_path(),
        )
    if options.solo:
        casting = use_single_voice(casting)
    return replace(casting, cast=_at_speed(casting.cast, options.speed))


def _at_speed(cast: Cast, speed: float) -> Cast:
    if not SLOWEST_SPEED <= speed <= FASTEST_SPEED:
        raise OptionError(
            f"--speed {speed:g} is no speed", f"give {SLOWEST_SPEED:g} to {FASTEST_SPEED:g}"
        )
    voices = {name: replace(voice, rate=voice.rate * speed) for name, voice in cast.voices.items()}
    narrator = replace(cast.narrator, rate=cast.narrator.rate * speed)
    return replace(cast, narrator=narrator, voices=voices)
