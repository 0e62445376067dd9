"""Runs the models of hibari: phonemes in, frames for its vocoder out.

A model decides how long each phoneme takes, and predicts the spectrum of each frame of 12.5 ms. The
vocoder, plain signal processing in `hibari_vocoder`, makes the samples from these frames.

A model is cut into two parts where durations are whole numbers, so that narrator decides between
them how long each phoneme is at another speed. Most phonemes take one or two units of 25 ms, which
the model rounds one by one: at speed 1.32 nearly all would stay as they are, and at 1.34 the line
would be a quarter shorter.

The last layer of a model, its head, makes the spectra of each frame from 256 bytes. It is cut off,
too, and run for one block of frames at a time: the spectra of 25 seconds take 24 MB, and the layer
needs them twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from hibari.tts import ASSETS

from narrator.engines.hibari_vocoder import FRAME_SAMPLES, Spectra, VocoderFrames
from narrator.engines.onnx_graph import Array, ElementType, extract_part, read_nodes
from narrator.engines.onnx_session import MODEL_FAILURES, create_session, release_after_run
from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

    from narrator.engines.onnx_graph import Node

ASSETS_FOLDER: str = ASSETS
"""The folder of the model that comes with the package, and of the tables of its phonemiser."""

_FRAMES_PER_UNIT = 2
"""The model counts durations in units of two frames, 25 ms."""
_PHONEME_IDS, _SPEED = "ids", "speed"
"""The inputs that every model has."""
_SPECTRA = ("lh", "theta", "ln", "lr", "phi")
"""The outputs that every model has, beside the pitch: the fields of `Spectra`."""
_PITCH = "f0"
_ROUNDING_OPERATORS = ("Round", "Clip", "Max")
"""What stands in a model's graph between a duration and the whole number that is made of it."""


_QUANTISER = "DynamicQuantizeLinear"
_HEAD_OPERATORS = ("MatMulInteger", "Cast", "Mul", "Add")
"""What the head does with quantised frames. It treats each frame by itself."""


class _Durations(NamedTuple):
    """The names of two values in a model's graph, of shape (L,) for L phonemes."""

    exact: str
    """The durations at speed 1, in units, not rounded."""
    units: str
    """The durations at the chosen speed, as whole numbers."""


class _QuantisedFrames(NamedTuple):
    """The names of three values in a model's graph, from which its head computes the spectra."""

    numbers: str
    """Shape (1, F, H): H bytes for each of F frames."""
    scale: str
    zero_point: str

    def describe(self) -> tuple[Array, ...]:
        """Return the types of the values."""
        return (
            Array(self.numbers, ElementType.UINT8, (1, None, None)),
            Array(self.scale, ElementType.FLOAT, ()),
            Array(self.zero_point, ElementType.UINT8, ()),
        )


class _Head(NamedTuple):
    """The last layer of a model, and what it reads."""

    session: onnxruntime.InferenceSession
    frames: _QuantisedFrames


