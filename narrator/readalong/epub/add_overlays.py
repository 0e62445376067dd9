"""Adds Media Overlays and audio to a copy of an EPUB, which keeps its own pages and styles.

Only the package document and the pages that are read aloud change. An EPUB 2 is upgraded to
EPUB 3, and gets the contents list that EPUB 3 requires.
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
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.zip_writer import create_epub_archive
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout.markup_elements import (
    get_attribute,
    local_name,
    resolve_link,
    split_link,
)
from narrator.readers.layout.markup_parsing import decode_page, parse_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from narrator.readalong.epub.alignment import LineFragment
    from narrator.readalong.epub.media_overlay import OverlayClip
    from narrator.readalong.rendered_book import RenderedBook
    from narrator.readalong.word_timing import TimedLine
    from narrator.readalong.zip_writer import ArchiveWriter

Element = etree._Element
NEW_FILES_FOLDER = "narrator"
"""The name of the folder for all files that are added; it is beside the package document."""


def write_with_overlays(rendered_book: RenderedBook, original: bytes, target: Path) -> None:
    """Write a copy of the EPUB `original` with overlays for the lines of the book.

    Raises:
        ReadingError: the original is damaged.
    """
    archive = Archive(original, rendered_book.script.book.source.path)
    _OverlayAdder(rendered_book, archive, EpubPackage(archive)).write(target)


@dataclass(frozen=True, slots=True)
class _OverlayAdder:
    """Copies an EPUB to a new archive, and adds overlays."""

    rendered_book: RenderedBook
    archive: Archive
    """The original EPUB."""
    package: EpubPackage
    """The package document of the original."""

    @property
    def new_folder(self) -> str:
        """Return the path in the archive of the folder for new files."""
        return posixpath.join(posixpath.dirname(self.package.opf_path), NEW_FILES_FOLDER)

    def write(self, target: Path) -> None:
        """Write the new EPUB."""
        trees_by_path = {item.path: self.parse_page(item.path) for item in self.package.spine}
        trees = {path: tree for path, tree in trees_by_path.items() if tree is not None}
        # This changes the trees, so the pages must be written afterwards.
        fragments = self.find_fragments(trees)
        clips_by_page = media_overlay.group_by_page(
            media_overlay.make_overlay_clips(fragments, self.rendered_book)
        )
        with create_epub_archive(target) as new_archive:
            container_xml = CONTAINER_XML.format(root=self.package.opf_path)
            new_archive.add_bytes("META-INF/container.xml", container_xml.encode())
            for path, tree in trees.items():
                has_overlay = path in clips_by_page
                new_archive.add_bytes(path, self.encode_page(tree, path, has_overlay=has_overlay))
            items = self.add_new_files(new_archive, clips_by_page)
            package = self.encode_package(items, clips_by_page, trees, new_archive)
            new_archive.add_bytes(self.package.opf_path, package)
            self.copy_other_files(new_archive)

    def parse_page(self, path: str) -> Element | None:
        """Return a page as XHTML 5, or `None` if it is missing, empty, or not HTML."""
        try:
            data = self.package.read_entry(path)
        except KeyError:
            return None
        if not data.strip():
            return None
        tree = parse_page(decode_page(data, path), path)
        return upgrade.upgrade_page(tree) if local_name(tree) == "html" else None

    def find_fragments(self, trees: dict[str, Element]) -> list[TimedFragment]:
        """Wrap every line in an element of its page, and return them in listening order."""
        timed_lines = [
            timed_line
            for chapter in self.rendered_book.time_chapters()
            for timed_line in chapter.timed_lines
        ]
        paths = list(trees)
        lines = [timed_line.line for timed_line in timed_lines]
        aligned_pages = wrap_lines(list(trees.values()), self.rendered_book.script.book, lines)
        return [
            TimedFragment(
                paths[fragment.page_index],
                fragment.element_id,
                _find_start_sample(timed_lines[fragment.line_index], fragment),
            )
            for fragment in aligned_pages.fragments
        ]

    def encode_page(self, tree: Element, path: str, *, has_overlay: bool) -> bytes:
        """Return the bytes of a page; one with an overlay gets a link to the added style sheet."""
        if has_overlay:
            head = next((element for element in tree if local_name(element) == "head"), None)
            if head is not None:
                href = media_overlay.make_relative_href(f"{self.new_folder}/readalong.css", path)
                add_child(head, "link", rel="stylesheet", type="text/css", href=href)
        return serialise_xhtml(tree)

    def add_new_files(
        self, new_archive: ArchiveWriter, clips_by_page: dict[str, list[OverlayClip]]
    ) -> list[ManifestItem]:
        """Add the style, the audio and the overlays, and return their manifest items."""
        style = ManifestItem("narrator-style", f"{self.new_folder}/readalong.css", "text/css")
        new_archive.add_bytes(style.entry_name, media_overlay.ACTIVE_STYLE.encode())
        audio_entries = list_audio_entries(self.rendered_book, self.new_folder)
        items = [style, *add_audio_tracks(new_archive, self.rendered_book, self.new_folder)]
        for number, clips in enumerate(clips_by_page.values(), 1):
            entry_name = f"{self.new_folder}/{number:03}.smil"
            smil = media_overlay.build_smil(clips, entry_name, audio_entries)
            new_archive.add_bytes(entry_name, smil)
            items.append(ManifestItem(f"narrator-overlay-{number}", entry_name, SMIL_TYPE))
        return items

    def encode_package(
        self,
        items: Sequence[ManifestItem],
        clips_by_page: dict[str, list[OverlayClip]],
        trees: dict[str, Element],
        new_archive: ArchiveWriter,
    ) -> bytes:
        """Return the package document, with the new files and the metadata of the overlays."""
        opf_path = self.package.opf_path
        tree = parse_page(decode_page(self.archive.read_entry(opf_path), opf_path), opf_path)
        metadata, manifest = (_find_or_add(tree, name) for name in ("metadata", "manifest"))
        upgrade.upgrade_package(tree)
        set_page_direction(tree, self.rendered_book.metadata.language)
        _remove_overlays(tree)
        overlay_ids = dict(
            zip(
                clips_by_page,
                (item.id for item in items if item.media_type == SMIL_TYPE),
                strict=True,
            )
        )
        for element in manifest:
            path, _ = split_link(resolve_link(get_attribute(element, "href"), opf_path))
            if path in overlay_ids:
                element.set("media-overlay", overlay_ids[path])
            if path in trees:
                element.set("media-type", "application/xhtml+xml")
                upgrade.add_page_properties(element, trees[path])
        for item in [*items, *self.add_contents(manifest, new_archive)]:
            add_manifest_item(manifest, item, opf_path)
        clips_by_overlay = {overlay_ids[path]: clips for path, clips in clips_by_page.items()}
        add_media_metadata(metadata, self.rendered_book, clips_by_overlay)
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")

    def add_contents(self, manifest: Element, new_archive: ArchiveWriter) -> Iterator[ManifestItem]:
        """Add the contents list of EPUB 3 if the book has none, and yield its manifest item."""
        if any("nav" in get_attribute(item, "properties").split() for item in manifest):
            return
        item = ManifestItem(
            "narrator-nav", f"{self.new_folder}/nav.xhtml", "application/xhtml+xml", "nav"
        )
        metadata = self.rendered_book.metadata
        toc_entries = [(entry.target, entry.title) for entry in self.package.toc_entries]
        # A contents list must not be empty.
        toc_entries = toc_entries or [(self.package.spine[0].path, metadata.title)]
        contents = build_navigation(toc_entries, metadata, item.entry_name, "readalong.css")
        new_archive.add_bytes(item.entry_name, contents)
        yield item

    def copy_other_files(self, new_archive: ArchiveWriter) -> None:
        """Copy every file that was not written yet, except the overlays of the original."""
        for name in self.archive.entries:
            if name not in new_archive.entry_names and not name.endswith(".smil"):
                new_archive.add_bytes(name, self.archive.read_entry(name))


def set_page_direction(package: Element, language: str) -> None:
    """Let pages turn from right to left in such a language, unless the spine gives a direction."""
    direction = find_text_direction(language)
    for element in package:
        if local_name(element) == "spine" and direction == "rtl":
            key = "page-progression-direction"
            element.set(key, get_attribute(element, key) or direction)


def _find_start_sample(timed_line: TimedLine, fragment: LineFragment) -> int:
    """Return the first sample of the first word that begins in a fragment."""
    character_count = 0
    for word in timed_line.words:
        if character_count >= fragment.line_offset:
            return word.start_sample
        character_count += len(word.text.replace(" ", ""))
    return timed_line.end_sample


def _find_or_add(tree: Element, name: str) -> Element:
    """Return the child of the package document with this name, after adding it if necessary."""
    child = next((element for element in tree if local_name(element) == name), None)
    return child if child is not None else etree.SubElement(tree, f"{{{OPF_NAMESPACE}}}{name}")


def _remove_overlays(tree: Element) -> None:
    """Remove every reference to overlays of the original from its package document."""
    for element in list(tree.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        property_name = get_attribute(element, "property")
        is_media_meta = local_name(element) == "meta" and property_name.startswith("media:")
        if is_media_meta or get_attribute(element, "media-type") == SMIL_TYPE:
            parent.remove(element)
        elif "media-overlay" in element.attrib:
            del element.attrib["media-overlay"]
