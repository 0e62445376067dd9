"""Markdown: CommonMark with footnotes and tables, read through the HTML that it stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.markup import extract_blocks
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.plain import decode_text

if TYPE_CHECKING:
    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.+?)[ \t]*$", re.MULTILINE)


class MarkdownReader:
    """Reads Markdown."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")

    def recognises(self, source: SourceFile) -> bool:  # noqa: ARG002 - the interface of readers
        """Never: any Markdown is a plain text too, and only the suffix tells."""
        return False

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; its headings are its chapters.

        Raises:
            BrokenInputError: it is no text.
            EmptyBookError: it holds no words.
        """
        text, encoding = decode_text(source.data, source.path)
        fields, text = _front(text)
        tree = parse_page(f"<html><body>{_render(text)}</body></html>", source.path, try_xml=False)
        blocks = extract_blocks(tree, source.path, read_images=policy.images == "keep")
        first = next((b.single_line_text for b in blocks if b.heading_level == 1), "")
        title = (
            fields.get("title")
            or heading_syntax.normalise_title_case(first)
            or title_from_path(source.path)
        )
        metadata = Metadata(
            title, fields.get("author"), fields.get("lang") or fields.get("language") or "en"
        )
        return assemble_book(blocks, [], metadata, describe_source(source, encoding), policy)


def _render(text: str) -> str:
    parser = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table").use(footnote_plugin)
    return str(parser.render(text))


def _front(text: str) -> tuple[dict[str, str], str]:
    """The fields of a YAML head, as far as they are plain, and the text without it."""
    match = _FRONT.match(text)
    if not match or not _FIELD.match(match[1]):
        return {}, text
    fields = {k.lower(): v.strip("\"'") for k, v in _FIELD.findall(match[1])}
    return fields, text[match.end() :]
