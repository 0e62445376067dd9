"""Writes the stems of an audiobook: one aligned WAV file per speaker, for editors.

The chunks of the audiobook may be encoded with loss, so they are rendered once more without, by the
same workers and from the same clips. Each line is then copied to the place that it has in the
audiobook; all stems together give the audiobook, without the noise of ACX's pauses.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from narrator.build.assembly import is_split_audio
from narrator.export.flac_chunks import read_flac_blocks
from narrator.export.silent_wav import create_silent_wav, write_passages
from narrator.export.splitting import sanitise_file_name
from narrator.files.outputs import publish_output, stage_output
from narrator.languages.credit_forms import name_narrator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from narrator.build.plan import BuildPlan
    from narrator.model import Timeline
    from narrator.readalong.rendered_book import AudioTrack

_BYTES_PER_SAMPLE = 2


def write_stems(
    plan: BuildPlan, timeline: Timeline, tracks: Sequence[AudioTrack]
) -> tuple[Path, ...]:
    """Write the stems into their folder, and return their paths; none if the plan has no stems.

    A split audiobook gets a folder of stems for each of its files.

    Args:
        plan: The build, with the chunks of its stems rendered.
        timeline: The times of the audiobook.
        tracks: The audio files.

    Raises:
        OutputError: a stem can't be written.
    """
    output = plan.stems_output
    if output is None:
        return ()
    with stage_output(output) as staging_folder:
        writer = _StemWriter(plan, timeline, tracks, staging_folder)
        for passages in _iterate_chunk_passages(plan, timeline):
            writer.write(passages)
        publish_output(output, staging_folder)
    return tuple(
        output.shown_folder / path.relative_to(staging_folder) for path in sorted(writer.paths)
    )


def _iterate_chunk_passages(
    plan: BuildPlan, timeline: Timeline
) -> Iterator[list[tuple[str, int, bytes]]]:
    """Yield the lines of each chunk: its number, first sample in the audiobook, and sound."""
    job = plan.stem_job
    assert job is not None  # noqa: S101 - a plan with an output for stems has a job for them
    placed_lines = iter(timeline.line_timings)
    chunk_files = job.collect_chunk_files()
    for chunk_file, line_timings in zip(chunk_files, job.chunk_line_timings, strict=True):
        samples = np.frombuffer(b"".join(read_flac_blocks([chunk_file])), "<i2")
        passages = []
        for line in line_timings:
            placed = next(placed_lines)
            pcm = samples[line.start : line.end].tobytes()
            passages.append((placed.line_id, placed.start, pcm))
        yield passages


class _StemWriter:
    """Copies lines into the files of their speakers, which are created when they are needed."""

    def __init__(
        self, plan: BuildPlan, timeline: Timeline, tracks: Sequence[AudioTrack], folder: Path
    ) -> None:
        self._sample_rate = timeline.rate
        self._tracks = tracks
        self._folder = folder
        self._is_split = is_split_audio(plan)
        self._speakers = {line.id: line.speaker for line in plan.script.lines}
        self._file_names = name_stems(self._speakers.values(), plan.metadata.language)
        self.paths: set[Path] = set()
        """The files that were written, in the folder."""

    def write(self, passages: Iterable[tuple[str, int, bytes]]) -> None:
        """Write the lines of a chunk: the number, the first sample and the sound of each."""
        by_path = defaultdict[tuple[int, str], list[tuple[int, bytes]]](list)
        for line_id, first_sample, pcm in passages:
            track_index = self._find_track(first_sample)
            track = self._tracks[track_index]
            room = _BYTES_PER_SAMPLE * (track.end_sample - first_sample)
            key = (track_index, self._file_names[self._speakers[line_id]])
            if pcm:
                by_path[key].append((first_sample - track.start_sample, pcm[:room]))
        for (track_index, name), track_passages in by_path.items():
            write_passages(self._open_stem(track_index, name), track_passages)

    def _find_track(self, sample: int) -> int:
        """Return the index of the audio file that holds a sample."""
        return next(
            (index for index, track in enumerate(self._tracks) if sample < track.end_sample),
            len(self._tracks) - 1,
        )

    def _open_stem(self, track_index: int, name: str) -> Path:
        """Return the path of a stem, which is created if it is missing."""
        track = self._tracks[track_index]
        folder = self._folder / track.path.stem if self._is_split else self._folder
        path = folder / name
        if path not in self.paths:
            folder.mkdir(exist_ok=True)
            create_silent_wav(path, self._sample_rate, track.end_sample - track.start_sample)
            self.paths.add(path)
        return path


def name_stems(speakers: Iterable[str | None], language: str) -> dict[str | None, str]:
    """Return the name of the stem of each speaker; no two are equal but for capitals.

    Args:
        speakers: Names of characters, or None for the narrator.
        language: The language of the book, in which the narrator is called.
    """
    names: dict[str | None, str] = {}
    taken: set[str] = set()
    narrator_name = name_narrator(language)
    for speaker in dict.fromkeys(speakers):
        title = sanitise_file_name(speaker or narrator_name) or narrator_name
        name, number = title, 1
        while name.casefold() in taken:
            number += 1
            name = f"{title} ({number})"
        taken.add(name.casefold())
        names[speaker] = f"{name}.wav"
    return names
