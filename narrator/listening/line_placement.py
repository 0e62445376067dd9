"""Finds where the lines of a timeline are heard, even if the audiobook was edited since.

A line begins and ends where silence and sound meet. As long as they meet where the timeline says, a
line is where it should be. After a cut, or an insertion, all following lines are heard earlier, or
later, by the same time, which is found by correlating speech and silence with the timeline.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from narrator.takes.sound_frames import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Integers: TypeAlias = npt.NDArray[np.int64]

_EDGE_FRAMES = 15
"""Number of frames on each side of the beginning and of the end of a line that are looked at."""
_LEAD_FRAMES, _TAIL_FRAMES = 3, 6
"""Frames at the beginning and the end of a line that may be silent: what stitching keeps."""
_MIN_AGREEMENT = 0.8
"""The share of the frames around a line that must be as expected: about 0.97 where a line is in its
place, and 0.5 where another one is."""
_CONTEXT_FRAMES = 20 * FRAMES_PER_SECOND
"""How much of the following lines shows by how much they were shifted."""
_MAX_SHIFT_FRAMES = 120 * FRAMES_PER_SECOND
"""The longest passage that may have been cut out or put in at once."""
_SHIFT_CANDIDATES = 8
_MOST_LINES_BETWEEN = 8
"""Number of lines without a place that are looked for once more between those around them."""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line should be heard, in seconds."""

    start_seconds: float
    end_seconds: float


def place_lines(
    planned: Sequence[LinePlace], is_speech: npt.NDArray[np.bool_]
) -> list[LinePlace | None]:
    """Return where each line is heard; None for one that is not heard where it should be.

    The places are in the order of the lines: others may sound and pause like a line by chance.

    Args:
        planned: When each line is heard according to the timeline, in order.
        is_speech: Which hundredths of a second of the audiobook hold sound: shape (frames,).
    """
    if not planned:
        return []
    places = _Places(planned, is_speech)
    shifts, shift = [], 0
    for index in range(len(planned)):
        if places.measure_agreement(index, shift) < _MIN_AGREEMENT:
            shift = places.find_shift(index, shift)
        is_placed = places.measure_agreement(index, shift) >= _MIN_AGREEMENT
        shifts.append(shift if is_placed else None)
    kept = _select_ordered(
        {
            index: planned[index].start_seconds * FRAMES_PER_SECOND + shift
            for index, shift in enumerate(shifts)
            if shift is not None
        }
    )
    for before, after in pairwise(sorted(kept)):
        found = places.place_between(before, after, shifts)
        for index, shift in found.items():
            shifts[index] = shift
        kept |= found.keys()
    return [
        LinePlace(
            place.start_seconds + shift / FRAMES_PER_SECOND,
            place.end_seconds + shift / FRAMES_PER_SECOND,
        )
        if index in kept and shift is not None
        else None
        for index, (place, shift) in enumerate(zip(planned, shifts, strict=True))
    ]


def _select_ordered(starts: Mapping[int, float]) -> set[int]:
    """Return the keys of the longest increasing subsequence of starts (Fredman 1975)."""
    least_starts: list[float] = []
    last_keys: list[int] = []
    previous_keys: dict[int, int | None] = {}
    for key, start in starts.items():
        length = bisect_left(least_starts, start)
        previous_keys[key] = last_keys[length - 1] if length else None
        least_starts[length : length + 1] = [start]
        last_keys[length : length + 1] = [key]
    kept = set[int]()
    last_key = last_keys[-1] if last_keys else None
    while last_key is not None:
        kept.add(last_key)
        last_key = previous_keys[last_key]
    return kept


