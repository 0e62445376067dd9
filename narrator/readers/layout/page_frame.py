"""Find what a web page shows around its text: banners, menus, bylines, comments and links.

The text is where the paragraphs of prose are. Outside of the innermost element that holds all of
them, and directly above and below them, short lines, links and notices belong to the page. What
looks like prose is never taken for a part of the page, unless the markup says what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator.readers.layout.front_matter import is_legal_notice
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.markup_elements import find_page_title, local_name, text_content
from narrator.readers.layout.web_elements import find_furniture
from narrator.text.words import count_words, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from narrator.readers.layout.markup_elements import Element

PAGE_FRAME_CLASS = "narrator-page-frame"
"""The class by which what stands around the text is declared; `furniture.toml` has its reason."""
_FRAME_TAGS = frozenset(["header", "footer", "nav", "aside", "form", "button"])
_FRAME_ROLES = frozenset(["banner", "contentinfo", "navigation", "search"])
_FRAME_WORD = re.compile(
    r"(?:^|[-_\s])(?:comments?|disqus|footer|sidebar|widgets?|shar(?:e|ing)|social|related|"
    r"subscri\w*|newsletter|breadcrumbs?|pagination|pager|nav|navbar|menu|masthead|topbar|toolbar|"
    r"bio|profile|promo\w*|advert\w*|cookies?|consent|log-?in|sign-?in|sign-?up|paywall|donat\w*|"
    r"patreon|kofi|byline|date-header|timestamp|reviews?|cta|colophon|branding)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
"""A word in the class or `id` of an element by which websites name a part of their pages."""
_MAX_FRAME_SHARE = 0.5
"""Share of the words of prose above which such an element holds the text, despite its name."""
_BLOCK_TAGS = frozenset(
    [
        "p", "li", "div", "td", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "center",
        "blockquote", "figcaption",
    ]
)  # fmt: skip
_SILENT_TAGS = frozenset(["a", "button", "option", "script", "style", "noscript", "template"])
_HEADING_TAG = re.compile(r"h[1-6]")
_MIN_PROSE_WORDS, _MIN_SENTENCE_WORDS = 12, 3
"""Fewest words of a paragraph of prose, and of one that ends like a sentence."""
_MIN_LINKS = 3
"""Fewest links to other pages on a web page."""
_MIN_LINK_SHARE = 0.65
"""Share of the characters of a menu that are links."""
_MAX_LINE_WORDS = 9
_MENU_TAGS = frozenset(["p", "div", "center", "table", "ul", "tr"])
_MAX_FOOT_WORDS, _MAX_FOOT_SHARE = 60, 0.3
"""Most words below the last menu of a page, and their share of those on the page."""
_ARROW = re.compile(r"[<>«»‹›←→]")
_PART_BREAK = re.compile(r"[·•|]|\s{2,}")
_COUNTER = re.compile(
    r"\W*(?:\d[\d.,]*k?\s*)?(?:min(?:ute)?s? read|likes?|comments?|shares?|views?|restacks?|claps?|"
    r"responses?|followers?|kudos|reads?|votes?|ratings?|reviews?)?\W*",
    re.IGNORECASE,
)
"""A line with a number of readers or minutes, or with nothing but marks."""
_DATE_LINE = re.compile(
    r"\W*(?:[^\W\d]{3,9}\.?,?\s)?(?:[^\W\d]{3,9}\.?\s\d{1,2}|\d{1,2}\.?\s[^\W\d]{3,9}\.?)(?:,?\s\d{4})?\W*"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page, and the elements that hold its text."""

    elements: Sequence[Element]
    """All elements, which keeps their identity."""
    prose: Sequence[Element]
    """The blocks with prose, in order."""
    prose_words: Mapping[int, int]
    """Number of words of prose in each element that has any, by the element's `id()`."""
    title: str


def mark_page_frame(tree: Element) -> None:
    """Give what stands around the text of a web page the class `PAGE_FRAME_CLASS`, in place."""
    body = next(tree.iter("{*}body", "body"), tree)
    elements = list(body.iter())  # lxml keeps the identity of an element only while it is in use
    prose = list(_list_prose(elements))
    _mark_foot(body, elements, prose)
    prose = [e for e in prose if not any(map(_is_marked, [e, *e.iterancestors()]))]
    page = _Page(elements, prose, _count_prose(prose), find_page_title(tree))
    if not page.prose:
        return
    if not _is_web_page(elements):
        _mark_edges(page, page.prose, _is_menu)
        return
    most_words = _MAX_FRAME_SHARE * page.prose_words[id(body)]
    for element in elements:
        if _has_frame_name(element) and page.prose_words.get(id(element), 0) <= most_words:
            _mark_outside(element, page)
    text = [e for e in page.prose if not any(map(_is_marked, [e, *e.iterancestors()]))]
    if text:
        for element in _list_outside(body, _find_container(text)):
            _mark_outside(element, page)
        _mark_edges(page, text, _is_page_line)


