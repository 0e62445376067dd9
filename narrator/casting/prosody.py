"""Choose the prosody of each line: slower headings and, on request, higher-pitched quotations.

Headings are spoken slightly slower than the text. Quotations in the narrator's voice may get a
higher pitch, which marks them as quotations. The changes are small because large ones suggest a
different speaker: a semitone and a half is clearly noticeable, but still sounds like the same
person.
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
    """A change to the rate and pitch of a voice."""

    rate_factor: float = 1.0
    """Factor on the words per minute."""
    pitch_semitones: float = 0.0
    """Semitones added to the pitch."""


PLAIN_PROSODY = Prosody()
HEADING_PROSODY = Prosody(rate_factor=0.92)
QUOTATION_PROSODY = Prosody(rate_factor=1.03, pitch_semitones=1.5)
"""Prosody of a quotation in the narrator's voice, if quotations are marked."""


@dataclass(frozen=True)
class VoiceSelector:
    """The selector of each line's voice, with the line's prosody applied."""

    cast: Cast
    marks_quotations: bool = False
    """Whether quotations in the narrator's voice get `QUOTATION_PROSODY`."""
    _voices_by_role: dict[tuple[str | None, LineKind], tuple[Voice, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def select_voice(self, line: Line) -> Voice:
        """Return the voice that speaks a line."""
        return self._select_voices(line)[0]

    def select_levelling_voice(self, line: Line) -> Voice:
        """Return the voice with which the loudness of a line's voice is measured.

        It has its normal rate because the rate does not affect the loudness.
        """
        return self._select_voices(line)[1]

    def _select_voices(self, line: Line) -> tuple[Voice, Voice]:
        """Return the voice of a line, and its voice for measuring loudness.

        Both are cached because a book has ten thousand lines and few speakers.
        """
        role = line.speaker, line.kind
        if role not in self._voices_by_role:
            cast_voice = self.cast.voice_of(line.speaker)
            voice = _apply_prosody(cast_voice, self._choose_prosody(cast_voice, line.kind))
            self._voices_by_role[role] = voice, replace(voice, rate=cast_voice.rate)
        return self._voices_by_role[role]

    def _choose_prosody(self, voice: Voice, kind: LineKind) -> Prosody:
        """Return the prosody of lines of one kind in a voice."""
        if kind is LineKind.HEADING:
            return HEADING_PROSODY
        is_narrator = voice == self.cast.narrator
        is_marked = self.marks_quotations and is_narrator and kind is LineKind.DIALOGUE
        return QUOTATION_PROSODY if is_marked else PLAIN_PROSODY


@cache
def _apply_prosody(voice: Voice, prosody: Prosody) -> Voice:
    """Apply a prosody to a voice, as far as the engine supports it."""
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
    """Return whether the engine of a voice supports its rate and pitch."""
    try:
        registry.load_engine(voice.engine).validate(voice)
    except CastFileError:
        return False
    return True
