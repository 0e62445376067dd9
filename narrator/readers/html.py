"""Read HTML and XHTML files, such as a story saved from the web."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.markup import UNREAD_TAGS, extract_blocks
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_page
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.source_words import describe_tree, verify_source_words

if TYPE_CHECKING:
    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_PAGE_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDED_TITLE_TEXT = re.compile(
    r"^The Project Gutenberg E?-?(?:Book|text) of |,? by [^,]+$|\s*\|\s*Project Gutenberg$",
    re.IGNORECASE,
)
"""Text that the titles of web pages add to the title of the book."""


class HtmlReader:
    """The reader of HTML and XHTML files."""

    name = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml", ".xht")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file begins with an HTML doctype, `html`, `head` or `body` tag."""
        return bool(_PAGE_START.match(source.data[:4096].lstrip(b"\xef\xbb\xbf")))

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; the headings of the page begin chapters.

        Raises:
            BrokenInputError: the elements of the page are nested too deeply.
            EmptyBookError: the page has no words.
            LedgerError: words of the page are missing from the blocks.
        """
        text = decode_page(source.data, source.path)
        is_xhtml = text.lstrip("\ufeff \r\n\t").startswith("<?xml")
        tree = parse_page(text, source.path, try_xml=is_xhtml)
        metadata = _read_metadata(tree, source.path)
        blocks = extract_blocks(tree, source.path, read_images=policy.images == "keep")
        source_parts = [describe_tree(tree, source.path, UNREAD_TAGS)]
        book = assemble_book(blocks, [], metadata, describe_source(source), policy)
        return verify_source_words(book, source_parts)


def _read_metadata(tree: Element, path: str) -> Metadata:
    """Return the metadata in the head of a page.

    Without a title there, the first `h1` heading or the file's name is the title.
    """
    titles = [element for element in tree.iter() if local_name(element) == "title"]
    title = " ".join(text_content(titles[0]).split()) if titles else ""
    title = _ADDED_TITLE_TEXT.sub("", title)
    contents: dict[str, str] = {}
    for element in tree.iter():
        if local_name(element) == "meta" and element.get("name") and element.get("content"):
            contents.setdefault(str(element.get("name")).lower(), str(element.get("content")))
    if not title:
        headings = (element for element in tree.iter() if local_name(element) == "h1")
        heading = next(headings, None)
        if heading is not None:
            title = heading_syntax.normalise_title_case(text_content(heading))
    return Metadata(
        title or title_from_path(path),
        contents.get("author") or contents.get("dc.creator") or contents.get("dcterms.creator"),
        get_attribute(tree, "lang"),
        description=contents.get("description"),
    )
