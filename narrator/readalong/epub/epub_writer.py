"""A new EPUB 3: pages made from the script, with a contents list, a title page and the cover."""

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
from narrator.readalong.epub import media_overlay
from narrator.readalong.epub.media_overlay import (
    AUDIO_TYPES,
    OPS_NAMESPACE,
    SMIL_TYPE,
    TimedFragment,
)
from narrator.readalong.epub.zip_packing import create_epub_archive
from narrator.readalong.web_page import text_direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Source, Span
    from narrator.readalong.epub.media_overlay import OverlayClip
    from narrator.readalong.epub.zip_packing import ArchiveWriter
    from narrator.readalong.rendered_book import RenderedBook, TimedChapter
    from narrator.readalong.word_timing import TimedLine

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
"""When an undated book was changed last: the same book gives the same bytes on every day."""
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
_PAGE_NAMES: Any = {None: XHTML_NAMESPACE, "epub": OPS_NAMESPACE}
_PACKAGE_NAMES: Any = {None: OPF_NAMESPACE}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DATE_PATTERN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A file of the publication."""

    id: str
    entry_name: str
    media_type: str
    properties: str = ""
    overlay_id: str = ""
    """The id of the item that lights it."""


def remove_illegal_characters(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return _ILLEGAL.sub("", text)


def write_new_epub(rendered_book: RenderedBook, target: Path) -> None:
    """Write a new EPUB."""
    with create_epub_archive(target) as made:
        made.add_bytes("META-INF/container.xml", CONTAINER_XML.format(root=PACKAGE_ENTRY).encode())
        passages, titles = [], []
        for scene in rendered_book.time_chapters():
            entry = f"EPUB/text/chapter-{scene.number:03}.xhtml"
            made.add_bytes(entry, _chapter(scene, rendered_book, entry))
            titles.append((entry, scene.chapter_mark.title))
            passages += [
                TimedFragment(entry, make_element_id(heard), heard.start_sample)
                for heard in scene.timed_lines
            ]
        pages = media_overlay.group_by_page(
            media_overlay.make_overlay_clips(passages, rendered_book)
        )
        items = [
            *_furniture(made, rendered_book, titles),
            *add_audio_tracks(made, rendered_book, "EPUB"),
        ]
        items += [
            ManifestItem(f"overlay-{number}", _smil(entry), SMIL_TYPE)
            for number, (entry, _) in enumerate(titles, 1)
            if entry in pages
        ]
        audio = list_audio_entries(rendered_book, "EPUB")
        for entry, clips in pages.items():
            made.add_bytes(_smil(entry), media_overlay.build_smil(clips, _smil(entry), audio))
        texts = [
            ManifestItem(
                f"chapter-{number}",
                entry,
                "application/xhtml+xml",
                overlay_id=f"overlay-{number}" if entry in pages else "",
            )
            for number, (entry, _) in enumerate(titles, 1)
        ]
        made.add_bytes(PACKAGE_ENTRY, _package(rendered_book, [*items, *texts], texts, pages))


def make_element_id(heard: TimedLine) -> str:
    """The id of the element that holds a line."""
    return f"line-{heard.line.id.replace('.', '-')}"


def list_audio_entries(performance: RenderedBook, folder: str) -> list[str]:
    """Where the tracks lie in the archive."""
    return [
        f"{folder}/audio/{number:03}{track.path.suffix}".lstrip("/")
        for number, track in enumerate(performance.tracks, 1)
    ]


def add_audio_tracks(
    made: ArchiveWriter, performance: RenderedBook, folder: str
) -> list[ManifestItem]:
    """Put the tracks into the archive."""
    items = []
    entries = list_audio_entries(performance, folder)
    for number, (track, entry) in enumerate(zip(performance.tracks, entries, strict=True), 1):
        made.copy_file(entry, track.path)
        items.append(
            ManifestItem(f"narrator-audio-{number}", entry, AUDIO_TYPES[track.path.suffix])
        )
    return items


def _smil(page: str) -> str:
    return page.replace("/text/", "/overlay/").replace(".xhtml", ".smil")


# ---------------------------------------------------------------------------------- pages


def create_page(title: str, metadata: Metadata, style: str) -> tuple[Element, Element]:
    """An empty page, and its body."""
    root = etree.Element(f"{{{XHTML_NAMESPACE}}}html", nsmap=_PAGE_NAMES)
    root.set("lang", remove_illegal_characters(metadata.language))
    root.set(f"{{{XML_NAMESPACE}}}lang", remove_illegal_characters(metadata.language))
    root.set("dir", text_direction(metadata.language))
    head = add_child(root, "head")
    add_child(head, "title", text=title or metadata.title)
    if style:
        add_child(head, "link", rel="stylesheet", type="text/css", href=style)
    return root, add_child(root, "body")


def add_child(parent: Element, tag: str, *, text: str = "", **attributes: str) -> Element:
    """A new last child in the parent's own namespace; `epub_type` is `epub:type`."""
    namespace = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{namespace}}}{tag}" if namespace else tag)
    for name, value in attributes.items():
        key = (
            f"{{{OPS_NAMESPACE}}}type"
            if name == "epub_type"
            else name.rstrip("_").replace("_", "-")
        )
        element.set(key, remove_illegal_characters(value))
    element.text = remove_illegal_characters(text) or None
    return element


