from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrator.cache.store import Store
from narrator.engines.tone import Tone
from narrator.errors import SynthesisError
from narrator.model import Clip, Cue, Effects, Voice, WordTiming
from narrator.synthesis.clip_names import clip_name
from narrator.synthesis.clips import decode_clip, encode_clip, load_or_synthesise

VOICE = Voice("viola", "tone", "middle", rate=700)


@pytest.mark.parametrize(
    "words", [(), (WordTiming(0, 0),), (WordTiming(0, 12), WordTiming(5, 4_000_000))]
)
def test_a_clip_is_the_same_after_it_was_stored(words: tuple[WordTiming, ...]) -> None:
    samples = np.random.default_rng(0).integers(-32_768, 32_768, 5_000).astype("<i2")
    clip = Clip(samples.tobytes(), 22_050, words)
    assert decode_clip(encode_clip(clip)) == clip


def test_a_whispered_line_has_a_clip_of_its_own_of_the_same_length(tmp_path: Path) -> None:
    cue, store = Cue("1.1.1", "Come here.", VOICE, 0.0, 0.0), Store(tmp_path)
    plain, _ = load_or_synthesise(cue, store)
    whispered, was_synthesised = load_or_synthesise(
        replace(cue, effects=Effects(is_whispered=True)), store
    )
    assert was_synthesised
    assert len(whispered.pcm) == len(plain.pcm)
    assert whispered.pcm != plain.pcm


def test_a_line_is_synthesised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, cue = Store(tmp_path), Cue("1.1.1", "It rained.", VOICE, 0.0, 0.0)
    clip, is_new = load_or_synthesise(cue, store)
    assert is_new
    monkeypatch.delattr(Tone, "speak")
    assert load_or_synthesise(replace(cue, line_id="9.9.9"), store) == (clip, False)


def test_a_damaged_clip_is_synthesised_again(tmp_path: Path) -> None:
    store, cue = Store(tmp_path), Cue("1.1.1", "It rained.", VOICE, 0.0, 0.0)
    clip, _ = load_or_synthesise(cue, store)
    store.path("clip", clip_name(cue.spoken, VOICE)).write_bytes(b"damaged")
    assert load_or_synthesise(cue, store) == (clip, True)
    assert store.damaged_count == 1


def test_an_error_of_the_engine_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Clip:
        raise SynthesisError("out of breath", "rest")

    monkeypatch.setattr(Tone, "speak", fail)
    with pytest.raises(SynthesisError, match=r"^line 3\.1\.4: .*out of breath.*: rest$"):
        load_or_synthesise(Cue("3.1.4", "It rained.", VOICE, 0.0, 0.0), Store(tmp_path))
