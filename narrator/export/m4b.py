"""M4B: AAC by ffmpeg, reel by reel and in parallel; the file around it is written here.

ffmpeg can write such a file too, but cuts titles in the middle of a character, loses chapters
beyond the 255th in the players that read Nero's list first, and has to write everything twice to
put the contents before the sound. Here the contents are known before the first byte is written.

AAC comes in frames of 1024 samples, and the first frame of an encoding holds nothing yet. As each
reel brings one such frame, the reel after it still begins exactly where its frames do.
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
from narrator.export.language_codes import iso_639_2_code
from narrator.files.errors import convert_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from narrator.model import Metadata, Timeline

PER_FRAME = 1024
"""Samples in a frame, and before the sound."""
_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_FIRST_RATE = 3
"""In the order in which AAC numbers them, and the number of the first."""
_PER_CHUNK = 32
"""Frames that a player reads in one go: about a second."""

SILENT_FRAME = bytes([0, 0, 0, 0b111])
"""A mono frame without any band of frequencies: a channel of zeros, then the mark of the end."""


class M4b:
    """Writes audiobooks for Apple's players, and all others."""

    name = "m4b"
    suffix = ".m4b"

    def check_encoding(self, encoding: Encoding) -> None:
        """Only some rates there are."""
        _config(encoding.sample_rate)

    def compute_padding(self, sample_count: int, encoding: Encoding) -> int:  # noqa: ARG002 - the interface
        """What rounds a reel to whole frames, one of them the empty first one."""
        frames = max(round(sample_count / PER_FRAME), 2)
        return sample_count - (frames - 1) * PER_FRAME

    def encode_chunk(self, pcm_blocks: Iterable[bytes], encoding: Encoding, target: Path) -> int:
        """Encode one reel: a count of frames, their sizes, then the frames themselves."""
        options = ("-c:a", "aac", "-aac_coder", "fast", "-b:a", f"{encoding.bit_rate_kbps}k")
        with convert_os_errors(target):
            ffmpeg.encode_pcm(
                pcm_blocks, encoding.sample_rate, (*options, *ffmpeg.BITEXACT, "-f", "adts"), target
            )
            frames = list(_frames(target.read_bytes(), target))
            lengths = np.array([len(frame) for frame in frames], "<u2")
            with target.open("wb") as file:
                file.write(struct.pack("<I", len(frames)) + lengths.tobytes())
                file.writelines(frames)
        return len(frames) * PER_FRAME

    def join(
        self,
        chunks: Sequence[Path],
        timeline: Timeline,
        metadata: Metadata,
        encoding: Encoding,
        target: Path,
    ) -> None:
        """Write contents, tags and chapters, then lay the reels' frames end to end."""
        frames = np.concatenate([*map(_sizes, chunks), np.array([len(SILENT_FRAME)], np.uint32)])
        titles = [mp4_boxes.title_sample(mark.title) for mark in timeline.marks]
        contents = _Contents(frames, titles, timeline, metadata, encoding)
        with convert_os_errors(target), target.open("wb") as file:
            file.write(contents.head())
            for reel in chunks:
                with reel.open("rb") as encoded:
                    (count,) = struct.unpack("<I", encoded.read(4))
                    encoded.seek(4 + 2 * count)
                    shutil.copyfileobj(encoded, file, 1 << 20)
            file.write(SILENT_FRAME + b"".join(titles))


def _config(rate: int) -> bytes:
    """The AudioSpecificConfig of mono AAC-LC."""
    if rate not in _RATES:
        known = ", ".join(map(str, sorted(_RATES)))
        raise OptionError(f"AAC has no sample rate of {rate} Hz", f"choose from {known}")
    return (2 << 11 | (_FIRST_RATE + _RATES.index(rate)) << 7 | 1 << 3).to_bytes(2, "big")


def _frames(stream: bytes, source: Path) -> Iterator[bytes]:
    """The frames of an ADTS stream, without their headers of seven bytes."""
    at = 0
    while at < len(stream):
        head = int.from_bytes(stream[at : at + 7], "big")
        size = head >> 13 & 0x1FFF
        if head >> 44 != 0xFFF or size <= 7 or at + size > len(stream):
            raise ExportError(f"{source.name}: ffmpeg's AAC can't be understood")
        yield stream[at + 7 : at + size]
        at += size


