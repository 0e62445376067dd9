"""Draws the loudness of an audiobook over time, as a picture in SVG within a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.inspection.measurement import BLOCKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.inspection.measurement import Blocks

_WIDTH, _HEIGHT, _LEFT = 1000, 200, 80
"""Size of the picture, and of the column at its left that holds the levels."""
_RANGE_LUFS = (-50.0, 0.0)
_MAX_POINTS = 500


def format_loudness_chart(
    momentary_lufs: Blocks, chapter_starts: Sequence[float], marks: Sequence[float]
) -> str:
    """Return a curve of the loudness, with a line per chapter and a dot per line that may be wrong.

    Args:
        momentary_lufs: Ten values per second.
        chapter_starts: In seconds.
        marks: When lines that may be wrong begin, in seconds.
    """
    seconds = max(len(momentary_lufs) / BLOCKS_PER_SECOND, 1e-9)
    points = " ".join(f"{x:.1f},{_place(level):.1f}" for x, level in _reduce(momentary_lufs))
    chapters = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{_HEIGHT}" class="chapter"/>'
        for x in (_locate(start, seconds) for start in chapter_starts)
    )
    dots = "".join(
        f'<circle cx="{_locate(mark, seconds):.1f}" cy="10" r="6" class="mark"/>' for mark in marks
    )
    levels = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{_place(level):.1f}" y2="{_place(level):.1f}"/>'
        f'<text x="6" y="{_place(level) + 5:.1f}">{level} LUFS</text>'
        for level in (-40, -30, -20, -10)
    )
    return (
        f'<svg class="loudness" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-labelledby="curve curve-note"><title id="curve">Loudness over time</title>'
        '<desc id="curve-note">The table below gives the loudness of each chapter.</desc>'
        f'<g class="levels">{levels}</g>{chapters}<polyline points="{points}"/>{dots}</svg>'
    )


def _reduce(momentary_lufs: Blocks) -> list[tuple[float, float]]:
    """Return at most `_MAX_POINTS` points: the place, and the mean loudness around it."""
    if not len(momentary_lufs):
        return []
    parts = np.array_split(momentary_lufs, min(_MAX_POINTS, len(momentary_lufs)))
    step = (_WIDTH - _LEFT) / len(parts)
    return [
        (_LEFT + step * (number + 0.5), 10 * float(np.log10(np.mean(10 ** (part / 10)) + 1e-12)))
        for number, part in enumerate(parts)
    ]


def _locate(seconds: float, total_seconds: float) -> float:
    """Return where a time is drawn, from the left."""
    return _LEFT + (_WIDTH - _LEFT) * seconds / total_seconds


def _place(level_lufs: float) -> float:
    """Return the height at which a loudness is drawn, from the top."""
    lowest, highest = _RANGE_LUFS
    share = (min(max(level_lufs, lowest), highest) - lowest) / (highest - lowest)
    return _HEIGHT * (1 - share)