@dataclass(frozen=True)
class HibariModel:
    """A loaded model. One instance serves one thread."""

    encoder: onnxruntime.InferenceSession | None
    """The part that computes durations; None if the model could not be cut."""
    decoder: onnxruntime.InferenceSession
    """The part that computes frames from what the encoder computed; without it, the whole model."""
    durations: _Durations | None
    head: _Head | None
    """The part that computes spectra, block by block; None if the decoder computes all at once."""
    joint_spectra: str | None
    """The name of the output with all spectra, shape (1, F, 3005); None if each is an output."""

    def predict_frames(self, phoneme_ids: Sequence[int], speed: float) -> VocoderFrames:
        """Return the frames of a text; its ids begin and end with the pad, 0.

        Raises:
            one of MODEL_FAILURES: the model failed.
        """
        inputs: dict[str, NDArray[Any]] = {_PHONEME_IDS: np.array([phoneme_ids], np.int64)}
        starts: tuple[int, ...] = ()
        if self.encoder is None or self.durations is None:
            inputs[_SPEED] = np.array([speed], np.float32)
        else:
            inputs |= _run_session(self.encoder, inputs)
            units = share_units(inputs.pop(self.durations.exact), speed)
            inputs[self.durations.units] = units
            sample_counts = units * (_FRAMES_PER_UNIT * FRAME_SAMPLES)
            starts = tuple(accumulate(sample_counts.tolist()[:-1], initial=0))
        values = _run_session(self.decoder, inputs)
        return VocoderFrames(self._make_predictor(values), values[_PITCH][0], starts)

    def _make_predictor(self, values: Mapping[str, NDArray[Any]]) -> Callable[[slice], Spectra]:
        """Return the function that returns the spectra of a block of the decoder's frames."""
        if self.head is None:
            spectra = _split_spectra(values, self.joint_spectra)
            return lambda block: Spectra(*(part[:, block] for part in spectra))
        session, frames = self.head

        def predict_spectra(block: slice) -> Spectra:
            inputs = {name: values[name] for name in frames}
            inputs[frames.numbers] = inputs[frames.numbers][:, block]
            [joint_spectra] = session.run(None, inputs)
            return _split_joint_spectra(joint_spectra)

        return predict_spectra


def share_units(durations: NDArray[np.float32], speed: float) -> NDArray[np.int64]:
    """Return how many whole units each phoneme takes, at least one.

    At speed 1, each duration is rounded, as the model was trained. At other speeds, the end of each
    phoneme is rounded, so that the text as a whole takes its time at speed 1 divided by the speed.
    What a phoneme that is shorter than one unit takes too much, the next ones take less.

    Args:
        durations: in units at speed 1, shape (L,).
        speed: above 1 for faster.
    """
    lengths = np.maximum(durations.astype(np.float64), 0)
    units = np.maximum(np.round(lengths), 1)
    if speed != 1 and lengths.any():
        ends = np.round(np.cumsum(lengths) * (units.sum() / lengths.sum() / speed))
        counts = np.arange(1, len(ends) + 1)
        ends = np.maximum.accumulate(ends - counts).clip(0) + counts
        units = np.diff(ends, prepend=0)
    return units.astype(np.int64)


def load_hibari_model(file: Path) -> HibariModel:
    """Load a model, cut where the durations of phonemes are whole numbers.

    A model of another version may have none that is found. It then speaks in one piece: it rounds
    durations itself, and word times are estimated.

    Raises:
        EngineUnavailableError: the file is not a model of hibari.
    """
    try:
        content = file.read_bytes()
        nodes = read_nodes(content)
        joint_spectra = _find_joint_spectra(nodes)
        head = _load_head(content, nodes, joint_spectra)
        spectra = head.frames if head else [joint_spectra] if joint_spectra else _SPECTRA
        outputs = (_PITCH, *spectra)
        if durations := _find_durations(nodes):
            shared_values = _find_shared_values(nodes, durations)
            encoder = extract_part(content, (_PHONEME_IDS,), (durations.exact, *shared_values))
            decoder = extract_part(content, (durations.units, *shared_values), outputs)
            parts = create_session(encoder), create_session(decoder)
            return HibariModel(*parts, durations, head, joint_spectra)
        whole = create_session(extract_part(content, (_PHONEME_IDS, _SPEED), outputs))
        return HibariModel(None, whole, None, head, joint_spectra)
    except MODEL_FAILURES as error:
        raise EngineUnavailableError(
            f"{file} is not a voice of hibari: {error}", "delete it, and fetch the voice again"
        ) from error


def _find_joint_spectra(nodes: Sequence[Node]) -> str | None:
    """Return the value that a model transposes and splits into its spectra; None if it does not.

    Both steps copy all spectra, which takes 47 MB for 25 seconds of speech.
    """
    writers = {name: node for node in nodes for name in node.outputs}
    split = writers.get(_SPECTRA[0])
    if split is None or (split.operator, split.outputs) != ("Split", _SPECTRA):
        return None
    transpose = writers.get(split.inputs[0])
    return transpose.inputs[0] if transpose and transpose.operator == "Transpose" else None


