"""Extract blocks from an HTML or XHTML page: one for each paragraph that a browser would show.

All text is collected exactly once, in document order, even from unknown elements. Inline text that
is not part of a sentence (note marks, page numbers, ruby, `alt` texts) is moved to the end of its
paragraph as an unspoken span, where it does not separate the words around it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from narrator.model import ParagraphKind, Span
from narrator.readers.containers import limits
from narrator.readers.layout.blocks import Block, append_unspoken_texts, skip_spaces_before
from narrator.readers.layout.foreign_passages import join_passages, shift_spans
from narrator.readers.layout.markup_context import (
    REASONS_BY_ELEMENT,
    MarkupContext,
    Role,
    enter_block,
    enter_inline,
    find_language,
    find_role,
    has_emphasis_style,
    is_back_link,
    is_note_mark,
    is_page_break,
    is_scene_break,
)
from narrator.readers.layout.markup_elements import (
    Element,
    get_semantic_types,
    local_name,
    resolve_link,
    text_content,
)
from narrator.readers.layout.markup_preparation import prepare_page
from narrator.readers.layout.notes import FOOTNOTE_REASON, NOTE_MARK_REASON
from narrator.readers.layout.plain_layout import split_into_blocks
from narrator.readers.layout.skip_reasons import PICTURE_REASON, SCENE_BREAK_REASON
from narrator.readers.layout.text_rows import is_scene_mark
from narrator.text.words import ends_sentence, has_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_BLOCK_ELEMENTS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend", "li", "main",
        "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
        "tr", "ul", "case", "default", "switch",
        # elements of DTBook
        "doctitle", "docauthor", "frontmatter", "bodymatter", "rearmatter", "level", "level1",
        "level2", "level3", "level4", "level5", "level6", "linegroup", "poem", "sidebar", "hd",
        # elements of TEI
        "sp", "speaker", "lg",
    ]
)  # fmt: skip
_IGNORED_ELEMENTS = frozenset(["head", "script", "style", "title"])
UNREAD_TAGS = tuple(f"{{*}}{name}" for name in sorted(_IGNORED_ELEMENTS))
"""The elements of a page whose text is no content, in the notation of lxml."""
_EMPHASIS_ELEMENTS = frozenset(["b", "cite", "em", "i", "strong"])
_SPACES = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")  # all except a single space
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_LINED_KINDS = (ParagraphKind.TEXT, ParagraphKind.QUOTE)
_MIN_BROKEN_LINES = 3
"""Number of lines from which line breaks separate paragraphs."""
_MIN_SENTENCE_SHARE = 0.8
"""Share of lines that end a sentence from which they are paragraphs."""
_MIN_PARAGRAPH_CHARACTERS = 20
"""Mean length of such lines."""
_MAX_VERSE_CHARACTERS = 70
_PARAGRAPHS_PER_GAP = 8
"""Number of paragraphs per empty paragraph above which empty paragraphs are scene breaks. If empty
paragraphs are more frequent, they are only spacing."""


def extract_blocks(tree: Element, path: str, *, read_images: bool = False) -> list[Block]:
    """Extract the blocks of a page; `path` is the page's path, to which its links are relative.

    `read_images` is whether `alt` texts of images and texts inside drawings are spoken.
    """
    is_drawing = local_name(tree) == "svg"
    prepare_page(tree)
    builder = _BlockBuilder(path, read_images=read_images or is_drawing)
    context = MarkupContext(semantic_types=get_semantic_types(tree))
    # damaged pages have text outside the body, and browsers show it
    builder.add_element(tree, context)
    builder.end_block(context)
    builder.finish_page()
    return builder.blocks


class _BlockBuilder:
    """The builder of a page's blocks; elements must be added in document order."""

    def __init__(self, path: str, *, read_images: bool) -> None:
        self.path = path
        self.read_images = read_images
        self.blocks: list[Block] = []
        # The current block:
        self._pieces: list[str] = []
        self._length = 0  # total characters of `_pieces`
        self._emphasis: list[Span] = []
        # inline texts that are not spoken, in pieces, and the reasons
        self._unspoken_texts: list[tuple[list[str], str]] = []
        self._roles: list[tuple[Role, Span]] = []
        self._languages: list[tuple[str, Span]] = []
        self._note_references: list[str] = []
        self._reference_offsets: list[int] = []
        self._anchors: list[str] = []
        # Blocks after an empty paragraph, which may mark a scene break:
        self._blocks_after_gaps: list[Block] = []
        self._follows_gap = False

    # -- text

    def _add_text(self, text: str | None, context: MarkupContext) -> None:
        """Add text to the current block, collapsing whitespace like a browser."""
        if not text:
            return
        if context.inline_skip_reason:
            if text.strip():
                self._add_unspoken_text(text, context.inline_skip_reason)
            return
        if not context.keeps_lines:
            # Whitespace also collapses across elements: drop a leading space after another space.
            text = _SPACES.sub(" ", text)
            if text[0] == " " and (not self._length or self._pieces[-1][-1] in " \n"):
                text = text[1:]
        if text:
            if context.language:
                self._languages.append(
                    (context.language, Span(self._length, self._length + len(text)))
                )
            self._pieces.append(text)
            self._length += len(text)

    def _add_unspoken_text(self, text: str, reason: str) -> None:
        """Add inline text that is not spoken; join it to the previous such text if possible.

        Note marks and images are never joined.
        """
        text = " ".join(text.split())
        is_separate = reason in (NOTE_MARK_REASON, PICTURE_REASON)
        if self._unspoken_texts and self._unspoken_texts[-1][1] == reason and not is_separate:
            self._unspoken_texts[-1][0].append(text)
        else:
            self._unspoken_texts.append(([text], reason))

    def _trim_end(self) -> None:
        """Remove trailing spaces from the current block."""
        while self._pieces and self._pieces[-1].endswith(" "):
            self._pieces[-1] = self._pieces[-1][:-1]
            self._length -= 1
            if not self._pieces[-1]:
                self._pieces.pop()

    # -- blocks

    def end_block(self, context: MarkupContext) -> None:
        """Append the current block to `blocks`, unless it is empty, and start a new one."""
        untrimmed_text = "".join(self._pieces)
        text = untrimmed_text.rstrip()
        shift = len(text) - len(text.lstrip())  # offsets decrease by this
        text = text[shift:]
        unspoken_texts, emphasis, offsets = (
            self._unspoken_texts,
            self._emphasis,
            self._reference_offsets,
        )
        self._pieces, self._length = [], 0
        self._unspoken_texts, self._emphasis, self._reference_offsets = [], [], []
        roles, self._roles = self._roles, []
        languages, self._languages = self._languages, []
        if not text and not unspoken_texts:
            return
        block = self._make_block(text, context)
        block.emphasis = shift_spans(emphasis, -shift, len(text))
        block.foreign_passages = join_passages(languages, -shift, len(text))
        if context.role is not None:
            roles = [(context.role, Span(shift, shift + len(text)))]
        if roles:
            block.speaker_names, block.stage_directions = (
                shift_spans((s for r, s in roles if r is role), -shift, len(text))
                for role in (Role.SPEAKER_NAME, Role.STAGE_DIRECTION)
            )
        # The counts differ if an earlier note mark had no block; the offsets are then unknown.
        if len(offsets) == len(block.note_references):
            block.reference_offsets = [
                skip_spaces_before(text, min(max(0, offset - shift), len(text)))
                for offset in offsets
            ]
        if unspoken_texts:
            append_unspoken_texts(
                block, ((" ".join(pieces), reason) for pieces, reason in unspoken_texts)
            )
        if self._follows_gap:
            self._blocks_after_gaps.append(block)
            self._follows_gap = False
        if context.keeps_lines:
            self.blocks += map(_classify_block, _split_preformatted(block))
        else:
            self.blocks += map(_classify_block, _split_broken_lines(block))

    def _make_block(self, text: str, context: MarkupContext) -> Block:
        """Return a block with the collected anchors and note references, which are then cleared."""
        is_story_heading = context.keeps_headings and context.kind is ParagraphKind.HEADING
        block = Block(
            text,
            kind=context.kind,
            heading_level=context.heading_level,
            skip_reason=context.skip_reason,
            note_anchor=context.note_anchor,
            furniture_reason="" if is_story_heading else context.furniture_reason,
            semantic_types=context.semantic_types,
            source_path=self.path,
            anchors=self._anchors,
            note_references=self._note_references,
        )
        self._anchors, self._note_references = [], []
        return block

    def finish_page(self) -> None:
        """Decide whether empty paragraphs are scene breaks, and store the remaining anchors."""
        text_count = sum(block.kind is ParagraphKind.TEXT for block in self.blocks)
        if len(self._blocks_after_gaps) * _PARAGRAPHS_PER_GAP < text_count:
            for block in self._blocks_after_gaps:
                block.follows_scene_gap = True
        if self._anchors and self.blocks:
            last = self.blocks[-1]
            last.trailing_anchors = [*last.trailing_anchors, *self._anchors]

    def _add_scene_break(self) -> None:
        """Append a scene break, except at the start of the page and after another scene break."""
        if self.blocks and self.blocks[-1].skip_reason != SCENE_BREAK_REASON:
            scene_break = Block("* * *", skip_reason=SCENE_BREAK_REASON, source_path=self.path)
            self.blocks.append(scene_break)

    # -- elements

    def add_element(self, element: Element, context: MarkupContext) -> None:
        """Add an element and its content, but not the text after it."""
        tag = local_name(element)
        if not tag:
            return
        for key in ("id", "name") if tag == "a" else ("id",):
            fragment = element.get(key) or ""
            if fragment:
                self._anchors.append(f"{self.path}#{fragment}")
        if tag in _IGNORED_ELEMENTS and not (tag == "title" and context.inline_skip_reason):
            return
        if context.depth >= limits.MAX_NESTING_DEPTH:
            # Python's recursion depth is limited, so deeper elements are read as plain text.
            self._add_text(text_content(element), context)
            return
        if len(element):
            context = replace(context, depth=context.depth + 1)
        if language := find_language(element, tag):
            context = replace(context, language=language)
        if tag in _BLOCK_ELEMENTS:
            self._add_block_element(element, tag, context)
        else:
            self._add_inline_element(element, tag, context)

    def _add_children(self, element: Element, context: MarkupContext) -> None:
        """Add the text and the children of an element."""
        self._add_text(element.text, context)
        for child in element:
            self.add_element(child, context)
            self._add_text(child.tail, context)

    def _add_block_element(self, element: Element, tag: str, context: MarkupContext) -> None:
        """Add a block element, which ends the current block and starts a new one."""
        if context.inline_skip_reason:
            self._add_children(element, context)
            return
        self.end_block(context)
        if tag == "switch":
            self._add_switch(element, context)
            return
        inner_context = enter_block(element, tag, context, self.path)
        count_before = len(self.blocks)
        self._add_children(element, inner_context)
        self.end_block(inner_context)
        if len(self.blocks) == count_before and tag in ("p", "div"):
            self._add_empty_paragraph(element)

    def _add_empty_paragraph(self, element: Element) -> None:
        """Add an empty paragraph, which is a scene break if its class says so.

        Without such a class it may be one; `finish_page` decides.
        """
        if is_scene_break(element):
            self._add_scene_break()
        elif local_name(element) == "p" and not len(element):
            self._follows_gap = bool(self.blocks)

    def _add_switch(self, element: Element, context: MarkupContext) -> None:
        """Add an EPUB `switch`, which holds alternative renderings of the same content.

        Only one rendering with words is spoken: the default, or else the first.
        """
        cases = [child for child in element if local_name(child) in ("case", "default")]
        cases.sort(key=lambda child: local_name(child) != "default")
        chosen = next((case for case in cases if has_words(text_content(case))), None)
        skipped_context = replace(context, skip_reason="other rendering")
        for child in element:
            child_context = context if child is chosen else skipped_context
            self._add_children(child, child_context)
            self.end_block(child_context)

    def _add_inline_element(self, element: Element, tag: str, context: MarkupContext) -> None:
        """Add an inline element."""
        if tag in _HANDLERS:
            _HANDLERS[tag](self, element, context)
        elif tag in REASONS_BY_ELEMENT:
            reason = context.inline_skip_reason or REASONS_BY_ELEMENT[tag]
            self._add_children(element, replace(context, inline_skip_reason=reason))
        elif tag in _EMPHASIS_ELEMENTS or has_emphasis_style(element):
            start = self._length
            self._add_marked_children(element, tag, context)
            if self._length > start:
                self._emphasis.append(Span(start, self._length))
        else:
            self._add_marked_children(element, tag, context)

    def _add_marked_children(self, element: Element, tag: str, context: MarkupContext) -> None:
        """Add the children of an inline element, and remember its role in a play."""
        start = self._length
        self._add_children(element, enter_inline(element, context))
        role = find_role(element, tag)
        if role and self._length > start:
            self._roles.append((role, Span(start, self._length)))

    # -- elements with special handling

    def _add_line_break(self, _element: Element, context: MarkupContext) -> None:
        """Add a line break; a second one in a row ends the block, except in verse."""
        if context.inline_skip_reason:
            return
        follows_break = self._pieces and self._pieces[-1].rstrip(" ").endswith("\n")
        if follows_break and context.kind is not ParagraphKind.VERSE:
            self.end_block(context)
            return
        self._trim_end()
        if self._pieces:
            self._pieces.append("\n")
            self._length += 1

    def _add_rule(self, element: Element, context: MarkupContext) -> None:
        """Add a horizontal rule, which is a scene break unless it has another purpose."""
        self.end_block(context)
        precedes_notes = "footnotes-sep" in (
            element.get("class") or ""
        )  # class written by markdown-it
        if not (precedes_notes or is_page_break(element)):
            self._add_scene_break()

    def _add_image(self, element: Element, context: MarkupContext) -> None:
        """Add the `alt` text of an image."""
        description = " ".join((element.get("alt") or "").split())
        description = description[: limits.MAX_ATTRIBUTE_CHARACTERS]
        if not has_words(description):
            return
        if self.read_images:
            self._add_text(f" {description} ", context)
        else:
            self._add_unspoken_text(description, PICTURE_REASON)

    def _add_drawing(self, element: Element, context: MarkupContext) -> None:
        """Add the texts of an SVG drawing, each as a block if images are spoken."""
        if not self.read_images:
            reason = context.inline_skip_reason or PICTURE_REASON
            self._add_children(element, replace(context, inline_skip_reason=reason))
            return
        for child in element:
            tag = local_name(child)
            if tag in ("text", "title", "desc"):
                self._add_text(" ".join(text_content(child).split()), context)
                self.end_block(context)
            elif tag == "foreignobject":
                self._add_children(child, context)
                self.end_block(context)
            elif tag not in _IGNORED_ELEMENTS and context.depth < limits.MAX_NESTING_DEPTH:
                self._add_drawing(child, replace(context, depth=context.depth + 1))

    def _add_formula(self, element: Element, context: MarkupContext) -> None:
        """Add the symbols of a MathML formula, separated by spaces."""
        annotation_context = replace(context, inline_skip_reason=REASONS_BY_ELEMENT["annotation"])
        annotation_depth = 0  # number of annotations around the current position
        # Formulas are deeply nested, so the tree is walked without recursion. The text after a
        # child (its tail) is added at its end event.
        for event, child in etree.iterwalk(element, events=("start", "end")):
            is_start = event == "start"
            text = child.text if is_start else child.tail
            annotation_depth += local_name(child).startswith("annotation") * (1 if is_start else -1)
            is_outside = not is_start and child is element
            if text and text.strip() and not is_outside:
                self._add_text(
                    f" {text.strip()} ", annotation_context if annotation_depth else context
                )

    def _add_ruby(self, element: Element, context: MarkupContext) -> None:
        """Add text with ruby annotations, without the line breaks between its elements."""
        self._add_text((element.text or "").strip("\n\t "), context)
        for child in element:
            self.add_element(child, context)
            self._add_text((child.tail or "").strip("\n\t "), context)

    def _add_superscript(self, element: Element, context: MarkupContext) -> None:
        """Add superscript text, in which a short link is a note mark."""
        context = replace(context, is_superscript=True)
        self._add_children(element, enter_inline(element, context))

    def _add_table_cell(self, element: Element, context: MarkupContext) -> None:
        """Add a table cell: as blocks of its own if it contains any, otherwise after a comma."""
        if any(local_name(child) in _BLOCK_ELEMENTS for child in element):
            self._add_block_element(element, "div", context)
            return
        if not context.inline_skip_reason:
            self._trim_end()
            if self._pieces:
                has_punctuation = self._pieces[-1][-1] in ".,;:!?"
                self._add_text(" " if has_punctuation else ", ", context)
        self._add_marked_children(element, "td", context)

    def _add_verse_line(self, element: Element, context: MarkupContext) -> None:
        """Add a line of verse, as TEI marks it."""
        self._add_marked_children(element, "l", context)
        if self._pieces:
            self._add_line_break(element, context)

    def _add_link(self, element: Element, context: MarkupContext) -> None:
        """Add a link; note marks, and links from a note back to its mark, are not spoken."""
        href = element.get("href") or ""
        text = text_content(element)
        mark_context = replace(context, inline_skip_reason=NOTE_MARK_REASON)
        if context.note_anchor and href and is_back_link(text):
            self._add_children(element, mark_context)
        elif href and is_note_mark(element, text, context):
            target = resolve_link(href, self.path)
            if target:
                self._note_references.append(target)
                self._reference_offsets.append(self._length)
            self._add_children(element, mark_context)
        else:
            self._add_children(element, enter_inline(element, context))


