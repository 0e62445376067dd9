"""What every engine's speech goes through: long lines are cut, and every clip is verified.

An engine may fail without saying so, and a gap in an audiobook is found by a listener. So a clip
is believed only when it has sound, and about as much of it as its text should take.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.errors import SynthesisError
from narrator.model import Clip, Voice, WordTiming
from narrator.normalisation.phonetic_text import (
    blank_sounds,
    has_sounds,
    mask_annotated_words,
    rewrite_annotated_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.engines import Engine

_BREAKS = (
    re.compile(r"[.!?…]+[\"'”’)\]]*\s+"),
    re.compile(r"[;:—–]\s*"),
    re.compile(r"[,)\]]\s+"),
    re.compile(r"\s+"),
)
"""Where a line may be cut, best first."""

_SOUNDING = re.compile(r"[A-Za-z]{2,}")
_FASTEST = 60.0
"""Letters a second at 170 words a minute. Speech has about 14; what is faster lacks words."""
_LONGEST_WORD = 20
"""Letters; of a longer one, a scream or a web address, not all need sound."""
_SLOWEST = 2.0
"""Seconds a character at 170 words a minute. A digit or an emoji may take one to say."""


def speak_line(engine: Engine, text: str, voice: Voice) -> Clip:
    """Speak a text of any length, verified.

    What is longer than `engine.longest` is cut at the best place, spoken piece by piece, and
    joined. A text without words may come back as silence, or as a clip without samples.

    Raises:
        SynthesisError: the engine failed, or what it delivered can't be this text.
    """
    if len(text) <= engine.longest:
        return _spoken(engine, text, voice)
    pieces = [
        (start, _spoken(engine, text[start:end], voice))
        for start, end in split_text(mask_annotated_words(text), engine.longest)
    ]
    return _join(pieces, text, voice)


def _spoken(engine: Engine, text: str, voice: Voice) -> Clip:
    """A piece of text, verified; with the sounds of its words where the engine takes them."""
    if not has_sounds(text) or getattr(engine, "phonetic", False):
        return verify_clip(engine.speak(text, voice), blank_sounds(text), voice)
    plain = rewrite_annotated_words(text, lambda spelling, _: spelling)
    clip = verify_clip(engine.speak(plain.text, voice), plain.text, voice)
    words = tuple(
        WordTiming(plain.to_source_offset(word.start), word.sample) for word in clip.words
    )
    return replace(clip, words=words)


def split_text(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Start and end of pieces of at most `longest` characters, which join to the text."""
    start = 0
    while len(text) - start > longest:
        end = _best_cut(text, start, start + longest)
        yield start, end
        start = end
    yield start, len(text)


def _best_cut(text: str, start: int, limit: int) -> int:
    early = start + (limit - start) // 3
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, early, limit)]
        if ends and ends[-1] < limit:
            return ends[-1]
    return limit


def _join(pieces: list[tuple[int, Clip]], text: str, voice: Voice) -> Clip:
    rates = {clip.rate for _, clip in pieces}
    if len(rates) > 1:
        raise SynthesisError(f"{voice.engine} changed its sample rate within '{_quote(text)}'")
    words: list[WordTiming] = []
    at = 0
    for start, clip in pieces:
        words += [WordTiming(start + word.start, at + word.sample) for word in clip.words]
        at += clip.samples
    return Clip(b"".join(clip.pcm for _, clip in pieces), rates.pop(), tuple(words))


def verify_clip(clip: Clip, text: str, voice: Voice) -> Clip:
    """The clip, when it can be this text in this voice.

    Raises:
        SynthesisError: it is silent or empty though the text has words, too short or too long.
    """
    letters = sum(min(len(match[0]), _LONGEST_WORD) for match in _SOUNDING.finditer(text))
    seconds = clip.samples / clip.rate * voice.rate / 170
    if letters and not clip.pcm.lstrip(b"\0"):
        problem = "delivered silence"
    elif letters > _FASTEST * seconds:
        problem = f"delivered only {clip.samples / clip.rate:.2f} seconds"
    elif seconds > _SLOWEST * (len(text) + 2):
        problem = f"delivered {clip.samples / clip.rate:.0f} seconds"
    elif len(clip.pcm) % 2:
        problem = "delivered half a sample"
    else:
        return clip
    raise SynthesisError(
        f"{voice.engine} {problem} for '{_quote(text)}' in the voice {voice.name}",
        "choose another voice for this character, or another rate",
    )


def _quote(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
