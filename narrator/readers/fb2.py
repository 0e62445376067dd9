"""Read FictionBook 2: an XML file, or a ZIP archive that contains one."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from narrator.errors import BrokenInputError
from narrator.files import images
from narrator.model import Image, Metadata, ParagraphKind
from narrator.readers.containers import limits
from narrator.readers.containers.archive import Archive, is_zip
from narrator.readers.layout.assembly import assemble_book
from narrator.readers.layout.blocks import SCENE_BREAK_REASON, Block, UnspokenSpan
from narrator.readers.layout.markup_elements import Element, get_attribute, local_name, text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_xml
from narrator.readers.layout.notes import FOOTNOTE_REASON, NOTE_MARK_REASON
from narrator.readers.layout.outline import BOOK_TITLE_LEVEL, SUBTITLE_LEVEL
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.readers.loading import choose_language, describe_source, title_from_path

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        """
        tree = parse_xml(decode_page(_load_document(source), source.path), source.path)
        bodies = [
            element
            for element in tree.iter()
            if local_name(element) == "body"
            and not any(local_name(ancestor) == "body" for ancestor in element.iterancestors())
        ]
        blocks = [block for body in bodies for block in _list_blocks(body)]
        metadata = _read_metadata(tree, title_from_path(source.path.removesuffix(".zip")))
        return assemble_book(blocks, [], metadata, describe_source(source), policy)


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
        raise BrokenInputError(f"{source.path} has no .fb2 in it", "get the file again")
    return archive.read_entry(name)


def _list_blocks(body: Element) -> Iterator[Block]:
    """Yield the blocks of a body: paragraphs, title lines, stanzas and table rows."""
    is_note_body = get_attribute(body, "name").lower() in _NOTE_BODIES
    for element, ancestors in _list_paragraphs(body):
        sections = [ancestor for ancestor in ancestors if local_name(ancestor) == "section"]
        ancestor_tags = [local_name(ancestor) for ancestor in ancestors]
        block = _build_block(element, ancestor_tags, len(sections))
        if block is None:
            continue
        if is_note_body:
            section_ids = (get_attribute(section, "id") for section in sections)
            note_id = next(filter(None, section_ids), "")
            _assign_note(block, note_id, is_title="title" in ancestor_tags)
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


def _list_paragraphs(body: Element) -> Iterator[tuple[Element, list[Element]]]:
    """Yield each element of a body that becomes a block, and its ancestors, outermost first."""
    stack: list[tuple[Element, list[Element]]] = [(child, [body]) for child in reversed(body)]
    while stack:
        element, ancestors = stack.pop()
        if local_name(element) in _PARAGRAPH_TAGS:
            yield element, ancestors
        elif len(ancestors) < limits.MAX_NESTING_DEPTH:
            stack += [(child, [*ancestors, element]) for child in reversed(element)]


