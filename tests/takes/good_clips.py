"""Clips of a real voice, and what can happen to them."""

from dataclasses import replace
from functools import cache

import numpy as np

from narrator import registry
from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.casting.profiles import load_voices
from narrator.model import Clip, Voice
from narrator.takes.flaws import VoiceNorm
from narrator.takes.judgement import measure_norm

SENTENCES = (
    "The harbour master had seen three ships go down that winter.",
    "Nobody answers the bell at this hour,",
    "You may leave your boots beside the stove, and come and sit with us.",
    "He knew the road by heart, and yet he lost it twice before the bridge.",
    "Where did you hide the letters?",
    "I counted eleven lamps along the quay.",
)
"""Sentences of which no limit was made."""


@cache
def get_voice(name: str) -> Voice:
    return load_voices()[name]


@cache
def speak(text: str, voice_name: str = "edgar") -> Clip:
    voice = get_voice(voice_name)
    return registry.load_engine(voice.engine).speak(text, voice)


@cache
def get_norm(voice_name: str = "edgar") -> VoiceNorm:
    norm = measure_norm(speak(LEVELLING_TEXT, voice_name), LEVELLING_TEXT, get_voice(voice_name))
    assert norm
    return norm


def cut_clip(clip: Clip, start: float, end: float) -> Clip:
    """Return the part of a clip between two shares of its length."""
    first, last = (2 * round(share * clip.samples) for share in (start, end))
    return replace(clip, pcm=clip.pcm[first:last])


def join_clips(*clips: Clip) -> Clip:
    return replace(clips[0], pcm=b"".join(clip.pcm for clip in clips))


def silence_clip(clip: Clip, start: float, end: float) -> Clip:
    """Return a clip with silence between two shares of its length."""
    middle = cut_clip(clip, start, end)
    silence = replace(middle, pcm=bytes(len(middle.pcm)))
    return join_clips(cut_clip(clip, 0, start), silence, cut_clip(clip, end, 1))


def trim_clip(clip: Clip) -> Clip:
    """Return a clip with only 30 milliseconds of silence after its last sound."""
    samples = np.frombuffer(clip.pcm, "<i2")
    end = int(np.flatnonzero(np.abs(samples) > 20)[-1]) + 1
    return replace(clip, pcm=samples[:end].tobytes() + bytes(2 * (clip.rate * 3 // 100)))
