"""Find who writes the letter or the record that a chapter consists of.

The heading says it ("Miss Prior to Mrs. Lowe", "Jonathan Harker's Journal"), or the signature below
a letter that opens with a salutation.
"""

from __future__ import annotations

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
_MAX_RECORD_GAP = 2
"""Most words between a writer and the noun of a record: "Dr. Seward's Private Diary"."""


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
    for paragraph in range(first, min(first + _MAX_SALUTATION_PARAGRAPHS, last + 1)):
        start, end = tokens.paragraph_ranges[paragraph]
        words = tokens.lowercase_words[start : min(start + 3, end)]
        is_short = end - start <= _MAX_SALUTATION_TOKENS
        is_told = all(quotation < 0 for quotation in tokens.quotation_indices[start:end])
        if is_short and is_told and not language.salutations.isdisjoint(words):
            return True
    return False


def _find_signature(tokens: TokenTable, mentions: Sequence[Mention], closing: range) -> int:
    """Return the person whose name is the last of these paragraphs that is only a name, or -1."""
    signatures = [
        mention.person_index
        for mention in mentions
        if tokens.paragraph_indices[mention.start] in closing
        and not (mention.is_description or mention.is_quoted)
        and _is_alone(tokens, mention)
    ]
    return signatures[-1] if signatures else -1


def _is_alone(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether a mention, and no other word but initials, makes its paragraph."""
    start, end = tokens.paragraph_ranges[tokens.paragraph_indices[mention.start]]
    others = [*tokens.words[start : mention.start], *tokens.words[mention.end : end]]
    return all(len(word) == 1 for word in others)
