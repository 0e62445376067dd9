"""The clip cache: a line is synthesised once for as long as its words and its voice stay the same.

A clip is named by what makes it: the engine and its version, the voice's parameters, and the spoken
words. Not by its place in the book, so that moving a paragraph costs nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from narrator import registry
from narrator.cache.fingerprints import FINGERPRINT_BYTES, fingerprint
from narrator.engines.interrupts import defer_interrupts
from narrator.engines.verified_speech import speak_line
from narrator.errors import SynthesisError
from narrator.model import Clip, WordTiming

if TYPE_CHECKING:
    from narrator.cache.store import Store
    from narrator.model import Cue, Voice

FASTEST_FLAC = 0.0
"""Compression level: the best one saves 2 % more, and takes half as long again."""


def clip_name(spoken: str, voice: Voice) -> str:
    """The name of a line's clip."""
    words = spoken.encode(errors="surrogatepass")
    return hashlib.blake2b(words, digest_size=FINGERPRINT_BYTES, key=_maker(voice)).hexdigest()


@cache
def _maker(voice: Voice) -> bytes:
    """All that shapes a clip but the words: asking an engine for its fingerprint takes a while."""
    engine_fingerprint = registry.load_engine(voice.engine).fingerprint(voice)
    return fingerprint(
        "clip", voice.engine, engine_fingerprint, synthesis_parameters(voice)
    ).encode()


def synthesis_parameters(voice: Voice) -> list[object]:
    """What of a voice reaches the engine: not its name, nor its volume, which comes later.

    Voices that are equal have equal lists here to the letter, whether their numbers are whole or
    not: `_maker` may have met either of them first.
    """
    return [
        voice.engine_voice,
        float(voice.rate),
        float(voice.pitch),
        voice.language,
        voice.options,
    ]


def encode_clip(clip: Clip) -> bytes:
    """A clip as it is stored: a line of JSON, then FLAC."""
    head = {"words": [[word.start, word.sample] for word in clip.words]}
    sound = io.BytesIO()
    with defer_interrupts():  # which libsndfile's call back would swallow, and sound with it
        soundfile.write(
            sound,
            np.frombuffer(clip.pcm, dtype="<i2"),
            clip.rate,
            format="FLAC",
            subtype="PCM_16",
            compression_level=FASTEST_FLAC,
        )
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + sound.getvalue()


def decode_clip(stored: bytes) -> Clip:
    """The clip that was stored."""
    head, sound = stored.split(b"\n", 1)
    with defer_interrupts():
        samples, rate = soundfile.read(io.BytesIO(sound), dtype="int16")
    words = tuple(WordTiming(start, sample) for start, sample in json.loads(head)["words"])
    return Clip(samples.astype("<i2", copy=False).tobytes(), rate, words)


def load_or_synthesise(cue: Cue, store: Store) -> tuple[Clip, bool]:
    """The clip of a line, and whether it was synthesised just now.

    Raises:
        SynthesisError: the engine failed, or delivered nothing for a line that has words.
    """
    name = clip_name(cue.spoken, cue.voice)
    stored = store.load("clip", name)
    if stored is not None:
        return decode_clip(stored), False
    clip = _synthesise(cue)
    store.save("clip", name, encode_clip(clip))
    return clip, True


def _synthesise(cue: Cue) -> Clip:
    try:
        return speak_line(registry.load_engine(cue.voice.engine), cue.spoken, cue.voice)
    except SynthesisError as error:
        raise SynthesisError(f"line {cue.line_id}: {error.message}", error.hint) from error
