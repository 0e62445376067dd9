"""`narrator check`: check an audiobook against publishers' limits, or a script for lost words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.files.ownership import Output
    from narrator.inspection import InspectionReport


def run_check(
    audiobook: Annotated[
        list[Path],
        typer.Argument(
            metavar="AUDIOBOOK...",
            help="Audio files of any program; scripts that `narrator script -o` wrote; "
            "read-along EPUBs, pages, podcasts, subtitles, timelines.",
            show_default=False,
        ),
    ],
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="Fail unless the audiobook meets these limits: {loudness}. Can be repeated.",
            autocompletion=opt.complete_from(opt.list_loudness_profiles),
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE.png", help="Draw the waveform and the loudness."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE.html",
            help="Write a page with loudness, chapters, voices, and the lines that may be wrong.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="BOOK",
            help="Listen to the audiobook, and compare it with this book. Needs Whisper.",
            show_default=False,
        ),
    ] = None,
    chapters: Annotated[
        str | None,
        typer.Option(
            "--chapters",
            metavar="N-M",
            help="With --against: the chapters that the audiobook contains.",
            show_default="all, or those in its timeline",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME|FOLDER",
            help="With --against: the Whisper model that listens.",
            show_default="any that knows the language",
        ),
    ] = None,
    listens_to_all: Annotated[
        bool,
        typer.Option(
            "--all",
            help="With --against: listen to all lines, even those whose sound fits.",
        ),
    ] = False,
    clips: Annotated[
        Path | None,
        typer.Option(
            "--clips",
            metavar="FOLDER",
            help="With --against: write the lines that are wrong as WAV files.",
        ),
    ] = None,
    cache_dir: opt.CacheDir = None,
    force: opt.Force = False,
    as_json: opt.AsJson = False,
) -> None:
    """Check an audiobook, or a script for lost words.

    An audiobook's chapters, tags and levels are compared with limits.
    """
    from narrator.cli import display
    from narrator.errors import CheckFailedError, OptionError

    _require_fitting_options(
        against,
        {"--plot": plot, "--profile": profile},
        {
            "--chapters": chapters,
            "--model": model,
            "--all": listens_to_all,
            "--clips": clips,
        },
    )
    if against is not None:
        from narrator.cli.listening import ListeningOptions, check_against

        listening = ListeningOptions(
            chapters=chapters,
            model=model,
            listens_to_all=listens_to_all,
            clips=clips,
            report=report,
            may_replace=force,
            cache_dir=cache_dir,
        )
        check_against(audiobook, against, listening, as_json=as_json)
        return
    # whatever is required, a damaged file fails the command
    profiles = ["file", *(profile or [])]
    _require_known_profiles(profiles)
    plot_output = _prepare_plot(plot, audiobook, may_replace=force) if plot else None
    report_output = None
    if report:
        from narrator.cli.check_report import (
            describe_check_origin,
            prepare_report,
            write_report,
        )

        origin = describe_check_origin("report", audiobook)
        report_output = prepare_report(report, origin, may_replace=force)
    summaries: list[dict[str, Any]] = []
    failures: list[str] = []
    inspections: dict[Path, InspectionReport] = {}
    for path in audiobook:
        # text formats have known names; everything else is taken for audio
        checked = _check_text(path, as_json=as_json)
        if checked is None:
            inspections[path], checked = _check_audio(path, profiles, plot_output, as_json=as_json)
        summary, path_failures = checked
        summaries.append(summary)
        failures += path_failures
    if report_output:
        if not inspections:
            raise OptionError("--report shows audio files", "name one, such as output/story.mp3")
        write_report(report_output, list(inspections), list(inspections.values()), as_json=as_json)
    if as_json:
        display.print_json(summaries[0] if len(summaries) == 1 else summaries)
    if failures:
        # an error is one line; the report above names all failures
        more = f"; {len(failures) - 1} more" if len(failures) > 1 else ""
        raise CheckFailedError(f"{failures[0]}{more}")


def _require_fitting_options(
    against: str | None, measuring: "Mapping[str, object]", listening: "Mapping[str, object]"
) -> None:
    """Check that no option is given that the check would leave aside.

    Args:
        against: The value of `--against`.
        measuring: The values of the options for measuring, by their names.
        listening: The values of the options for listening, by their names.

    Raises:
        OptionError: options for measuring and for listening are mixed.
    """
    from narrator.cli.option_conflicts import refuse_together, refuse_without

    if against is None:
        refuse_without("--against BOOK", listening)
    else:
        refuse_together("--against", measuring)


def _require_known_profiles(profiles: "Sequence[str]") -> None:
    """Check that every profile is known.

    Raises:
        OptionError: a profile is unknown.
    """
    from narrator import inspection
    from narrator.errors import OptionError
    from narrator.text.suggestions import did_you_mean

    if unknown := set(profiles) - set(inspection.LIMIT_PROFILES):
        hint = did_you_mean(min(unknown), inspection.LIMIT_PROFILES)
        raise OptionError(f"no profile is called '{min(unknown)}'", hint)


def _prepare_plot(plot: Path, audiobooks: list[Path], *, may_replace: bool) -> "Output":
    """Check that the plot can be written, before minutes are spent on measuring audio.

    Raises:
        OptionError: there are several audiobooks; a plot shows only one.
        OutputError: the plot can't be written.
    """
    from narrator.errors import OptionError
    from narrator.files.outputs import prepare_output
    from narrator.files.ownership import Origin, Output

    if len(audiobooks) > 1:
        raise OptionError("--plot draws one audiobook", "name only one")
    [audiobook] = audiobooks
    output = Output(
        plot, Origin("plot", audiobook.stem, paths=(audiobook,), may_replace=may_replace)
    )
    prepare_output(output)
    return output


def _check_text(path: Path, *, as_json: bool) -> tuple[dict[str, Any], list[str]] | None:
    """Check a script, or a companion of an audiobook.

    Returns:
        The result as a value for JSON, and the problems; None if the file is neither.
    """
    from narrator.cli import reports
    from narrator.readalong import companion_check
    from narrator.scripts import serialisation

    # before scripts, because the name of a timeline ends in .json too
    if companion_check.detect_companion_kind(path):
        report = companion_check.check_companion(path)
        if not as_json:
            reports.print_companion_check(report)
        return report.as_json(), [f"{path}: {problem}" for problem in report.problems]
    # scripts are checked as JSON only: an edited text is checked when it is built
    if path.suffix.lower() != ".json":
        return None
    line_count, skipped_count = serialisation.verify_script_file(path)
    if not as_json:
        reports.print_script_check(path, line_count, skipped_count)
    return {"path": str(path), "lines": line_count, "skipped": skipped_count}, []


def _check_audio(
    path: Path, profiles: list[str], plot: "Output | None", *, as_json: bool
) -> "tuple[InspectionReport, tuple[dict[str, Any], list[str]]]":
    """Measure an audio file, and check it against all limits.

    Returns:
        What was measured; and the result as a value for JSON, with a message for each required
        limit that is missed.
    """
    from narrator import inspection
    from narrator.cli import reports
    from narrator.files.outputs import write_file

    report = inspection.inspect_audiobook(path)
    checks = inspection.check_limits(report)
    if not as_json:
        reports.print_inspection(report, checks, profiles)
    if plot:
        with write_file(plot) as part:
            inspection.plot_report(report, part)
    failures = [
        check.failure_message for check in checks if check.profile in profiles and not check.passed
    ]
    summary = {**report.as_json(), "verdicts": [check.as_json() for check in checks]}
    return report, (summary, failures)
