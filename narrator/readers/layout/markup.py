"""HTML and XHTML become blocks: what a browser would show as a paragraph is one.

The text is collected once, in the order of the page, whatever elements it lies in. What stands
within a paragraph without belonging to it (note marks, page numbers, ruby, alternative texts) moves
to the paragraph's end as a gap, so that the words around it stay together.
"""

from __future__ import annotations

import html
import html.entities
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from lxml import etree

from narrator.errors import BrokenInputError
from narrator.model import ParagraphKind, Span
from narrator.readers.containers import limits
from narrator.readers.layout.blocks import (
    PICTURE_REASON,
    SCENE_BREAK_REASON,
    Block,
    UnspokenSpan,
    has_words,
)
from narrator.readers.layout.notes import FOOTNOTE_REASON, NOTE_MARK_REASON
from narrator.readers.layout.plain_layout import is_scene_mark

_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li", "main",
        "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
        "tr", "ul", "case", "default", "switch",
        # DTBook's own
        "doctitle", "docauthor", "frontmatter", "bodymatter", "rearmatter", "level", "level1",
        "level2", "level3", "level4", "level5", "level6", "linegroup", "poem", "sidebar", "hd",
    ]
)  # fmt: skip
_SILENT = frozenset(["head", "script", "style", "title", "source", "track", "param"])
_FALLBACKS = {
    "audio": "text for players without sound",
    "video": "text for players without pictures",
    "canvas": "text for players without pictures",
    "iframe": "text for players without pictures",
    "noscript": "text for players without scripts",
    "template": "hidden",
    "datalist": "form field",
    "pagenum": "page number",
    "noteref": NOTE_MARK_REASON,
    "select": "form field",
    "button": "form field",
    "textarea": "form field",
    "rt": "reading aid",
    "rp": "reading aid",
    "annotation": "source of a formula",
    "annotation-xml": "source of a formula",
}
"""Elements whose text is no part of what is read, and why."""

_EMPHASIS = frozenset(["b", "cite", "em", "i", "strong"])
_HEADING = re.compile(r"h([1-6])")
_NOTE_TYPES = frozenset(["footnote", "endnote", "rearnote", "note", "annotation"])
_HEADING_TYPES = frozenset(["heading", "title", "subtitle", "ordinal"])
_NOTES_TYPES = frozenset(["footnotes", "endnotes", "rearnotes", "notes"])
_NOTE_CLASS = re.compile(
    r"(?:^|\s)(?:foot|end)-?note(?:s|-item|-body|text)?(?:\s|$)", re.IGNORECASE
)
_REF_CLASS = re.compile(
    r"(?:^|\s)(?:(?:foot|end)?note-?(?:ref|anchor|call)|fn-?(?:ref|anchor))", re.IGNORECASE
)
_PAGE_CLASS = re.compile(
    r"(?:^|\s)(?:page-?(?:num(?:ber)?|no|break|nr)|pb)s?(?:\s|$)", re.IGNORECASE
)
_LINE_CLASS = re.compile(r"(?:^|\s)(?:line-?(?:num(?:ber)?|no)|lnum|ln)(?:\s|$)", re.IGNORECASE)
_VERSE_CLASS = re.compile(r"(?:^|\s)(?:verse|poem|poetry|stanza|versus|lg)(?:\s|$)", re.IGNORECASE)
_SCENE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:scene-?break|section-?break|thought-?break|tb|asterism|ornament|transition|"
    r"space-?break|context-?break)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_MARK_TEXT = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z]|[ivxl]{1,6})\s*[\])]?\s*", re.IGNORECASE
)
_BACK_TEXT = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])\s*[\])]?[.:]?\s*|\W*[↩⏎↑^←⬑]\W*|\W*(?:back|return)\b.{0,20}",
    re.IGNORECASE | re.DOTALL,
)
_SPACE = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")  # all but a space that stands alone
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN_ENTITY = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,64})\s+(?:"([^"&%<]{0,200})"|'([^'&%<]{0,200})')\s*>"""
)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(
    rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']|<meta[^>]*?charset\s*=\s*["']?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_CLOSED = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|a|span|div|p|i|b|em|strong|sup|sub|td|li|h[1-6])\b([^<>]*?)/>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[|\]\]>|</?[^\s<>/][^<>]*>", re.DOTALL)
