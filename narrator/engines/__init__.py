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

    An engine may have further attributes:

    - `time_limit(voice)` returns the longest time in seconds that one call of `speak` takes, if the
      engine has a clock of its own. By default a line may take three minutes.
    - `soundless_options` holds the names of options that don't change the sound, such as a price.
      Clips stay valid when they change.
    - `sound_key(voice)` returns the part of the fingerprint that changes how loud a voice is: the
      model and the way it is used, but not the version of each library. Stored levels stay valid
      while it is the same. By default it is the fingerprint.
    - `is_metered` is true if a call may cost money or the time of another computer. Nothing is then
      spoken beyond the lines of the book and one short line per voice.
    - `ends_questions_flat` is true if the voice rises only at the end of questions whose words show
      that they are questions. The end of "He went to London?" is then raised.
    - `speak_take(text, voice, number)` speaks another take of a text, with another seed; the same
      number, from 1, gives the same samples. Without it, another take has a slightly different
      rate, or is spoken in two pieces.
    - `is_unlike_speech` is true if the sound is none that a person could make. It is then not
      compared with what the text leads to expect.
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
