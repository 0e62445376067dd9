"""Apply the effects of a cue to the clip that an engine has spoken."""

from __future__ import annotations

from functools import cache

from narrator.cache.fingerprints import fingerprint
from narrator.engines.library_versions import describe_versions
from narrator.engines.voice_shaping import has_praat
from narrator.model import NO_EFFECTS, Clip, Effects

_WHISPER_VERSION = b"whisper 1"
_INTONATION_VERSION = 1
"""Parts of the names of clips. A number goes up when `whispering`, or `intonation` or `stressing`,
change the sound."""


def apply_effects(clip: Clip, effects: Effects) -> Clip:
    """Return a clip with the effects; the same clip and effects give the same result.

    A whisper has no pitch to change. Without Praat, which is optional, the pitch stays as it is.
    """
    # numpy is loaded here, because most processes only name effects
    from narrator.audio.intonation import raise_clip_end  # noqa: PLC0415
    from narrator.audio.stressing import stress_words  # noqa: PLC0415
    from narrator.audio.whispering import whisper_clip  # noqa: PLC0415

    if effects.is_whispered:
        return whisper_clip(clip)
    if not has_praat():
        return clip
    clip = stress_words(clip, effects.stressed_words)
    return raise_clip_end(clip) if effects.is_rising else clip


@cache
def name_effects(effects: Effects) -> bytes:
    """Return at most 16 bytes that differ between effects that sound different.

    They are empty if the sound stays as the engine has spoken it.
    """
    if effects.is_whispered:
        return _WHISPER_VERSION
    if effects == NO_EFFECTS or not has_praat():
        return b""
    praat = describe_versions("praat-parselmouth")
    values = _INTONATION_VERSION, praat, effects.is_rising, effects.stressed_words
    return bytes.fromhex(fingerprint("intonation", *values))
