"""Learn the gender of people without a name from pronouns: "The captain took off her gloves".

Most nouns for an occupation fit anybody. What the book says outweighs the gender that such a noun
usually has.
"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_statistics import (
    PRONOUN_REACH_TOKENS,
    find_following_gender,
    is_likely_verb,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.people import MentionSpan
    from narrator.attribution.tokens import TokenTable

_MALE, _FEMALE = 0.9, 0.1
"""Probability that a person is male whom pronouns show to be a man or a woman."""
_CLAUSE_WEIGHT = 2
"""Weight of a pronoun in the clause of the description, which is its subject."""
_MIN_WEIGHT, _MIN_SHARE = 2, 0.75
"""Minimum weight of the pronouns of one gender, and share of all, that show a person's gender."""


def learn_described_genders(
    tokens: TokenTable, persons: Sequence[Person], descriptions: Sequence[MentionSpan]
) -> None:
    """Set the gender of described persons by the pronouns after their descriptions, in place.

    A noun of kinship, and one that means men or women only ("man", "lady"), is left as it is.

    Args:
        tokens: the tokens of the book.
        persons: all persons; those with a name are not changed.
        descriptions: the descriptions, in the order of the text.
    """
    language = tokens.language
    weights = Counter[tuple[int, str]]()
    for span, following in zip_longest(descriptions, descriptions[1:]):
        person = persons[span.person_index]
        nouns = {form.words[-1] for form in person.name_forms if form.words}
        is_gendered = any(
            noun in language.vague_nouns and language.role_nouns.get(noun) != "neutral"
            for noun in nouns
        )
        if not person.description or person.is_kin or is_gendered:
            continue
        stop = following.start if following else len(tokens.words)
        gender = find_following_gender(tokens, span.end, min(stop, span.end + PRONOUN_REACH_TOKENS))
        if gender:
            weights[span.person_index, gender] += _weigh_pronoun(tokens, span)
    for (index, gender), weight in weights.items():
        total = weights[index, "male"] + weights[index, "female"]
        if weight >= max(_MIN_WEIGHT, _MIN_SHARE * total):
            persons[index].male_probability = _MALE if gender == "male" else _FEMALE


def _weigh_pronoun(tokens: TokenTable, span: MentionSpan) -> int:
    """Return the weight of the pronoun after a description: more if its clause has the pronoun."""
    if span.end >= len(tokens.words) or not is_likely_verb(tokens, span.end):
        return 1
    for index in range(span.end, min(span.end + PRONOUN_REACH_TOKENS, len(tokens.words))):
        if tokens.is_sentence_start[index] or tokens.words[index] in {",", ";"}:
            return 1
        if tokens.lowercase_words[index] in tokens.language.pronoun_genders:
            return _CLAUSE_WEIGHT
    return 1
