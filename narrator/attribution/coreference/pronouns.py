"""Resolve the third-person pronouns of the narration to the most salient person.

This is a rough guess, and only one feature among many: a subject is likelier to be meant again than
an object, and a recent mention than an old one (the ranking of Grosz, Joshi and Weinstein's
centering, Computational Linguistics 21, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

_HALF_LIFE_TOKENS = 60.0
"""Tokens after which a mention has half its salience."""
_NAMED_SUBJECT, _NAMED_OBJECT, _NAMED_POSSESSOR = 1.6, 0.8, 0.6
"""Initial salience of a mention by name or description, according to its grammatical role."""
_PRONOUN_SUBJECT, _PRONOUN_OBJECT = 1.5, 0.5
"""Initial salience of a mention by pronoun."""
_MIN_SALIENCE = 0.02
"""Salience below which a pronoun stays unresolved."""
_MAX_RECENT_MENTIONS = 6
"""Mentions of one gender that a pronoun may refer to."""
_MIN_GENDER_PROBABILITY = 0.3
"""Probability of a gender from which its pronouns may refer to a person."""
_GENDERS = ("male", "female")


@dataclass(slots=True)
class Salience:
    """The persons whom the narration mentions, by name or by pronoun."""

    person_by_pronoun: dict[int, int] = field(default_factory=dict)
    """Token of each resolved pronoun to the index of its person."""
    narrated_mentions: list[tuple[int, int]] = field(default_factory=list)
    """Token and person of every mention in the narration, in order."""
    subject_mentions: list[tuple[int, int]] = field(default_factory=list)
    """Those of them that are the subject of their sentence."""


def resolve_pronouns(tokens: TokenTable, people: People) -> Salience:
    """Return all mentions of persons in the narration, with its third-person pronouns resolved."""
    return _PronounResolver(tokens, people).resolve()


class _PronounResolver:
    """Read the narration from the beginning and remember the recent mentions of each gender."""

    def __init__(self, tokens: TokenTable, people: People) -> None:
        self.tokens, self.people = tokens, people
        self.salience = Salience()
        self.recent_mentions: dict[str, list[tuple[int, float, int]]] = {}
        """For each gender: token, initial salience and person of each mention."""
        self._clear_recent_mentions()

    def resolve(self) -> Salience:
        """Resolve every pronoun."""
        tokens, mentions = self.tokens, self.people.mentions
        # One number per paragraph, which rises where a scene begins.
        scene_numbers = list(accumulate(tokens.is_scene_start))
        scene_number = mention_end = 0
        for index, mention_index in self._list_references():
            if index < mention_end:
                continue  # within the mention before
            paragraph = tokens.paragraph_indices[index]
            if scene_numbers[paragraph] != scene_number:
                scene_number = scene_numbers[paragraph]
                self._clear_recent_mentions()
            if mention_index < 0:
                gender = tokens.language.pronoun_genders[tokens.lowercase_words[index]]
                self._resolve_pronoun(index, gender)
            else:
                self._add_named_mention(mentions[mention_index])
                mention_end = mentions[mention_index].end
        return self.salience

    def _clear_recent_mentions(self) -> None:
        self.recent_mentions = {gender: [] for gender in _GENDERS}

    def _list_references(self) -> list[tuple[int, int]]:
        """Return the tokens of the narration that may refer to a person, in order.

        Each comes with the index of the mention that begins there, or -1 for a pronoun.
        """
        tokens, mention_by_start = self.tokens, self.people.mention_by_start
        pronouns = {
            word for word, gender in tokens.language.pronoun_genders.items() if gender in _GENDERS
        }
        mentions = [
            (index, mention_index)
            for index, mention_index in mention_by_start.items()
            if tokens.quotation_indices[index] < 0
        ]
        pronoun_places = [
            (index, -1)
            for index, word in enumerate(tokens.lowercase_words)
            if word in pronouns
            and tokens.quotation_indices[index] < 0
            and index not in mention_by_start
        ]
        return sorted(mentions + pronoun_places)

    def _add_named_mention(self, mention: Mention) -> None:
        """Record a mention by name or description."""
        weight = _NAMED_POSSESSOR if mention.is_possessive else _NAMED_OBJECT
        weight = _NAMED_SUBJECT if mention.is_subject else weight
        self._record_mention(mention.person_index, mention.start, weight, mention.is_subject)

    def _resolve_pronoun(self, index: int, gender: str) -> None:
        """Resolve a pronoun, and remember it as a mention of its person."""
        person = self._find_most_salient(index, gender)
        if person >= 0:
            self.salience.person_by_pronoun[index] = person
            word = self.tokens.lowercase_words[index]
            is_subject = word in self.tokens.language.subject_pronouns
            weight = _PRONOUN_SUBJECT if is_subject else _PRONOUN_OBJECT
            self._record_mention(person, index, weight, is_subject)

    def _find_most_salient(self, index: int, gender: str) -> int:
        """Return the person of a gender who is most salient at a token; -1 if nobody is."""
        highest, most_salient = _MIN_SALIENCE, -1
        for place, weight, person in self.recent_mentions[gender]:
            # Exponential decay with the distance in tokens.
            decayed = weight * 2.0 ** ((place - index) / _HALF_LIFE_TOKENS)
            if decayed > highest:
                highest, most_salient = decayed, person
        return most_salient

    def _record_mention(self, person: int, index: int, weight: float, is_subject: bool) -> None:
        """Add a mention of a person, weighted by the probability of each gender."""
        male_probability = self.people.persons[person].male_probability
        # Whoever may be of either gender is a candidate for the pronouns of both.
        for gender, probability in zip(
            _GENDERS, (male_probability, 1.0 - male_probability), strict=True
        ):
            if probability > _MIN_GENDER_PROBABILITY:
                recent = self.recent_mentions[gender]
                recent.append((index, weight * probability, person))
                del recent[:-_MAX_RECENT_MENTIONS]
        self.salience.narrated_mentions.append((index, person))
        if is_subject:
            self.salience.subject_mentions.append((index, person))
