"""Tags of MP4, as iTunes laid them down and every player reads them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from narrator.export.mp4_boxes import make_box, make_full_box

if TYPE_CHECKING:
    from narrator.model import Metadata

_TEXT, _JPEG, _PNG, _NUMBER = 1, 13, 14, 21
_AUDIOBOOK = 2


def build_itunes_metadata(metadata: Metadata) -> bytes:
    """`meta`, with all that is known of the book."""
    part = metadata.part
    told = {
        b"\xa9nam": part.title if part else metadata.title,
        b"\xa9alb": metadata.title,
        b"\xa9ART": metadata.author,
        b"aART": metadata.author,
        b"\xa9wrt": metadata.narrator,
        b"\xa9nrt": metadata.narrator,
        b"\xa9pub": metadata.publisher,
        b"\xa9day": metadata.published,
        b"\xa9gen": "Audiobook",
        b"\xa9cmt": metadata.description,
        b"desc": metadata.description,
    }
    items = [make_box(name, _data(_TEXT, text.encode())) for name, text in told.items() if text]
    items.append(make_box(b"stik", _data(_NUMBER, bytes([_AUDIOBOOK]))))
    items.append(make_box(b"pgap", _data(_NUMBER, bytes([1]))))
    if part:
        items.append(
            make_box(b"trkn", _data(0, struct.pack(">HHHH", 0, part.number, part.total, 0)))
        )
    for name, text in (("SERIES", metadata.series), ("SERIES-PART", metadata.series_index)):
        if text:
            items.append(_freeform(name, text))
    if metadata.language:
        items.append(_freeform("LANGUAGE", metadata.language))
    if metadata.cover:
        kind = _PNG if metadata.cover.media_type == "image/png" else _JPEG
        items.append(make_box(b"covr", _data(kind, metadata.cover.data)))
    head = make_full_box(b"hdlr", 0, 0, struct.pack(">I4s4s8x", 0, b"mdir", b"appl"), b"\0")
    return make_full_box(b"meta", 0, 0, head, make_box(b"ilst", *items))


def _data(kind: int, value: bytes) -> bytes:
    return make_box(b"data", struct.pack(">II", kind, 0), value)


def _freeform(name: str, text: str) -> bytes:
    return make_box(
        b"----",
        make_full_box(b"mean", 0, 0, b"com.apple.iTunes"),
        make_full_box(b"name", 0, 0, name.encode()),
        _data(_TEXT, text.encode()),
    )