def _build_block(element: Element, ancestor_tags: list[str], section_depth: int) -> Block | None:
    """Return the block of an element, or None if the element has no text.

    `ancestor_tags` are the tags around the element; `section_depth` is how many are sections.
    """
    tag = local_name(element)
    in_title = "title" in ancestor_tags
    if tag == "empty-line":
        return None if in_title else Block("* * *", skip_reason=SCENE_BREAK_REASON)
    # A stanza is one block that keeps its line breaks.
    if tag == "stanza":
        verses = [
            _build_paragraph(verse).text
            for verse in element.iter()
            if local_name(verse) in ("v", "p", "subtitle")
        ]
        text = "\n".join(verse for verse in verses if verse)
        return Block(text, kind=ParagraphKind.VERSE) if text else None
    if tag == "tr":
        cells = [" ".join(text_content(cell).split()) for cell in element]
        text = ", ".join(cell for cell in cells if cell)
        return Block(text, kind=ParagraphKind.TABLE) if text else None
    block = _build_paragraph(element)
    if not block.text:
        return None
    if is_scene_mark(block.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif in_title:
        block.kind = ParagraphKind.HEADING
        block.heading_level = _choose_title_level(element, section_depth)
    elif tag == "subtitle":
        block.kind, block.heading_level = ParagraphKind.HEADING, _MAX_SECTION_LEVEL
    else:
        kinds = (_KINDS_BY_TAG[name] for name in reversed(ancestor_tags) if name in _KINDS_BY_TAG)
        block.kind = next(kinds, ParagraphKind.TEXT)
    return block


def _choose_title_level(element: Element, section_depth: int) -> int:
    """Return the heading level of a title line.

    The first line has the level of its section; later lines are subtitles.
    """
    if section_depth == 0:
        return BOOK_TITLE_LEVEL
    if element.getprevious() is not None:
        return SUBTITLE_LEVEL
    return min(section_depth, _MAX_SECTION_LEVEL)


def _build_paragraph(element: Element) -> Block:
    """Return the block of a paragraph, with its note marks moved to the end as unspoken text."""
    pieces: list[str] = []
    note_references, reference_offsets, labels = [], [], []
    # Strings on the stack are text; an element is replaced by its text and children in order.
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif local_name(item) == "a" and _is_note_mark(item):
            reference_offsets.append(len(" ".join("".join(pieces).split())))
            note_references.append(get_attribute(item, "href"))
            labels.append(" ".join(text_content(item).split()))
        else:
            for child in reversed(item):
                stack += [child.tail or "", child]
            stack.append(item.text or "")
    block = Block(
        " ".join("".join(pieces).split()),
        note_references=note_references,
        reference_offsets=reference_offsets,
    )
    for label in filter(None, labels):
        start = len(block.text) + 1
        block.text += f" {label}"
        block.unspoken_spans.append(UnspokenSpan(start, len(block.text), NOTE_MARK_REASON))
    return block


def _is_note_mark(link: Element) -> bool:
    """Return whether a link is a note mark.

    It has the type "note", or its text is a number and it links within the file.
    """
    if get_attribute(link, "type") == "note":
        return True
    text = text_content(link).strip()
    is_local = get_attribute(link, "href").startswith("#")
    return is_local and _NOTE_MARK_PATTERN.fullmatch(text) is not None


def _read_metadata(tree: Element, default_title: str) -> Metadata:
    """Return the metadata in the `title-info` element; of repeated elements the first counts."""
    title_info = next((e for e in tree.iter() if local_name(e) == "title-info"), None)
    if title_info is None:
        return Metadata(default_title)
    # In reverse order the first of several elements with the same tag overwrites the others.
    values = {local_name(e): " ".join(text_content(e).split()) for e in reversed(title_info)}
    series = next((e for e in title_info if local_name(e) == "sequence"), None)
    authors = (_format_person(e) for e in title_info if local_name(e) == "author")
    return Metadata(
        values.get("book-title") or default_title,
        ", ".join(filter(None, authors)) or None,
        choose_language(values.get("lang", "")),
        series=None if series is None else get_attribute(series, "name") or None,
        series_index=None if series is None else get_attribute(series, "number") or None,
        published=values.get("date") or None,
        description=values.get("annotation") or None,
        cover=_read_cover(tree, title_info),
    )


def _format_person(author: Element) -> str:
    """Return an author's full name, or the nickname if the name is empty."""
    values = {local_name(e): " ".join(text_content(e).split()) for e in author}
    names = [values.get(tag, "") for tag in ("first-name", "middle-name", "last-name")]
    return " ".join(name for name in names if name) or values.get("nickname", "")


def _read_cover(tree: Element, title_info: Element) -> Image | None:
    """Return the cover image, decoded from base64, or None if it is missing or invalid."""
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
                return None
            is_too_large = len(data) > limits.MAX_IMAGE_BYTES
            media_type = "" if is_too_large else images.detect_media_type(data)
            return Image(data, media_type) if media_type else None
    return None
