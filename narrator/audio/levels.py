"""Voices as loud as each other, and no louder than a player can bear.

Speech from one voice hardly changes in loudness (0.04 LU between ten-minute pieces), so a voice is
measured once, on one reference text, and gets one gain; a limiter keeps the peaks that this raises
too far. Nothing looks at the book twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.audio import loudness
from narrator.errors import OptionError
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    from narrator.audio.loudness import Samples
    from narrator.model import Clip

LEVELLING_TEXT = (
    "At the corner, where the old bakery used to stand, a boy was selling the evening papers; they "
    "followed him down a flight of seventeen steps, and knocked twice upon a heavy wooden door. "
    "“It is only the wind, my dear, for it comes in at every window of this house, and has done so "
    "for as long as I can remember. You will get used to it!” They were given the little room "
    "under the roof, with a bed, a chair and a table, and a view over the valley, which neither of "
    "them had thought that he would ever see again. Her brother, who had listened to every word of "
    "this with his hands in his pockets, only remarked that the post would be late again, as the "
    "bridge was under water. “I am sure that you mean well,” he answered, “but a promise is a "
    "promise, and I should be ashamed to look my own children in the face if I broke it for the "
    "sake of a few shillings.”"
)
"""What every voice is measured on: three quarters of a minute, told and talked.

Its sentences are as long as those of novels. Neural voices begin a sentence two decibels louder
than they end a long one: measured on short sentences, they were 0.6 LU too soft in a chapter beside
voices of espeak-ng. On this text, five of espeak-ng and two of Piper lie 0.1 to 0.3 LU below what
they come to in three books."""


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """How loud an audiobook is to be."""

    lufs: float | None
    """The integrated loudness of speech; none leaves voices as their engines make them."""
    peak_db: float = -1.0
    """The highest true peak, in decibels under full scale."""
    room_noise_db: float | None = None
    """Decibels of a room's own noise under the speech; none leaves silence silent."""


LOUDNESS_PROFILES: dict[str, LoudnessTarget] = {
    # AES TD1008: speech at -18 LUFS; small files for a player in a pocket
    "audiobook": LoudnessTarget(-19.0, -2.0),
    # Apple: -16 LKFS within 1 dB, true peak at most -1 dB, to which Opus at 24 kb/s may add one
    "podcast": LoudnessTarget(-16.0, -2.0),
    # ACX: RMS from -23 to -18 dB, peak at most -3 dB, noise floor at most -60 dB, room tone
    "acx": LoudnessTarget(-19.5, -3.5, -75.0),
    "off": LoudnessTarget(None, -0.5),
}

_QUIETEST, _LOUDEST = -40.0, -8.0
_MOST_GAIN = 40.0
_AUDIBLE = 0.02
"""Decibels: a level that is so near is met, whatever the ear."""


def resolve_loudness(choice: str) -> LoudnessTarget:
    """The loudness that a user names: a profile, or a number of LUFS.

    Raises:
        OptionError: it is neither, or no sensible number.
    """
    if choice in LOUDNESS_PROFILES:
        return LOUDNESS_PROFILES[choice]
    try:
        lufs = float(choice)
    except ValueError as error:
        raise OptionError(
            f"no loudness is called '{choice}'",
            f"{did_you_mean(choice, LOUDNESS_PROFILES)}, or a number of LUFS",
        ) from error
    if not _QUIETEST <= lufs <= _LOUDEST:
        raise OptionError(
            f"{choice} LUFS is no loudness for speech",
            f"choose from {_QUIETEST:g} (faint) to {_LOUDEST:g} (a shout)",
        )
    return LoudnessTarget(lufs)


