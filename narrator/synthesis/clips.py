"""The clip cache: a line is synthesised once, as long as its text and its voice stay the same.

A clip is named after everything that shapes it: the engine and its version, the voice's parameters,
and the spoken text. It does not depend on the line's place in the book, so moving a paragraph costs
nothing.
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

_FLAC_COMPRESSION_LEVEL = 0.0
"""libsndfile's fastest level of 0 to 1. The best one saves 2 % more, and takes half as long
again."""


def clip_name(spoken: str, voice: Voice) -> str:
    """Return the name of the clip of a text spoken by a voice."""
    # surrogatepass: text from damaged files may hold halves of surrogate pairs.
    text = spoken.encode(errors="surrogatepass")
    key = _voice_key(voice)
    return hashlib.blake2b(text, digest_size=FINGERPRINT_BYTES, key=key).hexdigest()


@cache
def _voice_key(voice: Voice) -> bytes:
    """Return a fingerprint of everything that shapes a clip but its text.

    It is cached, as engines take a while to compute their own fingerprint.
    """
    engine_fingerprint = registry.load_engine(voice.engine).fingerprint(voice)
    parameters = synthesis_parameters(voice)
    return fingerprint("clip", voice.engine, engine_fingerprint, parameters).encode()


def synthesis_parameters(voice: Voice) -> list[object]:
    """Return what an engine uses of a voice: not its name, nor its volume, which is applied later.

    Numbers are floats even where the voice has integers. Voices that compare equal would otherwise
    have different lists, and `_voice_key` would return whichever was computed first.
    """
    return [
        voice.engine_voice,
        float(voice.rate),
        float(voice.pitch),
        voice.language,
        voice.options,
    ]


def encode_clip(clip: Clip) -> bytes:
    """Return a clip as it is stored: one line of JSON with the word timings, then FLAC."""
    header = {"words": [[word.start, word.sample] for word in clip.words]}
    flac_file = io.BytesIO()
    # libsndfile would swallow an interrupt that is raised in its callback, and lose sound.
    with defer_interrupts():
        soundfile.write(
            flac_file,
            np.frombuffer(clip.pcm, dtype="<i2"),
            clip.rate,
            format="FLAC",
            subtype="PCM_16",
            compression_level=_FLAC_COMPRESSION_LEVEL,
        )
    return json.dumps(header, separators=(",", ":")).encode() + b"\n" + flac_file.getvalue()


def decode_clip(stored: bytes) -> Clip:
    """Return the clip that `encode_clip` encoded."""
    header, flac_data = stored.split(b"\n", 1)
    with defer_interrupts():
        samples, sample_rate = soundfile.read(io.BytesIO(flac_data), dtype="int16")
    words = tuple(WordTiming(start, sample) for start, sample in json.loads(header)["words"])
    return Clip(samples.astype("<i2", copy=False).tobytes(), sample_rate, words)


def load_or_synthesise(cue: Cue, store: Store) -> tuple[Clip, bool]:
    """Return the clip of a line, and whether it was synthesised now rather than loaded.

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    name = clip_name(cue.spoken, cue.voice)
    stored = store.load("clip", name)
    if stored is not None:
        return decode_clip(stored), False
    clip = _synthesise_line(cue)
    store.save("clip", name, encode_clip(clip))
    return clip, True


def _synthesise_line(cue: Cue) -> Clip:
    """Synthesise a line; errors name the line.

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    try:
        return speak_line(registry.load_engine(cue.voice.engine), cue.spoken, cue.voice)
    except SynthesisError as error:
        raise SynthesisError(f"line {cue.line_id}: {error.message}", error.hint) from error
