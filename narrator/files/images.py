"""Recognises images that can be a cover: complete JPEG and PNG files, which every player supports.

The images are not decoded. But players may fail on a truncated image, or on one without its width
and height, so both are checked.

Sources: the PNG specification (W3C, third edition), 5.2, 5.3 and 11.2; ITU-T T.81 (JPEG), B.1 and
B.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGNATURE = b"\xff\xd8"
"""The marker SOI, "start of image"."""
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's SOF markers, "start of frame", whose segments hold the width and height of the image. The
three other markers of the range are DHT, JPG and DAC."""
_SCAN_MARKER = 0xDA
"""JPEG's SOS marker, "start of scan"; compressed data follows its segment."""
_END_MARKER = b"\xff\xd9"
"""JPEG's EOI marker, "end of image"."""


def detect_media_type(data: bytes) -> str:
    """Return `image/jpeg` or `image/png` for a complete image of that format, else ""."""
    if data.startswith(_PNG_SIGNATURE):
        return "image/png" if _is_complete_png(data) else ""
    return "image/jpeg" if data.startswith(_JPEG_SIGNATURE) and _is_complete_jpeg(data) else ""


def _is_complete_png(data: bytes) -> bool:
    """Return whether a PNG gives its width and height, and has all of its chunks."""
    chunk_types, offset = [], len(_PNG_SIGNATURE)
    # A chunk is its length (4 bytes), its type (4 bytes), its data, and a CRC (4 bytes).
    while offset + 12 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        chunk_types.append(data[offset + 4 : offset + 8])
        offset += 12 + length
        if chunk_types[-1] == b"IEND":
            break
    # Width and height, 4 bytes each, are the first data of the first chunk, IHDR.
    size = data[len(_PNG_SIGNATURE) + 8 : len(_PNG_SIGNATURE) + 16]
    has_size = chunk_types[:1] == [b"IHDR"] and any(size[:4]) and any(size[4:])
    return has_size and chunk_types[-1] == b"IEND" and offset <= len(data)


def _is_complete_jpeg(data: bytes) -> bool:
    """Return whether a JPEG gives its width and height, and ends after its compressed data."""
    has_size = False
    for marker, offset in _iterate_segments(data):
        if marker in _FRAME_MARKERS:
            # Length (2 bytes), precision (1 byte), height and width (2 bytes each).
            has_size = any(data[offset + 3 : offset + 5]) and any(data[offset + 5 : offset + 7])
        if marker == _SCAN_MARKER:
            return has_size and _END_MARKER in data[offset:]
    return False


def _iterate_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker before the compressed data of a JPEG, with the offset after the marker."""
    offset = len(_JPEG_SIGNATURE)
    while offset + 4 <= len(data) and data[offset] == 0xFF:
        if data[offset + 1] == 0xFF:  # any number of fill bytes may come before a marker
            offset += 1
            continue
        yield data[offset + 1], offset + 2
        # The length counts its own two bytes.
        offset += 2 + max(int.from_bytes(data[offset + 2 : offset + 4], "big"), 2)
