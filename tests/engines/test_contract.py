"""The contract of engines notices every broken promise: one engine per promise breaks it."""

import itertools
import os
import re
import time
from dataclasses import replace

import pytest

from narrator.engines.contract import EngineContract
from narrator.engines.tone import SAMPLE_RATE, Tone
from narrator.errors import NarratorError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice, WordTiming

VOICE = Voice("x", "example", "middle")
HUM = b"\x00\x20"
CALLS = itertools.count(1)


class Faithful(Tone):
    """Keeps every promise."""

    name = "example"


class Renamed(Faithful):
    name = "another"


class Breathless(Faithful):
    longest = 40


class RefusesAll(Faithful):
    def validate(self, voice):
        raise UnknownVoiceError(f"voice {voice.name}: no voice at all")


class AcceptsAll(Faithful):
    def validate(self, voice):
        pass


class HidesTheName(Faithful):
    def validate(self, voice):
        if voice != VOICE:
            raise UnknownVoiceError("there is no such voice")


class WithoutFingerprint(Faithful):
    def fingerprint(self, _voice):
        return ""


class NewFingerprintEachTime(Faithful):
    def fingerprint(self, _voice):
        return f"example {next(CALLS)}"


class NewSoundKeyEachTime(Faithful):
    def sound_key(self, _voice):
        return f"example {next(CALLS)}"


class Humming(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, pcm=clip.pcm + HUM * 100)


class Silent(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, pcm=bytes(len(clip.pcm)))


class Trailing(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, pcm=clip.pcm + HUM * 6 * SAMPLE_RATE)


class Impatient(Faithful):
    longest = 10_000

    def speak(self, text, voice):
        return super().speak(text[:3000], voice)


class EndsAtNul(Faithful):
    def speak(self, text, voice):
        return super().speak(text.partition("\0")[0], voice)


class ObeysMarkup(Faithful):
    def speak(self, text, voice):
        plain = re.sub(r"<[^>]*>", "", text)
        return super().speak(plain, voice if plain == text else replace(voice, rate=300))


class DropsMarkup(Faithful):
    def speak(self, text, voice):
        return super().speak(re.sub(r"<[^>]*>", "", text), voice)


class FearsEmoji(Faithful):
    def speak(self, text, voice):
        if "😀" in text:
            raise SynthesisError("no glyph for it")
        return super().speak(text, voice)


class Backwards(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, words=clip.words[::-1])


class Repeating(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, words=(*clip.words[:1], *clip.words))


class BeyondTheText(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, words=(*clip.words, WordTiming(len(text), clip.words[-1].sample)))


class BeyondTheSound(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, words=(*clip.words[:-1], replace(clip.words[-1], sample=clip.samples)))


class Unhurried(Faithful):
    def speak(self, text, _voice):
        return super().speak(text, VOICE)


class Drifting(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, pcm=clip.pcm + bytes(2 * next(CALLS)))


class DifferentInEachProcess(Faithful):
    def speak(self, text, voice):
        clip = super().speak(text, voice)
        return replace(clip, pcm=clip.pcm + os.getpid().to_bytes(8, "little"))


class ConfusedByInterrupts(Faithful):
    """After ^C, every clip begins with a rest of the one that was interrupted."""

    rest = b""

    def speak(self, text, voice):
        clip = super().speak(text, voice)
        if len(text) > 200:  # the text during which ^C arrives
            try:
                time.sleep(2)
            except KeyboardInterrupt:
                self.rest = HUM
                raise
        return Clip(self.rest + clip.pcm, clip.rate, clip.words)


BROKEN_PROMISES = [
    ("test_it_has_a_name_and_says_how_much_it_takes", Renamed),
    ("test_it_has_a_name_and_says_how_much_it_takes", Breathless),
    ("test_its_voice_is_valid", RefusesAll),
    ("test_an_unknown_voice_is_an_error_before_anything_is_spoken", AcceptsAll),
    ("test_an_unknown_voice_is_an_error_before_anything_is_spoken", HidesTheName),
    ("test_its_fingerprint_is_the_same_each_time", WithoutFingerprint),
    ("test_its_fingerprint_is_the_same_each_time", NewFingerprintEachTime),
    ("test_its_sound_key_if_it_has_one_is_the_same_each_time", NewSoundKeyEachTime),
    ("test_nothing_is_silence", Humming),
    ("test_a_word_is_heard", Silent),
    ("test_a_word_is_heard", Trailing),
    ("test_five_thousand_characters_are_spoken_whole", Impatient),
    ("test_strange_text_is_spoken_as_text", EndsAtNul),
    ("test_tags_are_spoken_and_not_dropped", ObeysMarkup),
    ("test_tags_are_spoken_and_not_dropped", DropsMarkup),
    ("test_strange_text_is_spoken_as_text", FearsEmoji),
    ("test_words_are_told_in_order_and_within_the_clip", Backwards),
    ("test_words_are_told_in_order_and_within_the_clip", Repeating),
    ("test_words_are_told_in_order_and_within_the_clip", BeyondTheText),
    ("test_words_are_told_in_order_and_within_the_clip", BeyondTheSound),
    ("test_a_faster_rate_is_shorter", Unhurried),
    ("test_what_came_before_changes_nothing", Drifting),
    ("test_another_process_speaks_the_same", DifferentInEachProcess),
    ("test_interrupted_or_killed_it_leaves_nothing_in_the_way", ConfusedByInterrupts),
]
PROMISES = {name for name in vars(EngineContract) if name.startswith("test_")}
PROMISES_ABOUT_PROCESSES = {
    "test_another_process_speaks_the_same",
    "test_interrupted_or_killed_it_leaves_nothing_in_the_way",
}
"""They take a second each, and tests/contracts holds the tone engine to them."""


def contract_of(engine, **attributes):
    attributes = {"engine": engine, "voice": VOICE, **attributes}
    return type("Contract", (EngineContract,), attributes)()


@pytest.mark.parametrize("promise", sorted(PROMISES - PROMISES_ABOUT_PROCESSES))
def test_an_engine_that_keeps_a_promise_passes_its_test(promise):
    getattr(contract_of(Faithful), promise)()


@pytest.mark.parametrize(("promise", "engine"), BROKEN_PROMISES)
def test_an_engine_that_breaks_a_promise_fails_its_test(promise, engine):
    with pytest.raises((AssertionError, NarratorError)):
        getattr(contract_of(engine), promise)()


def test_every_promise_is_broken_by_an_engine_above():
    assert {promise for promise, _ in BROKEN_PROMISES} == PROMISES


def test_an_engine_for_any_voice_name_need_not_reject_one():
    contract = contract_of(AcceptsAll, unknown_voice="")
    contract.test_an_unknown_voice_is_an_error_before_anything_is_spoken()


def test_an_engine_that_needs_arguments_is_made_by_a_function():
    class Configured(Faithful):
        def __init__(self, longest):
            self.longest = longest

    contract = contract_of(staticmethod(lambda: Configured(500)))
    contract.test_it_has_a_name_and_says_how_much_it_takes()
