from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrator.cache.store import Store
from narrator.engines.tone import Tone
from narrator.errors import SynthesisError
from narrator.model import Clip, Cue, Effects, Voice, WordTiming
from narrator.synthesis.clip_names import clip_name, cue_clip_name
from narrator.synthesis.clips import SpokenClip, decode_clip, encode_clip, load_or_synthesise
from tests.takes.good_clips import SENTENCES, cut_clip, get_norm, get_voice, speak

VOICE = Voice("viola", "tone", "middle", rate=700)


@pytest.mark.parametrize(
    "words", [(), (WordTiming(0, 0),), (WordTiming(0, 12), WordTiming(5, 4_000_000))]
)
def test_a_clip_is_the_same_after_it_was_stored(words: tuple[WordTiming, ...]) -> None:
    samples = np.random.default_rng(0).integers(-32_768, 32_768, 5_000).astype("<i2")
    clip = Clip(samples.tobytes(), 22_050, words)
    spoken = SpokenClip(clip, is_new=False, take=2, flaws=("40 % too short",), is_judged=True)
    assert decode_clip(encode_clip(spoken)) == spoken


def test_a_whispered_line_has_a_clip_of_its_own_of_the_same_length(tmp_path: Path) -> None:
    cue, store = Cue("1.1.1", "Come here.", VOICE, 0.0, 0.0), Store(tmp_path)
    plain = load_or_synthesise(cue, store)
    whispered = load_or_synthesise(replace(cue, effects=Effects(is_whispered=True)), store)
    assert whispered.is_new
    assert len(whispered.clip.pcm) == len(plain.clip.pcm)
    assert whispered.clip.pcm != plain.clip.pcm


def test_a_line_is_synthesised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, cue = Store(tmp_path), Cue("1.1.1", "It rained.", VOICE, 0.0, 0.0)
    spoken = load_or_synthesise(cue, store)
    assert spoken.is_new
    monkeypatch.delattr(Tone, "speak")
    again = load_or_synthesise(replace(cue, line_id="9.9.9"), store)
    assert again == replace(spoken, is_new=False)


def test_a_damaged_clip_is_synthesised_again(tmp_path: Path) -> None:
    store, cue = Store(tmp_path), Cue("1.1.1", "It rained.", VOICE, 0.0, 0.0)
    spoken = load_or_synthesise(cue, store)
    store.path("clip", clip_name(cue.spoken, VOICE)).write_bytes(b"damaged")
    assert load_or_synthesise(cue, store) == spoken
    assert store.damaged_count == 1


def test_an_error_of_the_engine_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Clip:
        raise SynthesisError("out of breath", "rest")

    monkeypatch.setattr(Tone, "speak", fail)
    with pytest.raises(SynthesisError, match=r"^line 3\.1\.4: .*out of breath.*: rest$"):
        load_or_synthesise(Cue("3.1.4", "It rained.", VOICE, 0.0, 0.0), Store(tmp_path))


def test_each_take_has_a_clip_of_its_own() -> None:
    cue = Cue("1.1.1", "It rained.", VOICE, 0.0, 0.0)
    cues = [cue, replace(cue, take=1), replace(cue, take=2), replace(cue, take_count=3)]
    assert len({cue_clip_name(each) for each in cues}) == len(cues)
    assert cue_clip_name(cue) == clip_name(cue.spoken, VOICE)


def test_a_clip_that_was_never_judged_is_judged_when_its_voice_is_known(tmp_path: Path) -> None:
    text, voice = SENTENCES[0], get_voice("edgar")
    store, cue = Store(tmp_path), Cue("1.1.1", text, voice, 0.0, 0.0)
    damaged = SpokenClip(cut_clip(speak(text), 0, 0.4), is_new=True, is_judged=False)
    store.save("clip", cue_clip_name(cue), encode_clip(damaged))
    assert load_or_synthesise(cue, store).clip == damaged.clip
    repaired = load_or_synthesise(cue, store, get_norm("edgar"))
    assert repaired.is_new
    assert repaired.clip == speak(text)
    assert load_or_synthesise(cue, store, get_norm("edgar")) == replace(repaired, is_new=False)
