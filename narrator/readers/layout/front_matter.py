"""Recognise front and back matter, such as title pages, copyright notices and indexes.

A section is recognised by its markup, by its title ("Copyright"), or by the wording of a short text
without a title. A section with any other title is never skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.readers.layout.skip_reasons import REASONS_BY_TITLE, REASONS_BY_TYPE
from narrator.text.words import count_words, has_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.readers.layout.blocks import Block

_LEGAL_TERM = re.compile(
    r"©|\bcopyright\b|all rights reserved|\bISBN\b|public domain|creative commons|"
    r"library of congress|\blicen[cs]e\b|first published|published by",
    re.IGNORECASE,
)
_UNAMBIGUOUS_TERMS = frozenset(["©", "copyright", "all rights reserved", "isbn"])
_COPYRIGHT_LINE = re.compile(
    r"\A[\W_]*(?:©|copyright\b|\(c\))\W*(?:1[5-9]|20)\d\d\b"
    r"|\bis in the public domain (?:worldwide|in the)\b|\ARetrieved from \W*https?://",
    re.IGNORECASE,
)
_FIRST_PRINT = re.compile(
    r"[\W_]*(?:first |originally )?(?:published|printed|appeared)\b[^.!?]{1,80}"
    r"\b(?:1[5-9]|20)\d\d\b.{0,30}",
    re.IGNORECASE,
)
"""A line that says when and where a story was printed first."""
_MIN_AUTHOR_NAMES, _MAX_BIO_CHARACTERS = 2, 800
"""Fewest names of an author, and the length of what a magazine says about one."""
_PRINTER = re.compile(r"[\W_]*printed (?:and bound )?(?:by|in|at)\s+(?-i:[A-Z])", re.IGNORECASE)
"""The line in which the printer of an old edition names himself."""
_MAX_NOTICE_CHARACTERS = 400
_ALSO_BY = re.compile(r"(also|other books|other titles|more|books) (by|from)\b.*", re.IGNORECASE)
_TRANSCRIBER_NOTE = re.compile(r"\W*transcriber(['’]?s)?['’]? notes?\b", re.IGNORECASE)
_DEDICATION = re.compile(
    r"\W*(?:[Ff]or|[Tt]o|[Ii]n (?:loving |fond )?memory of|[Dd]edicated to|Für|Pour|À|Para|Per)\s"
    r"(?:[^\W\d_]+,?\s){0,9}?[^\W\d_a-zß-ÿ][\w.]*(?:,?\s[\w.]+)*\W*\Z"
)
"""A dedication with a name, on a page of its own: "For M."."""
_TITLE_PAGE_WORDS = frozenset(
    ["by", "a", "novel", "the", "of", "and", "written", "author", "story"]
)
"""Words of a title page that are neither title nor author."""

MAX_WORDS_BY_REASON = {
    "dedication": 300,
    "cover": 300,
    "title page": 300,
    "copyright": 4000,
    "advertisement": 3000,
    "imprint": 2500,
}
"""Number of words above which a section is spoken despite its title or landmark: a story may have
such a title, and landmarks may be wrong."""
_NO_LIMIT = 1_000_000
_MAX_LANDMARK_WORDS = 20_000
_MAX_UNTITLED_WORDS = 1200
_MAX_DEDICATION_WORDS = 12
_MAX_TITLE_PAGE_WORDS = 60
_MAX_TITLE_PAGE_BLOCKS = 12
_MAX_LIST_ITEM_WORDS = 30


def classify_semantic_types(semantic_types: frozenset[str]) -> str:
    """Return the skip reason for a set of semantic types, or ""."""
    for name in sorted(semantic_types):
        if name in REASONS_BY_TYPE:
            return REASONS_BY_TYPE[name]
    return ""


def classify_title(title: str) -> str:
    """Return the skip reason for a section's title, or ""."""
    plain_title = " ".join(title.split()).strip(" .:*_[]").lower().replace("’", "'")
    if plain_title in REASONS_BY_TITLE:
        return REASONS_BY_TITLE[plain_title]
    is_book_list = _ALSO_BY.fullmatch(plain_title) and count_words(plain_title) <= 8
    return "advertisement" if is_book_list else ""


