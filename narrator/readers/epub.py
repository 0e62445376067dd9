"""Read EPUB 2 and 3.

The spine gives the reading order, and the table of contents gives the chapters and their titles.
`narrator.readers.containers.epub_package` parses the package; `narrator.readers.layout.markup`
extracts text blocks from the pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.errors import NEW_COPY_HINT, BrokenInputError
from narrator.model import ParagraphKind
from narrator.readers.containers.archive import Archive, is_zip, may_have_entry
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.layout import front_matter, heading_syntax, outline
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.markup import UNREAD_TAGS, extract_blocks
from narrator.readers.layout.markup_elements import find_page_title, split_link
from narrator.readers.layout.markup_parsing import decode_page, parse_page
from narrator.readers.layout.outline import OutlineEntry
from narrator.readers.layout.skip_reasons import REASONS_BY_TYPE
from narrator.readers.loading import add_note, describe_source, title_from_path
from narrator.readers.source_words import SourcePart, describe_tree, verify_source_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Book
    from narrator.readers.containers.epub_package import SpineItem
    from narrator.readers.interface import Policy, SourceFile

_MEDIA_TYPE = b"application/epub+zip"
MISSING_FILE_REASON = "missing from the file"
"""The skip reason of a page that the spine lists but the archive lacks."""


class EpubReader:
    """The reader of EPUB 2 and 3 files."""

    name = "epub"
    suffixes: tuple[str, ...] = (".epub", ".kepub", ".oebzip")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file is a ZIP archive with an EPUB's media type or container."""
        has_media_type = is_zip(source.data) and _MEDIA_TYPE in source.data[:200]
        return has_media_type or may_have_entry(source.data, "META-INF/container.xml")

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book, with its pages in the order of the spine.

        Raises:
            BrokenInputError: the archive is damaged or malicious.
            ProtectedInputError: the pages are encrypted.
            EmptyBookError: the book has no words.
            LedgerError: words of a page are missing from the blocks that were extracted from it.
        """
        package = EpubPackage(Archive(source.data, source.path))
        package.require_unencrypted()
        blocks: list[Block] = []
        first_block_indices: dict[str, int] = {}
        """The index in `blocks` of each page's first block, by the path of the page."""
        page_titles: dict[str, str] = {}
        source_parts: list[SourcePart] = []
        for page in package.spine:
            first_block_indices.setdefault(page.path, len(blocks))
            page_content = _read_page(package, page, read_images=policy.images == "keep")
            blocks += page_content.blocks
            if page_content.source_part:
                page_titles[page.path] = page_content.title
                source_parts.append(page_content.source_part)
        if not blocks and not package.spine:
            raise BrokenInputError(f"{source.path} lists no pages", NEW_COPY_HINT)
        _apply_guide_types(package, blocks)
        entries = _locate_toc_entries(package, blocks, first_block_indices)
        if not entries and not any(block.kind is ParagraphKind.HEADING for block in blocks):
            # HTML titles are the last resort because they are often the same on all pages.
            entries = _build_outline_from_page_titles(page_titles, blocks, first_block_indices)
        metadata = package.read_metadata(title_from_path(source.path))
        book = assemble_book(blocks, entries, metadata, describe_source(source), policy)
        book = add_note(book, package.cover_note)
        return verify_source_words(book, source_parts)


@dataclass(frozen=True, slots=True)
class _PageContent:
    """The HTML title of a page, its blocks, and its bare text."""

    title: str
    blocks: list[Block]
    source_part: SourcePart | None
    """None if the page is missing or empty."""


def _read_page(package: EpubPackage, page: SpineItem, *, read_images: bool) -> _PageContent:
    """Return the content of a page; a missing page has one skipped block."""
    try:
        data = package.read_entry(page.path)
    except KeyError:
        block = Block(page.path, skip_reason=MISSING_FILE_REASON, source_path=page.path)
        return _PageContent("", [block], None)
    if not data.strip():
        return _PageContent("", [], None)
    place = f"{package.path}: {page.path}"
    tree = parse_page(decode_page(data, package.path), place)
    # before the blocks are extracted, which changes the tree
    title, source_part = find_page_title(tree), describe_tree(tree, place, UNREAD_TAGS)
    blocks = extract_blocks(tree, page.path, read_images=read_images)
    if not page.is_linear:
        for block in blocks:
            block.semantic_types |= {"nonlinear"}
    return _PageContent(title, blocks, source_part)


