import pytest

from narrator.audio import effects as module
from narrator.audio.effects import apply_effects, name_effects
from narrator.model import NO_EFFECTS, Clip, Effects

CLIP = Clip(b"\1\0" * 9000, 16_000)
EVERY_KIND = (
    NO_EFFECTS,
    Effects(is_whispered=True),
    Effects(is_rising=True),
    Effects(stressed_words=(7,)),
    Effects(stressed_words=(7, 9)),
    Effects(is_pressed=True),
    Effects(is_rising=True, is_pressed=True),
)


def test_effects_that_sound_different_have_other_short_names() -> None:
    pytest.importorskip("parselmouth")
    names = [name_effects(effects) for effects in EVERY_KIND]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 16
    assert names[0] == b""


def test_without_praat_a_question_is_the_clip_of_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "has_praat", lambda: False)
    name_effects.cache_clear()
    rising = Effects(is_rising=True)
    assert name_effects(rising) == name_effects(NO_EFFECTS)
    assert apply_effects(CLIP, rising) is CLIP
    name_effects.cache_clear()


def test_no_effect_changes_nothing() -> None:
    assert apply_effects(CLIP, NO_EFFECTS) is CLIP
