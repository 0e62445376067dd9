import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from narrator.engines.onnx_session import MODEL_FAILURES, choose_device, create_session


def doubling_model():
    """A model that doubles a vector of three numbers."""
    vector = ("x", TensorProto.FLOAT, [3]), ("y", TensorProto.FLOAT, [3])
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "doubling",
        [helper.make_tensor_value_info(*vector[0])],
        [helper.make_tensor_value_info(*vector[1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


MODEL = doubling_model()
NUMBERS = np.array([1, -2, 0.25], np.float32)


def test_a_model_is_loaded_from_bytes_or_from_a_file(tmp_path):
    file = tmp_path / "model.onnx"
    file.write_bytes(MODEL)
    for source in (MODEL, str(file)):
        (doubled,) = create_session(source).run(None, {"x": NUMBERS})
        assert doubled.tolist() == [2, -4, 0.5]


def test_a_session_uses_one_thread_and_no_graphics_card():
    session = create_session(MODEL)
    options = session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert not options.enable_mem_pattern
    assert session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize(
    ("device", "providers", "chosen"),
    [
        ("cpu", ["CUDAExecutionProvider"], "cpu"),
        ("cuda", ["CUDAExecutionProvider", "CPUExecutionProvider"], "cuda"),
        ("cuda", ["CPUExecutionProvider"], "cpu"),
        ("coreml", ["CUDAExecutionProvider", "CPUExecutionProvider"], "cpu"),
        ("auto", ["CoreMLExecutionProvider", "CPUExecutionProvider"], "coreml"),
        ("auto", ["CoreMLExecutionProvider", "CUDAExecutionProvider"], "cuda"),
        ("auto", ["AzureExecutionProvider", "CPUExecutionProvider"], "cpu"),
    ],
)
def test_a_device_that_is_not_available_is_replaced_by_the_processor(
    monkeypatch, device, providers, chosen
):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: providers)
    assert choose_device(device) == chosen


@pytest.mark.parametrize(
    ("device", "providers"),
    [
        ("cpu", ["CPUExecutionProvider"]),
        ("cuda", ["CUDAExecutionProvider", "CPUExecutionProvider"]),
        ("coreml", ["CoreMLExecutionProvider", "CPUExecutionProvider"]),
    ],
)
def test_a_session_runs_on_the_device_with_the_processor_behind_it(monkeypatch, device, providers):
    asked = []
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda *_, providers, **__: asked.append(providers)
    )
    create_session(MODEL, device)
    assert asked == [providers]


def without_output(model):
    changed = onnx.ModelProto.FromString(model)
    del changed.graph.node[:]
    return changed.SerializeToString()


def with_unknown_operator(model):
    changed = onnx.ModelProto.FromString(model)
    changed.graph.node[0].op_type = "Gargle"
    return changed.SerializeToString()


def with_later_format(model):
    changed = onnx.ModelProto.FromString(model)
    changed.ir_version = 99
    return changed.SerializeToString()


@pytest.mark.parametrize(
    "model",
    [
        b"",
        b"<html>busy</html>",
        MODEL[: len(MODEL) // 2],
        without_output(MODEL),
        with_unknown_operator(MODEL),
        with_later_format(MODEL),
        "/nowhere/model.onnx",
    ],
    ids=["empty", "html", "cut", "no-output", "unknown-operator", "later-format", "missing"],
)
def test_a_model_that_cannot_be_loaded_raises_one_of_the_declared_errors(model):
    with pytest.raises(MODEL_FAILURES):
        create_session(model)


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"z": NUMBERS},
        {"x": NUMBERS.astype("f8")},
        {"x": NUMBERS[:2]},
        {"x": NUMBERS.reshape(3, 1)},
    ],
    ids=["none", "other-name", "other-type", "other-length", "other-shape"],
)
def test_input_that_a_model_rejects_raises_one_of_the_declared_errors(inputs):
    with pytest.raises(MODEL_FAILURES):
        create_session(MODEL).run(None, inputs)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, TypeError, AttributeError])
def test_an_interrupt_or_a_mistake_in_the_program_is_not_taken_for_a_broken_model(error):
    assert not issubclass(error, MODEL_FAILURES)
