"""What was made is joined, and takes the place of an older audiobook, whole."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from narrator import readalong, registry
from narrator.build.plan import ACX, PLAYLIST, Plan
from narrator.cache import finished
from narrator.cache.store import digest
from narrator.export import splitting
from narrator.files import atomic
from narrator.model import Audiobook
from narrator.readalong.rendered_book import Performance, Track
from narrator.scripts.serialisation import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Timeline


def release(plan: Plan) -> Audiobook:
    """Join what was made, and put it in place of an older one, whole.

    An audiobook that was made of the very same, and that nobody has touched since, is left alone.
    """
    production, options = plan.production, plan.options
    name, store = _made_of(plan), production.store
    if kept := finished.recall(store, name):
        beside = tuple(file for file in kept if readalong.is_companion(file, options.format))
        files = tuple(file for file in kept if file not in beside)
        return Audiobook(files, production.timeline(plan.titles), plan.metadata, beside)
    sound = production.sound()
    timeline = production.timeline(plan.titles)
    if options.format in readalong.FORMATS:
        files = _together(plan, sound, timeline)
    else:
        files = _split(plan, sound, timeline) if options.split else (_one(plan, sound, timeline),)
    beside = _companions(plan, sound, timeline, files)
    finished.remember(store, name, [*files, *beside])
    store.prune(since=plan.started)
    return Audiobook(files, timeline, plan.metadata, beside)


def _made_of(plan: Plan) -> str:
    """A name for an audiobook that says what it is made of, and where it lies."""
    options = plan.options
    about = hashlib.sha256(msgspec.msgpack.encode(plan.metadata)).hexdigest()
    how = [options.format, options.split, options.loudness, asdict(plan.production.recipe.encoding)]
    titles = [[number, title] for number, title in plan.titles.items()]
    where = [str(plan.target), str(plan.target.absolute())]
    told: list[object] = []
    if options.companions or options.format in readalong.FORMATS:
        lines = hashlib.sha256(msgspec.msgpack.encode(plan.script.lines)).hexdigest()
        told = [lines, options.companions, options.address, plan.script.book.source.path]
    return digest("finished", code(), where, how, about, titles, plan.production.names, told)


def _one(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> Path:
    exporter = registry.exporter(plan.options.format)
    with atomic.whole(plan.target) as part:
        exporter.join(sound, timeline, plan.metadata, plan.production.recipe.encoding, part)
    return plan.target


def _together(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """Text and voice in one, from files of a chapter each, which are not kept."""
    options, store = plan.options, plan.production.store
    exporter = registry.exporter(options.exporter)
    pieces = splitting.split(sound, plan.production.lengths, timeline)
    with tempfile.TemporaryDirectory(dir=store.root) as folder:
        paths = [Path(folder) / f"{piece.part.number:03}{exporter.suffix}" for piece in pieces]
        for piece, path in zip(pieces, paths, strict=True):
            about, encoding = piece.metadata(plan.metadata), plan.production.recipe.encoding
            exporter.join(piece.reels, piece.timeline, about, encoding, path)
        performance = _performance(plan, timeline, _tracks(pieces, paths))
        return readalong.write(options.format, performance, plan.target)


def _companions(
    plan: Plan, sound: Sequence[Path], timeline: Timeline, files: Sequence[Path]
) -> tuple[Path, ...]:
    """What the user wants to lie beside the audiobook."""
    target = plan.target
    tracks: tuple[Track, ...] = (Track(target, 0, timeline.samples, plan.metadata.title),)
    if plan.options.split and plan.options.format not in readalong.FORMATS:
        pieces = _pieces(plan, sound, timeline)
        tracks = _tracks(pieces, files[: len(pieces)])
        target = target / f"{target.name}{files[0].suffix}"
    performance = _performance(plan, timeline, tracks)
    made = (readalong.write(name, performance, target) for name in plan.options.companions)
    return tuple(path for paths in made for path in paths)


def _pieces(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> tuple[splitting.Piece, ...]:
    """The files of a split audiobook, none longer than the publisher takes."""
    longest = splitting.ACX_LONGEST if plan.options.loudness == ACX else float("inf")
    return splitting.split(sound, plan.production.lengths, timeline, longest)


def _tracks(pieces: Sequence[splitting.Piece], paths: Sequence[Path]) -> tuple[Track, ...]:
    tracks, at = [], 0
    for piece, path in zip(pieces, paths, strict=True):
        tracks.append(Track(path, at, at + piece.timeline.samples, piece.part.title))
        at += piece.timeline.samples
    return tuple(tracks)


def _performance(plan: Plan, timeline: Timeline, tracks: tuple[Track, ...]) -> Performance:
    book = replace(plan.script.book, metadata=plan.metadata)
    script, address = replace(plan.script, book=book), plan.options.address
    performance = Performance(script, plan.cast, timeline, tracks)
    return replace(performance, address=address) if address else performance


def _split(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """A file a chapter, with a playlist; as ACX wants them where its profile is asked for."""
    exporter, acx = registry.exporter(plan.options.format), plan.options.loudness == ACX
    pieces = list(_pieces(plan, sound, timeline))
    names = [splitting.file_name(p.part, exporter.suffix, plain=acx) for p in pieces]
    listed = splitting.playlist(names, pieces)
    if acx:
        names.append(f"retail_sample{exporter.suffix}")
    everything = atomic.folder(plan.target, [*names, PLAYLIST], PLAYLIST)
    with everything as part, plan.production.store.scratch() as rest:
        if acx:
            pieces.append(_sample(plan, pieces, rest))
        for name, piece in zip(names, pieces, strict=True):
            about, encoding = piece.metadata(plan.metadata), plan.production.recipe.encoding
            exporter.join(piece.reels, piece.timeline, about, encoding, part / name)
        (part / PLAYLIST).write_text(listed, encoding="utf-8")
    return tuple(plan.target / name for name in names)


def _sample(plan: Plan, pieces: Sequence[splitting.Piece], rest: Path) -> splitting.Piece:
    """The beginning of the story, and silence enough after it where it is cut off."""
    from narrator.audio import stitching  # noqa: PLC0415 - pydub, which is the workers' otherwise

    recipe = plan.production.recipe
    story = 1 if len(pieces) > 2 else 0  # after the opening credits
    first = sum(len(piece.reels) for piece in pieces[:story])
    own = plan.production.lengths[first : first + len(pieces[story].reels)]
    sample = splitting.sample(pieces[story], own)
    if len(sample.reels) == len(own):
        return sample
    silence = stitching.rest(splitting.ACX_TAIL, recipe.encoding.rate, recipe.loudness)
    length = registry.exporter(recipe.exporter).encode([silence], recipe.encoding, rest)
    return splitting.rested(sample, rest, length)
