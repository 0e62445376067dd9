"""Word's DOCX, by `lxml` over the archive.

python-docx knows neither footnotes nor deletions that a reviewer made. mammoth 1.13, which knows
both, was tried on the documents of this reader's tests: it drops the words of simple fields, of
`w:dir` and `w:bdo`, of ruby, of formulas and of a choice without a fallback, reads hidden text and
contents lists aloud, and ends in a KeyError or RecursionError where a note, a link's relation or a
style's type is missing, or elements nest deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError
from narrator.model import Metadata, ParagraphKind, Span
from narrator.readers.containers.archive import Archive, is_zip
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

_BODY = "word/document.xml"
_HEADING = re.compile(r"heading ([1-9])|(title)|(subtitle)", re.IGNORECASE)
_CONTENTS = re.compile(r"toc(?: heading|\s*\d)|table of (?:contents|figures)", re.IGNORECASE)
_QUOTE = re.compile(r"quote|block text", re.IGNORECASE)
_VERSE = re.compile(r"verse|poem|poetry|stanza", re.IGNORECASE)
_SILENT = frozenset(
    ["del", "movefrom", "instrtext", "deltext", "fallback", "ppr", "rpr", "sectpr", "delinstrtext"]
)
"""Elements whose text is not on the page: deletions, field codes, second renderings, properties."""
TITLE_LEVEL = 8
"""Of a paragraph in the style "Title": a heading, but no chapter."""


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    level: int


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the making."""

    text: str = ""
    emphasis: list[Span] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    gaps: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, *, emphasis: bool = False) -> None:
        start = len(self.text)
        self.text += text
        if emphasis and text.strip():
            if self.emphasis and self.emphasis[-1].end == start:
                start = self.emphasis.pop().start
            self.emphasis.append(Span(start, len(self.text)))


class DocxReader:
    """Reads Word documents of 2007 and later."""

    name = "docx"
    suffixes: tuple[str, ...] = (".docx", ".docm")

    def recognises(self, source: SourceFile) -> bool:
        """Whether it is an archive with a Word document's entries."""
        return is_zip(source.data) and _BODY.encode() in source.data[-(1 << 20) :]

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; the styles "Heading 1" and so on are its chapters.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            ProtectedInputError: it is encrypted.
            EmptyBookError: it holds no words.
        """
        document = _Document(Archive(source.data, source.path))
        blocks = list(document.blocks())
        metadata = document.metadata(blocks, title_from_path(source.path))
        return assemble_book(blocks, [], metadata, describe_source(source), policy)


class _Document:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.styles = dict(self._styles())

    def _xml(self, name: str) -> Element | None:
        try:
            data = self.archive.read(name)
        except KeyError:
            return None
        return parse_xml(decode_page(data, self.archive.path), f"{self.archive.path}: {name}")

    def _styles(self) -> Iterator[tuple[str, _Style]]:
        tree = self._xml("word/styles.xml")
        for style in [] if tree is None else tree.iter():
            if local_name(style) != "style":
                continue
            inner = {local_name(e): e for e in style.iter()}
            name = get_attribute(inner["name"], "val") if "name" in inner else ""
            outline = get_attribute(inner["outlinelvl"], "val") if "outlinelvl" in inner else ""
            level = int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0
            yield get_attribute(style, "styleId"), _Style(name, level or _level(name))

    def blocks(self) -> Iterator[Block]:
        """The paragraphs of the body, then those of the notes."""
        tree = self._xml(_BODY)
        if tree is None:
            raise BrokenInputError(f"{self.archive.path} has no {_BODY}", "get the file again")
        yield from self._within(tree, "")
        for kind in ("footnote", "endnote"):
            notes = self._xml(f"word/{kind}s.xml")
            for note in [] if notes is None else notes.iter():
                if local_name(note) == kind and get_attribute(note, "type") in ("", "normal"):
                    yield from self._within(note, f"{kind}-{get_attribute(note, 'id')}")

    def _within(self, tree: Element, note: str) -> Iterator[Block]:
        """The paragraphs in an element, a table's rows as one each."""
        stack = [tree]
        while stack:
            element = stack.pop()
            tag = local_name(element)
            if tag in _SILENT:
                continue
            if tag == "p":
                block = self._paragraph(element, note)
                if block:
                    yield block
                stack += reversed(list(_boxes(element)))
            elif tag == "tr":
                yield from self._row(element, note)
            else:
                stack += reversed(list(element))

    def _row(self, row: Element, note: str) -> Iterator[Block]:
        cells = [list(self._within(cell, note)) for cell in row if local_name(cell) == "tc"]
        if any(len(cell) > 1 for cell in cells) or len(cells) < 2:
            for cell in cells:
                yield from cell
            return
        texts = [block.text for cell in cells for block in cell]
        if texts:
            yield Block(", ".join(texts), kind=ParagraphKind.TABLE, note_anchor=note)

    def _paragraph(self, element: Element, note: str) -> Block | None:
        paragraph = _Paragraph()
        _runs(element, paragraph)
        properties = next((e for e in element if local_name(e) == "ppr"), None)
        inner = {} if properties is None else {local_name(e): e for e in properties.iter()}
        block = _made(paragraph, note)
        if block is None:
            return None
        named = get_attribute(inner["pstyle"], "val") if "pstyle" in inner else ""
        self._dress(block, self.styles.get(named, _Style(named, _level(named))))
        if "numpr" in inner and block.kind is ParagraphKind.TEXT:
            block.kind = ParagraphKind.ITEM
        if is_scene_mark(block.text) and not block.unspoken_spans:
            block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT
        return block

    def _dress(self, block: Block, style: _Style) -> None:
        if style.level:
            block.kind, block.heading_level = ParagraphKind.HEADING, style.level
        elif _CONTENTS.match(style.name):
            block.skip_reason, block.unspoken_spans = "contents", []
        elif _VERSE.search(style.name) or block.text.count("\n") > 1:
            block.kind = ParagraphKind.VERSE
        elif _QUOTE.search(style.name):
            block.kind = ParagraphKind.QUOTE

    def metadata(self, blocks: list[Block], name: str) -> Metadata:
        """What the document's properties, or its own title, say of it."""
        told: dict[str, str] = {}
        tree = self._xml("docProps/core.xml")
        for element in [] if tree is None else tree.iter():
            if text_content(element).strip() and not len(element):
                told.setdefault(local_name(element), " ".join(text_content(element).split()))
        titles = [b.single_line_text for b in blocks if b.heading_level == TITLE_LEVEL]
        language = told.get("language", "")
        return Metadata(
            told.get("title")
            or (heading_syntax.normalise_title_case(titles[0]) if titles else name),
            told.get("creator"),
            language if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language) else "en",
            description=told.get("description"),
        )