def _mark_foot(body: Element, elements: Sequence[Element], prose: Sequence[Element]) -> None:
    """Mark the foot of an old page: the last menu with an arrow, and short notices below it."""
    positions = {id(element): index for index, element in enumerate(elements)}
    menus = [e for e in elements if local_name(e) in _MENU_TAGS and _is_arrow_menu(e)]
    if not menus or not prose or positions[id(menus[-1])] < positions[id(prose[0])]:
        return
    # the outermost element with nothing but the menu
    menu = menus[-1]
    around = [menu, *(a for a in menu.iterancestors() if body in a.iterancestors())]
    foot = [menu, *(sibling for element in around for sibling in element.itersiblings())]
    text = " ".join(" ".join(text_content(e).split()) for e in foot[1:])
    total = count_words(text_content(body))
    if count_words(text) > min(_MAX_FOOT_WORDS, _MAX_FOOT_SHARE * total):
        return
    for element in foot:
        if local_name(element):
            # an inline element that stands among blocks is a block
            element.tag = element.tag if local_name(element) in _MENU_TAGS else "div"
            _mark(element)


def _is_arrow_menu(element: Element) -> bool:
    """Return whether a block is a line of links to other pages, of which one is an arrow."""
    return _ARROW.search(text_content(element)) is not None and _is_menu(element)


def _mark(element: Element) -> None:
    """Add the class to an element, or to the row of a table that it fills."""
    row = element.getparent()
    if local_name(element) == "td" and row is not None and len(row) == 1:
        element = row
    if not _is_marked(element):
        element.set("class", f"{element.get('class') or ''} {PAGE_FRAME_CLASS}".strip())


def _is_marked(element: Element) -> bool:
    """Return whether an element has the class already."""
    return PAGE_FRAME_CLASS in (element.get("class") or "")


def _is_web_page(elements: Sequence[Element]) -> bool:
    """Return whether a page has links to other pages, and elements that only websites need."""
    names = {local_name(element) for element in elements}
    links = sum(local_name(e) == "a" and _leaves_page(e) for e in elements)
    roles = {element.get("role") for element in elements}
    return bool(links) and (
        not roles.isdisjoint({"main", *_FRAME_ROLES})
        or ("main" in names and not names.isdisjoint({"header", "footer", "nav"}))
        or (links >= _MIN_LINKS and not names.isdisjoint({*_FRAME_TAGS, "article", "main"}))
        or sum(map(_has_frame_name, elements)) > 1
    )


def _has_frame_name(element: Element) -> bool:
    """Return whether the class or `id` of an element names a part of a page around the text."""
    if local_name(element) == "body":
        return False
    return _FRAME_WORD.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


def _list_prose(elements: Sequence[Element]) -> Iterator[Element]:
    """Yield the blocks that have prose of their own, outside of what is known as furniture."""
    for element in elements:
        if local_name(element) in _BLOCK_TAGS and not _HEADING_TAG.fullmatch(local_name(element)):
            around = [element, *element.iterancestors()]
            is_framed = any(find_furniture(e) or local_name(e) in _FRAME_TAGS for e in around)
            words = 0 if is_framed else _count_own_words(element)
            text = " ".join(_list_own_texts(element)).strip() if words else ""
            is_sentence = words >= _MIN_SENTENCE_WORDS and ends_sentence(text)
            if (words >= _MIN_PROSE_WORDS or is_sentence) and not is_legal_notice(text):
                yield element


def _count_prose(prose: Sequence[Element]) -> Counter[int]:
    """Return the number of words of prose in each element that has any, by the element's `id()`.

    Args:
        prose: the blocks with prose; all elements of the page must be held, or an `id()` may be
            that of two.
    """
    counts = Counter[int]()
    for block in prose:
        words = _count_own_words(block)
        for element in (block, *block.iterancestors()):
            counts[id(element)] += words
    return counts


def _count_own_words(element: Element) -> int:
    """Return the number of words of a block that are neither in links nor in blocks inside."""
    return sum(map(count_words, _list_own_texts(element)))


def _list_own_texts(element: Element) -> Iterator[str]:
    """Yield the texts of a block that are neither in links nor in blocks inside."""
    if element.text:
        yield str(element.text)
    for child in element:
        name = local_name(child)
        is_anchor = name == "a" and not child.get("href") and (child.get("name") or child.get("id"))
        is_silent = name in _SILENT_TAGS and not is_anchor
        if name and not is_silent and name not in _BLOCK_TAGS:
            yield from _list_own_texts(child)
        if child.tail:
            yield str(child.tail)


