import pytest

from narrator.errors import BrokenInputError, ProtectedInputError
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from tests.pictures import JPEG
from tests.readers.sample_books import CONTAINER, archive, epub, nav, package, page

PAGES = {"a.xhtml": "<p>One.</p>", "b.xhtml": "<p>Two.</p>"}


def _open(data: bytes) -> EpubPackage:
    return EpubPackage(Archive(data, "book.epub"))


def _spine(book: EpubPackage) -> list[str]:
    return [item.path.removeprefix("OEBPS/") for item in book.spine]


# ---------------------------------------------------------------------------- spine


def test_the_spine_has_its_pages_in_order_and_says_which_are_linear() -> None:
    book = _open(epub(PAGES, spine=['b.xhtml|linear="no"', "a.xhtml", "b.xhtml"]))
    assert [(item.path, item.is_linear) for item in book.spine] == [
        ("OEBPS/b.xhtml", False),
        ("OEBPS/a.xhtml", True),
    ]


def _spine_of_item(item: str, *more_items: str, extra: dict[str, bytes] | None = None) -> list[str]:
    document = package(["a.xhtml"], manifest="".join([item, *more_items]))
    document = document.replace("<itemref", '<itemref idref="x"/><itemref', 1)
    entries = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": document}
    return _spine(_open(archive(entries | (extra or {}))))


@pytest.mark.parametrize(
    ("media_type", "name", "data", "is_page"),
    [
        ("application/xhtml+xml", "x.xhtml", b"", True),
        ("image/svg+xml", "x.svg", b"", True),
        ("application/octet-stream", "x.html", b"", True),
        ("application/xhtml+xml", "x.png", b"", False),
        ("image/png", "x", b"<svg/>", False),
        ("application/x-unknown", "x", b"  <html/>", True),
        ("application/x-unknown", "x", b"GIF89a", False),
    ],
)
def test_an_item_is_a_page_by_its_media_type_its_name_or_its_first_byte(
    media_type: str, name: str, data: bytes, *, is_page: bool
) -> None:
    item = f'<item id="x" href="{name}" media-type="{media_type}"/>'
    pages = _spine_of_item(item, extra={f"OEBPS/{name}": data})
    assert pages == ([name, "a.xhtml"] if is_page else ["a.xhtml"])


def test_a_picture_in_the_spine_is_replaced_by_its_fallback() -> None:
    picture = '<item id="x" href="x.png" media-type="image/png" fallback="y"/>'
    second = '<item id="y" href="y.gif" media-type="image/gif" fallback="z"/>'
    text = '<item id="z" href="z.xhtml" media-type="application/xhtml+xml"/>'
    assert _spine_of_item(picture, second, text) == ["z.xhtml", "a.xhtml"]


def test_fallbacks_in_a_circle_end() -> None:
    first = '<item id="x" href="x.png" media-type="image/png" fallback="y"/>'
    second = '<item id="y" href="y.png" media-type="image/png" fallback="x"/>'
    assert _spine_of_item(first, second) == ["a.xhtml"]


# ---------------------------------------------------------------------------- contents list

NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>'
    "<navPoint><navLabel><text>Part\n  One</text></navLabel><content src='a.xhtml'/>"
    "<navPoint><navLabel><text>Chapter 1</text></navLabel><content src='b.xhtml#c1'/></navPoint>"
    "</navPoint></navMap></ncx>"
)


def _toc(book: EpubPackage) -> list[tuple[str, str, int]]:
    return [(entry.title, entry.target, entry.depth) for entry in book.toc_entries]


def test_nested_lists_give_the_depth_of_an_entry() -> None:
    part = '<li><a href="a.xhtml">Part One</a><ol><li><a href="b.xhtml#c1">Chapter 1</a></li></ol></li>'
    assert _toc(_open(epub(PAGES, [part]))) == [
        ("Part One", "OEBPS/a.xhtml", 0),
        ("Chapter 1", "OEBPS/b.xhtml#c1", 1),
    ]


@pytest.mark.parametrize(
    ("item", "entries"),
    [
        ("<li><span>Part</span></li>", []),
        ('<li><span>Part</span><a href="a.xhtml"/></li>', [("Part", "OEBPS/a.xhtml", 0)]),
        ('<li><p><a href="a.xhtml">One</a></p></li>', [("One", "OEBPS/a.xhtml", 0)]),
        ('<li><a href="a.xhtml" title="One"/></li>', [("One", "OEBPS/a.xhtml", 0)]),
        ("<li><a>One</a></li>", []),
        ("<li>One</li>", []),
    ],
)
def test_an_entry_needs_a_label_and_a_link(item: str, entries: list[tuple[str, str, int]]) -> None:
    assert _toc(_open(epub(PAGES, [item]))) == entries


