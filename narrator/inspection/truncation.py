"""Detects files that were cut off: they often play without an error, as far as they go.

Only formats whose header does not state a duration are examined here; for all others, the decoded
duration shows it. Sources: Microsoft's "Multimedia Programming Interface" for RIFF, EBU Tech 3306
for RF64, RFC 3533 for Ogg.
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
"""The header of a WAV: its name and size, the name of the first chunk, and the 64-bit size that
RF64 has in that chunk."""
_PIPE_SIZE = 0xFFFFFFFF
"""The size that ffmpeg writes into a pipe, because it can't go back to fill in the real one."""
_SOX_PIPE_SIZES = range(0x7FFFF000, 0x7FFFF100)
"""The sizes that SoX writes into a pipe: the largest that it knows, with or without headers."""


def is_complete_file(path: Path) -> bool:
    """Return whether the file is complete, as far as its format shows.

    A format that does not show it counts as complete.
    """
    with path.open("rb") as file:
        header = file.read(_RIFF_HEADER.size).ljust(_RIFF_HEADER.size, b"\0")
        file_size = os.fstat(file.fileno()).st_size
        if header.startswith((b"RIFF", b"RF64")):
            return _parse_riff_size(header) <= file_size
        return not header.startswith(b"OggS") or _has_last_ogg_page(file, file_size)


def _parse_riff_size(header: bytes) -> int:
    """Return the least number of bytes that a WAV states to have, or 0 if it states none."""
    _, size, first_chunk, long_size = _RIFF_HEADER.unpack(header)
    if first_chunk == b"ds64":
        size = long_size
    # The size leaves out the eight bytes up to its own end, but some programs count them as well.
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
