"""Pages of Ogg, as RFC 3533 lays them out.

Each reel is a file of Ogg of its own. Joined, its pages keep what they hold; only their headers
change: one serial number, pages counted through, time counted on.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from narrator.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("<4sBBQIIIB")
CONTINUED, FIRST, LAST = 1, 2, 4
"""Flags of pages: one that goes on with a packet, and those that begin and end a stream."""
_LARGEST = 255
_MOST_SEGMENTS = 255
_NOTHING_ENDS = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class OggPage:
    """A page."""

    flags: int
    granule: int
    """Samples up to the end of the last packet that ends here."""
    lacing: bytes
    """The lengths of the packets, in pieces of up to 255 bytes."""
    body: bytes

    @property
    def packets(self) -> int:
        """How many packets end here."""
        return sum(length < _LARGEST for length in self.lacing)

    def last_packet(self) -> bytes:
        """The packet that ends last, if it lies whole on this page."""
        ends = [index for index, length in enumerate(self.lacing) if length < _LARGEST]
        start = ends[-2] + 1 if len(ends) > 1 else 0
        size = sum(self.lacing[start : ends[-1] + 1])
        return self.body[sum(self.lacing[:start]) :][:size]

    def written(self, serial: int, number: int) -> bytes:
        """The page's bytes."""
        head = _HEADER.pack(
            b"OggS", 0, self.flags, self.granule, serial, number, 0, len(self.lacing)
        )
        page = head + self.lacing + self.body
        return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def read_ogg_pages(file: IO[bytes]) -> Iterator[OggPage]:
    """The pages of a stream.

    Raises:
        ExportError: it is no stream of Ogg.
    """
    while head := file.read(_HEADER.size):
        if len(head) < _HEADER.size or head[:4] != b"OggS":
            raise ExportError(f"{file.name} is damaged", "delete it, and build again")
        _, _, flags, granule, _, _, _, segments = _HEADER.unpack(head)
        lacing = file.read(segments)
        yield OggPage(flags, granule, lacing, file.read(sum(lacing)))


def split_packet(packet: bytes, flags: int = 0) -> list[OggPage]:
    """A packet of headers, on as many pages of its own as it needs."""
    lacing = bytes([_LARGEST]) * (len(packet) // _LARGEST) + bytes([len(packet) % _LARGEST])
    found = []
    for at in range(0, len(lacing), _MOST_SEGMENTS):
        piece = lacing[at : at + _MOST_SEGMENTS]
        body = packet[at * _LARGEST :][: sum(piece)]
        granule = _NOTHING_ENDS if piece[-1] == _LARGEST else 0
        found.append(OggPage(flags | (CONTINUED if at else 0), granule, piece, body))
    return found


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32, which is the common one read from the other end, without its inversions."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_REVERSED), "big")
