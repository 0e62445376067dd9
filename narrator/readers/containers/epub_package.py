"""Read an EPUB's package: manifest, spine, table of contents, guide, metadata and cover.

The code uses `zipfile` and `lxml`. EbookLib 0.20, the usual library, was tried on this reader's 91
test books. It raises a KeyError or IndexError for 12 of them, because a resource, the container or
the metadata is missing, a resource is remote, or a `nav` element has an empty list. It unpacks
entries of any size into memory, and does not expose fallbacks, landmarks or the contents of
`encryption.xml`. A subclass that corrects this would have to replace nearly all of its code.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from narrator.errors import NEW_COPY_HINT, BrokenInputError, NarratorError, ProtectedInputError
from narrator.files.cover_conversion import (
    describe_cover_problem,
    format_cover_note,
    make_cover,
)
from narrator.model import Image, Metadata
from narrator.readers.containers import limits
from narrator.readers.layout.markup_elements import (
    Element,
    get_attribute,
    get_semantic_types,
    local_name,
    resolve_link,
    split_link,
    text_content,
)
from narrator.readers.layout.markup_parsing import decode_page, parse_page, parse_xml
from narrator.text.isbn import normalise_isbn

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
"""URIs of the IDPF and Adobe algorithms that obfuscate only fonts, not the text."""
_SEMANTIC_TYPES_BY_GUIDE = {
    "title-page": "titlepage",
    "title": "titlepage",
    "acknowledgements": "acknowledgments",
    "copyright": "copyright-page",
    "notes": "endnotes",
}
"""The `epub:type` that corresponds to each EPUB 2 guide type with a different name."""
_PROTECTIONS = (
    ("META-INF/license.lcpl", "Readium LCP"),
    ("META-INF/sinf.xml", "Apple FairPlay"),
    ("META-INF/rights.xml", "Adobe ADEPT"),
)
"""Entries that reveal which DRM system protects a book, with its name."""
_ASIN_SCHEMES = ("asin", "amazon", "mobi-asin", "urn:asin", "urn:amazon")
_ASIN_PATTERN = re.compile(r"[A-Z0-9]{10}")
_MAX_GENRES, _MAX_GENRE_CHARACTERS = 5, 40
"""Number and length of the subjects that become genres."""
_TAG_PATTERN = re.compile(r"<[^>]{0,500}>")


@dataclass(frozen=True, slots=True)
class SpineItem:
    """A page in the reading order of the book."""

    path: str
    is_linear: bool
    """Whether the page is part of the main text; False for pages that are only reached by links."""


@dataclass(frozen=True, slots=True)
class TocEntry:
    """An entry of the table of contents."""

    title: str
    target: str
    """The path of the page in the archive, followed by `#` and the fragment if there is one."""
    depth: int
    """Nesting depth of the entry; 0 at the top level."""


@dataclass(frozen=True, slots=True)
class _ManifestItem:
    """A file of the book, as listed in the manifest of the package document."""

    path: str
    media_type: str
    properties: frozenset[str]
    fallback_id: str
    """The id of the item to use instead if this item's media type is not supported, or ""."""


