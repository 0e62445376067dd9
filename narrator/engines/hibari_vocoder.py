"""Makes samples from the frames that a model of hibari predicts, block by block.

hibari makes all frames of a text at once, which takes 95 MB for 25 seconds of speech and twice as
long, because its arrays do not fit into the cache of a processor. The samples are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hibari import dsp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SAMPLE_RATE: int = dsp.SR
FRAME_SAMPLES: int = dsp.HOP
"""The samples by which a frame is later than the frame before, 12.5 ms."""

_VOICED_HZ = 40.0
"""The fundamental frequency from which the vocoder takes a frame for voiced."""
_KEPT_PERIODS = 0.7
"""The part of a period of the pitch up to which the cepstrum is kept when the pitch is shifted."""
_BLOCK_FRAMES = 64
"""Frames per block; 32 to 128 take the same time."""
_BIN_COUNT: int = dsp.N_FFT // 2 + 1
_OVERLAPS: int = dsp.N_FFT // dsp.HOP
"""The frames that each sample belongs to."""

# hibari takes the Fourier transform of scipy where that is installed, which rounds differently. The
# same line must give the same samples on every machine, so numpy's is taken everywhere.
dsp.rfft = lambda x, axis: np.fft.rfft(x, axis=axis).astype(np.complex64)
dsp.irfft = lambda x, n, axis: np.fft.irfft(x, n=n, axis=axis).astype(np.float32)


class Spectra(NamedTuple):
    """The spectra of B consecutive frames of 12.5 ms, each of shape (601, B)."""

    harmonic_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the filter of the pulses."""
    harmonic_phases: NDArray[np.float32]
    """Phase of this filter before tanh."""
    noise_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the filter of the noise."""
    free_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the part with free phases."""
    free_phases: NDArray[np.float32]
    """Phases of this part, in radians."""