class _Places:
    """Compares planned places with speech and silence. All places are in frames."""

    def __init__(self, planned: Sequence[LinePlace], is_speech: npt.NDArray[np.bool_]) -> None:
        self._starts = _to_frames(place.start_seconds for place in planned)
        self._ends = _to_frames(place.end_seconds for place in planned)
        previous_ends = np.concatenate([[self._starts[0] - _EDGE_FRAMES], self._ends[:-1]])
        next_starts = np.concatenate([self._starts[1:], [self._ends[-1] + _EDGE_FRAMES]])
        middles = (self._starts + self._ends) // 2
        # silence, sound, sound and silence: the first and the end of each part, for every line
        self._parts = (
            (np.maximum(self._starts - _EDGE_FRAMES, previous_ends), self._starts, False),
            (
                self._starts + _LEAD_FRAMES,
                np.minimum(self._starts + _LEAD_FRAMES + _EDGE_FRAMES, middles),
                True,
            ),
            (
                np.maximum(self._ends - _TAIL_FRAMES - _EDGE_FRAMES, middles),
                self._ends - _TAIL_FRAMES,
                True,
            ),
            (self._ends, np.minimum(self._ends + _EDGE_FRAMES, next_starts), False),
        )
        self._is_speech = is_speech
        self._speech_counts = np.concatenate([[0], np.cumsum(is_speech)])

    def measure_agreement(self, index: int, shift: int) -> float:
        """Return the share of the frames around the edges of a line that are as expected."""
        right_count = total = 0
        for first, end, is_sound in self._parts:
            length = max(int(end[index] - first[index]), 0)
            speech = self._count_speech(
                int(first[index]) + shift, int(first[index]) + length + shift
            )
            right_count += speech if is_sound else length - speech
            total += length
        return right_count / max(total, 1)

    def _count_speech(self, first: int, end: int) -> int:
        """Return the number of frames with speech; there is none outside of the audiobook."""
        last = len(self._is_speech)
        first, end = (min(max(frame, 0), last) for frame in (first, end))
        return int(self._speech_counts[end] - self._speech_counts[first])

    def place_between(
        self, before: int, after: int, shifts: Sequence[int | None]
    ) -> dict[int, int]:
        """Return the shifts of lines between two whose places are known, as far as they are found.

        Where the audiobook was edited twice within a few lines, those between have a shift of
        their own.
        """
        if after - before - 1 > _MOST_LINES_BETWEEN:
            return {}
        earliest = int(self._ends[before]) + (shifts[before] or 0)
        latest = int(self._starts[after]) + (shifts[after] or 0)
        for first in range(before + 1, after - 1):
            lines = range(first, after)
            fitting = range(
                earliest - int(self._starts[first]), latest - int(self._ends[after - 1]) + 1
            )[:_CONTEXT_FRAMES]
            best = max(fitting, key=lambda shift: self._rate_shift(lines, shift), default=None)
            if best is not None and self._rate_shift(lines, best) >= _MIN_AGREEMENT:
                return {
                    index: best
                    for index in lines
                    if self.measure_agreement(index, best) >= _MIN_AGREEMENT
                }
        return {}

    def find_shift(self, index: int, shift: int) -> int:
        """Return by how many frames the lines from an index on are shifted, as far as known.

        The lines after the first decide, because the first may be damaged.
        """
        after = slice(index + 1, self._find_context_end(index + 1))
        indices = range(len(self._starts))[after] or range(index, index + 1)
        candidates = [shift, *self._correlate(indices, shift)]
        # the shift so far wins unless another one fits better
        best = max(candidates, key=lambda each: (self._rate_shift(indices, each), each == shift))
        return best if self._rate_shift(indices, best) >= _MIN_AGREEMENT else shift

    def _rate_shift(self, indices: Sequence[int], shift: int) -> float:
        """Return the mean agreement of lines at a shift."""
        return sum(self.measure_agreement(index, shift) for index in indices) / len(indices)

    def _find_context_end(self, first: int) -> int:
        """Return the index after the last line of the context that begins with a line."""
        if first >= len(self._starts):
            return first
        last_start = self._starts[first] + _CONTEXT_FRAMES
        return max(int(np.searchsorted(self._starts, last_start)), first + 1)

    def _correlate(self, indices: Sequence[int], shift: int) -> list[int]:
        """Return the shifts at which speech and silence agree best with some lines."""
        first, end = int(self._starts[indices[0]]), int(self._ends[indices[-1]])
        expected = np.full(end - first, -1.0)
        for index in indices:
            expected[self._starts[index] - first : self._ends[index] - first] = 1.0
        searched_first = first + shift - _MAX_SHIFT_FRAMES
        frames = np.arange(searched_first, end + shift + _MAX_SHIFT_FRAMES)
        is_inside = (frames >= 0) & (frames < len(self._is_speech))
        heard = np.full(len(frames), -1.0)
        heard[is_inside] = np.where(self._is_speech[frames[is_inside]], 1.0, -1.0)
        size = len(heard)
        spectrum = np.fft.rfft(heard) * np.conj(np.fft.rfft(expected, size))
        scores = np.fft.irfft(spectrum, size)[: size - len(expected) + 1]
        best = []
        for _ in range(_SHIFT_CANDIDATES):
            place = int(scores.argmax())
            best += [place + step + searched_first - first for step in range(-3, 4)]
            scores[max(place - _EDGE_FRAMES, 0) : place + _EDGE_FRAMES] = -np.inf
        return best


def _to_frames(seconds: Iterable[float]) -> Integers:
    """Return times as numbers of frames."""
    return np.rint(np.fromiter(seconds, np.float64) * FRAMES_PER_SECOND).astype(np.int64)
