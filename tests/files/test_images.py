import subprocess

import imageio_ffmpeg
import pytest

from narrator.files.images import detect_media_type
from tests.pictures import JPEG, PNG


@pytest.fixture(scope="module", params=["png", "jpg"])
def drawn(request, tmp_path_factory):
    """A picture as another program draws it, and what it is."""
    path = tmp_path_factory.mktemp("drawn") / f"cover.{request.param}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i"]
    size = ["testsrc=size=80x60", "-frames:v", "1", "-update", "1"]
    subprocess.run([*command, *size, path], check=True)
    return path.read_bytes(), {"png": "image/png", "jpg": "image/jpeg"}[request.param]


def test_a_picture_is_known_by_what_it_is(drawn):
    data, kind = drawn
    assert detect_media_type(data) == kind
    assert detect_media_type(data + b"\0\0") == kind


def test_wherever_a_picture_was_cut_off_it_is_none(drawn):
    data, _ = drawn
    assert not any(detect_media_type(data[:at]) for at in range(0, len(data) - 1, 7))


@pytest.mark.parametrize(
    ("data", "kind"),
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
def test_what_is_no_whole_picture_with_a_size_is_none(data, kind):
    assert detect_media_type(data) == kind
