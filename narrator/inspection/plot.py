"""Draws the waveform, the loudness and the chapters of an audiobook over time."""

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

from narrator.files.os_errors import convert_os_errors
from narrator.inspection.measurement import BLOCKS_PER_SECOND
from narrator.inspection.publisher_limits import LIMIT_PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from narrator.inspection.report import ChapterReport, InspectionReport

_PLOT_POINTS = 1_200
"""The number of points of a curve: about the width of the picture in pixels."""
_MAX_TITLES = 24
"""The largest number of titles that are drawn; of more chapters, only every second, third or
later one gets a title."""
_MAX_CHAPTER_LINES = 60
"""The largest number of chapters whose starts are marked by lines; more would hide the curves."""
_MAX_HORIZONTAL_TITLES = 8
"""The largest number of chapters with horizontal titles; if there are more, all are vertical."""
_PICTURE_LETTERS = 170
"""The width of the picture, in letters of a title."""
_VERTICAL_TITLE_LETTERS = 17
"""The length of a vertical title in letters."""
_MIN_TITLE_LETTERS = 3
"""The number of letters of a title that are drawn even if its chapter has less room."""
_BOOK_TITLE_LETTERS = 80
"""The maximum length of the book's title above the plot, in letters."""
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000)
"""Possible distances between ticks of the time axis, all of them round times."""
_MAX_TICKS = 12
_EAST_ASIAN_FONTS = ("Noto Sans CJK", "Noto Sans JP", "Noto Sans KR", "Noto Sans SC",
                     "Source Han Sans", "WenQuanYi", "IPA", "Hiragino", "Microsoft YaHei",
                     "Malgun Gothic", "Yu Gothic", "PingFang", "Droid Sans Fallback",
                     "Arial Unicode MS", "Unifont")  # fmt: skip
"""Prefixes of the names of fonts that contain East Asian scripts."""
_CHAPTER_COLOURS = "#dfe6ee", "#f1f4f8"
"""The background colours of odd and even chapters."""
_MEAN_PEAK_COLOUR, _MAX_PEAK_COLOUR, _LOUDNESS_COLOUR = "#4c78a8", "#a9c1dc", "#e45756"
_CHAPTER_LINE_COLOUR, _PROBLEM_COLOUR = "#888888", "#d62728"
_SHORT_TERM_SECONDS = 3.0
"""The shortest time that a point of the loudness curve covers: the window of the short-term
loudness of EBU R 128."""
_MIN_ENERGY = 1e-7
"""The lowest energy in the loudness curve: -70 LUFS, the absolute gate of EBU R 128."""


def draw_report(report: InspectionReport, target: Path) -> None:
    """Draw an audiobook to a PNG file.

    Raises:
        OutputError: the target can't be written.
    """
    fonts = rc_context({"font.family": _list_fonts()})
    with fonts, warnings.catch_warnings(), convert_os_errors(target):
        warnings.simplefilter("ignore")  # a character that no font has is drawn as a box
        # Matplotlib's version is left out, so the same report always gives the same bytes.
        _draw_figure(report).savefig(target, format="png", metadata={"Software": None})


def _draw_figure(report: InspectionReport) -> Figure:
    """Return the figure: chapter titles, the waveform and the loudness, one below the other."""
    figure = Figure(figsize=(13, 6), layout="constrained")
    FigureCanvasAgg(figure)
    title_axes, wave_axes, loudness_axes = figure.subplots(
        3, 1, sharex=True, height_ratios=[_choose_title_height(report), 3, 2]
    )
    figure.suptitle(_format_heading(report), fontsize=13)
    _draw_waveform(wave_axes, report)
    _draw_loudness(loudness_axes, report)
    _draw_chapters(title_axes, (wave_axes, loudness_axes), report)
    loudness_axes.set_xlim(0, report.duration)
    time_axis = loudness_axes.xaxis
    time_axis.set_major_locator(MultipleLocator(_choose_tick_seconds(report.duration)))
    time_axis.set_major_formatter(FuncFormatter(lambda seconds, _: _format_time(seconds)))
    return figure


