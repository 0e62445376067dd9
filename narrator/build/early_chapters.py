"""Publishes the chapters of a split audiobook while others are still being spoken.

So one can listen to the first chapter soon after a build has begun, and keeps what is finished if
the build is cancelled. The bytes are those that the finished audiobook has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.build.output_plan import is_chapter_per_file, list_chapter_parts
from narrator.files.outputs import (
    find_early_files,
    has_finished_output,
    publish_early,
    stage_output,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from narrator.build.plan import BuildPlan
    from narrator.model import FilePart


class ChapterPublisher:
    """Puts chapters into place as soon as they have been spoken.

    It waits for the end of the build if the chapters are not files, or if the folder already holds
    a finished audiobook, which is replaced only by a finished one.

    Args:
        plan: The build.
    """

    def __init__(self, plan: BuildPlan) -> None:
        self._plan = plan
        self._published_names: list[str] = []
        self._waiting_parts: dict[int, FilePart] = {}
        if is_chapter_per_file(plan.options) and not has_finished_output(plan.output):
            self._waiting_parts = list_chapter_parts(plan.script, plan.chapter_titles, plan.options)

    def publish_finished(self) -> Iterator[tuple[Path, FilePart]]:
        """Publish the chapters that have been spoken since the last call; yield their files.

        Raises:
            OutputError: a file can't be written, or must not be replaced.
        """
        finished_parts = {
            chapter: part
            for chapter, part in self._waiting_parts.items()
            if self._plan.rendering_job.is_chapter_rendered(chapter)
        }
        if not finished_parts:
            return
        # exporters and numpy are loaded here, because an unchanged audiobook needs neither
        from narrator.build.assembly import write_chapter  # noqa: PLC0415

        output = self._plan.output
        with stage_output(output) as staging_folder:
            names = [
                write_chapter(self._plan, chapter, part, staging_folder).name
                for chapter, part in finished_parts.items()
            ]
            publish_early(output, staging_folder)
        self._published_names += names
        for chapter in finished_parts:
            del self._waiting_parts[chapter]
        for name, part in zip(names, finished_parts.values(), strict=True):
            yield output.shown_folder / name, part

    def find_published(self) -> frozenset[str]:
        """Return the names of the published files that nobody has changed or removed since."""
        return find_early_files(self._plan.output, self._published_names)
