"""Large read-only tables on disk, which all processes read through the same memory.

As a dictionary, the tables of a phonemiser take 100 MB in every worker and half a second to load.
Here they are a file that is mapped into memory: sorted checksums of the keys, then where each entry
begins, then the entries. An entry is its key and, as JSON, its value.
"""

from __future__ import annotations

import bisect
import json
import mmap
import struct
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = struct.Struct("<8sQQ")
"""A magic number, the size of the file in bytes, and the number of entries."""
_MAGIC = b"table 1\n"
_NUMBER_BYTES = 4
_KEPT_ENTRIES = 4096
"""The entries that stay in memory as values, because the commonest words are most of a text."""


class MappedTable:
    """A mapping from texts to values of JSON, of which only `get` is offered.

    Args:
        file: A file that `write_table` wrote.

    Raises:
        OSError: The file can't be read.
        ValueError: It is not a table, or not a whole one.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            self._content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._content) < _HEADER.size:
            raise ValueError(f"{file} is not a table")
        magic, size, count = _HEADER.unpack_from(self._content)
        if magic != _MAGIC or size != len(self._content):
            raise ValueError(f"{file} is not a whole table")
        view = memoryview(self._content)
        starts_at = _HEADER.size + count * _NUMBER_BYTES
        self._entries_at = starts_at + (count + 1) * _NUMBER_BYTES
        self._checksums = view[_HEADER.size : starts_at].cast("I")
        self._starts = view[starts_at : self._entries_at].cast("I")
        # not on the method, where the cache would keep the table alive
        self.get = lru_cache(_KEPT_ENTRIES)(self._find)

    def _find(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        encoded_key = key.encode(errors="surrogatepass") + b"\n"
        checksum = crc32(encoded_key)
        index = bisect.bisect_left(self._checksums, checksum)
        # different keys may have the same checksum
        while index < len(self._checksums) and self._checksums[index] == checksum:
            start, end = self._entries_at + self._starts[index], self._starts[index + 1]
            entry = self._content[start : self._entries_at + end]
            if entry.startswith(encoded_key):
                return json.loads(entry[len(encoded_key) :])
            index += 1
        return default


def write_table(values: Mapping[str, Any], target: Path) -> None:
    """Write a table; other processes see either no file or a whole one.

    Args:
        values: The values of JSON by their keys, which contain no line break.
        target: The file; its folder is created.

    Raises:
        OSError: It can't be written.
    """
    entries = []
    for key, value in values.items():
        encoded_key = key.encode(errors="surrogatepass") + b"\n"
        encoded_value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        entries.append((crc32(encoded_key), encoded_key + encoded_value.encode()))
    entries.sort()
    starts = [0]
    for _, entry in entries:
        starts.append(starts[-1] + len(entry))
    checksums = struct.pack(f"={len(entries)}I", *(checksum for checksum, _ in entries))
    numbers = checksums + struct.pack(f"={len(starts)}I", *starts)
    size = _HEADER.size + len(numbers) + starts[-1]
    target.parent.mkdir(parents=True, exist_ok=True)
    # several workers may get here at once; each replaces the file by the same complete one
    with NamedTemporaryFile(dir=target.parent, delete=False) as part:
        part.write(_HEADER.pack(_MAGIC, size, len(entries)) + numbers)
        part.writelines(entry for _, entry in entries)
    Path(part.name).replace(target)