_WORDS = re.compile(r"\w+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
Element = etree._Element


# ---------------------------------------------------------------------------------- parsing


def decode_page(data: bytes, name: str) -> str:
    """The text of a page, by its byte order mark, its declaration, or as UTF-8 or Windows-1252."""
    from narrator.readers.plain import decode_text as guess  # noqa: PLC0415 - only when it declares none

    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf":
        return guess(data, name)[0]
    declared = _DECLARED.search(data[:2048])
    said = (declared[1] or declared[2]).decode("ascii") if declared else "utf-8"
    for encoding in (said, "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return guess(data, name)[0]


def parse_page(text: str, name: str, *, try_xml: bool = True) -> Element:
    """The tree of a page: as XML where it is well-formed, as a browser would read it where not.

    No entity is fetched or expanded beyond HTML's own characters and plain local ones.

    Raises:
        BrokenInputError: it nests deeper than any page does.
    """
    text = _resolved(text)
    if try_xml:
        try:
            return etree.fromstring(text.encode(), _xml_parser())
        except etree.XMLSyntaxError:
            pass
    text = _CLOSED.sub(r"<\1\2></\1>", text)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    return _mended(text, name, parser)


def parse_xml(text: str, name: str) -> Element:
    """The tree of an XML document that is no page; a broken one is mended if no word is lost by it.

    Raises:
        BrokenInputError: words would be lost, or it nests deeper than any document does.
    """
    text = _resolved(text)
    try:
        return etree.fromstring(text.encode(), _xml_parser())
    except etree.XMLSyntaxError as error:
        tree = _mended(text, name, _xml_parser(recover=True))
        plain = html.unescape(_MARKUP.sub(" ", text))
        if Counter(_WORDS.findall(plain)) - Counter(_words(tree)):
            raise BrokenInputError(
                f"{name} is damaged: {error.msg}",
                "get the file again, or mend it where it was made",
            ) from error
        return tree


def _words(tree: Element) -> list[str]:
    return [word for text in tree.itertext() for word in _WORDS.findall(str(text))]


def _mended(text: str, name: str, parser: etree.XMLParser | etree.HTMLParser) -> Element:
    """The tree that a forgiving parser makes of a text."""
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


def _xml_parser(*, recover: bool = False) -> etree.XMLParser:
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


def _resolved(text: str) -> str:
    """A document without its type and null bytes, and its named characters put in."""
    return _resolve(_PROLOGUE.sub("", text.lstrip("\ufeff").replace("\x00", "")))


def _resolve(text: str) -> str:
    """Named characters and plain local entities put in; the document type is left out."""
    doctype = _DOCTYPE.search(text, 0, 65536)
    own: dict[str, str] = {}
    if doctype:
        own = {name: a or b for name, a, b in _OWN_ENTITY.findall(doctype[0])}
        text = text[: doctype.start()] + text[doctype.end() :]

    def put(match: re.Match[str]) -> str:
        if match[1] in _XML_NAMES:
            return match[0]
        known = own.get(match[1]) or html.entities.html5.get(match[1] + ";")
        return html.escape(known) if known else f"&amp;{match[1]};"

    return _NAMED.sub(put, text) if "&" in text else text


def local_name(element: Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def text_content(element: Element) -> str:
    """All text in an element."""
    return "".join(str(text) for text in element.itertext())


def find_page_title(tree: Element) -> str:
    """The title in a page's head, or nothing."""
    titles = (e for e in tree.iter("{*}title", "title") if _parent(e) in ("head", "html"))
    found = next(titles, None)
    return "" if found is None else " ".join(text_content(found).split())


def get_attribute(element: Element, name: str) -> str:
    """An attribute by its name without a namespace."""
    found = element.get(name)
    if found is not None:
        return found
    for key, text in element.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == name:
            return str(text)
    return ""


def get_semantic_types(element: Element) -> frozenset[str]:
    """What `epub:type` and `role` call an element, without `doc-`."""
    if not element.attrib:
        return frozenset()
    names = ""
    for key, text in element.attrib.items():
        if str(key) in ("{http://www.idpf.org/2007/ops}type", "epub:type", "role"):
            names += " " + str(text)
    return frozenset(name.removeprefix("doc-") for name in names.split())


def resolve_link(href: str, path: str) -> str:
    """The entry, or the entry and fragment, that a link in `path` points to; empty if outside."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc:
        return ""
    target = path
    if parts.path:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target


# ---------------------------------------------------------------------------------- walking


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around say of the text."""

    form: ParagraphKind = ParagraphKind.TEXT
    level: int = 0
    types: frozenset[str] = frozenset()
    note: str = ""
    reason: str = ""
    raw: bool = False
    """Whether line ends count, as in `pre`."""
    aside: str = ""
    """The reason why inline text is put aside; empty where it is read."""
    sup: bool = False
    depth: int = 0


def extract_blocks(tree: Element, path: str, *, read_images: bool = False) -> list[Block]:
    """The blocks of a page; `path` is what links are resolved against.

    With `images`, alternative texts and the text inside drawings are read too.
    """
    setter = _Setter(path, images=read_images)
    body = next((e for e in tree.iter() if local_name(e) in ("body", "svg")), tree)
    start = _Context(types=get_semantic_types(tree))
    if local_name(body) == "svg" and body is tree:
        setter.images = True
    setter.element(body, start)
    setter.flush(start)
    setter.finish()
    return setter.blocks


class _Setter:
    """Sets the text of a page as blocks, from its first element to its last."""

    def __init__(self, path: str, *, images: bool) -> None:
        self.path = path
        self.images = images
        self.blocks: list[Block] = []
        self.spaces: list[Block] = []
        self.pieces: list[str] = []
        self.length = 0
        self.emphasis: list[Span] = []
        self.gaps: list[tuple[str, str]] = []
        self.marks: list[str] = []
        self.places: list[int] = []
        self.anchors: list[str] = []
        self.empty = False

    # -- text

    def text(self, text: str | None, context: _Context) -> None:
        if not text:
            return
        if context.aside:
            if text.strip():
                self._aside(text, context.aside)
            return
        if not context.raw:
            text = _SPACE.sub(" ", text)
            if text[0] == " " and (not self.length or self.pieces[-1][-1] in " \n"):
                text = text[1:]
        if text:
            self.pieces.append(text)
            self.length += len(text)

    def _aside(self, text: str, reason: str) -> None:
        text = " ".join(text.split())[: limits.MAX_ATTRIBUTE_CHARACTERS]
        if (
            self.gaps
            and self.gaps[-1][1] == reason
            and reason not in (NOTE_MARK_REASON, PICTURE_REASON)
        ):
            self.gaps[-1] = (f"{self.gaps[-1][0]} {text}", reason)
        else:
            self.gaps.append((text, reason))

    def flush(self, context: _Context) -> None:
        """End the block that is being set."""
        text = "".join(self.pieces)
        body = text.rstrip()
        shift = len(body) - len(body.lstrip())
        body = body[shift:]
        gaps, emphasis, places = self.gaps, self.emphasis, self.places
        self.pieces, self.length, self.gaps, self.emphasis, self.places = [], 0, [], [], []
        if not body and not gaps:
            return
        block = Block(
            body, kind=context.form, heading_level=context.level, skip_reason=context.reason
        )
        block.note_anchor, block.semantic_types, block.source_path = (
            context.note,
            context.types,
            self.path,
        )
        block.anchors, block.note_references, self.anchors, self.marks = (
            self.anchors,
            self.marks,
            [],
            [],
        )
        block.emphasis = [
            Span(max(0, e.start - shift), min(len(body), e.end - shift))
            for e in emphasis
            if e.start - shift < len(body)
        ]
        if len(places) == len(
            block.note_references
        ):  # not so where a mark without text came before
            block.reference_offsets = [
                len(body[: max(0, place - shift)].rstrip()) for place in places
            ]
        _append_gaps(block, gaps)
        if self.empty:
            self.spaces.append(block)
            self.empty = False
        self.blocks.append(_judged(block))

    def finish(self) -> None:
        """Decide whether empty paragraphs are scene breaks, and leave no anchor behind."""
        texts = sum(block.kind is ParagraphKind.TEXT for block in self.blocks)
        if len(self.spaces) * 8 < texts:
            for block in self.spaces:
                block.follows_scene_gap = True
        if self.anchors and self.blocks:
            self.blocks[-1].trailing_anchors += self.anchors

    def scene(self) -> None:
        """Set the mark of a scene break, where there is text to break."""
        if self.blocks and self.blocks[-1].skip_reason != SCENE_BREAK_REASON:
            self.blocks.append(
                Block("* * *", skip_reason=SCENE_BREAK_REASON, source_path=self.path)
            )

    # -- elements

    def element(self, element: Element, context: _Context) -> None:
        """Set an element and all that is in it, not what follows it."""
        tag = local_name(element)
        if not tag:
            return
        for key in ("id", "name") if tag == "a" else ("id",):
            anchor = element.get(key) or ""
            if anchor:
                self.anchors.append(f"{self.path}#{anchor}")
        if tag in _SILENT and not (tag == "title" and context.aside):
            return
        if context.depth >= limits.MAX_NESTING_DEPTH:
            self.text(text_content(element), context)
            return
        context = replace(context, depth=context.depth + 1) if len(element) else context
        if tag in _BLOCKS:
            self._block(element, tag, context)
        else:
            self._inline(element, tag, context)

    def _children(self, element: Element, context: _Context) -> None:
        self.text(element.text, context)
        for child in element:
            self.element(child, context)
            self.text(child.tail, context)

    def _block(self, element: Element, tag: str, context: _Context) -> None:
        if context.aside:
            self._children(element, context)
            return
        self.flush(context)
        if tag == "switch":
            self._switch(element, context)
            return
        inner = _inside(element, tag, context, self.path)
        before = len(self.blocks)
        self._children(element, inner)
        self.flush(inner)
        if len(self.blocks) == before and tag in ("p", "div"):
            self._nothing(element)

    def _nothing(self, element: Element) -> None:
        """An empty paragraph: a scene break by its class, or perhaps by its space."""
        if _SCENE_CLASS.search(element.get("class") or ""):
            self.scene()
        elif local_name(element) == "p" and not len(element):
            self.empty = bool(self.blocks)

    def _switch(self, element: Element, context: _Context) -> None:
        """Of several renderings, the one for everybody if it has words, else the first that has."""
        cases = [child for child in element if local_name(child) in ("case", "default")]
        cases.sort(key=lambda child: local_name(child) != "default")
        chosen = next((c for c in cases if has_words(text_content(c))), None)
        for child in element:
            other = context if child is chosen else replace(context, reason="other rendering")
            self._children(child, other)
            self.flush(other)

    def _inline(self, element: Element, tag: str, context: _Context) -> None:
        handler = getattr(self, f"_{tag}", None) if tag in _SPECIAL else None
        if handler:
            handler(element, context)
        elif tag in _FALLBACKS:
            self._children(element, replace(context, aside=context.aside or _FALLBACKS[tag]))
        elif tag in _EMPHASIS:
            start = self.length
            self._children(element, self._about(element, context))
            if self.length > start:
                self.emphasis.append(Span(start, self.length))
        else:
            self._children(element, self._about(element, context))

    def _about(self, element: Element, context: _Context) -> _Context:
        """The context inside an inline element: page numbers and what is hidden are put aside."""
        if context.aside or not element.attrib:
            return context
        types = get_semantic_types(element)
        if "pagebreak" in types or _is_page(element):
            return replace(context, aside="page number")
        if (
            _LINE_CLASS.search(element.get("class") or "")
            and text_content(element).strip().isdigit()
        ):
            return replace(context, aside="line number")
        if "noteref" in types:
            return replace(context, aside=NOTE_MARK_REASON)
        if _is_hidden(element):
            return replace(context, aside="hidden")
        return context

    def _br(self, _element: Element, context: _Context) -> None:
        if context.aside:
            return
        if (
            self.pieces
            and self.pieces[-1].rstrip(" ").endswith("\n")
            and context.form is not ParagraphKind.VERSE
        ):
            self.flush(context)
            return
        self._trim()
        if self.pieces:
            self.pieces.append("\n")
            self.length += 1

    def _trim(self) -> None:
        """Take back the space at the end of what is set."""
        while self.pieces and self.pieces[-1].endswith(" "):
            self.pieces[-1] = self.pieces[-1][:-1]
            self.length -= 1
            if not self.pieces[-1]:
                self.pieces.pop()

    def _hr(self, element: Element, context: _Context) -> None:
        self.flush(context)
        name = element.get("class") or ""
        noted = "footnotes-sep" in name  # markdown-it's, before its notes
        if not (noted or _PAGE_CLASS.search(name) or "pagebreak" in get_semantic_types(element)):
            self.scene()

    def _img(self, element: Element, context: _Context) -> None:
        alt = " ".join((element.get("alt") or "").split())[: limits.MAX_ATTRIBUTE_CHARACTERS]
        if not has_words(alt):
            return
        tail = element.tail or ""
        if len(alt) == 1 and alt.isalpha() and not self.length and tail[:1].isalpha():
            self.text(alt, context)  # a drop cap
        elif self.images:
            self.text(f" {alt} ", context)
        else:
            self._aside(alt, PICTURE_REASON)

    def _svg(self, element: Element, context: _Context) -> None:
        if not self.images:
            self._children(element, replace(context, aside=context.aside or PICTURE_REASON))
            return
        for child in element:
            tag = local_name(child)
            if tag in ("text", "title", "desc"):
                self.text(" ".join(text_content(child).split()), context)
                self.flush(context)
            elif tag == "foreignobject":
                self._children(child, context)
                self.flush(context)
            elif tag not in _SILENT and context.depth < limits.MAX_NESTING_DEPTH:
                self._svg(child, replace(context, depth=context.depth + 1))

    def _math(self, element: Element, context: _Context) -> None:
        if not has_words(text_content(element)):
            self.text(f" {element.get('alttext') or ''} ", context)
            return
        source = 0  # how many annotations the walk is inside of
        for event, child in etree.iterwalk(element, events=("start", "end")):
            text = child.text if event == "start" else child.tail
            source += local_name(child).startswith("annotation") * (1 if event == "start" else -1)
            if text and text.strip() and not (event == "end" and child is element):
                inner = replace(context, aside=_FALLBACKS["annotation"]) if source else context
                self.text(f" {text.strip()} ", inner)

    def _ruby(self, element: Element, context: _Context) -> None:
        self.text((element.text or "").strip("\n\t "), context)
        for child in element:
            self.element(child, context)
            self.text((child.tail or "").strip("\n\t "), context)

    def _sup(self, element: Element, context: _Context) -> None:
        self._children(element, self._about(element, replace(context, sup=True)))

    def _td(self, element: Element, context: _Context) -> None:
        if any(local_name(child) in _BLOCKS for child in element):
            self._block(element, "div", context)
            return
        if not context.aside:
            self._trim()
            if self.pieces:
                self.text(" " if self.pieces[-1][-1] in ".,;:!?" else ", ", context)
        self._children(element, context)

    _th = _td

    def _a(self, element: Element, context: _Context) -> None:
        href = element.get("href") or ""
        text = text_content(element)
        if context.note and href and _BACK_TEXT.fullmatch(text):
            self._children(element, replace(context, aside=NOTE_MARK_REASON))
        elif href and _is_mark_of_note(element, text, context):
            target = resolve_link(href, self.path)
            if target:
                self.marks.append(target)
                self.places.append(self.length)
            self._children(element, replace(context, aside=NOTE_MARK_REASON))
        else:
            self._children(element, self._about(element, context))


_SPECIAL = frozenset(["br", "hr", "img", "svg", "math", "ruby", "sup", "td", "th", "a"])


def _is_mark_of_note(element: Element, text: str, context: _Context) -> bool:
    """Whether a link is the mark of a note, by its type, its class or its look."""
    if "noteref" in get_semantic_types(element) or _REF_CLASS.search(element.get("class") or ""):
        return len(text) <= 12
    if not _MARK_TEXT.fullmatch(text) or "#" not in (element.get("href") or ""):
        return False
    raised = context.sup or any(local_name(child) == "sup" for child in element)
    return raised or text.strip()[:1] in "[*†‡§"


def _is_page(element: Element) -> bool:
    name = element.get("class") or ""
    if not name or not _PAGE_CLASS.search(name):
        return False
    return len(text_content(element)) <= 20


def _is_hidden(element: Element) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _inside(element: Element, tag: str, context: _Context, path: str) -> _Context:
    """The context inside a block element."""
    heading = _HEADING.fullmatch(tag)
    if heading:
        context = replace(context, form=ParagraphKind.HEADING, level=int(heading[1]))
    elif tag in _FORMS and context.form is not ParagraphKind.HEADING:
        context = replace(context, form=_FORMS[tag], raw=context.raw or tag == "pre")
    elif tag == "p" and _parent(element) == "hgroup":
        context = replace(context, form=ParagraphKind.HEADING, level=7)
    return _described(element, tag, context, path) if element.attrib or tag == "nav" else context


_FORMS = {
    "blockquote": ParagraphKind.QUOTE,
    "li": ParagraphKind.ITEM,
    "dt": ParagraphKind.ITEM,
    "tr": ParagraphKind.TABLE,
    "caption": ParagraphKind.TABLE,
    "pre": ParagraphKind.VERSE,
}


def _parent(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else local_name(parent)


def _described(element: Element, tag: str, context: _Context, path: str) -> _Context:
    """The context as an element's attributes describe it."""
    types = get_semantic_types(element)
    name = element.get("class") or ""
    context = replace(context, types=context.types | types) if types else context
    if context.form is not ParagraphKind.HEADING:
        if any("verse" in t or "poem" in t for t in types) or _VERSE_CLASS.search(name):
            context = replace(context, form=ParagraphKind.VERSE)
        elif types & _HEADING_TYPES and tag in ("p", "div"):
            context = replace(context, form=ParagraphKind.HEADING, level=_level(element))
    noted = types & _NOTE_TYPES or (_NOTE_CLASS.search(name) and tag not in ("section", "ol", "ul"))
    if (noted and not context.note) or (tag == "li" and context.types & _NOTES_TYPES):
        context = replace(context, note=f"{path}#{element.get('id') or element.sourceline}")
    elif types & _NOTES_TYPES or (name and tag in ("section", "ol") and _NOTE_CLASS.search(name)):
        context = replace(context, types=context.types | {"footnotes"})
    if not context.reason:
        context = replace(context, reason=_unread(element, tag, types))
    return context


def _level(element: Element) -> int:
    told = element.get("aria-level") or "7"
    return int(told) if told.isdecimal() and 1 <= int(told) <= 6 else 7


def _unread(element: Element, tag: str, types: frozenset[str]) -> str:
    if "pagebreak" in types or _is_page(element):
        return "page number"
    if _is_hidden(element):
        return "hidden"
    return "contents" if tag == "nav" else ""


def _append_gaps(block: Block, gaps: list[tuple[str, str]]) -> None:
    for text, reason in gaps:
        if block.text:
            block.text += " "
        start = len(block.text)
        block.text += text
        block.unspoken_spans.append(UnspokenSpan(start, len(block.text), reason))


def _judged(block: Block) -> Block:
    """A block without any text of its own is skipped as a whole, a scene break's mark too."""
    spoken = block.spoken_text.strip()
    if block.skip_reason:
        block.unspoken_spans = []
    elif block.unspoken_spans and not spoken:
        block.skip_reason, block.unspoken_spans = block.unspoken_spans[0].reason, []
    elif is_scene_mark(spoken) and not block.unspoken_spans:
        block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT
    elif block.kind is ParagraphKind.HEADING and block.semantic_types & {
        "footnotes",
        "endnotes",
        "rearnotes",
    }:
        block.skip_reason, block.unspoken_spans = FOOTNOTE_REASON, []
    return block