def serialise_xhtml(root: Element) -> bytes:
    """A page as it is stored."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>")


def _chapter(scene: TimedChapter, performance: RenderedBook, entry: str) -> bytes:
    style = media_overlay.make_relative_href("EPUB/book.css", entry)
    root, body = create_page(scene.chapter_mark.title, performance.metadata, style)
    section = add_child(body, "section", epub_type="chapter", id=f"chapter-{scene.number}")
    if not (scene.timed_lines and scene.timed_lines[0].line.kind is LineKind.HEADING):
        add_child(section, "h1", text=scene.chapter_mark.title)
    emphasis = [
        span
        for chapter in performance.script.book.chapters
        if chapter.number == scene.number
        for paragraph in chapter.paragraphs
        for span in paragraph.emphasis
    ]
    level = "h1"
    for _, run in groupby(scene.timed_lines, key=lambda heard: heard.line.paragraph):
        lines = list(run)
        _paragraph(section, lines, emphasis, level)
        level = "h2" if lines[0].line.kind is LineKind.HEADING else level
    return serialise_xhtml(root)


def _paragraph(
    section: Element, run: Sequence[TimedLine], emphasis: Sequence[Span], level: str
) -> None:
    first = run[0].line
    if first.follows_scene_break:
        add_child(section, "hr", class_="scene")
    if first.kind is LineKind.HEADING:
        block = add_child(section, level)
    else:
        outer = (
            add_child(section, "blockquote")
            if first.paragraph_kind is ParagraphKind.QUOTE
            else section
        )
        block = add_child(
            outer,
            "p",
            **(
                {}
                if first.paragraph_kind is ParagraphKind.TEXT
                else {"class_": first.paragraph_kind}
            ),
        )
    last = None
    for heard in run:
        if last is not None and heard.line.start != last.line.end:
            _append(block, " ")
        span = add_child(block, "span", id=make_element_id(heard))
        _words(span, heard, emphasis)
        last = heard


def _words(span: Element, heard: TimedLine, emphasis: Sequence[Span]) -> None:
    """The words of a line, those that are emphasised in `em`."""
    line = heard.line
    for stressed, run in groupby(
        heard.words, key=lambda word: any(_covers(e, word.source_span) for e in emphasis)
    ):
        words = list(run)
        text = line.text[words[0].line_offset : words[-1].line_offset + len(words[-1].text)]
        if words[0].line_offset and line.text[words[0].line_offset - 1] == " ":
            _append(span, " ")
        if stressed:
            add_child(span, "em", text=text)
        else:
            _append(span, text)


def _covers(stretch: Span, word: Span) -> bool:
    return stretch.start <= word.start and word.end <= stretch.end + 2  # a mark may follow it


def _append(parent: Element, text: str) -> None:
    """Text after all that a parent holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + remove_illegal_characters(text)
    else:
        parent.text = (parent.text or "") + remove_illegal_characters(text)


# ---------------------------------------------------------------------------------- furniture


def _furniture(
    made: ArchiveWriter, performance: RenderedBook, titles: Sequence[tuple[str, str]]
) -> list[ManifestItem]:
    """Style, contents list and cover."""
    style = (files("narrator.readalong") / "web_player/book.css").read_text(encoding="utf-8")
    made.add_bytes("EPUB/book.css", (style + media_overlay.ACTIVE_STYLE).encode())
    made.add_bytes(
        "EPUB/nav.xhtml",
        build_navigation(titles, performance.metadata, "EPUB/nav.xhtml", "book.css"),
    )
    items = [
        ManifestItem("style", "EPUB/book.css", "text/css"),
        ManifestItem("nav", "EPUB/nav.xhtml", "application/xhtml+xml", "nav"),
    ]
    if cover := performance.metadata.cover:
        suffix = "jpg" if cover.media_type == "image/jpeg" else "png"
        made.add_bytes(f"EPUB/cover.{suffix}", cover.data)
        items.append(ManifestItem("cover", f"EPUB/cover.{suffix}", cover.media_type, "cover-image"))
    return items