def _load_head(content: bytes, nodes: Sequence[Node], joint_spectra: str | None) -> _Head | None:
    """Load the head of a model; return None if it has none that treats each frame by itself."""
    if joint_spectra is None or (frames := _find_quantised_frames(nodes, joint_spectra)) is None:
        return None
    part = extract_part(content, frames, [joint_spectra], frames.describe())
    return _Head(create_session(part), frames)


def _find_quantised_frames(nodes: Sequence[Node], joint_spectra: str) -> _QuantisedFrames | None:
    """Return what the spectra are computed from; None if the layer before is another."""
    writers = {name: node for node in nodes for name in node.outputs}
    predicted = _find_dependent(nodes, _PHONEME_IDS)
    pending_values, quantised = [joint_spectra], set[tuple[str, ...]]()
    while pending_values:
        node = writers[pending_values.pop()]
        if node.operator == _QUANTISER:
            quantised.add(node.outputs)
        elif node.operator in _HEAD_OPERATORS:
            pending_values += predicted.intersection(node.inputs)
        else:
            return None
    return _QuantisedFrames(*quantised.pop()) if len(quantised) == 1 else None


def _find_durations(nodes: Sequence[Node]) -> _Durations | None:
    """Return the values with the durations of phonemes; None if the graph has no such values.

    They are the only value that is divided by the speed, and what a cast makes of the quotients
    after they were rounded.
    """
    speed_readers = [node for node in nodes if _SPEED in node.inputs]
    if [node.operator for node in speed_readers] != ["Div"]:
        return None
    [division] = speed_readers
    value = division.outputs[0]
    readers = [node for node in nodes if value in node.inputs]
    while len(readers) == 1 and readers[0].operator in _ROUNDING_OPERATORS:
        value = readers[0].outputs[0]
        readers = [node for node in nodes if value in node.inputs]
    if [node.operator for node in readers] != ["Cast"]:
        return None
    return _Durations(division.inputs[0], readers[0].outputs[0])


def _find_shared_values(nodes: Sequence[Node], durations: _Durations) -> list[str]:
    """Return what the decoder needs from the encoder, beside the durations.

    These are the values that depend on the phonemes, but not on the durations.
    """
    encoded = _find_dependent(nodes, _PHONEME_IDS)
    decoded = _find_dependent(nodes, durations.units)
    read_values = {name for node in nodes if decoded & set(node.outputs) for name in node.inputs}
    return sorted(read_values & encoded - _find_dependent(nodes, durations.exact))


def _find_dependent(nodes: Sequence[Node], name: str) -> set[str]:
    """Return the names of all values that are computed from a value, and its own."""
    names = {name}
    for node in nodes:
        if names.intersection(node.inputs):
            names.update(node.outputs)
    return names


def _split_spectra(values: Mapping[str, NDArray[Any]], joint_spectra: str | None) -> Spectra:
    """Return the spectra of all frames among the outputs of a session."""
    if joint_spectra is None:
        return Spectra(*(values[name][0] for name in _SPECTRA))
    return _split_joint_spectra(values[joint_spectra])


def _split_joint_spectra(joint_spectra: NDArray[np.float32]) -> Spectra:
    """Return the spectra in an array of shape (1, F, 3005)."""
    return Spectra(*np.split(joint_spectra[0].T, len(_SPECTRA)))


def _run_session(
    session: onnxruntime.InferenceSession, values: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return all outputs of a session by name, from those of the values that it reads."""
    names = [output.name for output in session.get_outputs()]
    inputs = {value.name: values[value.name] for value in session.get_inputs()}
    return dict(zip(names, session.run(names, inputs, release_after_run()), strict=True))
