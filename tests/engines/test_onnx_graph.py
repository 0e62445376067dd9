"""Graphs of models are edited as the library for models edits them."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from narrator.engines.onnx_graph import add_outputs, read_nodes, select_outputs

VECTOR = (TensorProto.FLOAT, [3])
NUMBERS = np.array([1, -2, 0.25], np.float32)


def make_model(nodes, outputs):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", *VECTOR)],
        [helper.make_tensor_value_info(name, *VECTOR) for name in outputs],
        [helper.make_tensor("unused", TensorProto.FLOAT, [200], [0.5] * 200)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def make_branch(name, value):
    node = helper.make_node("Neg", [value], [name])
    return helper.make_graph([node], name, [], [helper.make_tensor_value_info(name, *VECTOR)])


DOUBLE = helper.make_node("Add", ["x", "x"], ["double"])
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
MODEL = make_model([DOUBLE, SQUARE, HALVES, *CHOICE], ["negative", "chosen"])


def run(model):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return {
        name: value.tolist()
        for name, value in zip(names, session.run(names, {"x": NUMBERS}), strict=True)
    }


def test_nodes_have_the_names_that_the_library_reads():
    nodes = read_nodes(MODEL)
    expected = onnx.load_from_string(MODEL).graph.node
    assert [node.operator for node in nodes] == [node.op_type for node in expected]
    assert [node.outputs for node in nodes] == [tuple(node.output) for node in expected]
    assert nodes[0].inputs == ("x", "x")


def test_a_node_reads_what_the_graphs_inside_it_read():
    assert read_nodes(MODEL)[-1].inputs == ("is_positive", "square", "double")


def test_outputs_are_added_to_those_of_the_model():
    name = "x" * 200
    graph = onnx.load_from_string(add_outputs(MODEL, ["square", name])).graph
    assert [output.name for output in graph.output] == ["negative", "chosen", "square", name]
    assert len(graph.node) == len(read_nodes(MODEL))
    assert run(add_outputs(MODEL, ["square"]))["square"] == [1, 4, 0.0625]
    assert add_outputs(MODEL, []) == MODEL


@pytest.mark.parametrize(
    ("name", "operators"),
    [
        ("double", ["Add"]),
        ("negative", ["Add", "Neg"]),
        ("chosen", ["Add", "Mul", "ReduceMax", "Cast", "If"]),
    ],
)
def test_only_the_nodes_that_an_output_needs_are_kept(name, operators):
    selected = select_outputs(MODEL, [name])
    assert [node.operator for node in read_nodes(selected)] == operators
    assert run(selected) == {name: run(add_outputs(MODEL, ["double"]))[name]}


def test_a_value_that_no_node_computes_cannot_be_an_output():
    with pytest.raises(ValueError, match="nothing"):
        select_outputs(MODEL, ["nothing"])


@pytest.mark.parametrize("content", [b"<html>busy</html>", MODEL[:100], b"\x80" * 9, b"\x3f"])
def test_bytes_that_are_not_a_model_are_an_error(content):
    with pytest.raises(ValueError, match=r"field|number"):
        read_nodes(content)
