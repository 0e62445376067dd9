"""Edits the graph of an ONNX model without the library `onnx`, which little else would need.

The format consists of protocol buffers. A message is a sequence of fields, each with its number,
its type and its value, and a list is a field that occurs several times.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALISER, _GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_VALUE = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_GRAPHS = (6, 11)
_INITIALISER_NAME = 8
_VALUE_NAME, _VALUE_TYPE = 1, 2
_TYPE_TENSOR, _TENSOR_ELEMENT, _TENSOR_SHAPE = 1, 1, 2
_SHAPE_DIMENSION, _DIMENSION_SIZE = 1, 1
_FIXED_SIZES = {1: 8, 5: 4}
"""Bytes of the values of fixed size, by type; type 0 is a number of any length, 2 has a length."""


class Node(NamedTuple):
    """A node of a graph: an operator, and the names of the values that it reads and writes."""

    operator: str
    inputs: tuple[str, ...]
    """Also those that the graphs inside the node may read."""
    outputs: tuple[str, ...]


class ElementType(IntEnum):
    """Types of the elements of arrays, by the numbers of the format."""

    FLOAT = 1
    UINT8 = 2


class Array(NamedTuple):
    """A value in a graph, and its type."""

    name: str
    element_type: ElementType
    shape: tuple[int | None, ...]
    """The size of each dimension; None if it depends on the input."""


class _Field(NamedTuple):
    number: int
    content: bytes
    """The value of a message or string; empty for a number."""
    encoded: bytes
    """All bytes of the field."""


def read_nodes(model: bytes) -> list[Node]:
    """Return the nodes of a model's graph, in order.

    Raises:
        ValueError: the bytes are not a model.
    """
    return [
        _parse_node(field.content)
        for graph in _read_fields(model)
        if graph.number == _MODEL_GRAPH
        for field in _read_fields(graph.content)
        if field.number == _GRAPH_NODE
    ]


def extract_part(
    model: bytes, inputs: Sequence[str], outputs: Sequence[str], types: Sequence[Array] = ()
) -> bytes:
    """Return the part of a model that computes some values from others.

    What it says about the shapes of values is kept: without it, onnxruntime joins other operators
    when it loads the part, which changes how numbers are rounded.

    Args:
        model: the model.
        inputs: names of its inputs, or of values in its graph.
        outputs: names of values in its graph.
        types: the inputs whose type the model does not tell.

    Raises:
        ValueError: the bytes are not a model, the outputs need more than these inputs, or the model
            tells no type of an input.
    """
    nodes = _find_needed_nodes(read_nodes(model), inputs, outputs)
    return b"".join(
        _encode_field(_MODEL_GRAPH, _cut_graph(field.content, nodes, inputs, outputs, types))
        if field.number == _MODEL_GRAPH
        else field.encoded
        for field in _read_fields(model)
    )


def _find_needed_nodes(
    nodes: Sequence[Node], inputs: Sequence[str], outputs: Sequence[str]
) -> list[Node]:
    """Return the nodes that compute some values from others, in order."""
    needed_values, needed_nodes = set(outputs).difference(inputs), list[Node]()
    # a node stands after those whose values it reads
    for node in reversed(nodes):
        if needed_values.intersection(node.outputs):
            needed_nodes.append(node)
            needed_values.update(set(node.inputs).difference(inputs))
    return needed_nodes[::-1]


def _cut_graph(
    graph: bytes,
    nodes: Sequence[Node],
    inputs: Sequence[str],
    outputs: Sequence[str],
    types: Sequence[Array],
) -> bytes:
    """Return a graph with only these nodes, the constants that they read, and other ends.

    Raises:
        ValueError: see `extract_part`.
    """
    read_values = {name for node in nodes for name in node.inputs}.union(outputs)
    computed_values = {name for node in nodes for name in node.outputs}
    descriptions = {array.name: _encode_array(array) for array in types}
    kept_fields, constants = list[bytes](), set[str]()
    for field in _read_fields(graph):
        name = _read_field_name(field)
        if field.number in (_GRAPH_INPUT, _GRAPH_VALUE):
            descriptions[name] = field.content
        if field.number == _GRAPH_INITIALISER:
            constants.add(name)
        if _is_kept(field, name, read_values, computed_values):
            kept_fields.append(field.encoded)
    missing = read_values.difference(computed_values, constants, inputs, {""})
    if missing := missing.union(set(inputs).difference(descriptions)):
        raise ValueError(f"the model does not tell {sorted(missing)}")
    return (
        b"".join(kept_fields)
        + b"".join(_encode_field(_GRAPH_INPUT, descriptions[name]) for name in inputs)
        + _encode_outputs(outputs)
    )


def _is_kept(
    field: _Field, name: str, read_values: AbstractSet[str], computed_values: AbstractSet[str]
) -> bool:
    """Return whether a field of a graph belongs to the part with these values."""
    if field.number == _GRAPH_NODE:
        return not computed_values.isdisjoint(_parse_node(field.content).outputs)
    if field.number == _GRAPH_INITIALISER:
        return name in read_values
    if field.number == _GRAPH_VALUE:
        return name in computed_values
    return field.number not in (_GRAPH_INPUT, _GRAPH_OUTPUT)


def _read_field_name(field: _Field) -> str:
    """Return the name of the value that a field of a graph describes; empty for other fields."""
    number = _INITIALISER_NAME if field.number == _GRAPH_INITIALISER else _VALUE_NAME
    if field.number not in (_GRAPH_INITIALISER, _GRAPH_INPUT, _GRAPH_OUTPUT, _GRAPH_VALUE):
        return ""
    fields = _read_fields(field.content)
    return next((part.content.decode() for part in fields if part.number == number), "")


def _parse_node(message: bytes) -> Node:
    fields = list(_read_fields(message))

    def read_names(number: int) -> tuple[str, ...]:
        return tuple(field.content.decode() for field in fields if field.number == number)

    inner_names = [
        name
        for field in fields
        if field.number == _NODE_ATTRIBUTE
        for graph in _read_fields(field.content)
        if graph.number in _ATTRIBUTE_GRAPHS
        for inner in _read_fields(graph.content)
        if inner.number == _GRAPH_NODE
        for name in _parse_node(inner.content).inputs
    ]
    return Node(
        "".join(read_names(_NODE_OPERATOR)),
        (*read_names(_NODE_INPUT), *inner_names),
        read_names(_NODE_OUTPUT),
    )


def _read_fields(message: bytes) -> Iterator[_Field]:
    """Yield the fields of a message.

    Raises:
        ValueError: the bytes are not a message.
    """
    position = 0
    while position < len(message):
        key, start = _read_number(message, position)
        number, kind = key >> 3, key & 7
        if kind == 0:
            _, end = _read_number(message, start)
        elif kind in _FIXED_SIZES:
            end = start + _FIXED_SIZES[kind]
        elif kind == 2:
            length, start = _read_number(message, start)
            end = start + length
        else:
            raise ValueError(f"a field has the unknown type {kind}")
        if end > len(message):
            raise ValueError("a field ends beyond its message")
        yield _Field(number, message[start:end] if kind == 2 else b"", message[position:end])
        position = end


def _read_number(message: bytes, position: int) -> tuple[int, int]:
    """Return the number at a position, in groups of seven bits, and the position after it."""
    number = shift = 0
    for index in range(position, len(message)):
        number |= (message[index] & 127) << shift
        shift += 7
        if message[index] < 128:
            return number, index + 1
    raise ValueError("a number ends beyond its message")


def _encode_outputs(names: Sequence[str]) -> bytes:
    return b"".join(
        _encode_field(_GRAPH_OUTPUT, _encode_field(_VALUE_NAME, name.encode())) for name in names
    )


def _encode_array(array: Array) -> bytes:
    """Return the description of a value: its name and its type."""
    dimensions = (
        b"" if size is None else _encode_number_field(_DIMENSION_SIZE, size) for size in array.shape
    )
    shape = b"".join(_encode_field(_SHAPE_DIMENSION, dimension) for dimension in dimensions)
    tensor = _encode_number_field(_TENSOR_ELEMENT, array.element_type)
    tensor += _encode_field(_TENSOR_SHAPE, shape)
    type_ = _encode_field(_TYPE_TENSOR, tensor)
    return _encode_field(_VALUE_NAME, array.name.encode()) + _encode_field(_VALUE_TYPE, type_)


def _encode_field(number: int, value: bytes) -> bytes:
    """Return a field of a message or string: its number and type, its length, and its content."""
    return bytes([number << 3 | 2]) + _encode_number(len(value)) + value


def _encode_number_field(number: int, value: int) -> bytes:
    return bytes([number << 3]) + _encode_number(value)


def _encode_number(value: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])
