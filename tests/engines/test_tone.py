from array import array
from dataclasses import replace
from itertools import pairwise

import pytest

from narrator.engines.tone import SAMPLE_RATE, VOICE_PITCHES_HZ, Tone
from narrator.errors import CastFileError, SynthesisError, UnknownVoiceError
from narrator.model import Voice, WordTiming

WHISTLE = Voice("whistle", "tone", "middle", rate=60)


def test_a_word_is_a_tone_as_long_as_it_takes_to_say():
    clip = Tone().speak("a five-word", WHISTLE)
    assert clip.words == (
        WordTiming(0, SAMPLE_RATE // 50),
        WordTiming(2, SAMPLE_RATE // 50 * 2 + SAMPLE_RATE // 5),
    )
    assert clip.samples == SAMPLE_RATE // 50 * 3 + SAMPLE_RATE // 5 + 9 * SAMPLE_RATE // 5


def test_a_text_without_words_is_silent():
    assert not any(Tone().speak("…", WHISTLE).pcm)


def count_waves(pcm):
    """How often the sound rises through zero."""
    samples = array("h", pcm)
    return sum(before < 0 <= after for before, after in pairwise(samples))


@pytest.mark.parametrize(
    ("name", "pitch", "hertz"),
    [
        ("low", 0, 110),
        ("middle", 0, 220),
        ("high", 0, 440),
        ("middle", 12, 440),
        ("high", -12, 220),
    ],
)
def test_a_tone_has_the_pitch_of_its_voice(name, pitch, hertz):
    clip = Tone().speak("a" * 5, replace(WHISTLE, engine_voice=name, pitch=pitch))
    start = clip.words[0].sample
    assert count_waves(clip.pcm[2 * start : 2 * (start + SAMPLE_RATE)]) == pytest.approx(
        hertz, abs=1
    )


@pytest.mark.parametrize(
    ("changes", "error", "hint"),
    [
        ({"engine_voice": "loud"}, UnknownVoiceError, "low, middle, high"),
        ({"rate": 0.5}, CastFileError, "1 to 10000"),
        ({"rate": 10_001}, CastFileError, "1 to 10000"),
    ],
)
def test_what_cannot_be_played_is_an_error_before_it_is_played(changes, error, hint):
    with pytest.raises(error, match="voice whistle: ") as caught:
        Tone().validate(replace(WHISTLE, **changes))
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", VOICE_PITCHES_HZ)
def test_each_of_its_voices_is_valid(name):
    Tone().validate(Voice("x", "tone", name))


def test_it_refuses_a_text_that_a_test_forbids_and_speaks_all_others():
    voice = replace(WHISTLE, options=(("fail", "ferry"),))
    assert any(Tone().speak("The boat left.", voice).pcm)
    with pytest.raises(SynthesisError, match="The ferry left"):
        Tone().speak("The ferry left.", voice)


def test_there_is_silence_before_between_and_after_the_words():
    clip = Tone().speak("one two", WHISTLE)
    gap = SAMPLE_RATE // 50
    ends = [0, clip.words[1].sample - gap, clip.samples - gap]
    assert not any(any(clip.pcm[2 * start : 2 * (start + gap)]) for start in ends)
