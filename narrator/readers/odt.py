"""LibreOffice's ODT, by `lxml` over the archive.

odfpy 1.4.1, of 2020, was tried on the documents of this reader's tests: its HTML loses the text
before an anchored box and fails with a TypeError at a footnote, it reads deleted text, it needs a
manifest, and it prints damaged XML to the terminal. Its object model runs notes and comments into
the sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError, ProtectedInputError
from narrator.model import Form, Metadata, Span
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.docx import TITLE_LEVEL
from narrator.readers.layout import heading_syntax, markup
from narrator.readers.layout.assembly import finish
from narrator.readers.layout.blocks import SCENE, Block, Gap
from narrator.readers.layout.markup import Element, attribute, content, local
from narrator.readers.layout.notes import MARK
from narrator.readers.layout.plain_layout import is_mark
from narrator.readers.loading import source_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book
    from narrator.readers.interface import Input, Policy

_MIME = b"application/vnd.oasis.opendocument.text"
_SILENT = frozenset(
    ["tracked-changes", "annotation", "automatic-styles", "styles", "master-styles",
     "sequence-decls", "forms", "scripts", "font-face-decls", "meta", "desc", "title", "ruby-text"]
)  # fmt: skip
_CONTENTS = frozenset(
    ["table-of-content", "illustration-index", "table-index", "object-index", "user-index"]
)
_INDEXES = {"alphabetical-index": "index", "bibliography": "bibliography"}
_SPACE = re.compile(r"[ \t\r\n]+")
_QUOTE = re.compile(r"quotation", re.IGNORECASE)
_VERSE = re.compile(r"verse|poem|poetry|stanza", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class OdtReader:
    """Reads OpenDocument texts."""

    name = "odt"
    suffixes: tuple[str, ...] = (".odt", ".ott")

    def recognises(self, source: Input) -> bool:
        """Whether it is an archive that says it is an OpenDocument text."""
        return is_zip(source.data) and _MIME in source.data[:200]

    def read(self, source: Input, policy: Policy) -> Book:
        """The book; its headings are its chapters.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            ProtectedInputError: it is encrypted.
            EmptyBookError: it holds no words.
        """
        archive = Archive(source.data, source.path)
        _refuse_encrypted(archive)
        tree = _xml(archive, "content.xml")
        if tree is None:
            raise BrokenInputError(f"{source.path} has no content.xml", "get the file again")
        setter = _Setter(tree)
        metadata = _metadata(archive, setter.blocks, title_of(source.path))
        return finish(setter.blocks, [], metadata, source_of(source), policy)


def _refuse_encrypted(archive: Archive) -> None:
    manifest = _xml(archive, "META-INF/manifest.xml")
    for element in [] if manifest is None else manifest.iter():
        if local(element) == "encryption-data":
            raise ProtectedInputError(
                f"{archive.path} is locked by a password", "save it without one in LibreOffice"
            )


def _xml(archive: Archive, name: str) -> Element | None:
    try:
        data = archive.read(name)
    except KeyError:
        return None
    return markup.parse_data(markup.decode(data, archive.path), f"{archive.path}: {name}")


class _Setter:
    """Sets the paragraphs of a document as blocks."""

    def __init__(self, tree: Element) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Block] = []
        self.styles = {
            attribute(e, "name"): (attribute(e, "display-name"), attribute(e, "parent-style-name"))
            for e in tree.iter()
            if local(e) == "style"
        }
        self.italic = {attribute(e, "name") for e in tree.iter() if _is_strong(e)}
        body = next((e for e in tree.iter() if local(e) == "body"), tree)
        for element, reason, form in _paragraphs(body):
            self._paragraph(element, reason, form)
        self.blocks += self.notes

    def _paragraph(self, element: Element, reason: str, form: Form, note: str = "") -> None:
        pieces: list[tuple[str, bool]] = []
        block = Block("", form=form, reason=reason, note=note, anchors=[note] if note else [])
        marks = self._text(element, pieces, block)
        text, emphasis = _joined(pieces)
        block.places = [len(text[:place].rstrip()) for place in block.places]
        block.text, block.emphasis = text, emphasis
        if not text and not marks:
            return
        for mark in marks:
            start = len(block.text) + 1
            block.text += f" [{mark}]"
            block.gaps.append(Gap(start, len(block.text), MARK))
        self._dress(block, element)
        self.blocks.append(block) if not note else self.notes.append(block)

    def _dress(self, block: Block, element: Element) -> None:
        style = self._style(attribute(element, "style-name"))
        if local(element) == "h":
            level = attribute(element, "outline-level")
            block.form, block.level = Form.HEADING, int(level) if level.isdecimal() else 1
        elif style in ("title", "subtitle"):
            block.form, block.level = Form.HEADING, TITLE_LEVEL
        elif _VERSE.search(style) or block.text.count("\n") > 1:
            block.form = Form.VERSE
        elif _QUOTE.search(style):
            block.form = Form.QUOTE
        if block.reason or not block.text:
            block.gaps = []
        elif is_mark(block.text) and not block.gaps:
            block.reason, block.form = SCENE, Form.TEXT

    def _style(self, name: str) -> str:
        """The name of a style, or of the one that an automatic style is made from."""
        shown, parent = self.styles.get(name, ("", ""))
        if re.fullmatch(r"P\d+", name) and parent:
            name = parent
        return (shown or name).replace("_20_", " ").lower()

    def _text(self, element: Element, pieces: list[tuple[str, bool]], block: Block) -> list[str]:
        """Collect the text of a paragraph; answers with the marks of its notes."""
        marks = []
        stack: list[tuple[Element | str, bool]] = [(element, False)]
        while stack:
            item, strong = stack.pop()
            if isinstance(item, str):
                pieces.append((_SPACE.sub(" ", item), strong))
                continue
            tag = local(item)
            if tag == "note":
                block.places.append(sum(len(piece) for piece, _ in pieces))
                marks.append(self._note(item, block))
            elif tag in _TEXTS:
                count = attribute(item, "c")
                times = int(count) if tag == "s" and count.isdecimal() and len(count) < 4 else 1
                pieces.append((_TEXTS[tag] * times, strong))
            elif tag not in _SILENT and (item is element or tag not in ("p", "h")):
                inner = strong or attribute(item, "style-name") in self.italic
                for child in reversed(item):
                    stack.append((child.tail or "", inner))
                    stack.append((child, inner))
                stack.append((item.text or "", inner))
        return marks

    def _note(self, element: Element, block: Block) -> str:
        name = f"note-{attribute(element, 'id') or len(self.notes)}"
        block.marks.append(name)
        citation = next((e for e in element if local(e) == "note-citation"), None)
        for body in element:
            if local(body) == "note-body":
                for paragraph, reason, form in _paragraphs(body):
                    self._paragraph(paragraph, reason, form, name)
        return "" if citation is None else content(citation).strip()


_TEXTS = {"s": " ", "tab": " ", "line-break": "\n"}


def _is_strong(element: Element) -> bool:
    if local(element) != "style" or attribute(element, "family") != "text":
        return False
    return any(
        attribute(e, "font-style") in ("italic", "oblique") or attribute(e, "font-weight") == "bold"
        for e in element
    )


def _joined(pieces: list[tuple[str, bool]]) -> tuple[str, list[Span]]:
    """The text of some pieces, its ends trimmed, and the stretches that are emphasised."""
    text = "".join(piece for piece, _ in pieces)
    shift = len(text) - len(text.lstrip())
    body = text.strip()
    spans, at = [], -shift
    for piece, strong in pieces:
        start, end = max(0, at), min(len(body), at + len(piece))
        if strong and piece.strip() and start < end:
            spans.append(Span(start, end))
        at += len(piece)
    return body, spans


def _paragraphs(body: Element) -> Iterator[tuple[Element, str, Form]]:
    """The paragraphs of a body, with why they are not read, and what they are."""
    stack = [(child, "", Form.TEXT) for child in reversed(body)]
    while stack:
        element, reason, form = stack.pop()
        tag = local(element)
        if tag in _SILENT:
            continue
        if tag in ("p", "h"):
            yield element, reason, form
            boxes = [e for e in element.iter() if local(e) == "text-box"]
            stack += [(e, reason, form) for box in reversed(boxes) for e in reversed(box)]
            continue
        if tag in _CONTENTS:
            reason = "contents"
        reason = _INDEXES.get(tag, reason)
        form = {"list": Form.ITEM, "table": Form.TABLE}.get(tag, form)
        stack += [(child, reason, form) for child in reversed(element)]


def _metadata(archive: Archive, blocks: list[Block], name: str) -> Metadata:
    told: dict[str, str] = {}
    tree = _xml(archive, "meta.xml")
    for element in [] if tree is None else tree.iter():
        if content(element).strip() and not len(element):
            told.setdefault(local(element), " ".join(content(element).split()))
    titles = [b.line for b in blocks if b.level == TITLE_LEVEL]
    language = told.get("language", "")
    return Metadata(
        told.get("title") or (heading_syntax.cased(titles[0]) if titles else name),
        told.get("creator") or told.get("initial-creator"),
        language if _LANGUAGE.fullmatch(language) else "en",
        description=told.get("description"),
    )
