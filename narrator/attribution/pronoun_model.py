"""Weighs who "he" and "she" are in speech tags, by a model that was fitted to annotated novels.

The persons whom a pronoun of the narration may mean are weighed as in `coreference.antecedents`,
and by whether the quotation of the tag addresses or names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.attribution.coreference.antecedents import load_pronoun_weights
from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.speech_tags import SpeechTag


class Antecedents(NamedTuple):
    """The persons to whom the pronoun of a tag may refer."""

    quotation: int
    persons: list[int]
    features: NDArray[np.float64]
    """Shape (persons, features): `MENTION_FEATURES`, then `TAG_FEATURES`."""


def estimate_antecedents(context: QuotationContext) -> dict[int, dict[int, float]]:
    """Return the probability of each possible antecedent of the pronouns in tags.

    They are by quotation index, then by person index. Quotations whose tag has no such pronoun, or
    no possible antecedent, are left out.
    """
    weights = load_pronoun_weights()
    estimates = dict[int, dict[int, float]]()
    for antecedents in find_antecedents(context):
        scores = antecedents.features @ weights
        powers = np.exp(scores - scores.max())
        shares = (powers / powers.sum()).tolist()
        estimates[antecedents.quotation] = dict(zip(antecedents.persons, shares, strict=True))
    return estimates


def find_antecedents(context: QuotationContext) -> Iterator[Antecedents]:
    """Yield the possible antecedents of each tag whose subject is "he" or "she", in order.

    Tags without any are left out.
    """
    for quotation, tag in enumerate(context.best_tags):
        pronoun = None if tag is None else _find_pronoun(context, tag)
        descriptions = context.salience.antecedents.get(-1 if pronoun is None else pronoun)
        if not descriptions:
            continue
        called = context.addressees[quotation - 1] if quotation else frozenset[int]()
        rows = [
            (
                *description,
                person in context.addressees[quotation],
                person in context.named_persons[quotation],
                person in called,
            )
            for person, description in descriptions.items()
        ]
        yield Antecedents(quotation, list(descriptions), np.array(rows, float))


def _find_pronoun(context: QuotationContext, tag: SpeechTag) -> int | None:
    """Return the token of the pronoun that is the subject of a tag, or None."""
    words, genders = context.tokens.lowercase_words, context.tokens.language.pronoun_genders
    if tag.verb_strength < LISTED_VERB or tag.person_index >= 0:
        return None
    if tag.pronoun_gender not in {"male", "female"}:
        return None
    return next((index for index in range(tag.start, tag.end) if words[index] in genders), None)