class EpubPackage:
    """The package of an EPUB: its package document and table of contents."""

    def __init__(self, archive: Archive) -> None:
        """Read the package document and the table of contents.

        Raises:
            BrokenInputError: there is no package document, or it is damaged.
        """
        self.archive = archive
        self.path = archive.path
        self.opf_path = self._find_opf_path()
        """The path of the package document in the archive."""
        self._package_document = self._parse_entry(self.opf_path)
        self._items_by_id = dict(self._read_manifest())
        self.spine: tuple[SpineItem, ...] = tuple(self._read_spine())
        self._nav_document = self._parse_nav_document()
        self.toc_entries: tuple[TocEntry, ...] = self._read_toc()
        self.guide_types: dict[str, str] = self._read_guide()
        """The `epub:type` that the landmarks or the guide give to whole pages, by path."""
        self._cover, self._cover_problem = self._read_cover()

    def read_entry(self, path: str) -> bytes:
        """Return the bytes of an entry.

        Raises:
            KeyError: there is no such entry.
        """
        return self.archive.read_entry(path)

    def require_unencrypted(self) -> None:
        """Raise an error if a page of the book is encrypted.

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
        """Return the paths of encrypted entries, except fonts that are only obfuscated."""
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
                encrypted_paths.add(self._locate_entry(get_attribute(reference, "URI"), ""))
        return encrypted_paths

    # -- the package document

    def _find_opf_path(self) -> str:
        """Return the path of the package document.

        It is the path in the container file, or else that of the first .opf entry.

        Raises:
            BrokenInputError: the archive has no package document.
        """
        try:
            container = self._parse_entry("META-INF/container.xml")
        except BrokenInputError:
            container = None
        for element in () if container is None else container.iter():
            if local_name(element) == "rootfile":
                path = self._locate_entry(get_attribute(element, "full-path"), "")
                if path in self.archive:
                    return path
        # Some archives lack the container file, or it points to a missing entry.
        opf_paths = sorted(path for path in self.archive.entries if path.lower().endswith(".opf"))
        if not opf_paths:
            raise BrokenInputError(f"{self.path} has no package document", NEW_COPY_HINT)
        return opf_paths[0]

    def _parse_entry(self, path: str) -> Element:
        """Parse an entry of the archive as XML.

        Raises:
            BrokenInputError: the entry is missing, or is so damaged that text would be lost.
        """
        try:
            data = self.archive.read_entry(path)
        except KeyError as error:
            raise BrokenInputError(f"{self.path} has no {path}", NEW_COPY_HINT) from error
        return parse_xml(decode_page(data, self.path), f"{self.path}: {path}")

    def _locate_entry(self, href: str, base_path: str) -> str:
        """Return the path of the entry that a link in the document at `base_path` refers to.

        If there is no such entry, the link is tried as a plain path, because some programs don't
        escape characters such as `#`, `?` and `:` in the names of files.
        """
        path, _ = split_link(resolve_link(href, base_path))
        if path not in self.archive:
            folder = posixpath.dirname(base_path)
            for name in (href.strip(), unquote(href.strip())):
                plain_path = posixpath.normpath(posixpath.join(folder, name))
                if name and plain_path in self.archive:
                    return plain_path
        return path

    def _find_elements(self, *names: str) -> Iterator[Element]:
        """Yield the elements of the package document with one of these local names."""
        return (
            element for element in self._package_document.iter() if local_name(element) in names
        )

    def _read_manifest(self) -> Iterator[tuple[str, _ManifestItem]]:
        """Yield the id of each manifest item and the item."""
        for element in self._find_elements("item"):
            path = self._locate_entry(get_attribute(element, "href"), self.opf_path)
            yield (
                get_attribute(element, "id"),
                _ManifestItem(
                    path,
                    get_attribute(element, "media-type").partition(";")[0].strip().lower(),
                    frozenset(get_attribute(element, "properties").split()),
                    get_attribute(element, "fallback"),
                ),
            )

    def _read_spine(self) -> Iterator[SpineItem]:
        """Yield the pages in reading order, each only once even if the spine repeats it."""
        seen = set()
        for reference in self._find_elements("itemref"):
            path = self._find_page(get_attribute(reference, "idref"))
            if path and path not in seen:
                seen.add(path)
                is_linear = get_attribute(reference, "linear").strip().lower() != "no"
                yield SpineItem(path, is_linear)

    def _find_page(self, item_id: str) -> str:
        """Return the path of the first page among an item and its fallbacks, or ""."""
        seen = set()
        while item_id in self._items_by_id and item_id not in seen:
            seen.add(item_id)
            item = self._items_by_id[item_id]
            if item.path and self._is_page(item):
                return item.path
            item_id = item.fallback_id
        return ""

    def _is_page(self, item: _ManifestItem) -> bool:
        """Return whether an item is a page of text, allowing for a wrong media type."""
        if item.media_type in _PAGE_MEDIA_TYPES or _PAGE_SUFFIX.search(item.path):
            return not _MEDIA_SUFFIX.search(item.path)
        if _MEDIA_SUFFIX.search(item.path) or item.path not in self.archive:
            return False
        if item.media_type.partition("/")[0] in ("image", "audio", "video", "font"):
            return False
        # A file of unknown type is a page if it begins with a tag.
        return self.archive.read_entry(item.path)[:200].lstrip().startswith(b"<")

    # -- the table of contents

    def _parse_nav_document(self) -> Element | None:
        """Return the EPUB 3 navigation document, or None if it is missing or damaged."""
        for item in self._items_by_id.values():
            if "nav" in item.properties and item.path in self.archive:
                return self._parse_optional_entry(item.path, is_page=True)
        return None

    def _parse_optional_entry(self, path: str, *, is_page: bool = False) -> Element | None:
        """Parse an entry that is not essential; return None if it is damaged."""
        try:
            if not is_page:
                return self._parse_entry(path)
            return parse_page(decode_page(self.archive.read_entry(path), self.path), self.path)
        except NarratorError:
            return None

    def _find_nav_path(self) -> str:
        """Return the path of the navigation document, to which its links are relative."""
        return next(item.path for item in self._items_by_id.values() if "nav" in item.properties)

    def _read_toc(self) -> tuple[TocEntry, ...]:
        """Return the EPUB 3 table of contents, or else that of EPUB 2."""
        entries: tuple[TocEntry, ...] = ()
        if self._nav_document is not None:
            navs = [e for e in self._nav_document.iter() if local_name(e) == "nav"]
            toc = next(
                (nav for nav in navs if "toc" in get_semantic_types(nav)),
                navs[0] if navs else None,
            )
            if toc is not None:
                entries = tuple(_read_nav_entries(toc, self._find_nav_path()))
        return entries or self._read_ncx()

    def _read_ncx(self) -> tuple[TocEntry, ...]:
        """Return the EPUB 2 table of contents (NCX) that the spine refers to, or else any NCX."""
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
        """Return the `epub:type` of pages by path, from EPUB 3 landmarks or the EPUB 2 guide."""
        types_by_target = {}
        for reference in self._find_elements("reference"):
            target = resolve_link(get_attribute(reference, "href"), self.opf_path)
            types_by_target[target] = get_attribute(reference, "type").strip().lower()
        # Landmarks overwrite the guide, which they replace in EPUB 3.
        for link in self._list_landmarks():
            target = resolve_link(get_attribute(link, "href"), self._find_nav_path())
            types_by_target[target] = " ".join(sorted(get_semantic_types(link)))
        links = ((*split_link(target), name) for target, name in types_by_target.items())
        return {
            path: _SEMANTIC_TYPES_BY_GUIDE.get(semantic_type, semantic_type)
            for path, fragment, semantic_type in links
            if not fragment
        }

    def _list_landmarks(self) -> Iterator[Element]:
        """Yield the links in the landmarks of the EPUB 3 navigation document."""
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
            language=self._read_element("language") or "",
            series=series,
            series_index=series_index,
            narrator=", ".join(self._list_creators("nrt")) or None,
            publisher=self._read_element("publisher"),
            published=self._read_element("date"),
            description=_remove_tags(self._read_element("description")),
            cover=self._cover,
            subtitle=self._read_subtitle(),
            isbn=self._read_isbn(),
            asin=self._read_asin(),
            genre="; ".join(self._list_subjects()) or None,
        )

    def _list_subjects(self) -> list[str]:
        """Return the subjects of the book, without repetitions, as genres for players.

        Long subjects, such as those of libraries with their subdivisions, are of no use there.
        """
        subjects = dict.fromkeys(map(_read_text, self._find_elements("subject")))
        short = [text for text in subjects if 0 < len(text) <= _MAX_GENRE_CHARACTERS]
        return short[:_MAX_GENRES]

    def _read_subtitle(self) -> str | None:
        """Return the title that is marked as the subtitle, or None."""
        for element in self._find_elements("title"):
            if self._read_refinement(element, "title-type") == "subtitle":
                return _read_text(element) or None
        return None

    def _read_isbn(self) -> str | None:
        """Return the first identifier that is an ISBN, or None."""
        for element in self._find_elements("identifier"):
            if isbn := normalise_isbn(_read_text(element)):
                return isbn
        return None

    def _read_asin(self) -> str | None:
        """Return the identifier that Amazon uses, or None."""
        for element in self._find_elements("identifier"):
            scheme = get_attribute(element, "scheme").casefold()
            text = _read_text(element)
            name, _, value = text.rpartition(":")
            is_named = scheme in _ASIN_SCHEMES or name.casefold() in _ASIN_SCHEMES
            if is_named and _ASIN_PATTERN.fullmatch(value):
                return value
        return None

    def _read_element(self, name: str) -> str | None:
        """Return the text of the first non-empty element with this name, or None."""
        for element in self._find_elements(name):
            text = _read_text(element)
            if text:
                return text
        return None

    def _read_refinement(self, element: Element, property_name: str) -> str:
        """Return the value of a property that an EPUB 3 `meta` element adds to `element`, or ""."""
        return next(iter(self._list_refinements(element, property_name)), "")

    def _list_refinements(self, element: Element, property_name: str) -> list[str]:
        """Return all values of a property that EPUB 3 `meta` elements add to `element`."""
        key = (f"#{get_attribute(element, 'id')}", property_name)
        return self._refinements.get(key, [])

    @cached_property
    def _refinements(self) -> dict[tuple[str, str], list[str]]:
        """Return the values of EPUB 3 `meta` elements by the reference and the property."""
        values: dict[tuple[str, str], list[str]] = {}
        for meta in self._find_elements("meta"):
            key = (get_attribute(meta, "refines"), get_attribute(meta, "property"))
            values.setdefault(key, []).append(text_content(meta).strip())
        return values

    def _read_title(self) -> str | None:
        """Return the title that is marked as the main title, or else the first title."""
        main_titles = [
            element
            for element in self._find_elements("title")
            if self._read_refinement(element, "title-type") == "main"
        ]
        main_title = _read_text(main_titles[0]) if main_titles else ""
        return main_title or self._read_element("title")

    def _list_creators(self, *roles: str) -> list[str]:
        """Return the names of creators and contributors with one of these MARC relator roles.

        A person may have several roles. The role "" stands for creators without a role.
        """
        names: dict[str, None] = {}
        for element in self._find_elements("creator", "contributor"):
            own_roles = {get_attribute(element, "role"), *self._list_refinements(element, "role")}
            own_roles = own_roles - {""} or ({""} if local_name(element) == "creator" else set())
            name = _read_text(element)
            if name and own_roles & {*roles}:
                names[name] = None
        return [*names]

    def _read_series(self) -> tuple[str | None, str | None]:
        """Return the series and the book's position in it, from EPUB 3 or Calibre metadata."""
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
        """Return the `content` of EPUB 2 `meta` elements by their `name`."""
        return {
            get_attribute(meta, "name"): get_attribute(meta, "content")
            for meta in self._find_elements("meta")
        }

    @property
    def cover_note(self) -> str:
        """Return a note on a cover that the book declares but that can't be used, or ""."""
        return format_cover_note(self._cover_problem)

    def _read_cover(self) -> tuple[Image | None, str]:
        """Return the cover image from the EPUB 3 property or the EPUB 2 metadata.

        Returns:
            The image, or None; and why the first image that the book declares can't be used, or "".
        """
        problem = ""
        cover_items = [
            item for item in self._items_by_id.values() if "cover-image" in item.properties
        ]
        named_item = self._items_by_id.get(self._read_named_metadata().get("cover", ""))
        for item in [*cover_items, *([named_item] if named_item else [])]:
            try:
                data = self.archive.read_entry(item.path, limits.MAX_IMAGE_BYTES)
            except (KeyError, NarratorError):
                problem = problem or "is missing from the file, damaged or too large"
                continue
            if cover := make_cover(data):
                return cover, ""
            problem = problem or describe_cover_problem(data)
        return None, problem


