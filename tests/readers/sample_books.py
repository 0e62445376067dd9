"""Build small books in memory for the tests of the readers."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from narrator.readers import Policy, SourceFile
from narrator.readers.loading import find_reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Book

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
SUPERSCRIPTS = [
    ("It cost 10", "6", "It cost 10⁶ here.", []),
    ("All 40 m", "2", "All 40 m² here.", []),
    ("On the 20", "th", "On the 20th here.", []),
    ("They left the lamp", "3", "They left the lamp here.", [("footnote mark", "3")]),
    ("They left.", "*", "They left. here.", [("footnote mark", "*")]),
]
"""Rows of a text, the superscript after it, what is spoken, and what is skipped."""
XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def archive(entries: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    """Return a ZIP archive of these entries."""
    out = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", kind) as file:
        for name, content in entries.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else kind
            file.writestr(name, content, stored)
    return out.getvalue()


def page(body: str, *, title: str = "", attributes: str = "") -> str:
    """Return an XHTML page."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<html {XHTML}><head><title>{title}</title></head>'
        f"<body {attributes}>{body}</body></html>"
    )


def nav(*items: str, landmarks: str = "") -> str:
    """Return a navigation document; each item is `path|title` or its own markup."""
    rows = [
        f'<li><a href="{item.split("|")[0]}">{item.split("|")[1]}</a></li>' if "|" in item else item
        for item in items
    ]
    lists = f'<nav epub:type="toc"><h2>Contents</h2><ol>{"".join(rows)}</ol></nav>'
    if landmarks:
        lists += f'<nav epub:type="landmarks"><ol>{landmarks}</ol></nav>'
    return page(lists)


def package(
    spine: Sequence[str],
    *,
    metadata: str = "",
    manifest: str = "",
    toc: str = "",
    guide: str = "",
) -> str:
    """Return a package document; a page of the spine is `path` or `path|attributes`."""
    items = "".join(
        f'<item id="i{n}" href="{path.split("|")[0]}" media-type="application/xhtml+xml"/>'
        for n, path in enumerate(spine)
    )
    refs = "".join(
        f'<itemref idref="i{n}" {path.partition("|")[2]}/>' for n, path in enumerate(spine)
    )
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:opf="http://www.idpf.org/2007/opf">'
        f"<dc:title>The Book</dc:title><dc:language>en</dc:language>{metadata}</metadata>"
        f"<manifest>{items}{manifest}</manifest><spine {toc}>{refs}</spine>{guide}</package>"
    )


NAV_ITEM = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'


def epub(
    pages: Mapping[str, str | bytes],
    contents: Sequence[str] = (),
    *,
    spine: Sequence[str] = (),
    extra: Mapping[str, str | bytes] | None = None,
    manifest: str = "",
    landmarks: str = "",
    metadata: str = "",
    toc: str = "",
    guide: str = "",
) -> bytes:
    """Return an EPUB of these pages, in this order unless `spine` gives another."""
    entries: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
    }
    if contents:
        entries["OEBPS/nav.xhtml"] = nav(*contents, landmarks=landmarks)
        manifest += NAV_ITEM
    entries["OEBPS/book.opf"] = package(
        spine or list(pages), metadata=metadata, manifest=manifest, toc=toc, guide=guide
    )
    for name, content in pages.items():
        whole = content if isinstance(content, bytes) or "<html" in content else page(content)
        entries[f"OEBPS/{name}"] = whole
    return archive(entries | dict(extra or {}))


def read(data: bytes | str, name: str = "book.epub", policy: Policy | None = None) -> Book:
    """Return the book that these bytes hold."""
    data = data.encode() if isinstance(data, str) else data
    suffix = f".{name.rpartition('.')[2]}"
    source = SourceFile(name, data, suffix)
    return find_reader(source).read(source, policy or Policy())


def spoken(book: Book) -> list[str]:
    """Return the paragraphs that are read: headings as `# text`, after a scene break `* text`."""
    return [
        ("# " if not p.number else "* " if p.follows_scene_break else "")
        + book.display_text(p.start, p.end)
        for chapter in book.chapters
        for p in chapter.paragraphs
    ]


def titles(book: Book) -> list[str]:
    """Return the titles of the chapters."""
    return [chapter.title for chapter in book.chapters]


def skipped(book: Book) -> list[tuple[str, str]]:
    """Return the skipped passages with their reasons, reason first."""
    return [(s.reason, " ".join(s.text.split())) for s in book.skipped]
