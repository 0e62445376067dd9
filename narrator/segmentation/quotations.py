"""Finds the quotations of a chapter, including those that run over several paragraphs."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.segmentation import quotation_marks
from narrator.segmentation.dash_dialogue import (
    find_inner_speech,
    find_spoken_spans,
    split_at_clauses,
)
from narrator.segmentation.quotation_style import OPENING_DASH
from narrator.segmentation.reporting_clauses import (
    compile_clause,
    find_inline_clause,
    find_reporter,
)
from narrator.text.quotes import CLOSING_CLASS, USUAL_OPENING_CLASS
from narrator.text.words import PLAIN_WORD_PATTERN, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Paragraph
    from narrator.segmentation.text_view import TextView

_SENTENCE_START = re.compile(rf"(?<={SENTENCE_END_CLASS})\s+(?=\S)")
_OPENING_MARK = re.compile(rf"``|{USUAL_OPENING_CLASS}")
_CLOSING_MARK = re.compile(rf"(?<=[,.?!…—-]){CLOSING_CLASS}")
_MAX_SKIPPED_PARAGRAPHS = 3
"""Most paragraphs without quotation marks that one quotation may include."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, or the part of one that stands in one paragraph, including its marks."""

    start: int
    end: int
    is_closed: bool = True
    """Whether it has its closing mark."""
    continues: bool = False
    """Whether the next paragraph continues it."""
    is_dash_dialogue: bool = False
    """Whether a dash opens it instead of a quotation mark; such a quotation is always speech."""
    has_inner_clause: bool = False
    """Whether a reporting clause stands within its marks, which shows that it is speech."""


@dataclass(frozen=True, slots=True)
class QuotedParagraph:
    """A paragraph and its outermost quotations."""

    paragraph: Paragraph
    start: int
    """Offset of its first word or mark, after any space or emphasis."""
    end: int
    """Offset after its last character other than space."""
    quotations: tuple[Quotation, ...] = ()

    @property
    def continues(self) -> bool:
        """Return whether the next paragraph continues its last quotation."""
        return bool(self.quotations) and self.quotations[-1].continues


def find_quotations(view: TextView, paragraphs: Sequence[Paragraph]) -> list[QuotedParagraph]:
    """Return the paragraphs of a chapter, in order, with their outermost quotations."""
    quoted_paragraphs = [
        _find_paragraph_quotations(view, paragraph, following)
        for paragraph, following in itertools.zip_longest(paragraphs, paragraphs[1:])
    ]
    # So far, each paragraph was read separately; some quotations include unmarked paragraphs.
    _join_over_paragraphs(view, quoted_paragraphs)
    return quoted_paragraphs


def _find_paragraph_quotations(
    view: TextView, paragraph: Paragraph, following: Paragraph | None
) -> QuotedParagraph:
    """Return a paragraph with its quotations; `following` is the next one of the chapter."""
    start, end = view.trim_span(paragraph.start, paragraph.end)
    first = view.skip_space(start, end)
    if paragraph.kind is ParagraphKind.HEADING:
        return QuotedParagraph(paragraph, first, end)
    if view.style.has_dash_dialogue and OPENING_DASH.match(view.text, first, end):
        spans = find_spoken_spans(view.text, first, end, view.language)
        quotations = tuple(Quotation(*span, is_dash_dialogue=True) for span in spans)
        return QuotedParagraph(paragraph, first, end, quotations)
    # Dashes come first: a paragraph of dash dialogue may quote words within it.
    inner_spans = find_inner_speech(view.text, first, end, view.language)
    inner_quotations = tuple(Quotation(*span, is_dash_dialogue=True) for span in inner_spans)
    marks_end = inner_spans[0][0] if inner_spans else end
    marks = quotation_marks.find_quotation_marks(view, start, marks_end)
    if not marks:
        return QuotedParagraph(paragraph, first, end, inner_quotations)
    may_continue = (
        following is not None
        and not inner_spans
        and _repeats_opening_mark(view, paragraph, following)
        and not _have_different_reporters(view, paragraph, following)
    )
    marked_quotations, is_open = quotation_marks.pair_quotation_marks(
        marks, may_continue=may_continue
    )
    paragraph_quotations: list[Quotation] = []
    previous_end = start
    for marked in marked_quotations:
        continues = may_continue and is_open and marked is marked_quotations[-1]
        quotation = _complete_quotation(view, marked, previous_end, marks_end, continues=continues)
        paragraph_quotations += _split_at_inner_clauses(view, quotation)
        previous_end = quotation.end
    return QuotedParagraph(paragraph, first, end, (*paragraph_quotations, *inner_quotations))


def _split_at_inner_clauses(view: TextView, quotation: Quotation) -> list[Quotation]:
    """Return the parts of a quotation that are speech, if it includes reporting clauses."""
    spans = split_at_clauses(view.text, quotation.start, quotation.end, view.language)
    if spans == [(quotation.start, quotation.end)] or _is_quoted_thought(view, quotation, spans):
        return [quotation]
    parts = [Quotation(*span, is_closed=False, has_inner_clause=True) for span in spans]
    if spans[-1][1] == quotation.end:
        parts[-1] = replace(parts[-1], is_closed=quotation.is_closed, continues=quotation.continues)
    return parts


def _is_quoted_thought(view: TextView, quotation: Quotation, spans: list[tuple[int, int]]) -> bool:
    """Return whether the clause within a quotation says that it is a thought, not speech."""
    clause_end = spans[1][0] if len(spans) > 1 else quotation.end
    words = PLAIN_WORD_PATTERN.findall(view.text[spans[0][1] : clause_end].casefold())
    return view.style.quotes_thoughts and view.language.speech_verbs.isdisjoint(words)


