"""The voices of hibari: natural English, a hundred times as fast as speech on one core.

They were distilled from Kokoro. One voice comes with the package; the others are fetched by
`narrator voices fetch`. hibari has a phonemiser of its own, which needs no espeak-ng.
"""

from __future__ import annotations

import json
import math
import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr
from hibari import Hibari
from hibari.voices import DEFAULT, VOICES, cache_dir

from narrator.cache.process_memory import release_free_memory
from narrator.engines.hibari_model import (
    ASSETS_FOLDER,
    HibariModel,
    load_hibari_model,
)
from narrator.engines.hibari_phonemiser import load_phonemiser
from narrator.engines.hibari_vocoder import SAMPLE_RATE
from narrator.engines.library_versions import describe_versions
from narrator.engines.model_files import model_checksum, models_folder
from narrator.engines.onnx_session import MODEL_FAILURES
from narrator.engines.phonemes import to_misaki
from narrator.engines.speakable_text import find_word_starts, replace_unspeakable, time_words
from narrator.engines.transliteration import transliterate
from narrator.engines.verified_speech import split_text
from narrator.engines.voice_shaping import (
    check_shape_ranges,
    find_formant_ratio,
    has_praat,
    is_shifted,
    shift_sound,
)
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import EngineUnavailableError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import rewrite_annotated_words
from narrator.text.language_tags import primary_subtag
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_DEFAULT_RATE = 165.0
"""Words per minute, as espeak-ng counts them, at speed 1."""
_SPEED_LIMITS = (0.5, 2.0)
"""The speeds that the models were trained with."""
_MAX_PHONEMES = 400
"""The length at which phonemes are cut, at clauses if possible. The memory that a model needs grows
with the square of the length: 1,500 words in one piece take 4.2 GB."""
_KEPT_SECONDS = 60
"""Seconds of speech after which free memory is returned to the system. A worker speaks for half a
second in between, so this takes less than 1 % of the time; after each line, it would take 20 %."""
_INAUDIBLE_SEMITONES = 0.1
"""A difference in pitch that is not worth a shift, which costs quality and time."""
_NOISE_SEED = 0
"""The breath of a voice is noise; a fixed seed makes it the same each time."""
_LONGEST_WORD = 20
"""The phonemiser drops the letters of an unknown word beyond the 24th, so long words are parted."""
_LONG_WORD_PART = re.compile(rf"([^\W\d_]{{{_LONGEST_WORD}}})(?=[^\W\d_]{{3}})")
_CAPITALS = re.compile(r"(?<![^\W\d_])[A-Z]{2,}(?:['’][A-Z]+)?(?![^\W\d_])")
"""A word in capitals. Normalisation has already put spaces between the letters of initialisms, so
it is a word, whose letters the phonemiser would name one by one."""
_ELISION = re.compile(r"(?<!\w)['’]([^\W\d_]{2,})(?!['’]?\w)")
"""A word such as 'tis. The phonemiser has its sounds, but takes the apostrophe for a quotation
mark."""
_BRACKETS = str.maketrans("[]", "()")
"""The phonemiser takes `[word](/sounds/)` for its own notation, so the text has round brackets."""


