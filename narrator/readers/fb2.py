"""Read FictionBook 2: an XML file, or a ZIP archive that contains one."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.errors import NEW_COPY_HINT, BrokenInputError
from narrator.files.cover_conversion import (
    describe_cover_problem,
    format_cover_note,
    make_cover,
)
from narrator.model import Image, Metadata, ParagraphKind, Span
from narrator.readers.containers import limits
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.layout.blocks import Block, UnspokenSpan, append_unspoken_texts
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_xml
from narrator.readers.layout.notes import FOOTNOTE_REASON, NOTE_MARK_REASON
from narrator.readers.layout.outline import BOOK_TITLE_LEVEL, SUBTITLE_LEVEL
from narrator.readers.layout.skip_reasons import SCENE_BREAK_REASON
from narrator.readers.layout.superscripts import CONTEXT_PIECES, split_superscript
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.readers.loading import add_note, describe_source, title_from_path
from narrator.readers.source_words import describe_tree, verify_source_words
from narrator.text.isbn import normalise_isbn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_NOTE_BODIES = frozenset(["notes", "footnotes", "comments"])
"""Values of the `name` attribute of `body` elements with notes; the story's body has no name."""
_KINDS_BY_TAG = {
    "cite": ParagraphKind.QUOTE,
    "epigraph": ParagraphKind.QUOTE,
    "poem": ParagraphKind.VERSE,
    "table": ParagraphKind.TABLE,
}
"""The kind of the paragraphs inside each element."""
_PARAGRAPH_TAGS = frozenset(
    ["p", "v", "subtitle", "text-author", "date", "tr", "empty-line", "stanza"]
)
"""Elements that become one block each; all other elements are only their containers."""
_INLINE_TAGS = frozenset(
    ["a", "code", "emphasis", "image", "strikethrough", "strong", "style", "sub", "sup"]
)
"""Elements inside paragraphs. Directly in a container, they are a paragraph of their own, together
with the text beside them."""
_EMPHASIS_TAGS = frozenset(["emphasis", "strong"])
_NOTE_MARK_PATTERN = re.compile(r"[\[{(]?\d+[\]})]?")
_MAX_SECTION_LEVEL = 6
"""The deepest heading level that may begin a chapter; subtitles also have this level."""


class Fb2Reader:
    """The reader of FictionBook 2 files."""

    name = "fb2"
    suffixes: tuple[str, ...] = (".fb2", ".fbz")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether the file begins with a FictionBook tag or is a ZIP archive of a .fb2."""
        if is_zip(source.data):
            return b".fb2" in source.data[:300]
        return b"<FictionBook" in source.data[:2048]

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; its sections become chapters.

        Raises:
            BrokenInputError: the file is damaged or malicious.
            EmptyBookError: the book has no words.
            LedgerError: words of a body are missing from its blocks.
        """
        tree = parse_xml(decode_page(_load_document(source), source.path), source.path)
        bodies = [
            element
            for element in tree.iter()
            if local_name(element) == "body"
            and not any(local_name(ancestor) == "body" for ancestor in element.iterancestors())
        ]
        blocks = [block for body in bodies for block in _list_blocks(body)]
        metadata, cover_problem = _read_metadata(
            tree, title_from_path(source.path.removesuffix(".zip"))
        )
        book = assemble_book(blocks, [], metadata, describe_source(source), policy)
        book = add_note(book, format_cover_note(cover_problem))
        return verify_source_words(book, [describe_tree(body, source.path, ()) for body in bodies])


def _load_document(source: SourceFile) -> bytes:
    """Return the bytes of the XML file, unpacked if the source is a ZIP archive.

    Raises:
        BrokenInputError: the archive has no .fb2 file.
    """
    if not is_zip(source.data):
        return source.data
    archive = Archive(source.data, source.path)
    names = (name for name in sorted(archive.entries) if name.lower().endswith(".fb2"))
    name = next(names, None)
    if name is None:
        raise BrokenInputError(f"{source.path} has no .fb2 in it", NEW_COPY_HINT)
    return archive.read_entry(name)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a paragraph imply about it."""

    kind: ParagraphKind = ParagraphKind.TEXT
    section_depth: int = 0
    """How many sections contain the paragraph."""
    note_id: str = ""
    """The id of the outermost section with an id; only used in bodies of notes."""
    in_title: bool = False

    def enter(self, element: Element) -> _Context:
        """Return the context inside a container."""
        tag = local_name(element)
        if tag == "section":
            return replace(
                self,
                section_depth=self.section_depth + 1,
                note_id=self.note_id or get_attribute(element, "id"),
            )
        if tag == "title":
            return replace(self, in_title=True)
        return replace(self, kind=_KINDS_BY_TAG.get(tag, self.kind))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The contents of a block, before it is built."""

    tag: str
    contents: tuple[Element | str, ...]
    """The element, or the texts and inline elements that stand directly in a container."""
    context: _Context
    is_first: bool = False
    """Whether nothing precedes it in its container."""