def _repeats_opening_mark(view: TextView, paragraph: Paragraph, following: Paragraph) -> bool:
    """Return whether the next paragraph opens with a mark that this one contains as well."""
    if following.kind is ParagraphKind.HEADING:
        return False
    first = view.skip_space(following.start, following.end)
    mark = _OPENING_MARK.match(view.text, first, following.end)
    if mark is None:
        return False
    # Spanish and old French books repeat the closing mark instead
    symbol = "«" if quotation_marks.repeats_closing_guillemet(view, first, first) else mark[0]
    return symbol in view.text[paragraph.start : paragraph.end]


def _have_different_reporters(view: TextView, paragraph: Paragraph, following: Paragraph) -> bool:
    """Return whether the paragraphs name different speakers, so a closing mark must be missing."""
    names = _find_reporters(view, paragraph)
    following_names = _find_reporters(view, following)
    return bool(names and following_names) and names.isdisjoint(following_names)


def _find_reporters(view: TextView, paragraph: Paragraph) -> set[str]:
    """Return the names of speakers in clauses right after a closing mark: "said Aunt Ottilie"."""
    names = (
        find_reporter(view.text, mark.end(), view.language)
        for mark in _CLOSING_MARK.finditer(view.text, paragraph.start, paragraph.end)
    )
    return {name for name in names if name}


def _complete_quotation(
    view: TextView,
    marked: quotation_marks.MarkedQuotation,
    previous_end: int,
    paragraph_end: int,
    *,
    continues: bool,
) -> Quotation:
    """Return a quotation with both ends, which are guessed where a mark is missing.

    `previous_end` is the end of the quotation before it, or the start of the paragraph.
    """
    end = paragraph_end if marked.end is None else marked.end
    if marked.start is None:
        return Quotation(_guess_start(view, previous_end, end), end)
    if marked.is_closed:
        return Quotation(marked.start, end)
    # The closing mark is missing: speech ends where a reporting clause begins.
    clause_span = find_inline_clause(view.text, marked.start, end, view.language)
    if clause_span and (clause_span[1] >= paragraph_end or not continues):
        return Quotation(marked.start, clause_span[0], is_closed=False)
    return Quotation(marked.start, end, is_closed=False, continues=continues)


def _guess_start(view: TextView, previous_end: int, end: int) -> int:
    """Guess where a quotation without an opening mark starts.

    If a reporting clause follows, it includes all text since the last quotation; otherwise only
    the last sentence.
    """
    start = view.skip_space(previous_end, end)
    if compile_clause(view.language).match(view.text, end):
        return start
    sentence_starts = [match.end() for match in _SENTENCE_START.finditer(view.text, start, end - 2)]
    return sentence_starts[-1] if sentence_starts else start


def _join_over_paragraphs(view: TextView, paragraphs: list[QuotedParagraph]) -> None:
    """Extend each unclosed quotation to an unpaired closing mark in a later paragraph, in place.

    The paragraphs in between have no marks, and become part of the quotation.
    """
    for index, paragraph in enumerate(paragraphs):
        last = paragraph.quotations[-1] if paragraph.quotations else None
        if last is None or last.is_closed or last.continues or last.is_dash_dialogue:
            continue
        closing_index = _find_closing_paragraph(view, paragraphs, index)
        if closing_index is None:
            continue
        opened = replace(last, end=paragraph.end, continues=True)
        paragraphs[index] = replace(paragraph, quotations=(*paragraph.quotations[:-1], opened))
        for inner_index in range(index + 1, closing_index):
            inner_paragraph = paragraphs[inner_index]
            inner = Quotation(
                inner_paragraph.start, inner_paragraph.end, is_closed=False, continues=True
            )
            paragraphs[inner_index] = replace(inner_paragraph, quotations=(inner,))
        closing_paragraph = paragraphs[closing_index]
        closing = replace(closing_paragraph.quotations[0], start=closing_paragraph.start)
        paragraphs[closing_index] = replace(
            closing_paragraph, quotations=(closing, *closing_paragraph.quotations[1:])
        )


def _find_closing_paragraph(
    view: TextView, paragraphs: list[QuotedParagraph], open_index: int
) -> int | None:
    """Return the index of the next paragraph with marks, if the first of them only closes.

    Return `None` if a heading, a scene break or too many paragraphs come before it. Where only the
    first and the last paragraph of a quotation have marks, there may be any number, and quotations
    within it in other marks.
    """
    search_end = len(paragraphs)
    if not view.language.has_unmarked_continuation:
        search_end = min(search_end, open_index + 2 + _MAX_SKIPPED_PARAGRAPHS)
    opening_mark = view.text[paragraphs[open_index].quotations[-1].start]
    for index in range(open_index + 1, search_end):
        quoted = paragraphs[index]
        is_heading = quoted.paragraph.kind is ParagraphKind.HEADING
        if is_heading or quoted.paragraph.follows_scene_break:
            return None
        # The search ends at the first paragraph with marks, even if they do not close.
        if quoted.quotations:
            first = quoted.quotations[0]
            # guillemets around a whole dialogue: each dash in it opens another speech
            if first.is_dash_dialogue:
                return None
            is_lone = first.is_closed and not _OPENING_MARK.match(view.text, first.start)
            if is_lone:
                return index
            if not _is_nested(view, quoted, opening_mark):
                return None
    return None


def _is_nested(view: TextView, quoted: QuotedParagraph, opening_mark: str) -> bool:
    """Return whether all quotations of a paragraph may stand within one that another mark opens."""
    return view.language.has_unmarked_continuation and all(
        quotation.is_closed and view.text[quotation.start] != opening_mark
        for quotation in quoted.quotations
    )