class Natural:
    """The engine `natural`."""

    name = "natural"
    longest = 600
    ends_questions_flat = True
    phonetic = True

    def __init__(self) -> None:
        self._kept_seconds = 0.0

    def fingerprint(self, voice: Voice) -> str:
        """Return the checksum of the model, and the versions of the libraries that shape sound."""
        shaping = ("praat-parselmouth", "soxr") if is_shifted(voice) else ()
        versions = describe_versions("onnxruntime", "numpy", "anyascii", *shaping)
        return f"{versions} {self.sound_key(voice)}"

    def sound_key(self, voice: Voice) -> str:
        """Return the version of hibari, the checksum of the model, and whether Praat shifts it."""
        hibari = describe_versions("hibari-tts")
        model = model_checksum(locate_hibari_model(voice.engine_voice))
        shifter = " praat" if is_shifted(voice) and has_praat() else ""
        # "way" goes up when a change in this module changes the sound
        return f"{hibari} model {model} way 2{shifter}"

    def validate(self, voice: Voice) -> None:
        """Check that the model is here, speaks the language, and that settings are in range.

        Raises:
            UnknownVoiceError: hibari has no such voice.
            EngineUnavailableError: the model is missing, or the language is not English.
            CastFileError: a setting is out of range or unknown.
        """
        check_options(voice, ("formant",))
        check_shape_ranges(voice)
        slowest, fastest = (_DEFAULT_RATE * speed for speed in _SPEED_LIMITS)
        ratio = find_formant_ratio(voice)
        check_range(voice, "rate", voice.rate, (round(slowest * ratio), round(fastest * ratio)))
        if primary_subtag(voice.language) != "en":
            raise EngineUnavailableError(
                f"voice {voice.name}: natural speaks English, not '{voice.language}'",
                "use a voice of another engine: `narrator voices` lists them",
            )
        locate_hibari_model(voice.engine_voice)

    def knows_word(self, word: str) -> bool:
        """Return whether the dictionary has a word; the sounds of all others are guessed."""
        lexicon = load_phonemiser(is_british=False).lexicon
        forms = (word, word.lower())
        return any(form in lexicon.golds or form in lexicon.silvers for form in forms)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak a sentence or two; word times come from the durations of phonemes.

        Raises:
            SynthesisError: the model failed, or the text has no sounds in English.
        """
        if not has_words(text):
            return Clip(b"", SAMPLE_RATE)
        is_british = VOICES[voice.engine_voice]["british"]
        pieces = _phonemise(text, is_british=is_british)
        if not pieces:
            raise SynthesisError(
                f"natural has no English sounds for '{text[:80]}'",
                "give a spelling in the lexicon, or use --engine pyttsx3",
            )
        try:
            return self._speak_phonemes(text, pieces, voice)
        except MODEL_FAILURES as error:
            raise SynthesisError(
                f"natural could not speak '{text[:80]}' in the voice {voice.name}: {error}"
            ) from error

    def _speak_phonemes(self, text: str, pieces: Sequence[str], voice: Voice) -> Clip:
        """Return the clip of pieces of phonemes."""
        model = _load_model(locate_hibari_model(voice.engine_voice))
        shape = _find_shape(voice)
        noise = np.random.default_rng(_NOISE_SEED)
        samples: list[NDArray[np.float32]] = []
        timed_phonemes: list[tuple[str, int]] = []
        position = 0
        for piece in pieces:
            piece_samples, piece_phonemes = _speak_piece(model, piece, shape, noise)
            # there is no phoneme between two pieces
            timed_phonemes.append((" ", position))
            timed_phonemes += [(sign, position + start) for sign, start in piece_phonemes]
            samples.append(piece_samples)
            position += len(piece_samples)
        shaped_samples = shape.apply(np.concatenate(samples))
        timed_phonemes = [
            (sign, round(start / shape.formant_ratio)) for sign, start in timed_phonemes
        ]
        words = time_words(text, find_word_starts(text, timed_phonemes), len(shaped_samples))
        self._release_memory(len(shaped_samples) / SAMPLE_RATE)
        np.clip(shaped_samples, -1, 1, out=shaped_samples)
        shaped_samples *= 32767
        return Clip(shaped_samples.astype("<i2").tobytes(), SAMPLE_RATE, words)

    def _release_memory(self, seconds: float) -> None:
        """Return free memory to the system every `_KEPT_SECONDS`, of which some were just spoken.

        Long sentences leave gaps in the memory that glibc would keep: up to 100 MB per worker.
        """
        self._kept_seconds += seconds
        if self._kept_seconds >= _KEPT_SECONDS:
            self._kept_seconds = 0.0
            release_free_memory()


_loaded_models = threading.local()


def _load_model(file: Path) -> HibariModel:
    """Return the model in a file, loaded once per process and thread."""
    models: dict[Path, HibariModel] = _loaded_models.__dict__.setdefault("models", {})
    if file not in models:
        models[file] = load_hibari_model(file)
    return models[file]


def load_shared() -> None:
    """Load the model that comes with the package, its phonemiser and Praat.

    Raises:
        EngineUnavailableError: the model is not here.
        OSError: the phonemiser can't be read.
    """
    load_phonemiser(is_british=VOICES[DEFAULT]["british"])
    _load_model(locate_hibari_model(DEFAULT))
    if has_praat():
        # many lines need it: questions and stressed words are raised by it
        import_module("parselmouth.praat")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the speaker of a model is made another person.

    The sound is played faster or slower, which shifts formants and pitch together and keeps all
    quality; the model speaks slower or faster in return. What is left of the pitch is shifted by
    Praat. Where Praat is not installed, the vocoder does it, a little worse: men from `heart` have
    a MOS of 4.3 to 4.5 instead of 4.6 to 4.7.
    """

    speed: float
    """The speed at which the model speaks."""
    formant_ratio: float
    """The factor by which the sound is played faster."""
    vocoder_semitones: float
    praat_semitones: float

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the samples played faster and shifted by Praat, shape (n / formant_ratio,)."""
        if self.formant_ratio != 1:
            samples = soxr.resample(samples, SAMPLE_RATE * self.formant_ratio, SAMPLE_RATE)
        return shift_sound(samples, SAMPLE_RATE, self.praat_semitones)


def _find_shape(voice: Voice) -> _Shape:
    """Return the shape of a voice from its rate, pitch and formant ratio."""
    ratio = find_formant_ratio(voice)
    semitones = voice.pitch - 12 * math.log2(ratio)
    if abs(semitones) < _INAUDIBLE_SEMITONES:
        semitones = 0.0
    speed = voice.rate / _DEFAULT_RATE / ratio
    return _Shape(speed, ratio, *((0.0, semitones) if has_praat() else (semitones, 0.0)))


def _speak_piece(
    model: HibariModel, piece: str, shape: _Shape, noise: np.random.Generator
) -> tuple[NDArray[np.float32], list[tuple[str, int]]]:
    """Return the samples of a piece of phonemes, and each phoneme with its first sample.

    The samples are not shaped yet. What the model predicts is freed before it speaks again.
    """
    phonemes = [sign for sign in piece if sign in _load_vocabulary()]
    ids = [0, *(_load_vocabulary()[sign] for sign in phonemes), 0]
    frames = model.predict_frames(ids, shape.speed)
    samples = frames.shift_pitch(shape.vocoder_semitones).synthesise(noise)
    # the first id is a pad, which is not a phoneme
    return samples, list(zip(phonemes, frames.phoneme_starts[1:], strict=False))


def _phonemise(text: str, *, is_british: bool) -> list[str]:
    """Return the phonemes of a text, in pieces of at most `_MAX_PHONEMES`.

    Annotated words get the sounds that their annotation gives.
    """
    pieces: list[str] = []
    for sentence in Hibari.split_sentences(_prepare_text(text, is_british=is_british)):
        phonemes: str = load_phonemiser(is_british=is_british)(sentence)
        cuts = split_text(phonemes, _MAX_PHONEMES)
        pieces += [phonemes[start:end].strip() for start, end in cuts]
    return [piece for piece in pieces if any(sign.isalpha() for sign in piece)]


def _prepare_text(text: str, *, is_british: bool) -> str:
    """Return a text that the phonemiser reads word by word, with the sounds of annotated words."""
    links: list[str] = []

    def write_link(spelling: str, ipa: str) -> str:
        if sounds := to_misaki(ipa, is_british=is_british):
            # the phonemiser guesses the word class from the spelling, which must not end a sentence
            word = re.sub(r"\W+", "", spelling) or "x"
            links.append(f"[{word}](/{sounds}/)")
        else:
            links.append(_prepare_words(spelling, is_british=is_british))
        # marks the place of the link, at which the text is split into pieces
        return "\0"

    without_controls = text.replace("\0", " ")
    pieces = rewrite_annotated_words(without_controls, write_link).text.split("\0")
    words = [_prepare_words(piece, is_british=is_british) for piece in pieces]
    return "".join(part for pair in zip(words, [*links, ""], strict=True) for part in pair)


def _prepare_words(text: str, *, is_british: bool) -> str:
    """Rewrite what the phonemiser would drop, spell out or take for its own notation."""
    plain_text = replace_unspeakable(text).translate(_BRACKETS)
    latin_text = transliterate(plain_text, _load_known_letters())
    lowered_text = _CAPITALS.sub(lambda match: match[0].lower(), latin_text)
    known_sounds = load_phonemiser(is_british=is_british).lexicon.golds

    def write_elision(match: re.Match[str]) -> str:
        sounds = known_sounds.get(f"'{match[1].lower()}")
        return f"[{match[1]}](/{sounds}/)" if isinstance(sounds, str) else match[0]

    return _ELISION.sub(write_elision, _LONG_WORD_PART.sub(r"\1-", lowered_text))


def locate_hibari_model(name: str) -> Path:
    """Return the file of a voice of hibari: from the package, fetched, or downloaded by hibari.

    Raises:
        UnknownVoiceError: hibari has no such voice.
        EngineUnavailableError: the voice was not fetched.
    """
    if name not in VOICES:
        raise UnknownVoiceError(f"hibari has no voice '{name}'", did_you_mean(name, VOICES))
    file_name: str = VOICES[name]["file"]
    for folder in (ASSETS_FOLDER, models_folder("natural"), cache_dir()):
        if (file := Path(folder) / file_name).is_file():
            return file
    raise EngineUnavailableError(
        f"the voice {name} of natural is not installed",
        f"`narrator voices fetch {name}` downloads it",
    )


@cache
def _load_vocabulary() -> dict[str, int]:
    """Return the id of each phoneme."""
    vocabulary: dict[str, int] = _read_asset("vocab.json")
    return vocabulary


@cache
def _load_known_letters() -> frozenset[str]:
    """Return the Latin letters beyond ASCII that the phonemiser reads as letters of words."""
    letters: Iterable[str] = _read_asset("oov_gb.json")["in"]
    return frozenset(
        letter for letter in letters if unicodedata.name(letter, "").startswith("LATIN")
    )


def _read_asset(name: str) -> Any:
    return json.loads((Path(ASSETS_FOLDER) / name).read_text("utf-8"))