def _build_outline_from_page_titles(
    page_titles: dict[str, str], blocks: Sequence[Block], first_block_indices: dict[str, int]
) -> list[OutlineEntry]:
    """Return an outline of the pages by their HTML titles.

    It is the fallback for books with neither a table of contents nor headings. It is empty if two
    pages share a title, or fewer than two pages have one.
    """
    titles_by_path = {
        path: title
        for path, title in page_titles.items()
        if title and first_block_indices[path] < len(blocks)
    }
    if len(set(titles_by_path.values())) < max(2, len(titles_by_path)):
        return []
    return [
        OutlineEntry(first_block_indices[path], title, 0) for path, title in titles_by_path.items()
    ]


def _apply_guide_types(package: EpubPackage, blocks: Sequence[Block]) -> None:
    """Add the semantic types from the landmarks or the guide to the blocks of their pages.

    A type such as "dedication" is added only if the page's text is plausible for it.
    """
    blocks_by_page: dict[str, list[Block]] = {}
    for block in blocks:
        blocks_by_page.setdefault(block.source_path, []).append(block)
    for path, semantic_type in package.guide_types.items():
        page_blocks = blocks_by_page.get(path, [])
        if (
            semantic_type in REASONS_BY_TYPE
            and page_blocks
            and front_matter.is_plausible_reason(REASONS_BY_TYPE[semantic_type], page_blocks)
        ):
            for block in page_blocks:
                block.semantic_types |= {semantic_type}


def _locate_toc_entries(
    package: EpubPackage, blocks: Sequence[Block], first_block_indices: dict[str, int]
) -> list[OutlineEntry]:
    """Return the table of contents as an outline of the blocks.

    Chapters that the table omits are added. The result is empty if the table lists fewer than two
    entries and the text has more headings.
    """
    block_indices_by_anchor: dict[str, int] = {}
    for index, block in enumerate(blocks):
        for anchor in block.anchors:
            block_indices_by_anchor.setdefault(anchor, index)
        for anchor in block.trailing_anchors:
            # An anchor after the last text of a page refers to the next block.
            block_indices_by_anchor.setdefault(anchor, index + 1)
    entries = []
    for toc_entry in package.toc_entries:
        path, fragment = split_link(toc_entry.target)
        block_index = block_indices_by_anchor.get(toc_entry.target) if fragment else None
        # If the page lacks the fragment, the entry points to the start of the page.
        if block_index is None:
            block_index = first_block_indices.get(path)
        if block_index is not None and block_index < len(blocks) and toc_entry.title:
            entry = OutlineEntry(block_index, toc_entry.title, toc_entry.depth)
            entries.append(_complete_title(entry, blocks))
    if len(entries) < 2 and len(outline.build_outline(blocks)) > 1:
        # The table names only the beginning of the book, so the headings are used instead.
        return []
    return entries + _list_missing_chapters(entries, blocks, first_block_indices)


def _complete_title(entry: OutlineEntry, blocks: Sequence[Block]) -> OutlineEntry:
    """Return the entry, completed from the heading if it has only a number ("Chapter IV").

    The heading may give the title on the line of the number or on the next line.
    """
    listed_heading = heading_syntax.parse_heading(entry.title)
    if listed_heading is None or listed_heading.title:
        return entry
    lines: list[str] = []
    for block in blocks[entry.block_index : entry.block_index + 3]:
        if block.kind is not ParagraphKind.HEADING or (
            lines and heading_syntax.parse_heading(block.single_line_text)
        ):
            break
        lines += block.spoken_text.splitlines()
    heading = heading_syntax.parse_heading(lines[0]) if lines else None
    if heading and heading.number == listed_heading.number and (heading.title or len(lines) == 2):
        title = heading_syntax.normalise_title_case(heading.title or lines[1])
        return replace(entry, title=f"{entry.title.rstrip('. :')}: {title}")
    return entry


def _list_missing_chapters(
    entries: Sequence[OutlineEntry], blocks: Sequence[Block], first_block_indices: dict[str, int]
) -> list[OutlineEntry]:
    """Return entries for unlisted pages that begin with a chapter heading."""
    if not entries:
        return []
    usual_depth = Counter(entry.depth for entry in entries).most_common(1)[0][0]
    listed_paths = {blocks[entry.block_index].source_path for entry in entries}
    missing_chapters = []
    for path, index in first_block_indices.items():
        block = blocks[index] if index < len(blocks) else None
        if block is None or path in listed_paths or block.kind is not ParagraphKind.HEADING:
            continue
        heading = heading_syntax.parse_heading(block.single_line_text)
        if heading and heading.rank in (HeadingRank.CHAPTER, HeadingRank.NUMBER):
            title = outline.join_heading_lines(blocks, index)
            missing_chapters.append(OutlineEntry(index, title, usual_depth))
    return missing_chapters
