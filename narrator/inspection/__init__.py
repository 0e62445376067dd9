"""Inspects finished audiobooks, including those that other programs made.

`inspect_audiobook` reads and measures a file, `check_limits` compares the result with what players
and publishers require, and `plot_report` draws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import MissingExtraError
from narrator.inspection.publisher_limits import LIMIT_PROFILES, LimitCheck, check_limits
from narrator.inspection.report import ChapterReport, InspectionReport, inspect_audiobook
from narrator.installation import format_setup_hint

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "LIMIT_PROFILES",
    "ChapterReport",
    "InspectionReport",
    "LimitCheck",
    "check_limits",
    "inspect_audiobook",
    "plot_report",
]


def plot_report(report: InspectionReport, target: Path) -> None:
    """Draw the waveform, the loudness and the chapters of an audiobook to a PNG file.

    Raises:
        MissingExtraError: Matplotlib is not installed.
        OutputError: the target can't be written.
    """
    try:
        from narrator.inspection.plot import draw_report  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "drawing a plot needs matplotlib, which is not installed",
            format_setup_hint("plot"),
        ) from error
    draw_report(report, target)
