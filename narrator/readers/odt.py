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
from narrator.model import Metadata, ParagraphKind, Span
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.docx import TITLE_LEVEL
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.blocks import SCENE_BREAK_REASON, Block, UnspokenSpan
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_xml
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.plain_layout import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

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

    def recognises(self, source: SourceFile) -> bool:
        """Whether it is an archive that says it is an OpenDocument text."""
        return is_zip(source.data) and _MIME in source.data[:200]

    def read(self, source: SourceFile, policy: Policy) -> Book:
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
        metadata = _metadata(archive, setter.blocks, title_from_path(source.path))
        return assemble_book(setter.blocks, [], metadata, describe_source(source), policy)


def _refuse_encrypted(archive: Archive) -> None:
    manifest = _xml(archive, "META-INF/manifest.xml")
    for element in [] if manifest is None else manifest.iter():
        if local_name(element) == "encryption-data":
            raise ProtectedInputError(
                f"{archive.path} is locked by a password", "save it without one in LibreOffice"
            )


def _xml(archive: Archive, name: str) -> Element | None:
    try:
        data = archive.read(name)
    except KeyError:
        return None
    return parse_xml(decode_page(data, archive.path), f"{archive.path}: {name}")


class _Setter:
    """Sets the paragraphs of a document as blocks."""

    def __init__(self, tree: Element) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Block] = []
        self.styles = {
            get_attribute(e, "name"): (
                get_attribute(e, "display-name"),
                get_attribute(e, "parent-style-name"),
            )
            for e in tree.iter()
            if local_name(e) == "style"
        }
        self.italic = {get_attribute(e, "name") for e in tree.iter() if _is_strong(e)}
        body = next((e for e in tree.iter() if local_name(e) == "body"), tree)
        for element, reason, form in _paragraphs(body):
            self._paragraph(element, reason, form)
        self.blocks += self.notes

    def _paragraph(
        self, element: Element, reason: str, form: ParagraphKind, note: str = ""
    ) -> None:
        pieces: list[tuple[str, bool]] = []
        block = Block(
            "", kind=form, skip_reason=reason, note_anchor=note, anchors=[note] if note else []
        )
        marks = self._text(element, pieces, block)
        text, emphasis = _joined(pieces)
        block.reference_offsets = [len(text[:place].rstrip()) for place in block.reference_offsets]
        block.text, block.emphasis = text, emphasis
        if not text and not marks:
            return
        for mark in marks:
            start = len(block.text) + 1
            block.text += f" [{mark}]"
            block.unspoken_spans.append(UnspokenSpan(start, len(block.text), NOTE_MARK_REASON))
        self._dress(block, element)
        self.blocks.append(block) if not note else self.notes.append(block)

    def _dress(self, block: Block, element: Element) -> None:
        style = self._style(get_attribute(element, "style-name"))
        if local_name(element) == "h":
            level = get_attribute(element, "outline-level")
            block.kind, block.heading_level = (
                ParagraphKind.HEADING,
                int(level) if level.isdecimal() else 1,
            )
        elif style in ("title", "subtitle"):
            block.kind, block.heading_level = ParagraphKind.HEADING, TITLE_LEVEL
        elif _VERSE.search(style) or block.text.count("\n") > 1:
            block.kind = ParagraphKind.VERSE
        elif _QUOTE.search(style):
            block.kind = ParagraphKind.QUOTE
        if block.skip_reason or not block.text:
            block.unspoken_spans = []
        elif is_scene_mark(block.text) and not block.unspoken_spans:
            block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT

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
            tag = local_name(item)
            if tag == "note":
                block.reference_offsets.append(sum(len(piece) for piece, _ in pieces))
                marks.append(self._note(item, block))
            elif tag in _TEXTS:
                count = get_attribute(item, "c")
                times = int(count) if tag == "s" and count.isdecimal() and len(count) < 4 else 1
                pieces.append((_TEXTS[tag] * times, strong))
            elif tag not in _SILENT and (item is element or tag not in ("p", "h")):
                inner = strong or get_attribute(item, "style-name") in self.italic
                for child in reversed(item):
                    stack.append((child.tail or "", inner))
                    stack.append((child, inner))
                stack.append((item.text or "", inner))
        return marks

    def _note(self, element: Element, block: Block) -> str:
        name = f"note-{get_attribute(element, 'id') or len(self.notes)}"
        block.note_references.append(name)
        citation = next((e for e in element if local_name(e) == "note-citation"), None)
        for body in element:
            if local_name(body) == "note-body":
                for paragraph, reason, form in _paragraphs(body):
                    self._paragraph(paragraph, reason, form, name)
        return "" if citation is None else text_content(citation).strip()


_TEXTS = {"s": " ", "tab": " ", "line-break": "\n"}


def _is_strong(element: Element) -> bool:
    if local_name(element) != "style" or get_attribute(element, "family") != "text":
        return False
    return any(
        get_attribute(e, "font-style") in ("italic", "oblique")
        or get_attribute(e, "font-weight") == "bold"
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


def _paragraphs(body: Element) -> Iterator[tuple[Element, str, ParagraphKind]]:
    """The paragraphs of a body, with why they are not read, and what they are."""
    stack = [(child, "", ParagraphKind.TEXT) for child in reversed(body)]
    while stack:
        element, reason, form = stack.pop()
        tag = local_name(element)
        if tag in _SILENT:
            continue
        if tag in ("p", "h"):
            yield element, reason, form
            boxes = [e for e in element.iter() if local_name(e) == "text-box"]
            stack += [(e, reason, form) for box in reversed(boxes) for e in reversed(box)]
            continue
        if tag in _CONTENTS:
            reason = "contents"
        reason = _INDEXES.get(tag, reason)
        form = {"list": ParagraphKind.ITEM, "table": ParagraphKind.TABLE}.get(tag, form)
        stack += [(child, reason, form) for child in reversed(element)]


def _metadata(archive: Archive, blocks: list[Block], name: str) -> Metadata:
    told: dict[str, str] = {}
    tree = _xml(archive, "meta.xml")
    for element in [] if tree is None else tree.iter():
        if text_content(element).strip() and not len(element):
            told.setdefault(local_name(element), " ".join(text_content(element).split()))
    titles = [b.single_line_text for b in blocks if b.heading_level == TITLE_LEVEL]
    language = told.get("language", "")
    return Metadata(
        told.get("title") or (heading_syntax.normalise_title_case(titles[0]) if titles else name),
        told.get("creator") or told.get("initial-creator"),
        language if _LANGUAGE.fullmatch(language) else "en",
        description=told.get("description"),
    )