def _choose_tick_seconds(duration: float) -> float:
    """Return the smallest round distance between ticks that gives at most `_MAX_TICKS` ticks."""
    return next(
        (seconds for seconds in _TICK_SECONDS if duration <= seconds * _MAX_TICKS),
        _TICK_SECONDS[-1],
    )


@cache
def _list_fonts() -> list[str]:
    """Return the fonts that may have a character: the default, then the East Asian ones."""
    installed_fonts = set(font_manager.get_font_names())
    east_asian_fonts = sorted(
        name for name in installed_fonts if name.startswith(_EAST_ASIAN_FONTS)
    )
    return ["DejaVu Sans", *east_asian_fonts]


def _format_heading(report: InspectionReport) -> str:
    """Return the text above the plot: the title of the book, its length and its levels."""
    title = report.tags.get("title", "").strip() or report.path
    level_text = f"{report.integrated:.1f} LUFS, true peak {report.true_peak:.1f} dB"
    return f"{_fit_text(title, _BOOK_TITLE_LETTERS)}: {_format_time(report.duration)}, {level_text}"


def _draw_waveform(axes: Axes, report: InspectionReport) -> None:
    """Draw the highest and the mean peaks, and a line at full scale if samples are clipped."""
    # In a long book the highest peaks look the same everywhere; the mean peaks show more.
    for combine, colour in ((np.max, _MAX_PEAK_COLOUR), (np.mean, _MEAN_PEAK_COLOUR)):
        peaks, seconds = _reduce_blocks(report.measurement.block_peaks, combine)
        axes.fill_between(seconds, -peaks, peaks, color=colour, step="mid", linewidth=0)
    axes.set_ylim(-1.05, 1.05)
    axes.set_ylabel("peaks, highest and usual")
    if report.clipped_samples:
        axes.axhline(1, color=_PROBLEM_COLOUR, linewidth=1)
        axes.axhline(-1, color=_PROBLEM_COLOUR, linewidth=1)
    axes.grid(visible=True, axis="y", alpha=0.3)


def _draw_loudness(axes: Axes, report: InspectionReport) -> None:
    """Draw the loudness over time, the integrated loudness, and the range of `audiobook`."""
    # Loudness is a logarithm, so blocks are averaged as energies and converted back.
    energies, seconds = _reduce_blocks(
        10 ** (report.measurement.momentary_lufs / 10),
        np.mean,
        round(_SHORT_TERM_SECONDS * BLOCKS_PER_SECOND),
    )
    curve_lufs = 10 * np.log10(np.maximum(energies, _MIN_ENERGY))
    axes.plot(seconds, curve_lufs, color=_LOUDNESS_COLOUR, linewidth=1)
    axes.axhline(
        report.integrated, color=_LOUDNESS_COLOUR, linestyle="--", linewidth=1,
        label=f"the whole: {report.integrated:.1f} LUFS",
    )  # fmt: skip
    loudness_limit = LIMIT_PROFILES["audiobook"][0]
    low, high = loudness_limit.minimum, loudness_limit.maximum
    range_label = f"an audiobook: {low:g} to {high:g}"
    axes.axhspan(low, high, color=_LOUDNESS_COLOUR, alpha=0.12, linewidth=0, label=range_label)
    axes.legend(loc="lower right", fontsize=8, ncols=2, framealpha=0.9)
    axes.set_ylim(min(-45.0, report.integrated - 10), max(-5.0, report.integrated + 5))
    axes.set_ylabel("loudness (LUFS)")
    axes.grid(visible=True, axis="y", alpha=0.3)


def _choose_title_height(report: InspectionReport) -> float:
    """Return the height of the strip of titles; the waveform has 3 and the loudness 2."""
    return 0.35 if len(report.chapters) <= _MAX_HORIZONTAL_TITLES else 1.1


