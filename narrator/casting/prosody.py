"""How a voice delivers a line: a heading is announced a little slower than the text is told, and a
quotation that the narrator's own voice speaks may be marked, so that it is heard as one.

The numbers are small on purpose: they tell that something is said differently, and not that another
person says it. A semitone and a half is heard at once, and still is the same speaker.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from narrator import registry
from narrator.errors import CastFileError
from narrator.model import Kind

if TYPE_CHECKING:
    from narrator.model import Cast, Line, Voice


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice departs from its own way of speaking."""

    rate: float = 1.0
    """Multiplies its words per minute."""
    pitch: float = 0.0
    """Semitones that are added to its pitch."""


PLAIN = Manner()
HEADING = Manner(rate=0.92)
MARKED = Manner(rate=1.03, pitch=1.5)
"""Of a quotation in the narrator's voice, where quotations are to be marked."""


@dataclass(frozen=True)
class Delivery:
    """Who speaks each line, and in which manner."""

    cast: Cast
    marked: bool = False
    """Whether quotations that the narrator's voice speaks are marked."""
    _known: dict[tuple[str | None, Kind], tuple[Voice, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def voice(self, line: Line) -> Voice:
        """The voice that a line is spoken with."""
        return self._voices(line)[0]

    def leveled(self, line: Line) -> Voice:
        """The voice whose level counts for a line: how fast it speaks changes nothing about it."""
        return self._voices(line)[1]

    def _voices(self, line: Line) -> tuple[Voice, Voice]:
        """Both of them; a book has ten thousand lines, and few speakers."""
        role = line.speaker, line.kind
        if role not in self._known:
            own = self.cast.voice_of(line.speaker)
            spoken = _delivered(own, self._manner(own, line.kind))
            self._known[role] = spoken, replace(spoken, rate=own.rate)
        return self._known[role]

    def _manner(self, voice: Voice, kind: Kind) -> Manner:
        if kind is Kind.HEADING:
            return HEADING
        told = voice == self.cast.narrator
        return MARKED if self.marked and told and kind is Kind.DIALOGUE else PLAIN


@cache
def _delivered(voice: Voice, manner: Manner) -> Voice:
    """A voice in a manner, or as near to it as its engine can do."""
    if manner == PLAIN:
        return voice
    slower, higher = voice.rate * manner.rate, voice.pitch + manner.pitch
    tries = (
        replace(voice, rate=slower, pitch=higher),
        replace(voice, rate=slower),
        replace(voice, pitch=higher),
    )
    return next((each for each in tries if _can(each)), voice)


def _can(voice: Voice) -> bool:
    """Whether an engine has a voice of that rate and pitch."""
    try:
        registry.engine(voice.engine).validate(voice)
    except CastFileError:
        return False
    return True
