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
from narrator.model import LineKind

if TYPE_CHECKING:
    from narrator.model import Cast, Line, Voice


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a voice departs from its own way of speaking."""

    rate_factor: float = 1.0
    """Multiplies its words per minute."""
    pitch_semitones: float = 0.0
    """Semitones that are added to its pitch."""


PLAIN_PROSODY = Prosody()
HEADING_PROSODY = Prosody(rate_factor=0.92)
QUOTATION_PROSODY = Prosody(rate_factor=1.03, pitch_semitones=1.5)
"""Of a quotation in the narrator's voice, where quotations are to be marked."""


@dataclass(frozen=True)
class VoiceSelector:
    """Who speaks each line, and in which manner."""

    cast: Cast
    marks_quotations: bool = False
    """Whether quotations that the narrator's voice speaks are marked."""
    _known: dict[tuple[str | None, LineKind], tuple[Voice, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def voice_for(self, line: Line) -> Voice:
        """The voice that a line is spoken with."""
        return self._voices(line)[0]

    def levelling_voice_for(self, line: Line) -> Voice:
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

    def _manner(self, voice: Voice, kind: LineKind) -> Prosody:
        if kind is LineKind.HEADING:
            return HEADING_PROSODY
        told = voice == self.cast.narrator
        return (
            QUOTATION_PROSODY
            if self.marks_quotations and told and kind is LineKind.DIALOGUE
            else PLAIN_PROSODY
        )


@cache
def _delivered(voice: Voice, manner: Prosody) -> Voice:
    """A voice in a manner, or as near to it as its engine can do."""
    if manner == PLAIN_PROSODY:
        return voice
    slower, higher = voice.rate * manner.rate_factor, voice.pitch + manner.pitch_semitones
    tries = (
        replace(voice, rate=slower, pitch=higher),
        replace(voice, rate=slower),
        replace(voice, pitch=higher),
    )
    return next((each for each in tries if _can(each)), voice)


def _can(voice: Voice) -> bool:
    """Whether an engine has a voice of that rate and pitch."""
    try:
        registry.load_engine(voice.engine).validate(voice)
    except CastFileError:
        return False
    return True
