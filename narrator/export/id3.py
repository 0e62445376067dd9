"""ID3v2.3: what an MP3 says of itself, and where its chapters begin.

mutagen writes the tags. It sorts frames by size, which puts chapters out of order for players that
don't read the table of contents, so the chapters are laid behind its frames here. Version 2.3,
because chapters with long titles get lost in 2.4: players disagree on how sizes are written.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from mutagen import id3

from narrator.export.language_codes import iso_639_2_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import ChapterMark, Metadata, Timeline

_MOST_CHILDREN = 255
"""A table of contents counts its entries in one byte; more of them become a table of tables."""
_NO_OFFSET = 0xFFFFFFFF


def build_id3_tag(metadata: Metadata, timeline: Timeline) -> bytes:
    """A whole ID3v2.3 tag, with chapters in reading order."""
    frames = _tags(metadata)
    buffer = BytesIO()
    frames.save(buffer, v1=0, v2_version=3, padding=lambda _: 0)
    body = buffer.getvalue()[10:] + build_chapter_frames(timeline.marks, timeline.rate)
    return b"ID3\x03\x00\x00" + _syncsafe(len(body)) + body


def _tags(metadata: Metadata) -> id3.ID3:
    tags = id3.ID3()
    title = metadata.part.title if metadata.part else metadata.title
    language = iso_639_2_code(metadata.language)
    _add(tags, id3.TIT2, title)
    _add(tags, id3.TALB, metadata.title)
    _add(tags, id3.TPE1, metadata.author)
    _add(tags, id3.TPE2, metadata.author)
    _add(tags, id3.TCOM, metadata.narrator)
    _add(tags, id3.TPUB, metadata.publisher)
    _add(tags, id3.TYER, (metadata.published or "")[:4])
    _add(tags, id3.TLAN, language)
    _add(tags, id3.TCON, "Audiobook")
    _add(tags, id3.TRCK, f"{metadata.part.number}/{metadata.part.total}" if metadata.part else None)
    for name, value in (
        ("NARRATOR", metadata.narrator),
        ("SERIES", metadata.series),
        ("SERIES-PART", metadata.series_index),
    ):
        if value:
            tags.add(id3.TXXX(encoding=_encoding(value), desc=name, text=[value]))
    if metadata.description:
        text = metadata.description
        tags.add(id3.COMM(encoding=_encoding(text), lang=language, desc="", text=[text]))
    if metadata.cover:
        cover = metadata.cover
        front = id3.PictureType.COVER_FRONT
        tags.add(
            id3.APIC(encoding=0, mime=cover.media_type, type=front, desc="Cover", data=cover.data)
        )
    return tags


def _add(tags: id3.ID3, frame: type[id3.TextFrame], text: str | None) -> None:
    if text:
        tags.add(frame(encoding=_encoding(text), text=[text]))


def _encoding(text: str) -> int:
    return 0 if _fits_latin(text) else 1  # Latin-1, or UTF-16 with its mark


def _fits_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


# ---------------------------------------------------------------------------------- chapters


def build_chapter_frames(marks: Sequence[ChapterMark], rate: int) -> bytes:
    """CTOC and CHAP frames, as the addendum "ID3v2 Chapter Frames 1.0" lays them out."""
    names = [f"chp{index}".encode() for index in range(len(marks))]
    times = [(_milliseconds(mark.start, rate), _milliseconds(mark.end, rate)) for mark in marks]
    frames = [
        _frame(
            b"CHAP",
            name
            + b"\0"
            + struct.pack(">IIII", start, end, _NO_OFFSET, _NO_OFFSET)
            + _title(mark.title),
        )
        for name, (start, end), mark in zip(names, times, marks, strict=True)
    ]
    return b"".join([*_contents(names), *frames]) if marks else b""


def _contents(names: Sequence[bytes]) -> list[bytes]:
    """One ordered table of contents; where there are too many chapters, a table of such tables."""
    if len(names) <= _MOST_CHILDREN:
        return [_table(b"toc", names, top=True)]
    runs = [names[at : at + _MOST_CHILDREN] for at in range(0, len(names), _MOST_CHILDREN)]
    below = [f"toc{number}".encode() for number in range(1, len(runs) + 1)]
    tables = [_table(name, run, top=False) for name, run in zip(below, runs, strict=True)]
    return [_table(b"toc", below, top=True), *tables]


def _table(name: bytes, children: Sequence[bytes], *, top: bool) -> bytes:
    flags = (2 if top else 0) | 1  # ordered
    return _frame(
        b"CTOC",
        name + bytes([0, flags, len(children)]) + b"".join(child + b"\0" for child in children),
    )


def _title(title: str) -> bytes:
    text = (
        b"\0" + title.encode("latin-1")
        if _fits_latin(title)
        else b"\1\xff\xfe" + title.encode("utf-16-le")
    )
    return _frame(b"TIT2", text)


def _frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">IH", len(body), 0) + body


def _milliseconds(sample: int, rate: int) -> int:
    return (sample * 1000 + rate // 2) // rate


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
