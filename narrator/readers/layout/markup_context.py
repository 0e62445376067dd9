"""Infer from elements and their attributes how to treat the text inside them.

`MarkupContext` combines what all elements around a text imply: the kind of its paragraph, the note
that contains it, and the reason if it is not spoken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from narrator.model import ParagraphKind
from narrator.readers.layout.line_numbers import LINE_NUMBER_REASON
from narrator.readers.layout.markup_elements import (
    Element,
    get_attribute,
    get_semantic_types,
    local_name,
    parent_name,
    text_content,
)
from narrator.readers.layout.notes import NOTE_MARK_REASON
from narrator.readers.layout.outline import SUBTITLE_LEVEL
from narrator.readers.layout.skip_reasons import PAGE_NUMBER_REASON, READING_AID_REASON
from narrator.readers.layout.web_elements import find_furniture
from narrator.segmentation.speech_prefixes import MESSAGE_TIME_REASON
from narrator.text.language_names import canonicalise_tag

REASONS_BY_ELEMENT = {
    "audio": "text for players without sound",
    "video": "text for players without pictures",
    "canvas": "text for players without pictures",
    "iframe": "text for players without pictures",
    "noscript": "text for players without scripts",
    "template": "hidden",
    "datalist": "form field",
    "pagenum": PAGE_NUMBER_REASON,
    "noteref": NOTE_MARK_REASON,
    "select": "form field",
    "button": "form field",
    "textarea": "form field",
    "rt": READING_AID_REASON,
    "rp": READING_AID_REASON,
    "del": "deleted text",
    "md-comment": "comment",
    "md-embed": "embedded file",
    "md-syntax": "markup",
    "annotation": "source of a formula",
    "annotation-xml": "source of a formula",
}
"""Skip reason by the name of an inline element whose text is not spoken."""

_KINDS_BY_ELEMENT = {
    "blockquote": ParagraphKind.QUOTE,
    "li": ParagraphKind.ITEM,
    "dt": ParagraphKind.ITEM,
    "tr": ParagraphKind.TABLE,
    "caption": ParagraphKind.TABLE,
    "pre": ParagraphKind.VERSE,
    "lg": ParagraphKind.VERSE,
}
_HEADING_ELEMENT = re.compile(r"h([1-6])")
_HEADING_TYPES = frozenset(["heading", "title", "subtitle", "ordinal"])
_NOTE_TYPES = frozenset(["footnote", "endnote", "rearnote", "note", "annotation"])
_NOTE_LIST_TYPES = frozenset(["footnotes", "endnotes", "rearnotes", "notes"])
_NOTE_CLASS = re.compile(
    r"(?:^|\s)(?:foot|end)-?note(?:s|-item|-body|text)?(?:\s|$)", re.IGNORECASE
)
_NOTE_MARK_CLASS = re.compile(
    r"(?:^|\s)(?:(?:foot|end)?note-?(?:ref|anchor|call)|fn-?(?:ref|anchor))", re.IGNORECASE
)
_PAGE_NUMBER_CLASS = re.compile(
    r"(?:^|\s)(?:page-?(?:num(?:ber)?|no|break|nr)|pb)s?(?:\s|$)", re.IGNORECASE
)
_LINE_NUMBER_CLASS = re.compile(
    r"(?:^|\s)(?:line-?(?:num(?:ber)?|no)|lnum|ln)(?:\s|$)", re.IGNORECASE
)
_VERSE_CLASS = re.compile(r"(?:^|\s)(?:verse|poem|poetry|stanza|versus|lg)(?:\s|$)", re.IGNORECASE)
_SCENE_BREAK_CLASS = re.compile(
    r"(?:^|[\s_-])(?:scene-?break|section-?break|thought-?break|tb|asterism|ornament|transition|"
    r"space-?break|context-?break)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-list\s*:\s*ignore", re.IGNORECASE
)
"""A style that hides text, or that Word gives to the number of an item, which is no text."""
SENDER_CLASS = "narrator-sender"
"""The class by which `markup_preparation` declares the sender of a message."""
MESSAGE_TIME_CLASS = "narrator-message-time"
"""The class by which it declares the time of a message."""
_SPEAKER_CLASS = re.compile(
    r"(?:^|\s)(?:(?:x-ebookmaker-)?(?:speaker|persona|character)(?:-?name)?|char-?name|sp-?name|"
    rf"dramatis-persona|cue|{SENDER_CLASS})(?:\s|$)",
    re.IGNORECASE,
)
_DIRECTION_CLASS = re.compile(
    r"(?:^|\s)(?:stage-?dir(?:ections?)?s?|stage|parenthetical|sdm|stgdir)(?:\s|$)", re.IGNORECASE
)
_EMPHASIS_CLASS = re.compile(
    r"(?:^|\s)(?:ital|italics?|bold|bolditalic|emph|emphasis|strong|em|i|b)(?:\s|$)", re.IGNORECASE
)
_EMPHASIS_STYLE = re.compile(
    r"font-style\s*:\s*(?:italic|oblique)|font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE
)
_NOTE_MARK_TEXT = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z]|[ivxl]{1,6})\s*[\])]?\s*", re.IGNORECASE
)
_BACK_LINK_TEXT = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])\s*[\])]?[.:]?\s*|\W*[↩⏎↑^←⬑]\W*|\W*(?:back|return)\b.{0,20}",
    re.IGNORECASE | re.DOTALL,
)
_MAX_NOTE_MARK_CHARACTERS = 12
_MAX_PAGE_NUMBER_CHARACTERS = 20


class Role(StrEnum):
    """What a text is in a play, where the markup declares it."""

    SPEAKER_NAME = "speaker name"
    STAGE_DIRECTION = "stage direction"


@dataclass(frozen=True, slots=True)
class MarkupContext:
    """What the elements around a text imply about it."""

    kind: ParagraphKind = ParagraphKind.TEXT
    heading_level: int = 0
    semantic_types: frozenset[str] = frozenset()
    """Semantic types of all elements around the text."""
    note_anchor: str = ""
    """Anchor of the note that contains the text; empty outside notes."""
    furniture_reason: str = ""
    """Why the text is not part of the story, if a website put it there."""
    keeps_headings: bool = False
    """Whether the headings within such text belong to the story."""
    skip_reason: str = ""
    """Why the whole block is not spoken; empty if it is spoken."""
    keeps_lines: bool = False
    """Whether line breaks are kept, as in `pre`."""
    inline_skip_reason: str = ""
    """Why the inline text is not spoken; empty if it is spoken."""
    is_superscript: bool = False
    role: Role | None = None
    """What the innermost block around the text is in a play."""
    language: str = ""
    """The language that the markup declares inside the page; empty if it declares none."""
    depth: int = 0
    """Number of nested elements around the text."""


def enter_block(element: Element, tag: str, context: MarkupContext, path: str) -> MarkupContext:
    """Return the context inside a block element.

    `tag` is the element's local name, `context` the context around it, and `path` that of the page.
    """
    heading = _HEADING_ELEMENT.fullmatch(tag)
    if heading:
        context = replace(context, kind=ParagraphKind.HEADING, heading_level=int(heading[1]))
    elif tag in _KINDS_BY_ELEMENT and context.kind is not ParagraphKind.HEADING:
        keeps_lines = context.keeps_lines or tag == "pre"
        context = replace(context, kind=_KINDS_BY_ELEMENT[tag], keeps_lines=keeps_lines)
    elif tag == "p" and parent_name(element) == "hgroup":
        context = replace(context, kind=ParagraphKind.HEADING, heading_level=SUBTITLE_LEVEL)
    role = find_role(element, tag)
    if role or context.role:
        context = replace(context, role=role)
    if not element.attrib and tag != "nav":
        return context
    return _apply_attributes(element, tag, context, path)


def find_language(element: Element, tag: str) -> str | None:
    """Return the tag of the language that an element declares, or None.

    The root and the body declare the language of the page, which that of the book replaces.
    """
    if not element.attrib or tag in ("html", "body"):
        return None
    return canonicalise_tag(get_attribute(element, "lang")) or None


def has_emphasis_style(element: Element) -> bool:
    """Return whether the class or style of an inline element sets italics or bold."""
    if not element.attrib:
        return False
    return bool(
        _EMPHASIS_CLASS.search(element.get("class") or "")
        or _EMPHASIS_STYLE.search(element.get("style") or "")
    )


def find_role(element: Element, tag: str) -> Role | None:
    """Return what an element declares its text to be in a play, by its tag, types or class."""
    if tag in ("speaker", "stage"):  # elements of TEI
        return Role.SPEAKER_NAME if tag == "speaker" else Role.STAGE_DIRECTION
    if not element.attrib:
        return None
    types, class_names = get_semantic_types(element), element.get("class") or ""
    if any(name.endswith("persona") for name in types) or _SPEAKER_CLASS.search(class_names):
        return Role.SPEAKER_NAME
    is_direction = any(name.endswith("stage-direction") for name in types)
    return Role.STAGE_DIRECTION if is_direction or _DIRECTION_CLASS.search(class_names) else None


def _apply_attributes(
    element: Element, tag: str, context: MarkupContext, path: str
) -> MarkupContext:
    """Return the context, updated from the attributes of a block element."""
    types = get_semantic_types(element)
    class_names = element.get("class") or ""
    if types:  # `replace` is slow, and most elements change nothing
        context = replace(context, semantic_types=context.semantic_types | types)
    if context.kind is not ParagraphKind.HEADING:
        if any("verse" in t or "poem" in t for t in types) or _VERSE_CLASS.search(class_names):
            context = replace(context, kind=ParagraphKind.VERSE)
        elif types & _HEADING_TYPES and tag in ("p", "div"):
            level = _parse_heading_level(element)
            context = replace(context, kind=ParagraphKind.HEADING, heading_level=level)
    context = _apply_furniture(element, _apply_note_attributes(element, tag, types, context, path))
    if not context.skip_reason and (reason := _find_skip_reason(element, tag, types)):
        context = replace(context, skip_reason=reason)
    return context


def _apply_furniture(element: Element, context: MarkupContext) -> MarkupContext:
    """Return the context, updated if a website put a block element around the story."""
    if context.furniture_reason:
        return context
    furniture = find_furniture(element)
    if furniture is None:
        return context
    return replace(
        context, furniture_reason=furniture.reason, keeps_headings=furniture.keeps_headings
    )


def _apply_note_attributes(
    element: Element, tag: str, types: frozenset[str], context: MarkupContext, path: str
) -> MarkupContext:
    """Return the context, updated if a block element is a note or a list of notes."""
    class_names = element.get("class") or ""
    has_note_class = _NOTE_CLASS.search(class_names)
    is_note = types & _NOTE_TYPES or (has_note_class and tag not in ("section", "ol", "ul"))
    is_item_of_list = tag == "li" and context.semantic_types & _NOTE_LIST_TYPES
    if (is_note and not context.note_anchor) or is_item_of_list:
        return replace(context, note_anchor=f"{path}#{element.get('id') or element.sourceline}")
    if types & _NOTE_LIST_TYPES or (has_note_class and tag in ("section", "ol")):
        return replace(context, semantic_types=context.semantic_types | {"footnotes"})
    return context


def _parse_heading_level(element: Element) -> int:
    """Return the heading level in `aria-level`, or that of a subtitle."""
    level = element.get("aria-level") or str(SUBTITLE_LEVEL)
    return int(level) if level.isdecimal() and 1 <= int(level) <= 6 else SUBTITLE_LEVEL


def _find_skip_reason(element: Element, tag: str, types: frozenset[str]) -> str:
    """Return why a block element is not spoken, or ""."""
    if "pagebreak" in types or _has_page_number_class(element):
        return PAGE_NUMBER_REASON
    if MESSAGE_TIME_CLASS in (element.get("class") or ""):
        return MESSAGE_TIME_REASON
    if _is_hidden(element):
        return "hidden"
    return "contents" if tag == "nav" else ""


def enter_inline(element: Element, context: MarkupContext) -> MarkupContext:
    """Return the context inside an inline element.

    Page numbers, line numbers, note marks and hidden text are not spoken.
    """
    if context.inline_skip_reason or not element.attrib:
        return context
    types = get_semantic_types(element)
    class_names = element.get("class") or ""
    if "pagebreak" in types or _has_page_number_class(element):
        return replace(context, inline_skip_reason=PAGE_NUMBER_REASON)
    if _LINE_NUMBER_CLASS.search(class_names) and text_content(element).strip().isdigit():
        return replace(context, inline_skip_reason=LINE_NUMBER_REASON)
    if "noteref" in types:
        return replace(context, inline_skip_reason=NOTE_MARK_REASON)
    if MESSAGE_TIME_CLASS in class_names or _is_hidden(element):
        is_time = MESSAGE_TIME_CLASS in class_names
        return replace(context, inline_skip_reason=MESSAGE_TIME_REASON if is_time else "hidden")
    return context


def is_note_mark(link: Element, text: str, context: MarkupContext) -> bool:
    """Return whether a link is a note mark, by its type, class, or appearance.

    A link appears as a note mark if `text`, its text, is a superscript number or a symbol.
    """
    class_names = link.get("class") or ""
    if "noteref" in get_semantic_types(link) or _NOTE_MARK_CLASS.search(class_names):
        return len(text) <= _MAX_NOTE_MARK_CHARACTERS
    if not _NOTE_MARK_TEXT.fullmatch(text) or "#" not in (link.get("href") or ""):
        return False
    is_raised = context.is_superscript or any(local_name(child) == "sup" for child in link)
    return is_raised or text.strip()[:1] in "[*†‡§"


def is_back_link(text: str) -> bool:
    """Return whether a link with this text in a note leads back to the note mark."""
    return _BACK_LINK_TEXT.fullmatch(text) is not None


def is_scene_break(element: Element) -> bool:
    """Return whether the class of an element without text marks a scene break."""
    return _SCENE_BREAK_CLASS.search(element.get("class") or "") is not None


def is_page_break(element: Element) -> bool:
    """Return whether a horizontal rule marks the end of a printed page, not of a scene."""
    class_names = element.get("class") or ""
    has_page_class = _PAGE_NUMBER_CLASS.search(class_names) is not None
    return has_page_class or "pagebreak" in get_semantic_types(element)


def _has_page_number_class(element: Element) -> bool:
    """Return whether an element is short and has the class of a page number."""
    class_names = element.get("class") or ""
    if not class_names or not _PAGE_NUMBER_CLASS.search(class_names):
        return False
    return len(text_content(element)) <= _MAX_PAGE_NUMBER_CHARACTERS


def _is_hidden(element: Element) -> bool:
    """Return whether a browser would hide an element."""
    return "hidden" in element.attrib or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
