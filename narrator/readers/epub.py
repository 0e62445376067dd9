"""EPUB 2 and 3: the spine gives the order, the contents list the titles.

The package is read by `narrator.readers.containers.epub_package`, the pages by `narrator.readers.layout.markup`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError
from narrator.model import Form
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.containers.epub_package import Package
from narrator.readers.layout import front_matter, heading_syntax, markup, outline
from narrator.readers.layout.assembly import finish
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.heading_syntax import Rank
from narrator.readers.layout.outline import Entry
from narrator.readers.loading import source_of, title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book
    from narrator.readers.containers.epub_package import Page
    from narrator.readers.interface import Input, Policy

MISSING = "missing from the file"


class EpubReader:
    """Reads EPUB 2 and 3."""

    name = "epub"
    suffixes: tuple[str, ...] = (".epub", ".kepub", ".oebzip")

    def recognises(self, source: Input) -> bool:
        """Whether it is a ZIP archive that says it is an EPUB, or has an EPUB's container."""
        if not is_zip(source.data):
            return False
        return b"application/epub+zip" in source.data[:200] or (
            b"META-INF/container.xml" in source.data[-(1 << 20) :]
        )

    def read(self, source: Input, policy: Policy) -> Book:
        """The book, in the order of its spine.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            ProtectedInputError: it is encrypted.
            EmptyBookError: it holds no words.
        """
        package = Package(Archive(source.data, source.path))
        package.check_readable()
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
        if not entries and not any(block.form is Form.HEADING for block in blocks):
            entries = _by_page(titles, blocks, firsts)
        metadata = package.metadata(title_of(source.path))
        return finish(blocks, entries, metadata, source_of(source), policy)


def _page(package: Package, page: Page, *, images: bool) -> tuple[str, list[Block]]:
    """The title in the head of one file of the spine, and its blocks."""
    try:
        data = package.read(page.path)
    except KeyError:
        return "", [Block(page.path, reason=MISSING, file=page.path)]
    if not data.strip():
        return "", []
    tree = markup.parse(markup.decode(data, package.path), f"{package.path}: {page.path}")
    blocks = markup.blocks(tree, page.path, images=images)
    if not page.linear:
        for block in blocks:
            block.types |= {"nonlinear"}
    return markup.title_of(tree), blocks


def _by_page(
    titles: dict[str, str], blocks: Sequence[Block], firsts: dict[str, int]
) -> list[Entry]:
    """Pages as chapters, for want of a contents list and of headings, if each has its own title."""
    named = {path: title for path, title in titles.items() if title and firsts[path] < len(blocks)}
    if len(set(named.values())) < max(2, len(named)):
        return []
    return [Entry(firsts[path], title, 0) for path, title in named.items()]


def _tell_guides(package: Package, blocks: Sequence[Block]) -> None:
    """What landmarks and guide call whole files, where the files bear it out."""
    for path, kind in package.guides.items():
        unit = [block for block in blocks if block.file == path]
        if (
            kind in front_matter.TYPES
            and unit
            and front_matter.bears_out(front_matter.TYPES[kind], unit)
        ):
            for block in unit:
                block.types |= {kind}


def _entries(package: Package, blocks: Sequence[Block], firsts: dict[str, int]) -> list[Entry]:
    """The contents list as places in the text, completed where it leaves out whole chapters."""
    anchors: dict[str, int] = {}
    for index, block in enumerate(blocks):
        for anchor in block.anchors:
            anchors.setdefault(anchor, index)
        for anchor in block.after:
            anchors.setdefault(anchor, index + 1)
    found = []
    for point in package.contents:
        path, _, fragment = point.target.partition("#")
        place = anchors.get(point.target) if fragment else None
        if place is None:
            place = firsts.get(path)
        if place is not None and place < len(blocks) and point.title:
            found.append(_completed(Entry(place, point.title, point.depth), blocks))
    if len(found) < 2 and len(outline.from_headings(blocks)) > 1:
        return []  # a list that names the beginning only
    return found + _unlisted(found, blocks, firsts)


def _completed(entry: Entry, blocks: Sequence[Block]) -> Entry:
    """A title that is a number only, completed by the heading that stands there."""
    listed = heading_syntax.parse(entry.title)
    if listed is None or listed.title:
        return entry
    lines: list[str] = []
    for block in blocks[entry.index : entry.index + 3]:
        if block.form is not Form.HEADING or (lines and heading_syntax.parse(block.line)):
            break
        lines += block.spoken.splitlines()
    heading = heading_syntax.parse(lines[0]) if lines else None
    if heading and heading.number == listed.number and (heading.title or len(lines) == 2):
        title = heading.title or lines[1]
        return replace(entry, title=f"{entry.title.rstrip('. :')}: {heading_syntax.cased(title)}")
    return entry


def _unlisted(
    found: Sequence[Entry], blocks: Sequence[Block], firsts: dict[str, int]
) -> list[Entry]:
    """Chapters by their headings that stand at the head of files which no entry points into."""
    if not found:
        return []
    depth = Counter(entry.depth for entry in found).most_common(1)[0][0]
    listed = {blocks[entry.index].file for entry in found}
    out = []
    for path, first in firsts.items():
        block = blocks[first] if first < len(blocks) else None
        if block is None or path in listed or block.form is not Form.HEADING:
            continue
        heading = heading_syntax.parse(block.line)
        if heading and heading.rank in (Rank.CHAPTER, Rank.NUMBER):
            out.append(Entry(first, outline.title_at(blocks, first), depth))
    return out
