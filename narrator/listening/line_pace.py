"""Finds the lines that are heard for much less time than others of their voice would take.

A recogniser guesses the end of a line that was cut off, but not the time that it takes.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from narrator.takes.expected_speech import predict_speech
from narrator.takes.sound_frames import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from narrator.listening.line_check import ExpectedLine

_SHORT_SHARE = 0.7
"""The share of the time that a line should take, below which it is cut short."""
_MIN_SECONDS = 1.0
"""How long the shortest line that is judged should take; the times of words are known to a quarter
of a second."""
_MIN_VOICE_LINES = 8
"""Number of lines from which a voice has a pace of its own."""


def find_hurried_lines(
    lines: Sequence[ExpectedLine],
    times: Sequence[tuple[float, float] | None],
    is_speech: npt.NDArray[np.bool_],
    language: str,
) -> set[str]:
    """Return the numbers of the lines that are heard for much less time than they should take.

    Args:
        lines: The lines.
        times: Between which times, in seconds, each is heard at most; None if that is unknown.
        is_speech: Which hundredths of a second hold sound: shape (frames,).
        language: A BCP 47 tag.
    """
    paces: dict[str, float] = {}
    for line, time in zip(lines, times, strict=True):
        expected = predict_speech(line.spoken, language) if time else None
        if time and expected and expected.seconds >= _MIN_SECONDS:
            first, end = (round(seconds * FRAMES_PER_SECOND) for seconds in time)
            speech_seconds = int(is_speech[first:end].sum()) / FRAMES_PER_SECOND
            paces[line.line_id] = speech_seconds / expected.seconds
    if not paces:
        return set()
    by_voice = defaultdict[str, list[float]](list)
    for line in lines:
        if line.line_id in paces:
            by_voice[line.voice].append(paces[line.line_id])
    usual = {
        voice: median(own if len(own) >= _MIN_VOICE_LINES else paces.values())
        for voice, own in by_voice.items()
    }
    return {
        line.line_id
        for line in lines
        if line.line_id in paces and paces[line.line_id] < _SHORT_SHARE * usual[line.voice]
    }
