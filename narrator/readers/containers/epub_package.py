"""Read the package of an EPUB: package document, spine, contents list, guide, metadata and cover.

The code uses `zipfile` and `lxml`. EbookLib 0.20, the usual library, was tried on the 91 books
that this reader's tests read: 12 of them raise a KeyError or IndexError because a resource, the
container or the metadata is missing, a resource is remote, or a `nav` has an empty list. It unpacks
entries of any size into memory, and gives access neither to fallbacks nor to landmarks nor to what
`encryption.xml` covers. A subclass that corrects this replaces all but the lists of the package
document.
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

_PAGE_MEDIA_TYPES = frozenset(
    [
        "application/xhtml+xml", "text/html", "text/x-oeb1-document", "image/svg+xml",
        "application/x-dtbook+xml", "application/xml", "text/xml",
    ]
)  # fmt: skip
_PAGE_SUFFIX = re.compile(r"\.(?:x?html?|xml|svg)$", re.IGNORECASE)
_MEDIA_SUFFIX = re.compile(
    r"\.(?:jpe?g|png|gif|webp|mp[34]|m4a|ttf|otf|woff2?|css|js)$", re.IGNORECASE
)
_FONT_OBFUSCATIONS = frozenset(
    ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
"""Algorithms of IDPF and Adobe that obfuscate fonts; they do not protect the text."""
_SEMANTIC_TYPES_BY_GUIDE = {
    "title-page": "titlepage",
    "title": "titlepage",
    "acknowledgements": "acknowledgments",
    "copyright": "copyright-page",
    "notes": "endnotes",
}
"""The types of EPUB 2's guide references where `epub:type` has another word for them."""
_PROTECTIONS = (
    ("META-INF/license.lcpl", "Readium LCP"),
    ("META-INF/sinf.xml", "Apple FairPlay"),
    ("META-INF/rights.xml", "Adobe ADEPT"),
)
"""Entries that tell which rights management protects a book."""
_TAG_PATTERN = re.compile(r"<[^>]{0,500}>")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_DAMAGED_HINT = "get the file again, it is damaged"


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A page in the reading order of the book."""

    path: str
    is_linear: bool
    """Whether it belongs to the main text; pages that are only reached by links do not."""


@dataclass(frozen=True, slots=True)
class TocEntry:
    """An entry of the contents list."""

    title: str
    target: str
    """The entry of the archive, followed by `#` and the fragment if there is one."""
    depth: int
    """The number of list items around the entry's own; 0 at the top level."""


@dataclass(frozen=True, slots=True)
class _ManifestItem:
    """A file of the book as the package document lists it."""

    path: str
    media_type: str
    properties: frozenset[str]
    fallback_id: str
    """The id of the item that replaces this one where its media type can't be shown."""


