"""Reads the boxes of MP4 files, for tests."""

import struct

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"tref"}
"""Boxes that hold nothing but boxes."""


def walk_boxes(data, start=0, end=None):
    """Yield the name, the body and the offset of every box, those in other boxes included."""
    offset, end = start, len(data) if end is None else end
    while offset < end:
        size, name = struct.unpack_from(">I4s", data, offset)
        yield name, data[offset + 8 : offset + size], offset
        if name in CONTAINERS:
            yield from walk_boxes(data, offset + 8, offset + size)
        offset += size
    assert offset == end


def find_boxes(data, name):
    """Return the bodies of all boxes of a name."""
    return [body for box_name, body, _ in walk_boxes(data) if box_name == name]


def read_title_samples(data):
    """Yield the titles of the text track, which its tables locate."""
    tables = {name: find_boxes(data, name)[1] for name in (b"stsz", b"stco")}
    (offset,) = struct.unpack_from(">I", tables[b"stco"], 8)
    _, _, count = struct.unpack_from(">III", tables[b"stsz"])
    for size in struct.unpack_from(f">{count}I", tables[b"stsz"], 12):
        (length,) = struct.unpack_from(">H", data, offset)
        yield data[offset + 2 : offset + 2 + length].decode()
        offset += size
    assert offset == len(data)