def compute_gain(reference_clip: Clip, target: LoudnessTarget, volume_db: float = 0.0) -> float:
    """Decibels that bring a voice to the loudness wanted, in hundredths.

    `reference` is the voice speaking `REFERENCE`; `volume` is by how many decibels the voice shall
    stand out. The limiter takes a little loudness away, so it is in the measurement.
    """
    if target.lufs is None:
        return round(volume_db, 2)
    sound = pcm_to_samples(reference_clip.pcm)
    target_lufs = target.lufs + volume_db
    found = target_lufs - loudness.measure_loudness(sound, reference_clip.rate)
    if not -_MOST_GAIN <= found <= _MOST_GAIN:
        return round(volume_db, 2)
    for _ in range(3):
        heard = limit_peaks(
            sound * np.float32(loudness.decibels_to_amplitude(found)),
            reference_clip.rate,
            target.peak_db,
        )
        missed = target_lufs - loudness.measure_loudness(heard, reference_clip.rate)
        found += missed
        if abs(missed) < _AUDIBLE:
            break
    return round(min(found, _MOST_GAIN), 2)


def pcm_to_samples(pcm: bytes) -> Samples:
    """16-bit samples as numbers from -1 to 1."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def samples_to_pcm(samples: Samples) -> bytes:
    """Numbers from -1 to 1 as 16-bit samples, rounded; what lies outside is cut off."""
    scaled = samples * np.float32(32768)
    np.rint(scaled, out=scaled)
    np.maximum(scaled, -32768, out=scaled)
    np.minimum(scaled, 32767, out=scaled)
    return scaled.astype("<i2").tobytes()


# ---------------------------------------------------------------------------------- the limiter

_STEP = 0.001
"""Seconds: the limiter looks at the highest peak of every millisecond."""
_LOOK = 12
"""Steps that it looks ahead, and takes to let go."""
_MARGIN = 0.5
"""Decibels that a codec may add to a peak."""
_NEAR = 0.6
"""How near the ceiling samples must be for the curve between them to be looked at."""
_UNTOUCHED = np.float32(1 - 1e-6)
"""A gain that no 16-bit sample shows."""


def limit_peaks(samples: Samples, rate: int, peak_db: float) -> Samples:
    """Sound whose true peaks stay under `peak` decibels, turned down smoothly around each.

    The gain is the lowest that any peak within 12 ms asks for, smoothed by a window of the same
    width, so it has fallen far enough when the peak comes. What needs no limiting is returned as it
    is, and only what lies near a peak is calculated.
    """
    ceiling = np.float32(loudness.decibels_to_amplitude(peak_db - _MARGIN))
    if not len(samples) or max(samples.max(), -samples.min()) <= ceiling * _NEAR:
        return samples
    near = np.flatnonzero(np.abs(samples) > ceiling * _NEAR)
    heights = loudness.measure_true_peaks(samples, near)
    if heights.max() <= ceiling:
        return samples
    step = max(round(rate * _STEP), 1)
    peaks = np.zeros(-(-len(samples) // step), np.float32)
    np.maximum.at(peaks, near // step, heights)
    return _turned_down(samples, step, _smooth(np.minimum(ceiling / np.maximum(peaks, ceiling), 1)))


def _turned_down(samples: Samples, step: int, edges: npt.NDArray[np.float32]) -> Samples:
    """The sound by a gain that goes by straight lines from edge to edge of its steps."""
    lowest = np.minimum(edges[:-1], edges[1:])
    touched = np.flatnonzero(lowest < _UNTOUCHED)
    rise = (np.arange(step, dtype=np.float32) / step)[None, :]
    gains = (edges[1:] - edges[:-1])[touched, None] * rise
    gains += edges[touched, None]
    steps = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    steps[touched] *= gains
    return steps.reshape(-1)[: len(samples)]


def _smooth(wanted: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A curve that is smooth and nowhere above the one given, at the edges between the steps."""
    edges = np.concatenate([wanted[:1], np.minimum(wanted[1:], wanted[:-1]), wanted[-1:]])
    reach = np.pad(edges, 2 * _LOOK, constant_values=1)
    lowest = _lowest(reach, 2 * _LOOK + 1)
    window = np.hanning(2 * _LOOK + 3)[1:-1].astype(np.float32)
    return np.convolve(lowest, window / window.sum(), "valid").astype(np.float32, copy=False)


def _lowest(curve: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    """The lowest in each window of a width, by windows of twice the width each time."""
    found, reached = curve, 1
    while 2 * reached <= width:
        found, reached = np.minimum(found[:-reached], found[reached:]), 2 * reached
    count, rest = len(curve) - width + 1, width - reached
    return np.minimum(found[:count], found[rest : rest + count])
