"""Extract the blocks of an HTML or XHTML page: what a browser shows as a paragraph is one block.

The text is collected once and in the order of the page, whatever elements it lies in. Text within
a paragraph that does not belong to it (note marks, page numbers, ruby, alternative texts) moves to
the end of the paragraph as an unspoken span, so that the words around it stay together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from narrator.model import ParagraphKind, Span
from narrator.readers.containers import limits
from narrator.readers.layout.blocks import PICTURE_REASON, SCENE_BREAK_REASON, Block, UnspokenSpan
from narrator.readers.layout.markup_context import (
    UNREAD_ELEMENTS,
    MarkupContext,
    enter_block,
    enter_inline,
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
from narrator.readers.layout.notes import FOOTNOTE_REASON, NOTE_MARK_REASON
from narrator.readers.layout.plain_layout import is_scene_mark
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Callable

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
    ]
)  # fmt: skip
_IGNORED_ELEMENTS = frozenset(["head", "script", "style", "title", "source", "track", "param"])
_EMPHASIS_ELEMENTS = frozenset(["b", "cite", "em", "i", "strong"])
_SPACES = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")  # not a single space, which stays
_PARAGRAPHS_PER_GAP = 8
"""Paragraphs per empty one from which the empty ones are scene breaks; many only add space."""


def extract_blocks(tree: Element, path: str, *, read_images: bool = False) -> list[Block]:
    """Return the blocks of the page at `path`, which links are resolved against.

    With `read_images`, alternative texts and the text inside drawings are read too.
    """
    body = next((e for e in tree.iter() if local_name(e) in ("body", "svg")), tree)
    is_drawing = local_name(body) == "svg" and body is tree
    builder = _BlockBuilder(path, read_images=read_images or is_drawing)
    context = MarkupContext(semantic_types=get_semantic_types(tree))
    builder.add_element(body, context)
    builder.end_block(context)
    builder.finish_page()
    return builder.blocks


class _BlockBuilder:
    """Collects the text of a page into blocks, from its first element to its last."""

    def __init__(self, path: str, *, read_images: bool) -> None:
        self.path = path
        self.read_images = read_images
        self.blocks: list[Block] = []
        # The block that is being built:
        self._pieces: list[str] = []
        self._length = 0  # of all pieces together
        self._emphasis: list[Span] = []
        self._asides: list[tuple[str, str]] = []  # texts that are not read, and the reasons
        self._note_references: list[str] = []
        self._reference_offsets: list[int] = []
        self._anchors: list[str] = []
        # Blocks that follow an empty paragraph, which may mark a scene break:
        self._blocks_after_gaps: list[Block] = []
        self._follows_gap = False

    # -- text

    def _add_text(self, text: str | None, context: MarkupContext) -> None:
        """Add text to the current block, with its white space collapsed as a browser does."""
        if not text:
            return
        if context.aside_reason:
            if text.strip():
                self._add_aside(text, context.aside_reason)
            return
        if not context.keeps_lines:
            # White space collapses across elements too: after a space, a text's first is dropped.
            text = _SPACES.sub(" ", text)
            if text[0] == " " and (not self._length or self._pieces[-1][-1] in " \n"):
                text = text[1:]
        if text:
            self._pieces.append(text)
            self._length += len(text)

    def _add_aside(self, text: str, reason: str) -> None:
        """Add text that is not read; consecutive texts are joined, except note marks and images."""
        text = " ".join(text.split())[: limits.MAX_ATTRIBUTE_CHARACTERS]
        is_separate = reason in (NOTE_MARK_REASON, PICTURE_REASON)
        if self._asides and self._asides[-1][1] == reason and not is_separate:
            self._asides[-1] = (f"{self._asides[-1][0]} {text}", reason)
        else:
            self._asides.append((text, reason))

    def _trim_end(self) -> None:
        """Remove the spaces at the end of the current block."""
        while self._pieces and self._pieces[-1].endswith(" "):
            self._pieces[-1] = self._pieces[-1][:-1]
            self._length -= 1
            if not self._pieces[-1]:
                self._pieces.pop()

    # -- blocks

    def end_block(self, context: MarkupContext) -> None:
        """Append the current block, unless it is empty, and start another."""
        untrimmed_text = "".join(self._pieces)
        text = untrimmed_text.rstrip()
        shift = len(text) - len(text.lstrip())  # offsets move by the space that is trimmed
        text = text[shift:]
        asides, emphasis, offsets = self._asides, self._emphasis, self._reference_offsets
        self._pieces, self._length = [], 0
        self._asides, self._emphasis, self._reference_offsets = [], [], []
        if not text and not asides:
            return
        block = self._make_block(text, context)
        block.emphasis = [
            Span(max(0, span.start - shift), min(len(text), span.end - shift))
            for span in emphasis
            if span.start - shift < len(text)
        ]
        # The counts differ if a mark without text came before: then the offsets are unknown.
        if len(offsets) == len(block.note_references):
            block.reference_offsets = [
                len(text[: max(0, offset - shift)].rstrip()) for offset in offsets
            ]
        _append_asides(block, asides)
        if self._follows_gap:
            self._blocks_after_gaps.append(block)
            self._follows_gap = False
        self.blocks.append(_classify_block(block))

    def _make_block(self, text: str, context: MarkupContext) -> Block:
        """Return a block with everything that is pending except offsets and asides."""
        block = Block(
            text,
            kind=context.kind,
            heading_level=context.heading_level,
            skip_reason=context.skip_reason,
            note_anchor=context.note_anchor,
            semantic_types=context.semantic_types,
            source_path=self.path,
            anchors=self._anchors,
            note_references=self._note_references,
        )
        self._anchors, self._note_references = [], []
        return block

    def finish_page(self) -> None:
        """Decide whether empty paragraphs are scene breaks, and keep the remaining anchors."""
        text_count = sum(block.kind is ParagraphKind.TEXT for block in self.blocks)
        if len(self._blocks_after_gaps) * _PARAGRAPHS_PER_GAP < text_count:
            for block in self._blocks_after_gaps:
                block.follows_scene_gap = True
        if self._anchors and self.blocks:
            self.blocks[-1].trailing_anchors += self._anchors

    def _add_scene_break(self) -> None:
        """Append a scene break, except at the start of the page and after another scene break."""
        if self.blocks and self.blocks[-1].skip_reason != SCENE_BREAK_REASON:
            scene_break = Block("* * *", skip_reason=SCENE_BREAK_REASON, source_path=self.path)
            self.blocks.append(scene_break)

    # -- elements

    def add_element(self, element: Element, context: MarkupContext) -> None:
        """Add an element with everything inside it, but not the text after it."""
        tag = local_name(element)
        if not tag:
            return
        for key in ("id", "name") if tag == "a" else ("id",):
            fragment = element.get(key) or ""
            if fragment:
                self._anchors.append(f"{self.path}#{fragment}")
        if tag in _IGNORED_ELEMENTS and not (tag == "title" and context.aside_reason):
            return
        if context.depth >= limits.MAX_NESTING_DEPTH:
            # Python's stack is limited: deeper elements are read as plain text.
            self._add_text(text_content(element), context)
            return
        if len(element):
            context = replace(context, depth=context.depth + 1)
        if tag in _BLOCK_ELEMENTS:
            self._add_block_element(element, tag, context)
        else:
            self._add_inline_element(element, tag, context)

    def _add_children(self, element: Element, context: MarkupContext) -> None:
        """Add everything inside an element."""
        self._add_text(element.text, context)
        for child in element:
            self.add_element(child, context)
            self._add_text(child.tail, context)

    def _add_block_element(self, element: Element, tag: str, context: MarkupContext) -> None:
        """Add an element that starts and ends a block."""
        if context.aside_reason:
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
        """Add an empty paragraph: a scene break by its class, or perhaps by its empty space."""
        if is_scene_break(element):
            self._add_scene_break()
        elif local_name(element) == "p" and not len(element):
            self._follows_gap = bool(self.blocks)

    def _add_switch(self, element: Element, context: MarkupContext) -> None:
        """Add the first of several renderings that has words, preferably the default one."""
        cases = [child for child in element if local_name(child) in ("case", "default")]
        cases.sort(key=lambda child: local_name(child) != "default")
        chosen = next((case for case in cases if has_words(text_content(case))), None)
        skipped_context = replace(context, skip_reason="other rendering")
        for child in element:
            child_context = context if child is chosen else skipped_context
            self._add_children(child, child_context)
            self.end_block(child_context)

    def _add_inline_element(self, element: Element, tag: str, context: MarkupContext) -> None:
        """Add an element within a block."""
        if tag in _HANDLERS:
            _HANDLERS[tag](self, element, context)
        elif tag in UNREAD_ELEMENTS:
            reason = context.aside_reason or UNREAD_ELEMENTS[tag]
            self._add_children(element, replace(context, aside_reason=reason))
        elif tag in _EMPHASIS_ELEMENTS:
            start = self._length
            self._add_children(element, enter_inline(element, context))
            if self._length > start:
                self._emphasis.append(Span(start, self._length))
        else:
            self._add_children(element, enter_inline(element, context))

    # -- elements that are read in their own way

    def _add_line_break(self, _element: Element, context: MarkupContext) -> None:
        """Add a line break; a second one in a row ends the block, except in verse."""
        if context.aside_reason:
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
        precedes_notes = "footnotes-sep" in (element.get("class") or "")  # markdown-it's class
        if not (precedes_notes or is_page_break(element)):
            self._add_scene_break()

    def _add_image(self, element: Element, context: MarkupContext) -> None:
        """Add the alternative text of an image."""
        description = " ".join((element.get("alt") or "").split())
        description = description[: limits.MAX_ATTRIBUTE_CHARACTERS]
        if not has_words(description):
            return
        following_text = element.tail or ""
        is_letter = len(description) == 1 and description.isalpha()
        if is_letter and not self._length and following_text[:1].isalpha():
            self._add_text(description, context)  # a drop cap
        elif self.read_images:
            self._add_text(f" {description} ", context)
        else:
            self._add_aside(description, PICTURE_REASON)

    def _add_drawing(self, element: Element, context: MarkupContext) -> None:
        """Add the texts of an SVG drawing, each as a block if images are read."""
        if not self.read_images:
            reason = context.aside_reason or PICTURE_REASON
            self._add_children(element, replace(context, aside_reason=reason))
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
        """Add the symbols of a MathML formula with spaces between them, or its alternative text."""
        if not has_words(text_content(element)):
            self._add_text(f" {element.get('alttext') or ''} ", context)
            return
        annotation_context = replace(context, aside_reason=UNREAD_ELEMENTS["annotation"])
        annotation_depth = 0  # number of annotations around the current position
        # Without recursion, as formulas nest deep. A child's tail follows its end event.
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
        """Add text with ruby annotations, whose lines would otherwise be separated by spaces."""
        self._add_text((element.text or "").strip("\n\t "), context)
        for child in element:
            self.add_element(child, context)
            self._add_text((child.tail or "").strip("\n\t "), context)

    def _add_superscript(self, element: Element, context: MarkupContext) -> None:
        """Add raised text, in which a short link is a note mark."""
        context = replace(context, is_superscript=True)
        self._add_children(element, enter_inline(element, context))

    def _add_table_cell(self, element: Element, context: MarkupContext) -> None:
        """Add a table cell: as blocks if it contains any, otherwise after a comma."""
        if any(local_name(child) in _BLOCK_ELEMENTS for child in element):
            self._add_block_element(element, "div", context)
            return
        if not context.aside_reason:
            self._trim_end()
            if self._pieces:
                has_punctuation = self._pieces[-1][-1] in ".,;:!?"
                self._add_text(" " if has_punctuation else ", ", context)
        self._add_children(element, context)

    def _add_link(self, element: Element, context: MarkupContext) -> None:
        """Add a link; the marks of notes, and the links back to them, are not read."""
        href = element.get("href") or ""
        text = text_content(element)
        mark_context = replace(context, aside_reason=NOTE_MARK_REASON)
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
}


def _append_asides(block: Block, asides: list[tuple[str, str]]) -> None:
    """Append texts that are not read to a block, as unspoken spans."""
    for text, reason in asides:
        if block.text:
            block.text += " "
        start = len(block.text)
        block.text += text
        block.unspoken_spans.append(UnspokenSpan(start, len(block.text), reason))


def _classify_block(block: Block) -> Block:
    """Skip a block that has no text of its own, that is a scene mark, or that heads the notes."""
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
