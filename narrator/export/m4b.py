"""M4B: AAC in an MP4 file. ffmpeg encodes the chunks in parallel; this module writes the MP4 file.

ffmpeg could write the file too. But it cuts titles in the middle of a character, loses chapters
after the 255th in players that prefer Nero's list, and must write everything twice to put the
`moov` box before the sound. Here, the contents of `moov` are known before the first byte is
written.

Each AAC frame holds 1024 samples, and the first frame of an encoding holds no sound yet (the
encoder delay). The delay is exactly one frame, so each chunk begins at the start of a frame.
"""

from __future__ import annotations

import shutil
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrator.errors import ExportError, OptionError
from narrator.export import Encoding, ffmpeg, mp4_boxes
from narrator.export.itunes_tags import build_itunes_metadata
from narrator.export.mp4_boxes import make_box, make_full_box
from narrator.files.os_errors import convert_os_errors
from narrator.text.language_names import iso_639_3_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from narrator.model import Metadata, Timeline

FRAME_SAMPLES = 1024
"""Samples per frame, and also the encoder delay."""
_SAMPLE_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_FIRST_RATE_INDEX = 3
"""The samplingFrequencyIndex of the first of `_SAMPLE_RATES`, which are in the order of their
indices (ISO 14496-3, table 1.18)."""
_FRAMES_PER_MP4_CHUNK = 32
"""Number of frames that a player reads at a time: about 1.5 seconds."""
_ADTS_HEADER_BYTES = 7
_COPY_BYTES = 1 << 20

SILENT_FRAME = bytes([0, 0, 0, 0b111])
"""A mono frame without scale factor bands, which decodes to zeros: an ID_SCE element whose fields
are all 0, then ID_END (ISO 14496-3, 4.4.2)."""


class M4b:
    """An exporter of M4B, the audiobook format of Apple, which all players support."""

    name = "m4b"
    suffix = ".m4b"

    def check_encoding(self, encoding: Encoding) -> None:
        """Check that AAC supports the sample rate.

        Raises:
            OptionError: AAC does not support it.
        """
        _build_audio_specific_config(encoding.sample_rate)

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:  # noqa: ARG002 - the interface
        """Return the samples to remove to fill whole frames, the first of them without sound."""
        frame_count = max(round(sample_count / FRAME_SAMPLES), 2)
        return sample_count - (frame_count - 1) * FRAME_SAMPLES

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one chunk, and return the number of samples in its frames.

        The file holds the number of frames (32 bits), the size of each frame (16 bits), both
        little-endian, then the frames without headers.
        """
        codec_options = ("-c:a", "aac", "-aac_coder", "fast")
        rate_options = ("-b:a", f"{encoding.bit_rate_kbps}k")
        options = (*codec_options, *rate_options, *ffmpeg.BITEXACT_OPTIONS, "-f", "adts")
        with convert_os_errors(target):
            ffmpeg.encode_pcm(pcm_blocks, encoding.sample_rate, options, target)
            frames = list(_split_adts(target.read_bytes(), target))
            frame_sizes = np.array([len(frame) for frame in frames], "<u2")
            with target.open("wb") as file:
                file.write(struct.pack("<I", len(frames)) + frame_sizes.tobytes())
                file.writelines(frames)
        return len(frames) * FRAME_SAMPLES

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Write `moov`, then the frames of all chunks, then the titles of the text track."""
        # The decoder outputs the end of a chunk only with the next frame, so a silent frame follows
        # the last chunk.
        last_frame_size = np.array([len(SILENT_FRAME)], np.uint32)
        frame_sizes = np.concatenate([*map(_read_frame_sizes, chunks), last_frame_size])
        titles = [mp4_boxes.make_title_sample(mark.title) for mark in timeline.marks]
        layout = _Mp4Layout(frame_sizes, titles, timeline, metadata, encoding)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(layout.build_head())
            for chunk in chunks:
                with chunk.open("rb") as encoded_chunk:
                    (frame_count,) = struct.unpack("<I", encoded_chunk.read(4))
                    encoded_chunk.seek(4 + 2 * frame_count)
                    shutil.copyfileobj(encoded_chunk, file, _COPY_BYTES)
            file.write(SILENT_FRAME + b"".join(titles))


