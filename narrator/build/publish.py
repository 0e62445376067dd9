"""What was made is joined, and takes the place of an older audiobook, whole."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from narrator import readalong, registry
from narrator.build.plan import ACX_PROFILE, PLAYLIST_NAME, BuildPlan
from narrator.cache import finished
from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.export import splitting
from narrator.files import atomic, folders
from narrator.model import Audiobook
from narrator.readalong.rendered_book import AudioTrack, RenderedBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Timeline


def publish_audiobook(plan: BuildPlan) -> Audiobook:
    """Join what was made, and put it in place of an older one, whole.

    An audiobook that was made of the very same, and that nobody has touched since, is left alone.
    """
    production, options = plan.rendering_job, plan.options
    name, store = _made_of(plan), production.store
    if kept := finished.find_finished_files(store, name):
        beside = tuple(file for file in kept if readalong.is_companion_file(file, options.format))
        files = tuple(file for file in kept if file not in beside)
        return Audiobook(
            files, production.build_timeline(plan.chapter_titles), plan.metadata, beside
        )
    sound = production.collect_chunk_files()
    timeline = production.build_timeline(plan.chapter_titles)
    if options.format in readalong.FORMAT_MODULES:
        files = _together(plan, sound, timeline)
    else:
        files = _split(plan, sound, timeline) if options.split else (_one(plan, sound, timeline),)
    beside = _companions(plan, sound, timeline, files)
    finished.record_finished_files(store, name, [*files, *beside])
    store.prune(used_since=plan.started_at)
    return Audiobook(files, timeline, plan.metadata, beside)


def _made_of(plan: BuildPlan) -> str:
    """A name for an audiobook that says what it is made of, and where it lies."""
    options = plan.options
    about = hashlib.sha256(msgspec.msgpack.encode(plan.metadata)).hexdigest()
    how = [
        options.format,
        options.split,
        options.loudness,
        asdict(plan.rendering_job.settings.encoding),
    ]
    titles = [[number, title] for number, title in plan.chapter_titles.items()]
    where = [str(plan.target), str(plan.target.absolute())]
    told: list[object] = []
    if options.companions or options.format in readalong.FORMAT_MODULES:
        lines = hashlib.sha256(msgspec.msgpack.encode(plan.script.lines)).hexdigest()
        told = [lines, options.companions, options.address, plan.script.book.source.path]
    return fingerprint(
        "finished",
        program_fingerprint(),
        where,
        how,
        about,
        titles,
        plan.rendering_job.chunk_names,
        told,
    )


def _one(plan: BuildPlan, sound: Sequence[Path], timeline: Timeline) -> Path:
    exporter = registry.load_exporter(plan.options.format)
    with atomic.write_atomically(plan.target) as part:
        exporter.join(sound, timeline, plan.metadata, plan.rendering_job.settings.encoding, part)
    return plan.target


def _together(plan: BuildPlan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """Text and voice in one, from files of a chapter each, which are not kept."""
    options, store = plan.options, plan.rendering_job.store
    exporter = registry.load_exporter(options.sound_format)
    pieces = splitting.split_by_chapter(sound, plan.rendering_job.chunk_sample_counts, timeline)
    with tempfile.TemporaryDirectory(dir=store.root) as folder:
        paths = [Path(folder) / f"{piece.part.number:03}{exporter.suffix}" for piece in pieces]
        for piece, path in zip(pieces, paths, strict=True):
            about, encoding = (
                piece.describe_file(plan.metadata),
                plan.rendering_job.settings.encoding,
            )
            exporter.join(piece.chunks, piece.timeline, about, encoding, path)
        performance = _performance(plan, timeline, _tracks(pieces, paths))
        return readalong.write_companion(options.format, performance, plan.target)


def _companions(
    plan: BuildPlan, sound: Sequence[Path], timeline: Timeline, files: Sequence[Path]
) -> tuple[Path, ...]:
    """What the user wants to lie beside the audiobook."""
    target = plan.target
    tracks: tuple[AudioTrack, ...] = (AudioTrack(target, 0, timeline.samples, plan.metadata.title),)
    if plan.options.split and plan.options.format not in readalong.FORMAT_MODULES:
        pieces = _pieces(plan, sound, timeline)
        tracks = _tracks(pieces, files[: len(pieces)])
        target = target / f"{target.name}{files[0].suffix}"
    performance = _performance(plan, timeline, tracks)
    made = (
        readalong.write_companion(name, performance, target) for name in plan.options.companions
    )
    return tuple(path for paths in made for path in paths)


def _pieces(
    plan: BuildPlan, sound: Sequence[Path], timeline: Timeline
) -> tuple[splitting.AudiobookFile, ...]:
    """The files of a split audiobook, none longer than the publisher takes."""
    longest = splitting.ACX_MAX_SECONDS if plan.options.loudness == ACX_PROFILE else float("inf")
    return splitting.split_by_chapter(
        sound, plan.rendering_job.chunk_sample_counts, timeline, longest
    )


def _tracks(
    pieces: Sequence[splitting.AudiobookFile], paths: Sequence[Path]
) -> tuple[AudioTrack, ...]:
    tracks, at = [], 0
    for piece, path in zip(pieces, paths, strict=True):
        tracks.append(AudioTrack(path, at, at + piece.timeline.samples, piece.part.title))
        at += piece.timeline.samples
    return tuple(tracks)


def _performance(
    plan: BuildPlan, timeline: Timeline, tracks: tuple[AudioTrack, ...]
) -> RenderedBook:
    book = replace(plan.script.book, metadata=plan.metadata)
    script, address = replace(plan.script, book=book), plan.options.address
    performance = RenderedBook(script, plan.cast, timeline, tracks)
    return replace(performance, podcast_url=address) if address else performance


def _split(plan: BuildPlan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """A file a chapter, with a playlist; as ACX wants them where its profile is asked for."""
    exporter, acx = (
        registry.load_exporter(plan.options.format),
        plan.options.loudness == ACX_PROFILE,
    )
    pieces = list(_pieces(plan, sound, timeline))
    names = [splitting.part_file_name(p.part, exporter.suffix, ascii_only=acx) for p in pieces]
    listed = splitting.format_playlist(names, pieces)
    if acx:
        names.append(f"retail_sample{exporter.suffix}")
    everything = folders.write_folder_atomically(
        plan.target, [*names, PLAYLIST_NAME], PLAYLIST_NAME
    )
    with everything as part, plan.rendering_job.store.temporary_file() as rest:
        if acx:
            pieces.append(_sample(plan, pieces, rest))
        for name, piece in zip(names, pieces, strict=True):
            about, encoding = (
                piece.describe_file(plan.metadata),
                plan.rendering_job.settings.encoding,
            )
            exporter.join(piece.chunks, piece.timeline, about, encoding, part / name)
        (part / PLAYLIST_NAME).write_text(listed, encoding="utf-8")
    return tuple(plan.target / name for name in names)


def _sample(
    plan: BuildPlan, pieces: Sequence[splitting.AudiobookFile], rest: Path
) -> splitting.AudiobookFile:
    """The beginning of the story, and silence enough after it where it is cut off."""
    from narrator.audio import stitching  # noqa: PLC0415 - pydub, which is the workers' otherwise

    recipe = plan.rendering_job.settings
    story = 1 if len(pieces) > 2 else 0  # after the opening credits
    first = sum(len(piece.chunks) for piece in pieces[:story])
    own = plan.rendering_job.chunk_sample_counts[first : first + len(pieces[story].chunks)]
    sample = splitting.cut_retail_sample(pieces[story], own)
    if len(sample.chunks) == len(own):
        return sample
    silence = stitching.make_silence(
        splitting.ACX_TAIL_SECONDS, recipe.encoding.sample_rate, recipe.loudness
    )
    length = registry.load_exporter(recipe.exporter_name).encode_chunk(
        [silence], recipe.encoding, rest
    )
    return splitting.append_silence(sample, rest, length)
