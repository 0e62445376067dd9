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
    FASTEST,
    SLOWEST,
    Options,
    cast_file,
    corrections_for,
    crew_of,
    lexicon_for,
    pauses_for,
    store_of,
)
from narrator.build.plan import Plan, plan_build, price_of, untried
from narrator.build.publish import release
from narrator.cache import memo
from narrator.cache.store import digest
from narrator.casting.cast import NARRATOR, Casting, alone, cast_script
from narrator.casting.profiles import load_voices
from narrator.errors import OptionError
from narrator.normalisation import Lexicon, normalize
from narrator.readers import loading
from narrator.scripts import completeness, corrections, serialisation, text_reader
from narrator.scripts.serialisation import code
from narrator.segmentation import segment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from narrator.model import Audiobook, Book, Cast, Script
    from narrator.readers import Input

LONG = 1_000_000
"""Characters, 17 hours: of a longer book the script takes so much memory that workers had better
come afterwards."""

__all__ = [
    "Options",
    "Plan",
    "cast_book",
    "narrate",
    "plan_build",
    "price_of",
    "release",
    "untried",
    "write_script",
]


def narrate(paths: Sequence[str], target: Path, options: Options | None = None) -> Audiobook:
    """Narrate a book to a file; what an earlier build made is used again.

    Raises:
        NarratorError: one of its children says what is wrong, and what to do next.
    """
    options = options or Options()
    with crew_of(options) as crew:
        script = write_script(paths, options, when_new=crew.call)
        casting = cast_book(script, paths, options)
        plan = plan_build(script, casting.cast, target, options, crew, pauses_for(paths, options))
        for _ in plan.production.make():
            pass
        return release(plan)


def write_script(
    paths: Sequence[str],
    options: Options,
    when_new: Callable[[], None] | None = None,
    sources: Sequence[Input] = (),
    book: Book | None = None,
) -> Script:
    """What will be said, by whom: read, segmented, attributed, corrected, and no word lost.

    A script is kept, so that the same book is written once. Before one is written anew, `when_new`
    is called, as other work will follow, unless the book is long. One that a person edited is read
    as it is. `sources` are what the paths hold, where they have been gathered already: standard
    input is there once; and `book` is what they say, where they have been bound.
    """
    sources, lexicon = sources or loading.gather(paths), lexicon_for(paths, options)
    if text_reader.recognises(sources):
        script = text_reader.read(sources)
        completeness.verify(script.book, script.lines)
        return normalize(script, lexicon)

    def bound() -> Book:
        new = book or loading.bind(sources, paths, options.policy)
        if when_new and len(new.text) < LONG:
            when_new()
        return new

    found = _as_found(sources, paths, options, lexicon, bound)
    return _corrected(found, paths, lexicon)


def kept_script(paths: Sequence[str], options: Options, sources: Sequence[Input]) -> Script | None:
    """The script as `write_script` gives it, if it was written before and is kept."""
    lexicon = lexicon_for(paths, options)
    kept = store_of(options).load("script", _name(sources, paths, options, lexicon))
    return None if kept is None else _corrected(serialisation.unpack(kept), paths, lexicon)


def _corrected(found: Script, paths: Sequence[str], lexicon: Lexicon) -> Script:
    corrected = corrections.apply(found, corrections_for(paths))
    return found if corrected is found else normalize(corrected, lexicon)


def _name(
    sources: Sequence[Input], paths: Sequence[str], options: Options, lexicon: Lexicon
) -> str:
    """The name that a script is kept under: all that it is made of."""
    contents = [[source.path, hashlib.sha256(source.data).hexdigest()] for source in sources]
    asked = [asdict(options.policy), options.about.get("language"), repr(lexicon)]
    return digest("script", code(), list(paths), contents, asked)


def _as_found(
    sources: Sequence[Input],
    paths: Sequence[str],
    options: Options,
    lexicon: Lexicon,
    bound: Callable[[], Book],
) -> Script:
    """The script as nobody has corrected it."""
    store, name = store_of(options), _name(sources, paths, options, lexicon)
    if kept := store.load("script", name):
        return serialisation.unpack(kept)
    book = bound()
    if language := options.about.get("language"):
        book = replace(book, metadata=replace(book.metadata, language=language))
    drafted = memo.name(code(), book.metadata)
    known = memo.load(store, drafted)
    lines = segment(book, draft=known)
    completeness.verify(book, lines)
    script = normalize(attribute_lines(book, lines, known), lexicon, known)
    store.save("script", name, serialisation.pack(script))
    known.keep(store, drafted)
    return script


def cast_book(script: Script, paths: Sequence[str], options: Options) -> Casting:
    """Who speaks with which voice."""
    casting = cast_script(
        script,
        load_voices(),
        engine=options.engine,
        castfile=cast_file(paths, options),
        overrides={**({NARRATOR: options.voice} if options.voice else {}), **options.assign},
    )
    if options.solo:
        casting = alone(casting)
    return replace(casting, cast=_at_speed(casting.cast, options.speed))


def _at_speed(cast: Cast, speed: float) -> Cast:
    if not SLOWEST <= speed <= FASTEST:
        raise OptionError(f"--speed {speed:g} is no speed", f"give {SLOWEST:g} to {FASTEST:g}")
    voices = {name: replace(voice, rate=voice.rate * speed) for name, voice in cast.voices.items()}
    narrator = replace(cast.narrator, rate=cast.narrator.rate * speed)
    return replace(cast, narrator=narrator, voices=voices)
