import pytest

from narrator.errors import BrokenInputError, EmptyBookError, ProtectedInputError
from narrator.readers import Policy
from tests.pictures import JPEG
from tests.readers.sample_books import CONTAINER, archive, epub, page, read, skipped, spoken, titles

PROSE = "It had rained all night, and the road to the mill was under water from end to end. "
LONG = f"<p>{PROSE * 3}</p>"


def chapter(title: str, body: str = LONG) -> str:
    return f"<h2>{title}</h2>{body}"


def test_the_spine_gives_the_order_and_the_contents_the_titles() -> None:
    pages = {"z.xhtml": "<p>One.</p>", "a.xhtml": "<p>Two.</p>", "m.xhtml": "<p>Three.</p>"}
    contents = ["z.xhtml|The Mill", "a.xhtml|The Sea", "m.xhtml|The End"]
    book = read(epub(pages, contents))
    assert spoken(book) == ["One.", "Two.", "Three."]
    assert titles(book) == ["The Mill", "The Sea", "The End"]
    assert book.metadata.title == "The Book"


def test_the_order_of_the_manifest_does_not_matter() -> None:
    pages = {"a.xhtml": "<p>One.</p>", "b.xhtml": "<p>Two.</p>"}
    assert spoken(read(epub(pages, spine=["b.xhtml", "a.xhtml"]))) == ["Two.", "One."]


TWO = {"a.xhtml": chapter("I"), "b.xhtml": chapter("II")}


@pytest.mark.parametrize(
    ("pages", "contents", "expected"),
    [
        (TWO, ["a.xhtml|I", "b.xhtml|II"], ["Chapter I", "Chapter II"]),
        (TWO, ["a.xhtml|The Mill", "b.xhtml|The Sea"], ["The Mill", "The Sea"]),
        (TWO, [], ["Chapter I", "Chapter II"]),
        ({"a.xhtml": LONG, "b.xhtml": LONG}, [], ["The Book"]),
        ({"a.xhtml": page(LONG, title="The Mill"), "b.xhtml": page(LONG, title="The Sea")},
         [], ["The Mill", "The Sea"]),
        ({"a.xhtml": page(LONG, title="The Book"), "b.xhtml": page(LONG, title="The Book")},
         [], ["The Book"]),
        (TWO | {"a2.xhtml": LONG}, ["a.xhtml|One", "b.xhtml|Two"], ["Chapter One", "Chapter Two"]),
        ({"a.xhtml": f'<h2 id="x">A</h2>{LONG}<h2 id="y">B</h2>{LONG}'},
         ["a.xhtml#x|A", "a.xhtml#y|B"], ["A", "B"]),
        ({"a.xhtml": f'{LONG}<p><a id="y"/>B. {PROSE}</p>'}, ["a.xhtml|A", "a.xhtml#y|B"], ["A", "B"]),
        ({"a.xhtml": f'<h2>A</h2>{LONG}<div id="y"></div>', "b.xhtml": chapter("B")},
         ["a.xhtml|A", "a.xhtml#y|B"], ["A", "B"]),
        (TWO, ["a.xhtml#gone|A", "b.xhtml#gone|B", "c.xhtml|C"], ["A", "B"]),
        ({"a b.xhtml": chapter("I"), "é.xhtml": chapter("II")},
         ["a%20b.xhtml|A", "%C3%A9.xhtml|B"], ["A", "B"]),
        (TWO, ["a.xhtml|Chapter 1", "b.xhtml|Chapter 2"], ["Chapter 1", "Chapter 2"]),
        ({"a.xhtml": f"<h2>Chapter 1</h2><h3>The Mill</h3>{LONG}", "b.xhtml": chapter("Chapter 2: The Sea")},
         ["a.xhtml|Chapter 1", "b.xhtml|Chapter 2"], ["Chapter 1: The Mill", "Chapter 2: The Sea"]),
        ({"a.xhtml": chapter("Chapter 1"), "b.xhtml": chapter("Chapter 2"), "c.xhtml": chapter("Chapter 3")},
         ["a.xhtml|Chapter 1", "c.xhtml|Chapter 3"], ["Chapter 1", "Chapter 2", "Chapter 3"]),
        ({"a.xhtml": f"<hgroup><h2>I</h2><p>The Mill</p></hgroup>{LONG}", "b.xhtml": chapter("II")},
         [], ["I: The Mill", "Chapter II"]),
        ({"a.xhtml": "<h1>Part One</h1>", "b.xhtml": chapter("1"), "c.xhtml": chapter("2")},
         ["a.xhtml|Part One", "b.xhtml|1", "c.xhtml|2"], ["Chapter 1", "Chapter 2"]),
    ],
)  # fmt: skip
def test_chapters_are_those_of_the_contents_list(
    pages: dict[str, str], contents: list[str], expected: list[str]
) -> None:
    assert titles(read(epub(pages, contents))) == expected


