"""Find the adjectives by which conversations tell people apart: "the fat boy", "the tall boy".

Books often vary the adjectives of one person: "the small man" is "the dusty man" a page later. But
two tags that follow each other have two speakers, so their adjectives belong to two people.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

_MAX_PARAGRAPH_STEP = 2
"""Maximum distance in paragraphs between two quotations of one conversation."""
_MAX_ADJECTIVES = 3
"""Maximum number of words between an article and its noun."""

Wording = tuple[str, ...]
"""The adjectives and the noun of a description, in lower case."""


def find_contrasted_wordings(tokens: TokenTable, nouns: Container[str]) -> frozenset[Wording]:
    """Return the wordings that conversations use for different people with the same noun.

    Args:
        tokens: the tokens of the book.
        nouns: the nouns that describe people.
    """
    contrasted: set[Wording] = set()
    if tokens.language.requires_name_evidence:
        return frozenset()
    wordings = [_find_tag_wording(tokens, quotation, nouns) for quotation in tokens.quotations]
    # "The elder" and "the younger lady" are two wherever they speak.
    comparatives = tokens.language.generation_adjectives.keys() - tokens.language.age_words.keys()
    contrasted |= {wording for wording in wordings if comparatives.intersection(wording[:-1])}
    for (first, wording), (second, other) in pairwise(enumerate(wordings)):
        step = tokens.quotations[second].first_paragraph - tokens.quotations[first].last_paragraph
        if (
            0 < step <= _MAX_PARAGRAPH_STEP
            and min(len(wording), len(other)) > 1
            and wording[-1] == other[-1]
            and wording != other
        ):
            contrasted |= {wording, other}
    return frozenset(contrasted)


def _find_tag_wording(
    tokens: TokenTable, quotation: TokenisedQuotation, nouns: Container[str]
) -> Wording:
    """Return the wording in the tag after a quotation ("said the fat boy"), or nothing."""
    words, language = tokens.lowercase_words, tokens.language
    for _, end in quotation.token_runs:
        article = end + (words[end : end + 1] != [] and words[end] in language.speech_verbs)
        if (
            article + 1 >= len(words)
            or words[article] not in language.definite_articles
            or tokens.quotation_indices[article] >= 0
        ):
            continue
        for noun in range(article + 1, min(article + 2 + _MAX_ADJECTIVES, len(words))):
            if words[noun] in nouns and (noun + 1 == len(words) or words[noun + 1] not in nouns):
                return tuple(words[article + 1 : noun + 1])
            if not words[noun].isalpha() or words[noun] in language.speech_verbs:
                break
    return ()
