"""Change the pitch of a part of a clip, with Praat.

Neural engines end a question such as "He went to London?" like a statement, because its words are
those of a statement. Here the end is raised above the pitch of the line, by overlap-add.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.engines.voice_shaping import REPEATABLE_COMMAND
from narrator.model import Clip

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_PITCH_FLOOR_HZ, _PITCH_CEILING_HZ = 60.0, 450.0
_PITCH_STEP_SECONDS = 0.01
_SHORTEST_SECONDS = 0.15
"""The shortest clip in which Praat can find a pitch with certainty."""
_RISE_SECONDS = 0.28
"""Length of the rise, up to the last voiced sound: about the last syllable."""
_CLIMB_SHARE = 0.6
"""Share of the rise in which the pitch climbs; then it stays high."""
_MEASURED_SECONDS = 0.15
"""The part of the end whose pitch decides whether the line already rises."""
_RISE_ABOVE_MEDIAN = 6.0
"""Semitones from the median of the line to the end of a question. In inverted questions, Piper's
joe ends 5.3 semitones above it."""
_HIGH_ENOUGH = 3.0
"""Semitones above the median from which an end already rises."""
_FADE_SECONDS = 0.02


def raise_clip_end(clip: Clip) -> Clip:
    """Return a clip of the same length whose pitch rises at the end, as that of a question.

    An end that is already high stays as it is, and so does a clip without a voice.
    """
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype("f8") / 32768
    if len(samples) < _SHORTEST_SECONDS * clip.rate:
        return clip
    raised = _raise_end(samples, clip.rate)
    if raised is None:
        return clip
    pcm = np.rint(np.clip(raised, -1, 1) * 32767).astype("<i2").tobytes()
    return Clip(pcm, clip.rate, clip.words)


def _raise_end(samples: Floats, rate: int) -> Floats | None:
    """Return the samples with the end raised; None if there is nothing to raise."""
    import parselmouth  # noqa: PLC0415 - 73 MB, which most lines don't need
    from parselmouth.praat import call, run  # noqa: PLC0415 - as above

    run(REPEATABLE_COMMAND)
    sound = parselmouth.Sound(samples, rate)
    with warnings.catch_warnings():
        # Praat warns that a sound has no voiced part
        warnings.simplefilter("ignore", parselmouth.PraatWarning)
        manipulation = call(
            sound, "To Manipulation", _PITCH_STEP_SECONDS, _PITCH_FLOOR_HZ, _PITCH_CEILING_HZ
        )
    tier = call(manipulation, "Extract pitch tier")
    times, pitches_hz = _list_points(tier, call)
    if not len(times) or is_rising(times, pitches_hz):
        return None
    start, end = times[-1] - _RISE_SECONDS, times[-1]
    call(tier, "Remove points between", start, end)
    for time, pitch_hz in draw_rise(times, pitches_hz):
        call(tier, "Add point", time, pitch_hz)
    call([tier, manipulation], "Replace pitch tier")
    raised = call(manipulation, "Get resynthesis (overlap-add)").values[0].copy()
    raised.resize(len(samples))
    # what comes before keeps the samples of the engine
    weights = np.clip((np.arange(len(samples)) / rate - start) / _FADE_SECONDS + 1, 0, 1)
    mixed: Floats = samples * (1 - weights) + raised * weights
    return mixed


def _list_points(tier: Any, call: Any) -> tuple[Floats, Floats]:
    """Return the times in seconds and the pitches in hertz of a pitch tier."""
    indices = range(1, call(tier, "Get number of points") + 1)
    times = [call(tier, "Get time from index", index) for index in indices]
    pitches_hz = [call(tier, "Get value at index", index) for index in indices]
    return np.array(times), np.array(pitches_hz)


def is_rising(times: Floats, pitches_hz: Floats) -> bool:
    """Return whether the end of a pitch contour is as high as that of a question.

    Args:
        times: in seconds, ascending, shape (n,), n > 0.
        pitches_hz: the pitch at each time.
    """
    end_hz = np.median(pitches_hz[times >= times[-1] - _MEASURED_SECONDS])
    return bool(12 * np.log2(end_hz / np.median(pitches_hz)) >= _HIGH_ENOUGH)


def draw_rise(times: Floats, pitches_hz: Floats) -> list[tuple[float, float]]:
    """Return the points of the contour of a question's end: it climbs, then stays high.

    The arguments are those of `is_rising`; each point is a time in seconds and a pitch in hertz.
    """
    start, end = float(times[0]), float(times[-1])
    before = pitches_hz[times < end - _RISE_SECONDS]
    base_hz = float(np.median(before if len(before) else pitches_hz))
    first_hz = float(before[-1]) if len(before) else base_hz
    start = max(start, end - _RISE_SECONDS)
    high_hz = base_hz * 2 ** (_RISE_ABOVE_MEDIAN / 12)
    climb_end = start + _CLIMB_SHARE * (end - start)
    return [(start, min(first_hz, high_hz)), (climb_end, high_hz), (end, high_hz)]
