"""What an audiobook is like, whoever made it, and whether players and publishers will take it.

`inspect` reads and listens to a file, `judge` holds it against what a publisher asks for, and
`plot` draws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import MissingExtraError
from narrator.inspection.publisher_limits import LIMIT_PROFILES, LimitCheck, check_limits
from narrator.inspection.report import ChapterReport, InspectionReport, inspect_audiobook
from narrator.registry import DISTRIBUTION_NAME

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
    """Draw an audiobook's wave, loudness and chapters to a PNG file.

    Raises:
        MissingExtraError: what draws is not installed.
        OutputError: the target can't be written.
    """
    try:
        from narrator.inspection.plot import draw_report  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"drawing needs the package {error.name}, which is not installed",
            f"pip install '{DISTRIBUTION_NAME}[plot]'",
        ) from error
    draw_report(report, target)
