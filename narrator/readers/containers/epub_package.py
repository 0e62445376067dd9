"""The container of an EPUB: package document, spine, contents list, guide, cover.

Own code over `zipfile` and `lxml`. EbookLib 0.20, the usual library, was tried on the 91 books that
this reader's tests read: 12 end in a KeyError or IndexError, as a resource is remote or missing,
the container or the metadata is, or a `nav` has an empty list. It unpacks every entry of any size
into memory, and tells neither fallbacks nor landmarks nor what `encryption.xml` covers; a subclass
that mends that replaces all of it but the lists of the package document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError, NarratorError, ProtectedInputError
from narrator.files import images
from narrator.model import Image, Metadata
from narrator.readers.containers import limits
from narrator.readers.layout.markup_elements import (
    Element,
    get_attribute,
    get_semantic_types,
    local_name,
    resolve_link,
    text_content,
)
from narrator.readers.layout.markup_parsing import decode_page, parse_page, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.readers.containers.archive import Archive

_PAGE_TYPES = frozenset(
    [
        "application/xhtml+xml", "text/html", "text/x-oeb1-document", "image/svg+xml",
        "application/x-dtbook+xml", "application/xml", "text/xml",
    ]
)  # fmt: skip
_PAGE_NAME = re.compile(r"\.(?:x?html?|xml|svg)$", re.IGNORECASE)
_PICTURE_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|webp|mp[34]|m4a|ttf|otf|woff2?|css|js)$", re.IGNORECASE
)
_FONT_ALGORITHMS = frozenset(
    ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
"""Obfuscation of fonts, by IDPF and by Adobe: no protection of the text."""
_GUIDE = {
    "title-page": "titlepage",
    "title": "titlepage",
    "acknowledgements": "acknowledgments",
    "copyright": "copyright-page",
    "notes": "endnotes",
}
"""EPUB 2's words for guide references, where they differ from `epub:type`."""
_TAG = re.compile(r"<[^>]{0,500}>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_AGAIN = "get the file again, it is damaged"


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A file of the spine."""

    path: str
    linear: bool


@dataclass(frozen=True, slots=True)
class TocEntry:
    """An entry of the contents list."""

    title: str
    target: str
    """The entry of the archive, with `#` and the fragment where there is one."""
    depth: int


@dataclass(frozen=True, slots=True)
class _Item:
    path: str
    media_type: str
    properties: frozenset[str]
    fallback: str


class EpubPackage:
    """An EPUB's package document and what it leads to."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.path = archive.path
        self._opf_path = self._rootfile()
        self._opf = self._xml(self._opf_path)
        self._items = dict(self._manifest())
        self.spine: tuple[SpineItem, ...] = tuple(self._spine())
        self._nav = self._navigation()
        self.toc_entries: tuple[TocEntry, ...] = self._contents()
        self.guide_types: dict[str, str] = self._guides()

    @property
    def opf_path(self) -> str:
        """The entry that the package document is."""
        return self._opf_path

    def read(self, path: str) -> bytes:
        """The bytes of an entry; `KeyError` where there is none."""
        return self.archive.read(path)

    def require_unencrypted(self) -> None:
        """Refuse a book whose pages are encrypted.

        Raises:
            ProtectedInputError: they are.
        """
        kind = next(
            (
                kind
                for name, kind in (
                    ("META-INF/license.lcpl", "Readium LCP"),
                    ("META-INF/sinf.xml", "Apple FairPlay"),
                    ("META-INF/rights.xml", "Adobe ADEPT"),
                )
                if name in self.archive
            ),
            "its seller's DRM",
        )
        if self._encrypted() & {page.path for page in self.spine}:
            raise ProtectedInputError(
                f"{self.path} is protected by {kind}",
                "read it in its seller's app, or get an edition without protection",
            )

    def _encrypted(self) -> set[str]:
        """The entries whose text is encrypted; fonts that are merely obfuscated do not count."""
        if "META-INF/encryption.xml" not in self.archive:
            return set()
        paths = set()
        for data in self._xml("META-INF/encryption.xml").iter():
            if local_name(data) != "encrypteddata":
                continue
            inner = {local_name(e): e for e in data.iter()}
            method, reference = inner.get("encryptionmethod"), inner.get("cipherreference")
            algorithm = "" if method is None else get_attribute(method, "Algorithm")
            if reference is not None and algorithm not in _FONT_ALGORITHMS:
                paths.add(resolve_link(get_attribute(reference, "URI"), ""))
        return paths

    # -- the package document

    def _rootfile(self) -> str:
        try:
            container = self._xml("META-INF/container.xml")
        except BrokenInputError:
            container = None
        roots = (
            []
            if container is None
            else [e for e in container.iter() if local_name(e) == "rootfile"]
        )
        for root in roots:
            path = resolve_link(get_attribute(root, "full-path"), "")
            if path in self.archive:
                return path
        found = sorted(name for name in self.archive.entries if name.lower().endswith(".opf"))
        if not found:
            raise BrokenInputError(f"{self.path} has no package document", _AGAIN)
        return found[0]

    def _xml(self, path: str) -> Element:
        try:
            data = self.archive.read(path)
        except KeyError as error:
            raise BrokenInputError(f"{self.path} has no {path}", _AGAIN) from error
        return parse_xml(decode_page(data, self.path), f"{self.path}: {path}")

    def _parts(self, *names: str) -> Iterator[Element]:
        return (element for element in self._opf.iter() if local_name(element) in names)

    def _manifest(self) -> Iterator[tuple[str, _Item]]:
        for element in self._parts("item"):
            path = resolve_link(get_attribute(element, "href"), self._opf_path)
            yield (
                get_attribute(element, "id"),
                _Item(
                    path.partition("#")[0],
                    get_attribute(element, "media-type").partition(";")[0].strip().lower(),
                    frozenset(get_attribute(element, "properties").split()),
                    get_attribute(element, "fallback"),
                ),
            )

    def _spine(self) -> Iterator[SpineItem]:
        seen = set()
        for reference in self._parts("itemref"):
            path = self._page_of(get_attribute(reference, "idref"))
            if path and path not in seen:
                seen.add(path)
                yield SpineItem(path, get_attribute(reference, "linear").strip().lower() != "no")

    def _page_of(self, name: str) -> str:
        """The page that an item of the spine comes to, over its fallbacks; empty for a picture."""
        seen = set()
        while name in self._items and name not in seen:
            seen.add(name)
            item = self._items[name]
            if item.path and self._is_page(item):
                return item.path
            name = item.fallback
        return ""

    def _is_page(self, item: _Item) -> bool:
        if item.media_type in _PAGE_TYPES or _PAGE_NAME.search(item.path):
            return not _PICTURE_NAME.search(item.path)
        if _PICTURE_NAME.search(item.path) or item.path not in self.archive:
            return False
        if item.media_type.partition("/")[0] in ("image", "audio", "video", "font"):
            return False
        return self.archive.read(item.path)[:200].lstrip().startswith(b"<")

    # -- the contents list

    def _navigation(self) -> Element | None:
        for item in self._items.values():
            if "nav" in item.properties and item.path in self.archive:
                return self._optional(item.path, page=True)
        return None

    def _optional(self, path: str, *, page: bool = False) -> Element | None:
        """A document that only helps: the book is read without it where it is broken."""
        try:
            if not page:
                return self._xml(path)
            return parse_page(decode_page(self.archive.read(path), self.path), self.path)
        except NarratorError:
            return None

    def _nav_path(self) -> str:
        return next(i.path for i in self._items.values() if "nav" in i.properties)

    def _contents(self) -> tuple[TocEntry, ...]:
        points: tuple[TocEntry, ...] = ()
        if self._nav is not None:
            navs = [e for e in self._nav.iter() if local_name(e) == "nav"]
            toc = next(
                (e for e in navs if "toc" in get_semantic_types(e)), navs[0] if navs else None
            )
            if toc is not None:
                points = tuple(_nav_points(toc, self._nav_path()))
        return points or self._ncx_points()

    def _ncx_points(self) -> tuple[TocEntry, ...]:
        spine = next(self._parts("spine"), None)
        named = self._items.get(get_attribute(spine, "toc")) if spine is not None else None
        paths = [named.path] if named else []
        paths += [
            i.path for i in self._items.values() if i.media_type == "application/x-dtbncx+xml"
        ]
        for path in paths:
            ncx = self._optional(path) if path in self.archive else None
            if ncx is not None:
                return tuple(_ncx_points(ncx, path))
        return ()

    def _guides(self) -> dict[str, str]:
        """What the landmarks, or EPUB 2's guide, call whole files."""
        guides = {}
        for reference in self._parts("reference"):
            target = resolve_link(get_attribute(reference, "href"), self._opf_path)
            guides[target] = get_attribute(reference, "type").strip().lower()
        if self._nav is not None:
            for nav in self._nav.iter():
                if local_name(nav) == "nav" and "landmarks" in get_semantic_types(nav):
                    for link in nav.iter():
                        if local_name(link) == "a":
                            target = resolve_link(get_attribute(link, "href"), self._nav_path())
                            guides[target] = " ".join(sorted(get_semantic_types(link)))
        return {path: _GUIDE.get(kind, kind) for path, kind in guides.items() if "#" not in path}

    # -- the catalogue's words

    def read_metadata(self, default_title: str) -> Metadata:
        """What the package says of the book; `title` is used where it says none."""
        series, index = self._series()
        return Metadata(
            title=self._title() or default_title,
            author=", ".join(self._creators("aut", "")) or None,
            language=self._language(),
            series=series,
            series_index=index,
            narrator=", ".join(self._creators("nrt")) or None,
            publisher=self._dc("publisher"),
            published=self._dc("date"),
            description=_plain(self._dc("description")),
            cover=self._cover(),
        )

    def _dc(self, name: str) -> str | None:
        for element in self._parts(name):
            text = " ".join(text_content(element).split())
            if text:
                return text
        return None

    def _refined(self, element: Element, name: str) -> str:
        wanted = f"#{get_attribute(element, 'id')}"
        for meta in self._parts("meta"):
            if get_attribute(meta, "refines") == wanted and get_attribute(meta, "property") == name:
                return text_content(meta).strip()
        return ""

    def _title(self) -> str | None:
        titles = list(self._parts("title"))
        main = [e for e in titles if self._refined(e, "title-type") == "main"]
        text = " ".join(text_content(main[0]).split()) if main else ""
        return text or self._dc("title")

    def _creators(self, *roles: str) -> list[str]:
        found = []
        for element in self._parts("creator", "contributor"):
            role = get_attribute(element, "role") or self._refined(element, "role")
            name = " ".join(text_content(element).split())
            known = role in roles and (role or local_name(element) == "creator")
            if name and known and name not in found:
                found.append(name)
        return found

    def _language(self) -> str:
        language = (self._dc("language") or "").replace("_", "-")
        return language if _LANGUAGE.fullmatch(language) else "en"

    def _series(self) -> tuple[str | None, str | None]:
        for meta in self._parts("meta"):
            if get_attribute(meta, "property") == "belongs-to-collection":
                kind = self._refined(meta, "collection-type")
                if kind == "series":
                    name = text_content(meta).strip()
                    return name or None, self._refined(meta, "group-position") or None
        named = {get_attribute(m, "name"): get_attribute(m, "content") for m in self._parts("meta")}
        return named.get("calibre:series") or None, named.get("calibre:series_index") or None

    def _cover(self) -> Image | None:
        named = {get_attribute(m, "name"): get_attribute(m, "content") for m in self._parts("meta")}
        wanted = [i for i in self._items.values() if "cover-image" in i.properties]
        told = self._items.get(named.get("cover", ""))
        for item in [*wanted, *([told] if told else [])]:
            try:
                data = self.archive.read(item.path, limits.MAX_IMAGE_BYTES)
            except (KeyError, NarratorError):
                continue
            media_type = images.detect_media_type(data)
            if media_type:
                return Image(data, media_type)
        return None


def _plain(text: str | None) -> str | None:
    return " ".join(_TAG.sub(" ", text).split()) if text else None


def _nav_points(nav: Element, path: str) -> Iterator[TocEntry]:
    """The links of a `nav`, with how many lists they lie in."""
    for element in nav.iter():
        if local_name(element) != "li":
            continue
        depth = sum(local_name(a) == "li" for a in element.iterancestors())
        label = next((e for e in element if local_name(e) in ("a", "span", "p", "div")), None)
        if label is None:
            continue
        link = (
            label
            if local_name(label) == "a"
            else next((e for e in label if local_name(e) == "a"), None)
        )
        if link is None:
            link = next((e for e in element.iter() if local_name(e) == "a"), None)
        if link is not None and get_attribute(link, "href"):
            target = resolve_link(get_attribute(link, "href"), path)
            title = " ".join(text_content(label).split()) or get_attribute(label, "title")
            yield TocEntry(title, target, depth)


def _ncx_points(ncx: Element, path: str) -> Iterator[TocEntry]:
    for element in ncx.iter():
        if local_name(element) != "navpoint":
            continue
        depth = sum(local_name(a) == "navpoint" for a in element.iterancestors())
        parts = {local_name(child): child for child in element}
        label, content = parts.get("navlabel"), parts.get("content")
        if label is not None and content is not None:
            title = " ".join(text_content(label).split())
            yield TocEntry(title, resolve_link(get_attribute(content, "src"), path), depth)
