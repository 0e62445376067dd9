"""Draws an audiobook: the wave, its loudness and its chapters over time, at a glance."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from narrator.files import atomic
from narrator.inspection.measurement import BLOCKS_PER_SECOND
from narrator.inspection.publisher_limits import LIMIT_PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from narrator.inspection.report import ChapterReport, InspectionReport

_COLUMNS = 1_200
"""As many as the picture is wide in pixels, about."""
_MOST_LABELS = 24
"""Chapters whose titles are written; of more, every second or third is."""
_MOST_LINES = 60
"""Chapters that are marked by a line through all; of more, the lines would hide the rest."""
_LEVEL = 8
"""Chapters whose titles have room beside each other; of more, they stand upright."""
_LETTERS, _UPRIGHT = 170, 17
"""Letters that the picture is wide, and that the strip of titles is high."""
_HEADING = 80
"""Letters of the book's title above it."""
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000)
_MOST_TICKS = 12
_WIDE = ("Noto Sans CJK", "Noto Sans JP", "Noto Sans KR", "Noto Sans SC", "Source Han Sans",
         "WenQuanYi", "IPA", "Hiragino", "Microsoft YaHei", "Malgun Gothic", "Yu Gothic",
         "PingFang", "Droid Sans Fallback", "Arial Unicode MS", "Unifont")  # fmt: skip
"""What fonts are called that know the writings of East Asia."""
_SHELF = "#dfe6ee", "#f1f4f8"
_WAVE, _PALE, _LOUD, _CHAPTER, _BAD = "#4c78a8", "#a9c1dc", "#e45756", "#888888", "#d62728"
_WINDOW = 3.0
"""Seconds: loudness is drawn over windows as long as EBU's short-term loudness, at least."""


def draw_report(report: InspectionReport, target: Path) -> None:
    """Draw an audiobook to a PNG file.

    Raises:
        OutputError: the target can't be written.
    """
    fonts = rc_context({"font.family": _fonts()})
    with fonts, warnings.catch_warnings(), atomic.write_atomically(target) as part:
        warnings.simplefilter("ignore")  # a letter that no font here has is drawn as a box
        _drawn(report).savefig(part, format="png", metadata={"Software": None})


def _drawn(report: InspectionReport) -> Figure:
    figure = Figure(figsize=(13, 6), layout="constrained")
    FigureCanvasAgg(figure)
    shelf, wave, loud = figure.subplots(3, 1, sharex=True, height_ratios=[_shelf(report), 3, 2])
    figure.suptitle(_title(report), fontsize=13)
    _draw_wave(wave, report)
    _draw_loudness(loud, report)
    _draw_chapters(shelf, (wave, loud), report)
    loud.set_xlim(0, report.duration)
    loud.xaxis.set_major_locator(MultipleLocator(_tick(report.duration)))
    loud.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _clock(seconds)))
    return figure


def _tick(duration: float) -> float:
    """Seconds between two marks of the clock, round ones."""
    return next((each for each in _TICKS if duration <= each * _MOST_TICKS), _TICKS[-1])


@cache
def _fonts() -> list[str]:
    """Where a letter is taken from, first to last: the usual font, and what is here for others."""
    here = set(font_manager.get_font_names())
    return ["DejaVu Sans", *sorted(name for name in here if name.startswith(_WIDE))]


def _title(report: InspectionReport) -> str:
    name = _short(report.tags.get("title", "").strip() or report.path, _HEADING)
    measured = f"{report.integrated:.1f} LUFS, true peak {report.true_peak:.1f} dB"
    return f"{name}: {_clock(report.duration)}, {measured}"


def _draw_wave(axes: Axes, report: InspectionReport) -> None:
    for of, shade in ((np.max, _PALE), (np.mean, _WAVE)):  # the highest of hours are all alike
        peaks, seconds = _columns(report.measurement.block_peaks, of)
        axes.fill_between(seconds, -peaks, peaks, color=shade, step="mid", linewidth=0)
    axes.set_ylim(-1.05, 1.05)
    axes.set_ylabel("peaks, highest and usual")
    if report.clipped_samples:
        axes.axhline(1, color=_BAD, linewidth=1)
        axes.axhline(-1, color=_BAD, linewidth=1)
    axes.grid(visible=True, axis="y", alpha=0.3)


