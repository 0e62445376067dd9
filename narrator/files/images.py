"""Which pictures can be a cover: JPEG and PNG, as every player shows them, and whole.

Nothing is decoded. Where the container of a picture is cut off, or tells no size, what reads the
audiobook stumbles over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that are followed by its size."""
_SCAN, _END = 0xDA, b"\xff\xd9"


def detect_media_type(data: bytes) -> str:
    """`image/jpeg` or `image/png`; empty for anything else, and for half a picture."""
    if data.startswith(_PNG):
        return "image/png" if _is_whole_png(data) else ""
    return "image/jpeg" if data.startswith(_JPEG) and _is_whole_jpeg(data) else ""


def _is_whole_png(data: bytes) -> bool:
    """Whether it begins with a size, and each of its chunks is there, to the last."""
    kinds, at = [], len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kinds.append(data[at + 4 : at + 8])
        at += 12 + length
        if kinds[-1] == b"IEND":
            break
    size = data[len(_PNG) + 8 : len(_PNG) + 16]
    sized = kinds[:1] == [b"IHDR"] and any(size[:4]) and any(size[4:])
    return sized and kinds[-1] == b"IEND" and at <= len(data)


def _is_whole_jpeg(data: bytes) -> bool:
    """Whether it tells its size, and comes to an end after what it shows."""
    sized = False
    for marker, at in _segments(data):
        if marker in _SIZED:
            sized = any(data[at + 3 : at + 5]) and any(data[at + 5 : at + 7])
        if marker == _SCAN:
            return sized and _END in data[at:]
    return False


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """The markers of a JPEG up to its picture, each with the place of its length."""
    at = len(_JPEG)
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # filled up
            at += 1
            continue
        yield data[at + 1], at + 2
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
