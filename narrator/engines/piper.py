"""Piper: neural voices, twelve times as fast as speech on one core.

Each profile names a model and, where the model knows several, a speaker. Noise is off, so that the
same words give the same samples; so is Piper's scaling of every sentence to full level, which makes
a whisper as loud as a cry.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.patch_voice_with_alignment import add_alignment_output

from narrator.engines.model_files import locate_piper_model, model_checksum
from narrator.engines.onnx_session import MODEL_FAILURES, create_session
from narrator.engines.phoneme_durations import find_word_starts, model_with_durations
from narrator.engines.phonemes import to_espeak_ipa
from narrator.engines.speakable_text import has_words, replace_unspeakable, time_words
from narrator.engines.voice_shaping import check_shape_options, shift_voice
from narrator.engines.voice_validation import check_options, check_range
from narrator.errors import EngineUnavailableError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import rewrite_annotated_words
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray
    from piper import AudioChunk

_PACE = 210.0
"""Words a minute, by espeak's measure, that Piper speaks when nothing is asked of it."""
_OPTIONS = ("speaker", "formant")
_MARKED = re.compile(r"\]\]([,.;:!?]+)")
_MODELS_KEPT = 3
"""Each takes about 120 MB of memory."""


class Piper:
    """See the module."""

    name = "piper"
    longest = 500
    phonetic = True

    def fingerprint(self, voice: Voice) -> str:
        """The model's checksum, and the versions of Piper, its runtime, and Praat."""
        versions = " ".join(
            f"{name} {metadata.version(name)}"
            for name in ("piper-tts", "onnxruntime", "praat-parselmouth")
        )
        return f"{versions} model {model_checksum(locate_piper_model(voice.engine_voice))} way 1"

    def validate(self, voice: Voice) -> None:
        """Look for the model and the speaker in it, and at the settings."""
        check_options(voice, _OPTIONS)
        check_shape_options(voice)
        check_range(voice, "rate", voice.rate, (60, 500))
        try:
            settings = _settings(locate_piper_model(voice.engine_voice))
        except EngineUnavailableError as error:
            if not voice.engine_voice.count("-") == 2:
                raise UnknownVoiceError(
                    f"voice {voice.name}: no Piper voice is called '{voice.engine_voice}'",
                    "they are called like en_US-lessac-medium",
                ) from error
            raise
        _speaker(voice, settings)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak sentence after sentence; what looks like phonemes in `[[ ]]` is words.

        Sounds that a lexicon gives go to the model as phonemes.
        """
        model = _load(locate_piper_model(voice.engine_voice))
        if not has_words(text):
            return Clip(b"", model.config.sample_rate)
        plain = replace_unspeakable(_phonetic(text, model.config.espeak_voice))
        wanted = SynthesisConfig(
            speaker_id=_speaker(voice, model.config),
            length_scale=model.config.length_scale * _PACE / voice.rate,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        try:
            chunks = list(model.synthesize(plain, wanted, include_alignments=True))
        except MODEL_FAILURES as error:
            raise SynthesisError(
                f"Piper could not speak '{text[:80]}' in the voice {voice.name}: {error}"
            ) from error
        return _clip(text, chunks, voice, model.config.sample_rate)


def _phonetic(text: str, language: str) -> str:
    """The text with phonemes in Piper's brackets, which open for nothing else.

    A mark that follows goes with them, as Piper loses those that a text begins with.
    """
    plain = text.replace("[[", "((").replace("]]", "))")
    sounded = rewrite_annotated_words(
        plain, lambda _, ipa: f"[[{to_espeak_ipa(ipa, language)}]]"
    ).text
    return _MARKED.sub(r"\1]]", sounded)


def _clip(text: str, chunks: Sequence[AudioChunk], voice: Voice, rate: int) -> Clip:
    if not chunks:
        return Clip(b"", rate)
    samples = shift_voice(np.concatenate([c.audio_float_array for c in chunks]), rate, voice)
    words = time_words(text, find_word_starts(text, _phonemes(chunks)), len(samples))
    return Clip(_pcm(samples), rate, words)


def _pcm(samples: NDArray[np.float64]) -> bytes:
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _phonemes(chunks: Iterable[AudioChunk]) -> Iterable[tuple[str, int]]:
    """Every phoneme, and the sample at which it begins; a chunk begins with a space."""
    at = 0
    for chunk in chunks:
        yield " ", at
        for alignment in chunk.phoneme_alignments or ():
            yield alignment.phoneme, at
            at += int(alignment.num_samples)


def _speaker(voice: Voice, settings: PiperConfig) -> int | None:
    """The number of the speaker whom a voice names.

    Raises:
        UnknownVoiceError: the model has no such speaker.
    """
    wanted = dict(voice.options).get("speaker")
    if settings.num_speakers <= 1 and wanted is None:
        return None
    if wanted is None:
        return settings.default_speaker_id
    if isinstance(wanted, int) and 0 <= wanted < settings.num_speakers:
        return wanted
    if str(wanted) in settings.speaker_id_map:
        return settings.speaker_id_map[str(wanted)]
    known = settings.speaker_id_map or [str(number) for number in range(settings.num_speakers)]
    raise UnknownVoiceError(
        f"voice {voice.name}: {voice.engine_voice} has no speaker '{wanted}'",
        did_you_mean(str(wanted), known),
    )


@lru_cache
def _settings(file: Path) -> PiperConfig:
    try:
        return PiperConfig.from_dict(json.loads(file.with_name(f"{file.name}.json").read_text()))
    except (OSError, ValueError, KeyError) as error:
        raise EngineUnavailableError(
            f"{file}.json does not describe a Piper voice: {error}",
            f"narrator voices fetch {file.stem}",
        ) from error


@lru_cache(maxsize=_MODELS_KEPT)
def _load(file: Path) -> PiperVoice:
    """The model, with the output that tells how long each phoneme is."""
    try:
        loaded = create_session(model_with_durations(file, _add_durations))
    except (*MODEL_FAILURES, DecodeError) as error:
        raise EngineUnavailableError(
            f"{file} is no Piper model: {error}", f"narrator voices fetch {file.stem}"
        ) from error
    return PiperVoice(session=loaded, config=_settings(file))


def _add_durations(model: onnx.ModelProto) -> None:
    with suppress(ValueError):  # which says that it has the output already
        add_alignment_output(model)
