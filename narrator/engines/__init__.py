"""Turns a line of text and a voice into a `Clip`; one engine per module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from narrator.model import Clip, Voice


class Engine(Protocol):
    """The interface of a speech engine. One instance serves one process, one call at a time.

    An engine whose attribute `phonetic` is true receives words together with their sounds where a
    lexicon gives them, in the notation of `narrator.normalisation.phonetic_text`. Other engines
    receive such words respelt.
    """

    name: str
    longest: int
    """The most characters that the engine speaks well at once; longer lines are split at
    clauses."""

    def fingerprint(self, voice: Voice) -> str:
        """Return all that shapes the sound besides voice and text: versions, model checksums."""
        ...

    def validate(self, voice: Voice) -> None:
        """Check that the engine can speak with a voice, without speaking.

        Raises:
            UnknownVoiceError: the engine has no such voice.
            EngineUnavailableError: the engine does not work here, or a model is missing.
        """
        ...

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak plain text; anything that looks like markup is spoken as words.

        The same text and voice give the same samples, in every process and in any order.

        Raises:
            SynthesisError: the engine failed, or delivered nothing.
        """
        ...
