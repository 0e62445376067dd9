"""The events of a build, in the order in which a caller receives them.

`narrator.build.pipeline.build_audiobook` yields them: `ReadingStarted`, `ScriptWritten`,
`CastingFinished`, `PriceEstimated`, `VoiceMeasurementStarted`, any number of `SpeakingProgressed`
and `ChapterFinished`, then of `StemsProgressed`, `ExportStarted` and at last `BuildFinished`. A dry
run ends after `PriceEstimated` with `BuildForecast`. Events are read-only: the values that they
refer to must not be changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from narrator.casting.cast import Casting
    from narrator.model import Audiobook, FilePart, Script
    from narrator.synthesis.rendered_chunks import LineTake
    from narrator.synthesis.rendering_job import Forecast


@dataclass(frozen=True, slots=True)
class ReadingStarted:
    """The book is being read, segmented and attributed."""

    paths: tuple[str, ...]
    """The input as the user named it; `-` for standard input."""


@dataclass(frozen=True, slots=True)
class ScriptWritten:
    """The script is complete: every line is attributed, and no word of the book is lost."""

    script: Script


@dataclass(frozen=True, slots=True)
class CastingFinished:
    """Every speaker has a voice."""

    script: Script
    casting: Casting


@dataclass(frozen=True, slots=True)
class PriceEstimated:
    """The cost of speech servers has been estimated, before any of them is called."""

    amount: float
    """In the currency of the prices in the voice profiles; 0 if no voice costs money."""


@dataclass(frozen=True, slots=True)
class VoiceMeasurementStarted:
    """The build is being checked, and new voices speak a text by which their level is measured."""

    voice_count: int
    """Number of voices whose loudness has not been measured yet; often 0."""


@dataclass(frozen=True, slots=True)
class RetakesStored:
    """Another take of lines was asked for. The build prepares once more, with all its events."""

    path: Path
    """The file of corrections that says which takes are spoken."""
    line_count: int
    """Number of lines; 0 if no line is suspect, and the file stays as it is."""


@dataclass(frozen=True, slots=True)
class SpeakingProgressed:
    """Another part of the book has been spoken, or was found in the cache."""

    fraction_done: float
    """Share of the text, counted in characters, that has been spoken: 0 to 1, never falling."""
    synthesised_clips: int
    """Clips that this build has synthesised so far, as opposed to finding them in the cache."""
    chapter: int | None = None
    """Number of the chapter that the newest speech belongs to; None before there is any. Chapters
    are finished in reading order only if each has a file of its own: otherwise the longest chunks
    are spoken first."""
    chapter_fractions: Mapping[int, float] = field(default_factory=dict)
    """Share of the text of each chapter that has been spoken, 0 to 1, by its number."""


@dataclass(frozen=True, slots=True)
class ChapterFinished:
    """A chapter of a split audiobook is in its place, while others are still being spoken."""

    file: Path
    part: FilePart
    """Its number, the number of files, and its title."""


@dataclass(frozen=True, slots=True)
class StemsProgressed:
    """Another part of the stems has been prepared, from clips that are already spoken."""

    fraction_done: float
    """Share of the text, counted in characters: 0 to 1, never falling."""


@dataclass(frozen=True, slots=True)
class ExportStarted:
    """All speech is ready, and the audiobook is being written."""

    target: Path


@dataclass(frozen=True, slots=True)
class BuildFinished:
    """The audiobook is in its place. This is the last event of a build."""

    audiobook: Audiobook
    damaged_entries: int
    """Number of cache entries that were damaged and have been replaced."""
    line_takes: tuple[LineTake, ...] = ()
    """The lines that took more than one take, or whose best take has a flaw, in reading order."""


@dataclass(frozen=True, slots=True)
class BuildForecast:
    """What a build would make. This is the last event of a dry run."""

    target: Path
    forecast: Forecast
    price: float
    """What speech servers would charge, as in `PriceEstimated`."""


BuildEvent: TypeAlias = (
    ReadingStarted
    | ScriptWritten
    | CastingFinished
    | PriceEstimated
    | VoiceMeasurementStarted
    | RetakesStored
    | SpeakingProgressed
    | ChapterFinished
    | StemsProgressed
    | ExportStarted
    | BuildFinished
    | BuildForecast
)