def nested(*parts: tuple[str, list[str]]) -> list[str]:
    """Return a contents list of parts in files p1, p2, ..., whose chapters are in files p1-1, p1-2, ..."""
    return [
        f'<li><a href="p{n}.xhtml">{part}</a><ol>'
        + "".join(f'<li><a href="p{n}-{m}.xhtml">{t}</a></li>' for m, t in enumerate(below, 1))
        + "</ol></li>"
        for n, (part, below) in enumerate(parts, 1)
    ]


def parted(*counts: int) -> dict[str, str]:
    pages = {}
    for n, count in enumerate(counts, 1):
        pages[f"p{n}.xhtml"] = f"<h1>Part {n}</h1>"
        pages |= {f"p{n}-{m}.xhtml": chapter(f"Chapter {m}") for m in range(1, count + 1)}
    return pages


def test_a_chapter_carries_its_part_where_numbers_begin_again() -> None:
    contents = nested(("Part 1", ["Chapter 1", "Chapter 2"]), ("Part 2", ["Chapter 1"]))
    book = read(epub(parted(2, 1), contents))
    assert titles(book) == ["Part 1, Chapter 1", "Part 1, Chapter 2", "Part 2, Chapter 1"]
    assert [line for line in spoken(book) if line[0] == "#"] == [
        "# Part 1", "# Chapter 1", "# Chapter 2", "# Part 2", "# Chapter 1"
    ]  # fmt: skip


def test_a_chapter_with_a_unique_title_does_not_get_the_title_of_its_part() -> None:
    contents = nested(
        ("Part 1", ["Chapter 1: The Mill", "Chapter 2: The Sea"]), ("Part 2", ["Chapter 3: Away"])
    )
    book = read(epub(parted(2, 1), contents))
    assert titles(book) == ["Chapter 1: The Mill", "Chapter 2: The Sea", "Chapter 3: Away"]


def test_the_sections_of_a_story_are_not_chapters() -> None:
    story = f'<h2>The Mill</h2><h3 id="s1">I</h3>{LONG}<h3 id="s2">II</h3>{LONG}'
    contents = [
        '<li><a href="a.xhtml">The Mill</a><ol><li><a href="a.xhtml#s1">I</a></li>'
        '<li><a href="a.xhtml#s2">II</a></li></ol></li>',
        "b.xhtml|The Sea",
    ]  # fmt: skip
    book = read(epub({"a.xhtml": story, "b.xhtml": chapter("The Sea")}, contents))
    assert titles(book) == ["The Mill", "The Sea"]


NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>The Mill'
    '</text></navLabel><content src="a.xhtml"/></navPoint><navPoint><navLabel><text>The Sea</text>'
    '</navLabel><content src="b.xhtml"/></navPoint></navMap></ncx>'
)
NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def test_the_contents_of_epub_2_are_read() -> None:
    data = epub(TWO, manifest=NCX_ITEM, toc='toc="ncx"', extra={"OEBPS/toc.ncx": NCX})
    assert titles(read(data)) == ["The Mill", "The Sea"]


@pytest.mark.parametrize(
    ("manifest", "extra"),
    [
        (NCX_ITEM, {}),
        (NCX_ITEM, {"OEBPS/toc.ncx": "<ncx"}),
        ('<item id="nav" href="gone.xhtml" media-type="application/xhtml+xml" properties="nav"/>', {}),
        ('<item id="v" href="http://example.org/v.mp4" media-type="video/mp4"/>', {}),
        ('<item id="f" href="gone.ttf" media-type="font/ttf"/>', {}),
    ],
)  # fmt: skip
def test_files_that_only_help_may_be_missing(manifest: str, extra: dict[str, str]) -> None:
    assert titles(read(epub(TWO, manifest=manifest, extra=extra))) == ["Chapter I", "Chapter II"]


