"""Writes a new EPUB 3 from a script: chapter pages, contents list, cover, audio and overlays.

`add_overlays`, which extends an existing EPUB, uses the helpers for pages, manifests and metadata
too.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lxml import etree

from narrator.model import LineKind, ParagraphKind
from narrator.readalong.emphasis import find_emphasis
from narrator.readalong.epub import media_overlay
from narrator.readalong.epub.media_overlay import (
    AUDIO_TYPES,
    OPS_NAMESPACE,
    SMIL_TYPE,
    TimedFragment,
)
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.zip_writer import create_epub_archive
from narrator.readers.layout.markup_elements import split_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Source
    from narrator.readalong.emphasis import Emphasis
    from narrator.readalong.epub.media_overlay import OverlayClip
    from narrator.readalong.rendered_book import RenderedBook, TimedChapter
    from narrator.readalong.word_timing import TimedLine
    from narrator.readalong.zip_writer import ArchiveWriter

Element = etree._Element
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
OPF_NAMESPACE = "http://www.idpf.org/2007/opf"
DC_NAMESPACE = "http://purl.org/dc/elements/1.1/"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
CONTAINER_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="{root}" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
PACKAGE_ENTRY = "EPUB/package.opf"
MODIFIED_DATE = "2000-01-01T00:00:00Z"
"""The date of modification that every EPUB states. It is fixed because the same book must always
give the same bytes."""
ACCESSIBILITY_METADATA = {
    "schema:accessMode": ("textual", "auditory"),
    "schema:accessModeSufficient": ("textual", "auditory", "textual,auditory"),
    "schema:accessibilityFeature": (
        "synchronizedAudioText",
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
    ),
    "schema:accessibilityHazard": ("none",),
}
"""Properties of EPUB Accessibility 1.1 and their values."""
_PAGE_NAMESPACES: Any = {None: XHTML_NAMESPACE, "epub": OPS_NAMESPACE}
_PACKAGE_NAMESPACES: Any = {None: OPF_NAMESPACE}
_ILLEGAL_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that XML 1.0 does not allow (section 2.2)."""
DATE_PATTERN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
"""A date of ISO 8601, with or without a day or a month: "1815", "1815-12", "1815-12-23"."""


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """The manifest's entry for one file of the publication."""

    id: str
    entry_name: str
    """Its path in the archive."""
    media_type: str
    properties: str = ""
    """Space-separated, such as `nav`."""
    overlay_id: str = ""
    """For a page: the id of its Media Overlay, if it has one."""


def remove_illegal_characters(text: str) -> str:
    """Return the text without characters that XML does not allow."""
    return _ILLEGAL_CHARACTER.sub("", text)


def write_new_epub(rendered_book: RenderedBook, target: Path) -> None:
    """Write a new EPUB with one page and one overlay per chapter."""
    with create_epub_archive(target) as archive:
        container_xml = CONTAINER_XML.format(root=PACKAGE_ENTRY)
        archive.add_bytes("META-INF/container.xml", container_xml.encode())
        toc_entries, fragments = _add_chapter_pages(archive, rendered_book)
        clips_by_page = media_overlay.group_by_page(
            media_overlay.make_overlay_clips(fragments, rendered_book)
        )
        items = [
            *_add_support_files(archive, rendered_book, toc_entries),
            *add_audio_tracks(archive, rendered_book, "EPUB"),
        ]
        audio_entries = list_audio_entries(rendered_book, "EPUB")
        page_items = []
        for number, (page_entry, _) in enumerate(toc_entries, 1):
            overlay_id = f"overlay-{number}" if page_entry in clips_by_page else ""
            if overlay_id:
                items.append(ManifestItem(overlay_id, _overlay_entry(page_entry), SMIL_TYPE))
            page_item = ManifestItem(
                f"chapter-{number}", page_entry, "application/xhtml+xml", overlay_id=overlay_id
            )
            page_items.append(page_item)
        for page_entry, clips in clips_by_page.items():
            entry_name = _overlay_entry(page_entry)
            smil = media_overlay.build_smil(clips, entry_name, audio_entries)
            archive.add_bytes(entry_name, smil)
        package = _build_package(rendered_book, [*items, *page_items], page_items, clips_by_page)
        archive.add_bytes(PACKAGE_ENTRY, package)