def _draw_chapters(title_axes: Axes, curve_axes: Sequence[Axes], report: InspectionReport) -> None:
    """Draw the chapter titles above the curves, and a line through them where a chapter begins."""
    title_axes.set_ylim(0, 1)
    title_axes.set_axis_off()
    chapter_count = len(report.chapters)
    is_vertical = chapter_count > _MAX_HORIZONTAL_TITLES
    title_step = -(-chapter_count // _MAX_TITLES)  # rounded up
    for index, chapter in enumerate(report.chapters):
        has_problem = chapter.silent or not chapter.contiguous
        if has_problem or chapter_count <= _MAX_CHAPTER_LINES:
            line_colour = _PROBLEM_COLOUR if has_problem else _CHAPTER_LINE_COLOUR
            for axes in curve_axes:
                axes.axvline(chapter.start, color=line_colour, linewidth=0.8)
        background = _PROBLEM_COLOUR if has_problem else _CHAPTER_COLOURS[index % 2]
        title_axes.axvspan(chapter.start, chapter.end, color=background)
        if index % title_step == 0 or has_problem:
            title_axes.annotate(
                _format_chapter_title(chapter, report, is_vertical=is_vertical),
                (chapter.start, 0 if is_vertical else 0.5),
                xytext=(3, 3), textcoords="offset points", rotation=90 if is_vertical else 0,
                va="bottom" if is_vertical else "center", ha="left",
                fontsize=8, color="black", clip_on=True,
            )  # fmt: skip


def _format_chapter_title(
    chapter: ChapterReport, report: InspectionReport, *, is_vertical: bool
) -> str:
    """Return the title of a chapter, followed by its problems, cut to the room that it has."""
    problems = (("silent", chapter.silent), ("apart", not chapter.contiguous))
    problem_text = "".join(f" ({problem})" for problem, is_present in problems if is_present)
    title = f"{chapter.title.strip() or '(no title)'}{problem_text}"
    width_share = (chapter.end - chapter.start) / max(report.duration, 1e-9)
    horizontal_letters = max(int(width_share * _PICTURE_LETTERS), _MIN_TITLE_LETTERS)
    return _fit_text(title, _VERTICAL_TITLE_LETTERS if is_vertical else horizontal_letters)


def _fit_text(text: str, max_letters: int) -> str:
    """Cut a text to one row, and escape its dollar signs.

    Args:
        text: any text; Matplotlib would read a dollar sign as the start of a formula.
        max_letters: the width of the row in Latin letters; an East Asian character takes two.
    """
    row_text, letter_count = " ".join(text.split()), 0
    for index, letter in enumerate(row_text):
        letter_count += 2 if east_asian_width(letter) in "WF" else 1
        if letter_count > max_letters:
            # The ellipsis takes the place of the last letter that fits.
            row_text = f"{row_text[: max(index - 1, 0)]}…"
            break
    return row_text.replace("$", r"\$")


def _reduce_blocks(
    values: npt.NDArray[np.float64],
    combine: Callable[..., npt.NDArray[np.float64]],
    min_blocks: int = 1,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Combine values of blocks into the points of a curve, about one per pixel.

    Args:
        values: one value per block.
        combine: a function such as `np.mean`, which takes an axis.
        min_blocks: the least number of blocks per point.

    Returns:
        The value of each point, and its time in seconds. Blocks at the end that do not fill a
        point are left out.
    """
    blocks_for_width = -(-len(values) // _PLOT_POINTS)  # rounded up
    point_blocks = max(blocks_for_width, min(min_blocks, max(len(values), 1)))
    point_count = len(values) // point_blocks
    # One row per point, one column per block in it.
    rows = values[: point_count * point_blocks].reshape(point_count, point_blocks)
    seconds = (np.arange(point_count) + 0.5) * point_blocks / BLOCKS_PER_SECOND
    return combine(rows, axis=1), seconds


def _format_time(seconds: float) -> str:
    """Return minutes and seconds, and hours if there are any: "1:02:03"."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
