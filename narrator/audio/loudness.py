"""Measures the perceived loudness of mono sound, as defined by ITU-R BS.1770-5 and EBU R 128.

pyloudnorm does the same, but needs scipy, which takes a second to import. Here, numpy applies the
two filters of the standard in the frequency domain, block by block. A whole audiobook is measured
in constant memory.
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
"""Level of silence, whose logarithm would be minus infinity."""

_HOP_SECONDS = 0.1
"""Time between the starts of successive blocks, which last 400 ms and overlap by 75 % (BS.1770,
Annex 1)."""
_HOPS_PER_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
"""Loudness below which a block counts as silence (BS.1770, Annex 1)."""
_RELATIVE_GATE_LU = -10.0
"""Loudness, relative to the mean of all audible blocks, below which a block is left out (BS.1770,
Annex 1)."""
_LUFS_OFFSET = -0.691
"""Decibels that cancel the gain of the K-weighting at 997 Hz (BS.1770, Annex 1)."""
_MIN_ENERGY = 1e-12
"""Mean square that counts as silence: -120 dB."""
_WARM_UP_SECONDS = 0.5
"""Length of the earlier sound that is filtered again before each piece. It is ample: the poles of
the 38 Hz high-pass decay by 60 dB in 0.06 s."""
_PIECE_SECONDS = 10
"""Length of sound per Fourier transform: about as much as fits into a processor's cache."""
_MIN_PENDING_SECONDS = 4
"""Length of sound that a meter collects before filtering it: a short piece would spend most of its
transform on the warm-up."""


def amplitude_to_decibels(amplitude: float) -> float:
    """Convert an amplitude, or a ratio of amplitudes, to decibels; at least `LOWEST_DECIBELS`."""
    return (
        max(20 * float(np.log10(amplitude)), LOWEST_DECIBELS) if amplitude > 0 else LOWEST_DECIBELS
    )


def decibels_to_amplitude(decibels: float) -> float:
    """Return the factor that changes an amplitude by a number of decibels."""
    return float(10 ** (decibels / 20))


def measure_loudness(samples: Samples, rate: int) -> float:
    """Return the integrated loudness of sound in LUFS; `LOWEST_DECIBELS` for silence."""
    meter, piece_length = LoudnessMeter(rate), _PIECE_SECONDS * rate
    for start in range(0, len(samples), piece_length):
        meter.add(samples[start : start + piece_length])
    return meter.integrate_loudness()


@dataclass
class LoudnessMeter:
    """A loudness meter for a stream of sound, in constant memory."""

    rate: int
    """Samples per second."""
    _pending: list[Samples] = field(default_factory=list, repr=False)
    """Pieces that have not been filtered yet."""
    _hop_energies: list[npt.NDArray[np.float64]] = field(default_factory=list, repr=False)
    """Mean squares of the hops filtered so far, one array per call of `_filter_pending`."""
    _warm_up: Samples = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    """The original sound of the last half second that has been filtered."""

    def add(self, samples: Samples) -> None:
        """Add the next piece of the stream, of any length."""
        self._pending.append(samples)
        if sum(map(len, self._pending)) >= _MIN_PENDING_SECONDS * self.rate:
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
        """Filter the pending samples that fill whole hops, and store the energy of each hop."""
        pending = np.concatenate([*self._pending, np.zeros(0, np.float32)])
        hop_length = round(self.rate * _HOP_SECONDS)
        whole_length = len(pending) // hop_length * hop_length
        if whole_length:
            # The filters have memory, so earlier sound is filtered first; its output is dropped.
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
    """Return the loudness of each block of 400 ms in LUFS, ten per second, of shape (hops - 3,).

    Args:
        energies: mean square of each hop, of shape (hops,). One to three hops count as one block.
    """
    if 0 < len(energies) < _HOPS_PER_BLOCK:
        energies = np.full(_HOPS_PER_BLOCK, energies.mean())
    if not len(energies):
        return np.zeros(0)
    # A moving average over four hops gives the mean square of each block: shape (hops - 3,).
    block_energies = np.convolve(energies, np.full(_HOPS_PER_BLOCK, 1 / _HOPS_PER_BLOCK), "valid")
    return np.asarray(_LUFS_OFFSET + 10 * np.log10(np.maximum(block_energies, _MIN_ENERGY)))


def compute_gated_loudness(block_loudness: npt.NDArray[np.float64]) -> float:
    """Return the mean loudness of blocks in LUFS, after the two gates of the standard.

    The absolute gate leaves out silent blocks. The relative gate then leaves out blocks more than
    10 LU below the mean of the others, such as pauses between sentences.
    """
    audible_blocks = block_loudness[block_loudness > _ABSOLUTE_GATE_LUFS]
    if not len(audible_blocks):
        return LOWEST_DECIBELS
    relative_gate = _average_loudness(audible_blocks) + _RELATIVE_GATE_LU
    return _average_loudness(audible_blocks[audible_blocks > relative_gate])


