"""How loud sound is to the ear: ITU-R BS.1770-5, for mono, in numpy.

A package that does this exists, and brings scipy, which takes a second to import; here the two
filters of the standard are applied in the frequency domain, block by block, so that a whole
audiobook can be measured in constant memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples: TypeAlias = npt.NDArray[np.float32]
    """Mono sound from -1 to 1."""

LOWEST_DECIBELS = -120.0
"""Decibels that stand for silence, where a logarithm would be minus infinity."""

_HOP = 0.1
_BLOCK = 4
"""The standard's blocks of 400 ms, which start every 100 ms."""
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_WARM_UP = 0.5
"""Seconds that the 38 Hz high-pass takes to forget: its poles decay by 60 dB in 0.06 s."""


def amplitude_to_decibels(ratio: float) -> float:
    """An amplitude, or a ratio of two, in decibels."""
    return max(20 * float(np.log10(ratio)), LOWEST_DECIBELS) if ratio > 0 else LOWEST_DECIBELS


def decibels_to_amplitude(decibels: float) -> float:
    """The amplitude that so many decibels multiply by."""
    return float(10 ** (decibels / 20))


def measure_loudness(samples: Samples, rate: int) -> float:
    """The integrated loudness of a piece of sound, in LUFS; `QUIET` for silence."""
    meter, piece = LoudnessMeter(rate), 10 * rate
    for start in range(0, len(samples), piece):
        meter.add(samples[start : start + piece])  # a transform is fastest where it fits a cache
    return meter.integrate_loudness()


@dataclass
class LoudnessMeter:
    """Measures the loudness of a stream, fed piece by piece."""

    rate: int
    _pending: list[Samples] = field(default_factory=list, repr=False)
    _energies: list[npt.NDArray[np.float64]] = field(default_factory=list, repr=False)
    _tail: Samples = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)

    def add(self, samples: Samples) -> None:
        """Take the next piece, of any length."""
        self._pending.append(samples)
        if sum(map(len, self._pending)) >= 4 * self.rate:
            self._digest()

    def integrate_loudness(self) -> float:
        """LUFS of all so far, gated as the standard says."""
        return compute_gated_loudness(compute_momentary_loudness(self.compute_energies()))

    def compute_energies(self) -> npt.NDArray[np.float64]:
        """The mean square of each tenth of a second, weighed; channels may be added up."""
        self._digest()
        return np.concatenate([*self._energies, np.zeros(0)])

    def _digest(self) -> None:
        """Weigh what is pending, in whole tenths of a second, and keep only their energies."""
        fresh = np.concatenate([*self._pending, np.zeros(0, np.float32)])
        hop = round(self.rate * _HOP)
        whole = len(fresh) // hop * hop
        if whole:
            warm = len(self._tail)
            weighed = apply_k_weighting(np.concatenate([self._tail, fresh[:whole]]), self.rate)[
                warm:
            ]
            self._energies.append(
                np.square(weighed.reshape(-1, hop), dtype=np.float64).mean(axis=1)
            )
            self._tail = np.concatenate([self._tail, fresh[:whole]])[-round(self.rate * _WARM_UP) :]
        self._pending = [fresh[whole:]]


def compute_momentary_loudness(energies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """LUFS of each block of 400 ms, ten a second; sound shorter than a block counts as one."""
    if 0 < len(energies) < _BLOCK:
        energies = np.full(_BLOCK, energies.mean())
    if not len(energies):
        return np.zeros(0)
    blocks = np.convolve(energies, np.full(_BLOCK, 1 / _BLOCK), "valid")
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(blocks, 1e-12)))


def compute_gated_loudness(blocks: npt.NDArray[np.float64]) -> float:
    """The standard's mean of the loudness of blocks: silence first left out, then what is quiet."""
    heard = blocks[blocks > _ABSOLUTE_GATE]
    if not len(heard):
        return LOWEST_DECIBELS
    gate = _mean(heard) + _RELATIVE_GATE
    return _mean(heard[heard > gate])


def _mean(blocks: npt.NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(10 ** (blocks / 10))))


def apply_k_weighting(samples: Samples, rate: int) -> Samples:
    """Sound as the ear weighs it: the standard's K-weighting."""
    size = _fast_size(len(samples) + rate // 2)
    spectrum = np.fft.rfft(samples, size)
    weighed = np.fft.irfft(spectrum * _response(rate, size), size)
    return weighed[: len(samples)].astype(np.float32)


def _fast_size(samples: int) -> int:
    """The next number that a Fourier transform is fast for."""
    power = 1 << max(samples - 1, 1).bit_length()
    return min(size for size in (power, power // 4 * 3, power // 8 * 5) if size >= samples)


@lru_cache(maxsize=4)
def _response(rate: int, size: int) -> npt.NDArray[np.complex128]:
    """The two filters' response at each frequency of a transform of `size`."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    shelf, high_pass = _shelf(rate), _high_pass(rate)
    return np.asarray(_biquad(z, *shelf) * _biquad(z, *high_pass))


_Coefficients: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]


def _biquad(
    z: npt.NDArray[np.complex128],
    b: tuple[float, float, float],
    a: tuple[float, float, float],
) -> npt.NDArray[np.complex128]:
    return np.asarray((b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z))


def _shelf(rate: int) -> _Coefficients:
    """The head's effect, for any rate: the analogue prototype behind the standard's 48 kHz table.

    Its parameters (frequency, gain, quality) are those of Mansbridge et al., AES 132, 2012.
    """
    k = float(np.tan(np.pi * 1681.974450955533 / rate))
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    return (
        (
            (high + band * k / q + k * k) / norm,
            2 * (k * k - high) / norm,
            (high - band * k / q + k * k) / norm,
        ),
        (1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm),
    )


def _high_pass(rate: int) -> _Coefficients:
    """The revised low-frequency curve, likewise."""
    k = float(np.tan(np.pi * 38.13547087602444 / rate))
    q = 0.5003270373238773
    norm = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)


# ---------------------------------------------------------------------------------- peaks


_TAPS = 12
"""Samples that the curve between two is drawn through, as in Annex 2 of the standard."""


def measure_true_peaks(samples: Samples, sample_indices: npt.NDArray[np.intp]) -> Samples:
    """How high the curve rises within half a sample before and after some places, their own too."""
    half = _TAPS // 2
    padded = np.pad(samples, half)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[sample_indices]
    highest = np.abs(around @ _kernel(half)).max(axis=1)
    return np.asarray(np.maximum(highest, np.abs(samples[sample_indices])), np.float32)


@cache
def _kernel(half: int) -> Samples:
    """What draws the curve a quarter and a half of a sample to either side: windowed sines."""
    at = np.arange(-half, half + 1)[:, None] - np.array([-0.5, -0.25, 0.25, 0.5])
    kernel = np.sinc(at) * np.cos(np.pi * at / (2 * half + 2)) ** 2
    return np.asarray(kernel / kernel.sum(axis=0), np.float32)
