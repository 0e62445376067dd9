import subprocess

import imageio_ffmpeg
import pytest

from narrator.files.images import detect_media_type
from tests.pictures import JPEG, PNG


@pytest.fixture(scope="module", params=["png", "jpg"])
def drawn_picture(request, tmp_path_factory):
    """A picture that ffmpeg draws, and its media type."""
    path = tmp_path_factory.mktemp("drawn") / f"cover.{request.param}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i"]
    size = ["testsrc=size=80x60", "-frames:v", "1", "-update", "1"]
    subprocess.run([*command, *size, path], check=True)
    return path.read_bytes(), {"png": "image/png", "jpg": "image/jpeg"}[request.param]


def test_a_picture_is_recognised_by_its_content(drawn_picture):
    data, media_type = drawn_picture
    assert detect_media_type(data) == media_type
    assert detect_media_type(data + b"\0\0") == media_type


def test_a_picture_that_is_cut_off_anywhere_is_not_recognised(drawn_picture):
    data, _ = drawn_picture
    assert not any(detect_media_type(data[:end]) for end in range(0, len(data) - 1, 7))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"", ""),
        (b"GIF89a" + bytes(50), ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
        (PNG.replace(b"IHDR\0\0\0\1", b"IHDR\0\0\0\0"), ""),
        (b"\xff\xd8\xff\xe0picture", ""),
        (JPEG.replace(bytes.fromhex("0800010001"), bytes.fromhex("0800000000")), ""),
        (b"\xff\xd8" + b"\xff" * 40, ""),
    ],
)
def test_only_complete_pictures_with_a_size_are_recognised(data, media_type):
    assert detect_media_type(data) == media_type
