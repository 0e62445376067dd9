"""Read LibreOffice's ODT by parsing the XML in its ZIP archive with `lxml`.

odfpy 1.4.1, the last release (2020), failed on this reader's test documents:

- Its HTML loses the text before an anchored text box and includes deleted text.
- It raises a TypeError at a footnote, and it can't open a file without a manifest.
- It prints damaged XML to the terminal.
- Its object model inserts the text of notes and comments into the sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from narrator.errors import NEW_COPY_HINT, BrokenInputError, ProtectedInputError
from narrator.model import Metadata, ParagraphKind, Span
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.containers.office_parts import parse_entry
from narrator.readers.layout import heading_syntax
from narrator.readers.layout.blocks import Block, append_unspoken_texts, skip_spaces_before
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.outline import BOOK_TITLE_LEVEL
from narrator.readers.layout.skip_reasons import READING_AID_REASON, SCENE_BREAK_REASON
from narrator.readers.layout.superscripts import CONTEXT_PIECES, split_superscript
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path
from narrator.readers.source_words import describe_tree, verify_source_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_MEDIA_TYPE = b"application/vnd.oasis.opendocument.text"
_IGNORED_TAGS = frozenset(
    ["annotation", "automatic-styles", "binary-data", "font-face-decls", "forms", "master-styles",
     "scripts", "sequence-decls", "styles", "tracked-changes", "alphabetical-index-source",
     "bibliography-source", "illustration-index-source", "object-index-source",
     "table-index-source", "table-of-content-source", "user-index-source", "desc", "meta", "title"]
)  # fmt: skip
"""Elements whose text is not visible on the page."""
_VISIBLE_NAMES = frozenset(
    f"{{urn:oasis:names:tc:opendocument:xmlns:text:1.0}}{tag}" for tag in ("meta", "title")
)
"""Elements that are visible all the same: a field with the document's title, and annotated text."""
_CONTENTS_TAGS = frozenset(
    ["table-of-content", "illustration-index", "table-index", "object-index", "user-index"]
)
_BLOCK_TAGS = frozenset(
    ["p", "h", "list", "table", "section", "numbered-paragraph", "alphabetical-index",
     "bibliography", *_CONTENTS_TAGS]
)  # fmt: skip
"""Elements that are blocks of their own also inside a paragraph, in a text box or a shape."""
_INDEX_REASONS = {"alphabetical-index": "index", "bibliography": "bibliography"}
"""The reason why the text in each element is skipped."""
_KINDS_BY_TAG = {"list": ParagraphKind.ITEM, "table": ParagraphKind.TABLE}
_TEXT_BY_TAG = {"s": " ", "tab": " ", "line-break": "\n"}
"""The text that replaces elements such as tabs and line breaks."""
_RAISED_POSITION = re.compile(r"super|[1-9]")
_SPACE_PATTERN = re.compile(r"[ \t\r\n]+")
_QUOTE_STYLE = re.compile(r"quotation", re.IGNORECASE)
_VERSE_STYLE = re.compile(r"verse|poem|poetry|stanza", re.IGNORECASE)
_MAX_STYLE_DEPTH = 4
"""Number of styles between one and that from which it inherits its look."""
_AUTOMATIC_STYLE = re.compile(r"P\d+")
"""Names of the styles that LibreOffice generates for direct formatting, such as "P12"."""


class OdtReader:
    """The reader of OpenDocument texts."""

    name = "odt"
    suffixes: tuple[str, ...] = (".odt", ".ott")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file is a ZIP archive with the media type of an OpenDocument text."""
        return is_zip(source.data) and _MEDIA_TYPE in source.data[:200]

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; headings begin chapters.

        Raises:
            BrokenInputError: the archive is damaged or malicious.
            ProtectedInputError: the document is encrypted.
            EmptyBookError: the document has no words.
            LedgerError: words of the document are missing from its blocks.
        """
        archive = Archive(source.data, source.path)
        _require_unencrypted(archive)
        tree = parse_entry(archive, "content.xml")
        if tree is None:
            raise BrokenInputError(f"{source.path} has no content.xml", NEW_COPY_HINT)
        document = _DocumentReader(tree, parse_entry(archive, "styles.xml"))
        metadata = _read_metadata(archive, document.blocks, title_from_path(source.path))
        unread_tags = [f"{{*}}{tag}" for tag in sorted(_IGNORED_TAGS)]
        source_part = describe_tree(document.body, source.path, unread_tags)
        book = assemble_book(document.blocks, [], metadata, describe_source(source), policy)
        return verify_source_words(book, [source_part])


