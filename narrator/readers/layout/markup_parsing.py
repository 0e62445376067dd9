"""Decode and parse HTML, XHTML and XML, including damaged documents, into lxml trees.

For security, no external resource is loaded, and only entities that stand for plain characters are
expanded.
"""

from __future__ import annotations

import codecs
import html
import html.entities
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

from narrator.errors import NEW_COPY_HINT, BrokenInputError
from narrator.readers.layout.delimiters import remove_delimited
from narrator.readers.text_repair import repair_encoding

if TYPE_CHECKING:
    from narrator.readers.layout.markup_elements import Element

_DECLARED_ENCODING = re.compile(
    rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']|<meta[^>]*?charset\s*=\s*["']?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARATION_BYTES = 2048
"""Number of bytes at the start of a page that are searched for a declared encoding."""
_PYTHON_CODECS = frozenset(
    ["idna", "mbcs", "oem", "palmos", "punycode", "raw_unicode_escape", "undefined",
     "unicode_escape"]
)  # fmt: skip
"""Codecs of Python that are no encodings of texts, from the table "Python Specific Encodings"."""
_CHARACTER_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DOCTYPE_CHARACTERS = 65536
"""Number of characters at the start of a document that are searched for its DOCTYPE."""
_ENTITY_DECLARATION = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,64})\s+(?:"([^"&%<]{0,200})"|'([^'&%<]{0,200})')\s*>"""
)
"""The declaration of an entity that stands for plain characters.

Groups: name; text in double quotes; text in single quotes.
"""
_ENTITY_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_SELF_CLOSED = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|a|span|div|p|i|b|em|strong|sup|sub|td|li|h[1-6])\b([^<>]*?)/>",
    re.IGNORECASE,
)
"""Self-closing tags that are valid in XHTML but that an HTML parser treats as open."""
_LOST_BRACKET = re.compile(r"<(?=/(?!\s*>|[A-Za-z])|(?:!(?!--|\[CDATA\[)|\?)[^<>]*(?:<|\Z))")
"""A bracket from which an HTML parser drops everything to the next ">", as in "love </3", although
it begins no tag, and no declaration or instruction that ends."""
_HEAD_TAGS = frozenset(
    ["base", "link", "meta", "noscript", "object", "script", "style", "template", "title"]
)
_PAGE_END = re.compile(r"</(?:html|body)\b[^<>]*>|<(?:html|body)\b[^<>]*/>", re.IGNORECASE)
"""The end of a page: an HTML parser drops the pages that were joined to it."""
_TAG_PATTERN = re.compile(r"<!\[CDATA\[|\]\]>|</?[^\s<>/][^<>]*>")
_WORD = re.compile(r"\w+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_page(data: bytes, name: str) -> str:
    """Decode a page, and repair lines that were decoded wrongly before.

    `name` is only for error messages.
    """
    return repair_encoding(_decode_bytes(data, name))


def _decode_bytes(data: bytes, name: str) -> str:
    """Decode a page.

    The encoding is that of the byte order mark or the declaration. Without either, it is UTF-8 if
    the bytes are valid UTF-8, and otherwise detected from the bytes.
    """
    from narrator.readers.plain import decode_text  # noqa: PLC0415 - few pages need it

    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf":
        return decode_text(data, name)[0]
    for encoding in (_read_declared_encoding(data), "utf-8"):
        try:
            return _replace_surrogates(data.decode(encoding))
        except (UnicodeError, LookupError):
            continue
    return decode_text(data, name)[0]


def _read_declared_encoding(data: bytes) -> str:
    """Return the encoding that a page declares, or "utf-8".

    A declaration is wrong if it could not be read in the encoding that it names.
    """
    match = _DECLARED_ENCODING.search(data[:_DECLARATION_BYTES])
    if not match:
        return "utf-8"
    encoding = (match[1] or match[2]).decode("ascii")
    try:
        is_readable = match[0].decode(encoding) == match[0].decode("ascii")
        is_real = codecs.lookup(encoding).name.replace("-", "_") not in _PYTHON_CODECS
    except (UnicodeError, LookupError):
        return "utf-8"
    return encoding if is_real and is_readable else "utf-8"


def _replace_surrogates(text: str) -> str:
    """Join pairs of surrogates, and replace single ones by U+FFFD; XML can't contain them."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parse_page(text: str, name: str, *, try_xml: bool = True) -> Element:
    """Parse a page: as XML if it is well-formed, otherwise as HTML.

    `name` is only for error messages. `try_xml` is whether to try XML first.

    Raises:
        BrokenInputError: the elements of the page are nested too deeply.
    """
    text = _prepare_document(text)
    if try_xml:
        try:
            return etree.fromstring(text.encode(), _make_xml_parser())
        except etree.XMLSyntaxError:
            pass
    text = _SELF_CLOSED.sub(r"<\1\2></\1>", _escape_lost_text(text))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    return _move_content_to_body(_parse_leniently(text, name, parser))


def _move_content_to_body(tree: Element) -> Element:
    """Return a page in which what can't be in the head is in the body.

    The parser knows only HTML 4, so it takes a `section` or `main` after the title for a part of
    the head, if the page has no `body` tag.
    """
    head = tree.find("head")
    children = [] if head is None else list(head)
    first = next((i for i, e in enumerate(children) if e.tag not in _HEAD_TAGS), len(children))
    if first < len(children):
        body = tree.find("body")
        if body is None:
            body = etree.SubElement(tree, "body")
        if body.text and body.text.strip():
            children[-1].tail = (children[-1].tail or "") + body.text
        body.text = None
        body[:0] = children[first:]
    return tree


def parse_xml(text: str, name: str) -> Element:
    """Parse an XML document; a damaged document is repaired if no words are lost.

    Raises:
        BrokenInputError: words would be lost, or the elements are nested too deeply.
    """
    text = _prepare_document(text)
    try:
        return etree.fromstring(text.encode(), _make_xml_parser())
    except etree.XMLSyntaxError as error:
        tree = _parse_leniently(text, name, _make_xml_parser(recover=True))
        # This multiset difference has the words that occur less often in the tree than in the
        # source.
        bare_text = remove_delimited(remove_delimited(text, "<!--", "-->"), "<?", "?>")
        source_words = Counter(_WORD.findall(html.unescape(_TAG_PATTERN.sub(" ", bare_text))))
        if source_words - Counter(_list_words(tree)):
            raise BrokenInputError(
                f"{name} is damaged: {error.msg}",
                f"{NEW_COPY_HINT}, or repair it",
            ) from error
        return tree


def _escape_lost_text(text: str) -> str:
    """Escape what an HTML parser would drop.

    That is CDATA sections, brackets that begin no markup, a comment that never ends, and what
    follows the end of the page.
    """
    text = _LOST_BRACKET.sub("&lt;", _PAGE_END.sub("", text))
    comment_end = max(0, text.rfind("-->"))
    if text.find("<!--", comment_end) >= 0:
        text = text[:comment_end] + text[comment_end:].replace("<!--", "&lt;!--")
    first, *sections = text.split("<![CDATA[")
    pieces = [first]
    for section in sections:
        content, end, rest = section.partition("]]>")
        pieces.append(html.escape(content) + rest if end else f"&lt;![CDATA[{section}")
    return "".join(pieces)


def _list_words(tree: Element) -> list[str]:
    """Return all words in a tree."""
    return [word for text in tree.itertext() for word in _WORD.findall(str(text))]


def _parse_leniently(text: str, name: str, parser: etree.XMLParser | etree.HTMLParser) -> Element:
    """Parse a document with a parser that tolerates errors.

    Raises:
        BrokenInputError: the parser fails, or the elements are nested too deeply for it.
    """
    try:
        tree = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        raise BrokenInputError(
            f"{name} can't be understood", f"its markup is broken: {error}"
        ) from error
    for entry in parser.error_log:
        if "depth" in entry.message.lower():
            raise BrokenInputError(f"{name} is nested too deeply", "simplify the page")
    if tree is None:
        return etree.Element("body")
    return tree


def _make_xml_parser(*, recover: bool = False) -> etree.XMLParser:
    """Return an XML parser that loads no external resources and expands no entities."""
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


def _prepare_document(text: str) -> str:
    """Remove null characters and declarations, and expand entities."""
    if "&#" in text:
        text = _replace_surrogates(_CHARACTER_REFERENCE.sub(_repair_reference, text))
    return _expand_entities(_XML_DECLARATION.sub("", text.lstrip("\ufeff").replace("\x00", "")))


def _repair_reference(match: re.Match[str]) -> str:
    """Return a character instead of a reference that XML does not allow, as browsers do."""
    hexadecimal, decimal = match.groups()
    digits = (hexadecimal or decimal).lstrip("0")
    code = int(digits or "0", 16 if hexadecimal else 10) if len(digits) <= 8 else sys.maxunicode + 1
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)  # it may be half of a pair
    is_allowed = 0xA0 <= code < 0xFFFE or 0x20 <= code < 0x7F or code in (0x9, 0xA, 0xD)
    if is_allowed or 0xFFFF < code <= sys.maxunicode:
        return match[0]
    return html.unescape(match[0].rstrip(";") + ";") or "\ufffd"


def _expand_entities(text: str) -> str:
    """Remove the DOCTYPE, and replace references to plain-text entities with their characters."""
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
        # A reference to an unknown entity stays in the text unchanged.
        return html.escape(characters) if characters else f"&amp;{match[1]};"

    return _ENTITY_REFERENCE.sub(expand_reference, text) if "&" in text else text