FRONT = {
    "cover.xhtml": '<img src="cover.jpg" alt="Cover"/>',
    "title.xhtml": "<h1>The Book</h1><p>by Ann Miller</p>",
    "rights.xhtml": "<p>Copyright © 2001 Ann Miller. All rights reserved. ISBN 1-2-3.</p>",
    "for.xhtml": "<h2>Dedication</h2><p>For my mother.</p>",
    "toc.xhtml": '<h2>Contents</h2><p><a href="a.xhtml">I</a></p><p><a href="b.xhtml">II</a></p>',
}
BACK = {
    "also.xhtml": "<h2>Also by Ann Miller</h2><p>The Sea</p>",
    "end.xhtml": f'<section epub:type="colophon"><h2>Colophon</h2>{LONG}</section>',
}


def test_front_and_back_matter_is_skipped_with_its_reason() -> None:
    author = "<dc:creator>Ann Miller</dc:creator>"
    data = epub(FRONT | TWO | BACK, ["a.xhtml|I", "b.xhtml|II"], metadata=author)
    book = read(data)
    assert titles(book) == ["Chapter I", "Chapter II"]
    assert [reason for reason, _ in skipped(book)] == [
        "picture", "title page", "copyright", "dedication", "contents", "advertisement", "colophon"
    ]  # fmt: skip
    kept = spoken(read(data, policy=Policy(matter="keep")))
    assert "For my mother." in kept
    assert "The Sea" in kept


@pytest.mark.parametrize(
    "title",
    ["Dedication", "The Index", "Contents", "Copyright", "Cover", "Imprint", "Advertisement",
     "Preface", "Introduction", "Foreword", "Epigraph", "Afterword", "Appendix", "Glossary", "Notes"],
)  # fmt: skip
def test_a_chapter_is_not_dropped_because_of_its_title(title: str) -> None:
    pages = {
        f"{n}.xhtml": chapter(t, LONG * 3) for n, t in enumerate(["The Mill", title, "The Sea"])
    }
    book = read(epub(pages, ["0.xhtml|The Mill", f"1.xhtml|{title}", "2.xhtml|The Sea"]))
    assert titles(book) == ["The Mill", title, "The Sea"]
    assert skipped(book) == []


def test_landmarks_and_guides_count_only_where_the_text_agrees() -> None:
    pages = {"x.xhtml": "<p>For my mother.</p>"} | TWO
    marks = '<li><a epub:type="dedication" href="x.xhtml">D</a></li><li><a epub:type="index" href="a.xhtml">I</a></li>'
    book = read(epub(pages, ["a.xhtml|I", "b.xhtml|II"], landmarks=marks))
    assert skipped(book) == [("dedication", "For my mother.")]
    guide = '<guide><reference type="dedication" href="x.xhtml"/></guide>'
    assert skipped(read(epub(pages, guide=guide))) == [("dedication", "For my mother.")]


def test_a_book_that_is_all_front_and_back_matter_is_read() -> None:
    assert spoken(
        read(epub({"t.xhtml": page("<h1>The Book</h1>", attributes='epub:type="titlepage"')}))
    ) == ["# The Book"]


def test_pages_outside_the_reading_order_are_skipped_with_a_reason() -> None:
    pages = TWO | {"n.xhtml": "<p>Answers to the riddles.</p>"}
    book = read(epub(pages, spine=["a.xhtml", "n.xhtml|linear='no'", "b.xhtml"]))
    assert skipped(book) == [("aside from the reading order", "Answers to the riddles.")]
    assert spoken(read(epub(TWO, spine=["a.xhtml|linear='no'", "b.xhtml|linear='no'"])))


def test_a_missing_page_is_reported() -> None:
    book = read(epub(TWO, spine=["a.xhtml", "gone.xhtml", "b.xhtml"]))
    assert skipped(book) == [("missing from the file", "OEBPS/gone.xhtml")]


