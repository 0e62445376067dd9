"""Turn speech into a whisper: noise through the resonances of the vocal tract, without a voice.

The spectral envelope of each frame of the speech, smoothed on the cepstrum, shapes noise. So the
whisper has the words, the rhythm and the speaker's vocal tract, and any engine can whisper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.model import Clip

if TYPE_CHECKING:
    import numpy.typing as npt

    Spectrum = npt.NDArray[np.complex128]
    Floats = npt.NDArray[np.float64]

_FRAME_SECONDS = 0.03
_OVERLAP = 4
"""Frames per frame length; with Hann windows, four add up to a constant."""
_ENVELOPE_SECONDS = 0.0016
"""Quefrency up to which the cepstrum is the envelope: below the pitch period of a child's voice, so
that the whisper keeps no harmonics."""
_TILT_DB_PER_OCTAVE = 6.0
"""Brightness of a whisper compared with a voice, whose energy falls towards the treble."""
_TILT_RANGE_HZ = (300.0, 4000.0)
"""Frequencies between which the spectrum is tilted; below, a whisper has little energy."""
_NOISE_SEED = 0
_QUIETEST = 1e-7


def whisper_clip(clip: Clip) -> Clip:
    """Return a clip with the same words and length, whispered at the same level.

    The same clip gives the same whisper.
    """
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype("f8") / 32768
    if not np.any(samples):
        return clip
    whispered = whisper_samples(samples, clip.rate)
    pcm = np.rint(np.clip(whispered, -1, 1) * 32767).astype("<i2").tobytes()
    return Clip(pcm, clip.rate, clip.words)


def whisper_samples(samples: Floats, rate: int) -> Floats:
    """Return the whisper of speech, with the power of the speech.

    Args:
        samples: mono, from -1 to 1, shape (n,).
        rate: samples per second.
    """
    frame_length = 2 ** round(np.log2(_FRAME_SECONDS * rate))
    speech_frames = _transform(samples, frame_length)
    noise = np.random.default_rng(_NOISE_SEED).standard_normal(len(samples))
    noise_frames = _transform(noise, frame_length)
    envelope = _find_envelope(speech_frames, frame_length, rate)
    tilted_envelope = envelope * _make_tilt(frame_length, rate)
    # each frame keeps its power, so that the rhythm of the line stays
    powers = np.sum(np.abs(speech_frames) ** 2, axis=1)
    tilted_powers = np.sum(tilted_envelope**2, axis=1)
    scales = np.sqrt(powers / np.maximum(tilted_powers, _QUIETEST))
    noise_level = np.sqrt(np.mean(np.abs(noise_frames) ** 2))
    shaped = noise_frames / noise_level * tilted_envelope * scales[:, None]
    whispered = _invert(shaped, frame_length, len(samples))
    gain = float(np.sqrt(np.mean(samples**2) / max(float(np.mean(whispered**2)), _QUIETEST)))
    return whispered * gain


def _transform(samples: Floats, frame_length: int) -> Spectrum:
    """Return the spectra of overlapping frames, shape (frames, frame_length / 2 + 1)."""
    hop = frame_length // _OVERLAP
    padding = (-len(samples)) % hop + frame_length
    padded = np.pad(samples, (frame_length, padding))
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame_length)[::hop]
    return np.fft.rfft(frames * np.hanning(frame_length + 1)[:-1], axis=1)


def _invert(spectra: Spectrum, frame_length: int, sample_count: int) -> Floats:
    """Return the samples of overlapping frames: the inverse of `_transform`."""
    hop = frame_length // _OVERLAP
    window = np.hanning(frame_length + 1)[:-1]
    frames = np.fft.irfft(spectra, frame_length, axis=1) * window
    samples = np.zeros(hop * (len(frames) - 1) + frame_length)
    for part in range(_OVERLAP):
        # every fourth frame follows the one before without a gap
        rows = frames[part::_OVERLAP].reshape(-1)
        start = part * hop
        samples[start : start + len(rows)] += rows
    window_gain = float(np.sum(window**2)) / hop
    return samples[frame_length : frame_length + sample_count] / window_gain


def _find_envelope(spectra: Spectrum, frame_length: int, rate: int) -> Floats:
    """Return the spectral envelope of each frame, smoothed on the cepstrum."""
    log_magnitudes = np.log(np.maximum(np.abs(spectra), _QUIETEST))
    cepstra = np.fft.irfft(log_magnitudes, frame_length, axis=1)
    kept_count = round(_ENVELOPE_SECONDS * rate)
    lifter = np.zeros(frame_length)
    lifter[: kept_count + 1] = 1
    lifter[frame_length - kept_count :] = 1
    return np.exp(np.fft.rfft(cepstra * lifter, axis=1).real)


def _make_tilt(frame_length: int, rate: int) -> Floats:
    """Return the factor on each frequency that makes the sound as bright as a whisper."""
    lowest, highest = _TILT_RANGE_HZ
    frequencies = np.fft.rfftfreq(frame_length, 1 / rate)
    octaves = np.log2(np.clip(frequencies, lowest, highest) / lowest)
    tilt: Floats = 10 ** (_TILT_DB_PER_OCTAVE * octaves / 20)
    return tilt
