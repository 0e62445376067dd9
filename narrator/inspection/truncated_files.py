"""Detects truncated files, which often play without an error up to the point where they end.

Only WAV and Ogg are examined here, because their headers do not state a duration. In all other
formats, a decoded duration that is shorter than the stated one shows that data is missing.

Sources: Microsoft's "Multimedia Programming Interface" for RIFF, EBU Tech 3306 for RF64, RFC 3533
for Ogg.
"""

from __future__ import annotations

import os
import struct
from typing import IO, TYPE_CHECKING

from narrator.export.ogg_pages import LAST_FLAG

if TYPE_CHECKING:
    from pathlib import Path

_OGG_PAGE_HEADER = struct.Struct("<4sBB20xB")
"""The header of an Ogg page: capture pattern, version, flags, and number of segment lengths."""
_MAX_OGG_PAGE_BYTES = 65_307
_RIFF_HEADER = struct.Struct("<4sI4x4s4xQ")
"""The start of a WAV file: the name of the format, the size, the name of the first chunk, and the
64-bit size that an RF64 file has in that chunk."""
_PIPE_SIZE = 0xFFFFFFFF
"""The size that ffmpeg writes into a pipe, where it can't go back to fill in the real one."""
_SOX_PIPE_SIZES = range(0x7FFFF000, 0x7FFFF100)
"""The sizes that SoX writes into a pipe: its largest size, with or without the headers added."""


def is_complete_file(path: Path) -> bool:
    """Return whether a WAV or Ogg file is complete; a file of any other format counts as such."""
    with path.open("rb") as file:
        header = file.read(_RIFF_HEADER.size).ljust(_RIFF_HEADER.size, b"\0")
        file_size = os.fstat(file.fileno()).st_size
        if header.startswith((b"RIFF", b"RF64")):
            return _parse_riff_size(header) <= file_size
        return not header.startswith(b"OggS") or _has_last_ogg_page(file, file_size)


def _parse_riff_size(header: bytes) -> int:
    """Return the size that the header of a WAV states, or 0 if it was written to a pipe."""
    _, size, first_chunk, long_size = _RIFF_HEADER.unpack(header)
    if first_chunk == b"ds64":
        size = long_size
    # The first eight bytes do not belong to the size, although some programs count them.
    return 0 if size == _PIPE_SIZE or size in _SOX_PIPE_SIZES else size


def _has_last_ogg_page(file: IO[bytes], file_size: int) -> bool:
    """Return whether the last Ogg page is complete and marked as the last of its stream."""
    file.seek(max(file_size - _MAX_OGG_PAGE_BYTES, 0))
    end_bytes = file.read()
    page = end_bytes[max(end_bytes.rfind(b"OggS"), 0) :]
    if len(page) < _OGG_PAGE_HEADER.size:
        return False
    _, _, flags, segment_count = _OGG_PAGE_HEADER.unpack_from(page)
    segment_lengths = page[_OGG_PAGE_HEADER.size : _OGG_PAGE_HEADER.size + segment_count]
    page_size = _OGG_PAGE_HEADER.size + segment_count + sum(segment_lengths)
    return bool(flags & LAST_FLAG) and len(page) >= page_size
