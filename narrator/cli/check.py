"""`narrator check`: whether players and publishers will take it; whether a script lost words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from narrator.cli import options as opt


def check(
    audiobook: Annotated[
        list[Path],
        typer.Argument(
            metavar="AUDIOBOOK...",
            help="Audio files, whoever made them; scripts that `narrator script -o` wrote; "
            "read-along EPUBs, pages, podcasts, subtitles, timelines.",
            show_default=False,
        ),
    ],
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="NAME", help="Must hold: acx, podcast or audiobook."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.png", help="Draw wave and loudness.")
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Check chapters, tags, levels, publishers' limits; of a script, that no word is lost."""
    from narrator import inspection
    from narrator.cli import display
    from narrator.errors import CheckFailedError, OptionError
    from narrator.registry import did_you_mean

    wanted = ["file", *(profile or [])]
    if unknown := set(wanted) - set(inspection.LIMIT_PROFILES):
        hint = did_you_mean(min(unknown), inspection.LIMIT_PROFILES)
        raise OptionError(f"no profile is called '{min(unknown)}'", hint)
    if plot:
        _make_room(plot, audiobook)
    checked, failed = [], []
    for path in audiobook:
        found, flaws = _text(path, as_json=as_json) or _sound(path, wanted, plot, as_json=as_json)
        checked.append(found)
        failed += flaws
    if as_json:
        display.print_json(checked[0] if len(checked) == 1 else checked)
    if failed:
        more = f"; {len(failed) - 1} more" if len(failed) > 1 else ""
        raise CheckFailedError(f"{failed[0]}{more}")


def _make_room(plot: Path, audiobooks: list[Path]) -> None:
    """Make sure of a picture before anybody listens for minutes.

    Raises:
        OptionError: it would have to show several audiobooks.
        OutputError: it can't be written.
    """
    from narrator.errors import OptionError
    from narrator.files import atomic

    if len(audiobooks) > 1:
        raise OptionError("--plot draws one audiobook", "name one alone")
    atomic.prepare_output_file(plot)


def _text(path: Path, *, as_json: bool) -> tuple[dict[str, Any], list[str]] | None:
    """What a script, or what accompanies an audiobook, is like, and what is wrong with it."""
    from narrator.cli import reports
    from narrator.readalong import companion_check
    from narrator.scripts import serialisation

    if companion_check.detect_companion_kind(path):
        found = companion_check.check_companion(path)
        if not as_json:
            reports.print_companion_check(found)
        return found.as_json(), [f"{path}: {problem}" for problem in found.problems]
    if path.suffix.lower() != ".json":
        return None
    lines, skipped = serialisation.verify_script_file(path)
    if not as_json:
        reports.print_script_check(path, lines, skipped)
    return {"path": str(path), "lines": lines, "skipped": skipped}, []


def _sound(
    path: Path, wanted: list[str], plot: Path | None, *, as_json: bool
) -> tuple[dict[str, Any], list[str]]:
    """What an audio file is like, and which of the wanted limits it misses."""
    from narrator import inspection
    from narrator.cli import reports

    report = inspection.inspect_audiobook(path)
    verdicts = inspection.check_limits(report)
    if not as_json:
        reports.print_inspection(report, verdicts, wanted)
    if plot:
        inspection.plot_report(report, plot)
    flaws = [v.failure_message for v in verdicts if v.profile in wanted and not v.passed]
    return {**report.as_json(), "verdicts": [v.as_json() for v in verdicts]}, flaws
