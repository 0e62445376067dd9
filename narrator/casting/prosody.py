"""Choose the prosody of each line: its rate, its pitch, its level, and whether it is whispered.

Headings are spoken slightly slower than the text. Lines of dialogue are spoken in the manner that
the book describes. Quotations in the narrator's voice may get a higher pitch, which marks them as
quotations. The changes are small because large ones suggest a different speaker: a semitone and a
half is clearly noticeable, but still sounds like the same person.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from narrator import registry
from narrator.casting.line_delivery import LineDelivery
from narrator.errors import CastFileError, EngineUnavailableError
from narrator.languages.manners import PLAIN_DELIVERY, Manner
from narrator.model import Effects, LineKind

if TYPE_CHECKING:
    from narrator.model import Cast, Line, Voice


@dataclass(frozen=True, slots=True)
class Prosody:
    """A change to the rate and pitch of a voice."""

    rate_factor: float = 1.0
    """Factor on the words per minute."""
    pitch_semitones: float = 0.0
    """Semitones added to the pitch."""
    gain_db: float = 0.0
    """Decibels added to the level."""
    is_whispered: bool = False
    """Whether the voice is replaced by breath."""
    is_pressed: bool = False
    """Whether the peaks are pressed together, so that a higher level has room below the limiter."""


PLAIN_PROSODY = Prosody()
HEADING_PROSODY = Prosody(rate_factor=0.92)
QUOTATION_PROSODY = Prosody(rate_factor=1.03, pitch_semitones=1.5)
"""Prosody of a quotation in the narrator's voice, if quotations are marked."""
MANNER_PROSODIES = {
    Manner.PLAIN: PLAIN_PROSODY,
    Manner.WHISPER: Prosody(0.94, 0, -4, is_whispered=True),
    Manner.SOFT: Prosody(0.95, -0.7, -3),
    Manner.SHOUT: Prosody(1.04, 2.2, 4, is_pressed=True),
    Manner.EXCLAIM: Prosody(1.02, 1.5, 2),
    Manner.LIVELY: Prosody(1.05, 1, 0.5),
    Manner.HARD: Prosody(1.04, -0.5, 1),
    Manner.FLAT: Prosody(0.93, -1, -1.5),
    Manner.SLOW: Prosody(0.87),
    Manner.FAST: Prosody(1.12),
    Manner.THOUGHT: Prosody(0.97, -0.5, -1),
}
"""Prosody of each manner, by rate factor, semitones and decibels.

Actors who shout raise their voices by much more. Here the listener must still know the speaker, and
the loudness of the book must stay within a publisher's limits."""


@dataclass(frozen=True)
class VoiceSelector:
    """The selector of each line's voice, with the line's prosody applied."""

    cast: Cast
    marks_quotations: bool = False
    """Whether quotations in the narrator's voice get `QUOTATION_PROSODY`."""
    delivery: LineDelivery = field(default_factory=LineDelivery, repr=False)
    """How the lines are spoken."""
    is_plain: bool = False
    """Whether speakers ignore what the book says about that, unless the cast says otherwise."""
    _voices_by_role: dict[tuple[str | None, str, LineKind, Manner], tuple[Voice, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def recast(self, cast: Cast) -> VoiceSelector:
        """Return a selector that lets another cast speak in the same manners."""
        return replace(self, cast=cast, _voices_by_role={})

    def select_voice(self, line: Line) -> Voice:
        """Return the voice that speaks a line."""
        return self._select_voices(line)[0]

    def select_levelling_voice(self, line: Line) -> Voice:
        """Return the voice with which the loudness of a line's voice is measured.

        It has its normal rate because the rate does not affect the loudness, and no manner because
        a manner that makes a line louder or softer is meant to.
        """
        return self._select_voices(line)[1]

    def select_prosody(self, line: Line) -> Prosody:
        """Return the prosody of a line, whose rate and pitch are already in its voice."""
        voice = self.cast.voice_of(line.speaker, line.language)
        return self._choose_prosody(voice, line.kind, self.select_manner(line))

    def select_effects(self, line: Line) -> Effects:
        """Return what is done to the sound of a line after its voice has spoken it."""
        engine = registry.load_engine(self.select_voice(line).engine)
        follows_book = not self._is_plain(line)
        is_question = follows_book and line.id in self.delivery.rising_lines
        is_rising = is_question and getattr(engine, "ends_questions_flat", False)
        stressed_words = self.delivery.stressed_words.get(line.id, ()) if follows_book else ()
        prosody = self.select_prosody(line)
        return Effects(prosody.is_whispered, is_rising, prosody.is_pressed, stressed_words)

    def select_manner(self, line: Line) -> Manner:
        """Return the manner in which a line is spoken."""
        if self._is_plain(line) and not line.directions.manner:
            return Manner.PLAIN
        return self.delivery.manners.get(line.id, Manner.PLAIN)

    def _is_plain(self, line: Line) -> bool:
        """Return whether a line ignores what the book says about how it is spoken."""
        chosen = self.cast.deliveries.get(line.speaker)
        return chosen == PLAIN_DELIVERY if chosen else self.is_plain

    def _select_voices(self, line: Line) -> tuple[Voice, Voice]:
        """Return the voice of a line, and its voice for measuring loudness.

        Both are cached because a book has ten thousand lines and few speakers.
        """
        role = line.speaker, line.language, line.kind, self.select_manner(line)
        if role not in self._voices_by_role:
            cast_voice = self.cast.voice_of(line.speaker, line.language)
            voice = _apply_prosody(cast_voice, self._choose_prosody(cast_voice, *role[2:]))
            plain_prosody = self._choose_prosody(cast_voice, line.kind, Manner.PLAIN)
            plain_voice = _apply_prosody(cast_voice, plain_prosody)
            self._voices_by_role[role] = voice, replace(plain_voice, rate=cast_voice.rate)
        return self._voices_by_role[role]

    def _choose_prosody(self, voice: Voice, kind: LineKind, manner: Manner) -> Prosody:
        """Return the prosody of lines of one kind and manner in a voice."""
        if kind is LineKind.HEADING:
            return HEADING_PROSODY
        if manner is not Manner.PLAIN:
            return MANNER_PROSODIES[manner]
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
    except (CastFileError, EngineUnavailableError):
        # a shifted pitch needs a library that is optional
        return False
    return True
