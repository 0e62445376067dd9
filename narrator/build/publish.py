"""Publishes an audiobook: it is written to a staging folder, and replaces an older one.

All files are written to a staging folder and moved into place at the end, so a build that fails
leaves the older audiobook as it was.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from narrator import readalong
from narrator.cache import finished
from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.errors import OutputError
from narrator.files.outputs import publish_output, stage_output
from narrator.model import Audiobook

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from narrator.build.plan import BuildPlan


def publish_audiobook(plan: BuildPlan, early_names: Collection[str] = ()) -> Audiobook:
    """Join the chunks of a plan into an audiobook, replacing an older one.

    An audiobook that was made from the same inputs and has not changed since is not written again.

    Args:
        plan: The build, with everything spoken.
        early_names: Names of files of this audiobook that are already in place.

    Raises:
        OutputError: the target can't be written to.
    """
    rendering_job = plan.rendering_job
    name, store = _fingerprint_audiobook(plan), rendering_job.store
    if existing := finished.find_finished_files(store, name):
        return _describe_existing(plan, existing)
    # exporters and numpy are loaded here, because an unchanged audiobook needs neither
    from narrator.build.assembly import list_tracks, write_audio, write_companions  # noqa: PLC0415
    from narrator.build.stems import write_stems  # noqa: PLC0415

    chunk_files = rendering_job.collect_chunk_files()
    timeline = rendering_job.build_timeline(plan.chapter_titles)
    with stage_output(plan.output) as staging_folder:
        staged_files = write_audio(plan, chunk_files, timeline, staging_folder, early_names)
        tracks = list_tracks(plan, chunk_files, timeline, staged_files, staging_folder)
        staged_companions = write_companions(plan, timeline, tracks, staging_folder)
        changes = publish_output(plan.output, staging_folder, early_names)
        files, companions = (
            tuple(plan.output.shown_folder / file.relative_to(staging_folder) for file in staged)
            for staged in (staged_files, staged_companions)
        )
    stems = write_stems(plan, timeline, tracks)
    # the audiobook is complete, whether or not the cache can be written to
    with suppress(OutputError):
        finished.record_finished_files(store, name, [*files, *companions, *stems])
        # what this build used is kept even above the size limit, because the next build needs it
        store.prune(used_since=plan.started_at)
    return Audiobook(
        *(files, timeline, plan.metadata, companions, changes.replaced, changes.removed, stems)
    )


def _describe_existing(plan: BuildPlan, existing: Sequence[Path]) -> Audiobook:
    """Return the audiobook whose files are all up to date."""
    timeline = plan.rendering_job.build_timeline(plan.chapter_titles)
    stems_folder = plan.stems_output.shown_folder if plan.stems_output else None
    stems = tuple(file for file in existing if stems_folder in file.parents)
    companions = tuple(
        file for file in existing if readalong.is_companion_file(file, plan.options.format)
    )
    files = tuple(file for file in existing if file not in {*companions, *stems})
    return Audiobook(files, timeline, plan.metadata, companions, stems=stems)


def _fingerprint_audiobook(plan: BuildPlan) -> str:
    """Return a fingerprint of all inputs of an audiobook, and of its location."""
    options = plan.options
    # hashed, because the cover may take megabytes
    metadata_hash = hashlib.sha256(msgspec.msgpack.encode(plan.metadata)).hexdigest()
    settings = [
        options.format,
        options.split,
        repr(options.part_limit),
        repr(options.chapters),
        options.loudness,
        options.stems,
        asdict(plan.rendering_job.settings.encoding),
    ]
    titles = [[number, title] for number, title in plan.chapter_titles.items()]
    # as given, because the record returns paths in this form; and absolute, because the same
    # relative path is another file in another working directory
    location = [str(plan.output.target), str(plan.output.target.absolute())]
    # text and speakers appear in companions, stems and read-along formats only; chunk names cover
    # all sound
    text_inputs: list[object] = []
    if options.companions or options.stems or options.format in readalong.FORMAT_MODULES:
        lines_hash = hashlib.sha256(msgspec.msgpack.encode(plan.script.lines)).hexdigest()
        source_path = plan.script.book.source.path
        text_inputs = [lines_hash, options.companions, options.address, source_path]
    return fingerprint(
        "finished",
        program_fingerprint(),
        location,
        settings,
        metadata_hash,
        titles,
        plan.rendering_job.chunk_names,
        text_inputs,
    )
