"""The clip cache: a line is synthesised again only if its spoken text or its voice has changed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from narrator import registry
from narrator.audio.effects import apply_effects
from narrator.engines.interrupts import defer_interrupts
from narrator.errors import SynthesisError
from narrator.model import NO_EFFECTS, Clip, WordTiming
from narrator.synthesis.clip_names import cue_clip_name
from narrator.takes.judgement import CHECK_VERSION, judge_clip
from narrator.takes.takes import choose_take, speak_numbered_take

if TYPE_CHECKING:
    from narrator.cache.store import Store
    from narrator.model import Cue
    from narrator.takes.flaws import VoiceNorm

_FLAC_COMPRESSION_LEVEL = 0.0
"""The fastest of libsndfile's levels, from 0 to 1. The highest level makes files 2 % smaller, but
takes 50 % longer."""


@dataclass(frozen=True, slots=True)
class SpokenClip:
    """The clip of a line, and how it came to be."""

    clip: Clip
    """With the effects of the cue."""
    is_new: bool
    """Whether it was synthesised now, and not loaded."""
    take: int = 0
    """The number of the take; 0 is the first."""
    flaws: tuple[str, ...] = ()
    """What is wrong with it though no take was better, in words; empty for a good clip."""
    is_judged: bool = True
    """Whether it was compared with the norm of its voice."""


def encode_clip(spoken: SpokenClip) -> bytes:
    """Encode a clip for the cache: one line of JSON with what is known of it, then FLAC."""
    clip = spoken.clip
    header: dict[str, Any] = {"words": [[word.start, word.sample] for word in clip.words]}
    if spoken.is_judged:
        header |= {"check": CHECK_VERSION}
    if spoken.take:
        header |= {"take": spoken.take}
    if spoken.flaws:
        header |= {"flaws": spoken.flaws}
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


def decode_clip(stored: bytes) -> SpokenClip:
    """Decode a clip that `encode_clip` encoded."""
    header_line, flac_data = stored.split(b"\n", 1)
    header = json.loads(header_line)
    with defer_interrupts():
        samples, sample_rate = soundfile.read(io.BytesIO(flac_data), dtype="int16")
    words = tuple(WordTiming(start, sample) for start, sample in header["words"])
    clip = Clip(samples.astype("<i2", copy=False).tobytes(), sample_rate, words)
    return SpokenClip(
        clip,
        is_new=False,
        take=header.get("take", 0),
        flaws=tuple(header.get("flaws", ())),
        is_judged=header.get("check") == CHECK_VERSION,
    )


def load_or_synthesise(cue: Cue, store: Store, norm: VoiceNorm | None = None) -> SpokenClip:
    """Return the clip of a line, loaded from the store or synthesised and stored.

    Args:
        cue: The line, its voice, and the effects on its sound.
        store: The store of clips.
        norm: How its voice usually speaks; None if the clip is not compared with it. A stored clip
            that was not compared yet is judged now.

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    name = cue_clip_name(cue)
    stored = store.load("clip", name)
    if stored is not None:
        spoken = decode_clip(stored)
        if norm is None or spoken.is_judged or _is_flawless(spoken, cue, norm):
            return spoken
    spoken = _synthesise_line(cue, norm)
    store.save("clip", name, encode_clip(spoken))
    return spoken


def find_stored_take(cue: Cue, store: Store) -> int:
    """Return the number of the take that the store holds of a line; 0 if it holds none."""
    stored = store.load("clip", cue_clip_name(cue))
    return decode_clip(stored).take if stored is not None else 0


def _is_flawless(spoken: SpokenClip, cue: Cue, norm: VoiceNorm) -> bool:
    """Return whether a clip that was never judged has no flaw; effects would look like one."""
    return cue.effects == NO_EFFECTS and not judge_clip(spoken.clip, cue.spoken, cue.voice, norm)


def _synthesise_line(cue: Cue, norm: VoiceNorm | None) -> SpokenClip:
    """Synthesise a line, and name the line in errors.

    Raises:
        SynthesisError: The engine failed, or returned no sound for a line that has words.
    """
    engine = registry.load_engine(cue.voice.engine)
    try:
        if cue.take:
            take = speak_numbered_take(engine, cue.spoken, cue.voice, norm, cue.take)
        else:
            take = choose_take(engine, cue.spoken, cue.voice, norm, cue.take_count)
    except SynthesisError as error:
        raise SynthesisError(f"line {cue.line_id}: {error.message}", error.hint) from error
    return SpokenClip(
        apply_effects(take.clip, cue.effects),
        is_new=True,
        take=take.number,
        flaws=tuple(flaw.description for flaw in take.flaws),
        is_judged=norm is not None,
    )