def _find_container(text: Sequence[Element]) -> Element:
    """Return the innermost element that holds all blocks of the text."""
    ancestors = [list(e.iterancestors())[::-1] for e in text]
    container = ancestors[0][0]
    for level in zip(*ancestors, strict=False):
        if any(e is not level[0] for e in level):
            break
        container = level[0]
    return container


def _list_outside(body: Element, container: Element) -> Iterator[Element]:
    """Yield the outermost elements that neither contain nor are in an element."""
    around = {id(ancestor) for ancestor in container.iterancestors()}
    pending = [body] if body is not container else []
    while pending:
        for child in pending.pop():
            if id(child) in around:
                pending.append(child)
            elif child is not container and local_name(child):
                yield child


def _mark_outside(element: Element, page: _Page) -> None:
    """Mark an element, but not the headings in it that are the title of the text."""
    titles = [e for e in element.iter() if _is_title(e, page)]
    if not titles:
        _mark(element)
        return
    around = {id(a) for title in titles for a in title.iterancestors()}
    for child in element.iterdescendants():
        parent = child.getparent()
        is_outermost = parent is not None and id(parent) in around
        if is_outermost and id(child) not in around and not _is_title(child, page):
            _mark(child)


def _is_title(element: Element, page: _Page) -> bool:
    """Return whether an element is a heading with the title of the page, or of a chapter."""
    if not _HEADING_TAG.fullmatch(local_name(element)):
        return False
    text = " ".join(text_content(element).split())
    is_in_title = len(text) > 1 and text.casefold() in page.title.casefold()
    return is_in_title or parse_heading(text) is not None


def _mark_edges(
    page: _Page, text: Sequence[Element], is_page_line: Callable[[Element], bool]
) -> None:
    """Mark the lines of the page above the first paragraph of the text, and below the last."""
    positions = {id(element): index for index, element in enumerate(page.elements)}
    first, last = positions[id(text[0])], positions[id(text[-1])]
    for index, element in enumerate(page.elements):
        if local_name(element) not in {*_BLOCK_TAGS, "span"} or first <= index <= last:
            continue
        end = max(positions[id(e)] for e in element.iter())
        is_heading = _HEADING_TAG.fullmatch(local_name(element)) is not None
        if (end < first or index > last) and not is_heading and is_page_line(element):
            _mark(element)


def _is_menu(element: Element) -> bool:
    """Return whether a block consists of several links to other pages, or one with an arrow."""
    links = [e for e in element.iter("{*}a") if _leaves_page(e)]
    is_menu = len(links) > 1 or (bool(links) and _ARROW.search(text_content(element)) is not None)
    return is_menu and _measure_links(element) >= _MIN_LINK_SHARE


def _is_page_line(element: Element) -> bool:
    """Return whether a block is a line of links, a date, or a number of readers."""
    if any(_HEADING_TAG.fullmatch(local_name(e)) for e in element.iter()):
        return False
    if _measure_links(element) >= _MIN_LINK_SHARE:
        return True
    parts = [part for text in _list_own_texts(element) for part in _PART_BREAK.split(text)]
    parts = [" ".join(part.split()) for part in parts if part.strip()]
    if sum(map(count_words, parts)) > _MAX_LINE_WORDS or any(map(ends_sentence, parts)):
        return False
    has_links = next(element.iter("{*}a"), None) is not None
    are_numbers = [bool(_COUNTER.fullmatch(p) or _DATE_LINE.fullmatch(p)) for p in parts]
    return bool(parts) and (all(are_numbers) or (has_links and not _holds_block(element)))


def _holds_block(element: Element) -> bool:
    """Return whether an element has blocks inside."""
    return any(local_name(child) in _BLOCK_TAGS for child in element.iterdescendants())


def _measure_links(element: Element) -> float:
    """Return the share of the characters of an element that are links, without its buttons."""
    length = _count_characters(element) - sum(
        map(_count_characters, element.iter("{*}button", "{*}select"))
    )
    links = [element] if local_name(element) == "a" else element.iter("{*}a")
    return sum(map(_count_characters, links)) / length if length > 0 else 0.0


def _count_characters(element: Element) -> int:
    """Return the number of characters in an element, without spaces."""
    return len("".join(text_content(element).split()))


def _leaves_page(link: Element) -> bool:
    """Return whether a link does not lead to a place on the same page."""
    href = (link.get("href") or "").strip()
    return bool(href) and not href.startswith("#")
