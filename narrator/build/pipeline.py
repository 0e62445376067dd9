"""The whole job: read, segment, attribute, cast, speak, stitch and export a book.

`build_audiobook` does all of it and yields the events of `narrator.build.events`. The command line,
`narrate` and every other caller use this one generator. The other functions are single steps, which
some commands need alone.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from narrator.build import events, option_parsing
from narrator.build.book_files import (
    apply_cast_file,
    load_book_corrections,
    load_book_lexicon,
    load_book_pauses,
    load_cast_file,
)
from narrator.build.early_chapters import ChapterPublisher
from narrator.build.options import Options
from narrator.build.plan import (
    count_unmeasured_voices,
    estimate_build_price,
    outline_build,
    plan_build,
    require_cluster,
    require_voices,
)
from narrator.build.publish import publish_audiobook
from narrator.build.resources import create_worker_pool, open_cache
from narrator.build.retake_ranges import check_retakes
from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.cache.places import use_cache_dir, voice_measurements_path
from narrator.casting.cast import NARRATOR_ROLE, Casting, cast_script, use_single_voice
from narrator.casting.cast_file import VoiceChoice
from narrator.casting.engine_choice import choose_engine
from narrator.casting.foreign_voices import add_foreign_voices
from narrator.casting.profiles import load_voices
from narrator.readers.source_files import load_files
from narrator.scripts import serialisation
from narrator.scripts.script_recognition import is_script_file

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from narrator.build.events import BuildEvent
    from narrator.build.plan import BuildPlan
    from narrator.casting.cast_file import CastFile
    from narrator.model import Audiobook, Book, Cast, Metadata, Script, Voice
    from narrator.normalisation.lexicon import Lexicon
    from narrator.readers import SourceFile
    from narrator.scripts.corrections import Corrections, WordIndex
    from narrator.synthesis.worker_pool import WorkerPool

LONG_BOOK_CHARACTERS = 1_000_000
"""Length of a book of about 17 hours. Writing the script of a longer book takes so much memory that
the workers start only afterwards."""

_SCRIPT_KIND = "script"
"""Kind of the cache entries that hold scripts; users see it in `narrator cache`."""


def build_audiobook(
    paths: Sequence[str], target: Path, options: Options
) -> Generator[BuildEvent, None, None]:
    """Narrate a book to a file, and yield an event at each step; the last is `BuildFinished`.

    Results of earlier builds are used again. To cancel the build, close the generator: the workers
    end, the target is left as it was, and the next build continues from what has been spoken.

    Raises:
        NarratorError: one of its subclasses says what is wrong, and what to do next.
    """
    with use_cache_dir(options.cache_dir), create_worker_pool(options) as worker_pool:
        plan, _ = yield from _prepare_build(paths, target, options, worker_pool)
        chapters = ChapterPublisher(plan)
        for progress in plan.rendering_job.render_missing():
            yield events.SpeakingProgressed(
                progress.done_characters / max(progress.total_characters, 1),
                progress.synthesised_clips,
                progress.chapter,
                progress.chapter_shares,
            )
            for file, part in chapters.publish_finished():
                yield events.ChapterFinished(file, part)
        for progress in plan.stem_job.render_missing() if plan.stem_job else ():
            fraction = progress.done_characters / max(progress.total_characters, 1)
            yield events.StemsProgressed(fraction)
        yield events.ExportStarted(target)
        audiobook = publish_audiobook(plan, chapters.find_published())
    # outside the context: the workers have ended when the caller receives the result
    rendering_job = plan.rendering_job
    yield events.BuildFinished(audiobook, rendering_job.damaged_count, rendering_job.line_takes)


def forecast_build(
    paths: Sequence[str], target: Path, options: Options
) -> Generator[BuildEvent, None, None]:
    """Prepare a build without speaking anything; the last event is `BuildForecast`.

    Raises:
        NarratorError: the build would fail for this reason.
    """
    with use_cache_dir(options.cache_dir), create_worker_pool(options) as worker_pool:
        plan, price = yield from _prepare_build(
            paths, target, options, worker_pool, is_dry_run=True
        )
        yield events.BuildForecast(target, plan.rendering_job.forecast_build(), price)


def _prepare_build(
    paths: Sequence[str],
    target: Path,
    options: Options,
    worker_pool: WorkerPool,
    *,
    is_dry_run: bool = False,
) -> Generator[BuildEvent, None, tuple[BuildPlan, float]]:
    """Take all steps that come before synthesis; return the plan and the price of the speech."""
    yield events.ReadingStarted(tuple(paths))
    options = apply_cast_file(paths, options)

    def start_workers(language: str, is_edited: bool) -> None:
        worker_pool.expect_engine(_guess_engine(language, options))
        # few lines of an edited book are new, so the other workers start only if they are needed
        worker_pool.warm_up(1 if is_edited else None)

    # a dry run speaks nothing and needs no workers
    script = write_script(paths, options, None if is_dry_run else start_workers)
    yield events.ScriptWritten(script)
    casting = cast_book(script, paths, options)
    worker_pool.expect_engine(casting.cast.narrator.engine)
    # what can't be made is refused before anything is said about the book
    outline = outline_build(script, casting.cast, target, options, paths)
    require_voices(outline)
    pauses = load_book_pauses(paths, options)
    check_retakes(outline.script.lines, options.again)
    voice_count = count_unmeasured_voices(script, casting.cast, options)
    if options.pool and not is_dry_run:
        require_cluster(outline, worker_pool, pauses, voice_count)
    yield events.CastingFinished(script, casting)
    # the price comes before the plan, whose voice measurements may already cost money
    price = estimate_build_price(script, casting.cast, options)
    yield events.PriceEstimated(price)
    if not is_dry_run:
        yield events.VoiceMeasurementStarted(voice_count)
    plan = plan_build(outline, worker_pool, pauses, measure_voices=not is_dry_run)
    if options.again and not is_dry_run:
        # loads numpy, which few builds need before the workers start
        from narrator.build.retakes import store_retakes  # noqa: PLC0415

        path, count = store_retakes(plan, script, paths, options)
        yield events.RetakesStored(path, count)
        # the corrections have changed, so all steps are taken once more, without saying so again
        options = replace(options, again=())
        return _exhaust(_prepare_build(paths, target, options, worker_pool))
    return plan, price


def _guess_engine(language: str, options: Options) -> str:
    """Return the engine of most lines, as far as it is known before the book is cast.

    Raises:
        EngineUnavailableError: the user's engine does not speak the language of the book.
    """
    voices = load_voices()
    if options.voice in voices:
        return voices[options.voice].engine
    return choose_engine(language, voices, options.engine, options.house.engine).name


def _exhaust(
    steps: Generator[BuildEvent, None, tuple[BuildPlan, float]],
) -> tuple[BuildPlan, float]:
    """Take all steps, and return their result."""
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            plan, price = finished.value
            return plan, price


def narrate(
    paths: Sequence[str],
    target: Path,
    options: Options | None = None,
    on_event: Callable[[BuildEvent], None] | None = None,
) -> Audiobook:
    """Narrate a book to a file; results of earlier builds are used again.

    Args:
        paths: Files or folders that hold the book, or `-` for standard input.
        target: The audiobook, or the folder of one that is split.
        options: How the book is narrated.
        on_event: Called with each event of the build. If it raises an exception, the build is
            cancelled as described for `build_audiobook`, and the exception is passed on.

    Raises:
        NarratorError: one of its subclasses says what is wrong, and what to do next.
    """
    # closing the generator ends the workers at once if `on_event` raises an exception
    with closing(build_audiobook(paths, target, options or Options())) as build_events:
        for event in build_events:
            if on_event is not None:
                on_event(event)
            if isinstance(event, events.BuildFinished):
                audiobook = event.audiobook
    return audiobook


def write_script(
    paths: Sequence[str],
    options: Options,
    on_new_script: Callable[[str, bool], None] | None = None,
    source_files: Sequence[SourceFile] = (),
    book: Book | None = None,
) -> Script:
    """Return the script of a book: read, segmented, attributed and corrected, with no word lost.

    Scripts are cached. A script that a user edited is read as it is.

    Args:
        paths: Files or folders that hold the book, or `-` for standard input.
        options: What is read, and how it is pronounced.
        on_new_script: Called before a script that was not in the cache is written, unless the book
            is very long; with the book's language, and whether an earlier version of it is known. A
            build starts its workers here, to save time.
        source_files: The content of the paths, if it is loaded already; standard input can be read
            only once.
        book: The book in `source_files`, if it has been read already.

    Raises:
        ReadingError: the book can't be read.
        LedgerError: a word would be lost or spoken twice.
    """
    source_files = source_files or load_files(paths)
    detected_script = detect_script(paths, options, on_new_script, source_files, book)
    if is_script_file(source_files):
        return detected_script
    lexicon = load_book_lexicon(paths, options)
    return correct_script(detected_script, load_book_corrections(paths, options), lexicon)


def detect_script(
    paths: Sequence[str],
    options: Options,
    on_new_script: Callable[[str, bool], None] | None = None,
    source_files: Sequence[SourceFile] = (),
    book: Book | None = None,
) -> Script:
    """Return the script of a book before the corrections of the user; see `write_script`.

    A script that a user edited is returned as it is.

    Raises:
        ReadingError: the book can't be read.
        LedgerError: a word would be lost or spoken twice.
    """
    source_files = source_files or load_files(paths)
    lexicon = load_book_lexicon(paths, options)
    if is_script_file(source_files):
        # segmentation, attribution and normalisation take a tenth of a second to import, which a
        # build of a book that has not changed does without
        from narrator.build import script_creation  # noqa: PLC0415

        return script_creation.read_script_file(source_files, options, lexicon)

    store, name = open_cache(options), _fingerprint_script(source_files, paths, options, lexicon)
    if packed_script := store.load(_SCRIPT_KIND, name):
        return serialisation.unpack_script(packed_script)
    from narrator.build import script_process  # noqa: PLC0415 - as above

    byte_count = sum(len(source.data) for source in source_files)

    def create_and_store(report: Callable[[str, bool], object]) -> Script:
        from narrator.build import script_creation  # noqa: PLC0415 - as above

        def read() -> Book:
            return book or script_creation.read_source_files(source_files, paths, options)

        def report_language(metadata: Metadata, length: int) -> None:
            if length < LONG_BOOK_CHARACTERS:
                report(metadata.language, script_creation.has_memo(metadata, store))

        script = script_creation.create_script(read, report_language, lexicon, store, byte_count)
        store.save_parts(_SCRIPT_KIND, name, serialisation.pack_script(script))
        return script

    # only a build goes on for long
    if on_new_script and script_process.is_worthwhile(byte_count):
        script_process.run_in_process(create_and_store, on_new_script)
        if packed_script := store.load(_SCRIPT_KIND, name):
            return serialisation.unpack_script(packed_script)
    return create_and_store(on_new_script or (lambda *_: None))


def load_cached_script(
    paths: Sequence[str], options: Options, source_files: Sequence[SourceFile]
) -> Script | None:
    """Return the script that `write_script` would return, or None if it is not in the cache."""
    lexicon = load_book_lexicon(paths, options)
    name = _fingerprint_script(source_files, paths, options, lexicon)
    packed_script = open_cache(options).load(_SCRIPT_KIND, name)
    if packed_script is None:
        return None
    detected_script = serialisation.unpack_script(packed_script)
    return correct_script(detected_script, load_book_corrections(paths, options), lexicon)


def correct_script(
    detected_script: Script,
    book_corrections: Corrections,
    lexicon: Lexicon,
    word_index: WordIndex | None = None,
) -> Script:
    """Return the script with the user's corrections; the lexicon may depend on the speaker.

    Args:
        detected_script: As `detect_script` returns it.
        book_corrections: The content of the corrections file.
        lexicon: How words are pronounced.
        word_index: The words of the script, if they have been indexed already.
    """
    if not book_corrections:
        return detected_script
    from narrator.build import script_creation  # noqa: PLC0415 - as in `detect_script`

    return script_creation.apply_and_normalise(
        detected_script, book_corrections, lexicon, word_index
    )


def _fingerprint_script(
    source_files: Sequence[SourceFile], paths: Sequence[str], options: Options, lexicon: Lexicon
) -> str:
    """Return the name of a script in the cache, which covers everything it depends on."""
    # with the path, because the script records the path of its source
    contents = [[source.path, hashlib.sha256(source.data).hexdigest()] for source in source_files]
    inclusions = load_book_corrections(paths, options).inclusions
    settings = [asdict(options.policy), options.about.get("language"), repr((lexicon, inclusions))]
    return fingerprint(_SCRIPT_KIND, program_fingerprint(), list(paths), contents, settings)


def cast_book(
    script: Script, paths: Sequence[str], options: Options, *, measure_missing: bool = True
) -> Casting:
    """Choose the voice of every speaker, by the options and the cast file, or automatically.

    Args:
        script: The lines and their speakers.
        paths: The book, beside which its cast file may lie.
        options: As for a build.
        measure_missing: Whether voices that were never measured speak a text now.

    Raises:
        CastingError: the options or the cast file name an unknown voice or character.
        OptionError: the speed is out of its limits.
    """
    overrides = dict(options.assign)
    if options.voice:
        # `--set narrator=NAME` is more specific than `--voice`, and takes precedence over it
        overrides = {NARRATOR_ROLE: options.voice, **overrides}
    voices = load_voices()
    with use_cache_dir(options.cache_dir):  # unknown voices are measured, and so synthesised
        casting = cast_script(
            script,
            voices,
            engine=options.engine,
            default_engine=options.house.engine,
            cast_file=_add_house_voices(load_cast_file(paths, options), script, options),
            overrides=overrides,
            measurements_path=voice_measurements_path(),
            measure_missing=measure_missing,
        )
    if options.solo:
        casting = use_single_voice(casting)
    elif options.foreign == "own":
        cast, notes = add_foreign_voices(casting.cast, script, voices)
        casting = replace(casting, cast=cast, notes=(*casting.notes, *notes))
    return replace(casting, cast=_change_speed(casting.cast, options.speed))


def _add_house_voices(cast_file: CastFile, script: Script, options: Options) -> CastFile:
    """Add the voices of the house style for characters of this book whom the file does not list."""
    known_names = {
        name.casefold()
        for character in script.characters
        for name in (character.name, *character.aliases)
    }
    house_choices = {
        name: VoiceChoice(voice)
        for name, voice in options.house.voices.items()
        if name.casefold() in known_names
    }
    return replace(cast_file, voice_choices={**house_choices, **cast_file.voice_choices})


def _change_speed(cast: Cast, speed: float) -> Cast:
    """Return the cast with the rate of each voice multiplied.

    Raises:
        OptionError: the speed is out of its limits.
    """
    option_parsing.parse_speed(speed)

    def change(voice: Voice) -> Voice:
        return replace(voice, rate=voice.rate * speed)

    return replace(
        cast,
        narrator=change(cast.narrator),
        voices={name: change(voice) for name, voice in cast.voices.items()},
        foreign_voices={role: change(voice) for role, voice in cast.foreign_voices.items()},
    )
