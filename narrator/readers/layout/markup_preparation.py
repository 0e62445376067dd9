"""Rewrite what a page shows in pictures, raised letters and links as plain markup, before reading.

Pictures of chapter headings become headings, drop capitals are joined to their words, raised
numbers become note marks or powers, formulas get the words of their `alttext`, links between
chapters get the class by which navigation is recognised, and the senders and times of messages get
classes that declare them.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from narrator.languages.web_words import list_navigation_phrases
from narrator.readers.layout import drop_capitals, heading_syntax
from narrator.readers.layout.heading_syntax import HeadingRank
from narrator.readers.layout.markup_context import MESSAGE_TIME_CLASS, SENDER_CLASS
from narrator.readers.layout.markup_elements import local_name, text_content
from narrator.readers.layout.superscripts import (
    SuperscriptKind,
    classify_superscript,
    write_power,
)
from narrator.text.words import PLAIN_WORD_PATTERN, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.readers.layout.markup_elements import Element

_TITLE_CLASS = re.compile(r"(?:^|\s)(?:Mso|doc(?:ument)?-?|book-?)?title(?:\s|$)", re.IGNORECASE)
"""The class of the title in pages that Word and Google Docs write."""
RUNNING_HEAD_CLASS = "narrator-running-head"
"""The class of what names the title above it; `furniture.toml` has its reason."""
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_CONTAINERS = _HEADINGS | {"p", "div", "center", "figure", "section", "header", "td", "li", "body"}
"""Blocks that may hold nothing but a picture."""
_GENERIC_DESCRIPTION = re.compile(
    r"(?:image|picture|photo(?:graph)?|illustration|drawing|cover|logo|ornament|decoration|divider|"
    r"graphic|untitled|title|heading|chapter (?:heading|image|art|ornament))?[\W\d]*|\S+\.\w{3,4}",
    re.IGNORECASE,
)
"""A description that says what a picture is rather than what it shows, or the name of its file."""
_LATEX = re.compile(r"[\\^_{}]")
_TEXT_BEFORE_CHARACTERS = 60
_HIDING_RULE = re.compile(
    r"(?:^|\})\s*((?:\.[\w-]+\s*,?\s*)+)\{[^{}]{0,400}?\bdisplay\s*:\s*none", re.IGNORECASE
)
"""A rule of a style sheet that hides classes; group 1 has their names, each after a full stop."""
_CLASS_NAME = re.compile(r"\.([\w-]+)")
_CAPTION_CLASS = re.compile(r"(?:^|\s)(?:caption|figcaption|illo-?caption)(?:\s|$)", re.IGNORECASE)
_PAGE_REFERENCE = re.compile(r"\W*\(?(?:see )?\b(?:page|p\.|frontispiece)\W*\d*\W*$", re.IGNORECASE)
_REPEATED_CAPTION_CLASS = "narrator-repeated-caption"
_MIN_CAPTION_SPACES = 4
"""Fewest spaces in the words of a caption by which it quotes the text."""
_NAVIGATION_CLASS = "nav-links"
_MIN_LINK_SHARE = 0.7
"""Share of a block's characters that links have if the others are separators."""
_TIME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:time(?:stamp)?|date(?:time)?|hour|sent-?at)(?:[\s_-]|$)", re.IGNORECASE
)
_SENDER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:name|sender|author|user(?:-?name)?|nick(?:-?name)?|from|handle)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_MESSAGE_TIME = re.compile(
    r"[\[(]?(?:[^\W\d_]{2,9},?\s(?:at\s)?|[\d./-]{5,10},?\s"
    r"|(?:\d{1,2}\.?\s[^\W\d_]{3,9}|[^\W\d_]{3,9}\.?\s\d{1,2}),?\s\d{2,4},?\s(?:at\s)?)?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?"
    r"(?:\s?[AaPp]\.?[Mm]\.?)?[\])]?"
)
_MAX_SENDER_CHARACTERS = 40
_MIN_MESSAGES = 2
"""Number of messages from which elements with a name and a time are those of a chat."""
_CAPITAL_TAGS = ("span", "b", "strong", "big", "font", "p", "div", "i", "em", "a")


