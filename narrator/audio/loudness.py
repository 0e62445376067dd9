"""Perceived loudness of mono sound, as ITU-R BS.1770-5 and EBU R 128 define it, in numpy.

pyloudnorm does the same but needs scipy, which takes a second to import. Here the two filters of
the standard are applied in the frequency domain, block by block, so that a whole audiobook can be
measured in constant memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples: TypeAlias = npt.NDArray[np.float32]
    """Mono sound: an array of shape (samples,) with values from -1 to 1."""

LOWEST_DECIBELS = -120.0
"""Decibels that stand for silence, where a logarithm would be minus infinity."""

_HOP_SECONDS = 0.1
"""Distance between the starts of two blocks: 400 ms that overlap by 75 % (BS.1770, Annex 1)."""
_HOPS_PER_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
"""Loudness below which a block counts as silence (BS.1770, Annex 1)."""
_RELATIVE_GATE_LU = -10.0
"""Loudness below the mean of the other blocks at which a block is left out (BS.1770, Annex 1)."""
_LUFS_OFFSET = -0.691
"""Decibels that cancel the gain of the K-weighting at 997 Hz (BS.1770, Annex 1)."""
_LEAST_ENERGY = 1e-12
"""Mean square that stands for silence: -120 dB."""
_WARM_UP_SECONDS = 0.5
"""Sound that the filters are given before a piece: the poles of the 38 Hz high-pass decay by 60 dB
in 0.06 s."""
_PIECE_SECONDS = 10
"""Length of a Fourier transform's input: about the size that fits into a processor's cache."""
_PENDING_SECONDS = 4
"""Sound that a meter collects before it is filtered, as short transforms waste their warm-up."""


def amplitude_to_decibels(amplitude: float) -> float:
    """Return an amplitude, or the ratio of two, in decibels; at least `LOWEST_DECIBELS`."""
    return (
        max(20 * float(np.log10(amplitude)), LOWEST_DECIBELS) if amplitude > 0 else LOWEST_DECIBELS
    )


def decibels_to_amplitude(decibels: float) -> float:
    """Return the factor that changes an amplitude by so many decibels."""
    return float(10 ** (decibels / 20))


def measure_loudness(samples: Samples, rate: int) -> float:
    """Return the integrated loudness of sound in LUFS; `LOWEST_DECIBELS` for silence."""
    meter, piece_length = LoudnessMeter(rate), _PIECE_SECONDS * rate
    for start in range(0, len(samples), piece_length):
        meter.add(samples[start : start + piece_length])
    return meter.integrate_loudness()


@dataclass
class LoudnessMeter:
    """A loudness meter for a stream that is fed piece by piece, in constant memory."""

    rate: int
    """Samples per second."""
    _pending: list[Samples] = field(default_factory=list, repr=False)
    """Pieces that are not filtered yet."""
    _hop_energies: list[npt.NDArray[np.float64]] = field(default_factory=list, repr=False)
    """Mean squares of the filtered hops so far, one array per call of `_filter_pending`."""
    _warm_up: Samples = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    """The last half second that was filtered, unfiltered."""

    def add(self, samples: Samples) -> None:
        """Take the next piece of the stream, of any length."""
        self._pending.append(samples)
        if sum(map(len, self._pending)) >= _PENDING_SECONDS * self.rate:
            self._filter_pending()

    def integrate_loudness(self) -> float:
        """Return the gated loudness of the stream so far, in LUFS."""
        return compute_gated_loudness(compute_momentary_loudness(self.compute_energies()))

    def compute_energies(self) -> npt.NDArray[np.float64]:
        """Return the K-weighted mean square of each tenth of a second, of shape (hops,).

        The energies of several channels may be added, as the standard does for left and right.
        """
        self._filter_pending()
        return np.concatenate([*self._hop_energies, np.zeros(0)])

    def _filter_pending(self) -> None:
        """Filter the pending samples in whole hops, and keep only the energies of the hops."""
        pending = np.concatenate([*self._pending, np.zeros(0, np.float32)])
        hop_length = round(self.rate * _HOP_SECONDS)
        whole_length = len(pending) // hop_length * hop_length
        if whole_length:
            # The filters have a memory, so they start in the sound before; its output is dropped.
            warm_up_length = len(self._warm_up)
            sound = np.concatenate([self._warm_up, pending[:whole_length]])
            weighted = apply_k_weighting(sound, self.rate)[warm_up_length:]
            # One row per hop; squares of float32 are summed as float64, which keeps quiet hops.
            self._hop_energies.append(
                np.square(weighted.reshape(-1, hop_length), dtype=np.float64).mean(axis=1)
            )
            self._warm_up = sound[-round(self.rate * _WARM_UP_SECONDS) :]
        self._pending = [pending[whole_length:]]


def compute_momentary_loudness(energies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the loudness of each block of 400 ms in LUFS, ten per second.

    Args:
        energies: mean squares of shape (hops,). Fewer than a block counts as one block.
    """
    if 0 < len(energies) < _HOPS_PER_BLOCK:
        energies = np.full(_HOPS_PER_BLOCK, energies.mean())
    if not len(energies):
        return np.zeros(0)
    # A moving average over four hops gives the mean square of each block: shape (hops - 3,).
    block_energies = np.convolve(energies, np.full(_HOPS_PER_BLOCK, 1 / _HOPS_PER_BLOCK), "valid")
    return np.asarray(_LUFS_OFFSET + 10 * np.log10(np.maximum(block_energies, _LEAST_ENERGY)))