_HANDLERS: dict[str, Callable[[_BlockBuilder, Element, MarkupContext], None]] = {
    "br": _BlockBuilder._add_line_break,
    "hr": _BlockBuilder._add_rule,
    "img": _BlockBuilder._add_image,
    "svg": _BlockBuilder._add_drawing,
    "math": _BlockBuilder._add_formula,
    "ruby": _BlockBuilder._add_ruby,
    "sup": _BlockBuilder._add_superscript,
    "td": _BlockBuilder._add_table_cell,
    "th": _BlockBuilder._add_table_cell,
    "a": _BlockBuilder._add_link,
    "l": _BlockBuilder._add_verse_line,
}


def _split_broken_lines(block: Block) -> list[Block]:
    """Return a paragraph with line breaks as verse, or as one paragraph per line.

    Short lines that mostly don't end with a sentence are verse; lines that do are paragraphs.
    """
    lines = block.text.split("\n") if block.kind in _LINED_KINDS else ()
    if len(lines) < 2 or block.skip_reason:
        return [block]
    sentence_count = sum(ends_sentence(line) for line in lines)
    if sentence_count >= _MIN_SENTENCE_SHARE * len(lines):
        if len(lines) < _MIN_BROKEN_LINES:
            return [block]
        is_prose = len(block.text) >= _MIN_PARAGRAPH_CHARACTERS * len(lines)
        return _split_at(block, list(_make_line_parts(block))) if is_prose else [block]
    if max(map(len, lines)) <= _MAX_VERSE_CHARACTERS and block.kind is ParagraphKind.TEXT:
        block.kind = ParagraphKind.VERSE
    return [block]


