"""FictionBook 2: one XML file, or that file in a ZIP archive."""

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
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.plain_layout import is_scene_mark
from narrator.readers.loading import describe_source, title_from_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_NOTES = frozenset(["notes", "footnotes", "comments"])
_FORMS = {
    "cite": ParagraphKind.QUOTE,
    "epigraph": ParagraphKind.QUOTE,
    "poem": ParagraphKind.VERSE,
    "table": ParagraphKind.TABLE,
}
_LEAVES = frozenset(["p", "v", "subtitle", "text-author", "date", "tr", "empty-line"])
_MARK = re.compile(r"[\[{(]?\d+[\]})]?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Fb2Reader:
    """Reads FictionBook 2."""

    name = "fb2"
    suffixes: tuple[str, ...] = (".fb2", ".fbz")

    def recognises(self, source: SourceFile) -> bool:
        """Whether its first tag is FictionBook's, or an archive names such a file."""
        if is_zip(source.data):
            return b".fb2" in source.data[:300]
        return b"<FictionBook" in source.data[:2048]

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """The book; its sections are its chapters.

        Raises:
            BrokenInputError: it is damaged, or a trap.
            EmptyBookError: it holds no words.
        """
        tree = parse_xml(decode_page(_data(source), source.path), source.path)
        bodies = [
            element
            for element in tree.iter()
            if local_name(element) == "body"
            and not any(local_name(e) == "body" for e in element.iterancestors())
        ]
        blocks = [block for body in bodies for block in _body(body)]
        metadata = _metadata(tree, title_from_path(source.path.removesuffix(".zip")))
        return assemble_book(blocks, [], metadata, describe_source(source), policy)


def _data(source: SourceFile) -> bytes:
    if not is_zip(source.data):
        return source.data
    archive = Archive(source.data, source.path)
    name = next((n for n in sorted(archive.entries) if n.lower().endswith(".fb2")), None)
    if name is None:
        raise BrokenInputError(f"{source.path} has no .fb2 in it", "get the file again")
    return archive.read(name)


def _body(body: Element) -> Iterator[Block]:
    """The blocks of a body; each is a paragraph, a line of a title, a stanza or a row."""
    notes = get_attribute(body, "name").lower() in _NOTES
    for element, path in _leaves(body):
        sections = [e for e in path if local_name(e) == "section"]
        names = [local_name(e) for e in path]
        block = _block(element, names, len(sections))
        if block is None:
            continue
        if notes:
            named = next((get_attribute(s, "id") for s in sections if get_attribute(s, "id")), "")
            block.note_anchor = f"#{named}" if named else ""
            block.anchors = [block.note_anchor] if named else []
            if "title" in names or not named:
                block.skip_reason, block.unspoken_spans = (
                    NOTE_MARK_REASON if named else "footnote",
                    [],
                )
        yield block


def _leaves(body: Element) -> Iterator[tuple[Element, list[Element]]]:
    stack: list[tuple[Element, list[Element]]] = [(child, [body]) for child in reversed(body)]
    while stack:
        element, path = stack.pop()
        tag = local_name(element)
        if tag in _LEAVES or tag == "stanza":
            yield element, path
        elif len(path) < limits.MAX_NESTING_DEPTH:
            stack += [(child, [*path, element]) for child in reversed(element)]


def _block(element: Element, names: list[str], depth: int) -> Block | None:
    tag = local_name(element)
    if tag == "empty-line":
        return Block("* * *", skip_reason=SCENE_BREAK_REASON) if "title" not in names else None
    if tag == "stanza":
        lines = [_line(e) for e in element.iter() if local_name(e) in ("v", "p", "subtitle")]
        text = "\n".join(line.text for line in lines if line.text)
        return Block(text, kind=ParagraphKind.VERSE) if text else None
    if tag == "tr":
        cells = [" ".join(text_content(cell).split()) for cell in element]
        text = ", ".join(cell for cell in cells if cell)
        return Block(text, kind=ParagraphKind.TABLE) if text else None
    block = _line(element)
    if not block.text:
        return None
    if is_scene_mark(block.text):
        block.skip_reason = SCENE_BREAK_REASON
    elif tag == "subtitle" or "title" in names:
        block.kind = ParagraphKind.HEADING
        block.heading_level = min(max(depth, 1), 6) if "title" in names else 6
        first = element.getprevious() is None
        if "title" in names and depth == 0:
            block.heading_level = 8
        elif "title" in names and not first:
            block.heading_level = 7
    else:
        block.kind = next((_FORMS[n] for n in reversed(names) if n in _FORMS), ParagraphKind.TEXT)
    return block


def _line(element: Element) -> Block:
    """A paragraph, its note marks moved to its end."""
    pieces, marks, places, labels = [], [], [], []
    stack: list[Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif local_name(item) == "a" and (get_attribute(item, "type") == "note" or _is_mark(item)):
            places.append(len(" ".join("".join(pieces).split())))
            marks.append(get_attribute(item, "href"))
            labels.append(" ".join(text_content(item).split()))
        else:
            for child in reversed(item):
                stack += [child.tail or "", child]
            stack.append(item.text or "")
    block = Block(
        " ".join("".join(pieces).split()), note_references=marks, reference_offsets=places
    )
    for label in filter(None, labels):
        start = len(block.text) + 1
        block.text += f" {label}"
        block.unspoken_spans.append(UnspokenSpan(start, len(block.text), NOTE_MARK_REASON))
    return block


def _is_mark(link: Element) -> bool:
    text = text_content(link).strip()
    return get_attribute(link, "href").startswith("#") and _MARK.fullmatch(text) is not None


def _metadata(tree: Element, name: str) -> Metadata:
    info = next((e for e in tree.iter() if local_name(e) == "title-info"), None)
    if info is None:
        return Metadata(name)
    told = {local_name(e): " ".join(text_content(e).split()) for e in reversed(info)}
    series = next((e for e in info if local_name(e) == "sequence"), None)
    language = told.get("lang", "")
    return Metadata(
        told.get("book-title") or name,
        ", ".join(filter(None, (_person(e) for e in info if local_name(e) == "author"))) or None,
        language if _LANGUAGE.fullmatch(language) else "en",
        series=None if series is None else get_attribute(series, "name") or None,
        series_index=None if series is None else get_attribute(series, "number") or None,
        published=told.get("date") or None,
        description=told.get("annotation") or None,
        cover=_cover(tree, info),
    )


def _person(author: Element) -> str:
    told = {local_name(e): " ".join(text_content(e).split()) for e in author}
    parts = [told.get(n, "") for n in ("first-name", "middle-name", "last-name")]
    return " ".join(part for part in parts if part) or told.get("nickname", "")


def _cover(tree: Element, info: Element) -> Image | None:
    page = next((e for e in info if local_name(e) == "coverpage"), None)
    image = (
        None if page is None else next((e for e in page.iter() if local_name(e) == "image"), None)
    )
    wanted = "" if image is None else get_attribute(image, "href").lstrip("#")
    for binary in tree if wanted else ():
        if local_name(binary) == "binary" and get_attribute(binary, "id") == wanted:
            try:
                data = base64.b64decode((binary.text or "").encode("ascii", "replace"))
            except binascii.Error:
                return None
            media_type = (
                "" if len(data) > limits.MAX_IMAGE_BYTES else images.detect_media_type(data)
            )
            return Image(data, media_type) if media_type else None
    return None
