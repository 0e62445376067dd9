import numpy as np
import onnx
import pytest
from onnx import helper

from narrator import registry
from narrator.casting.profiles import read_voice_profile
from narrator.engines import kokoro
from narrator.errors import CastFileError, EngineUnavailableError, UnknownVoiceError
from narrator.model import Voice

BLEND = (("style.low", 0.75), ("style.high", 0.25))


@pytest.fixture
def engine(monkeypatch, tmp_path):
    """Kokoro with a folder of models that knows two styles."""
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "kokoro").mkdir()
    (tmp_path / "kokoro" / "small.onnx").write_bytes(b"no model")
    with (tmp_path / "kokoro" / "styles.bin").open("wb") as file:
        np.savez(file, low=np.zeros((510, 1, 256), "f4"), high=np.ones((510, 1, 256), "f4"))
    return registry.load_engine("kokoro")


def test_a_blend_is_the_weighted_sum_of_its_styles(engine):
    voice = Voice("x", "kokoro", "blend", options=BLEND)
    engine.validate(voice)
    style = kokoro._blend_styles(voice, kokoro._find_model(voice))
    assert style.dtype == np.float32
    assert np.all(style == 0.25)


@pytest.mark.parametrize(
    ("voice", "options", "error", "hint"),
    [
        ("lo", (), UnknownVoiceError, "low"),
        ("blend", (("style.hi", 1),), UnknownVoiceError, "high"),
        ("blend", (), CastFileError, "[options.style]"),
        ("blend", (("style.low", 9),), CastFileError, "-2 to 2"),
        ("low", (("styl.low", 1),), CastFileError, "style"),
    ],
)
def test_what_can_not_be_spoken_is_an_error_before_it_is_spoken(
    engine, voice, options, error, hint
):
    with pytest.raises(error) as caught:
        engine.validate(Voice("x", "kokoro", voice, options=options))
    assert hint in caught.value.hint


def test_a_broken_model_is_an_error_that_says_how_to_get_it(engine):
    with pytest.raises(EngineUnavailableError, match="voices fetch kokoro"):
        engine.speak("Hello.", Voice("x", "kokoro", "low"))


def test_without_a_model_is_an_error_that_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    monkeypatch.setattr(kokoro, "find_spec", lambda _: None)
    with pytest.raises(EngineUnavailableError, match="voices fetch kokoro"):
        registry.load_engine("kokoro").validate(Voice("x", "kokoro", "af_heart"))


def test_a_profile_gives_the_weights_of_styles(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text(
        'description = "X."\nengine = "kokoro"\nvoice = "blend"\n'
        "[options]\nstyle = { af_heart = 0.7, am_adam = 0.3 }\n"
    )
    assert kokoro._style_weights(read_voice_profile(file)) == {"af_heart": 0.7, "am_adam": 0.3}


def graph(*nodes):
    return helper.make_model(
        helper.make_graph([helper.make_node(*node) for node in nodes], "g", [], [])
    )


def test_what_a_model_rounds_is_how_long_its_phonemes_are():
    model = graph(("Round", ["x"], ["whole"]), ("Clip", ["whole", "one"], ["frames"]))
    kokoro._add_durations(model)
    kokoro._add_durations(model)
    assert [output.name for output in model.graph.output] == ["duration"]
    assert list(model.graph.node[-1].input) == ["frames"]


@pytest.mark.parametrize("nodes", [(), (("Round", ["x"], ["y"]),), (("Clip", ["x"], ["y"]),)])
def test_a_model_that_is_made_otherwise_stays_as_it_is(nodes):
    model = graph(*nodes)
    before = onnx.ModelProto.FromString(model.SerializeToString())
    kokoro._add_durations(model)
    assert model == before


@pytest.mark.voices
def test_words_begin_where_they_are_heard():
    text = "In the hall, a dog barked."
    clip = registry.load_engine("kokoro").speak(text, Voice("x", "kokoro", "jm_kumo"))
    samples = np.abs(np.frombuffer(clip.pcm, "<i2").astype(int))
    assert [word.start for word in clip.words] == [0, 3, 7, 13, 15, 19]
    pause = clip.words[3].sample
    assert samples[pause - 2000 : pause].mean() < samples[:pause].mean()
    assert all(a.sample < b.sample for a, b in zip(clip.words[2:], clip.words[3:], strict=False))
