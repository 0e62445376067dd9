"""One report of all that is known of an audiobook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.audio import loudness
from narrator.errors import ReadingError
from narrator.inspection import container, measurement, truncation
from narrator.inspection.measurement import BLOCKS_PER_SECOND, SILENCE_DB

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.inspection.container import ContainerInfo
    from narrator.inspection.measurement import AudioMeasurement

_GAP = 0.05
"""Seconds by which chapters may miss each other: a frame of any codec."""
_OFF = 0.5
"""Seconds by which the last chapter may miss the end."""


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """A chapter, and what was found of it."""

    title: str
    start: float
    """Seconds."""
    end: float
    """Seconds."""
    contiguous: bool
    """Whether it begins where the one before it ends."""
    silent: bool


@dataclass(frozen=True)
class InspectionReport:
    """All that is known of an audiobook.

    Levels are in decibels under full scale, times in seconds.
    """

    path: str
    format: str
    codec: str
    bytes: int
    whole: bool
    """Whether it ends where it says, and was not cut off, as far as its format tells."""
    duration: float
    """As decoded."""
    header_duration: float
    """As the header says."""
    rate: int
    channels: int
    bit_rate: int
    """Kilobits per second."""
    constant_bit_rate: bool | None
    cover: bool
    tags: dict[str, str]
    chapters: tuple[ChapterReport, ...]
    chapters_cover_all: bool
    """Whether the first begins with the sound and the last ends with it."""
    integrated: float
    """LUFS."""
    true_peak: float
    sample_peak: float
    rms: float
    noise_floor: float
    head: float
    tail: float
    longest_silence: float
    longest_silence_at: float
    clipped_samples: int
    measurement: AudioMeasurement = field(repr=False)
    """What the picture is drawn from."""

    def as_json(self) -> dict[str, Any]:
        """As objects that JSON knows."""
        told = {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name != "measurement"
        }
        chapters = [
            {name: getattr(chapter, name) for name in ChapterReport.__slots__}
            for chapter in self.chapters
        ]
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
        return rounded | {"chapters": chapters}


def inspect_audiobook(path: Path) -> InspectionReport:
    """Read and listen to an audiobook of any format.

    Raises:
        ReadingError: there is no such file, or it is no file of sound.
        ExportError: it can't be decoded.
    """
    if not path.is_file():
        raise ReadingError(f"{path} is no file", "give an audiobook, such as output/story.mp3")
    told = container.read_container(path)
    heard = measurement.measure_audio(path, told.sample_rate, told.channels)
    duration = heard.sample_count / told.sample_rate
    findings = _findings(told, heard)
    return InspectionReport(
        path=str(path),
        format=told.format,
        codec=told.codec,
        bytes=path.stat().st_size,
        whole=truncation.is_complete_file(path),
        duration=duration,
        header_duration=told.duration_seconds,
        rate=told.sample_rate,
        channels=told.channels,
        bit_rate=told.bit_rate_kbps,
        constant_bit_rate=told.is_constant_bit_rate,
        cover=told.has_cover,
        tags=told.tags,
        chapters=findings,
        chapters_cover_all=_cover_all(findings, duration),
        integrated=heard.integrated_lufs,
        true_peak=heard.true_peak_db,
        sample_peak=heard.sample_peak_db,
        rms=heard.rms_db,
        noise_floor=heard.noise_floor_db,
        head=heard.head_seconds,
        tail=heard.tail_seconds,
        longest_silence=heard.longest_silence_seconds,
        longest_silence_at=heard.longest_silence_start,
        clipped_samples=heard.clipped_samples,
        measurement=heard,
    )


def _findings(told: ContainerInfo, heard: AudioMeasurement) -> tuple[ChapterReport, ...]:
    findings, before = [], 0.0
    for chapter in told.chapters:
        contiguous = abs(chapter.start - before) <= _GAP
        silent = _is_silent(heard, chapter.start, chapter.end)
        findings.append(
            ChapterReport(chapter.title, chapter.start, chapter.end, contiguous, silent)
        )
        before = chapter.end
    return tuple(findings)


def _is_silent(heard: AudioMeasurement, start: float, end: float) -> bool:
    """Whether nothing is heard in a stretch."""
    first = int(np.floor(start * BLOCKS_PER_SECOND))
    peaks = heard.block_peaks[first : max(int(np.ceil(end * BLOCKS_PER_SECOND)), first + 1)]
    return not bool((peaks > loudness.decibels_to_amplitude(SILENCE_DB)).any())


def _cover_all(findings: tuple[ChapterReport, ...], duration: float) -> bool:
    if not findings:
        return False
    return findings[0].start <= _GAP and abs(findings[-1].end - duration) <= _OFF
