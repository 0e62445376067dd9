"""Decode and parse HTML, XHTML and XML, including broken documents, into lxml trees.

Nothing outside the document is ever fetched, and entities are expanded only as far as they are
plain characters.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

from narrator.errors import BrokenInputError

if TYPE_CHECKING:
    from narrator.readers.layout.markup_elements import Element

_DECLARED_ENCODING = re.compile(
    rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']|<meta[^>]*?charset\s*=\s*["']?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARATION_BYTES = 2048
"""Bytes at the head of a page among which its encoding is declared."""
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DOCTYPE_CHARACTERS = 65536
"""Characters at the head of a document within which its type is declared."""
_ENTITY_DECLARATION = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,64})\s+(?:"([^"&%<]{0,200})"|'([^'&%<]{0,200})')\s*>"""
)
"""A local entity of plain characters: its name, and its text in double or single quotes."""
_ENTITY_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_SELF_CLOSED = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|a|span|div|p|i|b|em|strong|sup|sub|td|li|h[1-6])\b([^<>]*?)/>",
    re.IGNORECASE,
)
"""Elements that XML lets close themselves, and that HTML would take to be open."""
_MARKUP = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[|\]\]>|</?[^\s<>/][^<>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")


def decode_page(data: bytes, name: str) -> str:
    """Return the text of a page.

    The encoding is taken from the byte order mark or from the declaration; a page without either is
    UTF-8, or else what its bytes look like.
    """
    from narrator.readers.plain import decode_text  # noqa: PLC0415 - only undeclared pages need it

    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf":
        return decode_text(data, name)[0]
    match = _DECLARED_ENCODING.search(data[:_DECLARATION_BYTES])
    declared = (match[1] or match[2]).decode("ascii") if match else "utf-8"
    for encoding in (declared, "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return decode_text(data, name)[0]


def parse_page(text: str, name: str, *, try_xml: bool = True) -> Element:
    """Return the tree of a page: as XML if it is well-formed, otherwise as a browser reads it.

    `name` is the name of the page in error messages.

    Raises:
        BrokenInputError: the page nests deeper than any real page does.
    """
    text = _prepare(text)
    if try_xml:
        try:
            return etree.fromstring(text.encode(), _make_xml_parser())
        except etree.XMLSyntaxError:
            pass
    text = _SELF_CLOSED.sub(r"<\1\2></\1>", text)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    return _parse_leniently(text, name, parser)


def parse_xml(text: str, name: str) -> Element:
    """Return the tree of an XML document; a broken document is repaired if that loses no word.

    Raises:
        BrokenInputError: words would be lost, or it nests deeper than any real document does.
    """
    text = _prepare(text)
    try:
        return etree.fromstring(text.encode(), _make_xml_parser())
    except etree.XMLSyntaxError as error:
        tree = _parse_leniently(text, name, _make_xml_parser(recover=True))
        # A multiset difference: words of the source that the tree has not, or has less often.
        source_words = Counter(_WORD.findall(html.unescape(_MARKUP.sub(" ", text))))
        if source_words - Counter(_list_words(tree)):
            raise BrokenInputError(
                f"{name} is damaged: {error.msg}",
                "get the file again, or mend it where it was made",
            ) from error
        return tree


def _list_words(tree: Element) -> list[str]:
    """Return all words in a tree."""
    return [word for text in tree.itertext() for word in _WORD.findall(str(text))]


def _parse_leniently(text: str, name: str, parser: etree.XMLParser | etree.HTMLParser) -> Element:
    """Return the tree that a lenient parser makes of a text.

    Raises:
        BrokenInputError: even this parser fails, or the text nests too deep for it.
    """
    try:
        tree = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        raise BrokenInputError(
            f"{name} can't be understood", f"its markup is broken: {error}"
        ) from error
    for entry in parser.error_log:
        if "depth" in entry.message.lower():
            raise BrokenInputError(f"{name} nests deeper than any page does", "mend the page")
    if tree is None:
        return etree.Element("body")
    return tree


def _make_xml_parser(*, recover: bool = False) -> etree.XMLParser:
    """Return an XML parser that fetches nothing and expands nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # the size is bounded by `limits`, and entities stay unexpanded
        encoding="utf-8",
        recover=recover,
    )


def _prepare(text: str) -> str:
    """Return a document without null bytes, declarations and named characters."""
    return _expand_entities(_XML_DECLARATION.sub("", text.lstrip("\ufeff").replace("\x00", "")))


def _expand_entities(text: str) -> str:
    """Remove the document type, and replace named characters and plain local entities."""
    doctype = _DOCTYPE.search(text, 0, _DOCTYPE_CHARACTERS)
    local_entities: dict[str, str] = {}
    if doctype:
        declarations = _ENTITY_DECLARATION.findall(doctype[0])
        local_entities = {name: double or single for name, double, single in declarations}
        text = text[: doctype.start()] + text[doctype.end() :]

    def expand_reference(match: re.Match[str]) -> str:
        if match[1] in _XML_ENTITIES:
            return match[0]
        characters = local_entities.get(match[1]) or html.entities.html5.get(match[1] + ";")
        # An unknown name stays in the text as it was written.
        return html.escape(characters) if characters else f"&amp;{match[1]};"

    return _ENTITY_REFERENCE.sub(expand_reference, text) if "&" in text else text
