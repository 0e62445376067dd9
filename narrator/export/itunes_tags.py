"""Tags of MP4 files as defined by iTunes, which every player supports.

Source: Apple's "QuickTime File Format Specification", chapter "Metadata", and, for the atoms that
it leaves out (`stik`, `pgap`, `----`), the files that iTunes writes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from narrator.export.mp4_boxes import make_box, make_full_box
from narrator.export.named_tags import DEFAULT_GENRE, list_named_tags

if TYPE_CHECKING:
    from narrator.model import Metadata

# Type codes of values (Apple's "well-known types").
_IMPLICIT, _UTF_8, _JPEG, _PNG, _SIGNED_INTEGER = 0, 1, 13, 14, 21
_AUDIOBOOK_KIND = 2
"""Value of `stik`, the kind of media, for audiobooks."""


def build_itunes_metadata(metadata: Metadata) -> bytes:
    """Return the `meta` box, with all of the book's metadata."""
    part = metadata.part
    text_values = {
        b"\xa9nam": part.title if part else metadata.title,
        b"\xa9alb": metadata.title,
        b"\xa9ART": metadata.author,
        b"aART": metadata.author,
        b"\xa9wrt": metadata.narrator,
        b"\xa9nrt": metadata.narrator,
        b"\xa9pub": metadata.publisher,
        b"\xa9day": metadata.published,
        b"\xa9gen": metadata.genre or DEFAULT_GENRE,
        b"\xa9cmt": metadata.description,
        b"desc": metadata.description,
    }
    items = [
        make_box(name, _make_value(_UTF_8, text.encode()))
        for name, text in text_values.items()
        if text
    ]
    items.append(make_box(b"stik", _make_value(_SIGNED_INTEGER, bytes([_AUDIOBOOK_KIND]))))
    items.append(make_box(b"pgap", _make_value(_SIGNED_INTEGER, bytes([1]))))  # play without gaps
    if part:
        track_number = struct.pack(">HHHH", 0, part.number, part.total, 0)
        items.append(make_box(b"trkn", _make_value(_IMPLICIT, track_number)))
    items += [_make_freeform(name, text) for name, text in list_named_tags(metadata)]
    if cover := metadata.cover:
        value_type = _PNG if cover.media_type == "image/png" else _JPEG
        items.append(make_box(b"covr", _make_value(value_type, cover.data)))
    # The handler marks the metadata as iTunes's: predefined, type, manufacturer, 8 reserved bytes.
    handler = make_full_box(b"hdlr", 0, 0, struct.pack(">I4s4s8x", 0, b"mdir", b"appl"), b"\0")
    return make_full_box(b"meta", 0, 0, handler, make_box(b"ilst", *items))


def _make_value(value_type: int, value: bytes) -> bytes:
    """Return a `data` box: the type of the value, a locale (0 for none), and the value."""
    return make_box(b"data", struct.pack(">II", value_type, 0), value)


def _make_freeform(name: str, text: str) -> bytes:
    """Return a `----` box: a value with a custom name in the namespace of iTunes."""
    return make_box(
        b"----",
        make_full_box(b"mean", 0, 0, b"com.apple.iTunes"),
        make_full_box(b"name", 0, 0, name.encode()),
        _make_value(_UTF_8, text.encode()),
    )
