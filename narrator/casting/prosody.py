"""Choose the prosody of each line: headings slower, and quotations higher on request.

A heading is announced a little slower than the text. A quotation that the narrator's own voice
speaks may be marked by a higher pitch, so that it is recognised as a quotation. The changes are
small on purpose, so as not to suggest another speaker: a semitone and a half is noticed at once,
and still sounds like the same person.
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
    """How a voice departs from its normal way of speaking."""

    rate_factor: float = 1.0
    """Factor of its words per minute."""
    pitch_semitones: float = 0.0
    """Semitones that are added to its pitch."""


PLAIN_PROSODY = Prosody()
HEADING_PROSODY = Prosody(rate_factor=0.92)
QUOTATION_PROSODY = Prosody(rate_factor=1.03, pitch_semitones=1.5)
"""Prosody of a quotation in the narrator's voice, if quotations are to be marked."""


@dataclass(frozen=True)
class VoiceSelector:
    """Selects the voice of each line of a script, with the line's prosody applied."""

    cast: Cast
    marks_quotations: bool = False
    """Whether quotations that the narrator's voice speaks are marked."""
    _voices_by_role: dict[tuple[str | None, LineKind], tuple[Voice, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def select_voice(self, line: Line) -> Voice:
        """Return the voice that speaks a line."""
        return self._select_voices(line)[0]

    def select_levelling_voice(self, line: Line) -> Voice:
        """Return the voice whose loudness level applies to a line.

        The rate does not change the level, so this voice has its normal rate.
        """
        return self._select_voices(line)[1]

    def _select_voices(self, line: Line) -> tuple[Voice, Voice]:
        """Return the voice of a line, and its voice for levelling.

        Both are cached, as a book has ten thousand lines and few speakers.
        """
        role = line.speaker, line.kind
        if role not in self._voices_by_role:
            cast_voice = self.cast.voice_of(line.speaker)
            voice = _apply_prosody(cast_voice, self._choose_prosody(cast_voice, line.kind))
            self._voices_by_role[role] = voice, replace(voice, rate=cast_voice.rate)
        return self._voices_by_role[role]

    def _choose_prosody(self, voice: Voice, kind: LineKind) -> Prosody:
        """Return the prosody of the lines of one kind that a voice speaks."""
        if kind is LineKind.HEADING:
            return HEADING_PROSODY
        is_narrator = voice == self.cast.narrator
        is_marked = self.marks_quotations and is_narrator and kind is LineKind.DIALOGUE
        return QUOTATION_PROSODY if is_marked else PLAIN_PROSODY


@cache
def _apply_prosody(voice: Voice, prosody: Prosody) -> Voice:
    """Return a voice with a prosody, or with as much of it as its engine supports."""
    if prosody == PLAIN_PROSODY:
        return voice
    rate = voice.rate * prosody.rate_factor
    pitch = voice.pitch + prosody.pitch_semitones
    candidates = (
        replace(voice, rate=rate, pitch=pitch),
        replace(voice, rate=rate),
        replace(voice, pitch=pitch),
    )
    return next((candidate for candidate in candidates if _is_supported(candidate)), voice)


def _is_supported(voice: Voice) -> bool:
    """Return whether a voice's engine supports its rate and pitch."""
    try:
        registry.load_engine(voice.engine).validate(voice)
    except CastFileError:
        return False
    return True
