"""Markdown: CommonMark with footnotes and tables, read through the HTML that it stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax, markup
from narrator.readers.layout.assembly import finish
from narrator.readers.loading import source_of, title_of
from narrator.readers.plain import decode

if TYPE_CHECKING:
    from narrator.model import Book
    from narrator.readers.interface import Input, Policy

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.+?)[ \t]*$", re.MULTILINE)


class MarkdownReader:
    """Reads Markdown."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")

    def recognises(self, source: Input) -> bool:  # noqa: ARG002 - the interface of readers
        """Never: any Markdown is a plain text too, and only the suffix tells."""
        return False

    def read(self, source: Input, policy: Policy) -> Book:
        """The book; its headings are its chapters.

        Raises:
            BrokenInputError: it is no text.
            EmptyBookError: it holds no words.
        """
        text, encoding = decode(source.data, source.path)
        fields, text = _front(text)
        tree = markup.parse(f"<html><body>{_render(text)}</body></html>", source.path, xml=False)
        blocks = markup.blocks(tree, source.path, images=policy.images == "keep")
        first = next((b.line for b in blocks if b.level == 1), "")
        title = fields.get("title") or heading_syntax.cased(first) or title_of(source.path)
        metadata = Metadata(
            title, fields.get("author"), fields.get("lang") or fields.get("language") or "en"
        )
        return finish(blocks, [], metadata, source_of(source, encoding), policy)


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
