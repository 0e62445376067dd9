"""Tests that every engine must pass; the author of a plug-in runs them with one import.

::

    from narrator.engines.contract import EngineContract

    class TestMine(EngineContract):
        engine = Mine
        voice = Voice("anna", "mine", "anna-medium")

pytest collects the tests of the class; this module itself does not need pytest. The tests cannot
provoke an engine to hang or crash. The callers of an engine handle that: they replace the worker
and report the line.
"""

from __future__ import annotations

import _thread
import multiprocessing
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.engines.verified_speech import speak_line
from narrator.errors import UnknownVoiceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from narrator.engines import Engine
    from narrator.model import Clip, Voice

_STRANGE_TEXTS = (
    "1984",
    "3.14, 2nd, £5, 10:30 and 1,000,000",
    "😀 🇫🇷 👩‍👩‍👧",
    "<b>bold</b> <break time='2s'/> &amp; &#65; a < b",
    "[[h@l'oU]] {pause} \\pau=100\\ #rate 3",
    "before\0after",
    "\ud800 half a character",
    "中文 и по-русски و العربية हिन्दी",
    "* * *",
    "…",
    "—",
    "‘’“”«»",
    "\u200b\ufeff",
    "ZZZZ hmm pst",
    "one\ntwo\r\nthree\tfour",
)
"""Texts that an engine may take for mark-up or commands, or that it has no sounds for."""
_REPEATED_LINE = "The same in every process."
_INTERRUPT_AFTER_SECONDS = 0.3
_REACTION_SECONDS = 60.0
"""The time within which an engine must react to ^C."""
_LONG_SENTENCE = (
    "She had never seen it, and yet she knew the way; it was as if she had been there. "
)


