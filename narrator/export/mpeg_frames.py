"""Frames of MPEG audio layer III (MP3), and the Info frame, which describes the whole stream.

Sources: ISO 11172-3 (MPEG-1) and ISO 13818-3 (MPEG-2) for frames. MPEG-2.5 is an extension by
Fraunhofer that every decoder supports. For the Info frame: LAME's `VbrTag.c`, and Gabriel
Bouvigne's "Mp3 info Tag revision 1 specification".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from narrator.errors import OptionError

ENCODER_DELAY = 576
"""Number of samples that LAME adds before the sound."""
DECODER_DELAY = 529
"""Number of samples that every decoder adds before the sound. Players that read the Info frame skip
these and `ENCODER_DELAY`."""
OVERHEAD_SAMPLES = 1152
"""Minimum number of samples that the frames of an encoded stream hold in addition to its sound."""

# Version numbers in frame headers.
_MPEG_1, _MPEG_2, _MPEG_2_5 = 3, 2, 0

_MPEG_1_BIT_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG_2_BIT_RATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_BIT_RATES_KBPS: dict[int, tuple[int, ...]] = {
    _MPEG_1: _MPEG_1_BIT_RATES,
    _MPEG_2: _MPEG_2_BIT_RATES,
    _MPEG_2_5: _MPEG_2_BIT_RATES[:8],  # the standard has all 14, but LAME stops at 64 kb/s
}
"""Bit rates of layer III by version, in kilobits per second. They are in the order of their
bitrate_index, which starts at 1 (ISO 11172-3, 2.4.2.3; ISO 13818-3, 2.4.2.3)."""

_SAMPLE_RATES = {
    44_100: (_MPEG_1, 0), 48_000: (_MPEG_1, 1), 32_000: (_MPEG_1, 2),
    22_050: (_MPEG_2, 0), 24_000: (_MPEG_2, 1), 16_000: (_MPEG_2, 2),
    11_025: (_MPEG_2_5, 0), 12_000: (_MPEG_2_5, 1), 8_000: (_MPEG_2_5, 2),
}  # fmt: skip
"""Version and sampling_frequency index of each sample rate."""

_HEADER_BYTES = 4
_INFO_TAG_BYTES = 156
"""Length of the Info tag, 120 bytes, plus LAME's extension, 36 bytes."""


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """The properties of the frames of a mono stream with a constant bit rate."""

    sample_rate: int
    """Samples per second."""
    bit_rate_kbps: int
    """Kilobits per second."""
    frame_samples: int
    """Samples per frame."""
    version: int
    """The version number in frame headers: 3 for MPEG-1, 2 for MPEG-2, 0 for MPEG-2.5."""
    _rate_index: int
    _bit_rate_index: int

    @property
    def frame_bytes(self) -> int:
        """Return the size of a frame without padding, in bytes."""
        return self.frame_samples // 8 * self.bit_rate_kbps * 1000 // self.sample_rate

    @property
    def header(self) -> bytes:
        """Return the header of a frame without padding or CRC: four bytes (2.4.1.3)."""
        # Each field is shifted to its lowest bit. The fields that are not listed are 0.
        header_bits = (
            0x7FF << 21  # syncword, 11 bits since MPEG-2.5
            | self.version << 19
            | 1 << 17  # layer III
            | 1 << 16  # protection_bit: no CRC
            | self._bit_rate_index << 12
            | self._rate_index << 10
            | 3 << 6  # mode: single channel
            | 1 << 2  # original, not a copy
        )
        return header_bits.to_bytes(_HEADER_BYTES, "big")

    @property
    def side_info_bytes(self) -> int:
        """Return the number of bytes of side information after the header (2.4.1.7)."""
        return 17 if self.version == _MPEG_1 else 9


