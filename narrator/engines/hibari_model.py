"""Runs the models of hibari: phonemes in, frames for its vocoder out.

A model decides how long each phoneme takes, and predicts the spectrum of each frame of 12.5 ms. The
vocoder, plain signal processing in `hibari.dsp`, makes the samples from these frames.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from hibari import dsp
from hibari.tts import ASSETS

from narrator.engines.onnx_session import MODEL_FAILURES, create_session
from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

SAMPLE_RATE: int = dsp.SR
ASSETS_FOLDER: str = ASSETS
"""The folder of the model that comes with the package, and of the tables of its phonemiser."""

_DURATION_VALUE = "/Cast_32_output_0"
"""The value in the graph that holds the duration of each phoneme, in models of version 0.2."""
_DURATION_NAME = re.compile(rb"/Cast(?:_\d+)?_output_0")
"""The names that the value may have in another model: its numbers were cast to integers."""
_FRAMES_PER_UNIT = 2
"""The model counts durations in units of two frames, 25 ms."""
_VOICED_HZ = 40.0
"""The fundamental frequency from which the vocoder takes a frame for voiced."""
_KEPT_PERIODS = 0.7
"""The part of a period of the pitch up to which the cepstrum is kept when the pitch is shifted."""
_PROBE_IDS = (0, 50, 83, 54, 31, 0)
"""The ids of the phonemes of a short word, between the pads that every input needs."""
_FRAME_OUTPUTS = 6
"""The number of outputs that every model has: those from which `VocoderFrames` are made."""

# hibari takes the Fourier transform of scipy where that is installed, which rounds differently. The
# same line must give the same samples on every machine, so numpy's is taken everywhere.
dsp.rfft = lambda x, axis: np.fft.rfft(x, axis=axis).astype(np.complex64)
dsp.irfft = lambda x, n, axis: np.fft.irfft(x, n=n, axis=axis).astype(np.float32)


@dataclass(frozen=True)
class VocoderFrames:
    """What a model predicts for one text; F is the number of frames of 12.5 ms."""

    harmonic_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the filter of the pulses, shape (601, F)."""
    harmonic_phases: NDArray[np.float32]
    """Phase of this filter before tanh, shape (601, F)."""
    noise_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the filter of the noise, shape (601, F)."""
    free_log_magnitudes: NDArray[np.float32]
    """Natural logarithm of the part with free phases, shape (601, F)."""
    free_phases: NDArray[np.float32]
    """Phases of this part, in radians, shape (601, F)."""
    pitch_hz: NDArray[np.float32]
    """Fundamental frequency, shape (F,); below 40 in unvoiced frames."""
    phoneme_starts: tuple[int, ...]
    """The first sample of each phoneme, pads included; empty if the model does not tell."""

    def synthesise(self, noise: np.random.Generator) -> NDArray[np.float32]:
        """Return the samples, about -1 to 1, shape (300 F,)."""
        samples: NDArray[np.float32] = dsp.synth(
            self.harmonic_log_magnitudes,
            self.harmonic_phases,
            self.noise_log_magnitudes,
            self.free_log_magnitudes,
            self.free_phases,
            self.pitch_hz,
            noise,
        )
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
        smooth = _smooth_spectrum(self.harmonic_log_magnitudes, periods * _KEPT_PERIODS)
        # the same energy comes in fewer pulses, or in more
        louder = smooth + 0.5 * math.log(ratio)
        return replace(
            self,
            harmonic_log_magnitudes=louder.astype(np.float32),
            pitch_hz=pitch_hz.astype(np.float32),
        )


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


@dataclass(frozen=True)
class HibariModel:
    """A loaded model. One instance serves one thread."""

    session: onnxruntime.InferenceSession
    duration_value: str | None
    """The name of the output with the durations of phonemes; None if it was not found."""

    def predict_frames(self, phoneme_ids: Sequence[int], speed: float) -> VocoderFrames:
        """Return the frames of a text; its ids begin and end with the pad, 0.

        Raises:
            one of MODEL_FAILURES: the model failed.
        """
        values = _run_model(self.session, phoneme_ids, speed)
        starts: tuple[int, ...] = ()
        if self.duration_value is not None:
            durations = values[self.duration_value].ravel() * (_FRAMES_PER_UNIT * dsp.HOP)
            starts = tuple(accumulate(durations.tolist()[:-1], initial=0))
        return VocoderFrames(
            harmonic_log_magnitudes=values["lh"][0],
            harmonic_phases=values["theta"][0],
            noise_log_magnitudes=values["ln"][0],
            free_log_magnitudes=values["lr"][0],
            free_phases=values["phi"][0],
            pitch_hz=values["f0"][0],
            phoneme_starts=starts,
        )


def load_hibari_model(file: Path) -> HibariModel:
    """Load a model, with an output for the duration of each phoneme.

    The value that holds the durations is known for the models of this version. In another model,
    every value that was cast is tried. Without durations, word times are estimated.

    Raises:
        EngineUnavailableError: the file is not a model of hibari.
    """
    try:
        content = file.read_bytes()
        model = _load_with_outputs(content, [_DURATION_VALUE])
        model = model or _load_with_outputs(content, _find_duration_names(content))
        if model is None or len(model.session.get_outputs()) == _FRAME_OUTPUTS + 1:
            return model or HibariModel(_create_session(content), None)
        # the other values that were tried would cost time for each line
        session = _create_session(_add_outputs(content, [str(model.duration_value)]))
        return HibariModel(session, model.duration_value)
    except MODEL_FAILURES as error:
        raise EngineUnavailableError(
            f"{file} is not a voice of hibari: {error}", "delete it, and fetch the voice again"
        ) from error


def _create_session(content: bytes) -> onnxruntime.InferenceSession:
    """Load a model; keeping memory between lines would save no time and take 70 MB per worker."""
    return create_session(content, keeps_memory=False)


def _find_duration_names(content: bytes) -> list[str]:
    """Return the names of all values in a model's graph that may hold durations."""
    return sorted({name.decode() for name in _DURATION_NAME.findall(content)})


