"""Prepares a build: checks everything that can fail before the first line is spoken."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from narrator import readalong, registry
from narrator.audio import pauses
from narrator.audio.loudness_profiles import resolve_loudness
from narrator.audio.pauses import Pauses
from narrator.build.output_plan import (
    ACX_PROFILE,
    describe_output,
    describe_stems_output,
    is_chapter_per_file,
    list_expected_names,
)
from narrator.build.resources import (
    choose_encoding,
    make_voice_selector,
    open_cache,
    require_working_encoder,
)
from narrator.casting.prosody import VoiceSelector
from narrator.errors import OptionError
from narrator.export import splitting
from narrator.files.cover_conversion import make_cover, pad_to_square
from narrator.files.outputs import prepare_output
from narrator.languages.credit_forms import load_credit_forms
from narrator.model import NO_EFFECTS, Image, Line, LineKind
from narrator.synthesis import chunking, voice_gain
from narrator.synthesis.clip_names import clip_name
from narrator.synthesis.rendered_chunks import RenderSettings
from narrator.synthesis.rendering_job import RenderingJob
from narrator.synthesis.voice_norms import find_voice_norms
from narrator.text.suggestions import choose_up_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.export import Encoding
    from narrator.files.ownership import Output
    from narrator.model import Cast, Metadata, Script
    from narrator.synthesis.worker_pool import WorkerPool

PRICED_ENGINE = "server"
"""The engine whose voices may cost money."""


@dataclass(frozen=True)
class BuildPlan:
    """A build that has passed all checks, ready to be spoken."""

    script: Script
    """With the chosen chapters only, and with credits if they are spoken."""
    cast: Cast
    metadata: Metadata
    chapter_titles: Mapping[int, str]
    """Titles by chapter number, including the chapters that hold the credits."""
    output: Output
    """Where the audiobook will be."""
    options: Options
    rendering_job: RenderingJob
    started_at: float
    """Time in seconds since the epoch; cache entries used later belong to this build."""
    stems_output: Output | None = None
    """The folder for the stems; None if none are written."""
    stem_job: RenderingJob | None = None
    """The same chunks without loss, from which the stems are cut."""


@dataclass(frozen=True, slots=True)
class BuildOutline:
    """What a build will write and where, checked before any voice is measured."""

    script: Script
    """With the chosen chapters only, and with credits if they are spoken."""
    cast: Cast
    options: Options
    encoding: Encoding
    metadata: Metadata
    chapter_titles: Mapping[int, str]
    """Titles by chapter number, including the chapters that hold the credits."""
    output: Output
    stems_output: Output | None
    started_at: float
    """Time in seconds since the epoch."""

    @property
    def is_acx_book(self) -> bool:
        """Return whether the book is made for ACX, which accepts only one file per chapter."""
        return self.options.split and self.options.loudness == ACX_PROFILE


def outline_build(
    script: Script, cast: Cast, target: Path, options: Options, paths: Sequence[str] = ()
) -> BuildOutline:
    """Check what the options ask for, and where the audiobook goes; this takes no time.

    Args:
        script: With the spoken form of each line.
        cast: The voices.
        target: Where the audiobook will be.
        options: How the book is narrated.
        paths: The files of the book; without them, the source that the book names.

    Raises:
        OptionError: an option does not fit the book.
        ExportError: the encoder does not work.
        OutputError: the target can't be written to.
    """
    started_at = time.time()
    script = _select_chapters(script, options.chapters)
    encoding = choose_encoding(options)
    # an encoder that does not work would otherwise fail only after hours of synthesis
    require_working_encoder(options.sound_format, encoding, open_cache(options))
    output = describe_output(script.book, target, options, paths or (script.book.source.path,))
    metadata = merge_metadata(script, cast, options)
    titles = {chapter.number: chapter.title for chapter in script.book.chapters}
    stems_output = describe_stems_output(output) if options.stems else None
    outline = BuildOutline(
        *(script, cast, options, encoding, metadata, titles, output, stems_output, started_at)
    )
    if options.credits or (options.credits is None and outline.is_acx_book):
        script, titles = add_credits(script, metadata, titles)
        outline = replace(outline, script=script, chapter_titles=titles)
    prepare_output(output, list_expected_names(script, titles, output, options))
    if stems_output:
        prepare_output(stems_output)
    return outline


def plan_build(
    outline: BuildOutline,
    worker_pool: WorkerPool,
    pause_policy: Pauses | None = None,
    *,
    measure_voices: bool = True,
) -> BuildPlan:
    """Measure new voices, and divide the script into chunks to be spoken.

    Args:
        outline: What is written where.
        worker_pool: Measures voices now, and speaks the chunks later.
        pause_policy: None for the natural pauses.
        measure_voices: Whether voices of unknown loudness speak a reference text. Without it
            nothing is spoken, and the plan serves for a forecast only.

    Raises:
        EngineError: an engine or one of its voices does not work.
    """
    pause_policy = pause_policy or Pauses()
    script, options = outline.script, outline.options
    loudness, store = resolve_loudness(options.loudness), open_cache(options)
    # after all checks that take no time, because every new voice speaks a text here
    voice_selector = make_voice_selector(script, outline.cast, options)
    voices = map(voice_selector.select_levelling_voice, script.lines)
    gains = voice_gain.load_or_measure_gains(
        voices, loudness, store, worker_pool, measure_missing=measure_voices
    )
    line_pauses = _compute_line_pauses(outline, pause_policy)
    cues = chunking.make_cues(script.lines, voice_selector, gains, line_pauses, options.takes)
    # afterwards, because voices are measured on the clips by which they were levelled
    norms = find_voice_norms(
        script.lines, voice_selector, store, worker_pool if measure_voices else None
    )
    settings = RenderSettings(options.sound_format, outline.encoding, loudness, norms=norms)
    # each file of a chapter begins with a pause of its own, which belongs to its first chunk
    is_file_per_chapter = (
        options.split and not options.part_limit
    ) or options.format in readalong.FORMAT_MODULES
    chunks = chunking.cut_chunks(cues, pause_policy.head, every_chapter=is_file_per_chapter)
    rendering_job = RenderingJob(
        chunks, settings, store, worker_pool, by_chapter=is_chapter_per_file(options)
    )
    stem_job = rendering_job.without_loss() if outline.stems_output else None
    return BuildPlan(
        *(script, outline.cast, outline.metadata, outline.chapter_titles, outline.output, options),
        *(rendering_job, outline.started_at, outline.stems_output, stem_job),
    )


def require_voices(outline: BuildOutline) -> None:
    """Check that every voice of the build can speak here; nothing is spoken.

    Raises:
        UnknownVoiceError: an engine does not have a voice.
        EngineUnavailableError: an engine does not work here.
        MissingExtraError: the packages of an engine are not installed.
    """
    # manners don't change the engine's own voice
    voice_selector = VoiceSelector(outline.cast, outline.options.mark_dialogue)
    for voice in dict.fromkeys(map(voice_selector.select_levelling_voice, outline.script.lines)):
        registry.load_engine(voice.engine).validate(voice)


def require_cluster(
    outline: BuildOutline, worker_pool: WorkerPool, pause_policy: Pauses, unmeasured_count: int
) -> None:
    """Connect to the cluster, unless the book is complete and needs no workers.

    Raises:
        OptionError: no scheduler answers, or it has no workers.
    """
    if not unmeasured_count:
        plan = plan_build(outline, worker_pool, pause_policy, measure_voices=False)
        if not plan.rendering_job.missing_chunks:
            return
    worker_pool.get_executor()


def _compute_line_pauses(outline: BuildOutline, pause_policy: Pauses) -> tuple[float, ...]:
    """Return the seconds of silence after each line, shortened in a book for ACX."""
    script = outline.script
    line_pauses = pauses.compute_pauses(
        script.lines, pause_policy, script.book.metadata.language, outline.cast
    )
    if outline.is_acx_book:
        return splitting.shorten_pauses(script.lines, line_pauses)
    return line_pauses


def merge_metadata(script: Script, cast: Cast, options: Options) -> Metadata:
    """Return the book's metadata, overridden by the values of the options.

    If neither names a narrator, the name of the narrator's voice is used.

    Raises:
        OptionError: the cover is not an image that players show.
    """
    metadata = script.book.metadata
    values: dict[str, Any] = {"narrator": metadata.narrator or cast.narrator.credit_name}
    cover = read_cover(options.cover) if options.cover else metadata.cover
    if cover and options.square_cover:
        cover = pad_to_square(cover)
    values |= {**options.about, "cover": cover, "extra_tags": tuple(options.tags.items())}
    index = values.get("series_index", metadata.series_index)
    # Calibre writes the second book of a series as 2.0
    values["series_index"] = index and re.sub(r"\.0+$", "", index)
    return replace(metadata, **values)


def estimate_build_price(script: Script, cast: Cast, options: Options) -> float:
    """Estimate what speech servers will charge, by the prices in the profiles of their voices.

    Text that is in the cache costs nothing. The text by which new voices are levelled is included.

    Raises:
        OptionError: none of the chosen chapters exists.
        MissingExtraError: the packages for speech servers are not installed.
    """
    script = _select_chapters(script, options.chapters)
    if all(voice.engine != PRICED_ENGINE for voice in (cast.narrator, *cast.voices.values())):
        return 0.0
    voice_selector, store = make_voice_selector(script, cast, options), open_cache(options)
    lines = script.lines
    # texts, voices and effects; a dictionary drops repetitions, which are paid for only once
    utterances = dict.fromkeys(
        (line.spoken, voice_selector.select_voice(line), voice_selector.select_effects(line))
        for line in lines
    )
    if resolve_loudness(options.loudness).lufs is not None:
        levelled_voices = dict.fromkeys(map(voice_selector.select_levelling_voice, lines))
        utterances |= dict.fromkeys(
            (voice_gain.choose_levelling_text(voice), voice, NO_EFFECTS)
            for voice in levelled_voices
        )
    priced = [utterance for utterance in utterances if utterance[1].engine == PRICED_ENGINE]
    if not priced:
        return 0.0
    registry.load_engine(PRICED_ENGINE)  # its error names the packages that are missing
    from narrator.engines.server import estimate_price  # noqa: PLC0415 - its packages are an extra

    return estimate_price(
        (text, voice)
        for text, voice, effects in priced
        if not store.has_entry("clip", clip_name(text, voice, effects))
    )


def count_unmeasured_voices(script: Script, cast: Cast, options: Options) -> int:
    """Count the voices whose loudness must be measured before the build starts.

    Raises:
        OptionError: none of the chosen chapters exists.
    """
    # manners don't change the voices by which the loudness is measured
    voice_selector = VoiceSelector(cast, options.mark_dialogue)
    loudness = resolve_loudness(options.loudness)
    lines = _select_chapters(script, options.chapters).lines
    voices = (voice_selector.select_levelling_voice(line) for line in lines)
    return len(voice_gain.find_unmeasured_voices(voices, loudness, open_cache(options)))


def read_cover(path: Path) -> Image:
    """Return the image in a file.

    Raises:
        OptionError: the file can't be read, or is not a complete picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "name a picture, such as a JPEG or PNG"
        raise OptionError(f"--cover {path} can't be read ({error.strerror})", hint) from error
    if cover := make_cover(data):
        return cover
    raise OptionError(f"--cover {path} is not a complete picture", "convert it to a JPEG or PNG")


