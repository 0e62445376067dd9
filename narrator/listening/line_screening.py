"""Chooses which stretches of an audiobook must be listened to: those whose sound does not fit.

A recogniser takes minutes for each hour, and almost every line is good. So each line that has a
place in a timeline is first judged by its sound alone, against the other lines of its voice, or of
all voices if its own has few. The
limits are low: a good line that is listened to costs a second, a bad one that is not is missed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from narrator.listening.audio_windows import SAMPLE_RATE, WINDOW_SECONDS
from narrator.listening.line_placement import LinePlace, place_lines
from narrator.takes.expected_speech import list_sounds, predict_speech
from narrator.takes.flaws import rate_duration, rate_misfit
from narrator.takes.sound_alignment import learn_voice_sounds, measure_fit
from narrator.takes.sound_frames import FRAMES_PER_SECOND, join_frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.listening.line_check import ExpectedLine
    from narrator.listening.sound_scan import SoundScan
    from narrator.takes.flaws import ClassMeans

_MAX_PACE_SPREADS, _MAX_MISFIT_SPREADS = 3.5, 3.5
"""How far a line may be from the median of its voice, as a multiple of the median of all such
distances. Of 381 good lines of four audiobooks by two engines, 4 % are farther; of 244 of 18 sounds
or more that were replaced by others of about the same length, 98 %."""
_SHORT_SHARE, _EDGE_FRAMES = 0.75, 3
"""The share of its planned time below which a line is cut short, and how many frames near its
neighbours are theirs."""
_QUIET_FRAMES = 15
"""How many frames at its edges a line may lack, because they are quiet or near its neighbours: half
of a line that is one short word."""
_LEAST_SPREAD = 0.15
"""The least median distance, as a share of that at which a clip counts as flawed."""
_MIN_GAP_SPEECH_SECONDS = 0.15
"""How much sound between two lines is listened to."""
_MIN_VOICE_LINES = 8
"""Number of lines from which a voice is compared with itself, and not with all voices."""
_LEARNING_SECONDS = 60.0
"""How much of its speech shows how a voice makes each class of sounds."""
_MAX_LISTENED_SHARE = 0.5
"""The share of the audiobook from which all of it is listened to instead."""


@dataclass(frozen=True, slots=True)
class ListeningRegion:
    """A stretch of an audiobook that is listened to, with whole lines."""

    first: int
    """The index of the first line that should be heard in it."""
    end: int
    """The index after the last line."""
    start_seconds: float
    end_seconds: float
    doubtful: frozenset[int] = frozenset()
    """The indices of the lines that may be wrong; the others only surround them."""
    short: frozenset[int] = frozenset()
    """The indices of those that are heard for much less time than the timeline says."""


@dataclass(frozen=True, slots=True)
class _LineSound:
    """What was measured in the place of a line."""

    log_pace: float
    """Natural logarithm of the duration of the speech as a multiple of that of the text."""
    expected_seconds: float
    misfit: float
    sound_count: int


def choose_regions(
    lines: Sequence[ExpectedLine], planned: Sequence[LinePlace], scan: SoundScan, language: str
) -> list[ListeningRegion] | None:
    """Return the stretches to listen to; None if that would be most of the audiobook.

    Args:
        lines: The lines in listening order.
        planned: When each line is heard, according to the timeline.
        scan: The scan of the audiobook.
        language: A BCP 47 tag.
    """
    places = place_lines(planned, scan.is_speech)
    short = _find_short(planned, places, scan)
    doubtful = _find_doubtful(lines, places, scan, language) | short
    regions = [
        replace(
            region,
            doubtful=frozenset(doubtful.intersection(range(region.first, region.end))),
            short=frozenset(short.intersection(range(region.first, region.end))),
        )
        for region in _join_regions(doubtful, places, scan)
    ]
    listened_seconds = sum(region.end_seconds - region.start_seconds for region in regions)
    return None if listened_seconds > _MAX_LISTENED_SHARE * scan.seconds else regions


def find_short_lines(planned: Sequence[LinePlace], scan: SoundScan) -> set[int]:
    """Return the indices of the lines that are heard for much less time than planned.

    Args:
        planned: When each line is heard, according to the timeline.
        scan: The scan of the audiobook.
    """
    return _find_short(planned, place_lines(planned, scan.is_speech), scan)


def _find_doubtful(
    lines: Sequence[ExpectedLine],
    places: Sequence[LinePlace | None],
    scan: SoundScan,
    language: str,
) -> set[int]:
    """Return the indices of the lines that may be wrong."""
    placed_lines = {
        index: (line, place)
        for index, (line, place) in enumerate(zip(lines, places, strict=True))
        if place
    }
    doubtful = {index for index, place in enumerate(places) if place is None}
    doubtful |= _find_unusual(placed_lines, scan, language)
    doubtful |= _find_gaps_with_speech(places, scan)
    return doubtful


def _find_short(
    planned: Sequence[LinePlace], places: Sequence[LinePlace | None], scan: SoundScan
) -> set[int]:
    """Return the indices of the lines that are heard for much less time than planned.

    Where a line is heard is known from its neighbours, because it may not be found itself.
    """
    short = set()
    for index, (before, after) in enumerate(zip(places, places[2:], strict=False), 1):
        # a short line seems to end within the next one
        if before is None or after is None or index - 1 in short:
            continue
        first, end = (
            round(seconds * FRAMES_PER_SECOND)
            for seconds in (before.end_seconds, after.start_seconds)
        )
        # a line that was found in a wrong place tells nothing
        if end < first:
            continue
        # the last frames of the line before, and the first ones of the line after, may reach in
        speech = np.flatnonzero(scan.is_speech[first + _EDGE_FRAMES : max(end - _EDGE_FRAMES, 0)])
        heard_frames = 1 + int(speech[-1] - speech[0]) if len(speech) else 0
        planned_seconds = planned[index].end_seconds - planned[index].start_seconds
        least_frames = _SHORT_SHARE * planned_seconds * FRAMES_PER_SECOND
        if heard_frames + _QUIET_FRAMES < least_frames:
            short.add(index)
    return short


def _find_unusual(
    placed_lines: Mapping[int, tuple[ExpectedLine, LinePlace]], scan: SoundScan, language: str
) -> set[int]:
    """Return the indices of the lines that do not sound like their text.

    A voice with many lines is compared with itself, any other one with all voices.
    """
    by_voice: defaultdict[str, dict[int, tuple[ExpectedLine, LinePlace]]] = defaultdict(dict)
    for index, (line, place) in placed_lines.items():
        by_voice[line.voice][index] = line, place
    groups = [_measure_lines(own_lines, scan, language) for own_lines in by_voice.values()]
    all_sounds = {index: sound for group in groups for index, sound in group.items()}
    unusual = _select_unusual(all_sounds)
    for group in groups:
        if len(group) >= _MIN_VOICE_LINES:
            unusual = unusual.difference(group) | _select_unusual(group)
    return unusual


def _measure_lines(
    placed_lines: Mapping[int, tuple[ExpectedLine, LinePlace]], scan: SoundScan, language: str
) -> dict[int, _LineSound]:
    """Return what is measured in the lines of one voice, by their indices.

    The voice is learnt from these lines. Most say their text, so damaged ones hardly matter.
    """
    class_means = _learn_voice(list(placed_lines.values()), scan, language)
    if class_means is None:
        return {}
    sounds = {
        index: _measure_line(line, place, scan, language, class_means)
        for index, (line, place) in placed_lines.items()
    }
    return {index: sound for index, sound in sounds.items() if sound}


def _select_unusual(sounds: Mapping[int, _LineSound]) -> set[int]:
    """Return the indices of the sounds that are unlike the others."""
    if not sounds:
        return set()
    norm = _find_norm(list(sounds.values()))
    return {index for index, sound in sounds.items() if _is_unusual(sound, norm)}


def _learn_voice(
    placed_lines: Sequence[tuple[ExpectedLine, LinePlace]], scan: SoundScan, language: str
) -> ClassMeans | None:
    """Return how a voice makes the classes of sounds, from its first lines; None if unknown."""
    frame_slices, sounds, seconds = list[slice](), list[int](), 0.0
    for line, place in placed_lines:
        if seconds < _LEARNING_SECONDS:
            frame_slices.append(_find_frames(place))
            sounds += list_sounds(line.spoken, language)
            seconds += place.end_seconds - place.start_seconds
    frames = join_frames([scan.frames.cut(each.start, each.stop) for each in frame_slices])
    voice_sounds = learn_voice_sounds(frames, SAMPLE_RATE, sounds)
    return voice_sounds.class_means if voice_sounds else None


def _find_frames(place: LinePlace) -> slice:
    """Return the frames of a scan in which a line is heard."""
    return slice(
        round(place.start_seconds * FRAMES_PER_SECOND),
        round(place.end_seconds * FRAMES_PER_SECOND) + 1,
    )


def _measure_line(
    line: ExpectedLine,
    place: LinePlace,
    scan: SoundScan,
    language: str,
    class_means: ClassMeans,
) -> _LineSound | None:
    """Return what is measured in the place of a line; None if nothing is known of its text."""
    frames = _find_frames(place)
    sound = scan.frames.cut(frames.start, frames.stop)
    expected, sounds = predict_speech(line.spoken, language), list_sounds(line.spoken, language)
    if expected is None:
        return None
    misfit = measure_fit(sound, SAMPLE_RATE, sounds, class_means).misfit
    speech_seconds = max(int(sound.is_speech.sum()), 1) / FRAMES_PER_SECOND
    log_pace = math.log(speech_seconds / expected.seconds)
    return _LineSound(log_pace, expected.seconds, misfit, len(sounds))


@dataclass(frozen=True, slots=True)
class _LineNorm:
    """How lines usually are: medians."""

    log_pace: float
    misfit: float
    pace_severity: float
    misfit_severity: float


def _find_norm(sounds: Sequence[_LineSound]) -> _LineNorm:
    """Return what is usual for lines: of one voice, or of all."""
    log_pace, misfit = median(s.log_pace for s in sounds), median(s.misfit for s in sounds)
    ratings = [_rate_sound(sound, log_pace, misfit) for sound in sounds]
    pace_severity, misfit_severity = (
        median(map(abs, values)) for values in zip(*ratings, strict=True)
    )
    return _LineNorm(log_pace, misfit, pace_severity, misfit_severity)


def _rate_sound(sound: _LineSound, log_pace: float, misfit: float) -> tuple[float, float]:
    """Return how far the pace and the misfit of a line are from those of its voice."""
    return (
        rate_duration(sound.log_pace - log_pace, sound.expected_seconds),
        rate_misfit(sound.misfit - misfit, sound.sound_count),
    )


def _is_unusual(sound: _LineSound, norm: _LineNorm) -> bool:
    """Return whether the sound of a line is unlike that of the other lines of its voice."""
    pace_severity, misfit_severity = _rate_sound(sound, norm.log_pace, norm.misfit)
    return pace_severity > _MAX_PACE_SPREADS * max(
        norm.pace_severity, _LEAST_SPREAD
    ) or misfit_severity > _MAX_MISFIT_SPREADS * max(norm.misfit_severity, _LEAST_SPREAD)


def _find_gaps_with_speech(places: Sequence[LinePlace | None], scan: SoundScan) -> set[int]:
    """Return the indices of the lines around pauses in which something is heard."""
    doubtful = set()
    for index, (before, after) in enumerate(pairwise(places)):
        if before and after and _has_speech(scan, before.end_seconds, after.start_seconds):
            doubtful |= {index, index + 1}
    if places and places[0] and _has_speech(scan, 0.0, places[0].start_seconds):
        doubtful.add(0)
    if places and (last := places[-1]) and _has_speech(scan, last.end_seconds, scan.seconds):
        doubtful.add(len(places) - 1)
    return doubtful


def _has_speech(scan: SoundScan, start_seconds: float, end_seconds: float) -> bool:
    """Return whether something is heard in a pause, or whether lines overlap."""
    if end_seconds < start_seconds - 1 / FRAMES_PER_SECOND:
        return True
    first, end = (round(seconds * FRAMES_PER_SECOND) for seconds in (start_seconds, end_seconds))
    speech_frames = int(scan.is_speech[first:end].sum())
    return speech_frames > _MIN_GAP_SPEECH_SECONDS * FRAMES_PER_SECOND


def _join_regions(
    doubtful: set[int], places: Sequence[LinePlace | None], scan: SoundScan
) -> Iterator[ListeningRegion]:
    """Yield the stretches with the doubtful lines, each with a good line before and after it."""
    count = len(places)
    index = 0
    while index < count:
        if index not in doubtful:
            index += 1
            continue
        first = index
        end = index + 1
        # neighbours that are doubtful, or that would be listened to for the next one anyway
        while end < count and (end in doubtful or end + 1 in doubtful):
            end += 1
        yield from _split_region(max(first - 1, 0), min(end + 1, count), places, scan)
        index = end + 1


def _split_region(
    first: int, end: int, places: Sequence[LinePlace | None], scan: SoundScan
) -> Iterator[ListeningRegion]:
    """Yield a stretch in windows that the recogniser hears at once, cut between good lines."""
    start_seconds = _find_boundary(first, places, scan)
    window_first = first
    for index in range(first + 1, end):
        boundary = _find_boundary(index, places, scan)
        next_boundary = _find_boundary(index + 1, places, scan)
        is_too_long = (next_boundary or 0.0) - (start_seconds or 0.0) > WINDOW_SECONDS[1]
        if boundary is not None and start_seconds is not None and is_too_long:
            yield ListeningRegion(window_first, index, start_seconds, boundary)
            window_first, start_seconds = index, boundary
    end_seconds = _find_boundary(end, places, scan)
    yield ListeningRegion(
        window_first,
        end,
        0.0 if start_seconds is None else start_seconds,
        scan.seconds if end_seconds is None else end_seconds,
    )


def _find_boundary(index: int, places: Sequence[LinePlace | None], scan: SoundScan) -> float | None:
    """Return the middle of the pause before a line; None if it is not known to be a pause."""
    if index == 0:
        return 0.0
    if index == len(places):
        return scan.seconds
    before, after = places[index - 1], places[index]
    if before is None or after is None:
        return None
    if _has_speech(scan, before.end_seconds, after.start_seconds):
        return None
    return (before.end_seconds + after.start_seconds) / 2