def classify_content(blocks: Sequence[Block]) -> str:
    """Return the skip reason for a short untitled text from its wording, or ""."""
    text = "\n".join(block.text for block in blocks)
    word_count = count_words(text)
    if not word_count or word_count > _MAX_UNTITLED_WORDS:
        return ""
    if _TRANSCRIBER_NOTE.match(text):
        return "transcriber's note"
    if len(blocks) == 1 and word_count <= _MAX_DEDICATION_WORDS and _DEDICATION.match(text):
        return "dedication"
    return "copyright" if is_legal_notice(text) else ""


def is_legal_notice(text: str) -> bool:
    """Return whether a text has the terms of a copyright notice.

    A story may contain one legal term, but not two with an unambiguous one among them.
    """
    terms = {match[0].lower() for match in _LEGAL_TERM.finditer(text)}
    return len(terms) >= 2 and not terms.isdisjoint(_UNAMBIGUOUS_TERMS)


def skip_last_notices(blocks: Sequence[Block], author: str | None = None) -> None:
    """Skip what stands at the end of a book: copyright notices, printers, and who the author is."""
    spoken = [block for block in blocks if block.spoken_text.strip()]
    for index in range(len(spoken) - 1, 0, -1):
        block = spoken[index]
        reason = _classify_last_block(block) or (
            "about the author" if _describes_author(block, author, spoken[:index]) else ""
        )
        if not reason:
            return
        block.skip_reason, block.unspoken_spans = reason, []


def _classify_last_block(block: Block) -> str:
    """Return why a block at the end of a book is skipped, or ""."""
    text = block.single_line_text
    if len(text) > _MAX_NOTICE_CHARACTERS or block.kind is ParagraphKind.HEADING:
        return ""
    if is_legal_notice(text) or _COPYRIGHT_LINE.search(text) is not None:
        return "copyright"
    return "imprint" if _PRINTER.match(text) or _FIRST_PRINT.fullmatch(text) else ""


def _describes_author(block: Block, author: str | None, story: Sequence[Block]) -> bool:
    """Return whether a block begins with the author's name, which the story does not mention."""
    if (
        not author
        or len(author.split()) < _MIN_AUTHOR_NAMES
        or len(block.text) > _MAX_BIO_CHARACTERS
    ):
        return False
    if not block.single_line_text.lstrip("_* ").startswith(f"{author} "):
        return False
    surname = author.split()[-1]
    return not any(
        surname in block.text.replace(author, "") for block in story if not block.skip_reason
    )


def is_title_page(blocks: Sequence[Block], title: str, author: str | None) -> bool:
    """Return whether a short text contains the whole title and at most four unrelated words."""
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
    """Return the skip reason of a section, or "" if it is spoken.

    A section is a file, or the text of one entry in the table of contents. `outside_body` is
    whether it may precede the first chapter or follow the last; other sections are spoken.
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
            and _fits_reason(reason, spoken_blocks)
        ):
            return reason
        if not heading:
            return classify_content(spoken_blocks)
    return ""


def is_plausible_reason(reason: str, blocks: Sequence[Block]) -> bool:
    """Return whether the content of a file fits the skip reason that its landmark implies.

    The check is needed because landmarks often point to the wrong file.
    """
    max_words = MAX_WORDS_BY_REASON.get(reason, _MAX_LANDMARK_WORDS)
    return _count_spoken_words(blocks) <= max_words and _fits_reason(reason, blocks)


def _count_spoken_words(blocks: Sequence[Block]) -> int:
    """Count the spoken words in blocks."""
    return sum(count_words(block.spoken_text) for block in blocks)


def _fits_reason(reason: str, blocks: Sequence[Block]) -> bool:
    """Return whether the content of a section fits a skip reason.

    A legal notice must contain a legal term; a list must consist mainly of short blocks.
    """
    if reason in ("copyright", "imprint"):
        return any(_LEGAL_TERM.search(block.text) for block in blocks)
    if reason in ("contents", "index", "advertisement", "bibliography"):
        word_counts = [count_words(block.text) for block in blocks]
        prose_words = sum(count for count in word_counts if count > _MAX_LIST_ITEM_WORDS)
        return prose_words * 2 < sum(word_counts)
    return True
