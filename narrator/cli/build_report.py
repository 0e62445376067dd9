"""Shows the progress and the result of a build, on a terminal or as lines in a log."""

from __future__ import annotations

import time
from contextlib import ExitStack
from enum import IntEnum
from typing import TYPE_CHECKING

from narrator.cli import display

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from narrator.build.events import (
        BuildEvent,
        BuildFinished,
        CastingFinished,
        SpeakingProgressed,
        StemsProgressed,
    )
    from narrator.model import Audiobook

_LOG_FRACTION = 0.05
"""Share of the book after which a line is written, where there is no terminal."""
_LOG_SECONDS = 60.0
"""Longest time without such a line."""
_MIN_LOG_SECONDS = 5.0
"""Shortest time between two such lines: a short story must not fill a log."""
_MIN_FORECAST_FRACTION = 0.01
"""Share of the book from which the remaining time is estimated."""


class Verbosity(IntEnum):
    """How much a build prints."""

    QUIET = 0
    """Only errors."""
    LINE = 1
    """One line, as for each book of a batch."""
    NORMAL = 2
    VERBOSE = 3
    """All characters, and all that is left out."""


class ProgressMeter:
    """Shows which part of a book has been spoken: as a bar on a terminal, else as lines.

    Args:
        label: What is built, before the bar.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._animation = ExitStack()
        self._update_bar: Callable[[float, str], None] | None = None
        self._started_at = time.monotonic()
        self._first_fraction: float | None = None
        self._logged_fraction, self._logged_at = 0.0, self._started_at

    def show(self, fraction: float, chapter: str) -> None:
        """Show a share of the book, 0 to 1, and the chapter that is being spoken."""
        if self._first_fraction is None:
            self._first_fraction = fraction
            self._started_at = self._logged_at = time.monotonic()
            self._logged_fraction = fraction
            bar = display.show_build_bar(self._label)
            self._update_bar = self._animation.enter_context(bar)
        if self._update_bar is not None:
            self._update_bar(fraction, chapter)
        else:
            self._log(fraction, chapter)

    def _log(self, fraction: float, chapter: str) -> None:
        """Write a line, if enough has happened since the last one."""
        now = time.monotonic()
        waited = now - self._logged_at
        if waited < _MIN_LOG_SECONDS or (
            fraction - self._logged_fraction < _LOG_FRACTION and waited < _LOG_SECONDS
        ):
            return
        self._logged_fraction, self._logged_at = fraction, now
        display.print_note(self._label, self._describe(fraction, chapter, now), stderr=True)

    def _describe(self, fraction: float, chapter: str, now: float) -> str:
        """Return the share, the chapter, the elapsed and the remaining time."""
        elapsed = now - self._started_at
        facts = [f"{fraction:.0%}", chapter]
        facts.append(f"{display.format_duration(elapsed)} so far")
        done = fraction - (self._first_fraction or 0.0)
        if done >= _MIN_FORECAST_FRACTION:
            left = display.format_duration(elapsed * (1 - fraction) / done)
            facts.append(f"about {left} left")
        return ", ".join(filter(None, facts))

    def close(self) -> None:
        """Remove the bar."""
        self._animation.close()


class BuildReporter:
    """Prints the events of a build, with a spinner and a progress bar.

    Args:
        verbosity: How much is printed.
        as_json: Whether standard output is for JSON alone.
        label: What is built, before the progress bar.
    """

    def __init__(
        self,
        *,
        as_json: bool,
        verbosity: Verbosity = Verbosity.NORMAL,
        label: str = "Speaking",
    ) -> None:
        self._as_json = as_json
        self._verbosity = verbosity
        self._spinner = ExitStack()
        self._label = label
        self._meter = ProgressMeter(label)
        self._shows_stems = False
        self._titles: Mapping[int, str] = {}
        self.audiobook: Audiobook | None = None
        """The result, once the build is finished."""

    def __enter__(self) -> BuildReporter:
        return self

    def __exit__(self, *_: object) -> None:
        self._spinner.close()
        self._meter.close()

    def report(self, event: BuildEvent) -> None:
        """Print an event."""
        from narrator.build import events
        from narrator.cli import reports

        match event:
            case events.CastingFinished():
                self._titles = {c.number: c.title for c in event.script.book.chapters}
                self._report_cast(event)
            case events.PriceEstimated():
                reports.print_price(event.amount)
            case events.VoiceMeasurementStarted():
                # standard output is for JSON alone, without notes
                is_shown = self._verbosity >= Verbosity.NORMAL and not self._as_json
                voice_count = event.voice_count if is_shown else 0
                self._spinner.enter_context(reports.show_levelling_status(voice_count))
            case events.SpeakingProgressed() | events.StemsProgressed():
                self._report_progress(event)
            case events.RetakesStored():
                self._spinner.close()
                if self._verbosity >= Verbosity.NORMAL:
                    reports.print_retakes(event, as_json=self._as_json)
            case events.ExportStarted():
                self.__exit__()
            case events.BuildFinished():
                self._report_audiobook(event)
            case events.BuildForecast():
                reports.print_forecast(event, as_json=self._as_json)
            case _:
                pass  # the book is reported together with its cast

    def _report_cast(self, event: CastingFinished) -> None:
        """Print the book and its cast, together, because casting may still fail after reading."""
        from narrator.cli import reports

        if self._verbosity >= Verbosity.NORMAL:
            reports.print_notes(event.script)
        # programs that read JSON get the cast from `narrator cast --json`
        if self._as_json or self._verbosity < Verbosity.NORMAL:
            return
        is_verbose = self._verbosity >= Verbosity.VERBOSE
        reports.print_book(event.script)
        limit = None if is_verbose else reports.MAX_LISTED_CHARACTERS
        reports.print_casting(event.script, event.casting, max_characters=limit)
        if is_verbose:
            reports.print_skipped(event.script)

    def _report_progress(self, event: SpeakingProgressed | StemsProgressed) -> None:
        """Show the progress, in the place of the spinner or of the progress of another step."""
        from narrator.build.events import StemsProgressed

        self._spinner.close()
        chapter = None if isinstance(event, StemsProgressed) else event.chapter
        if isinstance(event, StemsProgressed) and not self._shows_stems:
            self._meter.close()
            self._meter, self._shows_stems = ProgressMeter("Stems"), True
        if self._verbosity > Verbosity.QUIET:
            self._meter.show(event.fraction_done, self._titles.get(chapter or 0, ""))

    def _report_audiobook(self, event: BuildFinished) -> None:
        """Print what was written, and which lines may be wrong."""
        from narrator.cli import reports

        self.audiobook = event.audiobook
        if self._verbosity >= Verbosity.NORMAL:
            reports.print_damaged_entries(event.damaged_entries)
        if self._as_json and self._verbosity != Verbosity.LINE:
            takes = reports.summarise_line_takes(event.line_takes)
            display.print_json(reports.summarise_audiobook(event.audiobook) | {"takes": takes})
        elif self._verbosity > Verbosity.QUIET and not self._as_json:
            reports.print_line_takes(event.line_takes)
            is_line = self._verbosity is Verbosity.LINE
            reports.print_audiobook(
                event.audiobook, self._label if is_line else "Wrote", is_short=is_line
            )