def _read_text(element: Element) -> str:
    """Return all text in an element, with whitespace collapsed."""
    return " ".join(text_content(element).split())


def _remove_tags(text: str | None) -> str | None:
    """Return a description without HTML tags, which book stores often include."""
    return " ".join(_TAG_PATTERN.sub(" ", text).split()) if text else None


def _read_nav_entries(nav: Element, path: str) -> Iterator[TocEntry]:
    """Yield the entries of an EPUB 3 table of contents; `path` is its document's path."""
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
    """Return the link of a list item: the label itself, a link in it, or any other link."""
    if local_name(label) == "a":
        return label
    links = (element for element in (*label, *item.iter()) if local_name(element) == "a")
    return next(links, None)


def _read_ncx_entries(ncx: Element, path: str) -> Iterator[TocEntry]:
    """Yield the entries of an EPUB 2 table of contents; `path` is its document's path."""
    for element in ncx.iter():
        if local_name(element) != "navpoint":
            continue
        depth = sum(local_name(ancestor) == "navpoint" for ancestor in element.iterancestors())
        children = {local_name(child): child for child in element}
        label, content = children.get("navlabel"), children.get("content")
        if label is not None and content is not None:
            target = resolve_link(get_attribute(content, "src"), path)
            yield TocEntry(_read_text(label), target, depth)