def _list_blocks(body: Element) -> Iterator[Block]:
    """Yield the blocks of a body: paragraphs, title lines, stanzas and table rows."""
    is_note_body = get_attribute(body, "name").lower() in _NOTE_BODIES
    for paragraph in _list_paragraphs(body, _Context()):
        block = _build_block(paragraph)
        if block is None:
            continue
        if is_note_body:
            context = paragraph.context
            _assign_note(block, context.note_id, is_title=context.in_title)
        yield block


def _assign_note(block: Block, note_id: str, *, is_title: bool) -> None:
    """Mark a block as part of a note.

    The titles of notes, and notes without an id, are never spoken.
    """
    block.note_anchor = f"#{note_id}" if note_id else ""
    block.anchors = [block.note_anchor] if note_id else []
    if is_title or not note_id:
        block.skip_reason = NOTE_MARK_REASON if note_id else FOOTNOTE_REASON
        block.unspoken_spans = []


def _list_paragraphs(container: Element, context: _Context) -> Iterator[_Paragraph]:
    """Yield each paragraph in a container, at any depth and in order."""
    stack = _list_children(container, context)[::-1]
    while stack:
        item = stack.pop()
        if isinstance(item, _Paragraph):
            yield item
        else:
            element, outer_context = item
            stack += _list_children(element, outer_context.enter(element))[::-1]


def _list_children(
    container: Element, context: _Context
) -> list[_Paragraph | tuple[Element, _Context]]:
    """Return the paragraphs and inner containers that stand directly in a container."""
    children: list[_Paragraph | tuple[Element, _Context]] = []
    loose: list[Element | str] = [container.text or ""]  # neither in a paragraph nor a container

    def end_loose_paragraph() -> None:
        if any(not isinstance(item, str) or item.strip() for item in loose):
            children.append(_Paragraph("p", tuple(loose), context, is_first=not children))
        loose.clear()

    for child in container:
        tag = local_name(child)
        if tag in _INLINE_TAGS:
            loose.append(child)
        else:
            end_loose_paragraph()
            is_paragraph = tag in _PARAGRAPH_TAGS
            children.append(
                _Paragraph(tag, (child,), context, is_first=not children)
                if is_paragraph
                else (child, context)
            )
        loose.append(child.tail or "")
    end_loose_paragraph()
    return children


