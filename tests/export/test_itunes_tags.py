import struct
from dataclasses import replace

import pytest

from narrator.export.itunes_tags import build_itunes_metadata
from narrator.model import FilePart, Image, Metadata
from tests.export.sample_audiobooks import METADATA
from tests.pictures import JPEG, PNG


def _read_items(metadata: Metadata) -> dict[bytes, tuple[int, bytes]]:
    """Return the type and the value of each item of `ilst`, by name; free-form ones by theirs."""
    meta = build_itunes_metadata(metadata)
    assert meta[4:8] == b"meta"
    handler_size = int.from_bytes(meta[12:16], "big")
    assert meta[16:20] == b"hdlr"
    offset = 12 + handler_size
    assert meta[offset + 4 : offset + 8] == b"ilst"
    offset += 8
    items = {}
    while offset < len(meta):
        size, name = struct.unpack_from(">I4s", meta, offset)
        item = meta[offset + 8 : offset + size]
        if name == b"----":
            parts = []
            while item:
                part_size = int.from_bytes(item[:4], "big")
                parts.append(item[8:part_size])
                item = item[part_size:]
            name, item = parts[1][4:], b"\0" * 8 + parts[2]
        items[name] = (int.from_bytes(item[8:12], "big"), item[16:])
        offset += size
    assert offset == len(meta)
    return items


def test_texts_are_utf_8() -> None:
    items = _read_items(replace(METADATA, title="第一章", author="Böll"))
    assert items[b"\xa9nam"] == (1, "第一章".encode())
    assert items[b"aART"] == (1, "Böll".encode())
    assert items[b"SERIES-PART"] == (1, b"2")


def test_what_is_not_known_has_no_item() -> None:
    assert set(_read_items(Metadata("Emma"))) == {
        b"\xa9nam", b"\xa9alb", b"\xa9gen", b"stik", b"pgap", b"LANGUAGE",
    }  # fmt: skip


def test_it_is_an_audiobook_that_is_played_without_gaps() -> None:
    items = _read_items(Metadata("Emma"))
    assert (items[b"stik"], items[b"pgap"]) == ((21, b"\2"), (21, b"\1"))


@pytest.mark.parametrize(
    ("data", "media_type", "value_type"), [(JPEG, "image/jpeg", 13), (PNG, "image/png", 14)]
)
def test_the_cover_has_the_type_of_its_picture(
    data: bytes, media_type: str, value_type: int
) -> None:
    items = _read_items(replace(METADATA, cover=Image(data, media_type)))
    assert items[b"covr"] == (value_type, data)


def test_one_of_several_files_has_its_own_title_and_number() -> None:
    items = _read_items(replace(METADATA, part=FilePart(3, 12, "Chapter 3")))
    assert items[b"trkn"] == (0, struct.pack(">4H", 0, 3, 12, 0))
    assert (items[b"\xa9nam"][1], items[b"\xa9alb"][1]) == (b"Chapter 3", METADATA.title.encode())
