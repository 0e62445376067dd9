"""Learn which nouns a book uses as titles: "Pfarrer Lorenz", "le docteur Ferrand", "купец Рогов".

A language's file lists the usual titles. Any noun for a person may stand before a name as well, and
the book itself shows which do; from there on the noun alone means the bearer: "der Pfarrer".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.attribution.coreference.speaking_nouns import list_speaking_nouns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage


def learn_titles(tokens: TokenTable) -> TokenTable:
    """Return the tokens with a language that has the titles of this book as well.

    English books are returned unchanged: there, a capital shows which titles belong to names.
    """
    language = tokens.language
    if not language.requires_name_evidence or not language.titles:
        return tokens
    title_counts = Counter(_iterate_titles(tokens))
    if not title_counts:
        return tokens
    learned = {
        noun: language.role_nouns.get(noun, "neutral")
        for noun in title_counts
        if noun not in language.titles
    }
    return replace(tokens, language=replace(language, titles={**learned, **language.titles}))


def _iterate_titles(tokens: TokenTable) -> Iterator[str]:
    """Yield each noun for a person that stands before a name, in lower case."""
    language = tokens.language
    nouns = (language.role_nouns.keys() | list_speaking_nouns(tokens)) - language.given_names.keys()
    nouns -= language.vague_nouns | language.kin_nouns.keys() | language.age_words.keys()
    common_words = _list_common_words(tokens)
    for index in range(len(tokens.words) - 1):
        noun = tokens.lowercase_words[index]
        if noun not in nouns or (language.capitalises_nouns and tokens.words[index].islower()):
            continue
        name = _skip_particles(tokens, index + 1)
        if (
            _continues_phrase(tokens, index, name)
            and tokens.words[name][0].isupper()
            and not tokens.words[name].isupper()
            and tokens.lowercase_words[name] not in common_words
        ):
            yield noun


def _skip_particles(tokens: TokenTable, index: int) -> int:
    """Return the token after the particles of a name: "von" in "Baron von Bredow"."""
    last = len(tokens.words) - 1
    while index < last and tokens.lowercase_words[index] in tokens.language.name_particles:
        index += 1
    return index


def _continues_phrase(tokens: TokenTable, start: int, end: int) -> bool:
    """Return whether nothing separates the words from one token to another."""
    return tokens.paragraph_indices[start] == tokens.paragraph_indices[end] and all(
        tokens.quotation_indices[index] == tokens.quotation_indices[start]
        and not tokens.is_sentence_start[index]
        and not tokens.is_separated[index]
        for index in range(start + 1, end + 1)
    )


def _list_common_words(tokens: TokenTable) -> frozenset[str]:
    """Return the words that are no names here: with a determiner before them, or no capital."""
    language = tokens.language
    determiners = language.determiners | language.possessive_determiners
    determiners |= language.oblique_articles
    return frozenset(
        word
        for index, word in enumerate(tokens.lowercase_words)
        if tokens.words[index][0].islower()
        or (language.capitalises_nouns and tokens.lowercase_words[index - 1] in determiners)
    ) | _list_person_words(language)


def _list_person_words(language: AttributionLanguage) -> frozenset[str]:
    """Return the words of a language's file that are no names."""
    return (
        frozenset(language.titles)
        | language.role_nouns.keys()
        | language.kin_nouns.keys()
        | language.non_name_words
    ) - language.given_names.keys()