def build_navigation(
    titles: Iterable[tuple[str, str]], metadata: Metadata, entry: str, style: str
) -> bytes:
    """The contents list: pages, or places on them, and their titles."""
    root, body = create_page(metadata.title, metadata, style)
    nav = add_child(body, "nav", epub_type="toc", role="doc-toc", id="toc")
    add_child(nav, "h1", text=metadata.title)
    entries = add_child(nav, "ol")
    for target, title in titles:
        path, _, fragment = target.partition("#")
        href = media_overlay.make_relative_href(path, entry) + (f"#{fragment}" if fragment else "")
        add_child(add_child(entries, "li"), "a", text=title or "…", href=href)
    return serialise_xhtml(root)


def _package(
    performance: RenderedBook,
    items: Sequence[ManifestItem],
    spine: Sequence[ManifestItem],
    pages: dict[str, list[OverlayClip]],
) -> bytes:
    metadata = performance.metadata
    root = etree.Element(f"{{{OPF_NAMESPACE}}}package", nsmap=_PACKAGE_NAMES)
    root.set("version", "3.0")
    root.set("unique-identifier", "uid")
    root.set(f"{{{XML_NAMESPACE}}}lang", remove_illegal_characters(metadata.language))
    told = etree.SubElement(root, f"{{{OPF_NAMESPACE}}}metadata", nsmap={"dc": DC_NAMESPACE})
    _catalogue(told, performance)
    manifest = add_child(root, "manifest")
    for item in items:
        add_manifest_item(manifest, item, PACKAGE_ENTRY)
    overlays = {item.entry_name: item.overlay_id for item in spine if item.overlay_id}
    add_media_metadata(
        told, performance, {overlays[entry]: clips for entry, clips in pages.items()}
    )
    order = add_child(root, "spine")
    add_child(order, "itemref", idref="nav")
    for item in spine:
        add_child(order, "itemref", idref=item.id)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def derive_identifier(source: Source) -> str:
    """A name for what is made of a source, the same each time."""
    digest = hashlib.sha256(source.sha256.encode()).digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _catalogue(told: Element, performance: RenderedBook) -> None:
    metadata = performance.metadata
    made = {
        "identifier": derive_identifier(performance.script.book.source),
        "title": metadata.title,
        "language": metadata.language,
        "creator": metadata.author,
        "publisher": metadata.publisher,
        "date": metadata.published if DATE_PATTERN.fullmatch(metadata.published or "") else None,
        "description": metadata.description,
    }
    for name, value in made.items():
        if value and remove_illegal_characters(value).strip():
            element = etree.SubElement(told, f"{{{DC_NAMESPACE}}}{name}")
            element.text = remove_illegal_characters(value)
            if name == "identifier":
                element.set("id", "uid")
    add_meta(told, "dcterms:modified", MODIFIED_DATE)
    for name, values in ACCESSIBILITY_METADATA.items():
        for value in values:
            add_meta(told, name, value)


def add_meta(told: Element, name: str, value: str, refines: str = "") -> None:
    """One statement of a package document."""
    attributes = {"property": name} | ({"refines": f"#{refines}"} if refines else {})
    add_child(told, "meta", text=value, **attributes)


def add_media_metadata(
    told: Element, performance: RenderedBook, overlays: dict[str, list[OverlayClip]]
) -> None:
    """How long each overlay is and all of them are, who reads, and the class of what is lit."""
    seconds = {name: media_overlay.total_clip_seconds(clips) for name, clips in overlays.items()}
    add_meta(told, "media:duration", media_overlay.format_smil_clock(sum(seconds.values())))
    for name, length in seconds.items():
        add_meta(told, "media:duration", media_overlay.format_smil_clock(length), refines=name)
    voice = performance.cast.narrator.name.title()
    add_meta(told, "media:narrator", performance.metadata.narrator or f"{voice} (synthetic voice)")
    add_meta(told, "media:active-class", media_overlay.ACTIVE_CLASS)


def add_manifest_item(manifest: Element, item: ManifestItem, root: str) -> None:
    """One file of a manifest."""
    element = add_child(
        manifest,
        "item",
        id=item.id,
        href=media_overlay.make_relative_href(item.entry_name, root),
        media_type=item.media_type,
    )
    if item.properties:
        element.set("properties", item.properties)
    if item.overlay_id:
        element.set("media-overlay", item.overlay_id)
