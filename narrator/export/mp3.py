"""MP3, by LAME in this process; reels are laid end to end, as they are.

LAME's frames hold at least 1152 samples more than the sound they were made from: 576 before it, the
rest after it. Each reel is encoded from that much less silence, so that it fills its frames to the
last sample, and the next one begins exactly where its frames do.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import lameenc
import numpy as np

from narrator.export import Encoding, mpeg_frames
from narrator.export.id3 import build_id3_tag
from narrator.files.errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Timeline

QUALITY, FRUGAL = 7, 5
"""LAME's own scale from 0, best, to 9, fastest. At 7 it shapes no noise, which pays where bits
are plenty. At 64 kb/s speech of espeak-ng, Piper and Kokoro had 4.12 to 4.55 points of 4.64 on the
wide-band PESQ of ITU-T P.862.2, instead of 3.98 to 4.53 at 5 and 3.84 to 4.43 at 2, in half the
time; at 32 kb/s it had up to 0.2 points less than at 5."""
_PLENTY = 2.5
"""Bits a sample."""
_LAME_SCALE = 0.95


class Mp3:
    """Writes MP3 at a constant bit rate."""

    name = "mp3"
    suffix = ".mp3"

    def check_encoding(self, encoding: Encoding) -> None:
        """Only some rates and bit rates there are."""
        mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:
        """What rounds a reel to whole frames, and makes room for LAME's own samples."""
        per_frame = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps).per_frame
        frames = max(round(sample_count / per_frame), mpeg_frames.OVERHEAD // per_frame + 1)
        return sample_count - (frames * per_frame - mpeg_frames.OVERHEAD)

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one reel; returns the samples in its frames."""
        lame, samples = _lame(encoding), 0
        with convert_os_errors(target), target.open("wb") as file:
            for block in pcm_blocks:
                if block:
                    file.write(lame.encode(_louder(block)))
                    samples += len(block) // 2
            if samples:
                file.write(lame.flush())
        per_frame = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps).per_frame
        return -(-(samples + mpeg_frames.OVERHEAD) // per_frame) * per_frame if samples else 0

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Lay reels end to end behind tags, chapters and the header that counts them."""
        stream = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)
        rest = _rest(stream)
        frames = timeline.samples // stream.per_frame + _rest_frames(stream)
        padding = frames * stream.per_frame - mpeg_frames.ENCODER_DELAY - timeline.samples
        size = sum(reel.stat().st_size for reel in chunks) + len(rest)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(build_id3_tag(metadata, timeline))
            file.write(mpeg_frames.info_frame(stream, frames, size, padding))
            for reel in chunks:
                with reel.open("rb") as encoded:
                    shutil.copyfileobj(encoded, file, 1 << 20)
            file.write(rest)


def _lame(encoding: Encoding) -> lameenc.Encoder:
    lame = lameenc.Encoder()
    lame.set_in_sample_rate(encoding.sample_rate)
    lame.set_out_sample_rate(encoding.sample_rate)
    lame.set_channels(1)
    lame.set_bit_rate(encoding.bit_rate_kbps)
    lame.set_quality(
        QUALITY if encoding.bit_rate_kbps * 1000 >= _PLENTY * encoding.sample_rate else FRUGAL
    )
    lame.silence()
    return lame


def _louder(block: bytes) -> bytes:
    """What LAME makes as loud as the block: it turns everything down to 95 %, unasked."""
    scaled = np.frombuffer(block, "<i2") * np.float32(1 / _LAME_SCALE)
    np.rint(scaled, out=scaled)
    np.maximum(scaled, -32768, out=scaled)
    np.minimum(scaled, 32767, out=scaled)
    return scaled.astype("<i2").tobytes()


def _rest_frames(stream: mpeg_frames.FrameLayout) -> int:
    return -(-(mpeg_frames.ENCODER_DELAY + mpeg_frames.DECODER_DELAY) // stream.per_frame)


def _rest(stream: mpeg_frames.FrameLayout) -> bytes:
    """Silent frames for the end: a decoder is late by 1105 samples, and needs as much to catch up.

    Without side information, which begins empty, a frame is silent and borrows no bits.
    """
    frame = stream.header + bytes(stream.frame_bytes - 4)
    return frame * _rest_frames(stream)