@dataclass(frozen=True)
class VocoderFrames:
    """What a model predicts for one text; F is the number of frames of 12.5 ms."""

    predict_spectra: Callable[[slice], Spectra]
    """Returns the spectra of a block of frames. Those of 25 seconds of speech take 24 MB."""
    pitch_hz: NDArray[np.float32]
    """Fundamental frequency, shape (F,); below 40 in unvoiced frames."""
    phoneme_starts: tuple[int, ...]
    """The first sample of each phoneme, pads included; empty if the model does not tell."""

    def synthesise(self, noise: np.random.Generator) -> NDArray[np.float32]:
        """Return the samples, about -1 to 1, shape (300 F,): the same as those of `dsp.synth`."""
        frame_count = len(self.pitch_hz)
        pulses = np.pad(dsp.pulses(self.pitch_hz), dsp.N_FFT // 2, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(pulses, dsp.N_FFT)[:: dsp.HOP]
        noise_spectrum = noise.standard_normal(
            (_BIN_COUNT, 2 * frame_count), dtype=np.float32
        ).view(np.complex64)
        sound = np.zeros((frame_count + _OVERLAPS - 1, dsp.HOP), np.float32)
        # The last block first: so the frames of each sample are added in the order of `dsp.ola`,
        # which decides how their sum is rounded.
        for start in reversed(range(0, frame_count, _BLOCK_FRAMES)):
            block = slice(start, min(start + _BLOCK_FRAMES, frame_count))
            spectra = self.predict_spectra(block)
            spectrum = _join_spectra(spectra, windows[block], noise_spectrum[:, block])
            frames = dsp.irfft(spectrum.T, dsp.N_FFT, 1)
            frames *= dsp.WIN
            frames = frames.reshape(-1, _OVERLAPS, dsp.HOP)
            for index in range(_OVERLAPS):
                sound[block.start + index : block.stop + index] += frames[:, index]
        _normalise_overlaps(sound, frame_count)
        samples: NDArray[np.float32] = sound.ravel()[dsp.N_FFT // 2 :][: frame_count * dsp.HOP]
        return samples

    def shift_pitch(self, semitones: float) -> VocoderFrames:
        """Return the frames of the same words at another pitch.

        The filter of the pulses contains the ripple of the old harmonics, which would be heard as
        a second voice. It is removed from the cepstrum: what repeats at half the period of the
        pitch or faster is dropped.
        """
        if semitones == 0:
            return self
        is_voiced = self.pitch_hz > _VOICED_HZ
        ratio = 2 ** (semitones / 12)
        pitch_hz = np.where(is_voiced, self.pitch_hz * ratio, self.pitch_hz)
        periods = np.where(
            is_voiced, SAMPLE_RATE / np.maximum(self.pitch_hz, _VOICED_HZ), dsp.N_FFT
        )

        def predict_shifted(block: slice) -> Spectra:
            spectra = self.predict_spectra(block)
            cutoffs = periods[block] * _KEPT_PERIODS
            smooth = _smooth_spectrum(spectra.harmonic_log_magnitudes, cutoffs)
            # the same energy comes in fewer pulses, or in more
            louder = smooth + 0.5 * math.log(ratio)
            return spectra._replace(harmonic_log_magnitudes=louder.astype(np.float32))

        return replace(self, predict_spectra=predict_shifted, pitch_hz=pitch_hz.astype(np.float32))


def _join_spectra(
    spectra: Spectra, pulses: NDArray[np.float32], noise_spectrum: NDArray[np.complex64]
) -> NDArray[np.complex64]:
    """Return the spectrum of the sound of B frames, shape (601, B), as `dsp.synth` computes it.

    Args:
        spectra: what the model predicts.
        pulses: the pulses in the window of each frame, shape (B, 1200).
        noise_spectrum: white noise, shape (601, B).
    """
    spectrum: NDArray[np.complex64]
    spectrum = np.ascontiguousarray(dsp.rfft(pulses * dsp.WIN_SRC, 1).T)
    phases = np.tanh(spectra.harmonic_phases)
    phases *= np.pi
    part = np.empty_like(spectrum)
    _write_polar(part, phases, spectra.harmonic_log_magnitudes)
    spectrum *= part
    spectrum += noise_spectrum * dsp.ex(spectra.noise_log_magnitudes)
    _write_polar(part, spectra.free_phases, spectra.free_log_magnitudes)
    spectrum += part
    return spectrum


def _normalise_overlaps(sound: NDArray[np.float32], frame_count: int) -> None:
    """Divide samples, of shape (F + 3, 300), by the sum of their squared windows, in place.

    It is constant except at both ends, so it is computed for a few frames. `dsp.ola` computes and
    keeps it for every length of text.
    """
    if frame_count <= 2 * _OVERLAPS:
        sound *= dsp._ola_norm(frame_count)
        return
    factors: NDArray[np.float32] = dsp._ola_norm(2 * _OVERLAPS)
    sound[:_OVERLAPS] *= factors[:_OVERLAPS]
    sound[_OVERLAPS:-_OVERLAPS] *= factors[_OVERLAPS]
    sound[-_OVERLAPS:] *= factors[-_OVERLAPS:]


def _write_polar(
    numbers: NDArray[np.complex64], phases: NDArray[np.float32], log_magnitudes: NDArray[np.float32]
) -> None:
    """Write complex numbers of these phases and magnitudes into an array of the same shape."""
    np.cos(phases, out=numbers.real)
    np.sin(phases, out=numbers.imag)
    numbers *= dsp.ex(log_magnitudes)


def _smooth_spectrum(
    log_magnitudes: NDArray[np.float32], cutoffs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Remove from each frame's spectrum, of shape (601, F), what is beyond a quefrency in samples.

    The edge is a cosine from three quarters to five quarters of the cutoff.
    """
    cepstrum = np.fft.irfft(log_magnitudes.astype(np.float64), n=dsp.N_FFT, axis=0)
    indices = np.arange(dsp.N_FFT)
    quefrencies = np.minimum(indices, dsp.N_FFT - indices)[:, None]
    position = np.clip((quefrencies - 0.75 * cutoffs) / (0.5 * cutoffs), 0, 1)
    window = 0.5 + 0.5 * np.cos(np.pi * position)
    return np.fft.rfft(cepstrum * window, axis=0).real