def _sizes(reel: Path) -> npt.NDArray[np.uint32]:
    with reel.open("rb") as encoded:
        (count,) = struct.unpack("<I", encoded.read(4))
        return np.frombuffer(encoded.read(2 * count), "<u2").astype(np.uint32)


@dataclass(frozen=True)
class _Contents:
    """All that stands before the sound."""

    frames: npt.NDArray[np.uint32]
    """The sizes of the sound's frames."""
    titles: list[bytes]
    timeline: Timeline
    metadata: Metadata
    encoding: Encoding

    @property
    def sound(self) -> int:
        """Bytes of sound."""
        return int(self.frames.sum(dtype=np.uint64))

    def head(self) -> bytes:
        """The file up to the sound; where that begins depends on the length of this itself."""
        kind = mp4_boxes.make_box(b"ftyp", b"M4B ", struct.pack(">I", 0x200), b"M4B M4A mp42isom")
        media = self.sound + sum(map(len, self.titles))
        wide = media > 1 << 31
        mdat = struct.pack(">I4s", 1 if wide else media + 8, b"mdat")
        if wide:
            mdat += struct.pack(">Q", media + 16)
        before = len(kind) + len(self._movie(0, wide=wide)) + len(mdat)
        return kind + self._movie(before, wide=wide) + mdat

    def _movie(self, start: int, *, wide: bool) -> bytes:
        marks, rate = self.timeline.marks, self.timeline.rate
        udta = mp4_boxes.make_box(
            b"udta", build_itunes_metadata(self.metadata), mp4_boxes.nero_chapters(marks, rate)
        )
        tracks = [self._sound(start, wide=wide)]
        if marks:
            tracks.append(self._chapters(start + self.sound, wide=wide))
        header = mp4_boxes.movie_header(rate, self.timeline.samples, len(tracks) + 1)
        return mp4_boxes.make_box(b"moov", header, *tracks, udta)

    def _sound(self, start: int, *, wide: bool) -> bytes:
        stored = len(self.frames) * PER_FRAME
        track = self._track(1, stored, PER_FRAME)
        table = mp4_boxes.make_box(
            b"stbl",
            mp4_boxes.aac_entry(
                track.rate, _config(track.rate), self.encoding.bit_rate_kbps * 1000
            ),
            mp4_boxes.durations([(len(self.frames), PER_FRAME)]),
            mp4_boxes.sizes(self.frames),
            mp4_boxes.chunks(self.frames, start, _PER_CHUNK, wide=wide),
        )
        media = mp4_boxes.make_full_box(b"smhd", 0, 0, bytes(4)), mp4_boxes.data_here(), table
        return mp4_boxes.make_box(
            b"trak",
            mp4_boxes.track_header(track, enabled=True, volume=0x100),
            mp4_boxes.edits(track),
            mp4_boxes.make_box(b"tref", mp4_boxes.make_box(b"chap", struct.pack(">I", 2)))
            if self.titles
            else b"",
            _media(track, mp4_boxes.handler(b"soun", "Sound"), *media),
        )

    def _chapters(self, start: int, *, wide: bool) -> bytes:
        track = self._track(2, self.timeline.samples, 0)
        lengths = np.array([len(title) for title in self.titles], np.uint32)
        table = mp4_boxes.make_box(
            b"stbl",
            mp4_boxes.text_entry(),
            mp4_boxes.durations([(1, mark.end - mark.start) for mark in self.timeline.marks]),
            mp4_boxes.sizes(lengths),
            mp4_boxes.chunks(lengths, start, len(lengths), wide=wide),
        )
        media = mp4_boxes.text_media_header(), mp4_boxes.data_here(), table
        return mp4_boxes.make_box(
            b"trak",
            mp4_boxes.track_header(track, enabled=False, volume=0),
            mp4_boxes.edits(track),
            _media(track, mp4_boxes.handler(b"text", "Chapters"), *media),
        )

    def _track(self, number: int, stored: int, delay: int) -> mp4_boxes.Mp4Track:
        language = iso_639_2_code(self.metadata.language)
        rate, played = self.timeline.rate, self.timeline.samples
        return mp4_boxes.Mp4Track(number, rate, played, stored, delay, language)


def _media(track: mp4_boxes.Mp4Track, handler: bytes, *information: bytes) -> bytes:
    return mp4_boxes.make_box(
        b"mdia", mp4_boxes.media_header(track), handler, mp4_boxes.make_box(b"minf", *information)
    )
