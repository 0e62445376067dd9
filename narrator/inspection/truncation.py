"""Whether a file ends where its format says: what was cut off often plays as far as it goes.

Only for formats in which nothing else tells, as a duration in the header does. Sources: Microsoft's
"Multimedia Programming Interface" for RIFF, EBU Tech 3306 for RF64, RFC 3533 for Ogg.
"""

from __future__ import annotations

import os
import struct
from typing import IO, TYPE_CHECKING

from narrator.export.ogg_pages import LAST_FLAG

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = struct.Struct("<4sBB20xB")
"""The head of a page: its sign, version and flags, and how many lengths follow."""
_LARGEST_PAGE = 65_307
_RIFF = struct.Struct("<4sI4x4s4xQ")
"""The head of a WAV: its sign and size, and the name of its first chunk and the size in that."""
_ENDLESS = 0xFFFFFFFF
"""The size that ffmpeg writes into a pipe, where nobody can go back to fill it in."""
_UNKNOWN = range(0x7FFFF000, 0x7FFFF100)
"""The sizes that SoX writes there: its largest of a sound, and what stands before that."""


def is_complete_file(path: Path) -> bool:
    """Whether nothing is missing at the end of a file, as far as its format tells."""
    with path.open("rb") as file:
        head, size = file.read(_RIFF.size).ljust(_RIFF.size, b"\0"), os.fstat(file.fileno()).st_size
        if head.startswith((b"RIFF", b"RF64")):
            return _riff_bytes(head) <= size
        return not head.startswith(b"OggS") or _ends_well(file, size)


def _riff_bytes(head: bytes) -> int:
    """How long a WAV says that it is, at least; 0 where it does not say."""
    _, length, wide, long = _RIFF.unpack(head)
    if wide == b"ds64":
        length = long
    # Some count the eight bytes before the size as well.
    return 0 if length == _ENDLESS or length in _UNKNOWN else length


def _ends_well(file: IO[bytes], size: int) -> bool:
    """Whether the last page of an Ogg is all there, and marked as the last of its stream."""
    file.seek(max(size - _LARGEST_PAGE, 0))
    rest = file.read()
    page = rest[max(rest.rfind(b"OggS"), 0) :]
    if len(page) < _PAGE.size:
        return False
    _, _, flags, lengths = _PAGE.unpack_from(page)
    lacing = page[_PAGE.size : _PAGE.size + lengths]
    return bool(flags & LAST_FLAG) and len(page) >= _PAGE.size + lengths + sum(lacing)
