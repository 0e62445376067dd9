"""Describes the persons whom "he" or "she" may mean, and weighs them by a fitted model.

The persons of the pronoun's gender who were mentioned before it in the scene are candidates. A
conditional logit weighs how recently and how often they were mentioned, as a subject or otherwise,
as in centering theory (Grosz, Joshi and Weinstein, Computational Linguistics 21, 1995).
`benchmarks/_train_pronouns.py` fits the weights to the speech tags of annotated novels.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from math import log1p
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.languages.people_words import AttributionLanguage

MENTION_FEATURES = (
    "log_distance",
    "log_subject_distance",
    "log_mention_count",
    "gender_probability",
    "is_vague",
    "is_role",
    "is_role_nearby",
    "is_possessor",
)
"""What is weighed for every pronoun; `MentionHistory.describe` says what each means."""
_TAG_ONLY_FEATURES = frozenset({"is_role", "is_role_nearby"})
"""Features without weight outside tags: a role acts like anybody, but is rarely the speaker."""
TAG_FEATURES = ("is_addressed", "is_named", "was_addressed")
"""What is weighed for the pronoun of a speech tag too; see `pronoun_model`."""
_WEIGHTS_FILE = "pronoun_weights.toml"
_MAX_TOKENS_BACK = 1200
"""Maximum distance in tokens from a pronoun to the last mention of its person."""
_NEARBY_TOKENS = 20
"""Distance in tokens within which a pronoun more often means a role: "The miller rose. He"."""
NEVER_SUBJECT = 8.0
"""Log distance of a person who has not been a subject."""
_MIN_GENDER_PROBABILITY = 0.3
"""Minimum probability that a person has the gender of a pronoun that refers to them."""
_LOGS = tuple(map(log1p, range(_MAX_TOKENS_BACK + 1)))
"""log(1 + n) for each distance."""

AntecedentFeatures = tuple[float, ...]
"""The values of `MENTION_FEATURES` for one person."""


@cache
def load_pronoun_weights() -> NDArray[np.float64]:
    """Return the weight of each of `MENTION_FEATURES` and `TAG_FEATURES`; shape (features,)."""
    path = files("narrator.attribution") / _WEIGHTS_FILE
    weights = tomllib.loads(path.read_text(encoding="utf-8"))
    return np.array([weights[name] for name in (*MENTION_FEATURES, *TAG_FEATURES)], float)


class MentionHistory:
    """The mentions of a scene so far, in the narration."""

    def __init__(self, persons: Sequence[Person], language: AttributionLanguage) -> None:
        self._male_probabilities = [person.male_probability for person in persons]
        # Whether a person has only a vague description, and whether only a role.
        self._kinds = [classify_description(person, language) for person in persons]
        self._weights = [
            0.0 if name in _TAG_ONLY_FEATURES else float(weight)
            for name, weight in zip(MENTION_FEATURES, load_pronoun_weights(), strict=False)
        ]
        self.clear()

    def clear(self) -> None:
        """Forget all mentions, because a scene begins."""
        self._mention_tokens: dict[int, list[int]] = {}
        self._subject_tokens: dict[int, int] = {}
        self._possessors: dict[int, bool] = {}

    def add(self, person: int, token: int, *, is_subject: bool, is_possessive: bool) -> None:
        """Add the next mention of the narration."""
        self._mention_tokens.setdefault(person, []).append(token)
        self._possessors[person] = is_possessive
        if is_subject:
            self._subject_tokens[person] = token

    def describe(self, token: int, gender: str) -> dict[int, AntecedentFeatures]:
        """Return the features of each person whom a pronoun at a token may mean.

        They are the logarithms of the distances in tokens from the last mention and from the last
        mention as a subject, and of the number of mentions; the probability of the pronoun's
        gender; and four of value 0 or 1: whether the person has only a vague description, or only
        a role, or a role that was mentioned nearby; and whether the last mention is possessive.
        """
        descriptions: dict[int, AntecedentFeatures] = {}
        for person, tokens in self._mention_tokens.items():
            distance = token - tokens[-1]
            male = self._male_probabilities[person]
            probability = male if gender == "male" else 1 - male
            if distance > _MAX_TOKENS_BACK or probability <= _MIN_GENDER_PROBABILITY:
                continue
            count = len(tokens) - bisect_left(tokens, token - _MAX_TOKENS_BACK)
            subject_distance = token - self._subject_tokens.get(person, -_MAX_TOKENS_BACK)
            is_vague, is_role = self._kinds[person]
            descriptions[person] = (
                _LOGS[distance],
                _LOGS[subject_distance] if subject_distance <= _MAX_TOKENS_BACK else NEVER_SUBJECT,
                _LOGS[count],
                probability,
                is_vague,
                is_role,
                is_role and distance <= _NEARBY_TOKENS,
                self._possessors[person],
            )
        return descriptions

    def choose(self, descriptions: dict[int, AntecedentFeatures]) -> int:
        """Return the likeliest of the described persons; -1 if there is none."""
        weights = self._weights
        return max(
            descriptions,
            key=lambda person: sum(map(mul, weights, descriptions[person])),
            default=-1,
        )


def classify_description(person: Person, language: AttributionLanguage) -> tuple[bool, bool]:
    """Return whether a person is described vaguely, or as a relative; and whether by a role.

    Words that fit nearly anybody, and relations, usually mean somebody who has a name, by which the
    book says who speaks.
    """
    noun = person.description.rsplit(" ", 1)[-1].casefold()
    is_vague = person.is_kin or noun in language.vague_nouns
    return is_vague, bool(person.description) and not is_vague
