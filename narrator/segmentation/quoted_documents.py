"""Finds letters, notes and other documents quoted at length, which no character speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.model import ParagraphKind
from narrator.text.quotes import CLOSING_MARKS, SURROUNDING_CHARACTERS, character_class
from narrator.text.words import HYPHENATED_WORD_PATTERN, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.segmentation.quotations import QuotedParagraph
    from narrator.segmentation.text_view import TextView

_SENTENCE_BREAK = re.compile(rf"{SENTENCE_END_CLASS}{character_class(CLOSING_MARKS, ')')}*\s+")
_MAX_SHORT_LINE_WORDS = 9
"""Most words in a line with a salutation, a date or a signature."""
_DOCUMENT_THRESHOLD = 2.5
"""Sum of evidence weights at which a quotation counts as a document."""
_HEADING_WEIGHT = 1.5
"""Weight of a date or salutation in separate paragraphs just before the quotation."""
_ET_CETERA_WORDS = frozenset(("c", "etc"))
"""Words that may stand after a quotation in a document, as in "&c."."""
_MAX_SIGNATURE_WORDS = 5
"""Most words that close a letter, with the name: "Herzlichst Dein alter Freund Karl"."""
_LINE_BREAKS = ",.;:!?…\n"
"""Characters after which the words that close a letter may begin."""
_SOURCE = re.compile(r"\s*(?:[—–]|--?)\s*[_*(]*[^\W\d_a-zß-ÿа-я]|\s*[_*]+[^\W\d_a-zß-ÿа-я]")
"""The source of an epigraph behind the quotation: after a dash, in italics or in brackets."""
_MAX_SOURCE_WORDS, _MAX_MINOR_LETTERS = 10, 3
_MAX_PARAGRAPHS = 12
"""Most paragraphs of a letter that quotes each paragraph separately."""


def find_quoted_documents(view: TextView, paragraphs: Sequence[QuotedParagraph]) -> frozenset[int]:
    """Return the indices of the paragraphs of a chapter that are quoted documents.

    Each run of quoted paragraphs is judged by a weighted sum of evidence, such as a salutation, a
    date, a signature, indentation, its length, or a sentence before it that mentions a letter.
    """
    document_indices: set[int] = set(_find_epigraphs(view, paragraphs))
    index_after_heading = -1
    for run in _find_runs(view, paragraphs):
        evidence = _sum_evidence(view, paragraphs, run) + _HEADING_WEIGHT * (
            index_after_heading == run[0]
        )
        if evidence >= _DOCUMENT_THRESHOLD:
            document_indices.update(run)
            word_count = sum(len(_list_words(view, paragraphs[index])) for index in run)
            # A short document may be only the date or salutation of the one after it.
            index_after_heading = run[-1] + 1 if word_count <= 2 * _MAX_SHORT_LINE_WORDS else -1
    return frozenset(document_indices)


def _find_epigraphs(view: TextView, paragraphs: Sequence[QuotedParagraph]) -> Iterator[int]:
    """Yield the paragraphs below a heading that quote something and name its source at the end."""
    position = 0  # number of paragraphs since the heading that are no epigraphs
    for index, paragraph in enumerate(paragraphs):
        if paragraph.paragraph.kind is ParagraphKind.HEADING:
            position = 0
        elif position == 0 and (
            _names_source(view, paragraph)
            or (
                _is_wholly_quoted(view, paragraph)
                and _is_source(view, paragraphs[index + 1 : index + 2])
            )
        ):
            yield index
        else:
            position += 1


def _is_source(view: TextView, following: Sequence[QuotedParagraph]) -> bool:
    """Return whether the paragraph below a quotation is the name of its source.

    It is short, and stands after a dash, or its words have capitals: "Country Rhyme.".
    """
    if not following or following[0].quotations:
        return False
    text = view.text[following[0].start : following[0].end].strip()
    words = HYPHENATED_WORD_PATTERN.findall(text)
    has_capitals = len(words) > 1 and all(
        word[0].isupper() or len(word) <= _MAX_MINOR_LETTERS for word in words
    )
    is_set_off = text[:1] in "—–" or text.startswith("--") or (text[:1].isupper() and has_capitals)
    return is_set_off and len(words) <= _MAX_SOURCE_WORDS


def _names_source(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether a paragraph consists of a quotation, and of its source behind it."""
    if not paragraph.quotations or paragraph.quotations[0].start > paragraph.start + 1:
        return False
    source = view.text[paragraph.quotations[-1].end : paragraph.end]
    words = HYPHENATED_WORD_PATTERN.findall(source)
    return _SOURCE.match(source) is not None and len(words) <= _MAX_SOURCE_WORDS


