"""Turns a line of text and a voice into a `Clip`; one engine per module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from narrator.model import Clip, Voice


class Engine(Protocol):
    """The interface of a speech engine. One instance serves one process, one call at a time.

    A lexicon may give the sounds of a word. An engine whose attribute `phonetic` is true receives
    such a word together with its sounds, in the notation of `narrator.normalisation.phonetic_text`;
    any other engine receives the word respelt.
    """

    name: str
    longest: int
    """The longest text, in characters, that the engine speaks well; longer lines are split at
    clauses."""

    def fingerprint(self, voice: Voice) -> str:
        """Return everything that shapes the sound, apart from voice and text.

        Examples are the versions of libraries and the checksum of a model.
        """
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
            SynthesisError: the engine failed, or returned no sound.
        """
        ...