def _add_chapter_pages(
    archive: ArchiveWriter, rendered_book: RenderedBook
) -> tuple[list[tuple[str, str]], list[TimedFragment]]:
    """Add the pages; return the path and the title of each page, and the fragments of all lines."""
    toc_entries, fragments = [], []
    for chapter in rendered_book.time_chapters():
        page_entry = f"EPUB/text/chapter-{chapter.number:03}.xhtml"
        archive.add_bytes(page_entry, _build_chapter_page(chapter, rendered_book, page_entry))
        toc_entries.append((page_entry, chapter.chapter_mark.title))
        fragments += [
            TimedFragment(page_entry, make_element_id(timed_line), timed_line.start_sample)
            for timed_line in chapter.timed_lines
        ]
    return toc_entries, fragments


def make_element_id(timed_line: TimedLine) -> str:
    """Return the id of the element that holds a line."""
    return f"line-{timed_line.line.id.replace('.', '-')}"


def list_audio_entries(rendered_book: RenderedBook, folder: str) -> list[str]:
    """Return the path of each track in the archive."""
    return [
        f"{folder}/audio/{number:03}{track.path.suffix}".lstrip("/")
        for number, track in enumerate(rendered_book.tracks, 1)
    ]


def add_audio_tracks(
    archive: ArchiveWriter, rendered_book: RenderedBook, folder: str
) -> list[ManifestItem]:
    """Add the tracks to the archive and return their manifest items."""
    items = []
    entry_names = list_audio_entries(rendered_book, folder)
    tracks_with_entries = zip(rendered_book.tracks, entry_names, strict=True)
    for number, (track, entry_name) in enumerate(tracks_with_entries, 1):
        archive.copy_file(entry_name, track.path)
        media_type = AUDIO_TYPES[track.path.suffix]
        items.append(ManifestItem(f"narrator-audio-{number}", entry_name, media_type))
    return items


def _overlay_entry(page_entry: str) -> str:
    """Return the path of a page's overlay: "EPUB/text/x.xhtml" gives "EPUB/overlay/x.smil"."""
    return page_entry.replace("/text/", "/overlay/").replace(".xhtml", ".smil")


# ---------------------------------------------------------------------------------- pages


def create_page(title: str, metadata: Metadata, style: str) -> tuple[Element, Element]:
    """Return the root and the body of an empty page; `style` is the link to its style sheet."""
    root = etree.Element(f"{{{XHTML_NAMESPACE}}}html", nsmap=_PAGE_NAMESPACES)
    _declare_language(root, metadata.language)
    head = add_child(root, "head")
    add_child(head, "title", text=title or metadata.title)
    if style:
        add_child(head, "link", rel="stylesheet", type="text/css", href=style)
    return root, add_child(root, "body")


def add_child(parent: Element, tag: str, *, text: str = "", **attributes: str) -> Element:
    """Append an element in the namespace of its parent, and return it.

    Names of attributes are given as Python names: `media_type` is `media-type`, `class_` is
    `class`, and `epub_type` is `epub:type`.
    """
    namespace = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{namespace}}}{tag}" if namespace else tag)
    for name, value in attributes.items():
        attribute_name = (
            f"{{{OPS_NAMESPACE}}}type"
            if name == "epub_type"
            else name.rstrip("_").replace("_", "-")
        )
        element.set(attribute_name, remove_illegal_characters(value))
    element.text = remove_illegal_characters(text) or None
    return element


def _declare_language(element: Element, tag: str) -> None:
    """Set the language of an element's text, and the direction in which it is written."""
    element.set("lang", remove_illegal_characters(tag))
    element.set(f"{{{XML_NAMESPACE}}}lang", remove_illegal_characters(tag))
    element.set("dir", find_text_direction(tag))


