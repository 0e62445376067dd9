"""The clip cache: a line is synthesised again only if its spoken text or its voice has changed.

The name of a clip is a fingerprint of everything that determines its sound: the engine and its
version, the voice's parameters, and the spoken text. It does not include the line's place in the
book, so a paragraph can be moved without new synthesis.
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
from narrator.audio.effects import apply_effects, name_effects
from narrator.cache.fingerprints import FINGERPRINT_BYTES, fingerprint
from narrator.engines.interrupts import defer_interrupts
from narrator.engines.verified_speech import speak_line
from narrator.errors import SynthesisError
from narrator.model import NO_EFFECTS, Clip, WordTiming
from narrator.text.credentials import hide_credentials

if TYPE_CHECKING:
    from narrator.cache.store import Store
    from narrator.model import Cue, Effects, Voice

_FLAC_COMPRESSION_LEVEL = 0.0
"""The fastest of libsndfile's levels, from 0 to 1. The highest level makes files 2 % smaller, but
takes 50 % longer."""


def clip_name(spoken: str, voice: Voice, effects: Effects = NO_EFFECTS) -> str:
    """Return the cache name of a clip: a fingerprint of the spoken text, voice and effects."""
    # surrogatepass: text from damaged files may contain unpaired surrogates.
    text = spoken.encode(errors="surrogatepass")
    key = _fingerprint_voice(voice)
    person = name_effects(effects)
    return hashlib.blake2b(text, digest_size=FINGERPRINT_BYTES, key=key, person=person).hexdigest()


def cue_clip_name(cue: Cue) -> str:
    """Return the cache name of the clip of a cue."""
    return clip_name(cue.spoken, cue.voice, cue.effects)


@cache
def _fingerprint_voice(voice: Voice) -> bytes:
    """Return a fingerprint of everything that determines a clip except its text.

    It is cached, because an engine may take long to compute its own fingerprint.
    """
    engine_fingerprint = registry.load_engine(voice.engine).fingerprint(voice)
    parameters = synthesis_parameters(voice)
    return fingerprint("clip", voice.engine, engine_fingerprint, parameters).encode()


def synthesis_parameters(voice: Voice) -> list[object]:
    """Return the fields of a voice that engines use: all except its name and its volume.

    The volume is applied later. Integers are converted to floats, because equal voices must have
    the same fingerprint: `_fingerprint_voice` is cached, and does not distinguish 1 from 1.0.
    Options without effect on the sound, and the passwords in addresses, are left out.
    """
    soundless = getattr(registry.load_engine(voice.engine), "soundless_options", ())
    options = tuple(
        (key, hide_credentials(value) if isinstance(value, str) else value)
        for key, value in voice.options
        if key not in soundless
    )
    return [
        voice.engine_voice,
        float(voice.rate),
        float(voice.pitch),
        voice.language,
        options,
    ]


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
