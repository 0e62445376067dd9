"""EPUB 2 and 3: the spine gives the order, the contents list the titles.

The package is read by `narrator.readers.containers.epub_package`, the pages by `narrator.readers.layout.markup`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError
from narrator.model import ParagraphKind
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout import front_matter, heading_syntax, outline
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.markup import extract_blocks
from narrator.readers.layout.markup_elements import find_page_title
from narrator.readers.layout.markup_parsing import decode_page, parse_page
from narrator.readers.layout.outline import OutlineEntry
from narrator.readers.loading import describe_source, title_from_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book
    from narrator.readers.containers.epub_package import SpineItem
    from narrator.readers.interface import Policy, SourceFile

MISSING_FILE_REASON = "missing from the file"


class EpubReader:
    """Reads EPUB 2 and 3."""

    name = "epub"
    suffixes: tuple[str, ...] = (".epub", ".kepub", ".oebzip")

    def recognises(self, source: SourceFile) -> bool:
        """Whether it is a ZIP archive that says it is an EPUB, or has an EPUB's container."""
        if not is_zip(source.data):
            return False
        return b"application/epub+zip" in source.data[:200] or (
            b"META-INF/container.xml" in source.data[-(1 << 20) :]
        )

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book, in the order of its spine.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            ProtectedInputError: it is encrypted.
            EmptyBookError: it holds no words.
        """
        package = EpubPackage(Archive(source.data, source.path))
        package.require_unencrypted()
        blocks: list[Block] = []
        firsts: dict[str, int] = {}
        titles: dict[str, str] = {}
        for page in package.spine:
            firsts.setdefault(page.path, len(blocks))
            titles[page.path], found = _page(package, page, images=policy.images == "keep")
            blocks += found
        if not blocks and not package.spine:
            raise BrokenInputError(f"{source.path} names no pages", "get the file again")
        _tell_guides(package, blocks)
        entries = _entries(package, blocks, firsts)
        if not entries and not any(block.kind is ParagraphKind.HEADING for block in blocks):
            entries = _by_page(titles, blocks, firsts)
        metadata = package.read_metadata(title_from_path(source.path))
        return assemble_book(blocks, entries, metadata, describe_source(source), policy)


def _page(package: EpubPackage, page: SpineItem, *, images: bool) -> tuple[str, list[Block]]:
    """The title in the head of one file of the spine, and its blocks."""
    try:
        data = package.read(page.path)
    except KeyError:
        return "", [Block(page.path, skip_reason=MISSING_FILE_REASON, source_path=page.path)]
    if not data.strip():
        return "", []
    tree = parse_page(decode_page(data, package.path), f"{package.path}: {page.path}")
    blocks = extract_blocks(tree, page.path, read_images=images)
    if not page.linear:
        for block in blocks:
            block.semantic_types |= {"nonlinear"}
    return find_page_title(tree), blocks


def _by_page(
    titles: dict[str, str], blocks: Sequence[Block], firsts: dict[str, int]
) -> list[OutlineEntry]:
    """Pages as chapters, for want of a contents list and of headings, if each has its own title."""
    named = {path: title for path, title in titles.items() if title and firsts[path] < len(blocks)}
    if len(set(named.values())) < max(2, len(named)):
        return []
    return [OutlineEntry(firsts[path], title, 0) for path, title in named.items()]


def _tell_guides(package: EpubPackage, blocks: Sequence[Block]) -> None:
    """What landmarks and guide call whole files, where the files bear it out."""
    for path, kind in package.guide_types.items():
        unit = [block for block in blocks if block.source_path == path]
        if (
            kind in front_matter.REASONS_BY_TYPE
            and unit
            and front_matter.is_plausible_matter(front_matter.REASONS_BY_TYPE[kind], unit)
        ):
            for block in unit:
                block.semantic_types |= {kind}


def _entries(
    package: EpubPackage, blocks: Sequence[Block], firsts: dict[str, int]
) -> list[OutlineEntry]:
    """The contents list as places in the text, completed where it leaves out whole chapters."""
    anchors: dict[str, int] = {}
    for index, block in enumerate(blocks):
        for anchor in block.anchors:
            anchors.setdefault(anchor, index)
        for anchor in block.trailing_anchors:
            anchors.setdefault(anchor, index + 1)
    found = []
    for point in package.toc_entries:
        path, _, fragment = point.target.partition("#")
        place = anchors.get(point.target) if fragment else None
        if place is None:
            place = firsts.get(path)
        if place is not None and place < len(blocks) and point.title:
            found.append(_completed(OutlineEntry(place, point.title, point.depth), blocks))
    if len(found) < 2 and len(outline.build_outline(blocks)) > 1:
        return []  # a list that names the beginning only
    return found + _unlisted(found, blocks, firsts)


def _completed(entry: OutlineEntry, blocks: Sequence[Block]) -> OutlineEntry:
    """A title that is a number only, completed by the heading that stands there."""
    listed = heading_syntax.parse_heading(entry.title)
    if listed is None or listed.title:
        return entry
    lines: list[str] = []
    for block in blocks[entry.block_index : entry.block_index + 3]:
        if block.kind is not ParagraphKind.HEADING or (
            lines and heading_syntax.parse_heading(block.single_line_text)
        ):
            break
        lines += block.spoken_text.splitlines()
    heading = heading_syntax.parse_heading(lines[0]) if lines else None
    if heading and heading.number == listed.number and (heading.title or len(lines) == 2):
        title = heading.title or lines[1]
        return replace(
            entry,
            title=f"{entry.title.rstrip('. :')}: {heading_syntax.normalise_title_case(title)}",
        )
    return entry


def _unlisted(
    found: Sequence[OutlineEntry], blocks: Sequence[Block], firsts: dict[str, int]
) -> list[OutlineEntry]:
    """Chapters by their headings that stand at the head of files which no entry points into."""
    if not found:
        return []
    depth = Counter(entry.depth for entry in found).most_common(1)[0][0]
    listed = {blocks[entry.block_index].source_path for entry in found}
    out = []
    for path, first in firsts.items():
        block = blocks[first] if first < len(blocks) else None
        if block is None or path in listed or block.kind is not ParagraphKind.HEADING:
            continue
        heading = heading_syntax.parse_heading(block.single_line_text)
        if heading and heading.rank in (HeadingRank.CHAPTER, HeadingRank.NUMBER):
            out.append(OutlineEntry(first, outline.join_heading_lines(blocks, first), depth))
    return out
