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
from narrator.readalong.epub.alignment import wrap_lines
from narrator.readalong.epub.epub_writer import (
    CONTAINER_XML,
    OPF_NAMESPACE,
    ManifestItem,
    add_audio_tracks,
    add_child,
    add_manifest_item,
    add_media_metadata,
    build_navigation,
    list_audio_entries,
    serialise_xhtml,
)
from narrator.readalong.epub.media_overlay import SMIL_TYPE, TimedFragment
from narrator.readalong.epub.zip_packing import create_epub_archive
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout.markup_elements import get_attribute, local_name, resolve_link
from narrator.readers.layout.markup_parsing import decode_page, parse_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.readalong.epub.alignment import LineFragment
    from narrator.readalong.epub.media_overlay import OverlayClip
    from narrator.readalong.epub.zip_packing import ArchiveWriter
    from narrator.readalong.rendered_book import RenderedBook
    from narrator.readalong.word_timing import TimedLine

Element = etree._Element
NEW_FILES_FOLDER = "narrator"
"""Beside the package document: all that is new lies there."""


def write_with_overlays(rendered_book: RenderedBook, original: bytes, target: Path) -> None:
    """Write an EPUB that was read, with overlays.

    Raises:
        ReadingError: the original is damaged.
    """
    archive = Archive(original, rendered_book.script.book.source.path)
    _Edition(rendered_book, archive, EpubPackage(archive)).write(target)


@dataclass(frozen=True, slots=True)
class _Edition:
    """A book on its way from one archive to another."""

    performance: RenderedBook
    archive: Archive
    package: EpubPackage

    @property
    def folder(self) -> str:
        """Where new files go."""
        return posixpath.join(posixpath.dirname(self.package.opf_path), NEW_FILES_FOLDER)

    def write(self, target: Path) -> None:
        """Write all of it."""
        trees = {page.path: self.tree(page.path) for page in self.package.spine}
        pages = [path for path in trees if trees[path] is not None]
        bodies = [tree for path in pages if (tree := trees[path]) is not None]
        passages = self.passages(pages, bodies)
        clips = media_overlay.group_by_page(
            media_overlay.make_overlay_clips(passages, self.performance)
        )
        with create_epub_archive(target) as made:
            made.add_bytes(
                "META-INF/container.xml", CONTAINER_XML.format(root=self.package.opf_path).encode()
            )
            for path, body in zip(pages, bodies, strict=True):
                made.add_bytes(path, self.page(body, path, lit=path in clips))
            items = self.additions(made, clips)
            made.add_bytes(
                self.package.opf_path,
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
        tree = parse_page(decode_page(data, path), path)
        return upgrade.upgrade_page(tree) if local_name(tree) == "html" else None

    def passages(self, pages: Sequence[str], bodies: Sequence[Element]) -> list[TimedFragment]:
        """Where each line stands, in listening order."""
        uttered = [
            heard for scene in self.performance.time_chapters() for heard in scene.timed_lines
        ]
        lines = [heard.line for heard in uttered]
        marked = wrap_lines(bodies, self.performance.script.book, lines)
        return [
            TimedFragment(
                pages[fragment.page_index],
                fragment.element_id,
                _begins(uttered[fragment.line_index], fragment),
            )
            for fragment in marked.fragments
        ]

    def page(self, body: Element, path: str, *, lit: bool) -> bytes:
        """A page as it is stored."""
        if lit:
            head = next((e for e in body if local_name(e) == "head"), None)
            if head is not None:
                href = media_overlay.make_relative_href(f"{self.folder}/readalong.css", path)
                add_child(head, "link", rel="stylesheet", type="text/css", href=href)
        return serialise_xhtml(body)

    def additions(
        self, made: ArchiveWriter, clips: dict[str, list[OverlayClip]]
    ) -> list[ManifestItem]:
        """The overlays, the sound and the style."""
        style = ManifestItem("narrator-style", f"{self.folder}/readalong.css", "text/css")
        made.add_bytes(style.entry_name, media_overlay.ACTIVE_STYLE.encode())
        audio = list_audio_entries(self.performance, self.folder)
        items = [style, *add_audio_tracks(made, self.performance, self.folder)]
        for number, found in enumerate(clips.values(), 1):
            item = ManifestItem(
                f"narrator-overlay-{number}", f"{self.folder}/{number:03}.smil", SMIL_TYPE
            )
            made.add_bytes(item.entry_name, media_overlay.build_smil(found, item.entry_name, audio))
            items.append(item)
        return items

    def document(
        self,
        items: Sequence[ManifestItem],
        clips: dict[str, list[OverlayClip]],
        bodies: dict[str, Element],
        made: ArchiveWriter,
    ) -> bytes:
        """The package document."""
        root = self.package.opf_path
        tree = parse_page(decode_page(self.archive.read(root), root), root)
        told, manifest = (_part(tree, name) for name in ("metadata", "manifest"))
        upgrade.upgrade_package(tree)
        _forget_overlays(tree)
        overlays = {
            path: item.id
            for path, item in zip(
                clips, [i for i in items if i.media_type == SMIL_TYPE], strict=True
            )
        }
        for element in manifest:
            path = resolve_link(get_attribute(element, "href"), root)
            if path in overlays:
                element.set("media-overlay", overlays[path])
            if path in bodies:
                element.set("media-type", "application/xhtml+xml")
                upgrade.add_page_properties(element, bodies[path])
        for item in [*items, *self.contents(manifest, made)]:
            add_manifest_item(manifest, item, root)
        add_media_metadata(told, self.performance, {overlays[path]: c for path, c in clips.items()})
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")

    def contents(self, manifest: Element, made: ArchiveWriter) -> Iterator[ManifestItem]:
        """A contents list, for a book whose only one is EPUB 2's."""
        if any("nav" in get_attribute(item, "properties").split() for item in manifest):
            return
        item = ManifestItem(
            "narrator-nav", f"{self.folder}/nav.xhtml", "application/xhtml+xml", "nav"
        )
        titles = [(point.target, point.title) for point in self.package.toc_entries]
        titles = titles or [(self.package.spine[0].path, self.performance.metadata.title)]
        metadata = self.performance.metadata
        made.add_bytes(
            item.entry_name, build_navigation(titles, metadata, item.entry_name, "readalong.css")
        )
        yield item

    def copy_rest(self, made: ArchiveWriter) -> None:
        """Every other file, as it is."""
        for name in self.archive.entries:
            if name not in made.entry_names and not name.endswith(".smil"):
                made.add_bytes(name, self.archive.read(name))


def _begins(heard: TimedLine, fragment: LineFragment) -> int:
    """When a fragment of a line begins: with the word that it begins with."""
    seen = 0
    for word in heard.words:
        if seen >= fragment.line_offset:
            return word.start_sample
        seen += len(word.text.replace(" ", ""))
    return heard.end_sample


def _part(tree: Element, name: str) -> Element:
    found = next((e for e in tree if local_name(e) == name), None)
    return found if found is not None else etree.SubElement(tree, f"{{{OPF_NAMESPACE}}}{name}")


def _forget_overlays(tree: Element) -> None:
    """Without overlays that the book had."""
    for element in list(tree.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        told = local_name(element) == "meta" and get_attribute(element, "property").startswith(
            "media:"
        )
        if told or get_attribute(element, "media-type") == SMIL_TYPE:
            parent.remove(element)
        elif "media-overlay" in element.attrib:
            del element.attrib["media-overlay"]
