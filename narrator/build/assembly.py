"""Joins the encoded chunks into the files of an audiobook, and writes its companions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator import readalong, registry
from narrator.build.output_plan import (
    ACX_PROFILE,
    PLAYLIST_NAME,
    RETAIL_SAMPLE_NAME,
    find_first_file_number,
)
from narrator.export import splitting
from narrator.files.outputs import create_scratch_folder
from narrator.readalong.rendered_book import AudioTrack, RenderedBook

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from narrator.build.plan import BuildPlan
    from narrator.export import Encoding, Exporter
    from narrator.export.splitting import AudiobookFile
    from narrator.model import FilePart, Timeline

_CONTAINER_SHARE = 0.99
"""Share of a file that its sound may take, if the size of files is limited."""


def write_audio(
    plan: BuildPlan,
    chunk_files: Sequence[Path],
    timeline: Timeline,
    staging_folder: Path,
    early_names: Collection[str] = (),
) -> tuple[Path, ...]:
    """Write the audiobook without its companions to the staging folder, and return its files.

    Chapters with one of the `early_names` are in place already; they are returned as if they were
    in the staging folder.
    """
    if plan.options.format in readalong.FORMAT_MODULES:
        return _write_readalong(plan, chunk_files, timeline, staging_folder)
    if plan.options.split:
        return _write_split(plan, chunk_files, timeline, staging_folder, early_names)
    exporter, encoding = _load_exporter_and_encoding(plan)
    target = staging_folder / plan.output.target.name
    exporter.join(chunk_files, timeline, plan.metadata, encoding, target)
    return (target,)


def _load_exporter_and_encoding(plan: BuildPlan) -> tuple[Exporter, Encoding]:
    """Return the exporter that joins the chunks of a plan, and their encoding."""
    return registry.load_exporter(plan.options.sound_format), plan.rendering_job.settings.encoding


def _write_readalong(
    plan: BuildPlan, chunk_files: Sequence[Path], timeline: Timeline, staging_folder: Path
) -> tuple[Path, ...]:
    """Write a read-along format, which packages one audio file per chapter with the text."""
    exporter, _ = _load_exporter_and_encoding(plan)
    parts = splitting.split_by_chapter(
        chunk_files, plan.rendering_job.chunk_sample_counts, timeline
    )
    target = staging_folder if plan.output.is_folder else staging_folder / plan.output.target.name
    # not in the system's temporary folder, which may be too small for a whole book
    with create_scratch_folder(plan.output) as folder:
        paths = [folder / f"{part.part.number:03}{exporter.suffix}" for part in parts]
        for part, path in zip(parts, paths, strict=True):
            _join_file(plan, part, path)
        rendered_book = _make_rendered_book(plan, timeline, _make_tracks(parts, paths))
        return readalong.write_companion(plan.options.format, rendered_book, target)


def list_tracks(
    plan: BuildPlan,
    chunk_files: Sequence[Path],
    timeline: Timeline,
    files: Sequence[Path],
    staging_folder: Path,
) -> tuple[AudioTrack, ...]:
    """Return the audio files of an audiobook, as its companions see them.

    Args:
        plan: The build.
        chunk_files: The encoded chunks.
        timeline: The times of the whole audiobook.
        files: What `write_audio` returned.
        staging_folder: Where they lie.
    """
    if is_split_audio(plan):
        parts = _split_parts(plan, chunk_files, timeline)
        return _make_tracks(parts, files[: len(parts)])  # without ACX's retail sample
    target = staging_folder / plan.output.target.name
    return (AudioTrack(target, 0, timeline.samples, plan.metadata.title),)


def is_split_audio(plan: BuildPlan) -> bool:
    """Return whether the audiobook is a folder of audio files."""
    return plan.options.split and plan.options.format not in readalong.FORMAT_MODULES


def write_companions(
    plan: BuildPlan, timeline: Timeline, tracks: tuple[AudioTrack, ...], staging_folder: Path
) -> tuple[Path, ...]:
    """Write the subtitles, timelines and labels of the options, and return their files."""
    target = staging_folder / plan.output.target.name
    if is_split_audio(plan):
        target = staging_folder / f"{plan.output.folder.name}{tracks[0].path.suffix}"
    rendered_book = _make_rendered_book(plan, timeline, tracks)
    written_files = (
        readalong.write_companion(name, rendered_book, target) for name in plan.options.companions
    )
    return tuple(path for paths in written_files for path in paths)


def _split_parts(
    plan: BuildPlan, chunk_files: Sequence[Path], timeline: Timeline
) -> tuple[AudiobookFile, ...]:
    """Divide the audiobook into files: by a limit, or one per chapter.

    ACX limits the length of files, so a long chapter has several. In a build of some chapters,
    their files keep the numbers that they have in the whole book.
    """
    is_acx = plan.options.loudness == ACX_PROFILE
    sample_counts = plan.rendering_job.chunk_sample_counts
    if limit := plan.options.part_limit:
        sizes = [file.stat().st_size for file in chunk_files]
        # each file has tags and the cover too
        cover_bytes = len(plan.metadata.cover.data) if plan.metadata.cover else 0
        room = max(limit.max_bytes * _CONTAINER_SHARE - cover_bytes, 1)
        limit = replace(limit, max_bytes=room)
        return splitting.split_by_limit(chunk_files, sample_counts, sizes, timeline, limit)
    max_seconds = splitting.ACX_MAX_SECONDS if is_acx else float("inf")
    files = splitting.split_by_chapter(chunk_files, sample_counts, timeline, max_seconds)
    if first_number := find_first_file_number(plan.script, plan.options):
        return splitting.number_parts(files, first_number, len(plan.script.book.chapters))
    return files


def _make_tracks(parts: Sequence[AudiobookFile], paths: Sequence[Path]) -> tuple[AudioTrack, ...]:
    """Return the range of samples that each file covers in the whole audiobook."""
    tracks, start_sample = [], 0
    for part, path in zip(parts, paths, strict=True):
        end_sample = start_sample + part.timeline.samples
        tracks.append(AudioTrack(path, start_sample, end_sample, part.part.title))
        start_sample = end_sample
    return tuple(tracks)


def _make_rendered_book(
    plan: BuildPlan, timeline: Timeline, tracks: tuple[AudioTrack, ...]
) -> RenderedBook:
    """Combine text, voices and times in one value, for the writers of companions."""
    book = replace(plan.script.book, metadata=plan.metadata)
    script, podcast_url = replace(plan.script, book=book), plan.options.address
    line_flaws = {take.line_id: take.flaws for take in plan.rendering_job.line_takes if take.flaws}
    rendered_book = RenderedBook(script, plan.cast, timeline, tracks, line_flaws=line_flaws)
    return replace(rendered_book, podcast_url=podcast_url) if podcast_url else rendered_book


def write_chapter(plan: BuildPlan, chapter: int, part: FilePart, staging_folder: Path) -> Path:
    """Write the file of one chapter, all of which has been spoken, and return it.

    Args:
        plan: The build, of which each chapter is one file.
        chapter: The number of the chapter.
        part: The file.
        staging_folder: Where it is written.
    """
    rendering_job = plan.rendering_job.select_chapter(chapter)
    chunk_files = rendering_job.collect_chunk_files()
    timeline = rendering_job.build_timeline(plan.chapter_titles)
    [file] = splitting.split_by_chapter(chunk_files, rendering_job.chunk_sample_counts, timeline)
    exporter, _ = _load_exporter_and_encoding(plan)
    target = staging_folder / splitting.part_file_name(part, exporter.suffix)
    _join_file(plan, replace(file, part=part), target)
    return target


def _join_file(plan: BuildPlan, file: AudiobookFile, target: Path) -> None:
    """Join the chunks of one of the files of an audiobook."""
    exporter, encoding = _load_exporter_and_encoding(plan)
    metadata = file.describe_file(plan.metadata)
    exporter.join(file.chunks, file.timeline, metadata, encoding, target)


def _write_split(
    plan: BuildPlan,
    chunk_files: Sequence[Path],
    timeline: Timeline,
    staging_folder: Path,
    early_names: Collection[str],
) -> tuple[Path, ...]:
    """Write one file per chapter and a playlist; for ACX, with its file names and a sample."""
    exporter, _ = _load_exporter_and_encoding(plan)
    is_acx = plan.options.loudness == ACX_PROFILE
    parts = list(_split_parts(plan, chunk_files, timeline))
    names = [
        splitting.part_file_name(part.part, exporter.suffix, ascii_only=is_acx) for part in parts
    ]
    playlist = splitting.format_playlist(names, parts)
    if is_acx:
        names.append(f"{RETAIL_SAMPLE_NAME}{exporter.suffix}")
    with create_scratch_folder(plan.output) as silence_folder:
        if is_acx:
            parts.append(_cut_retail_sample(plan, parts, silence_folder / "silence"))
        for name, part in zip(names, parts, strict=True):
            if name not in early_names:
                _join_file(plan, part, staging_folder / name)
    (staging_folder / PLAYLIST_NAME).write_text(playlist, encoding="utf-8")
    return tuple(staging_folder / name for name in names)


def _cut_retail_sample(
    plan: BuildPlan, parts: Sequence[AudiobookFile], silence_file: Path
) -> AudiobookFile:
    """Return the beginning of the story as a retail sample; a cut is followed by silence.

    Args:
        plan: The build.
        parts: The files of the audiobook.
        silence_file: Where the encoded silence may be written.
    """
    from narrator.audio import stitching  # noqa: PLC0415 - loads pydub, which only workers need

    settings = plan.rendering_job.settings
    # the story follows the opening credits; with both credits there are at least three files
    story_index = 1 if len(parts) > 2 else 0
    first_chunk = sum(len(part.chunks) for part in parts[:story_index])
    chunk_count = len(parts[story_index].chunks)
    sample_counts = plan.rendering_job.chunk_sample_counts[first_chunk : first_chunk + chunk_count]
    sample = splitting.cut_retail_sample(parts[story_index], sample_counts)
    if len(sample.chunks) == chunk_count:  # nothing was cut off, so no silence is missing
        return sample
    silence = stitching.make_silence(
        splitting.ACX_MIN_TAIL_SECONDS, settings.encoding.sample_rate, settings.loudness
    )
    exporter = registry.load_exporter(settings.exporter_name)
    silence_samples = exporter.encode_chunk([silence], settings.encoding, silence_file)
    return splitting.append_silence(sample, silence_file, silence_samples)