def _build_audio_specific_config(sample_rate: int) -> bytes:
    """Return the AudioSpecificConfig of mono AAC-LC (ISO 14496-3, 1.6.2.1).

    Raises:
        OptionError: AAC does not support the sample rate.
    """
    if sample_rate not in _SAMPLE_RATES:
        supported_rates = ", ".join(map(str, sorted(_SAMPLE_RATES)))
        raise OptionError(
            f"AAC has no sample rate of {sample_rate} Hz", f"choose from {supported_rates}"
        )
    rate_index = _FIRST_RATE_INDEX + _SAMPLE_RATES.index(sample_rate)
    # audioObjectType (5 bits; 2 for AAC-LC), samplingFrequencyIndex (4 bits), channelConfiguration
    # (4 bits; 1 for mono), GASpecificConfig (3 bits; all 0 for frames of 1024 samples).
    return (2 << 11 | rate_index << 7 | 1 << 3).to_bytes(2, "big")


def _split_adts(stream: bytes, source: Path) -> Iterator[bytes]:
    """Yield the frames of an ADTS stream without their headers (ISO 14496-3, 1.A.2.2).

    Raises:
        ExportError: The data is not an ADTS stream.
    """
    offset = 0
    while offset < len(stream):
        # The header has 56 bits. The highest 12 are the syncword, all set. aac_frame_length (13
        # bits) is followed by 13 bits: buffer fullness and the number of blocks.
        header = int.from_bytes(stream[offset : offset + _ADTS_HEADER_BYTES], "big")
        frame_bytes = header >> 13 & 0x1FFF
        if (
            header >> 44 != 0xFFF
            or frame_bytes <= _ADTS_HEADER_BYTES
            or offset + frame_bytes > len(stream)
        ):
            raise ExportError(f"{source.name}: ffmpeg's AAC can't be understood")
        yield stream[offset + _ADTS_HEADER_BYTES : offset + frame_bytes]
        offset += frame_bytes


def _read_frame_sizes(chunk: Path) -> npt.NDArray[np.uint32]:
    """Return the sizes in bytes of the frames in an encoded chunk, of shape (frames,)."""
    with chunk.open("rb") as encoded_chunk:
        (frame_count,) = struct.unpack("<I", encoded_chunk.read(4))
        return np.frombuffer(encoded_chunk.read(2 * frame_count), "<u2").astype(np.uint32)