def _level(name: str) -> int:
    """The level of a heading by its style's name; 0 for other styles."""
    match = _HEADING.fullmatch(re.sub(r"(?<=[a-z])(?=\d)", " ", name.strip()))
    if not match:
        return 0
    return int(match[1]) if match[1] else TITLE_LEVEL


def _boxes(element: Element) -> Iterator[Element]:
    """The text boxes that are anchored in a paragraph, outermost ones."""
    for child in element.iter():
        if local_name(child) == "txbxcontent" and not any(
            local_name(a) in ("txbxcontent", "fallback") for a in child.iterancestors()
        ):
            yield child


def _made(paragraph: _Paragraph, note: str) -> Block | None:
    body = paragraph.text.strip()
    if not body and not paragraph.gaps:
        return None
    shift = len(paragraph.text) - len(paragraph.text.lstrip())
    block = Block(body, note_anchor=note, note_references=paragraph.marks)
    block.anchors = [note] if note else []
    block.emphasis = [
        Span(max(0, e.start - shift), min(len(body), e.end - shift))
        for e in paragraph.emphasis
        if e.start - shift < len(body)
    ]
    block.reference_offsets = [
        len(body[: max(0, place - shift)].rstrip()) for place in paragraph.places
    ]
    for text, reason in paragraph.gaps:
        start = len(block.text) + 1
        block.text += f" {text}"
        block.unspoken_spans.append(UnspokenSpan(start, len(block.text), reason))
    return block


def _runs(element: Element, paragraph: _Paragraph) -> None:
    """Collect the text of a paragraph's runs, in order, without recursion."""
    stack = [(child, False) for child in reversed(element)]
    while stack:
        child, emphasis = stack.pop()
        tag = local_name(child)
        if tag in _SILENT or tag == "txbxcontent":
            continue
        if tag in ("t", "br", "cr", "tab", "nobreakhyphen", "sym"):
            paragraph.add(_TEXTS.get(tag) or child.text or "", emphasis=emphasis)
        elif tag in ("footnotereference", "endnotereference"):
            paragraph.marks.append(f"{tag[: -len('reference')]}-{get_attribute(child, 'id')}")
            paragraph.places.append(len(paragraph.text))
            paragraph.gaps.append((f"[{get_attribute(child, 'id')}]", NOTE_MARK_REASON))
        elif tag == "r":
            properties = next((e for e in child if local_name(e) == "rpr"), ())
            names = {local_name(e): get_attribute(e, "val") for e in properties}
            if names.get("vanish", "0") in ("", "1", "true", "on"):
                paragraph.gaps.append((text_content(child), "hidden"))
                continue
            strong = any(names.get(n, "0") not in ("0", "false", "off") for n in ("i", "b"))
            stack += [(grandchild, strong) for grandchild in reversed(child)]
        else:
            stack += [(grandchild, emphasis) for grandchild in reversed(child)]


_TEXTS = {"br": "\n", "cr": "\n", "tab": " ", "nobreakhyphen": "\u2011"}
