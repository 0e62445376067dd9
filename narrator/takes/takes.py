"""Speaks other takes of a line, and chooses the best.

An engine that gives the same sound each time would repeat a flaw. So another take is spoken with
another seed, if the engine has one; otherwise a little slower or faster, or in several pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from narrator.engines.verified_speech import (
    ImplausibleClipError,
    find_shortest_limit,
    speak_line,
    speak_pieces,
)
from narrator.errors import CastingError
from narrator.takes.judgement import judge_clip

if TYPE_CHECKING:
    from narrator.engines import Engine
    from narrator.model import Clip, Voice
    from narrator.takes.flaws import Flaw, VoiceNorm

MAX_TAKES = 4
"""Number of takes of a line that are tried before the best is kept, the first included."""
_TAKE_WAYS = ((0.97, 1), (1.0, 2), (1.02, 3))
"""Factor on the rate, and number of pieces, of the second, third and fourth take."""
_MISSING_PIECE_SLOWDOWN = 0.05
"""How much slower a word is for each piece into which it can't be cut, as a share of the rate."""


@dataclass(frozen=True, slots=True)
class Take:
    """One of several clips of the same line."""

    clip: Clip
    number: int
    """Counted from 0, which is the take of a line without flaws."""
    flaws: tuple[Flaw, ...]

    @property
    def severity(self) -> float:
        """Return how bad the worst flaw is; 0 without flaws."""
        return max((flaw.severity for flaw in self.flaws), default=0.0)


def choose_take(
    engine: Engine, text: str, voice: Voice, norm: VoiceNorm | None, min_takes: int = 1
) -> Take:
    """Speak a line until a take has no flaw, and return the best take.

    An engine whose calls may cost money speaks only `min_takes`.

    Args:
        engine: The engine of the voice.
        text: The spoken text of the line.
        voice: The voice.
        norm: How the voice usually speaks; None if that is unknown.
        min_takes: How many takes are compared, even if the first has no flaw.

    Raises:
        SynthesisError: the engine failed, or no take is plausible for the text.
    """
    takes: list[Take] = []
    errors: list[ImplausibleClipError] = []
    is_metered = getattr(engine, "is_metered", False)
    for number in range(min_takes if is_metered else max(min_takes, MAX_TAKES)):
        try:
            clip = speak_take(engine, text, voice, number)
        except ImplausibleClipError as error:
            errors.append(error)
            continue
        if clip is not None:
            takes.append(Take(clip, number, judge_clip(clip, text, voice, norm)))
            if number + 1 >= min_takes and not takes[-1].flaws:
                break
    if not takes:
        raise errors[0]
    return min(takes, key=lambda take: (take.severity, take.number))


def speak_numbered_take(
    engine: Engine, text: str, voice: Voice, norm: VoiceNorm | None, number: int
) -> Take:
    """Speak the take of a number, which a user chose, or the first if the voice has no such take.

    Raises:
        SynthesisError: the engine failed, or the clip is not plausible for the text.
    """
    clip = speak_take(engine, text, voice, number)
    if clip is None:
        clip, number = speak_line(engine, text, voice), 0
    return Take(clip, number, judge_clip(clip, text, voice, norm))


def speak_take(engine: Engine, text: str, voice: Voice, number: int) -> Clip | None:
    """Speak one take of a line; None if the voice has no such take.

    The same number gives the same sound each time.

    Raises:
        SynthesisError: the engine failed, or the clip is not plausible for the text.
    """
    if number == 0:
        return speak_line(engine, text, voice)
    if hasattr(engine, "speak_take"):
        return speak_line(_OneTake(engine, number), text, voice)
    round_number, way = divmod(number - 1, len(_TAKE_WAYS))
    factor, piece_count = _TAKE_WAYS[way]
    # pieces of equal length would need a cut just at the end of each
    longest = len(text) if piece_count == 1 else 3 * len(text) // (2 * piece_count)
    longest = max(longest, find_shortest_limit(text))
    if longest > len(text):
        factor -= _MISSING_PIECE_SLOWDOWN * (piece_count - 1)
    # each round of takes is a little further from the usual rate
    changed_voice = replace(voice, rate=voice.rate * factor * (1 - 0.01 * round_number))
    try:
        engine.validate(changed_voice)
    except CastingError:  # the rate is out of range
        return None
    return speak_pieces(engine, text, changed_voice, min(longest, engine.longest))


class _OneTake:
    """An engine that speaks one of its own takes."""

    def __init__(self, engine: Any, number: int) -> None:
        self._engine, self._number = engine, number
        self.name, self.longest = engine.name, engine.longest
        self.phonetic = getattr(engine, "phonetic", False)

    def fingerprint(self, voice: Voice) -> str:
        """Return that of the engine."""
        return str(self._engine.fingerprint(voice))

    def validate(self, voice: Voice) -> None:
        """Check the voice as the engine does."""
        self._engine.validate(voice)

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak the take of the number."""
        clip: Clip = self._engine.speak_take(text, voice, self._number)
        return clip