class EpubPackage:
    """The package document of an EPUB and the files that it leads to."""

    def __init__(self, archive: Archive) -> None:
        """Read the package document and the contents list.

        Raises:
            BrokenInputError: there is no package document, or it is damaged.
        """
        self.archive = archive
        self.path = archive.path
        self.opf_path = self._find_opf_path()
        """The entry that holds the package document."""
        self._package_document = self._parse_entry(self.opf_path)
        self._items_by_id = dict(self._read_manifest())
        self.spine: tuple[SpineItem, ...] = tuple(self._read_spine())
        self._nav_document = self._parse_nav_document()
        self.toc_entries: tuple[TocEntry, ...] = self._read_toc()
        self.guide_types: dict[str, str] = self._read_guide()
        """What landmarks and guide say that whole files are, as in `epub:type`, by their path."""

    def read(self, path: str) -> bytes:
        """Return the bytes of an entry.

        Raises:
            KeyError: there is no such entry.
        """
        return self.archive.read(path)

    def require_unencrypted(self) -> None:
        """Refuse a book whose pages are encrypted.

        Raises:
            ProtectedInputError: a page of the spine is encrypted.
        """
        protection = next(
            (name for entry_path, name in _PROTECTIONS if entry_path in self.archive),
            "its seller's DRM",
        )
        if self._list_encrypted_paths() & {page.path for page in self.spine}:
            raise ProtectedInputError(
                f"{self.path} is protected by {protection}",
                "read it in its seller's app, or get an edition without protection",
            )

    def _list_encrypted_paths(self) -> set[str]:
        """Return the paths of encrypted entries, without fonts that are only obfuscated."""
        if "META-INF/encryption.xml" not in self.archive:
            return set()
        encrypted_paths = set()
        for data in self._parse_entry("META-INF/encryption.xml").iter():
            if local_name(data) != "encrypteddata":
                continue
            children = {local_name(element): element for element in data.iter()}
            method, reference = children.get("encryptionmethod"), children.get("cipherreference")
            algorithm = "" if method is None else get_attribute(method, "Algorithm")
            if reference is not None and algorithm not in _FONT_OBFUSCATIONS:
                encrypted_paths.add(resolve_link(get_attribute(reference, "URI"), ""))
        return encrypted_paths

    # -- the package document

    def _find_opf_path(self) -> str:
        """Return the package document that the container names, or else the first .opf entry.

        Raises:
            BrokenInputError: there is neither.
        """
        try:
            container = self._parse_entry("META-INF/container.xml")
        except BrokenInputError:
            container = None
        for element in () if container is None else container.iter():
            if local_name(element) == "rootfile":
                path = resolve_link(get_attribute(element, "full-path"), "")
                if path in self.archive:
                    return path
        # Some archives lack the container, or name a file that is not there.
        opf_paths = sorted(path for path in self.archive.entries if path.lower().endswith(".opf"))
        if not opf_paths:
            raise BrokenInputError(f"{self.path} has no package document", _DAMAGED_HINT)
        return opf_paths[0]

    def _parse_entry(self, path: str) -> Element:
        """Parse an entry of the archive as XML.

        Raises:
            BrokenInputError: there is no such entry, or words of it would be lost.
        """
        try:
            data = self.archive.read(path)
        except KeyError as error:
            raise BrokenInputError(f"{self.path} has no {path}", _DAMAGED_HINT) from error
        return parse_xml(decode_page(data, self.path), f"{self.path}: {path}")

    def _find_elements(self, *names: str) -> Iterator[Element]:
        """Yield the elements of the package document that have one of these local names."""
        return (
            element for element in self._package_document.iter() if local_name(element) in names
        )

    def _read_manifest(self) -> Iterator[tuple[str, _ManifestItem]]:
        """Yield the files of the book with their ids."""
        for element in self._find_elements("item"):
            path = resolve_link(get_attribute(element, "href"), self.opf_path)
            yield (
                get_attribute(element, "id"),
                _ManifestItem(
                    path.partition("#")[0],
                    get_attribute(element, "media-type").partition(";")[0].strip().lower(),
                    frozenset(get_attribute(element, "properties").split()),
                    get_attribute(element, "fallback"),
                ),
            )

    def _read_spine(self) -> Iterator[SpineItem]:
        """Yield the pages in reading order; a page that the spine names twice comes once."""
        seen = set()
        for reference in self._find_elements("itemref"):
            path = self._find_page(get_attribute(reference, "idref"))
            if path and path not in seen:
                seen.add(path)
                is_linear = get_attribute(reference, "linear").strip().lower() != "no"
                yield SpineItem(path, is_linear)

    def _find_page(self, item_id: str) -> str:
        """Return the page that an item or one of its fallbacks is; empty if none is a page."""
        seen = set()
        while item_id in self._items_by_id and item_id not in seen:
            seen.add(item_id)
            item = self._items_by_id[item_id]
            if item.path and self._is_page(item):
                return item.path
            item_id = item.fallback_id
        return ""

    def _is_page(self, item: _ManifestItem) -> bool:
        """Return whether an item is a page of text, even if its stated media type is wrong."""
        if item.media_type in _PAGE_MEDIA_TYPES or _PAGE_SUFFIX.search(item.path):
            return not _MEDIA_SUFFIX.search(item.path)
        if _MEDIA_SUFFIX.search(item.path) or item.path not in self.archive:
            return False
        if item.media_type.partition("/")[0] in ("image", "audio", "video", "font"):
            return False
        # Files of unknown type count as pages if they begin with a tag.
        return self.archive.read(item.path)[:200].lstrip().startswith(b"<")

    # -- the contents list

    def _parse_nav_document(self) -> Element | None:
        """Return the navigation document of EPUB 3, or None if it is missing or broken."""
        for item in self._items_by_id.values():
            if "nav" in item.properties and item.path in self.archive:
                return self._parse_optional_entry(item.path, is_page=True)
        return None

    def _parse_optional_entry(self, path: str, *, is_page: bool = False) -> Element | None:
        """Parse an entry that the book can be read without; return None if it is broken."""
        try:
            if not is_page:
                return self._parse_entry(path)
            return parse_page(decode_page(self.archive.read(path), self.path), self.path)
        except NarratorError:
            return None

    def _nav_path(self) -> str:
        """Return the path of the navigation document, from which its links are resolved."""
        return next(item.path for item in self._items_by_id.values() if "nav" in item.properties)

    def _read_toc(self) -> tuple[TocEntry, ...]:
        """Return the contents list of EPUB 3, or that of EPUB 2 where there is none."""
        entries: tuple[TocEntry, ...] = ()
        if self._nav_document is not None:
            navs = [e for e in self._nav_document.iter() if local_name(e) == "nav"]
            toc = next(
                (nav for nav in navs if "toc" in get_semantic_types(nav)),
                navs[0] if navs else None,
            )
            if toc is not None:
                entries = tuple(_read_nav_entries(toc, self._nav_path()))
        return entries or self._read_ncx()

    def _read_ncx(self) -> tuple[TocEntry, ...]:
        """Return the contents list of EPUB 2: the one that the spine names, or else any."""
        spine = next(self._find_elements("spine"), None)
        named_item = (
            self._items_by_id.get(get_attribute(spine, "toc")) if spine is not None else None
        )
        paths = [named_item.path] if named_item else []
        paths += [
            item.path
            for item in self._items_by_id.values()
            if item.media_type == "application/x-dtbncx+xml"
        ]
        for path in paths:
            ncx = self._parse_optional_entry(path) if path in self.archive else None
            if ncx is not None:
                return tuple(_read_ncx_entries(ncx, path))
        return ()

    def _read_guide(self) -> dict[str, str]:
        """Return the semantic types that landmarks, or EPUB 2's guide, give to whole files."""
        types_by_target = {}
        for reference in self._find_elements("reference"):
            target = resolve_link(get_attribute(reference, "href"), self.opf_path)
            types_by_target[target] = get_attribute(reference, "type").strip().lower()
        # Landmarks come second because EPUB 3 replaces the guide by them.
        for link in self._list_landmarks():
            target = resolve_link(get_attribute(link, "href"), self._nav_path())
            types_by_target[target] = " ".join(sorted(get_semantic_types(link)))
        return {
            path: _SEMANTIC_TYPES_BY_GUIDE.get(semantic_type, semantic_type)
            for path, semantic_type in types_by_target.items()
            if "#" not in path
        }

    def _list_landmarks(self) -> Iterator[Element]:
        """Yield the links of EPUB 3's landmarks."""
        for nav in () if self._nav_document is None else self._nav_document.iter():
            if local_name(nav) == "nav" and "landmarks" in get_semantic_types(nav):
                yield from (link for link in nav.iter() if local_name(link) == "a")

    # -- metadata

    def read_metadata(self, default_title: str) -> Metadata:
        """Return the metadata of the book; `default_title` is used if the package has no title."""
        series, series_index = self._read_series()
        return Metadata(
            title=self._read_title() or default_title,
            author=", ".join(self._list_creators("aut", "")) or None,
            language=self._read_language(),
            series=series,
            series_index=series_index,
            narrator=", ".join(self._list_creators("nrt")) or None,
            publisher=self._read_element("publisher"),
            published=self._read_element("date"),
            description=_remove_tags(self._read_element("description")),
            cover=self._read_cover(),
        )

    def _read_element(self, name: str) -> str | None:
        """Return the text of the first element of this name that has text."""
        for element in self._find_elements(name):
            text = _read_text(element)
            if text:
                return text
        return None

    def _read_refinement(self, element: Element, property_name: str) -> str:
        """Return a property that an EPUB 3 `meta` element adds to another element, or ""."""
        reference = f"#{get_attribute(element, 'id')}"
        for meta in self._find_elements("meta"):
            if (
                get_attribute(meta, "refines") == reference
                and get_attribute(meta, "property") == property_name
            ):
                return text_content(meta).strip()
        return ""

    def _read_title(self) -> str | None:
        """Return the title that is marked as the main one, or else the first."""
        main_titles = [
            element
            for element in self._find_elements("title")
            if self._read_refinement(element, "title-type") == "main"
        ]
        main_title = _read_text(main_titles[0]) if main_titles else ""
        return main_title or self._read_element("title")

    def _list_creators(self, *roles: str) -> list[str]:
        """Return the names of creators and contributors in one of these MARC relator roles.

        The role "" is that of creators without a stated role.
        """
        names: list[str] = []
        for element in self._find_elements("creator", "contributor"):
            role = get_attribute(element, "role") or self._read_refinement(element, "role")
            name = _read_text(element)
            has_role = role in roles and (role or local_name(element) == "creator")
            if name and has_role and name not in names:
                names.append(name)
        return names

    def _read_language(self) -> str:
        """Return the language tag of the book, or "en" if it states none that is valid."""
        language = (self._read_element("language") or "").replace("_", "-")
        return language if _LANGUAGE_TAG.fullmatch(language) else "en"

    def _read_series(self) -> tuple[str | None, str | None]:
        """Return series and position of the book as EPUB 3 or Calibre states them."""
        for meta in self._find_elements("meta"):
            if (
                get_attribute(meta, "property") == "belongs-to-collection"
                and self._read_refinement(meta, "collection-type") == "series"
            ):
                name = text_content(meta).strip()
                return name or None, self._read_refinement(meta, "group-position") or None
        contents = self._read_named_metadata()
        return contents.get("calibre:series") or None, contents.get("calibre:series_index") or None

    def _read_named_metadata(self) -> dict[str, str]:
        """Return the contents of EPUB 2's `meta` elements by their names."""
        return {
            get_attribute(meta, "name"): get_attribute(meta, "content")
            for meta in self._find_elements("meta")
        }

    def _read_cover(self) -> Image | None:
        """Return the cover that EPUB 3's property or EPUB 2's metadata names, if it is an image."""
        cover_items = [
            item for item in self._items_by_id.values() if "cover-image" in item.properties
        ]
        named_item = self._items_by_id.get(self._read_named_metadata().get("cover", ""))
        for item in [*cover_items, *([named_item] if named_item else [])]:
            try:
                data = self.archive.read(item.path, limits.MAX_IMAGE_BYTES)
            except (KeyError, NarratorError):
                continue
            media_type = images.detect_media_type(data)
            if media_type:
                return Image(data, media_type)
        return None


