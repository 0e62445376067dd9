"""Finds the quotations of a chapter, including those that run over several paragraphs."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
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
_MIN_TALE_SHARE = 0.25
"""Share of the paragraphs of a tale in which the teller must say "I", outside quotations."""
_FRAME_PARAGRAPHS = 10
"""Paragraphs before a tale that show whether its frame is in the first person too."""
_MAX_DOUBTFUL_PARAGRAPHS = 60
"""Most paragraphs of a tale in a frame that is."""
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
    is_told = continues and clause_span and _is_told(view, marked.start, clause_span[0])
    if clause_span and (clause_span[1] >= paragraph_end or not continues) and not is_told:
        return Quotation(marked.start, clause_span[0], is_closed=False)
    return Quotation(marked.start, end, is_closed=False, continues=continues)


def _is_told(view: TextView, start: int, clause_start: int) -> bool:
    """Return whether a clause belongs to the tale that a quotation tells.

    It reports an inner quotation ("‘Uncle!’ I cried") or goes on with the tale ("I shut the drawer,
    and I said nothing").

    Args:
        view: The text.
        start: Offset of the opening mark of the quotation.
        clause_start: Offset after the words before the clause.
    """
    first_word = PLAIN_WORD_PATTERN.search(view.text, clause_start)
    if first_word and first_word[0].casefold() in view.language.clause_openers:
        return True
    words = view.text[start:clause_start].rstrip()
    if words[-1] in quotation_marks.CLOSING_COSTS.get(words[0], {}):
        return False
    return any(
        mark.symbol != words[0]
        and words[-1] in quotation_marks.CLOSING_COSTS.get(mark.symbol, {})
        and mark.opening_cost < mark.neutral_cost
        for mark in quotation_marks.find_quotation_marks(view, start + 1, clause_start)
    )


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

    The paragraphs in between become part of the quotation, with any quotations in them.
    """
    for index, paragraph in enumerate(paragraphs):
        opened_index = _find_unclosed(paragraph)
        if opened_index is None:
            continue
        closing_index = _find_closing_paragraph(view, paragraphs, index, opened_index)
        if closing_index is None:
            continue
        opened = replace(
            paragraph.quotations[opened_index], end=paragraph.end, is_closed=False, continues=True
        )
        quotations = (*paragraph.quotations[:opened_index], opened)
        paragraphs[index] = replace(paragraph, quotations=quotations)
        for inner_index in range(index + 1, closing_index):
            inner_paragraph = paragraphs[inner_index]
            if inner_paragraph.paragraph.kind is ParagraphKind.HEADING:
                continue
            inner = Quotation(
                inner_paragraph.start, inner_paragraph.end, is_closed=False, continues=True
            )
            paragraphs[inner_index] = replace(inner_paragraph, quotations=(inner,))
        closing_paragraph = paragraphs[closing_index]
        lone_index = _find_lone_closing(view, closing_paragraph) or 0
        closing = replace(closing_paragraph.quotations[lone_index], start=closing_paragraph.start)
        quotations = (closing, *closing_paragraph.quotations[lone_index + 1 :])
        paragraphs[closing_index] = replace(closing_paragraph, quotations=quotations)


def _find_unclosed(paragraph: QuotedParagraph) -> int | None:
    """Return the index of the quotation that lacks its closing mark, or None.

    It is the last, or the first of those that quotations in the same marks follow. The last may
    seem to go on in the next paragraph, if that opens with a quotation in the same marks.
    """
    unclosed = [
        index
        for index, quotation in enumerate(paragraph.quotations)
        if not (quotation.is_closed or quotation.is_dash_dialogue)
    ]
    last_index = len(paragraph.quotations) - 1
    if last_index in unclosed:
        return last_index
    return next(
        (index for index in unclosed if not paragraph.quotations[index].has_inner_clause), None
    )


def _find_lone_closing(view: TextView, quoted: QuotedParagraph) -> int | None:
    """Return the index of the first quotation of a paragraph that has only a closing mark."""
    for index, quotation in enumerate(quoted.quotations):
        is_marked = quotation.is_closed and not quotation.is_dash_dialogue
        if is_marked and not _OPENING_MARK.match(view.text, quotation.start):
            return index
    return None


def _find_closing_paragraph(
    view: TextView, paragraphs: list[QuotedParagraph], open_index: int, opened_index: int
) -> int | None:
    """Return the index of the next paragraph with a closing mark that nothing in it opens.

    Return `None` if a heading, a scene break or too many paragraphs come before it. Where only the
    first and the last paragraph of a quotation have marks, there may be any number, and quotations
    within it. If these have the same marks, or a scene breaks off, somebody must tell a tale.
    """
    paragraph = paragraphs[open_index]
    may_nest = view.language.has_unmarked_continuation
    search_end = len(paragraphs)
    if not may_nest:
        search_end = min(search_end, open_index + 2 + _MAX_SKIPPED_PARAGRAPHS)
    opened = paragraph.quotations[opened_index]
    opening_mark = view.text[opened.start]
    is_doubtful = opened.continues or opened_index + 1 < len(paragraph.quotations)
    for index in range(open_index + 1, search_end):
        quoted = paragraphs[index]
        is_heading = quoted.paragraph.kind is ParagraphKind.HEADING
        if is_heading or quoted.paragraph.follows_scene_break:
            if not may_nest:
                return None
            is_doubtful = True
        if not quoted.quotations:
            continue
        lone_index = _find_lone_closing(view, quoted)
        if lone_index is not None:
            is_doubtful = is_doubtful or lone_index > 0
            is_told = may_nest and _is_tale(view, paragraphs, open_index, index)
            return index if is_told or not is_doubtful else None
        if not may_nest or not all(
            quotation.is_closed and not quotation.is_dash_dialogue
            for quotation in quoted.quotations
        ):
            return None
        is_doubtful = is_doubtful or any(
            view.text[quotation.start] == opening_mark for quotation in quoted.quotations
        )
    return None


def _is_tale(
    view: TextView, paragraphs: list[QuotedParagraph], open_index: int, closing_index: int
) -> bool:
    """Return whether somebody tells the paragraphs between two marks in the first person.

    Otherwise the marks at both ends more likely lack their counterparts by mistake, and so they do
    if they are far apart and the paragraphs before are in the first person as well.
    """
    tale = paragraphs[open_index : closing_index + 1]
    if _measure_first_person(view, tale) < _MIN_TALE_SHARE:
        return False
    frame = paragraphs[max(0, open_index - _FRAME_PARAGRAPHS) : open_index]
    return len(tale) <= _MAX_DOUBTFUL_PARAGRAPHS or not _measure_first_person(view, frame)


def _measure_first_person(view: TextView, paragraphs: list[QuotedParagraph]) -> float:
    """Return the share of paragraphs with a pronoun of the first person outside quotations."""
    people = load_attribution_language(view.language.tag)
    pronouns = people.first_person_words | people.first_person_pronouns
    pronouns = pronouns or view.language.speaker_pronouns
    told_count = 0
    for quoted in paragraphs:
        position, words = quoted.start, set[str]()
        for quotation in quoted.quotations:
            words.update(_list_words(view, position, quotation.start))
            position = quotation.end
        words.update(_list_words(view, position, quoted.end))
        told_count += not pronouns.isdisjoint(words)
    return told_count / max(1, len(paragraphs))


def _list_words(view: TextView, start: int, end: int) -> list[str]:
    """Return the words of a span in lower case."""
    return PLAIN_WORD_PATTERN.findall(view.text[start:end].casefold())
