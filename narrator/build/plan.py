"""A build that is about to begin: whatever can go wrong is found out before anything is spoken."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator import readalong, registry
from narrator.audio import levels, pauses
from narrator.audio.pauses import Pauses
from narrator.build.options import Options, choose_encoding, open_cache
from narrator.casting.prosody import VoiceSelector
from narrator.errors import OptionError, OutputError
from narrator.export import splitting
from narrator.export.encoder_check import check_encoder
from narrator.files import atomic, folders, images
from narrator.model import Image, Line, LineKind
from narrator.synthesis import chunking, voice_gain
from narrator.synthesis.clips import clip_name
from narrator.synthesis.render import RenderSettings
from narrator.synthesis.rendering_job import RenderingJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.model import Cast, Metadata, Script
    from narrator.synthesis.workers import WorkerPool

ACX_PROFILE = "acx"
"""The profile of a publisher who wants 44.1 kHz, 192 kb/s and credits."""
PLAYLIST_NAME = "playlist.m3u8"


@dataclass(frozen=True)
class BuildPlan:
    """A build that nothing known speaks against."""

    script: Script
    cast: Cast
    metadata: Metadata
    chapter_titles: Mapping[int, str]
    """Of the chapters that are spoken, by number; credits may come before 1 and after the last."""
    target: Path
    options: Options
    rendering_job: RenderingJob
    started_at: float
    """When, in seconds since the epoch."""


def plan_build(  # noqa: PLR0913, PLR0917 - a plan is where all that was decided comes together
    script: Script,
    cast: Cast,
    target: Path,
    options: Options,
    worker_pool: WorkerPool,
    pause_policy: Pauses | None = None,
    *,
    measure_voices: bool = True,
) -> BuildPlan:
    """Find out whatever can go wrong before anything is spoken.

    Without `trials` nothing at all is spoken, not even to level a voice: a plan to look at, only.
    """
    started, pause_policy = time.time(), pause_policy or Pauses()
    script = _only(script, options.chapters)
    loudness, encoding = levels.resolve_loudness(options.loudness), choose_encoding(options)
    check_encoder(registry.load_exporter(options.sound_format), encoding)
    if target.is_file() and Path(script.book.source.path).is_file():
        _spare(Path(script.book.source.path), target)
    if options.format in readalong.FOLDER_MARKER_FILES:
        readalong.require_folder_room(options.format, target)
    elif options.split:
        folders.prepare_output_folder(target, PLAYLIST_NAME)
    else:
        atomic.prepare_output_file(target)
    metadata, store = merge_metadata(script, cast, options), open_cache(options)
    titles = {chapter.number: chapter.title for chapter in script.book.chapters}
    if options.credits or (
        options.credits is None and options.split and options.loudness == ACX_PROFILE
    ):
        script, titles = add_credits(script, metadata, titles)
    delivery = VoiceSelector(cast, options.mark_dialogue)
    voices = map(delivery.select_levelling_voice, script.lines)
    gains = voice_gain.load_or_measure_gains(
        voices, loudness, store, worker_pool, measure_missing=measure_voices
    )
    silences = pauses.compute_pauses(script.lines, pause_policy)
    if options.split and options.loudness == ACX_PROFILE:
        silences = splitting.shorten_pauses(script.lines, silences)
    cues = chunking.make_cues(script.lines, delivery, gains, silences)
    recipe = RenderSettings(options.sound_format, encoding, loudness)
    by_chapter = options.split or options.format in readalong.FORMAT_MODULES
    made = chunking.cut_chunks(cues, pause_policy.head, every_chapter=by_chapter)
    production = RenderingJob(made, recipe, store, worker_pool)
    return BuildPlan(script, cast, metadata, titles, target, options, production, started)


def _spare(source: Path, target: Path) -> None:
    if target.samefile(source):
        raise OutputError(f"{target} is the book itself", atomic.OUTPUT_HINT)


def merge_metadata(script: Script, cast: Cast, options: Options) -> Metadata:
    """The book's, with who narrates it where it does not say, and with what the user says.

    Raises:
        OptionError: the cover is no picture that players show.
    """
    book = script.book.metadata
    told: dict[str, Any] = {"narrator": book.narrator or cast.narrator.name.title()}
    cover = _picture(options.cover) if options.cover else book.cover
    return replace(book, **{**told, **options.about, "cover": cover})


def estimate_build_price(script: Script, cast: Cast, options: Options) -> float:
    """What speech servers will charge for what is not spoken yet, by the prices in their profiles.

    The text that each voice is levelled with counts too, as it is spoken before all else.

    Raises:
        OptionError: there are no such chapters.
    """
    delivery, store = VoiceSelector(cast, options.mark_dialogue), open_cache(options)
    lines = _only(script, options.chapters).lines
    said = dict.fromkeys((line.spoken, delivery.select_voice(line)) for line in lines)
    if levels.resolve_loudness(options.loudness).lufs is not None:
        said |= dict.fromkeys(
            (levels.LEVELLING_TEXT, delivery.select_levelling_voice(line)) for line in lines
        )
    paid = [each for each in said if each[1].engine == "server"]
    if not paid:
        return 0.0
    registry.load_engine("server")  # which says what is missing
    from narrator.engines.server import estimate_price  # noqa: PLC0415 - its packages are an extra

    return estimate_price(each for each in paid if not store.has_entry("clip", clip_name(*each)))


def count_unmeasured_voices(script: Script, cast: Cast, options: Options) -> int:
    """How many voices speak a page before the book, so that all are brought to one level.

    Raises:
        OptionError: there are no such chapters.
    """
    delivery, loudness = (
        VoiceSelector(cast, options.mark_dialogue),
        levels.resolve_loudness(options.loudness),
    )
    voices = (
        delivery.select_levelling_voice(line) for line in _only(script, options.chapters).lines
    )
    return len(voice_gain.find_unmeasured_voices(voices, loudness, open_cache(options)))


def _picture(path: Path) -> Image:
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "name a JPEG or a PNG"
        raise OptionError(f"--cover {path} can't be read ({error.strerror})", hint) from error
    if media_type := images.detect_media_type(data):
        return Image(data, media_type)
    raise OptionError(f"--cover {path} is no whole JPEG or PNG", "convert it to one of them")


def add_credits(
    script: Script, metadata: Metadata, titles: Mapping[int, str]
) -> tuple[Script, dict[int, str]]:
    """The script with the credits as chapters of their own, before the first and after the last."""
    first, last = script.lines[0].chapter - 1, script.lines[-1].chapter + 1
    told = {first: splitting.opening_credits(metadata), last: splitting.closing_credits(metadata)}
    before, after = (
        Line(f"{number}.1.1", number, 1, 0, 0, LineKind.NARRATION, text, spoken=text)
        for number, text in told.items()
    )
    titled = {**titles, first: "Opening credits", last: "Closing credits"}
    return replace(script, lines=(before, *script.lines, after)), titled


def _only(script: Script, chapters: range | None) -> Script:
    if chapters is None:
        return script
    lines = tuple(line for line in script.lines if line.chapter in chapters)
    if not lines:
        count = len(script.book.chapters)
        raise OptionError(f"there is no chapter {chapters.start}", f"the book has {count}")
    return replace(script, lines=lines)