def compute_gated_loudness(block_loudness: npt.NDArray[np.float64]) -> float:
    """Return the mean loudness of blocks in LUFS, after the two gates of the standard.

    The absolute gate leaves out silence. The relative gate then leaves out what is 10 LU softer
    than the mean of the rest, so that pauses between sentences do not count.
    """
    audible_blocks = block_loudness[block_loudness > _ABSOLUTE_GATE_LUFS]
    if not len(audible_blocks):
        return LOWEST_DECIBELS
    relative_gate = _average_loudness(audible_blocks) + _RELATIVE_GATE_LU
    return _average_loudness(audible_blocks[audible_blocks > relative_gate])


def _average_loudness(block_loudness: npt.NDArray[np.float64]) -> float:
    """Return the mean of loudness values, taken over their energies, in LUFS."""
    return float(10 * np.log10(np.mean(10 ** (block_loudness / 10))))


def apply_k_weighting(samples: Samples, rate: int) -> Samples:
    """Filter sound as the ear weights it: K-weighting, a high shelf followed by a high-pass."""
    # Half a second of zeros takes up the end of the filters' response, which would wrap around.
    transform_size = _choose_transform_size(len(samples) + rate // 2)
    spectrum = np.fft.rfft(samples, transform_size)
    weighted = np.fft.irfft(spectrum * _frequency_response(rate, transform_size), transform_size)
    return weighted[: len(samples)].astype(np.float32)


def _choose_transform_size(sample_count: int) -> int:
    """Return the next size that is 2, 3 or 5 times a power of two: transforms of it are fast."""
    power_of_two = 1 << max(sample_count - 1, 1).bit_length()
    candidate_sizes = (power_of_two, power_of_two // 4 * 3, power_of_two // 8 * 5)
    return min(size for size in candidate_sizes if size >= sample_count)


@lru_cache(maxsize=4)
def _frequency_response(rate: int, transform_size: int) -> npt.NDArray[np.complex128]:
    """Return both filters' response at each frequency of a real transform: (size // 2 + 1,)."""
    # z^-1 on the unit circle, from 0 Hz to half the sample rate.
    z_inverse = np.exp(-2j * np.pi * np.arange(transform_size // 2 + 1) / transform_size)
    shelf, high_pass = _design_shelf(rate), _design_high_pass(rate)
    return np.asarray(_evaluate_biquad(z_inverse, *shelf) * _evaluate_biquad(z_inverse, *high_pass))


_Coefficients: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Numerator (b0, b1, b2) and denominator (1, a1, a2) of a second-order filter."""


def _evaluate_biquad(
    z_inverse: npt.NDArray[np.complex128],
    b: tuple[float, float, float],
    a: tuple[float, float, float],
) -> npt.NDArray[np.complex128]:
    """Return the transfer function of a second-order filter at each value of `z_inverse`."""
    return np.asarray(
        (b[0] + b[1] * z_inverse + b[2] * z_inverse * z_inverse)
        / (a[0] + a[1] * z_inverse + a[2] * z_inverse * z_inverse)
    )


def _design_shelf(rate: int) -> _Coefficients:
    """Return the high shelf that models the head, for any sample rate.

    The standard prints coefficients for 48 kHz only. These come from the analogue prototype behind
    them, whose frequency, gain and quality are given by Mansbridge et al. (AES 132, 2012).
    """
    # The bilinear transform bends the frequency axis; k is the corner frequency, bent beforehand.
    k = float(np.tan(np.pi * 1681.974450955533 / rate))
    quality, high_gain = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band_gain = high_gain**0.4996667741545416
    norm = 1 + k / quality + k * k
    return (
        (
            (high_gain + band_gain * k / quality + k * k) / norm,
            2 * (k * k - high_gain) / norm,
            (high_gain - band_gain * k / quality + k * k) / norm,
        ),
        (1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm),
    )


def _design_high_pass(rate: int) -> _Coefficients:
    """Return the high-pass of the revised low-frequency B curve, for any sample rate.

    Its parameters are from the same source as those of the shelf.
    """
    k = float(np.tan(np.pi * 38.13547087602444 / rate))  # the corner frequency, bent as above
    quality = 0.5003270373238773
    norm = 1 + k / quality + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm)


# ---------------------------------------------------------------------------------- true peaks


_INTERPOLATION_TAPS = 12
"""Samples that the curve between two samples is drawn through (BS.1770, Annex 2)."""


def measure_true_peaks(samples: Samples, sample_indices: npt.NDArray[np.intp]) -> Samples:
    """Return the height of the waveform around some samples, of the shape of `sample_indices`.

    The waveform that a player draws rises above its samples. Looked at are the samples themselves
    and the curve a quarter and a half of a sample before and after them: oversampling by four, as
    Annex 2 of BS.1770 asks, but only where it matters.
    """
    half_width = _INTERPOLATION_TAPS // 2
    padded = np.pad(samples, half_width)
    # One row of 13 neighbouring samples per index: (indices, 13).
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_width + 1)[sample_indices]
    interpolated_peaks = np.abs(windows @ _interpolation_kernel(half_width)).max(axis=1)
    return np.asarray(np.maximum(interpolated_peaks, np.abs(samples[sample_indices])), np.float32)


@cache
def _interpolation_kernel(half_width: int) -> Samples:
    """Return windowed sinc functions, of shape (2 * half_width + 1, 4): one column per offset."""
    distances = np.arange(-half_width, half_width + 1)[:, None] - np.array([-0.5, -0.25, 0.25, 0.5])
    kernel = np.sinc(distances) * np.cos(np.pi * distances / (2 * half_width + 2)) ** 2
    # Each column sums to 1, so that a constant signal keeps its height.
    return np.asarray(kernel / kernel.sum(axis=0), np.float32)