def prepare_page(body: Element) -> None:
    """Rewrite pictures, drop capitals, superscripts and formulas of a page in place."""
    _convert_heading_pictures(body)
    page_words = _PageWords(body)
    for picture in _list_elements(body, "img"):
        _join_drop_capital(picture, picture.get("alt") or "", page_words)
    for element in _list_elements(body, *_CAPITAL_TAGS):
        if drop_capitals.has_drop_capital_class(element) and not len(element):
            _join_drop_capital(element, element.text or "", page_words)
    for element in _list_elements(body, "sup"):
        _convert_superscript(element)
    _hide_by_style(body)
    _mark_repeated_captions(body)
    _mark_navigation(body)
    _mark_messages(body)
    for element in _list_elements(body, "math"):
        _use_alternative_text(element)


def mark_title_paragraph(tree: Element) -> str:
    """Make the paragraph that a word processor calls the title a heading; return its text, or "".

    It stands above all headings, which are then one level lower. What names it again above it is
    the running head.
    """
    headings = _list_elements(tree, *_HEADINGS)
    paragraphs = _list_elements(tree, "p", "div")
    title = next((e for e in paragraphs if _TITLE_CLASS.search(e.get("class") or "")), None)
    if title is None or not headings or not has_words(text_content(title)):
        return ""
    order = {id(element): index for index, element in enumerate(tree.iter())}
    if order[id(headings[0])] < order[id(title)]:
        return ""
    for heading in headings:
        heading.tag = f"h{min(6, int(local_name(heading)[1]) + 1)}"
    title.tag = "h1"
    text = " ".join(text_content(title).split())
    for paragraph in paragraphs:
        is_head = (
            order[id(paragraph)] < order[id(title)]
            and next(paragraph.iterdescendants("{*}p", "p"), None) is None
        )
        if is_head and text.casefold() in " ".join(text_content(paragraph).split()).casefold():
            paragraph.set("class", RUNNING_HEAD_CLASS)
    return text


def _list_elements(body: Element, *names: str) -> list[Element]:
    """Return the elements with these names, in any namespace."""
    return list(body.iter(*(f"{{*}}{name}" for name in names)))


# ---------------------------------------------------------------------------- pictures


def _convert_heading_pictures(body: Element) -> None:
    """Turn each picture that stands as a heading into a heading with its description as text."""
    pictures_by_container: dict[Element, list[Element]] = {}
    for picture in _list_elements(body, "img", "image"):
        container = _find_container(picture)
        if container is not None and has_words(picture.get("alt") or ""):
            pictures_by_container.setdefault(container, []).append(picture)
    for container, pictures in pictures_by_container.items():
        if len(pictures) > 1 or has_words(text_content(container)):
            continue
        description = " ".join((pictures[0].get("alt") or "").split())
        if local_name(container) in _HEADINGS:
            if not _GENERIC_DESCRIPTION.fullmatch(description):
                _replace_by_text(pictures[0], description)
        elif local_name(container) != "body" and _is_chapter_heading(description):
            container.tag = str(container.tag).replace(local_name(container), "h2")
            _replace_by_text(pictures[0], description)


def _is_chapter_heading(description: str) -> bool:
    """Return whether a description reads like the heading of a chapter or part."""
    heading = heading_syntax.parse_heading(description)
    return heading is not None and heading.rank is not HeadingRank.NUMBER


def _find_container(element: Element) -> Element | None:
    """Return the nearest block around an inline element, or None."""
    return next((e for e in element.iterancestors() if local_name(e) in _CONTAINERS), None)


def _replace_by_text(element: Element, text: str) -> None:
    """Replace an element by text, which is joined to the text before and after it."""
    text += element.tail or ""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
    if parent is not None:
        element.tail = None
        parent.remove(element)


# ---------------------------------------------------------------------------- drop capitals


class _PageWords:
    """The words of a page, counted when they are needed first."""

    def __init__(self, body: Element) -> None:
        self.body = body

    @cached_property
    def counts(self) -> Counter[str]:
        """Return how often each word occurs on the page, by its case-folded form."""
        return Counter(map(str.casefold, PLAIN_WORD_PATTERN.findall(text_content(self.body))))


