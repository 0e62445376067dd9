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

from narrator.model import Form, Kind
from narrator.readalong.epub import media_overlay
from narrator.readalong.epub.media_overlay import AUDIO_TYPES, OPS, SMIL_TYPE, Passage
from narrator.readalong.epub.zip_packing import box
from narrator.readalong.web_page import direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from narrator.model import Metadata, Source, Span
    from narrator.readalong.epub.media_overlay import Clip
    from narrator.readalong.epub.zip_packing import Box
    from narrator.readalong.rendered_book import Performance, Scene
    from narrator.readalong.word_timing import Uttered

Element = etree._Element
XHTML = "http://www.w3.org/1999/xhtml"
OPF = "http://www.idpf.org/2007/opf"
DC = "http://purl.org/dc/elements/1.1/"
XML = "http://www.w3.org/XML/1998/namespace"
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="{root}" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
ROOT = "EPUB/package.opf"
MODIFIED = "2000-01-01T00:00:00Z"
"""When an undated book was changed last: the same book gives the same bytes on every day."""
ACCESS = {
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
_PAGE_NAMES: Any = {None: XHTML, "epub": OPS}
_PACKAGE_NAMES: Any = {None: OPF}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DATED = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the publication."""

    id: str
    entry: str
    media_type: str
    properties: str = ""
    overlay: str = ""
    """The id of the item that lights it."""


def legal(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return _ILLEGAL.sub("", text)


def bind(performance: Performance, target: Path) -> None:
    """Write a new EPUB."""
    with box(target) as made:
        made.add("META-INF/container.xml", CONTAINER.format(root=ROOT).encode())
        passages, titles = [], []
        for scene in performance.scenes():
            entry = f"EPUB/text/chapter-{scene.number:03}.xhtml"
            made.add(entry, _chapter(scene, performance, entry))
            titles.append((entry, scene.mark.title))
            passages += [Passage(entry, fragment_of(heard), heard.start) for heard in scene.uttered]
        pages = media_overlay.by_page(media_overlay.clips(passages, performance))
        items = [*_furniture(made, performance, titles), *add_sound(made, performance, "EPUB")]
        items += [
            Item(f"overlay-{number}", _smil(entry), SMIL_TYPE)
            for number, (entry, _) in enumerate(titles, 1)
            if entry in pages
        ]
        audio = audio_entries(performance, "EPUB")
        for entry, clips in pages.items():
            made.add(_smil(entry), media_overlay.smil(clips, _smil(entry), audio))
        texts = [
            Item(
                f"chapter-{number}",
                entry,
                "application/xhtml+xml",
                overlay=f"overlay-{number}" if entry in pages else "",
            )
            for number, (entry, _) in enumerate(titles, 1)
        ]
        made.add(ROOT, _package(performance, [*items, *texts], texts, pages))


def fragment_of(heard: Uttered) -> str:
    """The id of the element that holds a line."""
    return f"line-{heard.line.id.replace('.', '-')}"


def audio_entries(performance: Performance, folder: str) -> list[str]:
    """Where the tracks lie in the archive."""
    return [
        f"{folder}/audio/{number:03}{track.path.suffix}".lstrip("/")
        for number, track in enumerate(performance.tracks, 1)
    ]


def add_sound(made: Box, performance: Performance, folder: str) -> list[Item]:
    """Put the tracks into the archive."""
    items = []
    entries = audio_entries(performance, folder)
    for number, (track, entry) in enumerate(zip(performance.tracks, entries, strict=True), 1):
        made.copy(entry, track.path)
        items.append(Item(f"narrator-audio-{number}", entry, AUDIO_TYPES[track.path.suffix]))
    return items


def _smil(page: str) -> str:
    return page.replace("/text/", "/overlay/").replace(".xhtml", ".smil")


# ---------------------------------------------------------------------------------- pages


def page(title: str, metadata: Metadata, style: str) -> tuple[Element, Element]:
    """An empty page, and its body."""
    root = etree.Element(f"{{{XHTML}}}html", nsmap=_PAGE_NAMES)
    root.set("lang", legal(metadata.language))
    root.set(f"{{{XML}}}lang", legal(metadata.language))
    root.set("dir", direction(metadata.language))
    head = child(root, "head")
    child(head, "title", text=title or metadata.title)
    if style:
        child(head, "link", rel="stylesheet", type="text/css", href=style)
    return root, child(root, "body")


def child(parent: Element, tag: str, *, text: str = "", **attributes: str) -> Element:
    """A new last child in the parent's own namespace; `epub_type` is `epub:type`."""
    namespace = etree.QName(parent).namespace
    element = etree.SubElement(parent, f"{{{namespace}}}{tag}" if namespace else tag)
    for name, value in attributes.items():
        key = f"{{{OPS}}}type" if name == "epub_type" else name.rstrip("_").replace("_", "-")
        element.set(key, legal(value))
    element.text = legal(text) or None
    return element


def xhtml(root: Element) -> bytes:
    """A page as it is stored."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>")


def _chapter(scene: Scene, performance: Performance, entry: str) -> bytes:
    style = media_overlay.relative("EPUB/book.css", entry)
    root, body = page(scene.mark.title, performance.metadata, style)
    section = child(body, "section", epub_type="chapter", id=f"chapter-{scene.number}")
    if not (scene.uttered and scene.uttered[0].line.kind is Kind.HEADING):
        child(section, "h1", text=scene.mark.title)
    emphasis = [
        span
        for chapter in performance.script.book.chapters
        if chapter.number == scene.number
        for paragraph in chapter.paragraphs
        for span in paragraph.emphasis
    ]
    level = "h1"
    for _, run in groupby(scene.uttered, key=lambda heard: heard.line.paragraph):
        lines = list(run)
        _paragraph(section, lines, emphasis, level)
        level = "h2" if lines[0].line.kind is Kind.HEADING else level
    return xhtml(root)


def _paragraph(
    section: Element, run: Sequence[Uttered], emphasis: Sequence[Span], level: str
) -> None:
    first = run[0].line
    if first.scene:
        child(section, "hr", class_="scene")
    if first.kind is Kind.HEADING:
        block = child(section, level)
    else:
        outer = child(section, "blockquote") if first.form is Form.QUOTE else section
        block = child(outer, "p", **({} if first.form is Form.TEXT else {"class_": first.form}))
    last = None
    for heard in run:
        if last is not None and heard.line.start != last.line.end:
            _append(block, " ")
        span = child(block, "span", id=fragment_of(heard))
        _words(span, heard, emphasis)
        last = heard


def _words(span: Element, heard: Uttered, emphasis: Sequence[Span]) -> None:
    """The words of a line, those that are emphasised in `em`."""
    line = heard.line
    for stressed, run in groupby(
        heard.words, key=lambda word: any(_covers(e, word.source) for e in emphasis)
    ):
        words = list(run)
        text = line.text[words[0].at : words[-1].at + len(words[-1].text)]
        if words[0].at and line.text[words[0].at - 1] == " ":
            _append(span, " ")
        if stressed:
            child(span, "em", text=text)
        else:
            _append(span, text)


def _covers(stretch: Span, word: Span) -> bool:
    return stretch.start <= word.start and word.end <= stretch.end + 2  # a mark may follow it


def _append(parent: Element, text: str) -> None:
    """Text after all that a parent holds."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + legal(text)
    else:
        parent.text = (parent.text or "") + legal(text)


# ---------------------------------------------------------------------------------- furniture


def _furniture(
    made: Box, performance: Performance, titles: Sequence[tuple[str, str]]
) -> list[Item]:
    """Style, contents list and cover."""
    style = (files("narrator.readalong") / "web_player/book.css").read_text(encoding="utf-8")
    made.add("EPUB/book.css", (style + media_overlay.STYLE).encode())
    made.add(
        "EPUB/nav.xhtml", navigation(titles, performance.metadata, "EPUB/nav.xhtml", "book.css")
    )
    items = [
        Item("style", "EPUB/book.css", "text/css"),
        Item("nav", "EPUB/nav.xhtml", "application/xhtml+xml", "nav"),
    ]
    if cover := performance.metadata.cover:
        suffix = "jpg" if cover.media_type == "image/jpeg" else "png"
        made.add(f"EPUB/cover.{suffix}", cover.data)
        items.append(Item("cover", f"EPUB/cover.{suffix}", cover.media_type, "cover-image"))
    return items


def navigation(
    titles: Iterable[tuple[str, str]], metadata: Metadata, entry: str, style: str
) -> bytes:
    """The contents list: pages, or places on them, and their titles."""
    root, body = page(metadata.title, metadata, style)
    nav = child(body, "nav", epub_type="toc", role="doc-toc", id="toc")
    child(nav, "h1", text=metadata.title)
    entries = child(nav, "ol")
    for target, title in titles:
        path, _, fragment = target.partition("#")
        href = media_overlay.relative(path, entry) + (f"#{fragment}" if fragment else "")
        child(child(entries, "li"), "a", text=title or "…", href=href)
    return xhtml(root)


def _package(
    performance: Performance,
    items: Sequence[Item],
    spine: Sequence[Item],
    pages: dict[str, list[Clip]],
) -> bytes:
    metadata = performance.metadata
    root = etree.Element(f"{{{OPF}}}package", nsmap=_PACKAGE_NAMES)
    root.set("version", "3.0")
    root.set("unique-identifier", "uid")
    root.set(f"{{{XML}}}lang", legal(metadata.language))
    told = etree.SubElement(root, f"{{{OPF}}}metadata", nsmap={"dc": DC})
    _catalogue(told, performance)
    manifest = child(root, "manifest")
    for item in items:
        add_item(manifest, item, ROOT)
    overlays = {item.entry: item.overlay for item in spine if item.overlay}
    tell_media(told, performance, {overlays[entry]: clips for entry, clips in pages.items()})
    order = child(root, "spine")
    child(order, "itemref", idref="nav")
    for item in spine:
        child(order, "itemref", idref=item.id)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def identifier(source: Source) -> str:
    """A name for what is made of a source, the same each time."""
    digest = hashlib.sha256(source.sha256.encode()).digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _catalogue(told: Element, performance: Performance) -> None:
    metadata = performance.metadata
    made = {
        "identifier": identifier(performance.script.book.source),
        "title": metadata.title,
        "language": metadata.language,
        "creator": metadata.author,
        "publisher": metadata.publisher,
        "date": metadata.published if DATED.fullmatch(metadata.published or "") else None,
        "description": metadata.description,
    }
    for name, value in made.items():
        if value and legal(value).strip():
            element = etree.SubElement(told, f"{{{DC}}}{name}")
            element.text = legal(value)
            if name == "identifier":
                element.set("id", "uid")
    meta(told, "dcterms:modified", MODIFIED)
    for name, values in ACCESS.items():
        for value in values:
            meta(told, name, value)


def meta(told: Element, name: str, value: str, refines: str = "") -> None:
    """One statement of a package document."""
    attributes = {"property": name} | ({"refines": f"#{refines}"} if refines else {})
    child(told, "meta", text=value, **attributes)


def tell_media(told: Element, performance: Performance, overlays: dict[str, list[Clip]]) -> None:
    """How long each overlay is and all of them are, who reads, and the class of what is lit."""
    seconds = {name: media_overlay.duration(clips) for name, clips in overlays.items()}
    meta(told, "media:duration", media_overlay.clock(sum(seconds.values())))
    for name, length in seconds.items():
        meta(told, "media:duration", media_overlay.clock(length), refines=name)
    voice = performance.cast.narrator.name.title()
    meta(told, "media:narrator", performance.metadata.narrator or f"{voice} (synthetic voice)")
    meta(told, "media:active-class", media_overlay.ACTIVE)


def add_item(manifest: Element, item: Item, root: str) -> None:
    """One file of a manifest."""
    element = child(
        manifest,
        "item",
        id=item.id,
        href=media_overlay.relative(item.entry, root),
        media_type=item.media_type,
    )
    if item.properties:
        element.set("properties", item.properties)
    if item.overlay:
        element.set("media-overlay", item.overlay)
