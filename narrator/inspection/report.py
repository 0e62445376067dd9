"""Reads and measures an audiobook, and returns the results as one report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.audio import loudness
from narrator.errors import ReadingError
from narrator.files.existence import is_file, suggest_path
from narrator.inspection.container import read_container
from narrator.inspection.measurement import BLOCKS_PER_SECOND, SILENCE_DB, measure_audio
from narrator.inspection.truncated_files import is_complete_file

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.inspection.container import ContainerInfo
    from narrator.inspection.measurement import AudioMeasurement

_CHAPTER_GAP_SECONDS = 0.05
"""The longest gap or overlap between two chapters that is accepted: about a frame of any codec."""
_END_GAP_SECONDS = 0.5
"""The largest accepted difference between the ends of the last chapter and of the audio."""


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """A chapter of the file, with the results of its checks."""

    title: str
    start: float
    """In seconds."""
    end: float
    """In seconds."""
    contiguous: bool
    """Whether it begins where the previous chapter ends."""
    silent: bool
    """Whether it is silent from start to end."""


@dataclass(frozen=True)
class InspectionReport:
    """What a file states about itself, and what was measured in it.

    Levels are in decibels relative to full scale, times in seconds. The names of the fields are the
    keys of the JSON that `narrator check --json` prints.
    """

    path: str
    format: str
    codec: str
    bytes: int
    """The size of the file."""
    whole: bool
    """False if the file is truncated and its format shows that."""
    duration: float
    """The length of the decoded audio."""
    header_duration: float
    """The length that the header states."""
    rate: int
    """Samples per second."""
    channels: int
    bit_rate: int
    """In kilobits per second."""
    constant_bit_rate: bool | None
    """None if it can't be determined."""
    cover: bool
    """Whether there is a cover."""
    tags: dict[str, str]
    chapters: tuple[ChapterReport, ...]
    chapters_cover_all: bool
    """Whether the chapters begin and end with the audio."""
    integrated: float
    """The loudness of the whole audiobook, in LUFS."""
    true_peak: float
    sample_peak: float
    rms: float
    noise_floor: float
    head: float
    """The silence at the beginning."""
    tail: float
    """The silence at the end."""
    longest_silence: float
    longest_silence_at: float
    """When the longest silence begins."""
    clipped_samples: int
    measurement: AudioMeasurement = field(repr=False)
    """The levels that the plot shows; they are not part of the JSON."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold, rounded to three decimals."""
        values = {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name != "measurement"
        }
        chapters = [
            {name: getattr(chapter, name) for name in ChapterReport.__slots__}
            for chapter in self.chapters
        ]
        rounded_values = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in values.items()
        }
        return rounded_values | {"chapters": chapters}


def inspect_audiobook(path: Path) -> InspectionReport:
    """Read and measure an audiobook of any format.

    Raises:
        ReadingError: the file does not exist, or is not an audio file.
        ExportError: it can't be decoded.
    """
    if not is_file(path):
        raise ReadingError(f"{path} is not a file", suggest_path(path))
    container = read_container(path)
    measurement = measure_audio(path, container.sample_rate, container.channels)
    duration = measurement.sample_count / container.sample_rate
    chapters = _report_chapters(container, measurement)
    return InspectionReport(
        path=str(path),
        format=container.format,
        codec=container.codec,
        bytes=path.stat().st_size,
        whole=is_complete_file(path),
        duration=duration,
        header_duration=container.duration_seconds,
        rate=container.sample_rate,
        channels=container.channels,
        bit_rate=container.bit_rate_kbps,
        constant_bit_rate=container.is_constant_bit_rate,
        cover=container.has_cover,
        tags=container.tags,
        chapters=chapters,
        chapters_cover_all=_is_covered(chapters, duration),
        integrated=measurement.integrated_lufs,
        true_peak=measurement.true_peak_db,
        sample_peak=measurement.sample_peak_db,
        rms=measurement.rms_db,
        noise_floor=measurement.noise_floor_db,
        head=measurement.head_seconds,
        tail=measurement.tail_seconds,
        longest_silence=measurement.longest_silence_seconds,
        longest_silence_at=measurement.longest_silence_start,
        clipped_samples=measurement.clipped_samples,
        measurement=measurement,
    )


def _report_chapters(
    container: ContainerInfo, measurement: AudioMeasurement
) -> tuple[ChapterReport, ...]:
    """Return a report of each chapter, in the order of the file."""
    chapter_reports, previous_end = [], 0.0
    for chapter in container.chapters:
        start, end = chapter.start_seconds, chapter.end_seconds
        is_contiguous = abs(start - previous_end) <= _CHAPTER_GAP_SECONDS
        is_silent = _is_silent(measurement, start, end)
        chapter_reports.append(ChapterReport(chapter.title, start, end, is_contiguous, is_silent))
        previous_end = end
    return tuple(chapter_reports)


def _is_silent(measurement: AudioMeasurement, start_seconds: float, end_seconds: float) -> bool:
    """Return whether every block that overlaps the stretch is silent."""
    first_block = int(np.floor(start_seconds * BLOCKS_PER_SECOND))
    end_block = max(int(np.ceil(end_seconds * BLOCKS_PER_SECOND)), first_block + 1)
    peaks = measurement.block_peaks[first_block:end_block]
    return not bool((peaks > loudness.decibels_to_amplitude(SILENCE_DB)).any())


def _is_covered(chapters: tuple[ChapterReport, ...], duration: float) -> bool:
    """Return whether the chapters begin and end with the audio; false without chapters."""
    if not chapters:
        return False
    has_start = chapters[0].start <= _CHAPTER_GAP_SECONDS
    return has_start and abs(chapters[-1].end - duration) <= _END_GAP_SECONDS
