"""Read the words of a description: its noun, adjectives, modifier, age and gender."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage


class Description(NamedTuple):
    """A description in the text, before it is known whom it means."""

    start: int
    """First token, usually a determiner."""
    noun_index: int
    end: int
    """Token after the description, with its modifier: "in the straw hat"."""
    modifier: str
    """Last word of the modifier; empty without one."""
    possessor: int
    """Index of the named person to whom the described one belongs ("Ada's maid"), or -1."""


def find_base_noun(tokens: TokenTable, description: Description) -> str:
    """Return the noun of a description in the form after a definite article, in lower case.

    "Ein Fremder" and "der Fremde" are one word, as are "der Alte" and "dem Alten".
    """
    return strip_adjective_ending(tokens.lowercase_words[description.noun_index], tokens.language)


def list_adjectives(tokens: TokenTable, description: Description) -> list[str]:
    """Return the words between the determiner and the noun of a description."""
    return tokens.lowercase_words[description.start + 1 : description.noun_index]


def word_modifier(tokens: TokenTable, description: Description, wording: str) -> str:
    """Return the wording of a description with its modifier, as in the book."""
    if not description.modifier:
        return wording
    words = tokens.words[description.noun_index + 1 : description.end]
    # "A man in a hat" is "the man in the hat" from there on.
    definite = ["the" if word in tokens.language.indefinite_articles else word for word in words]
    return " ".join([wording, *definite])


def find_gender(tokens: TokenTable, description: Description) -> str | None:
    """Return the gender of a description, from its noun or the determiner, or None."""
    language = tokens.language
    noun = find_base_noun(tokens, description)
    gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun)
    if language.requires_name_evidence and gender is None:
        gender = language.titles.get(noun)
    if noun in language.common_gender_nouns:
        determiner = tokens.lowercase_words[description.start]
        gender = language.determiner_genders.get(determiner, gender)
    return gender


def strip_adjective_ending(noun: str, language: AttributionLanguage) -> str:
    """Return an adjective that is a noun as it is after a definite article: "alte" for "alter"."""
    base = noun[:-1]
    is_adjective = base.endswith("e") and base in language.common_gender_nouns
    return base if is_adjective and language.capitalises_nouns else noun


def build_modifier_key(noun: str, modifier: str) -> str:
    """Return the key of a noun with a modifier, which no wording can equal."""
    return f"{noun} ~ {modifier}"


def is_possessive_kinship(tokens: TokenTable, start: int, noun_index: int) -> bool:
    """Return whether a description is a relative of somebody: "her mother", not "the mother"."""
    is_kin = tokens.lowercase_words[noun_index] in tokens.language.kin_nouns
    return is_kin and tokens.lowercase_words[start] in tokens.language.possessive_determiners


def find_possession(tokens: TokenTable, start: int, noun_index: int) -> str:
    """Return whose relative a description means: `own` for "my mother", or `other`; or neither."""
    if not is_possessive_kinship(tokens, start, noun_index):
        return ""
    is_own = tokens.lowercase_words[start] in tokens.language.first_person_words
    return "own" if is_own else "other"


def find_age(tokens: TokenTable, start: int, noun_index: int) -> str | None:
    """Return the age implied by the first word of age after the determiner, or None."""
    age_words = tokens.language.age_words
    # A description without a determiner starts with its noun, which must be included.
    words = [*tokens.lowercase_words[start + 1 : noun_index], tokens.lowercase_words[noun_index]]
    return next((age_words[word] for word in words if word in age_words), None)


def join_inflected_description(tokens: TokenTable, start: int, noun_index: int) -> str:
    """Return the words for an age and the noun of a description in an inflected language.

    The determiner is left out, because its form changes with gender and case.
    """
    words = tokens.words[start + 1 : noun_index]
    age_adjectives = [word for word in words if word.lower() in tokens.language.age_words]
    return " ".join([*age_adjectives, tokens.words[noun_index]])
