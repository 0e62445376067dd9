"""Draws an audiobook: the wave, its loudness and its chapters over time, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from narrator.errors import OutputError
from narrator.inspection.judging import PROFILES
from narrator.inspection.listening import PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from narrator.inspection.inspecting import Finding, Report

_COLUMNS = 1_200
"""As many as the picture is wide in pixels, about."""
_MOST_LABELS = 24
"""Chapters whose titles are written; of more, every second or third is."""
_WAVE, _LOUD, _CHAPTER, _BAD = "#4c78a8", "#e45756", "#888888", "#d62728"
_WINDOW = 3.0
"""Seconds: loudness is drawn over windows as long as EBU's short-term loudness, at least."""


def draw(report: Report, target: Path) -> None:
    """Draw an audiobook to a PNG file.

    Raises:
        OutputError: the target can't be written.
    """
    figure = Figure(figsize=(13, 6), layout="constrained")
    FigureCanvasAgg(figure)
    wave, loud = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    figure.suptitle(_title(report))
    _draw_wave(wave, report)
    _draw_loudness(loud, report)
    _draw_chapters(wave, loud, report)
    loud.set_xlim(0, report.duration)
    loud.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _clock(seconds)))
    try:
        figure.savefig(target, format="png", metadata={"Software": None})
    except OSError as error:
        raise OutputError(
            f"{target} can't be written ({error.strerror})", "choose another file"
        ) from error


def _title(report: Report) -> str:
    name = report.tags.get("title") or report.path
    measured = f"{report.integrated:.1f} LUFS, true peak {report.true_peak:.1f} dB"
    return f"{name}: {_clock(report.duration)}, {measured}"


def _draw_wave(axes: Axes, report: Report) -> None:
    peaks, seconds = _columns(report.heard.peaks, np.max)
    axes.fill_between(seconds, -peaks, peaks, color=_WAVE, step="mid", linewidth=0)
    axes.set_ylim(-1.05, 1.05)
    axes.set_ylabel("wave")
    axes.grid(visible=True, axis="y", alpha=0.3)


def _draw_loudness(axes: Axes, report: Report) -> None:
    blocks = report.heard.momentary
    energy, seconds = _columns(10 ** (blocks / 10), np.mean, round(_WINDOW * PER_SECOND))
    curve = 10 * np.log10(np.maximum(energy, 1e-7))
    axes.plot(seconds, curve, color=_LOUD, linewidth=1)
    axes.axhline(report.integrated, color=_LOUD, linestyle="--", linewidth=1)
    low, high = next((limit.low, limit.high) for limit in PROFILES["audiobook"])
    axes.axhspan(low, high, color=_LOUD, alpha=0.12, linewidth=0)
    axes.set_ylim(min(-45.0, report.integrated - 10), max(-5.0, report.integrated + 5))
    axes.set_ylabel("loudness (LUFS)")
    axes.grid(visible=True, axis="y", alpha=0.3)


def _draw_chapters(wave: Axes, loud: Axes, report: Report) -> None:
    every = -(-len(report.chapters) // _MOST_LABELS)
    for index, chapter in enumerate(report.chapters):
        colour = _BAD if chapter.silent or not chapter.contiguous else _CHAPTER
        for axes in (wave, loud):
            axes.axvline(chapter.start, color=colour, linewidth=0.8)
        if index % every == 0:
            wave.annotate(
                _label(chapter), (chapter.start, 1.0), xytext=(3, -2), textcoords="offset points",
                rotation=90, va="top", ha="left", fontsize=8, color="black",
            )  # fmt: skip


def _label(chapter: Finding) -> str:
    title = chapter.title.strip() or "(no title)"
    short = title if len(title) <= 32 else f"{title[:31]}…"
    return short.replace("$", r"\$")


def _columns(
    values: npt.NDArray[np.float64],
    of: Callable[..., npt.NDArray[np.float64]],
    least: int = 1,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Values put together to about as many as the picture has columns, and their seconds."""
    each = max(-(-len(values) // _COLUMNS), min(least, max(len(values), 1)))
    count = len(values) // each
    together = of(values[: count * each].reshape(count, each), axis=1)
    return together, (np.arange(count) + 0.5) * each / PER_SECOND


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
