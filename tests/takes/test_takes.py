from dataclasses import replace

import pytest

from narrator import registry
from narrator.errors import CastFileError, SynthesisError
from narrator.model import Clip, Voice
from narrator.normalisation.phonetic_text import annotate_sounds
from narrator.takes.takes import MAX_TAKES, choose_take, speak_numbered_take, speak_take
from tests.takes.good_clips import SENTENCES, cut_clip, get_norm, get_voice

TEXT = SENTENCES[2]
VOICE = get_voice("edgar")


class SpoiltEngine:
    """An engine that truncates the calls of these numbers, counted from 1."""

    name = "pyttsx3"
    longest = 1000

    def __init__(self, *spoilt_calls: int, lowest_rate: float = 10) -> None:
        self.spoilt_calls = spoilt_calls
        self.lowest_rate = lowest_rate
        self.calls: list[tuple[str, float]] = []

    def fingerprint(self, voice: Voice) -> str:
        return f"spoilt {voice.name}"

    def validate(self, voice: Voice) -> None:
        if voice.rate < self.lowest_rate:
            raise CastFileError("too slow", "speak faster")

    def speak(self, text: str, voice: Voice) -> Clip:
        self.calls.append((text, voice.rate))
        clip = registry.load_engine("pyttsx3").speak(text, voice)
        return cut_clip(clip, 0, 0.4) if len(self.calls) in self.spoilt_calls else clip


class SeededEngine(SpoiltEngine):
    """An engine with takes of its own."""

    def speak_take(self, text: str, voice: Voice, number: int) -> Clip:
        self.calls.append((f"{text} {number}", voice.rate))
        return registry.load_engine("pyttsx3").speak(text, voice)


class PhoneticEngine(SpoiltEngine):
    """An engine that accepts sounds."""

    phonetic = True


class MeteredEngine(SpoiltEngine):
    is_metered = True


def test_a_good_first_take_is_kept() -> None:
    engine = SpoiltEngine()
    take = choose_take(engine, TEXT, VOICE, get_norm())
    assert (take.number, take.flaws) == (0, ())
    assert len(engine.calls) == 1


def test_a_flawed_take_is_spoken_again_a_little_slower() -> None:
    engine = SpoiltEngine(1)
    take = choose_take(engine, TEXT, VOICE, get_norm())
    assert (take.number, take.flaws) == (1, ())
    assert engine.calls == [(TEXT, VOICE.rate), (TEXT, VOICE.rate * 0.97)]


def test_the_third_take_is_spoken_in_pieces() -> None:
    engine = SpoiltEngine(1, 2)
    take = choose_take(engine, TEXT, VOICE, get_norm())
    assert take.number == 2
    assert not take.flaws
    assert "".join(text for text, _ in engine.calls[2:]) == TEXT


@pytest.mark.parametrize("text", ["{}!", "{}", "I {}", "“{}!” she said. “Be quiet, all of you.”"])
def test_no_take_cuts_a_word_or_its_sounds(text: str) -> None:
    word = annotate_sounds("Shh", "ʃːː")
    for number in range(1, 8):
        engine = PhoneticEngine()
        speak_take(engine, text.format(word), VOICE, number)
        assert [word in part for part, _ in engine.calls].count(True) == 1


def test_takes_of_one_word_have_different_rates() -> None:
    engine = SpoiltEngine()
    for number in range(MAX_TAKES):
        speak_take(engine, "Nooooo!", VOICE, number)
    assert [text for text, _ in engine.calls] == ["Nooooo!"] * MAX_TAKES
    assert len({rate for _, rate in engine.calls}) == MAX_TAKES


def test_the_best_of_flawed_takes_is_kept_with_its_flaws() -> None:
    engine = SpoiltEngine(*range(1, 20))
    take = choose_take(engine, TEXT, VOICE, get_norm())
    assert take.flaws
    takes = [speak_take(SpoiltEngine(*range(1, 20)), TEXT, VOICE, n) for n in range(MAX_TAKES)]
    assert take.clip in takes


def test_a_rate_out_of_range_is_no_take() -> None:
    engine = SpoiltEngine(1, lowest_rate=VOICE.rate)
    assert choose_take(engine, TEXT, VOICE, get_norm()).number == 2
    assert speak_take(engine, TEXT, VOICE, 1) is None


def test_an_engine_with_seeds_speaks_its_own_takes() -> None:
    engine = SeededEngine(1)
    assert choose_take(engine, TEXT, VOICE, get_norm()).number == 1
    assert engine.calls[-1] == (f"{TEXT} 1", VOICE.rate)


def test_an_engine_that_costs_money_is_not_asked_twice() -> None:
    engine = MeteredEngine(1)
    assert choose_take(engine, TEXT, VOICE, get_norm()).flaws
    assert len(engine.calls) == 1


def test_more_takes_are_compared_on_request() -> None:
    engine = SpoiltEngine()
    assert not choose_take(engine, TEXT, VOICE, get_norm(), min_takes=3).flaws
    assert {rate for _, rate in engine.calls} == {VOICE.rate, VOICE.rate * 0.97}


def test_an_empty_take_is_spoken_again() -> None:
    class SilentFirst(SpoiltEngine):
        def speak(self, text: str, voice: Voice) -> Clip:
            clip = super().speak(text, voice)
            return replace(clip, pcm=bytes(2000)) if len(self.calls) == 1 else clip

    assert choose_take(SilentFirst(), TEXT, VOICE, get_norm()).number == 1


def test_an_engine_that_fails_is_not_asked_again() -> None:
    class Failing(SpoiltEngine):
        def speak(self, text: str, voice: Voice) -> Clip:
            self.calls.append((text, voice.rate))
            raise SynthesisError("no such account")

    engine = Failing()
    with pytest.raises(SynthesisError, match="no such account"):
        choose_take(engine, TEXT, VOICE, get_norm())
    assert len(engine.calls) == 1


def test_the_same_number_is_the_same_take() -> None:
    takes = [speak_take(SpoiltEngine(), TEXT, VOICE, number) for number in range(7)]
    assert takes == [speak_take(SpoiltEngine(), TEXT, VOICE, number) for number in range(7)]
    assert len({take.pcm for take in takes if take}) == 7


def test_a_chosen_take_is_spoken_even_if_it_has_a_flaw() -> None:
    take = speak_numbered_take(SpoiltEngine(1), TEXT, VOICE, get_norm(), 1)
    assert take.number == 1
    assert take.flaws