def _average_loudness(block_loudness: npt.NDArray[np.float64]) -> float:
    """Return the energy mean of loudness values, in LUFS."""
    return float(10 * np.log10(np.mean(10 ** (block_loudness / 10))))


def apply_k_weighting(samples: Samples, rate: int) -> Samples:
    """Apply the K-weighting of the standard: a high shelf followed by a high-pass."""
    # Half a second of zeros at the end absorbs the filters' response, which would wrap around.
    transform_size = _choose_transform_size(len(samples) + rate // 2)
    spectrum = np.fft.rfft(samples, transform_size)
    weighted = np.fft.irfft(
        spectrum * _compute_frequency_response(rate, transform_size), transform_size
    )
    return weighted[: len(samples)].astype(np.float32)


def _choose_transform_size(sample_count: int) -> int:
    """Return the next size that is a power of two, or 3 or 5 times one, for a fast transform."""
    power_of_two = 1 << max(sample_count - 1, 1).bit_length()
    candidate_sizes = (power_of_two, power_of_two // 4 * 3, power_of_two // 8 * 5)
    return min(size for size in candidate_sizes if size >= sample_count)


@lru_cache(maxsize=4)
def _compute_frequency_response(rate: int, transform_size: int) -> npt.NDArray[np.complex128]:
    """Return the response of both filters at each frequency of a real Fourier transform.

    Its shape is (transform_size // 2 + 1,).
    """
    # z^-1 on the unit circle, from 0 Hz to half the sample rate.
    z_inverse = np.exp(-2j * np.pi * np.arange(transform_size // 2 + 1) / transform_size)
    shelf, high_pass = _design_shelf(rate), _design_high_pass(rate)
    return np.asarray(_evaluate_biquad(z_inverse, *shelf) * _evaluate_biquad(z_inverse, *high_pass))


_Coefficients: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Numerator (b0, b1, b2) and denominator (1, a1, a2) of a second-order filter."""


def _evaluate_biquad(
    z_inverse: npt.NDArray[np.complex128],
    numerator: tuple[float, float, float],
    denominator: tuple[float, float, float],
) -> npt.NDArray[np.complex128]:
    """Return the transfer function of a second-order filter at each value of `z_inverse`."""
    return np.asarray(
        (numerator[0] + numerator[1] * z_inverse + numerator[2] * z_inverse * z_inverse)
        / (denominator[0] + denominator[1] * z_inverse + denominator[2] * z_inverse * z_inverse)
    )


def _design_shelf(rate: int) -> _Coefficients:
    """Return the high shelf that models the acoustic effect of the head, for any sample rate.

    The standard lists coefficients for 48 kHz only. These are derived from the corresponding
    analogue filter, with the frequency, gain and quality of Mansbridge et al. (AES 132, 2012).
    """
    # The bilinear transform warps the frequency axis; k is the pre-warped corner frequency.
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
    """Return the high-pass of the standard (the RLB curve), for any sample rate.

    Its parameters are from the same source as those of the shelf.
    """
    k = float(np.tan(np.pi * 38.13547087602444 / rate))  # the pre-warped corner frequency
    quality = 0.5003270373238773
    norm = 1 + k / quality + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm)


# ---------------------------------------------------------------------------------- true peaks


_INTERPOLATION_TAPS = 12
"""Number of samples that determine the waveform between two samples (BS.1770, Annex 2)."""


def measure_true_peaks(samples: Samples, sample_indices: npt.NDArray[np.intp]) -> Samples:
    """Return the highest absolute value of the waveform around each given sample.

    The waveform of a player rises above the samples it is made from. It is measured at each sample,
    and a quarter and half a sample before and after it. This is the fourfold oversampling of
    BS.1770, Annex 2, only at the given samples. The result has the shape of `sample_indices`.
    """
    half_width = _INTERPOLATION_TAPS // 2
    padded = np.pad(samples, half_width)
    # One row of 13 neighbouring samples per index: (indices, 13).
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_width + 1)[sample_indices]
    interpolated_peaks = np.abs(windows @ _build_interpolation_kernel(half_width)).max(axis=1)
    return np.asarray(np.maximum(interpolated_peaks, np.abs(samples[sample_indices])), np.float32)


@cache
def _build_interpolation_kernel(half_width: int) -> Samples:
    """Return windowed sinc functions, one column per time between samples.

    The shape is (2 * half_width + 1, 4).
    """
    distances = np.arange(-half_width, half_width + 1)[:, None] - np.array([-0.5, -0.25, 0.25, 0.5])
    kernel = np.sinc(distances) * np.cos(np.pi * distances / (2 * half_width + 2)) ** 2
    # Each column sums to 1, which leaves a constant signal unchanged.
    return np.asarray(kernel / kernel.sum(axis=0), np.float32)
