"""Apply the effects of a cue to the clip that an engine has spoken."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from narrator.audio.intonation import INTONATION_VERSION, raise_clip_end
from narrator.audio.whispering import WHISPER_VERSION, whisper_clip
from narrator.cache.fingerprints import fingerprint
from narrator.engines.library_versions import describe_versions
from narrator.engines.voice_shaping import has_praat

if TYPE_CHECKING:
    from narrator.model import Clip, Effects


def apply_effects(clip: Clip, effects: Effects) -> Clip:
    """Return a clip with the effects; the same clip and effects give the same result.

    A whisper has no pitch to change. Without Praat, which is optional, the pitch stays as it is.
    """
    if effects.is_whispered:
        return whisper_clip(clip)
    if effects.is_rising and has_praat():
        return raise_clip_end(clip)
    return clip


@cache
def name_effects(effects: Effects) -> bytes:
    """Return at most 16 bytes that differ between effects that sound different.

    They are empty if the sound stays as the engine has spoken it.
    """
    if effects.is_whispered:
        return WHISPER_VERSION
    if effects.is_rising and has_praat():
        praat = describe_versions("praat-parselmouth")
        return bytes.fromhex(fingerprint("intonation", INTONATION_VERSION, praat))
    return b""
