"""Reads and writes the pages of Ogg streams (RFC 3533, section 6).

Each encoded chunk is a separate Ogg file. When chunks are joined, the contents of their pages stay
the same, and only the headers change: all pages get the same serial number, consecutive page
numbers, and times counted from the start of the audiobook.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from narrator.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE_HEADER = struct.Struct("<4sBBQIIIB")
"""The fields of a page header: capture_pattern, version, header_type_flag, granule_position,
serial_number, page_sequence_number, CRC_checksum, number_page_segments."""
_CHECKSUM_OFFSET = 22
CONTINUED_FLAG, FIRST_FLAG, LAST_FLAG = 1, 2, 4
"""Flags of a page that continues a packet, of the first page of a stream, and of the last."""
_FULL_SEGMENT = 255
"""Length of a segment after which its packet continues in another segment."""
_MAX_SEGMENTS = 255
"""Most segments of one page, because their number is one byte."""
_NO_PACKET_ENDS = (1 << 64) - 1
"""Granule position (-1) of a page on which no packet ends, as an unsigned 64-bit number."""


@dataclass(frozen=True, slots=True)
class OggPage:
    """A page, without the header fields that depend on the stream it is written to."""

    flags: int
    granule_position: int
    """Samples from the start of the stream to the end of the last packet that ends on this page."""
    lacing: bytes
    """The segment table: one byte per segment with its length, from 0 to 255."""
    body: bytes

    @property
    def packet_count(self) -> int:
        """Return the number of packets that end on this page."""
        return sum(length < _FULL_SEGMENT for length in self.lacing)

    def last_packet(self) -> bytes:
        """Return the last packet that ends on this page; it must also start on this page."""
        # A segment of fewer than 255 bytes ends its packet.
        end_indices = [index for index, length in enumerate(self.lacing) if length < _FULL_SEGMENT]
        start_index = end_indices[-2] + 1 if len(end_indices) > 1 else 0
        packet_bytes = sum(self.lacing[start_index : end_indices[-1] + 1])
        return self.body[sum(self.lacing[:start_index]) :][:packet_bytes]

    def serialise(self, serial_number: int, page_number: int) -> bytes:
        """Return the page as bytes, with its header and checksum."""
        header = _PAGE_HEADER.pack(
            b"OggS",
            0,
            self.flags,
            self.granule_position,
            serial_number,
            page_number,
            0,  # the checksum field is 0 while the checksum is computed
            len(self.lacing),
        )
        page = header + self.lacing + self.body
        checksum = struct.pack("<I", _compute_checksum(page))
        return page[:_CHECKSUM_OFFSET] + checksum + page[_CHECKSUM_OFFSET + 4 :]


def read_ogg_pages(file: IO[bytes]) -> Iterator[OggPage]:
    """Yield the pages of a stream.

    Raises:
        ExportError: The file is not an Ogg stream.
    """
    while header := file.read(_PAGE_HEADER.size):
        if len(header) < _PAGE_HEADER.size or header[:4] != b"OggS":
            raise ExportError(f"{file.name} is damaged", "delete it, and build again")
        _, _, flags, granule_position, _, _, _, segment_count = _PAGE_HEADER.unpack(header)
        lacing = file.read(segment_count)
        yield OggPage(flags, granule_position, lacing, file.read(sum(lacing)))


def split_packet(packet: bytes, flags: int = 0) -> list[OggPage]:
    """Return a header packet as a list of as many pages as it needs."""
    # A packet ends with a segment of fewer than 255 bytes, which may be empty.
    full_segments = bytes([_FULL_SEGMENT]) * (len(packet) // _FULL_SEGMENT)
    lacing = full_segments + bytes([len(packet) % _FULL_SEGMENT])
    pages = []
    for start in range(0, len(lacing), _MAX_SEGMENTS):
        page_lacing = lacing[start : start + _MAX_SEGMENTS]
        body = packet[start * _FULL_SEGMENT :][: sum(page_lacing)]
        granule_position = _NO_PACKET_ENDS if page_lacing[-1] == _FULL_SEGMENT else 0
        page_flags = flags | (CONTINUED_FLAG if start else 0)
        pages.append(OggPage(page_flags, granule_position, page_lacing, body))
    return pages


_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits in reverse order."""


def _compute_checksum(page: bytes) -> int:
    """Return Ogg's CRC-32 of a page.

    It has the same polynomial as zlib's CRC-32, but does not reflect bits, nor invert the first and
    last value. zlib's function, which is fast C code, is called on reversed bits, and its
    inversions are undone.
    """
    reversed_crc = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    # To reverse all 32 bits, reverse the order of the bytes and the bits in each.
    return int.from_bytes(reversed_crc.to_bytes(4, "little").translate(_REVERSED_BITS), "big")
