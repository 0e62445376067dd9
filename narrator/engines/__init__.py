"""A line and a voice become a `Clip`; one engine a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from narrator.model import Clip, Voice


class Engine(Protocol):
    """Speaks. One instance serves one process, one call at a time.

    One that has an attribute `phonetic` that is true is given words with their sounds, as
    `narrator.normalisation.phonetic_text` has them, where a lexicon tells them.
    """

    name: str
    longest: int
    """Characters that it speaks well in one piece; longer lines reach it cut at clauses."""

    def fingerprint(self, voice: Voice) -> str:
        """Whatever shapes the sound beside the voice and the words: versions, models' checksums."""
        ...

    def validate(self, voice: Voice) -> None:
        """Make sure that the voice can be spoken with, without speaking.

        Raises:
            UnknownVoiceError: the engine has no such voice.
            EngineUnavailableError: the engine does not work here, or a model is missing.
        """
        ...

    def speak(self, text: str, voice: Voice) -> Clip:
        """Speak plain text; what looks like markup is words.

        The same text and voice give the same samples, in every process and in any order.

        Raises:
            SynthesisError: the engine failed, or delivered nothing.
        """
        ...
