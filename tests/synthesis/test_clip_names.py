from dataclasses import replace

import pytest

from narrator.model import Voice
from narrator.synthesis.clip_names import clip_name, synthesis_parameters

VOICE = Voice("viola", "tone", "middle", rate=700)


@pytest.mark.parametrize(
    "change",
    [
        {"engine_voice": "high"},
        {"rate": 701.0},
        {"pitch": 1.0},
        {"language": "de"},
        {"options": (("warmth", 1),)},
    ],
)
def test_a_voice_that_sounds_different_has_other_clips(change: dict[str, object]) -> None:
    assert clip_name("Hello.", replace(VOICE, **change)) != clip_name("Hello.", VOICE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"name": "cello"}, {"volume": 6.0}, {"description": "A cello."}, {"rate": 700.0}]
)
def test_a_voice_that_sounds_the_same_has_the_same_clips(change: dict[str, object]) -> None:
    assert clip_name("Hello.", replace(VOICE, **change)) == clip_name("Hello.", VOICE)  # type: ignore[arg-type]


def test_equal_voices_have_equal_parameters_to_the_letter() -> None:
    whole, fractional = replace(VOICE, rate=170, pitch=2), replace(VOICE, rate=170.0, pitch=2.0)
    assert repr(synthesis_parameters(whole)) == repr(synthesis_parameters(fractional))


def test_texts_that_differ_in_a_letter_have_other_clips() -> None:
    names = {clip_name(text, VOICE) for text in ("Hello.", "Hello!", "hello.", "\ud800")}
    assert len(names) == 4
