"""Infers from the text of a whole book which quotation marks and dashes set off its speech."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from narrator.segmentation.text_view import QuotationStyle
from narrator.text.quotes import (
    APOSTROPHES,
    CLOSING_MARKS,
    DASHES,
    DOUBLE_MARKS,
    USUAL_OPENING_CLASS,
    character_class,
)
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.languages import Language

OPENING_DASH = re.compile(
    rf"{character_class(DASHES)}+(?=\s*\S)|--+(?=\s?{LETTER})|-(?=\s{LETTER})"
)
"""The dash or hyphens at the start of a paragraph of dash dialogue."""

_DOUBLE_CLOSING_CLASS = character_class(*(mark for mark in DOUBLE_MARKS if mark in CLOSING_MARKS))
_DOUBLE_SPEECH = re.compile(rf"[,.?!…—-]{_DOUBLE_CLOSING_CLASS}(?!\w)")
"""The end of speech in double marks."""
_SINGLE_SPEECH = re.compile(rf"[,.?!…—-]{character_class(APOSTROPHES)}(?=\s|\Z)")
"""The end of speech in single marks."""
_SINGLE_START = re.compile(rf"['‘](?<!\S['‘])(?={LETTER})")
"""The start of speech in single marks: a mark at the start of a word. The look-behind comes after
the mark in the pattern because this makes the search three times as fast."""
_SOURCE_END = re.compile(r"[\w)\]]\s*\Z")
"""The end of a paragraph without a stop: after a dash it names a source, as in "— A Letter"."""
_DASH_MAJORITY = 2
"""How many paragraphs open with dashes for each that opens with marks, if dashes open speech."""
_OPENS_SPEECH = re.compile(USUAL_OPENING_CLASS)

_TYPEWRITER_MARKS = (
    (re.compile(rf",,(?={LETTER})"), re.compile(r"(?<=\S)(?:''|´´|``)(?!\w)"), "„_", "_“"),
    (re.compile(rf">>(?=[¿¡]?{LETTER})"), re.compile(r"(?<=\S)<<(?!\w)"), "»_", "_«"),
    (re.compile(rf"<<(?=\s?[¿¡]?{LETTER})"), re.compile(r"(?<=[.,!?… -])>>"), "«_", "_»"),
)
"""Opening and closing marks of two characters each, with the marks that they stand for. The low
line, as a mark of emphasis, is passed over, and keeps the length of the text."""


def replace_typewriter_marks(text: str) -> str:
    """Return a text of the same length with marks for those that a typewriter made of two.

    These are ,,so'' and >>so<< or <<so>>. A text that has only one of a pair is not changed.
    """
    for opening, closing, opening_mark, closing_mark in _TYPEWRITER_MARKS:
        if opening.search(text) and closing.search(text):
            text = opening.sub(opening_mark, text)
            text = closing.sub(closing_mark, text)
    return text


def infer_quotation_style(
    text: str, paragraph_spans: Iterable[tuple[int, int]], language: Language
) -> QuotationStyle:
    """Return the quotation style of a book, from the openings of its paragraphs and its marks."""
    first_guillemets: Counter[str] = Counter()
    dash_count = quotation_count = tagged_count = 0
    for start, end in paragraph_spans:
        first_guillemets.update(_find_first_guillemet(text, start, end))
        if OPENING_DASH.match(text, start, end):
            dash_count += language.has_dash_dialogue or not _SOURCE_END.search(text, start, end)
        elif _OPENS_SPEECH.match(text, start, end):
            quotation_count += 1
        elif _DOUBLE_SPEECH.search(text, start, end):
            tagged_count += 1
    opening_costs = _compute_guillemet_costs(
        first_guillemets, language
    ) | _compute_double_mark_costs(text)
    if not _uses_single_marks(text):
        opening_costs |= {"‘": 0.7, "'": 1.0}
    has_dash_dialogue = dash_count > 0 and (
        language.has_dash_dialogue or dash_count >= quotation_count + tagged_count
    )
    is_dashed = dash_count > _DASH_MAJORITY * quotation_count
    quotes_thoughts = language.quotes_thoughts and is_dashed
    return QuotationStyle(opening_costs, has_dash_dialogue, quotes_thoughts)


def _find_first_guillemet(text: str, start: int, end: int) -> Iterable[str]:
    """Return the first guillemet of a paragraph as a tuple, which is empty if one is missing.

    A paragraph with only one kind may continue a quotation, and repeat either mark.
    """
    offsets = [offset for mark in "«»" if (offset := text.find(mark, start, end)) >= 0]
    return (text[min(offsets)],) if len(offsets) > 1 else ()


def _compute_guillemet_costs(
    first_guillemets: Counter[str], language: Language
) -> dict[str, float]:
    """Return the extra cost of reading this book's closing guillemet as an opening one."""
    inverted_count, usual_count = first_guillemets["»"], first_guillemets["«"]
    # The guillemet that comes first in most paragraphs is the opening one.
    is_inverted = inverted_count > usual_count or (
        inverted_count == usual_count and language.has_inverted_guillemets
    )
    return {"«": 4.0} if is_inverted else {"»": 4.0}


def _compute_double_mark_costs(text: str) -> dict[str, float]:
    """Return the extra cost of reading this book's closing curly double mark as an opening one.

    The closing mark is “ in German („so“) and ” in English (“so”). In Swedish (”so”) the same mark
    opens and closes, and has no extra cost.
    """
    low_count, high_count = text.count("„"), text.count("“")
    has_right_marks = text.count("”") != 0
    # Most books that open with „ close with “; a book that also has ” may close with either.
    if low_count and low_count >= high_count // 2:
        return {"“": 3.0} if low_count >= high_count or not has_right_marks else {}
    is_swedish = text.count("”") > 1 and not high_count and not low_count
    return {} if is_swedish else {"”": 5.0}


def _uses_single_marks(text: str) -> bool:
    """Return whether the book sets speech in single marks, as many British books do."""
    double_count = len(_DOUBLE_SPEECH.findall(text)) + text.count("」")
    # Apostrophes look like closing marks, so both ends of single-marked speech must be frequent.
    single_count = min(len(_SINGLE_SPEECH.findall(text)), len(_SINGLE_START.findall(text)))
    return single_count >= double_count / 2
