"""A story as a web page, or saved from one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import Metadata
from narrator.readers.layout import heading_syntax, markup
from narrator.readers.layout.assembly import finish
from narrator.readers.loading import source_of, title_of

if TYPE_CHECKING:
    from narrator.model import Book
    from narrator.readers.interface import Input, Policy

_LOOKS = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class HtmlReader:
    """Reads HTML and XHTML."""

    name = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml", ".xht")

    def recognises(self, source: Input) -> bool:
        """Whether it begins as a web page does."""
        return bool(_LOOKS.match(source.data[:4096].lstrip(b"\xef\xbb\xbf")))

    def read(self, source: Input, policy: Policy) -> Book:
        """The book; its headings are its chapters.

        Raises:
            BrokenInputError: it nests deeper than any page does.
            EmptyBookError: it holds no words.
        """
        text = markup.decode(source.data, source.path)
        tree = markup.parse(text, source.path, xml=text.lstrip("\ufeff \r\n\t").startswith("<?xml"))
        metadata = metadata_of(tree, source.path)
        blocks = markup.blocks(tree, source.path, images=policy.images == "keep")
        return finish(blocks, [], metadata, source_of(source), policy)


def metadata_of(tree: markup.Element, path: str) -> Metadata:
    """What a page's head says of it."""
    titles = [e for e in tree.iter() if markup.local(e) == "title"]
    title = " ".join(markup.content(titles[0]).split()) if titles else ""
    title = re.sub(
        r"^The Project Gutenberg E?-?(?:Book|text) of |,? by [^,]+$|\s*\|\s*Project Gutenberg$",
        "",
        title,
        flags=re.IGNORECASE,
    )
    named: dict[str, str] = {}
    for element in tree.iter():
        if markup.local(element) == "meta" and element.get("name") and element.get("content"):
            named.setdefault(str(element.get("name")).lower(), str(element.get("content")))
    author = named.get("author") or named.get("dc.creator") or named.get("dcterms.creator")
    language = markup.attribute(tree, "lang")
    if not _TAG.fullmatch(language):
        language = "en"
    if not title:
        first = next((e for e in tree.iter() if markup.local(e) == "h1"), None)
        title = "" if first is None else heading_syntax.cased(markup.content(first))
    return Metadata(title or title_of(path), author, language, description=named.get("description"))
