"""Find who writes the letters in a chapter, or the record that it consists of.

The heading says it ("Miss Prior to Mrs. Lowe", "Jonathan Harker's Journal"), or the signature below
a letter that opens with a salutation.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages import load_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.coreference.people import Mention
    from narrator.attribution.tokens import TokenTable
    from narrator.languages import Language

_MAX_HEADING_PARAGRAPHS = 4
"""Number of paragraphs at the beginning of a chapter in which a heading may name the writer."""
_MAX_HEADING_TOKENS = 16
_MAX_SALUTATION_PARAGRAPHS = 6
_MAX_SALUTATION_TOKENS = 8
_MAX_SIGNATURE_PARAGRAPHS = 5
"""Number of paragraphs at the end of a chapter of which one may be the signature."""
_MAX_VALEDICTION_TOKENS = 8
"""Most words above the name in the paragraph of a signature: "Your affectionate brother,"."""
_MAX_RECORD_GAP = 2
"""Most words between a writer and the noun of a record: "Dr. Seward's Private Diary"."""


def find_letters(
    tokens: TokenTable, mentions: Sequence[Mention], start: int, end: int
) -> list[tuple[range, int]]:
    """Return the paragraphs and the writer of each letter, if a chapter has several; or [].

    A letter begins with its salutation, and ends with its signature; a message begins with the name
    of its sender. The arguments are those of `find_writer`.
    """
    if start >= end:
        return []
    language = load_language(tokens.language.tag)
    first, last = tokens.paragraph_indices[start], tokens.paragraph_indices[end - 1]
    senders = {p: _find_sender(tokens, mentions, p, language) for p in range(first, last + 1)}
    senders = {paragraph: person for paragraph, person in senders.items() if person >= 0}
    openings = list(senders) or [
        p for p in range(first, last + 1) if _is_salutation(tokens, p, language)
    ]
    if len(openings) < 2:
        return []
    letters: list[tuple[range, int]] = []
    previous_end = first
    for opening, following in pairwise([*openings, last + 1]):
        body = range(opening + 1, following)
        if opening in senders:
            letters.append((range(opening, following), senders[opening]))
            continue
        signature = _find_signature_paragraph(tokens, mentions, body, language)
        heading = range(max(previous_end, opening - _MAX_HEADING_PARAGRAPHS), opening)
        writer = next(_list_named_writers(tokens, mentions, heading, language), -1)
        if writer < 0 and signature >= 0:
            writer = _find_signature(tokens, mentions, range(signature, signature + 1))
        previous_end = signature + 1 if signature >= 0 else following
        if writer >= 0:
            letters.append((range(opening, previous_end), writer))
    return letters


def _find_signature_paragraph(
    tokens: TokenTable, mentions: Sequence[Mention], body: range, language: Language
) -> int:
    """Return the first of these paragraphs that consists of a name, or closes with one; or -1."""
    return next(
        (
            paragraph
            for mention in mentions
            if (paragraph := tokens.paragraph_indices[mention.start]) in body
            and not (mention.is_description or mention.is_quoted)
            and _is_alone(tokens, mention, language)
        ),
        -1,
    )


def find_writer(tokens: TokenTable, mentions: Sequence[Mention], start: int, end: int) -> int:
    """Return the person who writes the whole of a chapter, or -1.

    Args:
        tokens: the tokens of the book.
        mentions: the mentions in the chapter, in order.
        start: first token of the chapter.
        end: token after the chapter.
    """
    if start >= end:
        return -1
    language = load_language(tokens.language.tag)
    first, last = tokens.paragraph_indices[start], tokens.paragraph_indices[end - 1]
    opening = range(first, min(first + _MAX_HEADING_PARAGRAPHS, last + 1))
    person = next(_list_named_writers(tokens, mentions, opening, language), -1)
    if person < 0 and _opens_with_salutation(tokens, first, last, language):
        closing = range(max(first, last + 1 - _MAX_SIGNATURE_PARAGRAPHS), last + 1)
        return _find_signature(tokens, mentions, closing)
    return person


def _list_named_writers(
    tokens: TokenTable, mentions: Sequence[Mention], opening: range, language: Language
) -> Iterator[int]:
    """Yield the writers whom a heading names: "X to Y", "X's Diary", "From X to Y"."""
    for mention in mentions:
        paragraph = tokens.paragraph_indices[mention.start]
        if paragraph not in opening or mention.is_quoted:
            continue
        start, end = tokens.paragraph_ranges[paragraph]
        while end > start and not tokens.words[end - 1][-1].isalnum():
            end -= 1
        is_short = end - start <= _MAX_HEADING_TOKENS and mention.end < end
        if not (is_short and _opens_heading(tokens, start, mention.start, language)):
            continue
        following = tokens.lowercase_words[mention.end : mention.end + 2]
        others = [other for other in mentions if mention.end < other.start and other.end == end]
        record = tokens.lowercase_words[mention.end : min(mention.end + 1 + _MAX_RECORD_GAP, end)]
        names_record = mention.is_possessive and not language.record_nouns.isdisjoint(record)
        if names_record or (following[0] in language.recipient_words and others):
            yield mention.person_index
    yield from _list_owners_of_records(tokens, mentions, opening, language)


def _list_owners_of_records(
    tokens: TokenTable, mentions: Sequence[Mention], opening: range, language: Language
) -> Iterator[int]:
    """Yield the writers whom a title ends with, after a noun and one word: "The Diary of X"."""
    for mention in mentions:
        paragraph = tokens.paragraph_indices[mention.start]
        if paragraph not in opening or mention.is_quoted or mention.is_description:
            continue
        start, end = tokens.paragraph_ranges[paragraph]
        noun = mention.start - 2
        is_title = noun >= start and end - start <= _MAX_HEADING_TOKENS and mention.end == end
        if is_title and tokens.lowercase_words[noun] in language.record_nouns:
            yield mention.person_index


def _find_sender(
    tokens: TokenTable, mentions: Sequence[Mention], paragraph: int, language: Language
) -> int:
    """Return the person whom the head of a message names, as in "From: Ada Lowe"; or -1."""
    start, end = tokens.paragraph_ranges[paragraph]
    is_head = end - start > 2 and (
        tokens.lowercase_words[start] in language.sender_words and tokens.words[start + 1] == ":"
    )
    names = (m.person_index for m in mentions if is_head and m.start == start + 2)
    return next(names, -1)


def _opens_heading(tokens: TokenTable, start: int, end: int, language: Language) -> bool:
    """Return whether only words such as "Letter from" stand before a token on its line.

    `start` is the first token of the headings of a chapter, and `end` the token.
    """
    first = end
    while first > start and _count_signs_between(tokens, first) <= 1:
        first -= 1
    return all(
        word in language.sender_words
        or word in language.record_nouns
        or word in tokens.language.determiners
        or not word.isalpha()
        for word in tokens.lowercase_words[first:end]
    )


def _count_signs_between(tokens: TokenTable, index: int) -> int:
    """Return the number of characters between a token and the one before it."""
    previous = tokens.start_offsets[index - 1] + len(tokens.words[index - 1])
    return tokens.start_offsets[index] - previous


def _opens_with_salutation(tokens: TokenTable, first: int, last: int, language: Language) -> bool:
    """Return whether one of the first paragraphs is a salutation: "My dear Aunt,"."""
    opening = range(first, min(first + _MAX_SALUTATION_PARAGRAPHS, last + 1))
    return any(_is_salutation(tokens, paragraph, language) for paragraph in opening)


def _is_salutation(tokens: TokenTable, paragraph: int, language: Language) -> bool:
    """Return whether a paragraph is a salutation: "My dear Aunt,"."""
    start, end = tokens.paragraph_ranges[paragraph]
    words = tokens.lowercase_words[start : min(start + 3, end)]
    is_short = end - start <= _MAX_SALUTATION_TOKENS
    is_told = all(quotation < 0 for quotation in tokens.quotation_indices[start:end])
    return is_short and is_told and not language.salutations.isdisjoint(words)


def _find_signature(tokens: TokenTable, mentions: Sequence[Mention], closing: range) -> int:
    """Return the person whose name is the last of these paragraphs that is only a name, or -1."""
    signatures = [
        mention.person_index
        for mention in mentions
        if tokens.paragraph_indices[mention.start] in closing
        and not (mention.is_description or mention.is_quoted)
        and _is_alone(tokens, mention, load_language(tokens.language.tag))
    ]
    return signatures[-1] if signatures else -1


def _is_alone(tokens: TokenTable, mention: Mention, language: Language) -> bool:
    """Return whether a mention makes a signature: alone, with initials, or below "Yours"."""
    start, end = tokens.paragraph_ranges[tokens.paragraph_indices[mention.start]]
    before, after = tokens.words[start : mention.start], tokens.words[mention.end : end]
    if all(len(word) == 1 for word in [*before, *after]):
        return True
    closes_letter = not language.valedictions.isdisjoint(map(str.lower, before))
    is_short = len(before) <= _MAX_VALEDICTION_TOKENS
    return closes_letter and is_short and all(len(word) == 1 for word in after)