def serialise_xhtml(root: Element) -> bytes:
    """Return the bytes of a page, with the doctype of HTML 5."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>")


def _build_chapter_page(
    chapter: TimedChapter, rendered_book: RenderedBook, page_entry: str
) -> bytes:
    """Return the page of a chapter, with an element for each line."""
    style = media_overlay.make_relative_href("EPUB/book.css", page_entry)
    root, body = create_page(chapter.chapter_mark.title, rendered_book.metadata, style)
    section = add_child(body, "section", epub_type="chapter", id=f"chapter-{chapter.number}")
    if not (chapter.timed_lines and chapter.timed_lines[0].line.kind is LineKind.HEADING):
        add_child(section, "h1", text=chapter.chapter_mark.title)
    emphasis = find_emphasis(rendered_book.script.book, chapter.number)
    # The first heading is that of the chapter; all others are headings of sections.
    heading_tag = "h1"
    for _, paragraph_lines in groupby(
        chapter.timed_lines, key=lambda timed_line: timed_line.line.paragraph
    ):
        timed_lines = list(paragraph_lines)
        _add_paragraph(section, timed_lines, emphasis, heading_tag)
        if timed_lines[0].line.kind is LineKind.HEADING:
            heading_tag = "h2"
    return serialise_xhtml(root)


def _add_paragraph(
    section: Element,
    timed_lines: Sequence[TimedLine],
    emphasis: Emphasis,
    heading_tag: str,
) -> None:
    """Append the lines of one paragraph as a block, each line in a `span`."""
    first_line = timed_lines[0].line
    if first_line.follows_scene_break:
        add_child(section, "hr", class_="scene")
    kind = first_line.paragraph_kind
    if first_line.kind is LineKind.HEADING:
        block = add_child(section, heading_tag)
    else:
        parent = add_child(section, "blockquote") if kind is ParagraphKind.QUOTE else section
        block = add_child(parent, "p", **({} if kind is ParagraphKind.TEXT else {"class_": kind}))
    previous_line = None
    for timed_line in timed_lines:
        # Two lines that touch in the book, as at a closing mark, have no space between them.
        if previous_line is not None and timed_line.line.start != previous_line.line.end:
            _append_text(block, " ")
        span = add_child(block, "span", id=make_element_id(timed_line))
        if timed_line.line.language:
            _declare_language(span, timed_line.line.language)
        _add_words(span, timed_line, emphasis)
        previous_line = timed_line


def _add_words(span: Element, timed_line: TimedLine, emphasis: Emphasis) -> None:
    """Append the words of a line, with an `em` around emphasised words."""
    line = timed_line.line
    for is_emphasised, word_run in groupby(
        timed_line.words, key=lambda word: emphasis.covers_word(word.source_span)
    ):
        words = list(word_run)
        start, end = words[0].line_offset, words[-1].line_offset + len(words[-1].text)
        text = line.text[start:end]
        if start and line.text[start - 1] == " ":
            _append_text(span, " ")
        if is_emphasised:
            add_child(span, "em", text=text)
        else:
            _append_text(span, text)


def _append_text(parent: Element, text: str) -> None:
    """Append text to the end of an element's content."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + remove_illegal_characters(text)
    else:
        parent.text = (parent.text or "") + remove_illegal_characters(text)


# ---------------------------------------------------------------------------------- support files


def _add_support_files(
    archive: ArchiveWriter, rendered_book: RenderedBook, toc_entries: Sequence[tuple[str, str]]
) -> list[ManifestItem]:
    """Add the style sheet, the contents list and any cover, and return their manifest items."""
    style = (files(__package__) / "book.css").read_text(encoding="utf-8")
    archive.add_bytes("EPUB/book.css", (style + media_overlay.ACTIVE_STYLE).encode())
    archive.add_bytes(
        "EPUB/nav.xhtml",
        build_navigation(toc_entries, rendered_book.metadata, "EPUB/nav.xhtml", "book.css"),
    )
    items = [
        ManifestItem("style", "EPUB/book.css", "text/css"),
        ManifestItem("nav", "EPUB/nav.xhtml", "application/xhtml+xml", "nav"),
    ]
    if cover := rendered_book.metadata.cover:
        suffix = "jpg" if cover.media_type == "image/jpeg" else "png"
        archive.add_bytes(f"EPUB/cover.{suffix}", cover.data)
        items.append(ManifestItem("cover", f"EPUB/cover.{suffix}", cover.media_type, "cover-image"))
    return items


def build_navigation(
    toc_entries: Iterable[tuple[str, str]], metadata: Metadata, entry_name: str, style: str
) -> bytes:
    """Return a contents list as a page.

    Args:
        toc_entries: the target of each entry (a path in the archive, possibly with a fragment), and
            its title.
        metadata: the metadata of the book.
        entry_name: the path of the contents list in the archive; links are relative to it.
        style: the link to its style sheet, or an empty string.
    """
    root, body = create_page(metadata.title, metadata, style)
    nav = add_child(body, "nav", epub_type="toc", role="doc-toc", id="toc")
    add_child(nav, "h1", text=metadata.title)
    list_element = add_child(nav, "ol")
    for target, title in toc_entries:
        path, fragment = split_link(target)
        href = media_overlay.make_relative_href(path, entry_name)
        href += f"#{fragment}" if fragment else ""
        add_child(add_child(list_element, "li"), "a", text=title or "…", href=href)
    return serialise_xhtml(root)


# ---------------------------------------------------------------------------------- package