def frame_layout(sample_rate: int, bit_rate_kbps: int) -> FrameLayout:
    """Return the layout of mono frames at a sample rate and bit rate.

    Raises:
        OptionError: MP3 does not support the sample rate, or the bit rate at that sample rate.
    """
    if sample_rate not in _SAMPLE_RATES:
        supported_rates = ", ".join(map(str, sorted(_SAMPLE_RATES)))
        raise OptionError(
            f"MP3 has no sample rate of {sample_rate} Hz", f"choose from {supported_rates}"
        )
    version, rate_index = _SAMPLE_RATES[sample_rate]
    bit_rates = _BIT_RATES_KBPS[version]
    if bit_rate_kbps not in bit_rates:
        supported_rates = ", ".join(map(str, bit_rates))
        raise OptionError(
            f"MP3 at {sample_rate} Hz has no bit rate of {bit_rate_kbps} kb/s",
            f"choose from {supported_rates}",
        )
    # MPEG-1 has two granules of 576 samples per frame, the later versions one.
    frame_samples = 1152 if version == _MPEG_1 else 576
    bit_rate_index = bit_rates.index(bit_rate_kbps) + 1
    return FrameLayout(
        sample_rate, bit_rate_kbps, frame_samples, version, rate_index, bit_rate_index
    )


def make_info_frame(
    layout: FrameLayout, frame_count: int, stream_bytes: int, end_padding: int
) -> bytes:
    """Return the Info frame: a silent first frame with the stream's size and the samples to skip.

    Args:
        layout: The layout of the frames that follow.
        frame_count: The number of frames that follow.
        stream_bytes: The total size of these frames in bytes.
        end_padding: Number of samples at the end that are not part of the sound.
    """
    host_layout = _choose_host_layout(layout)
    tag_offset = _HEADER_BYTES + host_layout.side_info_bytes
    frame = bytearray(host_layout.frame_bytes)
    frame[:_HEADER_BYTES] = host_layout.header
    total_bytes = len(frame) + stream_bytes
    # The position of each percent of the duration, in 256ths of the stream. At a constant bit rate,
    # it is at the same percentage of the bytes.
    seek_table = bytes(min(percent * 256 // 100, 255) for percent in range(100))
    # "Info" instead of "Xing" means that the bit rate is constant. The flags 0xF mean that all four
    # fields follow: frames, bytes, the seek table, and a quality from 0 to 100.
    tag = b"Info" + struct.pack(">III", 0xF, frame_count, total_bytes)
    tag += seek_table + struct.pack(">I", 50)
    tag += _make_lame_extension(layout, total_bytes, end_padding)
    tag_end = tag_offset + len(tag)
    frame[tag_offset:tag_end] = tag
    # The last field is a CRC of everything before it, including the frame header.
    frame[tag_end : tag_end + 2] = _compute_crc16(bytes(frame[:tag_end])).to_bytes(2, "big")
    return bytes(frame)


def _choose_host_layout(layout: FrameLayout) -> FrameLayout:
    """Return the layout with the lowest bit rate whose frames fit the tag, from the stream's up."""
    for bit_rate_kbps in _BIT_RATES_KBPS[layout.version]:
        if bit_rate_kbps >= layout.bit_rate_kbps:
            candidate = frame_layout(layout.sample_rate, bit_rate_kbps)
            needed_bytes = _HEADER_BYTES + candidate.side_info_bytes + _INFO_TAG_BYTES
            if candidate.frame_bytes >= needed_bytes:
                return candidate
    raise AssertionError("every rate has frames that are large enough")


def _make_lame_extension(layout: FrameLayout, total_bytes: int, end_padding: int) -> bytes:
    """Return LAME's extension of the Info tag, without its last field, the CRC of the tag."""
    return b"".join(
        [
            b"LAME3.100",  # encoder: players read the delays only if it is LAME
            b"\x01",  # revision 0 of the tag, method 1: constant bit rate
            b"\x00",  # lowpass: unknown
            bytes(8),  # peak and ReplayGain: not set
            b"\x00",  # encoding flags and ATH type
            bytes([min(layout.bit_rate_kbps, 255)]),
            (ENCODER_DELAY << 12 | end_padding).to_bytes(3, "big"),  # 12 bits each
            b"\x00",  # noise shaping, stereo mode, source sample rate
            b"\x00",  # MP3 gain
            bytes(2),  # preset and surround: none
            total_bytes.to_bytes(4, "big") if total_bytes < 1 << 32 else bytes(4),
            bytes(2),  # CRC of the music: not computed
        ]
    )


def _compute_crc16(data: bytes) -> int:
    """Return the CRC-16 that LAME uses: polynomial 0x8005, reflected, initial value 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
