"""Weighs who "he" and "she" are in speech tags, by a model that was fitted to annotated novels.

The persons of the pronoun's gender who were mentioned before it in the scene are candidates. A
conditional logit weighs how recently and how often they were mentioned, as a subject or otherwise,
as in centering theory (Grosz, Joshi and Weinstein, Computational Linguistics 21, 1995), and whether
the quotation of the tag addresses or names them. `benchmarks/_train_pronouns.py` fits the weights.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import log1p
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.coreference.name_clustering import Person

FEATURE_NAMES = (
    "log_distance",
    "log_subject_distance",
    "log_mention_count",
    "gender_probability",
    "is_vague",
    "is_role",
    "is_role_nearby",
    "is_possessor",
    "is_addressed",
    "is_named",
    "was_addressed",
)
"""What the model weighs; `_PronounTags.describe` says what each means."""
_WEIGHTS_FILE = "pronoun_weights.toml"
_MODEL_EXPONENT = 0.5
"""Exponent of the model's probability, by which that of the nets is multiplied.

Chosen on novels by authors that the nets had not seen, with their own names and with others; the
nets know a part of what the model knows.
"""
_MIN_PROBABILITY = 0.02
"""Lower bound of the model's probability, also for persons whom it does not consider."""
_MAX_TOKENS_BACK = 1200
"""Maximum distance in tokens from a pronoun to the last mention of its person."""
_NEARBY_TOKENS = 20
"""Distance in tokens within which a pronoun more often means a role: "The miller rose. He"."""
_NEVER_SUBJECT = 8.0
"""Log distance of a person who has not been a subject."""
_MIN_GENDER_PROBABILITY = 0.3
"""Minimum probability that a person has the gender of a pronoun that refers to them."""
_SMALLEST = 1e-9
"""Lower bound of a sum to divide by."""


class Antecedents(NamedTuple):
    """The persons to whom the pronoun of a tag may refer."""

    quotation: int
    persons: list[int]
    features: NDArray[np.float64]
    """Shape (persons, features), in the order of `FEATURE_NAMES`."""


def apply_pronoun_model(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, in which tags such as "said he" favour likely antecedents.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    weighed, weights = probabilities.copy(), load_pronoun_weights()
    for antecedents in find_antecedents(context):
        row = weighed[antecedents.quotation]
        scores = antecedents.features @ weights
        powers = np.exp(scores - scores.max())
        model = dict(zip(antecedents.persons, powers / powers.sum(), strict=True))
        total = float(row.sum())
        for slot, person in enumerate(context.candidates[antecedents.quotation]):
            row[slot] *= max(model.get(person, 0.0), _MIN_PROBABILITY) ** _MODEL_EXPONENT
        row *= total / max(float(row.sum()), _SMALLEST)
    return weighed


@cache
def load_pronoun_weights() -> NDArray[np.float64]:
    """Return the weight of each feature; shape (features,)."""
    path = files("narrator.attribution") / _WEIGHTS_FILE
    weights = tomllib.loads(path.read_text(encoding="utf-8"))
    return np.array([weights[name] for name in FEATURE_NAMES], float)


def find_antecedents(context: QuotationContext) -> Iterator[Antecedents]:
    """Yield the possible antecedents of each tag whose subject is "he" or "she", in order.

    Tags without any are left out.
    """
    tags = _PronounTags(context)
    for quotation, tag in enumerate(context.best_tags):
        if tag is None or tag.verb_strength < LISTED_VERB or tag.person_index >= 0:
            continue
        words, genders = context.tokens.lowercase_words, context.tokens.language.pronoun_genders
        pronoun = next((i for i in range(tag.start, tag.end) if words[i] in genders), None)
        if pronoun is None or tag.pronoun_gender not in {"male", "female"}:
            continue
        rows = tags.describe(quotation, pronoun, tag.pronoun_gender)
        if rows:
            yield Antecedents(quotation, list(rows), np.array([*rows.values()]))


class _PronounTags:
    """Describes the antecedents of pronouns in tags."""

    def __init__(self, context: QuotationContext) -> None:
        self.context = context
        self.scenes = list(accumulate(context.tokens.is_scene_start))
        salience = context.salience
        self.mentions, self.subjects = salience.narrated_mentions, salience.subject_mentions
        self.mention_tokens = [token for token, _ in self.mentions]
        self.subject_tokens = [token for token, _ in self.subjects]

    def describe(self, quotation: int, pronoun: int, gender: str) -> dict[int, tuple[float, ...]]:
        """Return the features of each person whom a pronoun may mean.

        They are the logarithms of the distances in tokens from the last mention and from the last
        mention as a subject, and of the number of mentions; the probability of the pronoun's
        gender; and seven of value 0 or 1: whether the person has only a vague description, or only
        a role, or a role that was mentioned nearby; whether the last mention is possessive;
        whether the quotation addresses or names the person; and whether the one before addresses
        the person.
        """
        context, people = self.context, self.context.people
        last_tokens, counts = dict[int, int](), dict[int, int]()
        for token, index in self._list_before(self.mentions, self.mention_tokens, pronoun):
            last_tokens.setdefault(index, token)
            counts[index] = counts.get(index, 0) + 1
        subject_tokens = dict[int, int]()
        for token, index in self._list_before(self.subjects, self.subject_tokens, pronoun):
            subject_tokens.setdefault(index, token)
        called = context.addressees[quotation - 1] if quotation else frozenset[int]()
        rows = dict[int, tuple[float, ...]]()
        for index, last_token in last_tokens.items():
            person = people.persons[index]
            male = person.male_probability
            probability = male if gender == "male" else 1 - male
            if probability <= _MIN_GENDER_PROBABILITY:
                continue
            distance, is_vague = pronoun - last_token, self._is_vague(person)
            is_role = bool(person.description) and not is_vague
            subject = subject_tokens.get(index)
            mention = people.mention_by_start.get(last_token)
            rows[index] = (
                log1p(distance),
                _NEVER_SUBJECT if subject is None else log1p(pronoun - subject),
                log1p(counts[index]),
                probability,
                is_vague,
                is_role,
                is_role and distance <= _NEARBY_TOKENS,
                mention is not None and people.mentions[mention].is_possessive,
                index in context.addressees[quotation],
                index in context.named_persons[quotation],
                index in called,
            )
        return rows

    def _list_before(
        self, mentions: Sequence[tuple[int, int]], mention_tokens: Sequence[int], pronoun: int
    ) -> Iterator[tuple[int, int]]:
        """Yield the token and person of each mention before a pronoun in its scene, latest first.

        Args:
            mentions: the mentions of the narration, in order.
            mention_tokens: their tokens.
            pronoun: token of the pronoun.
        """
        paragraphs = self.context.tokens.paragraph_indices
        scene = self.scenes[paragraphs[pronoun]]
        for place in range(bisect_left(mention_tokens, pronoun) - 1, -1, -1):
            token, person = mentions[place]
            if pronoun - token > _MAX_TOKENS_BACK or self.scenes[paragraphs[token]] != scene:
                return
            yield token, person

    def _is_vague(self, person: Person) -> bool:
        """Return whether a person is described in words that fit nearly anybody, or as a relative.

        Such a person usually has a name, by which the book says who speaks.
        """
        noun = person.description.rsplit(" ", 1)[-1].casefold()
        return person.is_kin or noun in self.context.tokens.language.vague_nouns