def _draw_loudness(axes: Axes, report: InspectionReport) -> None:
    blocks = report.measurement.momentary_lufs
    energy, seconds = _columns(10 ** (blocks / 10), np.mean, round(_WINDOW * BLOCKS_PER_SECOND))
    curve = 10 * np.log10(np.maximum(energy, 1e-7))
    axes.plot(seconds, curve, color=_LOUD, linewidth=1)
    whole = f"the whole: {report.integrated:.1f} LUFS"
    axes.axhline(report.integrated, color=_LOUD, linestyle="--", linewidth=1, label=whole)
    low, high = next((limit.minimum, limit.maximum) for limit in LIMIT_PROFILES["audiobook"])
    wanted = f"an audiobook: {low:g} to {high:g}"
    axes.axhspan(low, high, color=_LOUD, alpha=0.12, linewidth=0, label=wanted)
    axes.legend(loc="lower right", fontsize=8, ncols=2, framealpha=0.9)
    axes.set_ylim(min(-45.0, report.integrated - 10), max(-5.0, report.integrated + 5))
    axes.set_ylabel("loudness (LUFS)")
    axes.grid(visible=True, axis="y", alpha=0.3)


def _shelf(report: InspectionReport) -> float:
    """How high the strip is that the titles stand in, as a share: titles stand upright if many."""
    return 0.35 if len(report.chapters) <= _LEVEL else 1.1


def _draw_chapters(shelf: Axes, below: Sequence[Axes], report: InspectionReport) -> None:
    """The chapters' titles on a strip of their own, and where they begin, through all."""
    shelf.set_ylim(0, 1)
    shelf.set_axis_off()
    upright = len(report.chapters) > _LEVEL
    every = -(-len(report.chapters) // _MOST_LABELS)
    for index, chapter in enumerate(report.chapters):
        bad = chapter.silent or not chapter.contiguous
        for axes in below if bad or len(report.chapters) <= _MOST_LINES else ():
            axes.axvline(chapter.start, color=_BAD if bad else _CHAPTER, linewidth=0.8)
        shelf.axvspan(chapter.start, chapter.end, color=_BAD if bad else _SHELF[index % 2])
        if index % every == 0 or bad:
            shelf.annotate(
                _label(chapter, report, upright=upright), (chapter.start, 0 if upright else 0.5),
                xytext=(3, 3), textcoords="offset points", rotation=90 if upright else 0,
                va="bottom" if upright else "center", ha="left",
                fontsize=8, color="black", clip_on=True,
            )  # fmt: skip


def _label(chapter: ChapterReport, report: InspectionReport, *, upright: bool) -> str:
    """As much of a title as its place has room for, and what is wrong with the chapter."""
    flaws = (("silent", chapter.silent), ("apart", not chapter.contiguous))
    told = "".join(f" ({flaw})" for flaw, has in flaws if has)
    title = f"{chapter.title.strip() or '(no title)'}{told}"
    share = (chapter.end - chapter.start) / max(report.duration, 1e-9)
    room = _UPRIGHT if upright else max(int(share * _LETTERS), 3)
    return _short(title, room)


def _short(text: str, room: int) -> str:
    """As much of a text as fits on a row, as it is: to Matplotlib a dollar begins a formula.

    Args:
        text: whatever a book is called.
        room: letters of our alphabet; those of East Asia are twice as wide.
    """
    words, width = " ".join(text.split()), 0
    for at, letter in enumerate(words):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > room:
            words = f"{words[: max(at - 1, 0)]}…"
            break
    return words.replace("$", r"\$")


def _columns(
    values: npt.NDArray[np.float64],
    of: Callable[..., npt.NDArray[np.float64]],
    least: int = 1,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Values put together to about as many as the picture has columns, and their seconds."""
    each = max(-(-len(values) // _COLUMNS), min(least, max(len(values), 1)))
    count = len(values) // each
    together = of(values[: count * each].reshape(count, each), axis=1)
    return together, (np.arange(count) + 0.5) * each / BLOCKS_PER_SECOND


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
