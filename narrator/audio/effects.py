"""Apply the effects of a cue to the clip that an engine has spoken."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from narrator.cache.fingerprints import fingerprint
from narrator.engines.library_versions import describe_versions
from narrator.engines.voice_shaping import has_praat

if TYPE_CHECKING:
    from narrator.model import Clip, Effects

_WHISPER_VERSION = b"whisper 1"
_INTONATION_VERSION = 1
_PRESSING_VERSION = 1
"""Parts of the names of clips. A number goes up when `whispering`, or `intonation` or `stressing`,
or `pressing` change the sound."""


def apply_effects(clip: Clip, effects: Effects) -> Clip:
    """Return a clip with the effects; the same clip and effects give the same result.

    A whisper has no pitch to change. Without Praat, which is optional, the pitch stays as it is.
    """
    # numpy is loaded here, because most processes only name effects
    from narrator.audio.intonation import raise_clip_end  # noqa: PLC0415
    from narrator.audio.pressing import press_clip  # noqa: PLC0415
    from narrator.audio.stressing import stress_words  # noqa: PLC0415
    from narrator.audio.whispering import whisper_clip  # noqa: PLC0415

    if effects.is_whispered:
        return whisper_clip(clip)
    if has_praat():
        clip = stress_words(clip, effects.stressed_words)
        clip = raise_clip_end(clip) if effects.is_rising else clip
    return press_clip(clip) if effects.is_pressed else clip


@cache
def name_effects(effects: Effects) -> bytes:
    """Return at most 16 bytes that differ between effects that sound different.

    They are empty if the sound stays as the engine has spoken it.
    """
    if effects.is_whispered:
        return _WHISPER_VERSION
    values: tuple[object, ...] = ()
    if has_praat() and (effects.is_rising or effects.stressed_words):
        praat = describe_versions("praat-parselmouth")
        values = _INTONATION_VERSION, praat, effects.is_rising, effects.stressed_words
    if effects.is_pressed:
        values = (*values, "pressed", _PRESSING_VERSION)
    return bytes.fromhex(fingerprint("intonation", *values)) if values else b""