def _make_line_parts(block: Block) -> Iterator[Block]:
    """Yield a block with the text and offset of each line."""
    start = 0
    for line in block.text.split("\n"):
        if line.strip():
            yield Block(line.strip(), start + len(line) - len(line.lstrip()), kind=block.kind)
        start += len(line) + 1


def _split_preformatted(block: Block) -> list[Block]:
    """Split preformatted text that has blank lines into paragraphs, as plain text is split."""
    if not _BLANK_LINE.search(block.text):
        return [block]
    return _split_at(block, split_into_blocks(block.text))


def _split_at(block: Block, new_parts: Sequence[Block]) -> list[Block]:
    """Return the parts of a block; those given have texts and offsets into its text."""
    if block.unspoken_spans:
        return [block]
    parts = [
        replace(
            block,
            text=part.text,
            kind=part.kind,
            skip_reason=block.skip_reason or part.skip_reason,
            emphasis=shift_spans(block.emphasis, -part.start, len(part.text)),
            speaker_names=shift_spans(block.speaker_names, -part.start, len(part.text)),
            stage_directions=shift_spans(block.stage_directions, -part.start, len(part.text)),
            foreign_passages=join_passages(
                (
                    (passage.tag, Span(passage.start, passage.end))
                    for passage in block.foreign_passages
                ),
                -part.start,
                len(part.text),
            ),
            unspoken_spans=[],
            anchors=[],
            note_references=[],
            reference_offsets=[],
        )
        for part in new_parts
    ]
    if parts:
        parts[0].anchors, parts[0].note_references = block.anchors, block.note_references
    return parts or [block]


def _classify_block(block: Block) -> Block:
    """Set the skip reason of a block without spoken text, a scene mark, or a heading of notes."""
    text = block.spoken_text.strip()
    if block.skip_reason:
        block.unspoken_spans = []
    elif block.unspoken_spans and not text:
        block.skip_reason, block.unspoken_spans = block.unspoken_spans[0].reason, []
    elif is_scene_mark(text) and not block.unspoken_spans:
        block.skip_reason, block.kind = SCENE_BREAK_REASON, ParagraphKind.TEXT
    elif block.kind is ParagraphKind.HEADING and block.semantic_types & {
        "footnotes",
        "endnotes",
        "rearnotes",
    }:
        block.skip_reason, block.unspoken_spans = FOOTNOTE_REASON, []
    return block
