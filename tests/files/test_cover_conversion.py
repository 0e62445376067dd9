"""Covers of all formats become pictures that players show."""

import io
from typing import Any

import pytest
from PIL import Image as Pillow

from narrator.files import cover_conversion
from narrator.files.cover_conversion import fit_square, make_cover, pad_to_square, read_size
from narrator.model import Image
from tests.pictures import JPEG, PNG


def draw(format_name: str, size: tuple[int, int] = (40, 60), mode: str = "RGB") -> bytes:
    """Return a red picture."""
    colour: Any = (200, 0, 0, 128) if mode == "RGBA" else (200, 0, 0)
    buffer = io.BytesIO()
    Pillow.new(mode, size, colour).save(buffer, format_name)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [PNG, JPEG])
def test_jpeg_and_png_stay_as_they_are(data: bytes) -> None:
    cover = make_cover(data)
    assert cover is not None
    assert cover.data == data


@pytest.mark.parametrize("format_name", ["WEBP", "GIF", "TIFF", "BMP"])
def test_other_formats_become_jpeg(format_name: str) -> None:
    cover = make_cover(draw(format_name))
    assert cover is not None
    assert cover.media_type == "image/jpeg"
    assert read_size(cover) == (40, 60)
    red, green, blue = Pillow.open(io.BytesIO(cover.data)).convert("RGB").getpixel((20, 30))
    assert red > 190
    assert max(green, blue) < 20


def test_what_is_transparent_becomes_white() -> None:
    cover = make_cover(draw("WEBP", mode="RGBA"))
    assert cover is not None
    _, green, blue = Pillow.open(io.BytesIO(cover.data)).convert("RGB").getpixel((5, 5))
    assert min(green, blue) > 100


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", PNG[:40], draw("WEBP")[:60], b"<svg xmlns=''/>", JPEG[:20]]
)
def test_what_is_damaged_or_unknown_is_no_cover(data: bytes) -> None:
    assert make_cover(data) is None


@pytest.mark.parametrize("size", [(40, 60), (60, 40), (1, 100)])
def test_a_cover_is_padded_to_a_square_in_its_own_colour(size: tuple[int, int]) -> None:
    square = pad_to_square(Image(draw("PNG", size), "image/png"))
    assert read_size(square) == (max(size), max(size))
    red, green, blue = Pillow.open(io.BytesIO(square.data)).convert("RGB").getpixel((0, 0))
    assert red > 190
    assert max(green, blue) < 20


def test_a_square_cover_stays_as_it_is() -> None:
    cover = Image(draw("PNG", (50, 50)), "image/png")
    assert pad_to_square(cover) is cover
    assert fit_square(cover, 10, 60) is cover


@pytest.mark.parametrize(
    ("size", "side"), [((600, 900), 1400), ((4000, 3500), 3000), ((2000, 1800), 2000)]
)
def test_a_podcast_cover_has_the_size_that_directories_require(
    size: tuple[int, int], side: int
) -> None:
    cover = fit_square(Image(draw("PNG", size), "image/png"), 1400, 3000)
    assert read_size(cover) == (side, side)


def test_a_picture_too_large_to_decode_is_no_cover() -> None:
    assert make_cover(draw("GIF", (9000, 9000))) is None


@pytest.mark.parametrize("start", [b"", b" \n", b"\xef\xbb\xbf", b'<?xml version="1.0"?>\n'])
def test_a_drawing_is_no_cover_and_loads_no_formats(
    monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    def refuse(_: bytes) -> None:
        pytest.fail("Pillow would load all of its formats")

    monkeypatch.setattr(cover_conversion, "_open_picture", refuse)
    assert make_cover(start + b'<svg xmlns="http://www.w3.org/2000/svg"/>') is None
