import hashlib
import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import helper

from narrator import registry
from narrator.casting.profiles import read_voice_profile
from narrator.engines import kokoro
from narrator.errors import CastFileError, EngineUnavailableError, SynthesisError, UnknownVoiceError
from narrator.model import Clip, Voice

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


LOW = Voice("x", "kokoro", "low", rate=310, language="en-GB")


class Model:
    """Stands in for the neural model: each phoneme is a fixed value for a tenth of a second."""

    value = 0.5
    error = None
    speaks_times = True

    def __init__(self):
        self.tokenizer = SimpleNamespace(vocab={}, phonemize=self.phonemize)
        self.languages = []
        self.calls = []

    def phonemize(self, text, language):
        self.languages.append(language)
        return text.lower() if text != "hush" else " "

    def create_timed(self, phonemes, style, **settings):
        if self.error:
            raise self.error
        self.calls.append((phonemes, style, settings))
        samples = np.full(2400 * len(phonemes), self.value, "f4")
        times = [SimpleNamespace(phoneme=p, start=0.1 * n) for n, p in enumerate(phonemes)]
        return samples, kokoro.SAMPLE_RATE, times if self.speaks_times else []


@pytest.fixture
def model(monkeypatch):
    model = Model()
    monkeypatch.setattr(kokoro, "_load_model", lambda *_: model)
    return model


def test_a_text_is_spoken_with_the_style_and_the_speed_of_the_voice(engine, model):
    clip = engine.speak("It rained", replace(LOW, engine_voice="high"))
    ((phonemes, style, settings),) = model.calls
    assert phonemes == "it rained"
    assert style.shape == (510, 1, 256)
    assert np.all(style == 1)
    assert settings["speed"] == 2.0
    assert settings["is_phonemes"]
    assert (clip.rate, clip.samples) == (24_000, 2400 * len(phonemes))


def test_words_begin_with_their_first_phonemes(engine, model):
    text = "It rained on"
    words = engine.speak(text, LOW).words
    assert [(word.start, word.sample) for word in words] == [(0, 0), (3, 7200), (10, 24000)]
    model.speaks_times = False
    assert engine.speak(text, LOW).words == ()


@pytest.mark.parametrize(
    ("value", "sample"), [(0.5, 13106), (1.25, 32767), (1.4, 32767), (-1.4, -32767), (0, 0)]
)
def test_there_is_headroom_for_styles_that_peak_above_full_scale(engine, model, value, sample):
    model.value = value
    samples = np.frombuffer(engine.speak("It", LOW).pcm, "<i2")
    assert samples.tolist() == pytest.approx([sample] * 4800, abs=1)


@pytest.mark.parametrize(
    ("language", "phonemizer_language"),
    [
        ("fr", "fr-fr"),
        ("fr-CA", "fr-fr"),
        ("es", "es"),
        ("pt-BR", "pt-br"),
    ],
)
def test_a_language_has_the_name_that_the_phonemizer_gives_it(
    engine, model, monkeypatch, language, phonemizer_language
):
    languages = []

    def phonemize(text, language, **_):
        languages.append(language)
        return text

    monkeypatch.setattr("narrator.engines.kokoro.phonemize", phonemize)
    engine.speak("It", replace(LOW, language=language))
    assert languages == [phonemizer_language]
    assert model.languages == []


@pytest.mark.parametrize(("language", "name"), [("en", "en-us"), ("en-GB", "en-gb")])
def test_english_has_the_phonemes_of_the_models_library(engine, model, language, name):
    engine.speak("It", replace(LOW, language=language))
    assert model.languages == [name]


def test_signs_that_the_model_does_not_know_lose_their_marks(engine, model, monkeypatch):
    monkeypatch.setattr("narrator.engines.kokoro.phonemize", lambda *_, **__: "kˌäno̞")
    model.tokenizer.vocab = dict.fromkeys("kano", 1)
    engine.speak("It", replace(LOW, language="es"))
    assert model.calls[0][0] == "kano"


@pytest.mark.parametrize("text", ["", "…", "* * *", "hush"])
def test_a_text_without_words_or_without_phonemes_has_no_sound(engine, model, text):
    assert engine.speak(text, LOW) == Clip(b"", 24_000)
    assert model.calls == []


def test_a_model_that_fails_is_an_error_that_names_the_text(engine, model):
    model.error = ValueError("510 phonemes")
    with pytest.raises(SynthesisError, match="could not speak 'It rained' in the voice x: 510"):
        engine.speak("It rained", LOW)


def test_each_style_is_found_in_the_file_that_has_it(engine, tmp_path):
    folder = tmp_path / "kokoro"
    (folder / "a-model.onnx").write_bytes(b"another")
    with (folder / "more.bin").open("wb") as file:
        np.savez(file, deep=np.zeros((510, 1, 256), "f4"))
    np.full((510, 256), 3, "f4").tofile(folder / "own.bin")
    options = (("style.low", 1), ("style.deep", 1), ("style.own", 2))
    mixed = Voice("x", "kokoro", "blend", options=options)
    engine.validate(mixed)
    files = kokoro._find_model(mixed)
    assert files.model.name == "a-model.onnx"
    assert {name: file.name for name, file in files.styles} == {
        "low": "styles.bin",
        "deep": "more.bin",
        "own": "own.bin",
    }
    assert np.all(kokoro._blend_styles(mixed, files) == 6)


