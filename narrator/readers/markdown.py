"""Read Markdown (CommonMark with footnotes and tables) by converting it to HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.markdown_dialects import convert_dialects
from narrator.readers.layout.markdown_front_matter import find_front_matter
from narrator.readers.layout.markdown_source import (
    flatten_nesting,
    keep_all_words,
    show_unclosed_elements,
    split_source,
)
from narrator.readers.layout.markup import extract_blocks
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.layout.skip_reasons import METADATA_REASON
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.plain import decode_text
from narrator.readers.source_words import SourcePart, verify_source_words
from narrator.readers.text_repair import repair_encoding
from narrator.text.isbn import normalise_isbn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}(?!\d)")
_MAX_NESTING = 150
"""Maximum depth of nested elements, twice that of lists. The parser drops what is deeper."""


class MarkdownReader:
    """The reader of Markdown files."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")

    def recognises(self, source: SourceFile) -> bool:  # noqa: ARG002 - required by `Reader`
        """Return False: all Markdown is also plain text, so only the suffix decides."""
        return False

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; headings begin chapters.

        Raises:
            BrokenInputError: the file is not a text.
            EmptyBookError: the file has no words.
            LedgerError: words of the file are missing from its blocks.
        """
        text, encoding = decode_text(source.data, source.path)
        text = repair_encoding(text)
        head = find_front_matter(text)
        text = text[len(head.text) :]
        tree = parse_page(
            f"<html><body>{_render_html(text)}</body></html>", source.path, try_xml=False
        )
        blocks = extract_blocks(tree, source.path, read_images=policy.images == "keep")
        if head.text.strip():
            blocks.insert(0, Block(head.text.strip(), skip_reason=METADATA_REASON))
        title = head.fields.get("title") or _find_title(blocks) or title_from_path(source.path)
        metadata = _read_metadata(title, head.fields)
        book = assemble_book(blocks, [], metadata, describe_source(source, encoding), policy)
        body = SourcePart(source.path, *split_source(text))
        return verify_source_words(book, [SourcePart(source.path, head.text), body])


def _read_metadata(title: str, fields: Mapping[str, str]) -> Metadata:
    """Return the metadata of a book for the fields at its head, by the names that Pandoc uses."""
    published = _DATE.match(fields.get("date") or fields.get("year") or "")
    return Metadata(
        title,
        fields.get("author"),
        fields.get("lang") or fields.get("language") or "",
        series=fields.get("series") or fields.get("belongs-to-collection"),
        series_index=fields.get("series_index") or fields.get("group-position"),
        publisher=fields.get("publisher"),
        published=published[0] if published else None,
        description=fields.get("description"),
        subtitle=fields.get("subtitle"),
        isbn=normalise_isbn(fields.get("isbn") or fields.get("identifier") or ""),
        genre=fields.get("genre"),
    )


def _find_title(blocks: Sequence[Block]) -> str:
    """Return the text of the only heading of the first level, or "".

    Several of them, or one with a number, are those of chapters.
    """
    titles = [block.single_line_text for block in blocks if block.heading_level == 1]
    heading = heading_syntax.parse_heading(titles[0]) if len(titles) == 1 else None
    if len(titles) != 1 or (heading and heading.rank is not HeadingRank.NAMED):
        return ""
    return heading_syntax.normalise_title_case(titles[0])


def _render_html(text: str) -> str:
    """Return the HTML of a Markdown text, without `html` and `body` elements."""
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    parser = parser.enable("table").use(footnote_plugin)
    source = flatten_nesting(show_unclosed_elements(convert_dialects(text)))
    return str(keep_all_words(parser).render(source))
