"""A story as a web page, or saved from one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.markup import extract_blocks
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_page
from narrator.readers.loading import describe_source, title_from_path

if TYPE_CHECKING:
    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_LOOKS = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class HtmlReader:
    """Reads HTML and XHTML."""

    name = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml", ".xht")

    def recognises(self, source: SourceFile) -> bool:
        """Whether it begins as a web page does."""
        return bool(_LOOKS.match(source.data[:4096].lstrip(b"\xef\xbb\xbf")))

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; its headings are its chapters.

        Raises:
            BrokenInputError: it nests deeper than any page does.
            EmptyBookError: it holds no words.
        """
        text = decode_page(source.data, source.path)
        tree = parse_page(
            text, source.path, try_xml=text.lstrip("\ufeff \r\n\t").startswith("<?xml")
        )
        metadata = metadata_of(tree, source.path)
        blocks = extract_blocks(tree, source.path, read_images=policy.images == "keep")
        return assemble_book(blocks, [], metadata, describe_source(source), policy)


def metadata_of(tree: Element, path: str) -> Metadata:
    """What a page's head says of it."""
    titles = [e for e in tree.iter() if local_name(e) == "title"]
    title = " ".join(text_content(titles[0]).split()) if titles else ""
    title = re.sub(
        r"^The Project Gutenberg E?-?(?:Book|text) of |,? by [^,]+$|\s*\|\s*Project Gutenberg$",
        "",
        title,
        flags=re.IGNORECASE,
    )
    named: dict[str, str] = {}
    for element in tree.iter():
        if local_name(element) == "meta" and element.get("name") and element.get("content"):
            named.setdefault(str(element.get("name")).lower(), str(element.get("content")))
    author = named.get("author") or named.get("dc.creator") or named.get("dcterms.creator")
    language = get_attribute(tree, "lang")
    if not _TAG.fullmatch(language):
        language = "en"
    if not title:
        first = next((e for e in tree.iter() if local_name(e) == "h1"), None)
        title = "" if first is None else heading_syntax.normalise_title_case(text_content(first))
    return Metadata(
        title or title_from_path(path), author, language, description=named.get("description")
    )