def _join_drop_capital(element: Element, content: str, page_words: _PageWords) -> None:
    """Move a drop capital to the beginning of the text that follows its element."""
    capital = content.strip()
    if not drop_capitals.is_drop_capital(capital) or _follows_letter(element):
        return
    slot = next(_list_following_texts(element), None)
    if slot is None:
        return
    owner, attribute = slot
    following = getattr(owner, attribute) or ""
    is_adjacent = not (element.tail or following[:1].isspace()) or owner is element
    is_adjacent = is_adjacent and _find_container(owner) is _find_container(element)
    joined = _join_words(capital, following, page_words, is_adjacent=is_adjacent)
    if not joined:
        return
    setattr(owner, attribute, joined)
    parent = element.getparent()
    _replace_by_text(element, "")
    while parent is not None and local_name(parent) != "body" and _is_empty(parent):
        emptied, parent = parent, parent.getparent()
        _replace_by_text(emptied, "")


def _follows_letter(element: Element) -> bool:
    """Return whether a letter stands directly before an element."""
    return _find_text_before(element)[-1:].isalnum()


def _is_empty(element: Element) -> bool:
    """Return whether an element has neither text nor children."""
    return not len(element) and not (element.text or "").strip()


def _list_following_texts(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield the places of the texts after an element, up to the next heading or rule.

    A place is an element, and `text` or `tail`.
    """
    current: Element | None = element
    while current is not None and local_name(current) != "body":
        if (current.tail or "").strip():
            yield current, "tail"
        for sibling in current.itersiblings():
            for event, child in etree.iterwalk(sibling, events=("start", "end")):
                if event == "start" and local_name(child) in (*_HEADINGS, "hr", "img", "table"):
                    return
                attribute = "text" if event == "start" else "tail"
                if local_name(child) and (getattr(child, attribute) or "").strip():
                    yield child, attribute
        current = current.getparent()


def _join_words(capital: str, following: str, page_words: _PageWords, *, is_adjacent: bool) -> str:
    """Return a text with a drop capital before it, or "" if they don't belong together.

    `is_adjacent` is whether neither a space nor a block stands between them. Otherwise a capital
    such as "A" may be a word by itself, and the other words of the page decide.
    """
    following_words = following.lstrip()
    match = PLAIN_WORD_PATTERN.match(following_words)
    if match is None:
        return ""
    if is_adjacent and following_words == following:
        return capital + following
    counts = page_words.counts if drop_capitals.may_be_word(capital) else {}
    return drop_capitals.join_to_text(capital, following_words, counts)


# ---------------------------------------------------------------------------- superscripts


def _convert_superscript(element: Element) -> None:
    """Mark a superscript as a note mark, or write it as a power."""
    text = text_content(element)
    kind = classify_superscript(text, _find_text_before(element), element.tail or "")
    links = list(element.iter("{*}a"))
    if kind is SuperscriptKind.NOTE_MARK:
        for marked in links or [element]:
            marked.set("role", f"{marked.get('role') or ''} doc-noteref".strip())
    elif kind is SuperscriptKind.POWER and not links:
        for child in list(element):
            element.remove(child)
        element.text = write_power(text)


def _find_text_before(element: Element) -> str:
    """Return the text directly before an element, within its block."""
    text = ""
    while not text.strip() and local_name(element) not in _CONTAINERS:
        previous, parent = element.getprevious(), element.getparent()
        while previous is not None and not text.strip():
            text = text_content(previous) + (previous.tail or "") + text
            previous = previous.getprevious()
        if parent is None:
            break
        text = (parent.text or "") + text if previous is None else text
        element = parent
    return text[-_TEXT_BEFORE_CHARACTERS:]


# ---------------------------------------------------------------------------- formulas


def _use_alternative_text(formula: Element) -> None:
    """Put the words of a formula's `alttext` before it, and make it their source.

    LaTeX, which programs write there, is not spoken.
    """
    words = formula.get("alttext") or ""
    parent = formula.getparent()
    if parent is None or not has_words(words) or _LATEX.search(words):
        return
    speech = etree.Element("span")
    speech.text = f" {words} "
    formula.addprevious(speech)  # the tail stays with the formula
    formula.tag = "annotation"


# ---------------------------------------------------------------------------- hidden text


def _hide_by_style(tree: Element) -> None:
    """Give elements the attribute `hidden` if a style sheet in the page hides their class."""
    styles = "".join(element.text or "" for element in _list_elements(tree, "style"))
    hidden_classes = {
        name for names in _HIDING_RULE.findall(styles) for name in _CLASS_NAME.findall(names)
    }
    for element in tree.iter("*") if hidden_classes else ():
        if hidden_classes & {*(element.get("class") or "").split()}:
            element.set("hidden", "hidden")


def _mark_repeated_captions(body: Element) -> None:
    """Give captions of pictures a class of their own if they quote the text of the page."""
    captions = [
        element
        for element in body.iter("*")
        if local_name(element) == "figcaption" or _CAPTION_CLASS.search(element.get("class") or "")
    ]
    page = _fold_words(text_content(body)) if captions else ""
    for caption in captions:
        words = _fold_words(_PAGE_REFERENCE.sub("", text_content(caption))).rstrip()
        if words.count(" ") >= _MIN_CAPTION_SPACES and page.count(words) > 1:
            caption.set("class", f"{caption.get('class') or ''} {_REPEATED_CAPTION_CLASS}".strip())


def _fold_words(text: str) -> str:
    """Return the words of a text in lower case, with a space between two."""
    return f" {' '.join(PLAIN_WORD_PATTERN.findall(text)).casefold()} "


# ---------------------------------------------------------------------------- navigation


def _mark_navigation(body: Element) -> None:
    """Give blocks that consist of links between chapters the class of navigation."""
    links_by_container: dict[Element, list[Element]] = {}
    for link in _list_elements(body, "a"):
        container = _find_container(link)
        if container is not None and has_words(text_content(link)):
            links_by_container.setdefault(container, []).append(link)
    for container, links in links_by_container.items():
        link_text = "".join(map(text_content, links))
        is_only_links = len(link_text) >= _MIN_LINK_SHARE * len(text_content(container).strip())
        if is_only_links and all(_is_navigation_link(link) for link in links):
            container.set("class", f"{container.get('class') or ''} {_NAVIGATION_CLASS}".strip())


def _is_navigation_link(link: Element) -> bool:
    """Return whether the text of a link is one of those between chapters."""
    text = " ".join(re.sub(r"[^\w\s'’-]", " ", text_content(link)).casefold().split())
    return text in list_navigation_phrases()


# ---------------------------------------------------------------------------- messages


@lru_cache(maxsize=1024)  # a book has thousands of elements with a dozen classes
def _is_time_class(class_names: str) -> bool:
    """Return whether a class is named after a time."""
    return _TIME_CLASS.search(class_names) is not None


def _mark_messages(body: Element) -> None:
    """Declare the names and times beside the messages of a chat by their classes."""
    times = [
        element
        for element in body.iter("*")
        if element.attrib
        and _is_time_class(element.get("class") or "")
        and _MESSAGE_TIME.fullmatch(" ".join(text_content(element).split()))
    ]
    senders = [sender for time in times if (sender := _find_sender(time)) is not None]
    if len(senders) < _MIN_MESSAGES:
        return
    for element in senders:
        element.set("class", f"{element.get('class')} {SENDER_CLASS}")
    for element in times:
        element.set("class", f"{element.get('class')} {MESSAGE_TIME_CLASS}")


def _find_sender(time: Element) -> Element | None:
    """Return the only element beside a time, or around its neighbours, that has a sender's name."""
    for ancestor in list(time.iterancestors())[:2]:
        senders = [
            element
            for element in ancestor.iter("*")
            if element is not time
            and _SENDER_CLASS.search(element.get("class") or "")
            and 0 < len(text_content(element).strip()) <= _MAX_SENDER_CHARACTERS
            and time not in element.iter("*")
        ]
        if senders:
            return senders[0] if len(senders) == 1 else None
    return None