class EngineContract:
    """Tests of one engine, with one of its voices."""

    engine: Callable[[], Engine]
    """The engine's class, or any function without arguments that creates the engine."""
    voice: Voice
    unknown_voice: str = "no-such-voice"
    """A name for which the engine has no voice; empty if it accepts every name."""

    def _speak(self, text: str, voice: Voice | None = None) -> Clip:
        return speak_line(type(self).engine(), text, voice or self.voice)

    def test_it_has_a_name_and_says_how_much_it_takes(self) -> None:
        engine = type(self).engine()
        assert engine.name == self.voice.engine
        assert engine.longest >= 100

    def test_its_voice_is_valid(self) -> None:
        type(self).engine().validate(self.voice)

    def test_an_unknown_voice_is_an_error_before_anything_is_spoken(self) -> None:
        if not self.unknown_voice:
            return
        try:
            type(self).engine().validate(replace(self.voice, engine_voice=self.unknown_voice))
        except UnknownVoiceError as error:
            assert self.unknown_voice in error.message  # noqa: PT017 - pytest is not needed here
        else:
            raise AssertionError("an unknown voice passed as valid")

    def test_its_fingerprint_is_the_same_each_time(self) -> None:
        fingerprint = type(self).engine().fingerprint(self.voice)
        assert fingerprint
        assert fingerprint == type(self).engine().fingerprint(self.voice)

    def test_its_sound_key_if_it_has_one_is_the_same_each_time(self) -> None:
        if find_sound_key := getattr(type(self).engine(), "sound_key", None):
            assert find_sound_key(self.voice)
            assert find_sound_key(self.voice) == find_sound_key(self.voice)

    def test_nothing_is_silence(self) -> None:
        for wordless_text in ("", " ", "\n"):
            assert not any(self._speak(wordless_text).pcm)

    def test_a_word_is_heard(self) -> None:
        clip = self._speak("Yes.")
        assert any(clip.pcm)
        assert 0.1 < clip.samples / clip.rate < 5

    def test_five_thousand_characters_are_spoken_whole(self) -> None:
        text = (_LONG_SENTENCE * 100)[:5000]
        clip = self._speak(text)
        sentence = self._speak(_LONG_SENTENCE)
        assert clip.samples > 0.8 * sentence.samples * len(text) / len(_LONG_SENTENCE)

    def test_strange_text_is_spoken_as_text(self) -> None:
        for text in _STRANGE_TEXTS:
            clip = self._speak(text)
            assert len(clip.pcm) % 2 == 0, text
        assert self._speak("Hello\0world").samples > 1.2 * self._speak("Hello").samples

    def test_tags_are_spoken_and_not_dropped(self) -> None:
        # a tag may be words of the book, as in a story about a web page
        plain = self._speak("so bold").samples
        for tagged_text in ("<b>so bold</b>", "<Mara> so bold"):
            assert self._speak(tagged_text).samples > 1.1 * plain, tagged_text

    def test_words_are_told_in_order_and_within_the_clip(self) -> None:
        text = "He said, “In 1984 we won!”"
        clip = self._speak(text)
        starts = [word.start for word in clip.words]
        samples = [word.sample for word in clip.words]
        assert starts == sorted(set(starts))
        assert samples == sorted(samples)
        assert all(0 <= start < len(text) for start in starts)
        assert all(0 <= sample < clip.samples for sample in samples)

    def test_a_faster_rate_is_shorter(self) -> None:
        faster_voice = replace(self.voice, rate=self.voice.rate * 1.4)
        assert (
            self._speak(_LONG_SENTENCE, faster_voice).samples
            < 0.9 * self._speak(_LONG_SENTENCE).samples
        )

    def test_what_came_before_changes_nothing(self) -> None:
        texts = ["The first line.", "Something longer, that stands between them.", "Oh!"]
        clips = [self._speak(text) for text in texts]
        reversed_clips = [self._speak(text) for text in reversed(texts)]
        assert clips == reversed_clips[::-1]

    def test_another_process_speaks_the_same(self) -> None:
        clip = self._speak(_REPEATED_LINE)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            future_clip = pool.submit(
                _speak_second_line, type(self).engine, _REPEATED_LINE, self.voice
            )
            assert future_clip.result() == clip

    def test_interrupted_or_killed_it_leaves_nothing_in_the_way(self) -> None:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe()
        process = context.Process(
            target=_speak_until_killed, args=(type(self).engine, self.voice, sender), daemon=True
        )
        process.start()
        try:
            assert receiver.poll(2 * _REACTION_SECONDS), "it does not stop"
            was_interrupted, clip_before, clip_after = receiver.recv()
        finally:
            process.kill()  # in the middle of speaking
            process.join()
        assert was_interrupted, "it speaks on after ^C"
        assert clip_after == clip_before
        assert self._speak(_REPEATED_LINE) == clip_before


def _speak_second_line(engine: Callable[[], Engine], text: str, voice: Voice) -> Clip:
    """Speak another line first, then return the clip of the text; runs in another process."""
    speak_line(engine(), "Something else first.", voice)
    return speak_line(engine(), text, voice)


def _speak_until_killed(engine: Callable[[], Engine], voice: Voice, sender: Connection) -> None:
    """Receive a ^C while speaking, send the clips before and after it, and go on speaking.

    Sends whether ^C stopped the engine, and the clips of the same line before and after.
    """
    # Where tests run unattended, processes may inherit that ^C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    instance, was_interrupted = engine(), False
    clip_before = speak_line(instance, _REPEATED_LINE, voice)
    threading.Timer(_INTERRUPT_AFTER_SECONDS, _thread.interrupt_main).start()
    end_seconds = time.monotonic() + _REACTION_SECONDS
    try:
        while time.monotonic() < end_seconds:
            speak_line(instance, _LONG_SENTENCE * 4, voice)
    except KeyboardInterrupt:
        was_interrupted = True
    sender.send((was_interrupted, clip_before, speak_line(instance, _REPEATED_LINE, voice)))
    while True:
        speak_line(instance, _LONG_SENTENCE * 4, voice)