def add_credits(
    script: Script, metadata: Metadata, titles: Mapping[int, str]
) -> tuple[Script, dict[int, str]]:
    """Return the script and its chapter titles, with opening and closing credits added.

    Each credit is a chapter with one line, numbered one before the first chapter of the script or
    one after the last.
    """
    first, last = script.lines[0].chapter - 1, script.lines[-1].chapter + 1
    texts = {first: splitting.opening_credits(metadata), last: splitting.closing_credits(metadata)}
    opening, closing = (
        # start and end are 0, because credits are not part of the book's text
        Line(f"{number}.1.1", number, 1, 0, 0, LineKind.NARRATION, text, spoken=text)
        for number, text in texts.items()
    )
    forms = load_credit_forms(metadata.language)
    all_titles = {
        **titles,
        first: forms.opening_heading or metadata.title,
        last: forms.closing_heading or metadata.title,
    }
    return replace(script, lines=(opening, *script.lines, closing)), all_titles


def _select_chapters(script: Script, chapters: range | None) -> Script:
    """Return the script with the lines of these chapters only; None selects all of them.

    Raises:
        OptionError: none of the chapters exists.
    """
    if chapters is None:
        return script
    lines = tuple(line for line in script.lines if line.chapter in chapters)
    if not lines:
        count = len(script.book.chapters)
        raise OptionError(f"there is no chapter {chapters.start}", choose_up_to(count))
    return replace(script, lines=lines)