def _build_package(
    rendered_book: RenderedBook,
    items: Sequence[ManifestItem],
    spine_items: Sequence[ManifestItem],
    clips_by_page: dict[str, list[OverlayClip]],
) -> bytes:
    """Return the package document: metadata, manifest and spine."""
    language = remove_illegal_characters(rendered_book.metadata.language)
    root = etree.Element(f"{{{OPF_NAMESPACE}}}package", nsmap=_PACKAGE_NAMESPACES)
    root.set("version", "3.0")
    root.set("unique-identifier", "uid")
    root.set(f"{{{XML_NAMESPACE}}}lang", language)
    metadata_element = etree.SubElement(
        root, f"{{{OPF_NAMESPACE}}}metadata", nsmap={"dc": DC_NAMESPACE}
    )
    _add_book_metadata(metadata_element, rendered_book)
    manifest = add_child(root, "manifest")
    for item in items:
        add_manifest_item(manifest, item, PACKAGE_ENTRY)
    overlay_ids = {item.entry_name: item.overlay_id for item in spine_items if item.overlay_id}
    clips_by_overlay = {overlay_ids[page]: clips for page, clips in clips_by_page.items()}
    add_media_metadata(metadata_element, rendered_book, clips_by_overlay)
    spine = add_child(root, "spine")
    if find_text_direction(rendered_book.metadata.language) == "rtl":
        spine.set("page-progression-direction", "rtl")
    add_child(spine, "itemref", idref="nav")
    for item in spine_items:
        add_child(spine, "itemref", idref=item.id)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def derive_identifier(source: Source) -> str:
    """Return a URN that depends only on the source file, so every build has the same one."""
    digest = hashlib.sha256(source.sha256.encode()).digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _add_book_metadata(metadata_element: Element, rendered_book: RenderedBook) -> None:
    """Add the Dublin Core elements, the date of modification and the accessibility metadata."""
    metadata = rendered_book.metadata
    dublin_core = {
        "identifier": derive_identifier(rendered_book.script.book.source),
        "title": metadata.title,
        "language": metadata.language,
        "creator": metadata.author,
        "publisher": metadata.publisher,
        "date": metadata.published if DATE_PATTERN.fullmatch(metadata.published or "") else None,
        "description": metadata.description,
    }
    for name, value in dublin_core.items():
        if value and remove_illegal_characters(value).strip():
            element = etree.SubElement(metadata_element, f"{{{DC_NAMESPACE}}}{name}")
            element.text = remove_illegal_characters(value)
            if name == "identifier":
                element.set("id", "uid")
    add_meta(metadata_element, "dcterms:modified", MODIFIED_DATE)
    for name, values in ACCESSIBILITY_METADATA.items():
        for value in values:
            add_meta(metadata_element, name, value)


def add_meta(metadata_element: Element, name: str, value: str, refines: str = "") -> None:
    """Append a `meta` element; `refines` is the id of the element that it describes."""
    attributes = {"property": name} | ({"refines": f"#{refines}"} if refines else {})
    add_child(metadata_element, "meta", text=value, **attributes)


def add_media_metadata(
    metadata_element: Element,
    rendered_book: RenderedBook,
    clips_by_overlay: dict[str, list[OverlayClip]],
) -> None:
    """Add the durations of the overlays, the narrator and the class of the active element.

    `clips_by_overlay` maps the manifest id of each overlay to its clips.
    """
    seconds_by_overlay = {
        overlay_id: media_overlay.sum_clip_seconds(clips)
        for overlay_id, clips in clips_by_overlay.items()
    }
    total_clock = media_overlay.format_smil_clock(sum(seconds_by_overlay.values()))
    add_meta(metadata_element, "media:duration", total_clock)
    for overlay_id, seconds in seconds_by_overlay.items():
        overlay_clock = media_overlay.format_smil_clock(seconds)
        add_meta(metadata_element, "media:duration", overlay_clock, refines=overlay_id)
    voice_name = rendered_book.cast.narrator.credit_name
    narrator_name = rendered_book.metadata.narrator or f"{voice_name} (synthetic voice)"
    add_meta(metadata_element, "media:narrator", narrator_name)
    add_meta(metadata_element, "media:active-class", media_overlay.ACTIVE_CLASS)


def add_manifest_item(manifest: Element, item: ManifestItem, package_entry: str) -> None:
    """Append an item to a manifest, with a link relative to the package document."""
    element = add_child(
        manifest,
        "item",
        id=item.id,
        href=media_overlay.make_relative_href(item.entry_name, package_entry),
        media_type=item.media_type,
    )
    if item.properties:
        element.set("properties", item.properties)
    if item.overlay_id:
        element.set("media-overlay", item.overlay_id)