def _load_with_outputs(content: bytes, names: Sequence[str]) -> HibariModel | None:
    """Load a model with more values of its graph as outputs, of which one holds the durations.

    Return None if the graph lacks one of these values, or none of them holds durations.
    """
    try:
        session = _create_session(_add_outputs(content, names))
    except MODEL_FAILURES:
        return None
    values = _run_model(session, _PROBE_IDS, 1.0)
    if "f0" not in values:
        return None
    found = [name for name in names if _are_durations(values[name], values["f0"])]
    return HibariModel(session, found[0]) if found else None


def _are_durations(value: NDArray[Any], pitch_hz: NDArray[Any]) -> bool:
    """Return whether a value has a whole number per phoneme, and their sum fits the sound."""
    return (
        value.dtype == np.int64
        and value.size == len(_PROBE_IDS)
        and int(value.sum()) * _FRAMES_PER_UNIT == pitch_hz.shape[1]
    )


def _run_model(
    session: onnxruntime.InferenceSession, phoneme_ids: Sequence[int], speed: float
) -> Mapping[str, NDArray[Any]]:
    """Return all outputs of a model by name; the first axis of the frames has the length 1."""
    names = [output.name for output in session.get_outputs()]
    inputs = {"ids": np.array([phoneme_ids], np.int64), "speed": np.array([speed], np.float32)}
    return dict(zip(names, session.run(names, inputs), strict=True))


def _add_outputs(content: bytes, names: Sequence[str]) -> bytes:
    """Return a model in ONNX format with further values of its graph as outputs.

    The format consists of protocol buffers: if a message is appended to another, its lists are
    appended to those of the other. So no library is needed to append to the list of outputs.
    """
    graph_outputs = b"".join(_encode_field(12, _encode_field(1, name.encode())) for name in names)
    # field 7 of a model is its graph, 12 of a graph an output, 1 of an output its name
    return content + _encode_field(7, graph_outputs) if names else content


def _encode_field(number: int, value: bytes) -> bytes:
    """Return a field of a protocol buffer: its number and type, its length, and its content."""
    length, encoded_length = len(value), bytearray()
    while length > 127:
        encoded_length.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *encoded_length, length]) + value