def _require_unencrypted(archive: Archive) -> None:
    """Raise an error if the manifest declares an entry as encrypted."""
    manifest = parse_entry(archive, "META-INF/manifest.xml")
    for element in [] if manifest is None else manifest.iter():
        if local_name(element) == "encryption-data":
            raise ProtectedInputError(
                f"{archive.path} is locked by a password", "save it without one in LibreOffice"
            )


class _DocumentReader:
    """The blocks of a document, read on construction; those of notes come last."""

    def __init__(self, tree: Element, named_styles: Element | None) -> None:
        self.blocks: list[Block] = []
        self.note_blocks: list[Block] = []
        self.styles = {
            get_attribute(element, "name"): (
                get_attribute(element, "display-name"),
                get_attribute(element, "parent-style-name"),
            )
            for element in tree.iter()
            if local_name(element) == "style"
        }
        """The display name and the parent's name of each style, by its name."""
        trees = [tree] if named_styles is None else [named_styles, tree]
        character_styles = [
            element
            for style_tree in trees
            for element in style_tree.iter()
            if local_name(element) == "style" and get_attribute(element, "family") == "text"
        ]
        self.emphasis_styles = _find_styles(character_styles, _is_emphasis_style)
        self.raised_styles = _find_styles(character_styles, _is_raised_style)
        self.body = next((e for e in tree.iter() if local_name(e) == "body"), tree)
        for element, skip_reason, kind in _list_paragraphs(self.body):
            self._add_paragraph(element, skip_reason, kind)
        self.blocks += self.note_blocks

    def _add_paragraph(
        self, element: Element, skip_reason: str, kind: ParagraphKind, note_anchor: str = ""
    ) -> None:
        """Add the block of a paragraph, unless it is empty.

        Note marks are moved to the end, where they don't interrupt a sentence. `note_anchor` is the
        anchor of the note that contains the paragraph, or "".
        """
        block = Block(
            "",
            kind=kind,
            skip_reason=skip_reason,
            note_anchor=note_anchor,
            anchors=[note_anchor] if note_anchor else [],
        )
        pieces: list[tuple[str, bool]] = []
        unspoken_texts = self._collect_text(element, pieces, block)
        block.text, block.emphasis = _join_pieces(pieces)
        block.reference_offsets = [
            skip_spaces_before(block.text, min(offset, len(block.text)))
            for offset in block.reference_offsets
        ]
        if not block.text and not unspoken_texts:
            return
        append_unspoken_texts(block, unspoken_texts)
        self._apply_style(block, element)
        (self.note_blocks if note_anchor else self.blocks).append(block)

    def _apply_style(self, block: Block, element: Element) -> None:
        """Set the kind and heading level of a block from its element and style."""
        style_name = self._resolve_style(get_attribute(element, "style-name"))
        if local_name(element) == "h":
            level = get_attribute(element, "outline-level")
            block.kind = ParagraphKind.HEADING
            block.heading_level = int(level) if level.isdecimal() else 1
        elif style_name in ("title", "subtitle"):
            block.kind, block.heading_level = ParagraphKind.HEADING, BOOK_TITLE_LEVEL
        elif _VERSE_STYLE.search(style_name) or block.text.count("\n") > 1:
            block.kind = ParagraphKind.VERSE
        elif _QUOTE_STYLE.search(style_name):
            block.kind = ParagraphKind.QUOTE
        if block.skip_reason or not block.text:
            block.unspoken_spans = []
        elif is_scene_mark(block.text) and not block.unspoken_spans:
            block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT

    def _resolve_style(self, name: str) -> str:
        """Return the display name of a style, or the parent's name of an automatic style.

        The name is in lower case.
        """
        display_name, parent_name = self.styles.get(name, ("", ""))
        if _AUTOMATIC_STYLE.fullmatch(name) and parent_name:
            name = parent_name
        # Style names encode a space as "_20_".
        return (display_name or name).replace("_20_", " ").lower()

    def _collect_text(
        self, element: Element, pieces: list[tuple[str, bool]], block: Block
    ) -> list[tuple[str, str]]:
        """Append the text of a paragraph to `pieces`; return its unspoken texts, with the reasons.

        A piece is a pair of a text and whether it is emphasised. The offsets and anchors of note
        marks are added to `block`.
        """
        unspoken_texts = []
        length = 0  # total characters of `pieces`
        # Strings on the stack are text; an element is replaced by its text and children in order.
        stack: list[tuple[Element | str, bool]] = [(element, False)]
        while stack:
            item, is_emphasised = stack.pop()
            if isinstance(item, str):
                pieces.append((_SPACE_PATTERN.sub(" ", item), is_emphasised))
                length += len(pieces[-1][0])
                continue
            tag = local_name(item)
            if tag == "note":
                block.reference_offsets.append(length)
                unspoken_texts.append((f"[{self._read_note(item, block)}]", NOTE_MARK_REASON))
            elif tag in _TEXT_BY_TAG:
                pieces.append((_TEXT_BY_TAG[tag] * _count_repetitions(item), is_emphasised))
                length += len(pieces[-1][0])
            elif self._is_superscript(item):
                spoken, mark = split_superscript(
                    item.text or "",
                    "".join(text for text, _ in pieces[-CONTEXT_PIECES:]),
                    item.tail or "",
                )
                pieces.append((spoken, is_emphasised))
                length += len(spoken)
                unspoken_texts += [(mark, NOTE_MARK_REASON)] if mark else []
            elif tag == "ruby-text":
                unspoken_texts.append((text_content(item), READING_AID_REASON))
            elif not _is_ignored(item) and (item is element or tag not in _BLOCK_TAGS):
                is_inner_emphasised = (
                    is_emphasised or get_attribute(item, "style-name") in self.emphasis_styles
                )
                for child in reversed(item):
                    stack.append((child.tail or "", is_inner_emphasised))
                    stack.append((child, is_inner_emphasised))
                stack.append((item.text or "", is_inner_emphasised))
        return unspoken_texts

    def _is_superscript(self, element: Element) -> bool:
        """Return whether an element is a span in superscript that has only text."""
        return (
            local_name(element) == "span"
            and get_attribute(element, "style-name") in self.raised_styles
            and not len(element)
            and bool((element.text or "").strip())
        )

    def _read_note(self, element: Element, block: Block) -> str:
        """Add the blocks of a note, add a reference to `block`, and return the note's mark."""
        anchor = f"note-{get_attribute(element, 'id') or len(self.note_blocks)}"
        block.note_references.append(anchor)
        for paragraph, skip_reason, kind in _list_paragraphs(element):
            self._add_paragraph(paragraph, skip_reason, kind, anchor)
        return " ".join(text_content(citation).strip() for citation in _find_citations(element))


