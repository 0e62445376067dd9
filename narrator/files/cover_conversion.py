"""Makes covers that every player shows: JPEG or PNG, and square where a player asks for it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from narrator.files.images import detect_media_type
from narrator.model import Image

if TYPE_CHECKING:
    from collections.abc import Callable

_JPEG = "image/jpeg"
_JPEG_QUALITY = 90
_BLANK_BYTES = b"\xef\xbb\xbf \t\r\n"
"""A byte order mark and white space, which may come before markup."""
_MARKUP_BYTES = 1024
"""Length of the beginning of a file in which markup must begin."""
_SVG_SEARCH_BYTES = 4096
"""Length of the beginning of a file in which its root element stands."""
_MAX_PIXELS = 60_000_000
"""Largest picture that is decoded; it takes 180 MB of memory. Pictures for print have fewer."""


def make_cover(data: bytes) -> Image | None:
    """Return a picture as a cover, or None if it is damaged or in a format that is unknown.

    A complete JPEG or PNG is kept as it is. WebP, AVIF, GIF, TIFF, BMP and others become a JPEG.
    """
    if media_type := detect_media_type(data):
        return Image(data, media_type)
    if data.startswith((b"\x89PNG", b"\xff\xd8")):
        return None  # damaged
    if data[:_MARKUP_BYTES].lstrip(_BLANK_BYTES).startswith(b"<"):
        return None  # SVG, which Pillow can't read, but would load all of its formats to find out
    return _transform(data, lambda picture: picture)


def describe_cover_problem(data: bytes) -> str:
    """Return why a picture, of which `make_cover` makes nothing, can't be the cover."""
    if b"<svg" in data[:_SVG_SEARCH_BYTES].lower():
        return "is a drawing in SVG, which players do not show"
    return "is damaged, or in a format that is not known"


def format_cover_note(problem: str) -> str:
    """Return the note for the user about the cover of a book that can't be used."""
    return (
        f"The cover of the book {problem}: --cover FILE gives the audiobook one." if problem else ""
    )


def pad_to_square(cover: Image) -> Image:
    """Return a cover with bars in the colour of its edges, so that it is as wide as high.

    A square cover, and one that can't be decoded, is returned as it is.
    """
    size = read_size(cover)
    if size is None or size[0] == size[1]:
        return cover
    return _transform(cover.data, _pad_picture) or cover


def fit_square(cover: Image, smallest: int, largest: int) -> Image:
    """Return a cover as a square whose side has this many pixels at least and at most.

    A cover that can't be decoded is returned as it is.
    """
    size = read_size(cover)
    if size is None or (size[0] == size[1] and smallest <= size[0] <= largest):
        return cover

    def fit(picture: Any) -> Any:
        square = _pad_picture(picture)
        side = min(max(square.width, smallest), largest)
        return square if side == square.width else square.resize((side, side))

    return _transform(cover.data, fit) or cover


def read_size(cover: Image) -> tuple[int, int] | None:
    """Return the width and height of a cover in pixels, or None if it can't be read."""
    picture = _open_picture(cover.data)
    return None if picture is None else (picture.width, picture.height)


def _open_picture(data: bytes) -> Any:
    """Return a picture of Pillow, not decoded yet; None if it is unknown or too large."""
    from PIL import Image as pillow  # noqa: N813, PLC0415 - few builds need it
    from PIL import UnidentifiedImageError  # noqa: PLC0415 - as above

    try:
        picture = pillow.open(io.BytesIO(data))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        pillow.DecompressionBombError,
    ):
        return None
    return picture if 0 < picture.width * picture.height <= _MAX_PIXELS else None


def _transform(data: bytes, change: Callable[[Any], Any]) -> Image | None:
    """Return a picture after a change, as a JPEG; None if it can't be decoded."""
    picture = _open_picture(data)
    if picture is None:
        return None
    buffer = io.BytesIO()
    try:
        change(_flatten(picture)).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    except (OSError, ValueError, SyntaxError):  # as Pillow raises for damaged data
        return None
    return Image(buffer.getvalue(), _JPEG)


def _flatten(picture: Any) -> Any:
    """Return the first frame of a picture in RGB, on white where it is transparent."""
    from PIL import Image as pillow  # noqa: N813, PLC0415 - as above

    coloured = picture.convert("RGBA")
    background = pillow.new("RGBA", coloured.size, "white")
    return pillow.alpha_composite(background, coloured).convert("RGB")


def _pad_picture(picture: Any) -> Any:
    """Return a picture in the middle of a square in the mean colour of its long edges."""
    from PIL import Image as pillow  # noqa: N813, PLC0415 - as above

    width, height = picture.size
    side = max(width, height)
    edges = (
        [(0, 0, 1, height), (width - 1, 0, width, height)]
        if width < height
        else [(0, 0, width, 1), (0, height - 1, width, height)]
    )
    colours = [picture.crop(edge).resize((1, 1)).getpixel((0, 0)) for edge in edges]
    mean_colour = tuple(sum(values) // len(values) for values in zip(*colours, strict=True))
    square = pillow.new("RGB", (side, side), mean_colour)
    square.paste(picture, ((side - width) // 2, (side - height) // 2))
    return square