def _find_runs(view: TextView, paragraphs: Sequence[QuotedParagraph]) -> Iterator[range]:
    """Yield each run of paragraphs that consists of one quotation and nothing else."""
    start = 0
    while start < len(paragraphs):
        end = start
        while end < len(paragraphs) and _is_wholly_quoted(view, paragraphs[end]):
            end += 1
            if not _extends_run(view, paragraphs, start, end):
                break
        if end > start:
            yield range(start, end)
        start = max(end, start + 1)


def _extends_run(
    view: TextView, paragraphs: Sequence[QuotedParagraph], start: int, end: int
) -> bool:
    """Return whether the paragraph at `end` may belong to the run of paragraphs before it."""
    if paragraphs[end - 1].continues:
        return True
    if (
        end < len(paragraphs)
        and _is_wholly_quoted(view, paragraphs[end])
        and _has_signature(view, paragraphs[end])
    ):
        return True
    # If each paragraph has both marks, a run needs the opening and the signature of a letter.
    first = paragraphs[start]
    if not (_opens_with_salutation(view, first) or _opens_with_date(view, first)):
        return False
    return any(
        _has_signature(view, paragraph) for paragraph in paragraphs[end : end + _MAX_PARAGRAPHS]
    )


def _is_wholly_quoted(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether a paragraph consists of a quotation, or of lines that each open with a mark.

    The only text allowed outside is an unmarked salutation before it and "&c." after it.
    """
    quotations = paragraph.quotations
    if not quotations or any(quotation.is_dash_dialogue for quotation in quotations):
        return False
    # If each line opens with a mark, only the last may have a closing mark.
    if any(quotation.is_closed for quotation in quotations[:-1]):
        return False
    following_starts = [quotation.start for quotation in quotations[1:]] + [paragraph.end]
    unquoted_texts = [
        view.text[quotation.end : start]
        for quotation, start in zip(quotations, following_starts, strict=True)
    ]
    unquoted_words = HYPHENATED_WORD_PATTERN.findall(" ".join(unquoted_texts).casefold())
    if not _ET_CETERA_WORDS.issuperset(unquoted_words):
        return False
    first_start = quotations[0].start
    return first_start == paragraph.start or _is_salutation(view, paragraph.start, first_start)


def _find_first_line(paragraph: QuotedParagraph) -> tuple[int, int]:
    """Return the first line of a paragraph whose lines open with marks; otherwise all of it."""
    line_starts = [q.start for q in paragraph.quotations if q.start > paragraph.start]
    return paragraph.start, line_starts[0] if line_starts else paragraph.end


def _find_last_line(paragraph: QuotedParagraph) -> tuple[int, int]:
    """Return the last line of a paragraph whose lines open with marks; otherwise all of it."""
    has_lines = len(paragraph.quotations) > 1
    return paragraph.quotations[-1].start if has_lines else paragraph.start, paragraph.end


def _sum_evidence(view: TextView, paragraphs: Sequence[QuotedParagraph], run: range) -> float:
    """Return the summed weight of the evidence that a run of paragraphs is a document."""
    first, last = paragraphs[run[0]], paragraphs[run[-1]]
    word_count = sum(len(_list_words(view, paragraphs[index])) for index in run)
    has_several = len(run) > 1
    weighted_evidence = [
        (2.5, _opens_with_salutation(view, first) and has_several),
        (0.5, _contains_salutation(view, first)),
        (1.5, _opens_with_date(view, first) and has_several),
        (2.0, has_several and _has_signature(view, last)),
        (1.0, _has_valediction(view, last)),
        (1.5, _is_introduced(view, paragraphs, run[0])),
        (1.0, _is_introduced(view, paragraphs, run[0]) and _opens_with_date(view, first)),
        (0.5, _follows_colon(view, paragraphs, run[0])),
        (0.5, _is_announced(view, paragraphs, run[0])),
        (1.5, _has_unmarked_heading(view, paragraphs, run[0])),
        (1.5, _is_commented_on(view, paragraphs, run[-1] + 1)),
        (2.0, any(_is_indented(view, paragraphs[index]) for index in run)),
        (0.5, has_several),
        (0.5, word_count > 100),
        (0.5, word_count > 200),
    ]
    return sum(weight for weight, is_present in weighted_evidence if is_present)


def _list_words(view: TextView, paragraph: QuotedParagraph) -> list[str]:
    """Return the words of a paragraph in lower case."""
    return _list_span_words(view, paragraph.start, paragraph.end)


def _list_span_words(view: TextView, start: int, end: int) -> list[str]:
    """Return the words between two offsets in lower case."""
    return HYPHENATED_WORD_PATTERN.findall(view.text[start:end].casefold())


def _is_salutation(view: TextView, start: int, end: int) -> bool:
    """Return whether a line is a salutation, such as "My dear Nell,"."""
    words = _list_span_words(view, start, end)
    line = view.text[start:end].strip(SURROUNDING_CHARACTERS)
    has_salutation = view.language.salutations.intersection(words[:3])
    return (
        bool(has_salutation)
        and len(words) <= _MAX_SHORT_LINE_WORDS
        and line.endswith((",", "—", "-", ":"))
    )


def _opens_with_salutation(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether the first line of a paragraph is a salutation."""
    return _is_salutation(view, *_find_first_line(paragraph))


def _contains_salutation(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether the first three words of a paragraph include a salutation word."""
    return bool(view.language.salutations.intersection(_list_words(view, paragraph)[:3]))


def _opens_with_date(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether the first line of a paragraph is short and names a month."""
    start, end = _find_first_line(paragraph)
    words = _list_span_words(view, start, end)
    line = view.text[start:end].strip(SURROUNDING_CHARACTERS)
    if len(words) > _MAX_SHORT_LINE_WORDS or line.endswith(("?", "!")):
        return False
    return bool(view.language.month_names.intersection(words))


def _has_signature(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether the last line of a paragraph is a name in capitals or "Yours truly"."""
    start, end = _find_last_line(paragraph)
    words = _list_span_words(view, start, end)
    if not words or len(words) > _MAX_SHORT_LINE_WORDS:
        return False
    line = view.text[start:end].strip(SURROUNDING_CHARACTERS).rstrip(".,")
    # Books often print signatures in capitals; initials alone are too short to be evidence.
    is_name = line.isupper() and len(line) > 3 and line[-1].isalnum()
    if _has_ambiguous_valedictions(view):
        return is_name or _find_signature(view, start, end) == start
    return is_name or bool(view.language.valedictions.intersection(words))


def _has_valediction(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether the last 14 words of a paragraph include one that closes a letter."""
    if _has_ambiguous_valedictions(view):
        return _find_signature(view, paragraph.start, paragraph.end) is not None
    return bool(view.language.valedictions.intersection(_list_words(view, paragraph)[-14:]))


def _has_ambiguous_valedictions(view: TextView) -> bool:
    """Return whether the words that close a letter have other uses: "dein", but not "Yours"."""
    return load_attribution_language(view.language.tag).requires_name_evidence


def _find_signature(view: TextView, start: int, end: int) -> int | None:
    """Return the offset of the words that close a letter at the end of a text, or None.

    They open a sentence or a line, end without a question or an exclamation mark, and only a name
    may follow them: "Dein Karl", "Herzliche Grüße", but not "Das ist Ihr Hut".
    """
    text = view.text[start:end].rstrip()
    body = text.rstrip(SURROUNDING_CHARACTERS + "." + CLOSING_MARKS)
    if body.endswith(("?", "!")):
        return None
    words = list(HYPHENATED_WORD_PATTERN.finditer(body))
    first = len(words)
    while first and len(words) - first < _MAX_SIGNATURE_WORDS:
        first -= 1
        word = words[first][0]
        before = body[: words[first].start()].rstrip(" ")
        opens_line = not before.strip(SURROUNDING_CHARACTERS) or before[-1] in _LINE_BREAKS
        if word.casefold() in view.language.valedictions and opens_line:
            return start if first == 0 else start + words[first].start()
        if word[:1].islower() and word.casefold() not in view.language.valedictions:
            return None
    return None


def _is_introduced(view: TextView, paragraphs: Sequence[QuotedParagraph], index: int) -> bool:
    """Return whether the previous paragraph ends with a narrated sentence about a document."""
    if index == 0 or paragraphs[index - 1].paragraph.kind is ParagraphKind.HEADING:
        return False
    previous = paragraphs[index - 1]
    words = _list_last_sentence_words(view, previous)
    document_nouns = view.language.document_nouns | view.language.inscription_nouns
    names_document = document_nouns.intersection(words) or view.language.writing_verbs.intersection(
        words[-8:]
    )
    ends_with_quotation = previous.quotations and previous.quotations[-1].end >= previous.end - 1
    return bool(names_document) and not ends_with_quotation


def _is_announced(view: TextView, paragraphs: Sequence[QuotedParagraph], index: int) -> bool:
    """Return whether the previous paragraph ends with words such as "to this effect"."""
    last_words = _list_last_sentence_words(view, paragraphs[index - 1])[-3:] if index else []
    return bool(view.language.announcing_words.intersection(last_words))


def _list_last_sentence_words(view: TextView, paragraph: QuotedParagraph) -> list[str]:
    """Return the words of a paragraph's last sentence, at most its last 220 characters."""
    tail = view.text[max(paragraph.start, paragraph.end - 220) : paragraph.end]
    language, sentence_start = view.language, 0
    abbreviations = language.title_abbreviations | language.abbreviations
    for stop in _SENTENCE_BREAK.finditer(tail):
        words_before = HYPHENATED_WORD_PATTERN.findall(
            tail[sentence_start : stop.start()].casefold()
        )
        if not words_before or words_before[-1] not in abbreviations:
            sentence_start = stop.end()
    return HYPHENATED_WORD_PATTERN.findall(tail[sentence_start:].casefold())


def _follows_colon(view: TextView, paragraphs: Sequence[QuotedParagraph], index: int) -> bool:
    """Return whether the previous paragraph ends with a colon, or with a colon and a dash."""
    if index == 0:
        return False
    previous_end = paragraphs[index - 1].end
    return view.text[previous_end - 3 : previous_end].strip("-—").endswith(":")


def _has_unmarked_heading(
    view: TextView, paragraphs: Sequence[QuotedParagraph], index: int
) -> bool:
    """Return whether the previous paragraph is a date or salutation without quotation marks."""
    if index == 0 or paragraphs[index - 1].quotations:
        return False
    previous = paragraphs[index - 1]
    return _opens_with_salutation(view, previous) or _opens_with_date(view, previous)


def _is_commented_on(
    view: TextView, paragraphs: Sequence[QuotedParagraph], next_index: int
) -> bool:
    """Return whether the narration after a document mentions a letter in its first 16 words."""
    if next_index >= len(paragraphs) or paragraphs[next_index].quotations:
        return False
    first_words = _list_words(view, paragraphs[next_index])[:16]
    return bool(view.language.document_nouns.intersection(first_words))


def _is_indented(view: TextView, paragraph: QuotedParagraph) -> bool:
    """Return whether a paragraph is a block quotation, by its mark-up or its indented lines."""
    if paragraph.paragraph.kind is ParagraphKind.QUOTE:
        return True
    inner_lines = view.text[paragraph.start : paragraph.end].splitlines()[1:-1]
    return bool(inner_lines) and all(
        line.startswith("   ") and len(line) > 50 for line in inner_lines
    )