def write_profile(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(f'description = "X."\nengine = "kokoro"\n{text}\n')
    return read_voice_profile(file)


def test_a_style_and_a_model_may_be_files_of_ones_own(engine, tmp_path):
    np.save(tmp_path / "mine.npy", np.full((510, 1, 256), 2, "f4"))
    (tmp_path / "model.onnx").write_bytes(b"my model")
    voice = write_profile(tmp_path, 'voice = "mine.npy"\noptions.model = "model.onnx"')
    engine.validate(voice)
    files = kokoro._find_model(voice)
    assert files.model == tmp_path / "model.onnx"
    assert np.all(kokoro._blend_styles(voice, files) == 2)
    blend = write_profile(
        tmp_path, 'voice = "blend"\n[options.style]\n"mine.npy" = 0.5\nhigh = 0.5'
    )
    engine.validate(blend)
    assert np.all(kokoro._blend_styles(blend, kokoro._find_model(blend)) == 1.5)


def test_another_style_in_the_same_file_has_another_fingerprint(engine, tmp_path):
    np.save(tmp_path / "mine.npy", np.full((510, 1, 256), 2, "f4"))
    np.save(tmp_path / "yours.npy", np.full((510, 1, 256), 3, "f4"))
    mine, yours = (write_profile(tmp_path, f'voice = "{n}.npy"') for n in ("mine", "yours"))
    assert engine.sound_key(mine) != engine.sound_key(yours)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('voice = "gone.pt"', "there is no style"),
        ('voice = "low"\noptions.model = "gone.onnx"', "there is no Kokoro model"),
    ],
)
def test_a_file_of_ones_own_that_is_missing_is_named(engine, tmp_path, text, said):
    with pytest.raises(UnknownVoiceError, match=said) as caught:
        engine.validate(write_profile(tmp_path, text))
    assert str(tmp_path) in caught.value.message


def test_other_styles_have_another_fingerprint(engine, tmp_path):
    before = engine.fingerprint(LOW)
    with (tmp_path / "kokoro" / "even-more.bin").open("wb") as file:
        np.savez(file, low=np.ones((510, 1, 256), "f4"))
    assert engine.fingerprint(LOW) != before
    assert "kokoro-onnx" in before


def test_an_archive_without_styles_is_an_error_that_says_how_to_get_them(engine, tmp_path):
    (tmp_path / "kokoro" / "broken.bin").write_bytes(b"PK\x03\x04 no styles")
    with pytest.raises(EngineUnavailableError, match="holds no styles of Kokoro") as caught:
        engine.validate(LOW)
    assert caught.value.hint == "`narrator voices fetch kokoro` downloads it"


def test_a_damaged_style_is_an_error_for_the_voices_that_have_it(engine, tmp_path):
    (tmp_path / "kokoro" / "mine.pt").write_bytes(b"no style")
    engine.validate(LOW)
    with pytest.raises(EngineUnavailableError, match=r"mine\.pt holds no style of Kokoro"):
        engine.validate(replace(LOW, engine_voice="mine"))


@pytest.mark.parametrize(("rate", "is_valid"), [(77, False), (78, True), (310, True), (311, False)])
def test_a_rate_is_between_half_and_twice_the_models_own(engine, rate, is_valid):
    if is_valid:
        engine.validate(replace(LOW, rate=rate))
    else:
        with pytest.raises(CastFileError, match=f"rate {rate} is out of range"):
            engine.validate(replace(LOW, rate=rate))


PARTS = (b"first ", b"second ", b"third ", b"last")


@pytest.fixture
def packages(monkeypatch, tmp_path):
    """The packages of which each holds a part of a model, and the file with its checksum."""
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "cache"))
    for name, content in zip(kokoro._MODEL_PACKAGES, PARTS, strict=True):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "part.bin").write_bytes(content)
        package = ModuleType(name)
        package.__file__ = str(folder / "__init__.py")
        monkeypatch.setitem(sys.modules, name, package)
    checksum_file = tmp_path / "model.sha256"
    checksum_file.write_text(f"{hashlib.sha256(b''.join(PARTS)).hexdigest()}  model.onnx\n")
    yield checksum_file
    kokoro._assemble_model.cache_clear()


def test_a_model_in_parts_is_assembled_once_in_the_cache(packages, tmp_path):
    file = kokoro._assemble_model(packages)
    assert file.read_bytes() == b"".join(PARTS)
    (tmp_path / kokoro._MODEL_PACKAGES[0] / "part.bin").unlink()
    kokoro._assemble_model.cache_clear()
    assert kokoro._assemble_model(packages) == file
    assert list(file.parent.iterdir()) == [file]


def test_damaged_parts_of_a_model_are_an_error_and_leave_no_file(packages, tmp_path):
    (tmp_path / kokoro._MODEL_PACKAGES[2] / "part.bin").write_bytes(b"other ")
    with pytest.raises(EngineUnavailableError, match="are damaged") as caught:
        kokoro._assemble_model(packages)
    assert caught.value.hint == "install them again"
    assert not kokoro.engine_cache_folder("kokoro").exists()


def test_a_full_or_locked_cache_is_an_error_that_says_how_much_room_is_needed(
    packages, monkeypatch, tmp_path
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(EngineUnavailableError, match="can't be written") as caught:
        kokoro._assemble_model(packages)
    assert caught.value.hint == "make room for 92 MB"