def test_the_list_of_epub_2_is_read_where_there_is_no_other() -> None:
    book = _open(epub(PAGES, manifest=NCX_ITEM, toc='toc="ncx"', extra={"OEBPS/toc.ncx": NCX}))
    assert _toc(book) == [("Part One", "OEBPS/a.xhtml", 0), ("Chapter 1", "OEBPS/b.xhtml#c1", 1)]


def test_the_list_of_epub_3_counts_before_that_of_epub_2() -> None:
    book = _open(epub(PAGES, ["a.xhtml|New"], manifest=NCX_ITEM, extra={"OEBPS/toc.ncx": NCX}))
    assert [title for title, _, _ in _toc(book)] == ["New"]


@pytest.mark.parametrize("ncx", ["", "<ncx", "no list"])
def test_a_broken_contents_list_is_ignored(ncx: str) -> None:
    book = _open(epub(PAGES, manifest=NCX_ITEM, extra={"OEBPS/toc.ncx": ncx}))
    assert book.toc_entries == ()


def test_landmarks_and_guide_give_types_to_whole_files() -> None:
    guide = (
        '<guide><reference type="Copyright" href="a.xhtml"/>'
        '<reference type="text" href="b.xhtml#start"/></guide>'
    )
    landmarks = '<li><a epub:type="bodymatter" href="b.xhtml">Start</a></li>'
    book = _open(epub(PAGES, ["a.xhtml|One"], guide=guide, landmarks=landmarks))
    assert book.guide_types == {"OEBPS/a.xhtml": "copyright-page", "OEBPS/b.xhtml": "bodymatter"}


# ---------------------------------------------------------------------------- metadata


@pytest.mark.parametrize(
    ("elements", "author", "narrator"),
    [
        ("<dc:creator>Ann Lee</dc:creator>", "Ann Lee", None),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>", "Ann, Bo", None),
        ("<dc:creator>Ann</dc:creator><dc:creator>Ann</dc:creator>", "Ann", None),
        ('<dc:creator opf:role="aut">Ann</dc:creator>', "Ann", None),
        ('<dc:creator opf:role="ill">Ann</dc:creator>', None, None),
        ('<dc:contributor opf:role="nrt">Bo</dc:contributor>', None, "Bo"),
        ("<dc:contributor>Bo</dc:contributor>", None, None),
        (
            '<dc:creator id="c">Bo</dc:creator><meta refines="#c" property="role">nrt</meta>',
            None,
            "Bo",
        ),
        ("<dc:creator> </dc:creator>", None, None),
    ],
)
def test_people_are_listed_by_their_roles(
    elements: str, author: str | None, narrator: str | None
) -> None:
    metadata = _open(epub(PAGES, metadata=elements)).read_metadata("Default")
    assert (metadata.author, metadata.narrator) == (author, narrator)


@pytest.mark.parametrize(
    ("elements", "series"),
    [
        ("", (None, None)),
        (
            '<meta property="belongs-to-collection" id="s">Tales</meta>'
            '<meta refines="#s" property="collection-type">series</meta>'
            '<meta refines="#s" property="group-position">3</meta>',
            ("Tales", "3"),
        ),
        (
            '<meta property="belongs-to-collection" id="s">Works</meta>'
            '<meta refines="#s" property="collection-type">set</meta>',
            (None, None),
        ),
        (
            '<meta name="calibre:series" content="Tales"/>'
            '<meta name="calibre:series_index" content="2.0"/>',
            ("Tales", "2.0"),
        ),
    ],
)
def test_the_series_is_read_as_epub_3_and_calibre_state_it(
    elements: str, series: tuple[str | None, str | None]
) -> None:
    metadata = _open(epub(PAGES, metadata=elements)).read_metadata("Default")
    assert (metadata.series, metadata.series_index) == series


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("en_GB", "en_GB"), ("zh-Hant", "zh-Hant"), ("", ""), ("English", "English")],
)
def test_the_language_is_what_the_package_declares(tag: str, language: str) -> None:
    document = package(["a.xhtml"]).replace(">en<", f">{tag}<")
    entries = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": document}
    assert _open(archive(entries)).read_metadata("Default").language == language


