"""Frames of MPEG audio layer III, and the header that tells players how many there are.

Sources: ISO 11172-3 and 13818-3 for frames; for the header, LAME's own `VbrTag.c` and Gabriel
Bouvigne's "Mp3 info Tag, revision 1".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from narrator.errors import OptionError

ENCODER_DELAY = 576
"""Samples that LAME adds before the sound."""
DECODER_DELAY = 529
"""Samples that every decoder adds; players that know the header take both away."""
OVERHEAD = 1152
"""Samples by which the frames of an encoded stream exceed, at least, the sound they hold."""

_FIRST = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_SECOND = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_BIT_RATES: dict[int, tuple[int, ...]] = {3: _FIRST, 2: _SECOND, 0: _SECOND[:8]}
"""By version, in kilobits per second; the low ones of the third version are LAME's own limit."""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """What the frames of a mono stream look like."""

    rate: int
    """Samples per second."""
    bit_rate: int
    """Kilobits per second."""
    per_frame: int
    """Samples in a frame."""
    version: int
    """As the header counts: 3 for MPEG-1, 2 for MPEG-2, 0 for MPEG-2.5."""
    _rate_index: int
    _bit_rate_index: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame without padding."""
        return self.per_frame // 8 * self.bit_rate * 1000 // self.rate

    @property
    def header(self) -> bytes:
        """The four bytes that begin a frame without padding or checksum."""
        word = 0x7FF << 21 | self.version << 19 | 1 << 17 | 1 << 16
        return (
            word | self._bit_rate_index << 12 | self._rate_index << 10 | 3 << 6 | 1 << 2
        ).to_bytes(4, "big")

    @property
    def side_bytes(self) -> int:
        """Bytes of side information after the header."""
        return 17 if self.version == 3 else 9


_RATES = {
    44_100: (3, 0), 48_000: (3, 1), 32_000: (3, 2),
    22_050: (2, 0), 24_000: (2, 1), 16_000: (2, 2),
    11_025: (0, 0), 12_000: (0, 1), 8_000: (0, 2),
}  # fmt: skip


def frame_layout(rate: int, bit_rate: int) -> FrameLayout:
    """The layout of mono frames.

    Raises:
        OptionError: MP3 knows no such rate, or not together with that bit rate.
    """
    if rate not in _RATES:
        known = ", ".join(map(str, sorted(_RATES)))
        raise OptionError(f"MP3 has no sample rate of {rate} Hz", f"choose from {known}")
    version, rate_index = _RATES[rate]
    bit_rates = _BIT_RATES[version]
    if bit_rate not in bit_rates:
        known = ", ".join(map(str, bit_rates))
        raise OptionError(
            f"MP3 at {rate} Hz has no bit rate of {bit_rate} kb/s", f"choose from {known}"
        )
    per_frame = 1152 if version == 3 else 576
    return FrameLayout(
        rate, bit_rate, per_frame, version, rate_index, bit_rates.index(bit_rate) + 1
    )


def info_frame(stream: FrameLayout, frames: int, size: int, padding: int) -> bytes:
    """The silent first frame, with the count of frames and bytes, and the gaps at both ends.

    Args:
        stream: of the frames that follow; all of one bit rate.
        frames: how many follow.
        size: how many bytes they take.
        padding: samples at the end that are not part of the sound.
    """
    host = _roomy(stream)
    tag_at = 4 + host.side_bytes
    body = bytearray(host.frame_bytes)
    body[:4] = host.header
    total = len(body) + size
    seek = bytes(min(place * 256 // 100, 255) for place in range(100))
    tag = b"Info" + struct.pack(">III", 0xF, frames, total) + seek + struct.pack(">I", 50)
    tag += _lame(stream, total, padding)
    body[tag_at : tag_at + len(tag)] = tag
    end = tag_at + len(tag)
    body[end : end + 2] = _crc16(bytes(body[:end])).to_bytes(2, "big")
    return bytes(body)


_TAG_BYTES = 156


def _roomy(stream: FrameLayout) -> FrameLayout:
    """The layout of the lowest bit rate, from the stream's own, whose frames hold the header."""
    for bit_rate in _BIT_RATES[stream.version]:
        if bit_rate >= stream.bit_rate:
            host = frame_layout(stream.rate, bit_rate)
            if host.frame_bytes >= 4 + host.side_bytes + _TAG_BYTES:
                return host
    raise AssertionError("every rate has frames that are large enough")


def _lame(stream: FrameLayout, total: int, padding: int) -> bytes:
    gaps = (ENCODER_DELAY << 12 | padding).to_bytes(3, "big")
    constant, lowpass_unknown = b"\x01", b"\x00"
    replay_gain, flags, mode, gain = bytes(8), b"\x00", b"\x00", b"\x00"
    return b"".join(
        [
            b"LAME3.100",
            constant,
            lowpass_unknown,
            replay_gain,
            flags,
            bytes([min(stream.bit_rate, 255)]),
            gaps,
            mode,
            gain,
            bytes(2),  # no preset
            total.to_bytes(4, "big") if total < 1 << 32 else bytes(4),
            bytes(2),  # no checksum of the music
        ]
    )


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
