"""Speaks lines of any length and verifies every clip.

Engines can fail without an error, and listeners notice gaps in an audiobook. So a clip is accepted
only if it has sound, and if its length is plausible for its text.
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
from narrator.text.quotes import (
    CLOSING_BRACKETS,
    CLOSING_MARKS,
    EAST_ASIAN_CLOSING,
    SPACED_CLOSING_MARKS,
    character_class,
)
from narrator.text.words import FULL_WIDTH_SENTENCE_ENDS, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.engines import Engine

_SPACED_CLOSING = character_class(SPACED_CLOSING_MARKS)
_CUT_PATTERNS = (
    re.compile(
        rf"{SENTENCE_END_CLASS}+{character_class(CLOSING_MARKS, CLOSING_BRACKETS)}*"
        # French sets a space before the closing mark; before a word, the mark opens.
        rf"(?:\s+{_SPACED_CLOSING})?\s+(?!\s|{_SPACED_CLOSING}(?!\w))"
        rf"|{character_class(FULL_WIDTH_SENTENCE_ENDS)}+{character_class(EAST_ASIAN_CLOSING)}*"
    ),
    re.compile(r"[;:—–]\s*"),
    re.compile(r"[,)\]]\s+"),
    re.compile(r"\s+"),
)
"""Where a line may be cut: after sentences, then clauses, then phrases, then words."""

_LATIN_LETTERS = re.compile(r"[A-Za-z]{2,}")
_REFERENCE_RATE = 170
"""The rate, in words per minute, to which the limits below refer."""
_MAX_LETTERS_PER_SECOND = 60.0
"""A clip with more letters per second lacks words: speech has about 14."""
_MAX_LETTERS_PER_WORD = 20
"""The letters of a word that count: in screams and web addresses, not every letter has a sound."""
_MAX_SECONDS_PER_CHARACTER = 2.0
"""A clip with more seconds per character is too long: a digit or an emoji can take a second."""


class ImplausibleClipError(SynthesisError):
    """Raised when an engine delivered a clip that can't be the text; another take may be good."""


def speak_line(engine: Engine, text: str, voice: Voice) -> Clip:
    """Speak a text of any length and verify the clip.

    A text longer than `engine.longest` is cut at the best places, spoken in pieces and joined. A
    text without words may come back as silence, or as a clip without samples.

    Raises:
        SynthesisError: the engine failed, or the clip is not plausible for the text.
    """
    if len(text) <= engine.longest:
        return _speak_piece(engine, text, voice)
    return speak_pieces(engine, text, voice, engine.longest)


def speak_pieces(engine: Engine, text: str, voice: Voice, longest: int) -> Clip:
    """Speak a text in pieces of at most `longest` characters, cut at the best places.

    Raises:
        SynthesisError: as for `speak_line`.
    """
    pieces = [
        (start, _speak_piece(engine, text[start:end], voice))
        for start, end in split_text(mask_annotated_words(text), longest)
    ]
    return _join_clips(pieces, text, voice)


def _speak_piece(engine: Engine, text: str, voice: Voice) -> Clip:
    """Speak and verify one piece; an engine that does not accept sounds gets words respelt."""
    if not has_sounds(text) or getattr(engine, "phonetic", False):
        return verify_clip(engine.speak(text, voice), blank_sounds(text), voice)
    respelt = rewrite_annotated_words(text, lambda spelling, _: spelling)
    clip = verify_clip(engine.speak(respelt.text, voice), respelt.text, voice)
    words = tuple(
        WordTiming(respelt.to_source_offset(word.start), word.sample) for word in clip.words
    )
    return replace(clip, words=words)


def find_shortest_limit(text: str) -> int:
    """Return the smallest limit for `speak_pieces` that cuts no word of a text."""
    words = _CUT_PATTERNS[-1].split(mask_annotated_words(text))
    separators = _CUT_PATTERNS[-1].findall(text)
    # a piece ends after the space behind its last word, and before the limit
    return max(map(len, words)) + max(map(len, separators), default=0) + 1


def split_text(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of pieces of at most `longest` characters that cover the text."""
    start = 0
    while len(text) - start > longest:
        end = _find_cut(text, start, start + longest)
        yield start, end
        start = end
    yield start, len(text)


def _find_cut(text: str, start: int, limit: int) -> int:
    """Return the best offset to cut at, in the final two thirds of a piece that ends at `limit`."""
    # pieces shorter than a third of the maximum would need too many joins
    earliest = start + (limit - start) // 3
    for pattern in _CUT_PATTERNS:
        cuts = [match.end() for match in pattern.finditer(text, earliest, limit)]
        # a match that ends at the limit may be cut off in the middle
        if cuts and cuts[-1] < limit:
            return cuts[-1]
    # rather a short piece than a cut within a word
    word_starts = [match.end() for match in _CUT_PATTERNS[-1].finditer(text, start + 1, limit)]
    return word_starts[-1] if word_starts and word_starts[-1] < limit else limit


def _join_clips(pieces: list[tuple[int, Clip]], text: str, voice: Voice) -> Clip:
    """Join the clips of consecutive pieces; each comes with the offset of its text.

    Raises:
        SynthesisError: the clips have different sample rates.
    """
    rates = {clip.rate for _, clip in pieces}
    if len(rates) > 1:
        raise SynthesisError(
            f"{voice.engine} changed its sample rate within '{_shorten_quote(text)}'"
        )
    words: list[WordTiming] = []
    first_sample = 0
    for start, clip in pieces:
        # times of a piece count from its own start
        words += [WordTiming(start + word.start, first_sample + word.sample) for word in clip.words]
        first_sample += clip.samples
    return Clip(b"".join(clip.pcm for _, clip in pieces), rates.pop(), tuple(words))


def verify_clip(clip: Clip, text: str, voice: Voice) -> Clip:
    """Return the clip, after checking that it is plausible for its text and voice.

    Raises:
        ImplausibleClipError: it is too short, too long, or silent although the text has words.
    """
    if flaw := find_flaw(clip, text, voice):
        raise ImplausibleClipError(
            f"{voice.engine} delivered {flaw} for '{_shorten_quote(text)}' in the voice "
            f"{voice.name}",
            "choose another voice for this character, or another rate",
        )
    return clip


def find_flaw(clip: Clip, text: str, voice: Voice) -> str | None:
    """Return what a clip is instead of speech: "silence", "60 seconds"; None if it is plausible."""
    words = _LATIN_LETTERS.finditer(text)
    letter_count = sum(min(len(word[0]), _MAX_LETTERS_PER_WORD) for word in words)
    # the duration that the clip would have at the reference rate
    seconds = clip.samples / clip.rate * voice.rate / _REFERENCE_RATE
    if letter_count and not clip.pcm.lstrip(b"\0"):
        return "silence"
    if letter_count > _MAX_LETTERS_PER_SECOND * seconds:
        return f"only {clip.samples / clip.rate:.2f} seconds"
    if seconds > _MAX_SECONDS_PER_CHARACTER * (len(text) + 2):
        return f"{clip.samples / clip.rate:.0f} seconds"
    return "half a sample" if len(clip.pcm) % 2 else None


def _shorten_quote(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