def test_the_main_title_counts_before_the_first() -> None:
    elements = (
        '<dc:title id="m">The Whole Title</dc:title>'
        '<meta refines="#m" property="title-type">main</meta>'
    )
    assert _open(epub(PAGES, metadata=elements)).read_metadata("x").title == "The Whole Title"


def test_a_book_without_a_title_gets_the_default() -> None:
    document = package(["a.xhtml"]).replace("<dc:title>The Book</dc:title>", "")
    entries = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": document}
    assert _open(archive(entries)).read_metadata("Default").title == "Default"


def test_a_description_loses_its_tags() -> None:
    elements = "<dc:description>&lt;p&gt;A &lt;b&gt;long&lt;/b&gt; tale.&lt;/p&gt;</dc:description>"
    metadata = _open(epub(PAGES, metadata=elements)).read_metadata("x")
    assert metadata.description == "A long tale."


@pytest.mark.parametrize(
    ("item", "elements"),
    [
        ('<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>', ""),
        (
            '<item id="c" href="c.jpg" media-type="image/jpeg"/>',
            '<meta name="cover" content="c"/>',
        ),
    ],
)
@pytest.mark.parametrize(
    ("data", "media_type"), [(JPEG, "image/jpeg"), (b"<html/>", None)], ids=["image", "page"]
)
def test_a_cover_is_read_if_it_is_an_image(
    item: str, elements: str, data: bytes, media_type: str | None
) -> None:
    book = _open(epub(PAGES, manifest=item, metadata=elements, extra={"OEBPS/c.jpg": data}))
    cover = book.read_metadata("x").cover
    assert (cover.media_type if cover else None) == media_type


# ---------------------------------------------------------------------------- protection

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
    '<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>'
    '<enc:CipherReference URI="{path}"/></enc:CipherData></enc:EncryptedData></encryption>'
)
AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"


@pytest.mark.parametrize(
    ("entry", "protection"),
    [
        ("META-INF/license.lcpl", "Readium LCP"),
        ("META-INF/sinf.xml", "Apple FairPlay"),
        ("META-INF/rights.xml", "Adobe ADEPT"),
        ("META-INF/other.xml", "its seller's DRM"),
    ],
)
def test_an_encrypted_page_is_refused_with_the_name_of_its_protection(
    entry: str, protection: str
) -> None:
    encryption = ENCRYPTION.format(algorithm=AES, path="OEBPS/a.xhtml")
    book = _open(epub(PAGES, extra={"META-INF/encryption.xml": encryption, entry: ""}))
    with pytest.raises(ProtectedInputError, match=f"is protected by {protection}"):
        book.require_unencrypted()


@pytest.mark.parametrize(
    ("algorithm", "path"),
    [
        (AES, "OEBPS/font.otf"),
        ("http://www.idpf.org/2008/embedding", "OEBPS/a.xhtml"),
        ("http://ns.adobe.com/pdf/enc#RC", "OEBPS/a.xhtml"),
    ],
)
def test_encrypted_files_that_are_not_pages_and_obfuscation_are_accepted(
    algorithm: str, path: str
) -> None:
    encryption = ENCRYPTION.format(algorithm=algorithm, path=path)
    _open(epub(PAGES, extra={"META-INF/encryption.xml": encryption})).require_unencrypted()


# ---------------------------------------------------------------------------- package document


@pytest.mark.parametrize("container", [None, "<container/>", "broken", CONTAINER])
def test_the_package_document_is_found_with_and_without_a_container(container: str | None) -> None:
    entries = {"OEBPS/book.opf": package(["a.xhtml"]), "OEBPS/a.xhtml": page("<p>One.</p>")}
    if container is not None:
        entries["META-INF/container.xml"] = container
    assert _open(archive(entries)).opf_path == "OEBPS/book.opf"


def test_an_archive_without_a_package_document_is_refused() -> None:
    with pytest.raises(BrokenInputError, match="has no package document"):
        _open(archive({"OEBPS/nav.xhtml": nav("a.xhtml|One")}))


def test_an_entry_is_read_by_its_path() -> None:
    book = _open(epub({"a.xhtml": b"<p>One.</p>"}))
    assert book.read_entry("OEBPS/a.xhtml") == b"<p>One.</p>"
    with pytest.raises(KeyError):
        book.read_entry("OEBPS/b.xhtml")
