"""Read HTML and XHTML files, such as a story saved from the web."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.languages.web_words import load_web_words
from narrator.model import Metadata
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.markup import UNREAD_TAGS, extract_blocks
from narrator.readers.layout.markup_elements import (
    Element,
    find_page_title,
    get_attribute,
    text_content,
)
from narrator.readers.layout.markup_parsing import decode_page, parse_page
from narrator.readers.layout.markup_preparation import mark_title_paragraph
from narrator.readers.layout.page_frame import mark_page_frame
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
    r"^The Project Gutenberg E?-?(?:Book|text) of |,? by [^,]+$|\s*\|\s*Project Gutenberg$"
    r"|(?: Chapter \d+(?::[^|]*)?)?, an? [^,|]+ fanfic(?:tion)?\b.*$",
    re.IGNORECASE,
)
"""Text that the titles of web pages add to the title of the book."""
_TITLE_SEPARATOR = re.compile(r"\s+(?:[|»·•–—-]|::)\s+")
_AUTHOR_NAMES = (
    "author", "dc.creator", "dcterms.creator", "article:author", "books:author", "book:author",
    "citation_author",
)  # fmt: skip
"""Names of `meta` elements that give the author."""
_BYLINE_START = re.compile(r"(?:posted |written |story )?by:?", re.IGNORECASE | re.DOTALL)
_USER_PAGE = re.compile(r"/(?:u|users?|profile|authors?|members?)/|/@")
_BYLINE_WORD = re.compile(r"^(?:posted |written |story )?by:?\s+", re.IGNORECASE)
_OFFICE_AUTHOR = re.compile(r"<o:Author>([^<>]{1,200})</o:Author>")
"""The author whom Word names in the head of a page."""
_AUTHOR_LINK = re.compile(r"\b(?:author|authorlink)(?:\s|$)")
"""A value of `rel` or `class` of a link to the author."""


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
        if (office_author := _OFFICE_AUTHOR.search(text)) and not metadata.author:
            metadata = replace(metadata, author=" ".join(html.unescape(office_author[1]).split()))
        return assemble_page(tree, metadata, source, policy)


def assemble_page(
    tree: Element,
    metadata: Metadata,
    source: SourceFile,
    policy: Policy,
    encoding: str | None = None,
) -> Book:
    """Return the book of a parsed page, which a reader of another format may have made.

    Raises:
        EmptyBookError: the page has no words.
        LedgerError: words of the page are missing from the blocks.
    """
    # before the blocks are extracted, which changes the tree
    source_parts = [describe_tree(tree, source.path, UNREAD_TAGS)]
    mark_page_frame(tree)
    blocks = extract_blocks(tree, source.path, read_images=policy.images == "keep")
    book = assemble_book(blocks, [], metadata, describe_source(source, encoding), policy)
    return verify_source_words(book, source_parts)


def _read_metadata(tree: Element, path: str) -> Metadata:
    """Return the metadata in the head of a page.

    Without a title there, the first `h1` heading or the file's name is the title.
    """
    marked_title = mark_title_paragraph(tree)
    contents: dict[str, str] = {}
    for element in tree.iter("{*}meta"):
        name = element.get("name") or element.get("property") or ""
        if name and element.get("content"):
            contents.setdefault(name.lower(), str(element.get("content")))
    headings = [" ".join(text_content(element).split()) for element in tree.iter("{*}h1")]
    subheadings = [" ".join(text_content(element).split()) for element in tree.iter("{*}h2")]
    author = next((contents[name] for name in _AUTHOR_NAMES if name in contents), None)
    author = author or _find_linked_authors(tree)
    site_name = contents.get("og:site_name", "")
    title = marked_title or _choose_title(
        find_page_title(tree), [*headings, *subheadings], site_name, author
    )
    if not title and headings:
        title = heading_syntax.normalise_title_case(headings[0])
    return Metadata(
        title or title_from_path(path),
        author,
        get_attribute(tree, "lang"),
        description=contents.get("description"),
    )


def _find_linked_authors(tree: Element) -> str | None:
    """Return the names in links to the authors, or None."""
    names = [
        " ".join(text_content(element).split())
        for element in tree.iter("{*}a", "{*}span", "{*}address")
        if element.get("itemprop") == "author"
        or _follows_by(element)
        or _AUTHOR_LINK.search(f"{element.get('rel') or ''} {element.get('class') or ''}")
    ]
    names = [_BYLINE_WORD.sub("", name) for name in names]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _follows_by(link: Element) -> bool:
    """Return whether "by" stands before a link to the page of a user."""
    if not _USER_PAGE.search(link.get("href") or ""):
        return False
    previous, parent = link.getprevious(), link.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    return _BYLINE_START.fullmatch((before or "").strip()) is not None


def _choose_title(title: str, headings: list[str], site_name: str, author: str | None) -> str:
    """Return the part of a page's title that is the title of the story.

    Sites add their own name, that of the author, and the chapter, with dashes or bars between them.
    """
    title = _ADDED_TITLE_TEXT.sub("", title)
    # what follows the heading of the page is the name of the site
    prefix = next((h for h in headings if h != title and h and title.startswith(h)), "")
    is_heading = " " in prefix or _TITLE_SEPARATOR.match(title, len(prefix))
    if prefix and is_heading and not _is_chapter(prefix):
        title = prefix
    parts = [part for part in _TITLE_SEPARATOR.split(title) if part]
    added_names = {name.casefold() for name in (site_name, author or "") if name}
    added_names |= load_web_words("en").site_names
    own_parts = [part for part in parts if part.casefold() not in added_names]
    own_parts = [part for part in own_parts if not _is_chapter(part)] or own_parts
    heading_parts = [part for part in own_parts if part in headings and not _is_chapter(part)]
    if heading_parts:
        return heading_parts[0]
    return title if len(own_parts) == len(parts) else " - ".join(own_parts)


def _is_chapter(text: str) -> bool:
    """Return whether a text is the heading of a chapter, or of one in a volume."""
    heading = heading_syntax.parse_heading(text)
    if heading is not None and heading.rank is HeadingRank.PART:
        return _is_chapter(heading.title)
    return heading is not None and heading.rank is HeadingRank.CHAPTER