def _count_repetitions(element: Element) -> int:
    """Return how many spaces an `s` element stands for, at most 999; 1 for other elements."""
    count = get_attribute(element, "c")
    is_count = local_name(element) == "s" and count.isdecimal() and len(count) < 4
    return int(count) if is_count else 1


def _find_styles(styles: Sequence[Element], has_look: Callable[[Element], bool]) -> set[str]:
    """Return the names of the character styles with a look, also of those that inherit it."""
    parents = {
        get_attribute(style, "name"): get_attribute(style, "parent-style-name") for style in styles
    }
    names = {get_attribute(style, "name") for style in styles if has_look(style)}
    for _ in range(_MAX_STYLE_DEPTH):
        names |= {name for name, parent in parents.items() if parent in names}
    return names


def _is_emphasis_style(style: Element) -> bool:
    """Return whether a character style is in italics or bold."""
    return any(
        get_attribute(properties, "font-style") in ("italic", "oblique")
        or get_attribute(properties, "font-weight") == "bold"
        for properties in style
    )


def _is_raised_style(style: Element) -> bool:
    """Return whether a character style is in superscript."""
    # the position is a percentage of the type size, or a word
    return any(
        _RAISED_POSITION.match(get_attribute(properties, "text-position")) for properties in style
    )


def _join_pieces(pieces: list[tuple[str, bool]]) -> tuple[str, list[Span]]:
    """Return the joined text of all pieces, stripped, and the spans of its emphasised pieces."""
    joined_text = "".join(piece for piece, _ in pieces)
    text = joined_text.strip()
    indent = len(joined_text) - len(joined_text.lstrip())
    spans, offset = [], -indent
    for piece, is_emphasised in pieces:
        start, end = max(0, offset), min(len(text), offset + len(piece))
        if is_emphasised and piece.strip() and start < end:
            spans.append(Span(start, end))
        offset += len(piece)
    return text, spans