@dataclass(frozen=True)
class _Mp4Layout:
    """The contents of an M4B file, from which it builds everything before the sound."""

    frame_sizes: npt.NDArray[np.uint32]
    """Size in bytes of each frame of the sound, of shape (frames,)."""
    titles: list[bytes]
    """The samples of the text track: the title of each chapter."""
    timeline: Timeline
    metadata: Metadata
    encoding: Encoding

    @property
    def sound_bytes(self) -> int:
        """Return the size of the sound in bytes."""
        return int(self.frame_sizes.sum(dtype=np.uint64))

    def build_head(self) -> bytes:
        """Return everything before the sound: `ftyp`, `moov` and the header of `mdat`."""
        # Major brand M4B, a minor version, and the brands that the file is compatible with
        # (ISO 14496-12, 4.3).
        file_type = make_box(b"ftyp", b"M4B ", struct.pack(">I", 0x200), b"M4B M4A mp42isom")
        media_bytes = self.sound_bytes + sum(map(len, self.titles))
        # 32-bit sizes and offsets reach four gigabytes. 64 bits are used from two gigabytes on,
        # which leaves room for `moov`. A size of 1 means that `largesize` follows (4.2).
        is_large = media_bytes > 1 << 31
        media_header = struct.pack(">I4s", 1 if is_large else media_bytes + 8, b"mdat")
        if is_large:
            media_header += struct.pack(">Q", media_bytes + 16)
        # `moov` contains the offset of the sound, which depends on the length of `moov`. The length
        # does not depend on the offset, so `moov` is built twice, first with an offset of 0.
        first_movie = self._build_movie(0, is_large=is_large)
        sound_offset = len(file_type) + len(first_movie) + len(media_header)
        return file_type + self._build_movie(sound_offset, is_large=is_large) + media_header

    def _build_movie(self, sound_offset: int, *, is_large: bool) -> bytes:
        """Return `moov`: the header, the sound track, the chapter track, if any, and the tags."""
        marks, sample_rate = self.timeline.marks, self.timeline.rate
        user_data = make_box(
            b"udta",
            build_itunes_metadata(self.metadata),
            mp4_boxes.make_nero_chapters(marks, sample_rate),
        )
        tracks = [self._build_sound_track(sound_offset, is_large=is_large)]
        if marks:
            titles_offset = sound_offset + self.sound_bytes
            tracks.append(self._build_chapter_track(titles_offset, is_large=is_large))
        header = mp4_boxes.make_movie_header(sample_rate, self.timeline.samples, len(tracks) + 1)
        return make_box(b"moov", header, *tracks, user_data)

    def _build_sound_track(self, sound_offset: int, *, is_large: bool) -> bytes:
        """Return the `trak` box of the sound."""
        stored_samples = len(self.frame_sizes) * FRAME_SAMPLES
        track = self._describe_track(1, stored_samples, FRAME_SAMPLES)
        config = _build_audio_specific_config(track.timescale)
        sample_table = make_box(
            b"stbl",
            mp4_boxes.make_aac_entry(track.timescale, config, self.encoding.bit_rate_kbps * 1000),
            mp4_boxes.make_time_to_sample([(len(self.frame_sizes), FRAME_SAMPLES)]),
            mp4_boxes.make_sample_sizes(self.frame_sizes),
            mp4_boxes.make_chunk_tables(
                self.frame_sizes, sound_offset, _FRAMES_PER_MP4_CHUNK, is_large=is_large
            ),
        )
        # `smhd`: a balance of 0 (centre), then 16 reserved bits.
        sound_header = make_full_box(b"smhd", 0, 0, bytes(4))
        # `tref` with `chap`: track 2 holds the chapters of this track.
        chapter_reference = make_box(b"tref", make_box(b"chap", struct.pack(">I", 2)))
        return make_box(
            b"trak",
            mp4_boxes.make_track_header(track, is_enabled=True, volume=0x100),
            mp4_boxes.make_edit_list(track),
            chapter_reference if self.titles else b"",
            _make_media(
                track,
                mp4_boxes.make_handler(b"soun", "Sound"),
                sound_header,
                mp4_boxes.make_data_reference(),
                sample_table,
            ),
        )

    def _build_chapter_track(self, titles_offset: int, *, is_large: bool) -> bytes:
        """Return the `trak` box of the text track, which has one sample per chapter title."""
        track = self._describe_track(2, self.timeline.samples, 0)
        title_sizes = np.array([len(title) for title in self.titles], np.uint32)
        chapter_durations = [(1, mark.end - mark.start) for mark in self.timeline.marks]
        sample_table = make_box(
            b"stbl",
            mp4_boxes.make_text_entry(),
            mp4_boxes.make_time_to_sample(chapter_durations),
            mp4_boxes.make_sample_sizes(title_sizes),
            mp4_boxes.make_chunk_tables(
                title_sizes, titles_offset, len(title_sizes), is_large=is_large
            ),
        )
        return make_box(
            b"trak",
            mp4_boxes.make_track_header(track, is_enabled=False, volume=0),
            mp4_boxes.make_edit_list(track),
            _make_media(
                track,
                mp4_boxes.make_handler(b"text", "Chapters"),
                mp4_boxes.make_text_media_header(),
                mp4_boxes.make_data_reference(),
                sample_table,
            ),
        )

    def _describe_track(
        self, number: int, stored_samples: int, delay_samples: int
    ) -> mp4_boxes.Mp4Track:
        """Return the description of a track, whose unit of time is one audio sample."""
        return mp4_boxes.Mp4Track(
            number,
            self.timeline.rate,
            self.timeline.samples,
            stored_samples,
            delay_samples,
            iso_639_3_code(self.metadata.language),
        )


def _make_media(track: mp4_boxes.Mp4Track, handler: bytes, *media_boxes: bytes) -> bytes:
    """Return `mdia`: the header, the handler, and `minf` with the given boxes."""
    media_information = make_box(b"minf", *media_boxes)
    return make_box(b"mdia", mp4_boxes.make_media_header(track), handler, media_information)
