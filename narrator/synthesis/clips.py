"""The clip cache: a line is synthesised again only if its spoken text or its voice has changed."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from narrator import registry
from narrator.audio.effects import apply_effects
from narrator.engines.interrupts import defer_interrupts
from narrator.engines.verified_speech import speak_line
from narrator.errors import SynthesisError
from narrator.model import Clip, WordTiming
from narrator.synthesis.clip_names import cue_clip_name

if TYPE_CHECKING:
    from narrator.cache.store import Store
    from narrator.model import Cue

_FLAC_COMPRESSION_LEVEL = 0.0
"""The fastest of libsndfile's levels, from 0 to 1. The highest level makes files 2 % smaller, but
takes 50 % longer."""


def encode_clip(clip: Clip) -> bytes:
    """Encode a clip for the cache: one line of JSON with the word timings, then FLAC."""
    header = {"words": [[word.start, word.sample] for word in clip.words]}
    flac_file = io.BytesIO()
    # libsndfile would swallow an interrupt raised in its callback, and lose sound.
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
    """Decode a clip that `encode_clip` encoded."""
    header, flac_data = stored.split(b"\n", 1)
    with defer_interrupts():
        samples, sample_rate = soundfile.read(io.BytesIO(flac_data), dtype="int16")
    words = tuple(WordTiming(start, sample) for start, sample in json.loads(header)["words"])
    return Clip(samples.astype("<i2", copy=False).tobytes(), sample_rate, words)


def load_or_synthesise(cue: Cue, store: Store) -> tuple[Clip, bool]:
    """Return the clip of a line, and whether it was synthesised (true) or loaded (false).

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    name = cue_clip_name(cue)
    stored = store.load("clip", name)
    if stored is not None:
        return decode_clip(stored), False
    clip = _synthesise_line(cue)
    store.save("clip", name, encode_clip(clip))
    return clip, True


def _synthesise_line(cue: Cue) -> Clip:
    """Synthesise a line, and name the line in errors.

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    try:
        clip = speak_line(registry.load_engine(cue.voice.engine), cue.spoken, cue.voice)
    except SynthesisError as error:
        raise SynthesisError(f"line {cue.line_id}: {error.message}", error.hint) from error
    return apply_effects(clip, cue.effects)
