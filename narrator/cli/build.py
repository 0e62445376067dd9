"""`narrator build`: make an audiobook of a story."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.options import Stage
from narrator.cli import options as opt

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.build.events import BuildEvent, CastingFinished
    from narrator.build.options import Options


@opt.add_build_options(Stage.BUILDING)
def run_build(
    source: opt.InputPaths,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="The audiobook; its suffix chooses the format.",
            show_default="output/<name>.<format>",
        ),
    ] = None,
    *,
    options: "Options",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Narrate a story to an audiobook."""
    from narrator.build import pipeline
    from narrator.build.book_files import default_output_path

    target = output or default_output_path(source, "" if options.split else f".{options.format}")
    run = pipeline.forecast_build if dry_run else pipeline.build_audiobook
    # closing the events ends the workers at once if an exception, such as ^C, ends this loop
    with (
        BuildReporter(as_json=as_json) as reporter,
        closing(run(source, target, options)) as events,
    ):
        for event in events:
            reporter.report(event)


class BuildReporter:
    """Prints the events of a build on the terminal, with a spinner and a progress bar.

    Args:
        as_json: Whether only the result is printed, as JSON.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        # holds the spinner, and later the progress bar that replaces it
        self._animation = ExitStack()
        # sets how much of the progress bar is filled; None before the bar is shown
        self._set_progress: Callable[[float], None] | None = None

    def __enter__(self) -> "BuildReporter":
        return self

    def __exit__(self, *_: object) -> None:
        self._animation.close()

    def report(self, event: "BuildEvent") -> None:
        """Print an event."""
        from narrator.build import events
        from narrator.cli import reports

        match event:
            case events.CastingFinished():
                self._report_cast(event)
            case events.PriceEstimated():
                reports.print_price(event.amount)
            case events.VoiceMeasurementStarted():
                # standard output is for JSON alone, without notes
                voice_count = 0 if self._as_json else event.voice_count
                self._animation.enter_context(reports.show_levelling_status(voice_count))
            case events.SpeakingProgressed():
                self._report_progress(event.fraction_done)
            case events.ExportStarted():
                self._animation.close()
            case events.BuildFinished():
                reports.print_damaged_entries(event.damaged_entries)
                reports.print_audiobook(event.audiobook, as_json=self._as_json)
            case events.BuildForecast():
                reports.print_forecast(event, as_json=self._as_json)
            case _:
                pass  # the book is reported together with its cast

    def _report_cast(self, event: "CastingFinished") -> None:
        """Print the book and its cast, together, because casting may still fail after reading."""
        from narrator.cli import reports

        reports.print_notes(event.script)
        # programs that read JSON get the cast from `narrator cast --json`
        if not self._as_json:
            reports.print_book(event.script)
            reports.print_casting(event.script, event.casting)

    def _report_progress(self, fraction_done: float) -> None:
        """Move the progress bar, which takes the place of the spinner."""
        from narrator.cli import display

        if self._set_progress is None:
            self._animation.close()
            progress_bar = display.show_progress_bar("Speaking", 1.0)
            self._set_progress = self._animation.enter_context(progress_bar)
        self._set_progress(fraction_done)