def test_a_page_named_twice_is_read_once() -> None:
    assert len(read(epub(TWO, spine=["a.xhtml", "b.xhtml", "a.xhtml"])).chapters) == 2


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>Page</title><text>A <tspan>sign</tspan>.</text></svg>'


@pytest.mark.parametrize(
    ("manifest", "extra"),
    [
        ('<item id="s" href="s.svg" media-type="image/svg+xml"/>', {"OEBPS/s.svg": SVG}),
        ('<item id="s" href="s.png" media-type="image/png" fallback="t"/>'
         '<item id="t" href="s.xhtml" media-type="application/xhtml+xml"/>', {"OEBPS/s.xhtml": page("<p>A sign.</p>")}),
        ('<item id="s" href="s.bin" media-type="application/octet-stream"/>', {"OEBPS/s.bin": page("<p>A sign.</p>")}),
        ('<item id="s" href="s.html" media-type="text/plain"/>', {"OEBPS/s.html": "<p>A sign."}),
    ],
)  # fmt: skip
def test_a_page_may_be_anything_that_holds_text(manifest: str, extra: dict[str, str]) -> None:

    book = read(_with_spine(manifest, extra))
    assert "A sign." in spoken(book)


def _with_spine(manifest: str, extra: dict[str, str]) -> bytes:
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
        f'{manifest}</manifest><spine><itemref idref="s"/></spine></package>'
    )
    return archive({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf} | extra)


METADATA = (
    '<dc:creator id="c1">Ann Miller</dc:creator><dc:creator opf:role="aut">Bo Reed</dc:creator>'
    '<dc:creator opf:role="ill">Cy Snow</dc:creator><dc:contributor opf:role="nrt">Di Wood</dc:contributor>'
    "<dc:publisher>Mill Press</dc:publisher><dc:date>1999</dc:date>"
    "<dc:description>&lt;p&gt;A &lt;b&gt;mill&lt;/b&gt;.&lt;/p&gt;</dc:description>"
)


@pytest.mark.parametrize(
    "series",
    [
        '<meta property="belongs-to-collection" id="s">Mills</meta>'
        '<meta refines="#s" property="collection-type">series</meta>'
        '<meta refines="#s" property="group-position">2</meta>',
        '<meta name="calibre:series" content="Mills"/><meta name="calibre:series_index" content="2"/>',
    ],
)
def test_the_metadata_is_read(series: str) -> None:
    told = read(epub(TWO, metadata=METADATA + series)).metadata
    assert told.author == "Ann Miller, Bo Reed"
    assert told.narrator == "Di Wood"
    assert (told.publisher, told.published, told.description) == ("Mill Press", "1999", "A mill .")
    assert (told.series, told.series_index) == ("Mills", "2")
    assert told.language == "en"


@pytest.mark.parametrize(
    ("manifest", "metadata"),
    [
        ('<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>', ""),
        ('<item id="c" href="c.jpg" media-type="image/jpeg"/>', '<meta name="cover" content="c"/>'),
    ],
)
def test_the_cover_is_found(manifest: str, metadata: str) -> None:
    data = epub(TWO, manifest=manifest, metadata=metadata, extra={"OEBPS/c.jpg": JPEG})
    cover = read(data).metadata.cover
    assert cover
    assert (cover.data, cover.media_type) == (JPEG, "image/jpeg")


COVER = '<item id="c" href="c.svg" media-type="image/svg+xml" properties="cover-image"/>'


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"OEBPS/c.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, "is a drawing in SVG"),
        ({"OEBPS/c.svg": JPEG[:20]}, "is damaged, or in a format that is not known"),
        ({}, "is missing from the file"),
    ],
)
def test_a_cover_that_cannot_be_used_is_reported(files: dict[str, bytes], problem: str) -> None:
    book = read(epub(TWO, manifest=COVER, extra=files))
    assert book.metadata.cover is None
    [note] = book.notes
    assert note.startswith(f"The cover of the book {problem}")


def encryption(algorithm: str, path: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData>'
        f'<EncryptionMethod Algorithm="{algorithm}"/><CipherData><CipherReference URI="{path}"/>'
        "</CipherData></EncryptedData></encryption>"
    )


