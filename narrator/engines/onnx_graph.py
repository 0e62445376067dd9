"""Edits the graph of an ONNX model without the library `onnx`, which little else would need.

The format consists of protocol buffers. A message is a sequence of fields, each with its number,
its type and its value, and a list is a field that occurs several times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_OUTPUT = 1, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_GRAPHS = (6, 11)
_OUTPUT_NAME = 1
_FIXED_SIZES = {1: 8, 5: 4}
"""Bytes of the values of fixed size, by type; type 0 is a number of any length, 2 has a length."""


class Node(NamedTuple):
    """A node of a graph: an operator, and the names of the values that it reads and writes."""

    operator: str
    inputs: tuple[str, ...]
    """Also those that the graphs inside the node may read."""
    outputs: tuple[str, ...]


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


def add_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """Return a model with further values of its graph as outputs.

    If a message is appended to another, its lists are appended to those of the other.
    """
    return model + _encode_field(_MODEL_GRAPH, _encode_outputs(names)) if names else model


def select_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """Return a model with these values as its only outputs, without nodes that they do not need.

    Raises:
        ValueError: the bytes are not a model, or it computes no such value.
    """
    nodes = read_nodes(model)
    if missing := set(names).difference(*(node.outputs for node in nodes)):
        raise ValueError(f"the model has no value {sorted(missing)}")
    needed = _find_needed(nodes, names)
    return b"".join(
        _encode_field(_MODEL_GRAPH, _prune_graph(field.content, needed, names))
        if field.number == _MODEL_GRAPH
        else field.encoded
        for field in _read_fields(model)
    )


def _prune_graph(graph: bytes, needed: frozenset[str], names: Sequence[str]) -> bytes:
    """Return a graph with only the nodes that write needed values, and with these outputs."""
    kept_fields = (
        field.encoded
        for field in _read_fields(graph)
        if field.number != _GRAPH_OUTPUT
        and (field.number != _GRAPH_NODE or needed.intersection(_parse_node(field.content).outputs))
    )
    return b"".join(kept_fields) + _encode_outputs(names)


def _find_needed(nodes: Sequence[Node], names: Sequence[str]) -> frozenset[str]:
    """Return the names of all values from which some values are computed, and their own."""
    needed = set(names)
    # a node stands after those whose values it reads
    for node in reversed(nodes):
        if needed.intersection(node.outputs):
            needed.update(node.inputs)
    return frozenset(needed)


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
        _encode_field(_GRAPH_OUTPUT, _encode_field(_OUTPUT_NAME, name.encode())) for name in names
    )


def _encode_field(number: int, value: bytes) -> bytes:
    """Return a field of a message or string: its number and type, its length, and its content."""
    length, encoded_length = len(value), bytearray()
    while length > 127:
        encoded_length.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *encoded_length, length]) + value
