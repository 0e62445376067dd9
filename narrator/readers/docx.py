"""Read Word's DOCX by parsing the XML in its ZIP archive with `lxml`.

Two libraries were considered. python-docx supports neither footnotes nor tracked deletions. mammoth
1.13 supports both, but failed on this reader's test documents:

- It loses the text of simple fields, of `w:dir` and `w:bdo`, of ruby, of formulas, and of
  alternative content without a fallback.
- It includes hidden text and tables of contents.
- It raises a KeyError or RecursionError if a note, the target of a link or the type of a style is
  missing, or if elements are deeply nested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.errors import NEW_COPY_HINT, BrokenInputError
from narrator.model import Metadata, ParagraphKind, Span
from narrator.readers.containers.archive import Archive, may_have_entry
from narrator.readers.containers.office_parts import find_part, parse_entry
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import Block, append_unspoken_texts, skip_spaces_before
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.foreign_passages import join_passages
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.outline import BOOK_TITLE_LEVEL
from narrator.readers.layout.skip_reasons import READING_AID_REASON, SCENE_BREAK_REASON
from narrator.readers.layout.superscripts import CONTEXT_PIECES, split_superscript
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.source_words import SourcePart, verify_source_words
from narrator.text.language_names import canonicalise_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_BODY_PREFIX = "word/document"
_BODY_ENTRY = f"{_BODY_PREFIX}.xml"
_HEADING_STYLE = re.compile(r"heading ([1-9])|(title)|(subtitle)", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"toc(?: heading|\s*\d)|table of (?:contents|figures)", re.IGNORECASE)
_QUOTE_STYLE = re.compile(r"quote|block text", re.IGNORECASE)
_VERSE_STYLE = re.compile(r"verse|poem|poetry|stanza", re.IGNORECASE)
_SPEAKER_STYLE = re.compile(r"(?:script |screenplay )?character(?: name)?", re.IGNORECASE)
_DIRECTION_STYLE = re.compile(r"(?:script |screenplay )?parentheticals?", re.IGNORECASE)
"""The names that templates for screenplays give to the styles of names and of directions."""
_IGNORED_TAGS = frozenset(["del", "movefrom", "instrtext", "deltext", "fallback", "delinstrtext"])
"""Elements whose text is not visible: deletions, field codes, and fallbacks, which repeat other
content."""
_PROPERTY_TAGS = frozenset(["ppr", "rpr", "sectpr"])
"""Elements without text, except in damaged documents."""
_IGNORED_TEXT_TAGS = ("{*}moveFrom", "{*}del", "{*}Fallback")
"""Those of them that may contain `t` elements, in the notation of lxml."""
_TEXT_BY_TAG = {"br": "\n", "cr": "\n", "tab": " ", "nobreakhyphen": "\u2011"}
"""The text that replaces elements such as tabs and line breaks."""
_MAX_STYLE_DEPTH = 4
"""Number of styles between one and that from which it inherits its look."""
_TRUE_VALUES = ("", "1", "true", "on")
_FALSE_VALUES = ("0", "false", "off")
"""Values of on/off properties such as `w:vanish` (hidden text)."""


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style."""

    name: str
    heading_level: int
    """Heading level, from 1 (the highest); 0 for other styles."""
    is_emphasis: bool = False
    """Whether it is a character style in italics or bold."""
    is_raised: bool = False
    """Whether it is a character style in superscript."""
    parent_id: str = ""
    """The id of the style on which it is based, or "" if there is none."""
    language: str = ""
    """The tag of the language that it declares, or ""."""


@dataclass(frozen=True, slots=True)
class _CharacterStyles:
    """The ids of the character styles that change how text is read."""

    emphasis_ids: frozenset[str]
    """Styles in italics or bold."""
    raised_ids: frozenset[str]
    """Styles in superscript."""
    languages: Mapping[str, str]
    """The tag of the language of each style that declares one or inherits it."""


