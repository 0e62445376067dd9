"""Find the nouns by which a book explains its names: "Штерн, аптекарь", "el médico, don Lucas".

From there on the noun alone may mean whoever bears the name, as a title does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.people import MentionSpan
    from narrator.attribution.tokens import TokenTable

_CLAUSE_ENDS = frozenset((",", ".", ";", ":", "!", "?", "—", "–", "…", "..."))
"""Tokens that close an apposition."""
_MAX_ADJECTIVES = 1
"""Words between a determiner and its noun: "ein alter Lotse"."""


def list_appositions(
    tokens: TokenTable,
    persons: Sequence[Person],
    names: Sequence[MentionSpan],
    speaking_nouns: Set[str],
) -> Iterator[tuple[str, int]]:
    """Yield the title that each apposition gives to a named person, and the person's index.

    Nouns of kinship are left out: "his mother" is another person in the next chapter. English has
    rules of its own for indefinite appositions.

    Args:
        tokens: The tokens of the book.
        persons: Its named persons.
        names: The mentions of their names.
        speaking_nouns: The nouns that speech tags show to mean persons.
    """
    language = tokens.language
    if not language.requires_name_evidence:
        return
    nouns = (language.role_nouns.keys() | language.titles.keys() | speaking_nouns) - (
        language.kin_nouns.keys() | language.vague_nouns | language.given_names.keys()
    )
    for name in names:
        if tokens.quotation_indices[name.start] >= 0 or tokens.is_possessive[name.end - 1]:
            continue
        for noun_index in (
            _find_noun_after(tokens, name, nouns),
            _find_before(tokens, name, nouns),
        ):
            if noun_index is None:
                continue
            noun = tokens.lowercase_words[noun_index]
            gender = language.role_nouns.get(noun) or language.titles.get(noun)
            if gender in {None, "neutral", persons[name.person_index].gender} or (
                persons[name.person_index].gender is None
            ):
                yield language.find_title(noun), name.person_index


def _find_noun_after(tokens: TokenTable, name: MentionSpan, nouns: Set[str]) -> int | None:
    """Return the noun of "Штерн, аптекарь," or "Hansen, ein alter Lotse,", or None."""
    comma = name.end
    if not _is_comma(tokens, comma) or _is_comma(tokens, name.start - 1):
        return None  # a name between commas may be one of a list
    language, first = tokens.language, comma + 1
    has_determiner = first < len(tokens.words) and tokens.lowercase_words[first] in (
        language.determiners | language.indefinite_articles | language.possessive_determiners
    )
    if not has_determiner and not language.omits_articles:
        reach = 1
    else:
        reach = 1 + has_determiner + _MAX_ADJECTIVES
    for index in range(first, min(first + reach, len(tokens.words) - 1)):
        if not _is_narrated_word(tokens, index, comma):
            return None
        if tokens.lowercase_words[index] in nouns:
            return index if tokens.words[index + 1] in _CLAUSE_ENDS else None
    return None


def _find_before(tokens: TokenTable, name: MentionSpan, nouns: Set[str]) -> int | None:
    """Return the noun of "el médico, don Lucas,", which needs a determiner, or None."""
    noun = name.start - 2
    if (
        noun < 1
        or not _is_comma(tokens, name.start - 1)
        or name.end >= len(tokens.words)
        or tokens.words[name.end] not in _CLAUSE_ENDS
        or tokens.lowercase_words[noun] not in nouns
        or not _is_narrated_word(tokens, noun, name.start)
    ):
        return None
    language = tokens.language
    determiners = language.definite_articles | language.possessive_determiners
    return noun if tokens.lowercase_words[noun - 1] in determiners else None


def _is_comma(tokens: TokenTable, index: int) -> bool:
    return 0 <= index < len(tokens.words) and tokens.words[index] == ","


def _is_narrated_word(tokens: TokenTable, index: int, neighbour: int) -> bool:
    """Return whether a token is a word of the narration in the paragraph of another token."""
    return (
        tokens.words[index][0].isalpha()
        and tokens.quotation_indices[index] < 0
        and tokens.paragraph_indices[index] == tokens.paragraph_indices[neighbour]
    )
