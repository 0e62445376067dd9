import onnx
import pytest
from google.protobuf.message import DecodeError
from onnx import helper

from narrator.cache.places import engine_cache_folder
from narrator.engines.phoneme_durations import cache_model_with_durations


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    """Gives each test a cache of its own, where all tests share what engines prepare."""
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "cache"))


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
