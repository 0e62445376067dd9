"""Piper: neural voices, twelve times as fast as speech on one core.

Each profile names a model and, for models with several speakers, a speaker. Noise is switched off,
because the same words must give the same samples. Piper can scale every sentence to full level;
that is switched off too, because it would make a whisper as loud as a cry.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from google.protobuf.message import DecodeError
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.patch_voice_with_alignment import add_alignment_output

from narrator.engines.library_versions import describe_versions
from narrator.engines.model_files import locate_piper_model, model_checksum
from narrator.engines.onnx_session import MODEL_FAILURES, choose_device, create_session
from narrator.engines.phoneme_durations import cache_model_with_durations
from narrator.engines.phonemes import to_espeak_ipa
from narrator.engines.speakable_text import find_word_starts, replace_unspeakable, time_words
from narrator.engines.voice_shaping import check_shape_options, shift_voice
from narrator.engines.voice_validation import check_options, check_range, read_device
from narrator.errors import EngineUnavailableError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import rewrite_annotated_words
from narrator.text.suggestions import did_you_mean
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray
    from piper import AudioChunk

_DEFAULT_RATE = 210.0
"""Words per minute, as espeak-ng counts them, that Piper speaks at its default settings."""
_VOICE_OPTIONS = ("speaker", "formant", "device")
_MARKS_AFTER_PHONEMES = re.compile(r"\]\]([,.;:!?]+)")
_CACHED_MODELS = 3
"""The number of models that stay loaded; each takes about 120 MB of memory."""


class Piper:
    """The engine `piper`."""

    name = "piper"
    longest = 500
    ends_questions_flat = True
    phonetic = True

    def fingerprint(self, voice: Voice) -> str:
        """Return the model's checksum, and the versions of Piper, onnxruntime and Praat."""
        versions = describe_versions("piper-tts", "onnxruntime", "praat-parselmouth")
        return f"{versions} {self.sound_key(voice)} on {choose_device(read_device(voice))}"

    def sound_key(self, voice: Voice) -> str:
        """Return the model's checksum."""
        # "way" goes up when a change in this module changes the sound
        return f"model {model_checksum(locate_piper_model(voice.engine_voice))} way 1"

    def validate(self, voice: Voice) -> None:
        """Check that model and speaker exist and that the settings are in range.

        Raises:
            EngineUnavailableError: the model is missing.
            UnknownVoiceError: there is no such model, or it has no such speaker.
            CastFileError: a setting is out of range or unknown.
        """
        check_options(voice, _VOICE_OPTIONS)
        read_device(voice)
        check_shape_options(voice)
        check_range(voice, "rate", voice.rate, (60, 500))
        try:
            settings = _load_settings(locate_piper_model(voice.engine_voice))
        except UnknownVoiceError as error:
            raise UnknownVoiceError(f"voice {voice.name}: {error.message}", error.hint) from error
        _speaker_number(voice, settings)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak the sentences of a text; annotated words are passed to the model as phonemes.

        Raises:
            SynthesisError: the model failed.
        """
        model = _load_voice(
            locate_piper_model(voice.engine_voice), choose_device(read_device(voice))
        )
        if not has_words(text):
            return Clip(b"", model.config.sample_rate)
        input_text = replace_unspeakable(_insert_phonemes(text, model.config.espeak_voice))
        settings = SynthesisConfig(
            speaker_id=_speaker_number(voice, model.config),
            # a larger scale is slower; models differ in the scale at which they speak naturally
            length_scale=model.config.length_scale * _DEFAULT_RATE / voice.rate,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        try:
            chunks = list(model.synthesize(input_text, settings, include_alignments=True))
        except MODEL_FAILURES as error:
            raise SynthesisError(
                f"Piper could not speak '{text[:80]}' in the voice {voice.name}: {error}"
            ) from error
        return _join_chunks(text, chunks, voice, model.config.sample_rate)


def _insert_phonemes(text: str, language: str) -> str:
    """Write the sounds of annotated words in `[[ ]]`, and remove these brackets everywhere else.

    Punctuation that follows is moved inside, because Piper loses punctuation at the start of a
    text.
    """
    without_brackets = text.replace("[[", "((").replace("]]", "))")
    with_phonemes = rewrite_annotated_words(
        without_brackets, lambda _, ipa: f"[[{to_espeak_ipa(ipa, language)}]]"
    ).text
    return _MARKS_AFTER_PHONEMES.sub(r"\1]]", with_phonemes)


def _join_chunks(text: str, chunks: Sequence[AudioChunk], voice: Voice, rate: int) -> Clip:
    if not chunks:
        return Clip(b"", rate)
    chunk_samples = [chunk.audio_float_array for chunk in chunks]  # each of shape (n,), -1 to 1
    samples = shift_voice(np.concatenate(chunk_samples), rate, voice)
    words = time_words(text, find_word_starts(text, _time_phonemes(chunks)), len(samples))
    return Clip(_convert_to_pcm(samples), rate, words)


def _convert_to_pcm(samples: NDArray[np.float64]) -> bytes:
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _time_phonemes(chunks: Iterable[AudioChunk]) -> Iterable[tuple[str, int]]:
    """Yield every phoneme with its first sample, and a space before each chunk."""
    position = 0
    for chunk in chunks:
        # each chunk is a sentence, and there is no phoneme between sentences
        yield " ", position
        for alignment in chunk.phoneme_alignments or ():
            yield alignment.phoneme, position
            position += int(alignment.num_samples)


def _speaker_number(voice: Voice, settings: PiperConfig) -> int | None:
    """Return the number of the profile's speaker, or `None` for a model with one speaker.

    Raises:
        UnknownVoiceError: the model has no such speaker.
    """
    speaker = dict(voice.options).get("speaker")
    if settings.num_speakers <= 1 and speaker is None:
        return None
    if speaker is None:
        return settings.default_speaker_id
    if isinstance(speaker, int) and 0 <= speaker < settings.num_speakers:
        return speaker
    if str(speaker) in settings.speaker_id_map:
        return settings.speaker_id_map[str(speaker)]
    names = settings.speaker_id_map or [str(number) for number in range(settings.num_speakers)]
    raise UnknownVoiceError(
        f"voice {voice.name}: {voice.engine_voice} has no speaker '{speaker}'",
        did_you_mean(str(speaker), names),
    )


@lru_cache
def _load_settings(file: Path) -> PiperConfig:
    try:
        settings = file.with_name(f"{file.name}.json").read_text("utf-8")
        return PiperConfig.from_dict(json.loads(settings))
    # JSON of any shape may lie there
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EngineUnavailableError(
            f"{file}.json does not describe a Piper voice ({type(error).__name__}: {error})",
            f"`narrator voices fetch {file.stem}` downloads it",
        ) from error


@lru_cache(maxsize=_CACHED_MODELS)
def _load_voice(file: Path, device: str) -> PiperVoice:
    """Load a model, with an output for the duration of each phoneme.

    Raises:
        EngineUnavailableError: the file is not a Piper model.
    """
    try:
        session = create_session(cache_model_with_durations(file, _add_durations), device)
    except (*MODEL_FAILURES, DecodeError) as error:
        raise EngineUnavailableError(
            f"{file} is not a Piper model: {error}",
            f"`narrator voices fetch {file.stem}` downloads it",
        ) from error
    return PiperVoice(session=session, config=_load_settings(file))


def _add_durations(model: onnx.ModelProto) -> None:
    with suppress(ValueError):  # raised if the model has the output already
        add_alignment_output(model)
