"""ID3v2.3: the tags and chapters of an MP3 file.

mutagen writes the tags. It sorts frames by size, which would reorder the chapters for players that
ignore the table of contents, so the chapters are written here, after mutagen's frames. The version
is 2.3 because players disagree about the format of sizes in 2.4, and lose chapters with long titles
there.

Sources: "ID3 tag version 2.3.0" (https://id3.org/id3v2.3.0) and its addendum "ID3v2 Chapter Frame
Addendum, version 1.0".
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from mutagen import id3

from narrator.export.named_tags import DEFAULT_GENRE, list_named_tags
from narrator.text.language_names import iso_639_3_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import ChapterMark, Metadata, Timeline

_MAX_TOC_ENTRIES = 255
"""Most entries of one table of contents, whose count is one byte. For more chapters, a table of
tables is written."""
_NO_BYTE_OFFSET = 0xFFFFFFFF
"""Value of a chapter's byte offsets that tells players to use its times instead (addendum, 3.1)."""
_OWN_FRAMES = ("LANGUAGE", "PUBLISHER")
"""Named tags that every player of MP3 reads from the frames TLAN and TPUB."""
_TAG_HEADER_BYTES = 10
"""Length of the tag header: "ID3", version, revision, flags and size (2.3.0, 3.1)."""


def build_id3_tag(metadata: Metadata, timeline: Timeline) -> bytes:
    """Return a complete ID3v2.3 tag, with the chapters in listening order."""
    buffer = BytesIO()
    _build_text_frames(metadata).save(buffer, v1=0, v2_version=3, padding=lambda _: 0)
    text_frames = buffer.getvalue()[_TAG_HEADER_BYTES:]
    body = text_frames + build_chapter_frames(timeline.marks, timeline.rate)
    # Major version 3, revision 0, no flags, then the size without this header.
    return b"ID3\x03\x00\x00" + _to_syncsafe(len(body)) + body


def _build_text_frames(metadata: Metadata) -> id3.ID3:
    """Return a mutagen tag with all frames except the chapters."""
    tags = id3.ID3()
    title = metadata.part.title if metadata.part else metadata.title
    language = iso_639_3_code(metadata.language)
    _add_text(tags, id3.TIT2, title)
    _add_text(tags, id3.TALB, metadata.title)
    _add_text(tags, id3.TPE1, metadata.author)
    _add_text(tags, id3.TPE2, metadata.author)
    _add_text(tags, id3.TCOM, metadata.narrator)
    _add_text(tags, id3.TPUB, metadata.publisher)
    _add_text(tags, id3.TYER, (metadata.published or "")[:4])
    _add_text(tags, id3.TLAN, language)
    _add_text(tags, id3.TIT3, metadata.subtitle)
    _add_text(tags, id3.TCON, metadata.genre or DEFAULT_GENRE)
    track_number = f"{metadata.part.number}/{metadata.part.total}" if metadata.part else None
    _add_text(tags, id3.TRCK, track_number)
    for name, value in list_named_tags(metadata):
        if name not in _OWN_FRAMES:
            encoding = _choose_text_encoding(name + value)
            tags.add(id3.TXXX(encoding=encoding, desc=name, text=[value]))
    if text := metadata.description:
        tags.add(
            id3.COMM(encoding=_choose_text_encoding(text), lang=language, desc="", text=[text])
        )
    if cover := metadata.cover:
        picture_type = id3.PictureType.COVER_FRONT
        tags.add(
            id3.APIC(
                encoding=0, mime=cover.media_type, type=picture_type, desc="Cover", data=cover.data
            )
        )
    return tags


def _add_text(tags: id3.ID3, frame_class: type[id3.TextFrame], text: str | None) -> None:
    """Add a text frame, unless its text is empty."""
    if text:
        tags.add(frame_class(encoding=_choose_text_encoding(text), text=[text]))


def _choose_text_encoding(text: str) -> int:
    """Return the number of the most compact encoding that can represent a text (2.3.0, 3.3)."""
    return 0 if _is_latin_1(text) else 1  # ISO-8859-1, or UTF-16 with a byte order mark


def _is_latin_1(text: str) -> bool:
    """Return whether a text can be encoded as ISO-8859-1."""
    return all(ord(character) < 256 for character in text)


# ---------------------------------------------------------------------------------- chapters


def build_chapter_frames(marks: Sequence[ChapterMark], sample_rate: int) -> bytes:
    """Return the CTOC and CHAP frames (addendum, 3.1 and 3.2), or b"" if there are no chapters."""
    element_ids = [f"chp{index}".encode() for index in range(len(marks))]
    frames = [
        _build_chapter(element_id, mark, sample_rate)
        for element_id, mark in zip(element_ids, marks, strict=True)
    ]
    return b"".join([*_build_contents(element_ids), *frames]) if marks else b""


def _build_chapter(element_id: bytes, mark: ChapterMark, sample_rate: int) -> bytes:
    """Return a CHAP frame: its id, start and end times, unused byte offsets, and the title."""
    start, end = (_to_milliseconds(sample, sample_rate) for sample in (mark.start, mark.end))
    times = struct.pack(">IIII", start, end, _NO_BYTE_OFFSET, _NO_BYTE_OFFSET)
    return _build_frame(b"CHAP", element_id + b"\0" + times + _build_title(mark.title))


def _build_contents(element_ids: Sequence[bytes]) -> list[bytes]:
    """Return the CTOC frames: one table of contents, or a table of tables if one is too small."""
    if len(element_ids) <= _MAX_TOC_ENTRIES:
        return [_build_table(b"toc", element_ids, is_top_level=True)]
    groups = [
        element_ids[start : start + _MAX_TOC_ENTRIES]
        for start in range(0, len(element_ids), _MAX_TOC_ENTRIES)
    ]
    table_ids = [f"toc{number}".encode() for number in range(1, len(groups) + 1)]
    tables = [
        _build_table(table_id, group, is_top_level=False)
        for table_id, group in zip(table_ids, groups, strict=True)
    ]
    return [_build_table(b"toc", table_ids, is_top_level=True), *tables]


def _build_table(element_id: bytes, child_ids: Sequence[bytes], *, is_top_level: bool) -> bytes:
    """Return a CTOC frame (addendum, 3.2): its id, flags, the number of children and their ids."""
    flags = (2 if is_top_level else 0) | 1  # bit 1: top level, bit 0: the children are in order
    entries = b"".join(child_id + b"\0" for child_id in child_ids)
    return _build_frame(b"CTOC", element_id + bytes([0, flags, len(child_ids)]) + entries)


def _build_title(title: str) -> bytes:
    """Return a TIT2 frame: the encoding, a byte order mark if it is UTF-16, and the text."""
    text = (
        b"\0" + title.encode("latin-1")
        if _is_latin_1(title)
        else b"\1\xff\xfe" + title.encode("utf-16-le")
    )
    return _build_frame(b"TIT2", text)


def _build_frame(frame_id: bytes, body: bytes) -> bytes:
    """Return a frame (2.3.0, 3.3): its id, the size of the body, no flags, and the body."""
    return frame_id + struct.pack(">IH", len(body), 0) + body


def _to_milliseconds(sample: int, sample_rate: int) -> int:
    """Convert a number of samples to milliseconds, rounded to the nearest."""
    return (sample * 1000 + sample_rate // 2) // sample_rate


def _to_syncsafe(number: int) -> bytes:
    """Return a number as four bytes of seven bits each, which can't be mistaken for MPEG sync."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