def _read_text(element: Element) -> str:
    """Return all text in an element on one line."""
    return " ".join(text_content(element).split())


def _remove_tags(text: str | None) -> str | None:
    """Return a description without the HTML tags that stores put into it."""
    return " ".join(_TAG_PATTERN.sub(" ", text).split()) if text else None


def _read_nav_entries(nav: Element, path: str) -> Iterator[TocEntry]:
    """Yield the entries of an EPUB 3 contents list; `path` is that of its document."""
    for item in nav.iter():
        if local_name(item) != "li":
            continue
        depth = sum(local_name(ancestor) == "li" for ancestor in item.iterancestors())
        label = next(
            (child for child in item if local_name(child) in ("a", "span", "p", "div")), None
        )
        if label is None:
            continue
        link = _find_link(item, label)
        if link is not None and get_attribute(link, "href"):
            title = _read_text(label) or get_attribute(label, "title")
            yield TocEntry(title, resolve_link(get_attribute(link, "href"), path), depth)


def _find_link(item: Element, label: Element) -> Element | None:
    """Return the link of a list item: its label, a link in the label, or else any link."""
    if local_name(label) == "a":
        return label
    links = (element for element in (*label, *item.iter()) if local_name(element) == "a")
    return next(links, None)


def _read_ncx_entries(ncx: Element, path: str) -> Iterator[TocEntry]:
    """Yield the entries of an EPUB 2 contents list; `path` is that of its document."""
    for element in ncx.iter():
        if local_name(element) != "navpoint":
            continue
        depth = sum(local_name(ancestor) == "navpoint" for ancestor in element.iterancestors())
        children = {local_name(child): child for child in element}
        label, content = children.get("navlabel"), children.get("content")
        if label is not None and content is not None:
            target = resolve_link(get_attribute(content, "src"), path)
            yield TocEntry(_read_text(label), target, depth)
