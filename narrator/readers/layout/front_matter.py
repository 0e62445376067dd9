"""Front and back matter: what of a book a listener does not come for, and how it is known.

A part of a book is matter because its markup says so, because its title is one that only matter
has, or because all of its text is what only matter says. A chapter with an ordinary title is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout.blocks import count_words, has_words

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
"""`epub:type`, or `role` without its `doc-`, to the reason in words. From the EPUB 3 Structural
Semantics Vocabulary; its words for what an author wrote to be read (preface, epigraph, foreword,
appendix, glossary, ...) are left out on purpose."""

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
"""Whole titles, in small letters, to the reason in words."""

_LEGAL = re.compile(
    r"©|\bcopyright\b|all rights reserved|\bISBN\b|public domain|creative commons|"
    r"library of congress|\blicen[cs]e\b|first published|published by",
    re.IGNORECASE,
)
_ALSO_BY = re.compile(r"(also|other books|other titles|more|books) (by|from)\b.*", re.IGNORECASE)
_TRANSCRIBER = re.compile(r"\W*transcriber(['’]?s)?['’]? notes?\b", re.IGNORECASE)

MAX_WORDS_BY_REASON = {
    "dedication": 300,
    "cover": 300,
    "title page": 300,
    "copyright": 4000,
    "advertisement": 3000,
    "imprint": 2500,
}
"""Words beyond which a title alone does not make a text matter: a story may be called so too."""


def reason_from_types(semantic_types: frozenset[str]) -> str:
    """The reason that the markup gives, or nothing."""
    for name in sorted(semantic_types):
        if name in REASONS_BY_TYPE:
            return REASONS_BY_TYPE[name]
    return ""


def reason_from_title(title: str) -> str:
    """The reason that a whole title gives, or nothing."""
    flat = " ".join(title.split()).strip(" .:*_[]").lower().replace("’", "'")
    if flat in REASONS_BY_TITLE:
        return REASONS_BY_TITLE[flat]
    return "advertisement" if _ALSO_BY.fullmatch(flat) and count_words(flat) <= 8 else ""


def reason_from_content(blocks: Sequence[Block]) -> str:
    """The reason that a short text without a title gives, by what only matter says."""
    text = "\n".join(block.text for block in blocks)
    count = count_words(text)
    if not count or count > 1200:
        return ""
    if _TRANSCRIBER.match(text):
        return "transcriber's note"
    hits = {match[0].lower() for match in _LEGAL.finditer(text)}
    if len(hits) >= 2 and (hits & {"©", "copyright", "all rights reserved", "isbn"}):
        return "copyright"
    return ""


def is_title_page(blocks: Sequence[Block], title: str, author: str | None) -> bool:
    """Whether a text says the book's title and author and no more than a page's worth besides."""
    text = " ".join(block.text for block in blocks)
    if not has_words(text) or count_words(text) > 60 or len(blocks) > 12:
        return False
    said = set(re.findall(r"\w+", text.lower()))
    known = set(re.findall(r"\w+", f"{title} {author or ''}".lower()))
    extra = said - known - {"by", "a", "novel", "the", "of", "and", "written", "author", "story"}
    return bool(set(re.findall(r"\w+", title.lower())) <= said) and len(extra) <= 4


def classify_section(blocks: Sequence[Block], title: str, *, outside_body: bool) -> str:
    """Why a part of a book (a file, or all under an entry of the contents) is matter, or nothing.

    `outer` says whether it stands before the first chapter or after the last.
    """
    spoken = [block for block in blocks if block.spoken_text.strip()]
    if not spoken:
        return ""
    if outside_body:
        heading = next((b.single_line_text for b in spoken if b.kind is ParagraphKind.HEADING), "")
        reason = reason_from_title(title) or reason_from_title(heading)
        if (
            reason
            and _words(spoken) <= MAX_WORDS_BY_REASON.get(reason, 1_000_000)
            and _fits(reason, spoken)
        ):
            return reason
        if not heading:
            return reason_from_content(spoken)
    return ""


def is_plausible_matter(reason: str, blocks: Sequence[Block]) -> bool:
    """Whether a file can be what a landmark calls it: the wrong file is named often enough."""
    return _words(blocks) <= MAX_WORDS_BY_REASON.get(reason, 20_000) and _fits(reason, blocks)


def _words(blocks: Sequence[Block]) -> int:
    return sum(count_words(block.spoken_text) for block in blocks)


def _fits(reason: str, blocks: Sequence[Block]) -> bool:
    """Whether a text is what its title says, where stories bear such titles too."""
    if reason in ("copyright", "imprint"):
        return any(_LEGAL.search(block.text) for block in blocks)
    if reason in ("contents", "index", "advertisement", "bibliography"):
        long = sum(count_words(block.text) for block in blocks if count_words(block.text) > 30)
        return long * 2 < sum(count_words(block.text) for block in blocks)
    return True
