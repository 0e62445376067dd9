"""Recognise front and back matter: the parts of a book that a listener does not want to hear.

A section is matter because its markup says so, because its title is one that only matter has, or
because its text consists of what only matter says. A chapter with an ordinary title never is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

REASONS_BY_TYPE = {
    "titlepage": "title page",
    "halftitlepage": "title page",
    "fulltitle": "title page",
    "halftitle": "title page",
    "covertitle": "title page",
    "cover": "cover",
    "frontispiece": "cover",
    "copyright-page": "copyright",
    "imprint": "imprint",
    "imprimatur": "imprint",
    "colophon": "colophon",
    "dedication": "dedication",
    "seriespage": "advertisement",
    "other-credits": "credits",
    "contributors": "credits",
    "acknowledgments": "acknowledgements",
    "errata": "errata",
    "bibliography": "bibliography",
    "index": "index",
    "toc": "contents",
    "toc-brief": "contents",
    "landmarks": "contents",
    "page-list": "contents",
    "loi": "contents",
    "lot": "contents",
    "loa": "contents",
    "lov": "contents",
    "nonlinear": "aside from the reading order",
}
"""Skip reason by semantic type: the value of `epub:type`, or of `role` without its `doc-`.

Types of the EPUB 3 Structural Semantics Vocabulary. Those of texts that the author wrote to be read
(preface, epigraph, foreword, appendix, glossary, ...) are left out on purpose.
"""

REASONS_BY_TITLE = {
    "title page": "title page",
    "titlepage": "title page",
    "half title": "title page",
    "half title page": "title page",
    "halftitle": "title page",
    "halftitle page": "title page",
    "cover": "cover",
    "cover page": "cover",
    "cover image": "cover",
    "front cover": "cover",
    "back cover": "cover",
    "copyright": "copyright",
    "copyright page": "copyright",
    "copyright notice": "copyright",
    "copyright information": "copyright",
    "copyright acknowledgments": "copyright",
    "uncopyright": "copyright",
    "legal notice": "copyright",
    "imprint": "imprint",
    "impressum": "imprint",
    "imprint page": "imprint",
    "publisher's note on the ebook": "imprint",
    "colophon": "colophon",
    "dedication": "dedication",
    "contents": "contents",
    "table of contents": "contents",
    "list of illustrations": "contents",
    "illustrations": "contents",
    "list of figures": "contents",
    "list of tables": "contents",
    "list of maps": "contents",
    "inhalt": "contents",
    "inhaltsverzeichnis": "contents",
    "table des matières": "contents",
    "sommaire": "contents",
    "índice": "contents",
    "indice": "contents",
    "index": "index",
    "bibliography": "bibliography",
    "works cited": "bibliography",
    "license": "licence",
    "licence": "licence",
    "the full project gutenberg license": "licence",
    "full license": "licence",
    "advertisement": "advertisement",
    "advertisements": "advertisement",
    "also by": "advertisement",
    "about the publisher": "advertisement",
    "newsletter": "advertisement",
    "newsletter sign up": "advertisement",
    "acknowledgments": "acknowledgements",
    "acknowledgements": "acknowledgements",
    "about the author": "about the author",
    "transcriber's note": "transcriber's note",
    "transcriber's notes": "transcriber's note",
    "transcriber note": "transcriber's note",
    "transcribers notes": "transcriber's note",
    "transcriber’s notes": "transcriber's note",
    "landmarks": "contents",
}
"""Skip reason by whole title in lower case."""

_LEGAL_TERM = re.compile(
    r"©|\bcopyright\b|all rights reserved|\bISBN\b|public domain|creative commons|"
    r"library of congress|\blicen[cs]e\b|first published|published by",
    re.IGNORECASE,
)
_ALSO_BY = re.compile(r"(also|other books|other titles|more|books) (by|from)\b.*", re.IGNORECASE)
_TRANSCRIBER_NOTE = re.compile(r"\W*transcriber(['’]?s)?['’]? notes?\b", re.IGNORECASE)
_TITLE_PAGE_WORDS = frozenset(
    ["by", "a", "novel", "the", "of", "and", "written", "author", "story"]
)
"""Words that a title page may have beside the title and the author."""

MAX_WORDS_BY_REASON = {
    "dedication": 300,
    "cover": 300,
    "title page": 300,
    "copyright": 4000,
    "advertisement": 3000,
    "imprint": 2500,
}
"""Words beyond which a title alone does not make a section matter: a story may have that title."""
_NO_LIMIT = 1_000_000
_MAX_LANDMARK_WORDS = 20_000
_MAX_UNTITLED_WORDS = 1200
_MAX_TITLE_PAGE_WORDS = 60
_MAX_TITLE_PAGE_BLOCKS = 12
_MAX_LIST_ITEM_WORDS = 30


def classify_types(semantic_types: frozenset[str]) -> str:
    """Return the skip reason that the semantic types imply, or an empty string."""
    for name in sorted(semantic_types):
        if name in REASONS_BY_TYPE:
            return REASONS_BY_TYPE[name]
    return ""


def classify_title(title: str) -> str:
    """Return the skip reason that a whole title implies, or an empty string."""
    plain_title = " ".join(title.split()).strip(" .:*_[]").lower().replace("’", "'")
    if plain_title in REASONS_BY_TITLE:
        return REASONS_BY_TITLE[plain_title]
    is_book_list = _ALSO_BY.fullmatch(plain_title) and count_words(plain_title) <= 8
    return "advertisement" if is_book_list else ""


def classify_content(blocks: Sequence[Block]) -> str:
    """Return the skip reason that the wording of a short untitled text implies, if there is one."""
    text = "\n".join(block.text for block in blocks)
    word_count = count_words(text)
    if not word_count or word_count > _MAX_UNTITLED_WORDS:
        return ""
    if _TRANSCRIBER_NOTE.match(text):
        return "transcriber's note"
    legal_terms = {match[0].lower() for match in _LEGAL_TERM.finditer(text)}
    # One term alone may stand in a story; two, of which one is unambiguous, do not.
    if len(legal_terms) >= 2 and legal_terms & {"©", "copyright", "all rights reserved", "isbn"}:
        return "copyright"
    return ""


def is_title_page(blocks: Sequence[Block], title: str, author: str | None) -> bool:
    """Return whether a short text has every word of the title and at most four unrelated words."""
    text = " ".join(block.text for block in blocks)
    if (
        not has_words(text)
        or count_words(text) > _MAX_TITLE_PAGE_WORDS
        or len(blocks) > _MAX_TITLE_PAGE_BLOCKS
    ):
        return False
    page_words = set(re.findall(r"\w+", text.lower()))
    title_words = set(re.findall(r"\w+", title.lower()))
    expected_words = set(re.findall(r"\w+", f"{title} {author or ''}".lower()))
    extra_words = page_words - expected_words - _TITLE_PAGE_WORDS
    return title_words <= page_words and len(extra_words) <= 4


def classify_section(blocks: Sequence[Block], title: str, *, outside_body: bool) -> str:
    """Return why a section is matter, or an empty string if it is not.

    A section is a file, or everything below one entry of the table of contents. `outside_body` says
    whether it stands before the first chapter or after the last.
    """
    spoken_blocks = [block for block in blocks if block.spoken_text.strip()]
    if not spoken_blocks:
        return ""
    if outside_body:
        heading = next(
            (b.single_line_text for b in spoken_blocks if b.kind is ParagraphKind.HEADING), ""
        )
        reason = classify_title(title) or classify_title(heading)
        max_words = MAX_WORDS_BY_REASON.get(reason, _NO_LIMIT)
        if (
            reason
            and _count_spoken_words(spoken_blocks) <= max_words
            and _content_fits(reason, spoken_blocks)
        ):
            return reason
        if not heading:
            return classify_content(spoken_blocks)
    return ""


def is_plausible_matter(reason: str, blocks: Sequence[Block]) -> bool:
    """Return whether a file can be what a landmark calls it; landmarks often name a wrong file."""
    max_words = MAX_WORDS_BY_REASON.get(reason, _MAX_LANDMARK_WORDS)
    return _count_spoken_words(blocks) <= max_words and _content_fits(reason, blocks)


def _count_spoken_words(blocks: Sequence[Block]) -> int:
    """Return the number of spoken words in some blocks."""
    return sum(count_words(block.spoken_text) for block in blocks)


def _content_fits(reason: str, blocks: Sequence[Block]) -> bool:
    """Return whether a text fits a title that stories have too, by its wording or block lengths."""
    if reason in ("copyright", "imprint"):
        return any(_LEGAL_TERM.search(block.text) for block in blocks)
    if reason in ("contents", "index", "advertisement", "bibliography"):
        word_counts = [count_words(block.text) for block in blocks]
        prose_words = sum(count for count in word_counts if count > _MAX_LIST_ITEM_WORDS)
        return prose_words * 2 < sum(word_counts)
    return True
