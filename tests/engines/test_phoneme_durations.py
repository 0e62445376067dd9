import onnx
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from narrator.cache.places import engine_cache_folder
from narrator.engines.phoneme_durations import cache_model_with_durations, find_word_starts


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    """Gives each test a cache of its own, where all tests share what engines prepare."""
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "cache"))


def timed(phonemes):
    """Each phoneme with its first sample; every one lasts 100 samples."""
    return [(phoneme, 100 * index) for index, phoneme in enumerate(phonemes)]


WORD_STARTS = [
    # A group of phonemes between spaces is a word.
    ("She came.", "ʃiː kˈeɪm.", [("She", 0), ("came", 4)]),
    ("Oh, no!", "ˈoʊ, nˈoʊ!", [("Oh", 0), ("no", 5)]),
    # A pause before the first word belongs to no word.
    ("Yes.", "  jˈɛs.", [("Yes", 2)]),
    # Words that are run together begin with their group.
    ("in the garden", "ɪnðə ɡˈɑːɹdən", [("in", 0), ("garden", 5)]),
    # A number is one word in the text and several in the sound.
    ("In 1984 she won", "ɪn nˈaɪntiːn ˈeɪɾifˈoːɹ ʃiː wˈʌn", [("In", 0), ("1984", 3), ("she", 24), ("won", 28)]),
    # Quotation marks and dashes are not words.
    ("“He”—she", "hiː ʃiː", [("He", 0), ("she", 4)]),
    ("…", "", []),
    ("Yes.", "", []),
    ("…", "hˈɛm", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "phonemes", "expected"), WORD_STARTS)
def test_a_word_begins_with_the_first_phoneme_of_its_group(text, phonemes, expected):
    starts = [(text.index(word), 100 * index) for word, index in expected]
    assert list(find_word_starts(text, timed(phonemes))) == starts


@settings(max_examples=60, deadline=None)
@given(st.text("ab cd1,", max_size=30), st.text("ɪnˈ ə,", max_size=40))
def test_words_and_samples_rise_together_whatever_the_phonemes(text, phonemes):
    starts = list(find_word_starts(text, timed(phonemes)))
    offsets = [offset for offset, _ in starts]
    samples = [sample for _, sample in starts]
    assert offsets == sorted(set(offsets))
    assert samples == sorted(set(samples))
    assert all(text[offset].isalnum() for offset in offsets)
    assert all(phonemes[sample // 100] not in " ," for sample in samples)


def write_model(path):
    graph = helper.make_graph([helper.make_node("Abs", ["x"], ["y"])], "g", [], [])
    path.write_bytes(helper.make_model(graph).SerializeToString())
    return path


def add_output(model):
    model.graph.output.append(helper.make_tensor_value_info("duration", 7, None))


def output_names(model):
    return [output.name for output in model.graph.output]


def test_the_changed_model_is_made_once_and_the_original_stays(tmp_path):
    file = write_model(tmp_path / "model.onnx")
    original = file.read_bytes()
    calls = []
    copies = {
        cache_model_with_durations(file, lambda m: calls.append(1) or add_output(m)) for _ in "12"
    }
    (copy,) = copies
    assert output_names(onnx.load(copy)) == ["duration"]
    assert len(calls) == 1
    assert file.read_bytes() == original
    assert [str(path) for path in engine_cache_folder("durations").iterdir()] == [copy]


def test_another_model_has_another_copy(tmp_path):
    first = write_model(tmp_path / "first.onnx")
    second = tmp_path / "second.onnx"
    model = onnx.load(str(first))
    model.graph.node[0].op_type = "Neg"
    second.write_bytes(model.SerializeToString())
    copies = [cache_model_with_durations(file, add_output) for file in (first, second)]
    assert [onnx.load(copy).graph.node[0].op_type for copy in copies] == ["Abs", "Neg"]


def test_where_the_cache_cannot_be_written_the_changed_model_stays_in_memory(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "file"))
    changed = cache_model_with_durations(write_model(tmp_path / "model.onnx"), add_output)
    assert isinstance(changed, bytes)
    assert output_names(onnx.ModelProto.FromString(changed)) == ["duration"]


def test_a_file_that_is_not_a_model_is_an_error_and_leaves_no_copy(tmp_path):
    file = tmp_path / "broken.onnx"
    file.write_bytes(b"<html>busy</html>")
    with pytest.raises(DecodeError):
        cache_model_with_durations(file, add_output)
    assert not engine_cache_folder("durations").exists()