def _build_block(paragraph: _Paragraph) -> Block | None:
    """Return the block of a paragraph, or None if it has no text."""
    if paragraph.tag == "empty-line":
        is_break = not paragraph.context.in_title
        block = _build_inline_block(paragraph.contents)
        if block.text:
            return block
        return Block("* * *", skip_reason=SCENE_BREAK_REASON) if is_break else None
    if paragraph.tag in ("stanza", "tr"):
        block = _build_compound_block(paragraph)
        return block if block.text else None
    block = _build_inline_block(paragraph.contents)
    if not block.text:
        return None
    if is_scene_mark(block.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif paragraph.context.in_title:
        block.kind = ParagraphKind.HEADING
        block.heading_level = _choose_title_level(paragraph)
    elif paragraph.tag == "subtitle":
        block.kind, block.heading_level = ParagraphKind.HEADING, _MAX_SECTION_LEVEL
    else:
        block.kind = paragraph.context.kind
    return block


def _build_compound_block(paragraph: _Paragraph) -> Block:
    """Return a stanza as one block that keeps its line breaks, or a table row with commas."""
    is_stanza = paragraph.tag == "stanza"
    parts = [
        _build_inline_block(part.contents)
        for element in paragraph.contents
        if not isinstance(element, str)
        for part in _list_paragraphs(element, paragraph.context)
    ]
    kind = ParagraphKind.VERSE if is_stanza else ParagraphKind.TABLE
    return _join_blocks([part for part in parts if part.text], "\n" if is_stanza else ", ", kind)


def _join_blocks(parts: Sequence[Block], separator: str, kind: ParagraphKind) -> Block:
    """Return a block of the texts of several, with their note marks."""
    joined = Block(separator.join(part.text for part in parts), kind=kind)
    joined.emphasis = emphasis = list[Span]()
    offset = 0
    for part in parts:
        joined.note_references += part.note_references
        emphasis += [Span(offset + e.start, offset + e.end) for e in part.emphasis]
        joined.reference_offsets += [offset + place for place in part.reference_offsets]
        joined.unspoken_spans += [
            UnspokenSpan(offset + span.start, offset + span.end, span.reason)
            for span in part.unspoken_spans
        ]
        offset += len(part.text) + len(separator)
    return joined


def _choose_title_level(paragraph: _Paragraph) -> int:
    """Return the heading level of a title line.

    The first line has the level of its section; later lines are subtitles.
    """
    if paragraph.context.section_depth == 0:
        return BOOK_TITLE_LEVEL
    if not paragraph.is_first:
        return SUBTITLE_LEVEL
    return min(paragraph.context.section_depth, _MAX_SECTION_LEVEL)


def _build_inline_block(contents: Sequence[Element | str]) -> Block:
    """Return the block of a paragraph, with its note marks moved to the end as unspoken text."""
    block = Block("")
    block.emphasis = emphasis = list[Span]()
    pieces: list[str] = []
    length = 0  # total characters of `pieces`
    follows_space = False
    labels = []
    for item, is_emphasised in _split_at_note_marks(contents):
        piece = item
        if not isinstance(piece, str) and local_name(piece) == "sup":
            before = "".join(pieces[-CONTEXT_PIECES:])
            piece, mark = split_superscript(piece.text or "", before, piece.tail or "")
            labels.append(mark)
        if not isinstance(piece, str):
            block.note_references.append(get_attribute(piece, "href"))
            block.reference_offsets.append(length)
            labels.append(" ".join(text_content(piece).split()))
            continue
        words = " ".join(piece.split())
        has_gap = follows_space or piece[:1].isspace()
        pieces.append(f" {words}" if words and has_gap and length else words)
        length += len(pieces[-1])
        if words and is_emphasised:
            emphasis.append(Span(length - len(words), length))
        follows_space = piece[-1:].isspace() if words else follows_space or bool(piece)
    block.text = "".join(pieces)
    append_unspoken_texts(block, ((label, NOTE_MARK_REASON) for label in labels if label))
    return block


def _split_at_note_marks(
    contents: Sequence[Element | str],
) -> Iterator[tuple[Element | str, bool]]:
    """Yield superscripts, links that are note marks, and the text before, between and after them.

    The text is also split where emphasis begins or ends; each piece comes with whether it is
    emphasised.
    """
    # Strings on the stack are text; an element is replaced by its text and children in order.
    stack: list[tuple[Element | str, bool]] = [(item, False) for item in reversed(contents)]
    while stack:
        item, is_emphasised = stack.pop()
        if isinstance(item, str) or _is_superscript(item) or _is_note_link(item):
            yield item, is_emphasised
            continue
        is_inner = is_emphasised or local_name(item) in _EMPHASIS_TAGS
        for child in reversed(item):
            stack += [(child.tail or "", is_inner), (child, is_inner)]
        stack.append((item.text or "", is_inner))


def _is_superscript(element: Element) -> bool:
    """Return whether an element is a superscript that has only text."""
    return local_name(element) == "sup" and not len(element) and bool((element.text or "").strip())


def _is_note_link(link: Element) -> bool:
    """Return whether an element is a link that is a note mark.

    It has the type "note", or its text is a number and it links within the file.
    """
    if local_name(link) != "a":
        return False
    if get_attribute(link, "type") == "note":
        return True
    text = text_content(link).strip()
    is_local = get_attribute(link, "href").startswith("#")
    return is_local and _NOTE_MARK_PATTERN.fullmatch(text) is not None


def _read_metadata(tree: Element, default_title: str) -> tuple[Metadata, str]:
    """Return the metadata in the `title-info` element, and why its cover can't be used, or "".

    Of repeated elements, the first counts.
    """
    title_info = next((e for e in tree.iter() if local_name(e) == "title-info"), None)
    if title_info is None:
        return Metadata(default_title), ""
    # In reverse order the first of several elements with the same tag overwrites the others.
    values = {local_name(e): " ".join(text_content(e).split()) for e in reversed(title_info)}
    series = next((e for e in title_info if local_name(e) == "sequence"), None)
    authors = (_format_person(e) for e in title_info if local_name(e) == "author")
    cover, cover_problem = _read_cover(tree, title_info)
    metadata = Metadata(
        values.get("book-title") or default_title,
        ", ".join(filter(None, authors)) or None,
        values.get("lang", ""),
        series=None if series is None else get_attribute(series, "name") or None,
        series_index=None if series is None else get_attribute(series, "number") or None,
        published=values.get("date") or None,
        description=values.get("annotation") or None,
        cover=cover,
        isbn=_read_isbn(tree),
    )
    return metadata, cover_problem


def _read_isbn(tree: Element) -> str | None:
    """Return the ISBN of the printed edition, or None."""
    texts = (text_content(element) for element in tree.iter() if local_name(element) == "isbn")
    return next(filter(None, map(normalise_isbn, texts)), None)


def _format_person(author: Element) -> str:
    """Return an author's full name, or the nickname if the name is empty."""
    values = {local_name(e): " ".join(text_content(e).split()) for e in author}
    names = [values.get(tag, "") for tag in ("first-name", "middle-name", "last-name")]
    return " ".join(name for name in names if name) or values.get("nickname", "")


def _read_cover(tree: Element, title_info: Element) -> tuple[Image | None, str]:
    """Return the cover image, decoded from base64, or None; and why it can't be used, or ""."""
    page = next((e for e in title_info if local_name(e) == "coverpage"), None)
    image = (
        None if page is None else next((e for e in page.iter() if local_name(e) == "image"), None)
    )
    image_id = "" if image is None else get_attribute(image, "href").lstrip("#")
    for binary in tree if image_id else ():
        if local_name(binary) == "binary" and get_attribute(binary, "id") == image_id:
            try:
                data = base64.b64decode((binary.text or "").encode("ascii", "replace"))
            except binascii.Error:
                return None, "is damaged"
            if len(data) > limits.MAX_IMAGE_BYTES:
                return None, "is too large"
            cover = make_cover(data)
            return cover, "" if cover else describe_cover_problem(data)
    return None, "is missing from the file" if image_id else ""
