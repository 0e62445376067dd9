from dataclasses import replace

import pytest

from narrator import registry
from narrator.audio.levelling_texts import LEVELLING_TEXT
from narrator.engines.reference_text import NUMBERS
from narrator.model import Clip
from narrator.synthesis.voice_gain import choose_levelling_text
from narrator.takes.judgement import judge_clip, measure_norm
from tests.takes.good_clips import (
    SENTENCES,
    cut_clip,
    get_norm,
    get_voice,
    join_clips,
    silence_clip,
    speak,
    trim_clip,
)

VOICES = ("edgar", "eleanor", "tim", "nora")


def describe_flaws(clip: Clip, text: str, voice_name: str = "edgar") -> str:
    flaws = judge_clip(clip, text, get_voice(voice_name), get_norm(voice_name))
    return "; ".join(flaw.description for flaw in flaws)


@pytest.mark.parametrize("voice_name", VOICES)
@pytest.mark.parametrize("text", SENTENCES)
def test_a_good_clip_has_no_flaw(text: str, voice_name: str) -> None:
    assert not describe_flaws(speak(text, voice_name), text, voice_name)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_that_lacks_its_end_is_found(text: str) -> None:
    assert "too short" in describe_flaws(cut_clip(speak(text), 0, 0.55), text)


def test_a_clip_that_is_cut_within_a_sound_is_found() -> None:
    text = SENTENCES[0]
    clip = speak(text)
    flaws = [describe_flaws(cut_clip(clip, 0, share / 100), text) for share in range(80, 92)]
    assert sum("cut off at the end" in flaw for flaw in flaws) >= 8


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_that_says_its_text_twice_is_found(text: str) -> None:
    assert "too long" in describe_flaws(join_clips(speak(text), speak(text)), text)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_that_falls_silent_is_found(text: str) -> None:
    assert describe_flaws(silence_clip(speak(text), 0.3, 0.75), text)


@pytest.mark.parametrize("text", SENTENCES[:2])
def test_the_clips_of_an_engine_that_trims_them_are_good(text: str) -> None:
    norm = measure_norm(trim_clip(speak(LEVELLING_TEXT)), LEVELLING_TEXT, get_voice("edgar"))
    assert judge_clip(trim_clip(speak(text)), text, get_voice("edgar"), norm) == ()
    [flaw] = judge_clip(cut_clip(speak(text), 0, 0.7), text, get_voice("edgar"), norm)[:1]
    assert flaw.severity > 1


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_that_is_cut_as_a_stop_closes_is_found(text: str) -> None:
    clip = speak(text)
    quiet_end = clip.samples // 100
    flaws = describe_flaws(
        join_clips(cut_clip(clip, 0, 0.7), replace(clip, pcm=bytes(2 * quiet_end))), text
    )
    assert "cut off at the end" in flaws


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_that_says_a_few_words_twice_is_found(text: str) -> None:
    clip = speak(text)
    assert describe_flaws(join_clips(cut_clip(clip, 0, 0.6), cut_clip(clip, 0.38, 1)), text)


def test_a_clip_that_says_some_sounds_twice_is_described_so() -> None:
    flaws = set()
    for text in SENTENCES:
        clip = speak(text)
        for share in (0.55, 0.6, 0.65):
            repeated = join_clips(cut_clip(clip, 0, share), cut_clip(clip, share - 0.12, 1))
            flaws.add(describe_flaws(repeated, text))
    assert "says a part twice" in flaws


@pytest.mark.parametrize("text", SENTENCES)
def test_a_clip_in_another_voice_is_found(text: str) -> None:
    assert "unlike its voice" in describe_flaws(speak(text, "eleanor"), text)


def test_a_clip_of_another_line_is_found() -> None:
    pairs = [(a, b) for a in SENTENCES for b in SENTENCES if a != b]
    found = [bool(describe_flaws(speak(a), b)) for a, b in pairs]
    assert sum(found) == len(pairs)  # although their lengths are alike


def test_a_clipped_clip_is_found() -> None:
    clip = speak(SENTENCES[0])
    assert "clipped" in describe_flaws(replace(clip, pcm=b"\xff\x7f" * clip.samples), SENTENCES[0])


@pytest.mark.parametrize("text", ["…", "", "—"])
def test_a_text_without_words_is_not_judged(text: str) -> None:
    assert not describe_flaws(Clip(b"", 22_050), text)


def test_without_a_norm_nothing_is_judged() -> None:
    clip = cut_clip(speak(SENTENCES[0]), 0, 0.3)
    assert not judge_clip(clip, SENTENCES[0], get_voice("edgar"), None)


def test_the_norm_of_another_prosody_fits_its_clips() -> None:
    voice = replace(get_voice("edgar"), rate=get_voice("edgar").rate * 1.12, pitch=2.5)
    norm = get_norm().change_prosody(1.12, 2.5)
    for text in SENTENCES:
        clip = registry.load_engine(voice.engine).speak(text, voice)
        assert not judge_clip(clip, text, voice, norm)


GOOD_SENTENCES = {
    "vi-bruno": ("Bà cụ thắp đèn rồi ngồi xuống.", "Thằng bé đáp:", "Đêm nay trời lạnh lắm."),
    "fa-bruno": ("پیرمرد چراغ را روشن کرد و نشست.", "پسر پرسید:", "امشب هوا خیلی سرد است."),
    "ca-bruno": ("La vella va encendre el llum i va seure.", "El noi va dir:", "Fa molt de fred."),
    "es-bruno": ("La vieja encendió la lámpara y se sentó.", "El niño dijo:", "Hace mucho frío."),
    "pl-bruno": ("Staruszka zapaliła lampę i usiadła.", "Chłopiec rzekł:", "Jest bardzo zimno."),
}
"""Sentences in languages whose voices speak numbers at another pace than prose."""


@pytest.mark.parametrize("voice_name", GOOD_SENTENCES)
def test_a_good_clip_in_another_language_has_no_flaw(voice_name: str) -> None:
    voice = get_voice(voice_name)
    text = choose_levelling_text(voice)
    norm = measure_norm(speak(text, voice_name), text, voice)
    sentences = GOOD_SENTENCES[voice_name]
    clips = {sentence: speak(sentence, voice_name) for sentence in sentences}
    assert not [s for s, clip in clips.items() if judge_clip(clip, s, voice, norm)]
    assert judge_clip(clips[sentences[0]], sentences[1], voice, norm)


def test_only_damage_is_found_by_a_norm_that_was_measured_on_numbers() -> None:
    voice, text = get_voice("edgar"), SENTENCES[0]
    norm = measure_norm(speak(NUMBERS), NUMBERS, voice)
    assert norm
    assert norm.is_of_numbers
    clip = speak(text)
    assert not judge_clip(clip, SENTENCES[1], voice, norm)
    assert judge_clip(cut_clip(clip, 0, 0.55), text, voice, norm)


def test_a_voice_that_seems_to_repeat_sounds_is_compared_with_its_own_sample() -> None:
    voice, text = get_voice("ko-rosa"), "비가 스물한 날 동안 내리고 있었다."
    sample, clip = choose_levelling_text(voice), speak(text, "ko-rosa")
    norm = measure_norm(speak(sample, "ko-rosa"), sample, voice)
    assert norm
    assert norm.repetition > 0
    assert judge_clip(clip, text, voice, norm) == ()
    assert judge_clip(clip, text, voice, replace(norm, repetition=0.0))
    twice = join_clips(cut_clip(clip, 0, 0.6), cut_clip(clip, 0.3, 1))
    assert judge_clip(twice, text, voice, norm)
