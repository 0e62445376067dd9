"""Learn from a book which titles it uses as names: "Mr. King", "said Mademoiselle", "St. Clair"."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

    from narrator.attribution.tokens import TokenTable

SAINT_TITLES = frozenset(("st", "saint"))
"""Words for a saint, which are part of last names: "Mrs. St. Clair"."""


def find_title_surnames(tokens: TokenTable) -> frozenset[str]:
    """Return the titles that the book uses as last names, in lower case: "Mr. King", "Ada Young".

    They are the last word after a form of address or a listed first name. A rank with a common
    abbreviation ("Captain") and a noun of kinship are never last names.
    """
    language, words = tokens.language, tokens.lowercase_words
    if language.requires_name_evidence:
        return frozenset()
    address = language.common_male_titles | language.married_titles | language.unmarried_titles
    abbreviated = language.abbreviations | {
        word
        for word, short in language.title_short_forms.items()
        if short in language.abbreviations
    }
    titles = language.titles.keys() - language.kin_nouns.keys() - abbreviated
    return frozenset(
        words[index]
        for index in range(1, len(words))
        if words[index] in titles
        and tokens.words[index][0].isupper()
        and not precedes_name(tokens, index)
        and (follows_title(tokens, index, address) or follows_first_name(tokens, index))
    )


def follows_first_name(tokens: TokenTable, index: int) -> bool:
    """Return whether a listed first name with a capital directly precedes a token."""
    before = index - 1
    return (
        tokens.lowercase_words[before] in tokens.language.given_names
        and tokens.words[before][0].isupper()
        and not tokens.is_possessive[before]
        and not tokens.is_separated[index]
        and tokens.quotation_indices[before] == tokens.quotation_indices[index]
        and tokens.paragraph_indices[before] == tokens.paragraph_indices[index]
    )


def find_speaking_titles(tokens: TokenTable) -> frozenset[str]:
    """Return the short forms of the titles that speak without an article: "said Mademoiselle"."""
    language, words = tokens.language, tokens.lowercase_words
    if language.requires_name_evidence:
        return frozenset()
    return frozenset(
        language.title_short_forms.get(words[index], words[index])
        for index in range(2, len(words) - 1)
        if words[index] in language.titles
        and tokens.words[index][0].isupper()
        and words[index] not in language.kin_nouns
        and words[index] not in language.adjective_titles
        and words[index - 1] in language.speech_verbs
        and tokens.quotation_indices[index - 2] >= 0 > tokens.quotation_indices[index]
        and not precedes_name(tokens, index)
        and words[index + 1] not in language.name_particles
        and (words[index + 1] != "." or words[index] not in language.abbreviations)
    )


def find_saint_surnames(tokens: TokenTable) -> frozenset[str]:
    """Return the words after "St." in last names: "Clair", if "St. Clair" follows different words.

    "Main St. Tom came" ends a sentence.
    """
    words = tokens.lowercase_words
    previous = defaultdict[str, set[str]](set)
    for index in range(1, len(words) - 2):
        if words[index] in SAINT_TITLES and words[index + 1] == ".":
            previous[words[index + 2]].add(words[index - 1])
    return frozenset(word for word, before in previous.items() if len(before) > 1)


def follows_title(tokens: TokenTable, index: int, titles: Set[str]) -> bool:
    """Return whether a title, with or without a full stop, directly precedes a token."""
    before = index - 1
    if before > 0 and tokens.words[before] == ".":
        before -= 1
        if tokens.lowercase_words[before] not in tokens.language.abbreviations:
            return False
    return (
        before >= 0
        and tokens.lowercase_words[before] in titles
        and tokens.words[before][0].isupper()
        and not tokens.is_possessive[before]
        and tokens.quotation_indices[before] == tokens.quotation_indices[index]
        and tokens.paragraph_indices[before] == tokens.paragraph_indices[index]
    )


def precedes_name(tokens: TokenTable, index: int) -> bool:
    """Return whether another word with a capital follows a token in its sentence.

    Then a title at the token belongs to the name after it: "King John", "Mr. Justice Park".
    """
    following = index + 1
    return (
        following < len(tokens.words)
        and tokens.words[following][0].isupper()
        and not tokens.is_possessive[index]
        and not tokens.is_sentence_start[following]
        and tokens.quotation_indices[following] == tokens.quotation_indices[index]
        and tokens.paragraph_indices[following] == tokens.paragraph_indices[index]
    )
