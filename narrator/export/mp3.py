"""MP3, encoded by LAME in this process; encoded chunks are joined by concatenation.

The frames of an encoded chunk hold at least 1152 samples more than its sound: 576 before it, the
rest after it. So that much silence is removed from the end of each chunk before it is encoded. The
chunk then fills its frames exactly, and the next chunk starts at the right time.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import lameenc
import numpy as np

from narrator.export import Encoding, mpeg_frames
from narrator.export.id3 import build_id3_tag
from narrator.files.os_errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Timeline

DEFAULT_QUALITY, LOW_BIT_RATE_QUALITY = 7, 5
"""Quality settings on LAME's scale from 0 (best) to 9 (fastest).

At 7, LAME does not shape the noise, which sounds better at high bit rates and takes half the time.
On the wide-band PESQ of ITU-T P.862.2 (at most 4.64 points), speech of espeak-ng, Piper and Kokoro
at 64 kb/s scored 4.12 to 4.55 with setting 7, 3.98 to 4.53 with 5, and 3.84 to 4.43 with 2. At
32 kb/s, setting 7 scored up to 0.2 points less than 5."""
_HIGH_BITS_PER_SAMPLE = 2.5
"""Bits per sample from which `DEFAULT_QUALITY` sounds better than `LOW_BIT_RATE_QUALITY`."""
_LAME_SCALE = 0.95
"""Factor by which LAME multiplies all samples before encoding."""
_COPY_BYTES = 1 << 20


class Mp3:
    """An exporter of MP3 at a constant bit rate."""

    name = "mp3"
    suffix = ".mp3"

    def check_encoding(self, encoding: Encoding) -> None:
        """Check that MP3 supports the sample rate and the bit rate.

        Raises:
            OptionError: MP3 does not support them.
        """
        mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:
        """Return the samples to remove to fill whole frames, including the samples LAME adds."""
        layout = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)
        least_frames = mpeg_frames.OVERHEAD_SAMPLES // layout.frame_samples + 1
        frame_count = max(round(sample_count / layout.frame_samples), least_frames)
        return sample_count - (frame_count * layout.frame_samples - mpeg_frames.OVERHEAD_SAMPLES)

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk, and return the number of samples in its frames."""
        lame, sample_count = _create_encoder(encoding), 0
        with convert_os_errors(target), target.open("wb") as file:
            for block in pcm_blocks:
                if block:
                    file.write(lame.encode(_undo_lame_scale(block)))
                    sample_count += len(block) // 2
            if sample_count:
                file.write(lame.flush())
        if not sample_count:
            return 0
        layout = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)
        frame_count = -(-(sample_count + mpeg_frames.OVERHEAD_SAMPLES) // layout.frame_samples)
        return frame_count * layout.frame_samples

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Write tags, chapters and the Info frame, then the frames of all chunks."""
        layout = mpeg_frames.frame_layout(encoding.sample_rate, encoding.bit_rate_kbps)
        last_frames = _make_last_frames(layout)
        frame_count = timeline.samples // layout.frame_samples + _count_last_frames(layout)
        stored_samples = frame_count * layout.frame_samples
        # Samples after the sound; players that read the Info frame skip them.
        end_padding = stored_samples - mpeg_frames.ENCODER_DELAY - timeline.samples
        stream_bytes = sum(chunk.stat().st_size for chunk in chunks) + len(last_frames)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(build_id3_tag(metadata, timeline))
            file.write(mpeg_frames.make_info_frame(layout, frame_count, stream_bytes, end_padding))
            for chunk in chunks:
                with chunk.open("rb") as encoded_chunk:
                    shutil.copyfileobj(encoded_chunk, file, _COPY_BYTES)
            file.write(last_frames)


def _create_encoder(encoding: Encoding) -> lameenc.Encoder:
    """Create a LAME encoder of mono sound at a constant bit rate."""
    lame = lameenc.Encoder()
    lame.set_in_sample_rate(encoding.sample_rate)
    lame.set_out_sample_rate(encoding.sample_rate)
    lame.set_channels(1)
    lame.set_bit_rate(encoding.bit_rate_kbps)
    has_high_bit_rate = (
        encoding.bit_rate_kbps * 1000 >= _HIGH_BITS_PER_SAMPLE * encoding.sample_rate
    )
    lame.set_quality(DEFAULT_QUALITY if has_high_bit_rate else LOW_BIT_RATE_QUALITY)
    lame.silence()  # print nothing
    return lame


def _undo_lame_scale(block: bytes) -> bytes:
    """Amplify 16-bit samples to compensate for `_LAME_SCALE`."""
    # In place, on one float32 array of shape (samples,), because this runs on the whole book.
    scaled = np.frombuffer(block, "<i2") * np.float32(1 / _LAME_SCALE)
    np.rint(scaled, out=scaled)
    # Otherwise, samples above 95 % of full scale would wrap around.
    np.maximum(scaled, -32768, out=scaled)
    np.minimum(scaled, 32767, out=scaled)
    return scaled.astype("<i2").tobytes()


def _count_last_frames(layout: mpeg_frames.FrameLayout) -> int:
    """Return the number of frames that a decoder needs after the last chunk to output all sound."""
    delay_samples = mpeg_frames.ENCODER_DELAY + mpeg_frames.DECODER_DELAY
    return -(-delay_samples // layout.frame_samples)  # rounded up


def _make_last_frames(layout: mpeg_frames.FrameLayout) -> bytes:
    """Return the silent frames at the end, because a decoder's output is 1105 samples late.

    A frame whose side information is all zeros is silent, and uses no bits of earlier frames.
    """
    frame = layout.header + bytes(layout.frame_bytes - 4)
    return frame * _count_last_frames(layout)
