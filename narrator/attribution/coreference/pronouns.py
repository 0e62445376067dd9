"""Resolve the third-person pronouns of the narration to the most salient person.

A mention as a subject is more salient than one as an object, and a recent mention more than an old
one, as in centering theory (Grosz, Joshi and Weinstein, Computational Linguistics 21, 1995). The
result is a rough guess, and is used only for features.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

_HALF_LIFE_TOKENS = 60.0
"""Distance in tokens after which the salience of a mention has halved."""
_NAMED_SUBJECT, _NAMED_OBJECT, _NAMED_POSSESSOR = 1.6, 0.8, 0.6
"""Initial salience of a mention by name or description, according to its grammatical role."""
_PRONOUN_SUBJECT, _PRONOUN_OBJECT = 1.5, 0.5
"""Initial salience of a mention by pronoun."""
_MIN_SALIENCE = 0.02
"""Minimum salience of the person a pronoun refers to; below it, the pronoun stays unresolved."""
_MAX_RECENT_MENTIONS = 6
"""Number of latest mentions of each gender that a pronoun may refer to."""
_MIN_GENDER_PROBABILITY = 0.3
"""Minimum probability that a person has the gender of a pronoun that refers to them."""
_GENDERS = ("male", "female")


@dataclass(slots=True)
class Salience:
    """The mentions of persons in the narration, including resolved pronouns."""

    person_by_pronoun: dict[int, int] = field(default_factory=dict)
    """Index of the person that each resolved pronoun refers to, by token index."""
    narrated_mentions: list[tuple[int, int]] = field(default_factory=list)
    """Token index and person index of every mention in the narration, in order."""
    subject_mentions: list[tuple[int, int]] = field(default_factory=list)
    """The same for mentions that are the subject of a sentence."""


def resolve_pronouns(tokens: TokenTable, people: People) -> Salience:
    """Resolve the pronouns of the narration, and return them with all its other mentions."""
    return _PronounResolver(tokens, people).resolve()


class _PronounResolver:
    """Reads the narration in order and keeps the latest mentions of each gender."""

    def __init__(self, tokens: TokenTable, people: People) -> None:
        self.tokens, self.people = tokens, people
        self.salience = Salience()
        self.recent_mentions: dict[str, list[tuple[int, float, int]]] = {}
        """For each gender: token index, initial salience and person index of the mentions."""
        self._clear_recent_mentions()

    def resolve(self) -> Salience:
        """Return the mentions of the whole narration, with every pronoun resolved if possible."""
        tokens, mentions = self.tokens, self.people.mentions
        # One number per paragraph, which increases where a scene begins.
        scene_numbers = list(accumulate(tokens.is_scene_start))
        scene_number = mention_end = 0
        for index, mention_index in self._list_references():
            if index < mention_end:
                continue  # part of the previous mention
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
        """Return the mentions and pronouns of the narration, in order.

        Each is a pair of the first token and the index of the mention, or -1 for a pronoun.
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
        pronoun_tokens = [
            (index, -1)
            for index, word in enumerate(tokens.lowercase_words)
            if word in pronouns
            and tokens.quotation_indices[index] < 0
            and index not in mention_by_start
        ]
        return sorted(mentions + pronoun_tokens)

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
        """Return the person of a gender who is most salient at a token; -1 if none is enough."""
        highest_salience, most_salient = _MIN_SALIENCE, -1
        for mention_token, weight, person in self.recent_mentions[gender]:
            # The salience decays exponentially with the distance in tokens.
            salience = weight * 2.0 ** ((mention_token - index) / _HALF_LIFE_TOKENS)
            if salience > highest_salience:
                highest_salience, most_salient = salience, person
        return most_salient

    def _record_mention(self, person: int, index: int, weight: float, is_subject: bool) -> None:
        """Record a mention, with a salience weighted by the probability of each gender."""
        male_probability = self.people.persons[person].male_probability
        # A person of uncertain gender is a candidate for the pronouns of both genders.
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