def _is_ignored(element: Element) -> bool:
    """Return whether the text inside an element is not visible on the page."""
    return local_name(element) in _IGNORED_TAGS and element.tag not in _VISIBLE_NAMES


def _list_paragraphs(body: Element) -> Iterator[tuple[Element, str, ParagraphKind]]:
    """Yield the element, skip reason and kind of each paragraph in a body.

    The skip reason is "" for text that is spoken. Paragraphs in text boxes follow their anchor.
    """
    is_note = local_name(body) == "note"
    stack = [(child, "", ParagraphKind.TEXT) for child in reversed(_list_blocks(body))]
    while stack:
        element, skip_reason, kind = stack.pop()
        tag = local_name(element)
        if _is_ignored(element) or tag == "note-citation":
            continue
        if tag in ("p", "h"):
            yield element, skip_reason, kind
            inner_blocks = _list_inner_blocks(element)
        elif tag == "note" and not is_note:  # outside of a paragraph, as in a damaged document
            yield element, skip_reason, kind
            inner_blocks = []
        else:
            inner_blocks = _list_blocks(element)
        if tag in _CONTENTS_TAGS:
            skip_reason = "contents"
        skip_reason = _INDEX_REASONS.get(tag, skip_reason)
        kind = _KINDS_BY_TAG.get(tag, kind)
        stack += [(block, skip_reason, kind) for block in reversed(inner_blocks)]


def _list_blocks(container: Element) -> list[Element]:
    """Return the children of a container; text directly in it becomes a paragraph."""
    blocks = []
    for text, child in zip(
        (container.text, *(child.tail for child in container)), (*container, None), strict=True
    ):
        if text and text.strip():
            paragraph = etree.Element("p")
            paragraph.text = text
            blocks.append(paragraph)
        if child is not None:
            blocks.append(child)
    return blocks


def _list_inner_blocks(paragraph: Element) -> list[Element]:
    """Return the outermost blocks inside a paragraph, as in text boxes, except those of notes."""
    blocks = []
    stack = [*reversed(paragraph)]
    while stack:
        element = stack.pop()
        tag = local_name(element)
        if tag in _BLOCK_TAGS:
            blocks.append(element)
        elif tag != "note" and not _is_ignored(element):
            stack += reversed(element)
    return blocks


def _find_citations(note: Element) -> list[Element]:
    """Return the marks of a note; a damaged file may have several, at any depth."""
    citations = []
    stack = [*reversed(note)]
    while stack:
        element = stack.pop()
        if local_name(element) == "note-citation":
            citations.append(element)
        # a paragraph has its own notes, with their marks
        elif local_name(element) not in ("p", "h"):
            stack += reversed(element)
    return citations


def _read_metadata(archive: Archive, blocks: list[Block], default_title: str) -> Metadata:
    """Return the document properties.

    Without a title there, the first paragraph in the style "Title" is the title.
    """
    properties: dict[str, str] = {}
    tree = parse_entry(archive, "meta.xml")
    for element in [] if tree is None else tree.iter():
        if text_content(element).strip() and not len(element):
            text = " ".join(text_content(element).split())
            properties.setdefault(local_name(element), text)
    titles = [block.single_line_text for block in blocks if block.heading_level == BOOK_TITLE_LEVEL]
    return Metadata(
        properties.get("title")
        or (heading_syntax.normalise_title_case(titles[0]) if titles else default_title),
        properties.get("creator") or properties.get("initial-creator"),
        properties.get("language", ""),
        description=properties.get("description"),
    )
