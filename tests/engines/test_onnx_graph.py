"""Graphs of models are edited as the library for models edits them."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from narrator.engines.onnx_graph import Array, ElementType, extract_part, read_nodes

VECTOR = (TensorProto.FLOAT, [3])
NUMBERS = np.array([1, -2, 0.25], np.float32)


def make_model(nodes, outputs):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", *VECTOR)],
        [helper.make_tensor_value_info(name, *VECTOR) for name in outputs],
        [
            helper.make_tensor("unused", TensorProto.FLOAT, [200], [0.5] * 200),
            helper.make_tensor("two", TensorProto.FLOAT, [1], [2]),
        ],
        value_info=[helper.make_tensor_value_info("double", *VECTOR)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def make_branch(name, value):
    node = helper.make_node("Neg", [value], [name])
    return helper.make_graph([node], name, [], [helper.make_tensor_value_info(name, *VECTOR)])


DOUBLE = helper.make_node("Mul", ["x", "two"], ["double"])
SQUARE = helper.make_node("Mul", ["x", "x"], ["square"])
HALVES = helper.make_node("Neg", ["double"], ["negative"])
CHOICE = [
    helper.make_node("ReduceMax", ["x"], ["top"], keepdims=0),
    helper.make_node("Cast", ["top"], ["is_positive"], to=TensorProto.BOOL),
    helper.make_node(
        "If",
        ["is_positive"],
        ["chosen"],
        then_branch=make_branch("a", "double"),
        else_branch=make_branch("b", "square"),
    ),
]
BRANCHES = make_model([SQUARE, helper.make_node("Sqrt", ["square"], ["root"])], ["root"])
MODEL = make_model([DOUBLE, SQUARE, HALVES, *CHOICE], ["negative", "chosen"])


def run(model, value=NUMBERS):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    [only_input] = session.get_inputs()
    outputs = session.run(names, {only_input.name: value})
    return {name: value.tolist() for name, value in zip(names, outputs, strict=True)}


def test_nodes_have_the_names_that_the_library_reads():
    nodes = read_nodes(MODEL)
    expected = onnx.load_from_string(MODEL).graph.node
    assert [node.operator for node in nodes] == [node.op_type for node in expected]
    assert [node.outputs for node in nodes] == [tuple(node.output) for node in expected]
    assert nodes[0].inputs == ("x", "two")


def test_a_node_reads_what_the_graphs_inside_it_read():
    assert read_nodes(MODEL)[-1].inputs == ("is_positive", "square", "double")


@pytest.mark.parametrize(
    ("name", "operators", "constants", "value"),
    [
        ("double", ["Mul"], ["two"], [2, -4, 0.5]),
        ("square", ["Mul"], [], [1, 4, 0.0625]),
        ("negative", ["Mul", "Neg"], ["two"], [-2, 4, -0.5]),
        ("chosen", ["Mul", "Mul", "ReduceMax", "Cast", "If"], ["two"], [-2, 4, -0.5]),
    ],
)
def test_a_part_has_only_what_its_output_needs(name, operators, constants, value):
    part = extract_part(MODEL, ["x"], [name])
    graph = onnx.load_from_string(part).graph
    assert [node.op_type for node in graph.node] == operators
    assert [constant.name for constant in graph.initializer] == constants
    assert run(part) == {name: value}


def test_a_part_may_begin_at_any_value_whose_type_is_told():
    part = extract_part(MODEL, ["double"], ["negative"])
    assert [node.operator for node in read_nodes(part)] == ["Neg"]
    assert run(part) == {"negative": [-1, 2, -0.25]}


def test_a_part_may_begin_at_a_value_whose_type_is_given():
    square = Array("square", ElementType.FLOAT, (None, 300))
    part = extract_part(BRANCHES, ["square"], ["root"], [square])
    [read] = onnx.load_from_string(part).graph.input
    tensor = read.type.tensor_type
    assert (read.name, tensor.elem_type) == ("square", TensorProto.FLOAT)
    sizes = [dimension.dim_value for dimension in tensor.shape.dim]
    assert (sizes, tensor.shape.dim[0].WhichOneof("value")) == ([0, 300], None)
    assert run(part, np.full((1, 300), 9, np.float32)) == {"root": [[3] * 300]}


def test_a_part_keeps_the_shapes_of_its_values():
    [shape] = onnx.load_from_string(extract_part(MODEL, ["x"], ["negative"])).graph.value_info
    assert shape.name == "double"


@pytest.mark.parametrize(
    ("inputs", "output", "missing"),
    [(["x"], "nothing", "nothing"), (["double"], "square", "x"), (["square"], "chosen", "square")],
)
def test_a_part_whose_ends_the_model_does_not_tell_is_an_error(inputs, output, missing):
    with pytest.raises(ValueError, match=f"'{missing}'"):
        extract_part(MODEL, inputs, [output])


@pytest.mark.parametrize("content", [b"<html>busy</html>", MODEL[:100], b"\x80" * 9, b"\x3f"])
def test_bytes_that_are_not_a_model_are_an_error(content):
    with pytest.raises(ValueError, match=r"field|number"):
        read_nodes(content)
