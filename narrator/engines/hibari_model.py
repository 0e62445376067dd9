"""Runs the models of hibari: phonemes in, frames for its vocoder out.

A model decides how long each phoneme takes, and predicts the spectrum of each frame of 12.5 ms. The
vocoder, plain signal processing in `hibari_vocoder`, makes the samples from these frames.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from hibari.tts import ASSETS

from narrator.engines.hibari_vocoder import FRAME_SAMPLES, VocoderFrames
from narrator.engines.onnx_graph import add_outputs, read_nodes, select_outputs
from narrator.engines.onnx_session import MODEL_FAILURES, create_session, release_after_run
from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

ASSETS_FOLDER: str = ASSETS
"""The folder of the model that comes with the package, and of the tables of its phonemiser."""

_DURATION_VALUE = "/Cast_32_output_0"
"""The value in the graph that holds the duration of each phoneme, in models of version 0.2."""
_DURATION_NAME = re.compile(rb"/Cast(?:_\d+)?_output_0")
"""The names that the value may have in another model: its numbers were cast to integers."""
_FRAMES_PER_UNIT = 2
"""The model counts durations in units of two frames, 25 ms."""
_PROBE_IDS = (0, 50, 83, 54, 31, 0)
"""The ids of the phonemes of a short word, between the pads that every input needs."""
_SPECTRA = ("lh", "theta", "ln", "lr", "phi")
"""The outputs that every model has, beside the pitch: the spectra of `VocoderFrames`."""
_PITCH = "f0"


@dataclass(frozen=True)
class HibariModel:
    """A loaded model. One instance serves one thread."""

    session: onnxruntime.InferenceSession
    duration_value: str | None
    """The name of the output with the durations of phonemes; None if it was not found."""
    joint_spectra: str | None = None
    """The name of the output with all spectra, shape (1, F, 3005); None if each is an output."""

    def predict_frames(self, phoneme_ids: Sequence[int], speed: float) -> VocoderFrames:
        """Return the frames of a text; its ids begin and end with the pad, 0.

        Raises:
            one of MODEL_FAILURES: the model failed.
        """
        values = _run_model(self.session, phoneme_ids, speed)
        spectra = _split_spectra(values, self.joint_spectra)
        starts: tuple[int, ...] = ()
        if self.duration_value is not None:
            durations = values[self.duration_value].ravel() * (_FRAMES_PER_UNIT * FRAME_SAMPLES)
            starts = tuple(accumulate(durations.tolist()[:-1], initial=0))
        return VocoderFrames(
            harmonic_log_magnitudes=spectra["lh"],
            harmonic_phases=spectra["theta"],
            noise_log_magnitudes=spectra["ln"],
            free_log_magnitudes=spectra["lr"],
            free_phases=spectra["phi"],
            pitch_hz=values[_PITCH][0],
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
        joint_spectra = _find_joint_spectra(content)
        if joint_spectra is not None:
            content = select_outputs(content, [joint_spectra, _PITCH])
        model = _load_with_outputs(content, joint_spectra, [_DURATION_VALUE])
        if model is None:
            names = _find_duration_names(content)
            model = _load_with_outputs(content, joint_spectra, names)
            # the other values that were tried would cost time for each line
            duration_value = model.duration_value if model else None
            session = create_session(
                add_outputs(content, [duration_value] if duration_value else [])
            )
            model = HibariModel(session, duration_value, joint_spectra)
        return model
    except MODEL_FAILURES as error:
        raise EngineUnavailableError(
            f"{file} is not a voice of hibari: {error}", "delete it, and fetch the voice again"
        ) from error


def _find_joint_spectra(content: bytes) -> str | None:
    """Return the value that a model transposes and splits into its spectra; None if it does not.

    Both steps copy all spectra, which takes 47 MB for 25 seconds of speech.
    """
    writers = {name: node for node in read_nodes(content) for name in node.outputs}
    split = writers.get(_SPECTRA[0])
    if split is None or (split.operator, split.outputs) != ("Split", _SPECTRA):
        return None
    transpose = writers.get(split.inputs[0])
    return transpose.inputs[0] if transpose and transpose.operator == "Transpose" else None


def _split_spectra(
    values: Mapping[str, NDArray[Any]], joint_spectra: str | None
) -> Mapping[str, NDArray[np.float32]]:
    """Return the spectra by name, each of shape (601, F)."""
    if joint_spectra is None:
        return {name: values[name][0] for name in _SPECTRA}
    parts = np.split(values[joint_spectra][0].T, len(_SPECTRA))
    return dict(zip(_SPECTRA, parts, strict=True))


def _find_duration_names(content: bytes) -> list[str]:
    """Return the names of all values in a model's graph that may hold durations."""
    return sorted({name.decode() for name in _DURATION_NAME.findall(content)})


def _load_with_outputs(
    content: bytes, joint_spectra: str | None, names: Sequence[str]
) -> HibariModel | None:
    """Load a model with more values of its graph as outputs, of which one holds the durations.

    Return None if the graph lacks one of these values, or none of them holds durations.
    """
    try:
        session = create_session(add_outputs(content, names))
    except MODEL_FAILURES:
        return None
    values = _run_model(session, _PROBE_IDS, 1.0)
    if _PITCH not in values:
        return None
    duration_names = [name for name in names if _are_durations(values[name], values[_PITCH])]
    return HibariModel(session, duration_names[0], joint_spectra) if duration_names else None


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
    return dict(zip(names, session.run(names, inputs, release_after_run()), strict=True))