@dataclass(slots=True)
class _ParagraphBuilder:
    """The contents of a paragraph, collected from its runs."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    """Total number of characters of the pieces."""
    emphasis: list[Span] = field(default_factory=list)
    languages: list[tuple[str, Span]] = field(default_factory=list)
    """The tag of each language that a run or its style declares, with the run's span."""
    note_references: list[str] = field(default_factory=list)
    """The anchors of the notes that the paragraph refers to."""
    reference_offsets: list[int] = field(default_factory=list)
    """The offset of each note mark in the text."""
    unspoken_texts: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of a text that is not spoken and the reason."""

    def add_text(self, text: str, *, is_emphasised: bool = False, language: str = "") -> None:
        """Append text, and merge its emphasis with emphasis that ends just before it."""
        start = self.length
        self.pieces.append(text)
        self.length += len(text)
        if language:
            self.languages.append((language, Span(start, self.length)))
        if is_emphasised and text.strip():
            if self.emphasis and self.emphasis[-1].end == start:
                start = self.emphasis.pop().start
            self.emphasis.append(Span(start, self.length))


class DocxReader:
    """The reader of Word documents in the format of Word 2007 and later."""

    name = "docx"
    suffixes: tuple[str, ...] = (".docx", ".docm")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file is a ZIP archive with an entry like `word/document.xml`."""
        return may_have_entry(source.data, _BODY_PREFIX)

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; paragraphs in styles such as "Heading 1" begin chapters.

        Raises:
            BrokenInputError: the archive is damaged or malicious.
            ProtectedInputError: the archive is encrypted.
            EmptyBookError: the document has no words.
            LedgerError: words of the document are missing from its blocks.
        """
        document = _Document(Archive(source.data, source.path))
        blocks = list(document.list_blocks())
        metadata = document.read_metadata(blocks, title_from_path(source.path))
        book = assemble_book(blocks, [], metadata, describe_source(source), policy)
        return verify_source_words(book, document.source_parts)


class _Document:
    """A Word document: its styles, body, notes and properties."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.body_name = find_part(archive, "officeDocument", _BODY_ENTRY)
        self.source_parts: list[SourcePart] = []
        """The texts of the body and of the notes that were read."""
        self.styles_by_id = dict(self._read_styles())
        self.character_styles = _CharacterStyles(
            self._find_styles(lambda style: style.is_emphasis),
            self._find_styles(lambda style: style.is_raised),
            {style_id: tag for style_id in self.styles_by_id if (tag := self._find_tag(style_id))},
        )

    def _parse_part(self, kind: str) -> Element | None:
        """Parse a part that the body refers to, such as `styles`; None if there is none."""
        default = f"word/{kind}.xml"
        name = find_part(self.archive, kind, default, self.body_name)
        return parse_entry(self.archive, name)

    def _read_styles(self) -> Iterator[tuple[str, _Style]]:
        """Yield the id of each style and the style.

        A heading level is the outline level of the style, or else the level in its name.
        """
        tree = self._parse_part("styles")
        for style in [] if tree is None else tree.iter():
            if local_name(style) != "style":
                continue
            children = {local_name(element): element for element in style.iter()}
            name = get_attribute(children["name"], "val") if "name" in children else ""
            outline_level = (
                get_attribute(children["outlinelvl"], "val") if "outlinelvl" in children else ""
            )
            # Outline levels count from 0; level 9 is body text.
            has_level = outline_level.isdecimal() and int(outline_level) < 9
            heading_level = int(outline_level) + 1 if has_level else 0
            yield (
                get_attribute(style, "styleId"),
                _Style(
                    name,
                    heading_level or _parse_heading_level(name),
                    _is_emphasis_style(style),
                    _is_raised_style(style),
                    get_attribute(children["basedon"], "val") if "basedon" in children else "",
                    _parse_language(children.get("lang")),
                ),
            )

    def _find_styles(self, has_look: Callable[[_Style], bool]) -> frozenset[str]:
        """Return the ids of the styles with a look, also of those that inherit it."""
        ids = {style_id for style_id, style in self.styles_by_id.items() if has_look(style)}
        for _ in range(_MAX_STYLE_DEPTH):
            ids |= {name for name, style in self.styles_by_id.items() if style.parent_id in ids}
        return frozenset(ids)

    def _find_tag(self, style_id: str) -> str:
        """Return the tag of the language that a style declares or inherits, or ""."""
        for _ in range(_MAX_STYLE_DEPTH):
            style = self.styles_by_id.get(style_id)
            if style is None or style.language:
                return style.language if style else ""
            style_id = style.parent_id
        return ""

    def list_blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body, then those of footnotes and endnotes.

        Raises:
            BrokenInputError: the document has no body.
        """
        tree = parse_entry(self.archive, self.body_name)
        if tree is None:
            raise BrokenInputError(f"{self.archive.path} has no {self.body_name}", NEW_COPY_HINT)
        self.source_parts.append(_describe_texts(tree, f"{self.archive.path}: {self.body_name}"))
        yield from self._list_paragraphs(tree, "")
        for note_kind in ("footnote", "endnote"):
            notes = self._parse_part(f"{note_kind}s")
            for note in [] if notes is None else notes.iter():
                # Notes of other types are separator lines between text and notes.
                if local_name(note) == note_kind and get_attribute(note, "type") in ("", "normal"):
                    anchor = f"{note_kind}-{get_attribute(note, 'id')}"
                    place = f"{self.archive.path}: {anchor}"
                    self.source_parts.append(_describe_texts(note, place))
                    yield from self._list_paragraphs(note, anchor)

    def _list_paragraphs(self, tree: Element, note_anchor: str) -> Iterator[Block]:
        """Yield the blocks of the paragraphs and table rows in an element.

        `note_anchor` is the anchor of the note that contains them, or "".
        """
        stack = [tree]
        while stack:
            element = stack.pop()
            tag = local_name(element)
            if _is_ignored(element, tag):
                continue
            # Runs directly in a container are not valid, but Word shows them.
            if tag in ("p", "r"):
                block = self._read_paragraph(element, note_anchor)
                if block:
                    yield block
                stack += reversed(list(_list_text_boxes(element)))
            elif tag == "tr":
                yield from self._read_table_row(element, note_anchor)
            else:
                stack += reversed(list(element))

    def _read_table_row(self, row: Element, note_anchor: str) -> Iterator[Block]:
        """Yield a table row as one block, with commas between the cells.

        If a cell has several paragraphs or the row has one cell, each paragraph is its own block.
        """
        cells = [list(self._list_paragraphs(cell, note_anchor)) for cell in _list_cells(row)]
        if any(len(cell) > 1 for cell in cells) or len(cells) < 2:
            for cell in cells:
                yield from cell
            return
        texts = [block.text for cell in cells for block in cell]
        if texts:
            yield Block(", ".join(texts), kind=ParagraphKind.TABLE, note_anchor=note_anchor)

    def _read_paragraph(self, element: Element, note_anchor: str) -> Block | None:
        """Return a paragraph as a block, or None if it is empty."""
        properties = next((child for child in element if local_name(child) == "ppr"), None)
        settings = {} if properties is None else {local_name(e): e for e in properties.iter()}
        style_id = get_attribute(settings["pstyle"], "val") if "pstyle" in settings else ""
        builder = _ParagraphBuilder()
        language = self.character_styles.languages.get(style_id, "")
        _collect_runs(element, builder, self.character_styles, language)
        block = _build_block(builder, note_anchor)
        if block is None:
            return None
        # Other programs may use a style such as "Heading1" without defining it.
        unlisted_style = _Style(style_id, _parse_heading_level(style_id))
        _apply_style(block, self.styles_by_id.get(style_id, unlisted_style))
        if "numpr" in settings and block.kind is ParagraphKind.TEXT:
            block.kind = ParagraphKind.ITEM
        if is_scene_mark(block.text) and not block.unspoken_spans:
            block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT
        return block

    def read_metadata(self, blocks: list[Block], default_title: str) -> Metadata:
        """Return the document properties.

        Without a title there, the first paragraph in the style "Title" is the title.
        """
        properties: dict[str, str] = {}
        tree = parse_entry(self.archive, "docProps/core.xml")
        for element in [] if tree is None else tree.iter():
            if text_content(element).strip() and not len(element):
                text = " ".join(text_content(element).split())
                properties.setdefault(local_name(element), text)
        titles = [b.single_line_text for b in blocks if b.heading_level == BOOK_TITLE_LEVEL]
        return Metadata(
            properties.get("title")
            or (heading_syntax.normalise_title_case(titles[0]) if titles else default_title),
            properties.get("creator"),
            properties.get("language", ""),
            description=properties.get("description"),
        )


def _is_ignored(element: Element, tag: str) -> bool:
    """Return whether an element, whose local name is `tag`, contains no visible text."""
    if tag in _PROPERTY_TAGS:
        return next(element.iter("{*}t"), None) is None
    return tag in _IGNORED_TAGS


def _list_cells(row: Element) -> Iterator[Element]:
    """Yield the cells of a table row, also those inside content controls and similar elements."""
    stack = [*reversed(row)]
    while stack:
        element = stack.pop()
        if local_name(element) in ("tc", "p", "r", "tr"):
            yield element
        elif not _is_ignored(element, local_name(element)):
            stack += reversed(element)


def _describe_texts(tree: Element, place: str) -> SourcePart:
    """Return the texts of all `t` elements, and which of them are in deleted or repeated text."""
    ignored = [element for tag in _IGNORED_TEXT_TAGS for element in tree.iter(tag)]
    texts, unread_texts = (
        [text.text or "" for root in roots for text in root.iter("{*}t")]
        for roots in ([tree], ignored)
    )
    return SourcePart(place, "\n".join(texts), "\n".join(unread_texts))


def _parse_language(element: Element | None) -> str:
    """Return the tag of the language that a `lang` element names, or ""."""
    return "" if element is None else canonicalise_tag(get_attribute(element, "val"))


def _is_emphasis_style(style: Element) -> bool:
    """Return whether a style is one of characters, in italics or bold."""
    return get_attribute(style, "type") == "character" and any(
        local_name(element) in ("i", "b") and get_attribute(element, "val") not in _FALSE_VALUES
        for element in style.iter()
    )


def _is_raised_style(style: Element) -> bool:
    """Return whether a style is one of characters, in superscript."""
    return get_attribute(style, "type") == "character" and any(
        local_name(element) == "vertalign" and get_attribute(element, "val") == "superscript"
        for element in style.iter()
    )


def _apply_style(block: Block, style: _Style) -> None:
    """Set the kind and heading level of a block from the style of its paragraph."""
    if style.heading_level:
        block.kind, block.heading_level = ParagraphKind.HEADING, style.heading_level
    elif _CONTENTS_STYLE.match(style.name):
        block.skip_reason, block.unspoken_spans = "contents", []
    elif _VERSE_STYLE.search(style.name) or block.text.count("\n") > 1:
        block.kind = ParagraphKind.VERSE
    elif _QUOTE_STYLE.search(style.name):
        block.kind = ParagraphKind.QUOTE
    elif _SPEAKER_STYLE.fullmatch(style.name.strip()):
        block.speaker_names = [Span(0, len(block.text))]
    elif _DIRECTION_STYLE.fullmatch(style.name.strip()):
        block.stage_directions = [Span(0, len(block.text))]


def _parse_heading_level(style_name: str) -> int:
    """Return the heading level in the name of a style, or 0 if it is not a heading style."""
    # Style ids have no space before the number: "Heading1".
    spaced_name = re.sub(r"(?<=[a-z])(?=\d)", " ", style_name.strip())
    match = _HEADING_STYLE.fullmatch(spaced_name)
    if not match:
        return 0
    return int(match[1]) if match[1] else BOOK_TITLE_LEVEL


def _list_text_boxes(element: Element) -> Iterator[Element]:
    """Yield the text boxes that are anchored in a paragraph, except boxes nested in others."""
    for child in element.iter():
        if local_name(child) == "txbxcontent" and not any(
            local_name(ancestor) in ("txbxcontent", "fallback")
            for ancestor in child.iterancestors()
        ):
            yield child


def _build_block(builder: _ParagraphBuilder, note_anchor: str) -> Block | None:
    """Return the block of a paragraph, stripped of outer whitespace, or None if it is empty.

    Unspoken texts such as note marks are moved to the end, where they don't interrupt a sentence.
    """
    untrimmed_text = "".join(builder.pieces)
    text = untrimmed_text.strip()
    if not text and not builder.unspoken_texts:
        return None
    # All offsets decrease by the length of the whitespace removed at the start.
    indent = len(untrimmed_text) - len(untrimmed_text.lstrip())
    block = Block(text, note_anchor=note_anchor, note_references=builder.note_references)
    block.anchors = [note_anchor] if note_anchor else []
    block.emphasis = [
        Span(max(0, span.start - indent), min(len(text), span.end - indent))
        for span in builder.emphasis
        if span.start - indent < len(text)
    ]
    block.foreign_passages = join_passages(builder.languages, -indent, len(text))
    block.reference_offsets = [
        skip_spaces_before(text, min(max(0, offset - indent), len(text)))
        for offset in builder.reference_offsets
    ]
    append_unspoken_texts(block, builder.unspoken_texts)
    return block


def _collect_runs(
    element: Element, builder: _ParagraphBuilder, styles: _CharacterStyles, paragraph_tag: str
) -> None:
    """Append the text of a paragraph's runs to the builder in document order.

    The traversal uses a stack because deeply nested elements would exceed the recursion limit.
    `paragraph_tag` is the language that the style of the paragraph declares, or "".
    """
    # An element, whether the run around it is emphasised, and the language of that run.
    stack = [(child, False, paragraph_tag) for child in reversed(element)]
    while stack:
        child, is_emphasised, language = stack.pop()
        tag = local_name(child)
        if tag == "txbxcontent" or _is_ignored(child, tag):
            continue
        if tag in ("t", "br", "cr", "tab", "nobreakhyphen", "sym"):
            text = _TEXT_BY_TAG.get(tag) or text_content(child)
            builder.add_text(text, is_emphasised=is_emphasised, language=language)
        elif tag == "rt":
            builder.unspoken_texts.append((text_content(child), READING_AID_REASON))
        elif tag in ("footnotereference", "endnotereference"):
            _collect_note_mark(child, tag.removesuffix("reference"), builder)
        elif tag == "r":
            properties = next((e for e in child if local_name(e) == "rpr"), ())
            settings = {local_name(e): get_attribute(e, "val") for e in properties}
            own_tag = canonicalise_tag(settings.get("lang") or "")
            language = own_tag or styles.languages.get(settings.get("rstyle", ""), language)
            # Of the on/off properties, one without a value is on and a missing one is off.
            if settings.get("vanish", "0") in _TRUE_VALUES:
                builder.unspoken_texts.append((text_content(child), "hidden"))
                continue
            has_emphasis = settings.get("rstyle") in styles.emphasis_ids or any(
                settings.get(name, "0") not in _FALSE_VALUES for name in ("i", "b")
            )
            alignment = settings.get("vertalign")
            if alignment is None and settings.get("rstyle") in styles.raised_ids:
                alignment = "superscript"
            if alignment == "superscript" and _is_plain_run(child):
                _collect_superscript(child, builder, is_emphasised=has_emphasis)
            else:
                stack += [(grandchild, has_emphasis, language) for grandchild in reversed(child)]
        else:
            stack += [(grandchild, is_emphasised, language) for grandchild in reversed(child)]


def _collect_note_mark(element: Element, note_kind: str, builder: _ParagraphBuilder) -> None:
    """Add a note mark to the builder: the note's anchor, the offset, and the unspoken number."""
    note_id = get_attribute(element, "id")
    builder.note_references.append(f"{note_kind}-{note_id}")
    builder.reference_offsets.append(builder.length)
    builder.unspoken_texts.append((f"[{note_id}]", NOTE_MARK_REASON))


def _is_plain_run(run: Element) -> bool:
    """Return whether a run has text, and nothing but text and properties."""
    return bool(text_content(run).strip()) and all(
        local_name(child) in ("rpr", "t") for child in run
    )


def _collect_superscript(run: Element, builder: _ParagraphBuilder, *, is_emphasised: bool) -> None:
    """Add a run in superscript to the builder, as text or as an unspoken note mark."""
    following = run.getnext()
    spoken, mark = split_superscript(
        text_content(run),
        "".join(builder.pieces[-CONTEXT_PIECES:]),
        "" if following is None else text_content(following),
    )
    if mark:
        builder.unspoken_texts.append((mark, NOTE_MARK_REASON))
    else:
        builder.add_text(spoken, is_emphasised=is_emphasised)
