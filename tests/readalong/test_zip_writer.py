import zipfile

import pytest

from narrator.readalong.zip_writer import ArchiveWriter, create_epub_archive


def test_an_epub_begins_with_its_media_type_uncompressed(tmp_path):
    target = tmp_path / "book.epub"
    with create_epub_archive(target) as archive:
        archive.add_bytes("a.xhtml", b"<html/>")
    # The media type must be readable at byte 38 (EPUB Open Container Format, section 4.2).
    assert target.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(target) as opened:
        assert opened.namelist() == ["mimetype", "a.xhtml"]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("page.xhtml", False),
        ("style.css", False),
        ("cover.JPG", True),
        ("audio/001.mp3", True),
        ("font.woff2", True),
        ("no-suffix", False),
    ],
)
def test_only_what_is_not_compressed_yet_is_compressed(tmp_path, name, stored):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        ArchiveWriter(file).add_bytes(name, b"a" * 1000)
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        expected = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        assert opened.getinfo(name).compress_type == expected


def test_the_first_entry_of_a_name_is_kept(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        archive = ArchiveWriter(file)
        archive.add_bytes("a.txt", b"first")
        archive.add_bytes("a.txt", b"second")
        assert archive.entry_names == {"a.txt"}
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert [opened.read(name) for name in opened.namelist()] == [b"first"]


def test_a_copied_file_is_stored_as_it_is(tmp_path):
    source = tmp_path / "sound.wav"
    source.write_bytes(bytes(range(256)) * 8_200)  # more than is read at a time
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        ArchiveWriter(file).copy_file("audio/1.wav", source)
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert opened.getinfo("audio/1.wav").compress_type == zipfile.ZIP_STORED
        assert opened.read("audio/1.wav") == source.read_bytes()


def test_the_same_content_gives_the_same_bytes(tmp_path):
    for name in ("one.epub", "two.epub"):
        with create_epub_archive(tmp_path / name) as archive:
            archive.add_bytes("a.txt", b"text")
    assert (tmp_path / "one.epub").read_bytes() == (tmp_path / "two.epub").read_bytes()
