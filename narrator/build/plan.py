"""A build that is about to begin: whatever can go wrong is found out before anything is spoken."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator import readalong, registry
from narrator.audio import levels, pauses
from narrator.audio.pauses import Pauses
from narrator.build.options import Options, encoding_for, store_of
from narrator.casting.prosody import Delivery
from narrator.errors import OptionError, OutputError
from narrator.export import splitting
from narrator.export.encoder_check import rehearse
from narrator.files import atomic, images
from narrator.model import Image, Kind, Line
from narrator.synthesis import chunking, voice_gain
from narrator.synthesis.clips import clip_name
from narrator.synthesis.render import Recipe
from narrator.synthesis.rendering_job import Production

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.model import Cast, Metadata, Script
    from narrator.synthesis.workers import Crew

ACX = "acx"
"""The profile of a publisher who wants 44.1 kHz, 192 kb/s and credits."""
PLAYLIST = "playlist.m3u8"


@dataclass(frozen=True)
class Plan:
    """A build that nothing known speaks against."""

    script: Script
    cast: Cast
    metadata: Metadata
    titles: Mapping[int, str]
    """Of the chapters that are spoken, by number; credits may come before 1 and after the last."""
    target: Path
    options: Options
    production: Production
    started: float
    """When, in seconds since the epoch."""


def plan_build(  # noqa: PLR0913, PLR0917 - a plan is where all that was decided comes together
    script: Script,
    cast: Cast,
    target: Path,
    options: Options,
    crew: Crew,
    policy: Pauses | None = None,
    *,
    trials: bool = True,
) -> Plan:
    """Find out whatever can go wrong before anything is spoken.

    Without `trials` nothing at all is spoken, not even to level a voice: a plan to look at, only.
    """
    started, policy = time.time(), policy or Pauses()
    script = _only(script, options.chapters)
    loudness, encoding = levels.load(options.loudness), encoding_for(options)
    rehearse(registry.exporter(options.exporter), encoding)
    if target.is_file() and Path(script.book.source.path).is_file():
        _spare(Path(script.book.source.path), target)
    if options.format in readalong.FOLDERS:
        readalong.make_room(options.format, target)
    elif options.split:
        atomic.make_folder_room(target, PLAYLIST)
    else:
        atomic.make_room(target)
    metadata, store = metadata_for(script, cast, options), store_of(options)
    titles = {chapter.number: chapter.title for chapter in script.book.chapters}
    if options.credits or (options.credits is None and options.split and options.loudness == ACX):
        script, titles = credited(script, metadata, titles)
    delivery = Delivery(cast, options.mark_dialogue)
    voices = map(delivery.leveled, script.lines)
    gains = voice_gain.gains(voices, loudness, store, crew, trials=trials)
    silences = pauses.pauses_after(script.lines, policy)
    if options.split and options.loudness == ACX:
        silences = splitting.briefly(script.lines, silences)
    cues = chunking.cue(script.lines, delivery, gains, silences)
    recipe = Recipe(options.exporter, encoding, loudness)
    by_chapter = options.split or options.format in readalong.FORMATS
    made = chunking.cut(cues, policy.head, every_chapter=by_chapter)
    production = Production(made, recipe, store, crew)
    return Plan(script, cast, metadata, titles, target, options, production, started)


def _spare(source: Path, target: Path) -> None:
    if target.samefile(source):
        raise OutputError(f"{target} is the book itself", atomic.HINT)


def metadata_for(script: Script, cast: Cast, options: Options) -> Metadata:
    """The book's, with who narrates it where it does not say, and with what the user says.

    Raises:
        OptionError: the cover is no picture that players show.
    """
    book = script.book.metadata
    told: dict[str, Any] = {"narrator": book.narrator or cast.narrator.name.title()}
    cover = _picture(options.cover) if options.cover else book.cover
    return replace(book, **{**told, **options.about, "cover": cover})


def price_of(script: Script, cast: Cast, options: Options) -> float:
    """What speech servers will charge for what is not spoken yet, by the prices in their profiles.

    The text that each voice is levelled with counts too, as it is spoken before all else.

    Raises:
        OptionError: there are no such chapters.
    """
    delivery, store = Delivery(cast, options.mark_dialogue), store_of(options)
    lines = _only(script, options.chapters).lines
    said = dict.fromkeys((line.spoken, delivery.voice(line)) for line in lines)
    if levels.load(options.loudness).lufs is not None:
        said |= dict.fromkeys((levels.REFERENCE, delivery.leveled(line)) for line in lines)
    paid = [each for each in said if each[1].engine == "server"]
    if not paid:
        return 0.0
    registry.engine("server")  # which says what is missing
    from narrator.engines.server import price  # noqa: PLC0415 - its packages are an extra

    return price(each for each in paid if not store.holds("clip", clip_name(*each)))


def untried(script: Script, cast: Cast, options: Options) -> int:
    """How many voices speak a page before the book, so that all are brought to one level.

    Raises:
        OptionError: there are no such chapters.
    """
    delivery, loudness = Delivery(cast, options.mark_dialogue), levels.load(options.loudness)
    voices = (delivery.leveled(line) for line in _only(script, options.chapters).lines)
    return len(voice_gain.unknown(voices, loudness, store_of(options)))


def _picture(path: Path) -> Image:
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "name a JPEG or a PNG"
        raise OptionError(f"--cover {path} can't be read ({error.strerror})", hint) from error
    if media_type := images.media_type(data):
        return Image(data, media_type)
    raise OptionError(f"--cover {path} is no whole JPEG or PNG", "convert it to one of them")


def credited(
    script: Script, metadata: Metadata, titles: Mapping[int, str]
) -> tuple[Script, dict[int, str]]:
    """The script with the credits as chapters of their own, before the first and after the last."""
    first, last = script.lines[0].chapter - 1, script.lines[-1].chapter + 1
    told = {first: splitting.opening(metadata), last: splitting.closing(metadata)}
    before, after = (
        Line(f"{number}.1.1", number, 1, 0, 0, Kind.NARRATION, text, spoken=text)
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
