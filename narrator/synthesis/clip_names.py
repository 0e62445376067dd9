"""Names clips: equal names stand for the same sound.

The name of a clip is a fingerprint of everything that determines its sound: the engine and its
version, the voice's parameters, the spoken text and the effects. It does not include the line's
place in the book, so a paragraph can be moved without new synthesis.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio.effects import name_effects
from narrator.cache.fingerprints import FINGERPRINT_BYTES, fingerprint
from narrator.model import NO_EFFECTS
from narrator.text.credentials import hide_credentials

if TYPE_CHECKING:
    from narrator.model import Cue, Effects, Voice


def clip_name(spoken: str, voice: Voice, effects: Effects = NO_EFFECTS, takes: bytes = b"") -> str:
    """Return the cache name of a clip: a fingerprint of the spoken text, voice and effects.

    Args:
        spoken: The spoken text.
        voice: The voice.
        effects: What is done to its sound.
        takes: Which take was asked for, as `name_takes` returns it.
    """
    # surrogatepass: text from damaged files may contain unpaired surrogates.
    text = spoken.encode(errors="surrogatepass") + takes
    key = _fingerprint_voice(voice)
    person = name_effects(effects)
    return hashlib.blake2b(text, digest_size=FINGERPRINT_BYTES, key=key, person=person).hexdigest()


def cue_clip_name(cue: Cue) -> str:
    """Return the cache name of the clip of a cue."""
    return clip_name(cue.spoken, cue.voice, cue.effects, name_takes(cue))


def name_takes(cue: Cue) -> bytes:
    """Return bytes that differ between the takes that may be asked for; empty for the usual."""
    if not cue.take and cue.take_count == 1:
        return b""
    # no text contains the byte 255
    return f"\0take {cue.take} of {cue.take_count}".encode() + b"\xff"


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
