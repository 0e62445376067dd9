"""The same EPUB, with its own pages and styles, and a voice.

Of an EPUB's files only the pages that are read and the package document change; an EPUB 2 becomes
an EPUB 3 on the way, with a contents list made of its own.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from narrator.readalong.epub import media_overlay, upgrade
from narrator.readalong.epub.alignment import mark
from narrator.readalong.epub.epub_writer import (
    CONTAINER,
    OPF,
    Item,
    add_item,
    add_sound,
    audio_entries,
    child,
    navigation,
    tell_media,
    xhtml,
)
from narrator.readalong.epub.media_overlay import SMIL_TYPE, Passage
from narrator.readalong.epub.zip_packing import box
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import Package
from narrator.readers.layout import markup
from narrator.readers.layout.markup import attribute, local, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.readalong.epub.alignment import Fragment
    from narrator.readalong.epub.media_overlay import Clip
    from narrator.readalong.epub.zip_packing import Box
    from narrator.readalong.rendered_book import Performance
    from narrator.readalong.word_timing import Uttered

Element = etree._Element
FOLDER = "narrator"
"""Beside the package document: all that is new lies there."""


def rebind(performance: Performance, original: bytes, target: Path) -> None:
    """Write an EPUB that was read, with overlays.

    Raises:
        ReadingError: the original is damaged.
    """
    archive = Archive(original, performance.script.book.source.path)
    _Edition(performance, archive, Package(archive)).write(target)


@dataclass(frozen=True, slots=True)
class _Edition:
    """A book on its way from one archive to another."""

    performance: Performance
    archive: Archive
    package: Package

    @property
    def folder(self) -> str:
        """Where new files go."""
        return posixpath.join(posixpath.dirname(self.package.root), FOLDER)

    def write(self, target: Path) -> None:
        """Write all of it."""
        trees = {page.path: self.tree(page.path) for page in self.package.spine}
        pages = [path for path in trees if trees[path] is not None]
        bodies = [tree for path in pages if (tree := trees[path]) is not None]
        passages = self.passages(pages, bodies)
        clips = media_overlay.by_page(media_overlay.clips(passages, self.performance))
        with box(target) as made:
            made.add("META-INF/container.xml", CONTAINER.format(root=self.package.root).encode())
            for path, body in zip(pages, bodies, strict=True):
                made.add(path, self.page(body, path, lit=path in clips))
            items = self.additions(made, clips)
            made.add(
                self.package.root,
                self.document(items, clips, dict(zip(pages, bodies, strict=True)), made),
            )
            self.copy_rest(made)

    def tree(self, path: str) -> Element | None:
        """A page; none where it is a drawing, or missing."""
        try:
            data = self.package.read(path)
        except KeyError:
            return None
        if not data.strip():
            return None
        tree = markup.parse(markup.decode(data, path), path)
        return upgrade.page(tree) if local(tree) == "html" else None

    def passages(self, pages: Sequence[str], bodies: Sequence[Element]) -> list[Passage]:
        """Where each line stands, in listening order."""
        uttered = [heard for scene in self.performance.scenes() for heard in scene.uttered]
        lines = [heard.line for heard in uttered]
        marked = mark(bodies, self.performance.script.book, lines)
        return [
            Passage(pages[fragment.page], fragment.id, _begins(uttered[fragment.line], fragment))
            for fragment in marked.fragments
        ]

    def page(self, body: Element, path: str, *, lit: bool) -> bytes:
        """A page as it is stored."""
        if lit:
            head = next((e for e in body if local(e) == "head"), None)
            if head is not None:
                href = media_overlay.relative(f"{self.folder}/readalong.css", path)
                child(head, "link", rel="stylesheet", type="text/css", href=href)
        return xhtml(body)

    def additions(self, made: Box, clips: dict[str, list[Clip]]) -> list[Item]:
        """The overlays, the sound and the style."""
        style = Item("narrator-style", f"{self.folder}/readalong.css", "text/css")
        made.add(style.entry, media_overlay.STYLE.encode())
        audio = audio_entries(self.performance, self.folder)
        items = [style, *add_sound(made, self.performance, self.folder)]
        for number, found in enumerate(clips.values(), 1):
            item = Item(f"narrator-overlay-{number}", f"{self.folder}/{number:03}.smil", SMIL_TYPE)
            made.add(item.entry, media_overlay.smil(found, item.entry, audio))
            items.append(item)
        return items

    def document(
        self,
        items: Sequence[Item],
        clips: dict[str, list[Clip]],
        bodies: dict[str, Element],
        made: Box,
    ) -> bytes:
        """The package document."""
        root = self.package.root
        tree = markup.parse(markup.decode(self.archive.read(root), root), root)
        told, manifest = (_part(tree, name) for name in ("metadata", "manifest"))
        upgrade.package(tree)
        _forget_overlays(tree)
        overlays = {
            path: item.id
            for path, item in zip(
                clips, [i for i in items if i.media_type == SMIL_TYPE], strict=True
            )
        }
        for element in manifest:
            path = resolve(attribute(element, "href"), root)
            if path in overlays:
                element.set("media-overlay", overlays[path])
            if path in bodies:
                element.set("media-type", "application/xhtml+xml")
                upgrade.tell_properties(element, bodies[path])
        for item in [*items, *self.contents(manifest, made)]:
            add_item(manifest, item, root)
        tell_media(told, self.performance, {overlays[path]: c for path, c in clips.items()})
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")

    def contents(self, manifest: Element, made: Box) -> Iterator[Item]:
        """A contents list, for a book whose only one is EPUB 2's."""
        if any("nav" in attribute(item, "properties").split() for item in manifest):
            return
        item = Item("narrator-nav", f"{self.folder}/nav.xhtml", "application/xhtml+xml", "nav")
        titles = [(point.target, point.title) for point in self.package.contents]
        titles = titles or [(self.package.spine[0].path, self.performance.metadata.title)]
        metadata = self.performance.metadata
        made.add(item.entry, navigation(titles, metadata, item.entry, "readalong.css"))
        yield item

    def copy_rest(self, made: Box) -> None:
        """Every other file, as it is."""
        for name in self.archive.names:
            if name not in made.names and not name.endswith(".smil"):
                made.add(name, self.archive.read(name))


def _begins(heard: Uttered, fragment: Fragment) -> int:
    """When a fragment of a line begins: with the word that it begins with."""
    seen = 0
    for word in heard.words:
        if seen >= fragment.offset:
            return word.start
        seen += len(word.text.replace(" ", ""))
    return heard.end


def _part(tree: Element, name: str) -> Element:
    found = next((e for e in tree if local(e) == name), None)
    return found if found is not None else etree.SubElement(tree, f"{{{OPF}}}{name}")


def _forget_overlays(tree: Element) -> None:
    """Without overlays that the book had."""
    for element in list(tree.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        told = local(element) == "meta" and attribute(element, "property").startswith("media:")
        if told or attribute(element, "media-type") == SMIL_TYPE:
            parent.remove(element)
        elif "media-overlay" in element.attrib:
            del element.attrib["media-overlay"]