@pytest.mark.parametrize(
    ("extra", "seller"),
    [
        ({}, "its seller's DRM"),
        ({"META-INF/rights.xml": "<rights/>"}, "Adobe ADEPT"),
        ({"META-INF/sinf.xml": "<sinf/>"}, "Apple FairPlay"),
        ({"META-INF/license.lcpl": "{}"}, "Readium LCP"),
    ],
)
def test_a_protected_book_is_refused_and_the_protection_is_named(
    extra: dict[str, str], seller: str
) -> None:
    told = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/a.xhtml")
    data = epub(TWO, extra={"META-INF/encryption.xml": told} | extra)
    with pytest.raises(ProtectedInputError, match=seller):
        read(data)


@pytest.mark.parametrize(
    "algorithm", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
def test_obfuscated_fonts_do_not_count_as_protection(algorithm: str) -> None:
    data = epub(TWO, extra={"META-INF/encryption.xml": encryption(algorithm, "OEBPS/f.otf")})
    assert len(read(data).chapters) == 2


@pytest.mark.parametrize(
    ("data", "error", "complaint"),
    [
        (epub(TWO)[:700], BrokenInputError, "is damaged"),
        (archive({"mimetype": "application/epub+zip"}, packed=False), BrokenInputError, "no package document"),
        (epub({"a.xhtml": '<img src="a.png"/>'}), EmptyBookError, "no words"),
        (epub({"a.xhtml": ""}), EmptyBookError, "no words"),
        (_with_spine("", {}), BrokenInputError, "lists no pages"),
    ],
)  # fmt: skip
def test_broken_and_empty_books_are_refused(
    data: bytes, error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        read(data)


def test_a_package_document_is_found_without_a_container() -> None:
    entries = {"mimetype": "application/epub+zip", "book.opf": _OPF, "a.xhtml": page("<p>One.</p>")}
    assert spoken(read(archive(entries, packed=False))) == ["One."]


_OPF = (
    '<package><metadata/><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    '</manifest><spine><itemref idref="a"/></spine></package>'
)


@pytest.mark.parametrize(
    ("name", "href"),
    [
        ("ch#2.xhtml", "ch%232.xhtml"),
        ("ch#2.xhtml", "ch#2.xhtml"),
        ("why?.xhtml", "why%3F.xhtml"),
        ("why?.xhtml", "why?.xhtml"),
        ("part:one.xhtml", "part%3Aone.xhtml"),
        ("part:one.xhtml", "part:one.xhtml"),
        ("50%.xhtml", "50%25.xhtml"),
        ("50%.xhtml", "50%.xhtml"),
        ("a%20b.xhtml", "a%20b.xhtml"),
        ("a b.xhtml", "a%20b.xhtml"),
        ("é.xhtml", "%C3%A9.xhtml"),
    ],
)
def test_a_page_is_found_whatever_its_name_contains(name: str, href: str) -> None:
    one, two = chapter("Chapter 1"), chapter("Chapter 2")
    contents = ["a.xhtml|Chapter 1: Rain", f"{href}|Chapter 2: Sun"]
    book = read(epub({"a.xhtml": one, name: two}, contents, spine=["a.xhtml", href]))
    assert len(book.chapters) == 2
    assert "# Chapter 2" in spoken(book)


def test_text_outside_the_body_is_read() -> None:
    body = f"<html>Before.<body><p>One.</p></body>Between.<body><p>Two.</p></body>{''}</html>"
    assert spoken(read(epub({"a.xhtml": body}))) == ["Before.", "One.", "Between.", "Two."]


def test_an_author_may_have_several_roles() -> None:
    metadata = (
        '<dc:creator id="a">Ann Miller</dc:creator>'
        '<meta refines="#a" property="role">ann</meta><meta refines="#a" property="role">aut</meta>'
        '<dc:contributor id="b">Bo</dc:contributor><meta refines="#b" property="role">ill</meta>'
    )
    book = read(epub({"a.xhtml": chapter("The Mill")}, metadata=metadata))
    assert book.metadata.author == "Ann Miller"
