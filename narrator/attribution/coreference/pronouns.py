"""Resolve the third-person pronouns of the narration to the likeliest person before them.

The result is right in about three of four cases, and is used only for features.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.antecedents import AntecedentFeatures, MentionHistory

if TYPE_CHECKING:
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

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
    antecedents: dict[int, dict[int, AntecedentFeatures]] = field(default_factory=dict)
    """The persons whom each subject pronoun may mean, described, by token and person index."""


def resolve_pronouns(tokens: TokenTable, people: People) -> Salience:
    """Resolve the pronouns of the narration, and return them with all its other mentions."""
    return _PronounResolver(tokens, people).resolve()


class _PronounResolver:
    """Reads the narration in order, and keeps the mentions of the scene."""

    def __init__(self, tokens: TokenTable, people: People) -> None:
        self.tokens, self.people = tokens, people
        self.salience = Salience()
        self.history = MentionHistory(people.persons, tokens.language)

    def resolve(self) -> Salience:
        """Return the mentions of the whole narration, with every pronoun resolved if possible."""
        tokens, mentions = self.tokens, self.people.mentions
        # One number per paragraph, which increases where a scene begins.
        scene_numbers = tokens.number_scenes()
        scene_number = mention_end = 0
        for index, mention_index in self._list_references():
            if index < mention_end:
                continue  # part of the previous mention
            paragraph = tokens.paragraph_indices[index]
            if scene_numbers[paragraph] != scene_number:
                scene_number = scene_numbers[paragraph]
                self.history.clear()
            if mention_index < 0:
                gender = tokens.language.pronoun_genders[tokens.lowercase_words[index]]
                self._resolve_pronoun(index, gender)
            else:
                self._add_named_mention(mentions[mention_index])
                mention_end = mentions[mention_index].end
        return self.salience

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
        self._record_mention(
            mention.person_index,
            mention.start,
            is_subject=mention.is_subject,
            is_possessive=mention.is_possessive,
        )

    def _resolve_pronoun(self, index: int, gender: str) -> None:
        """Resolve a pronoun, and remember it as a mention of its person."""
        descriptions = self.history.describe(index, gender)
        if not descriptions:
            return
        is_subject = self.tokens.lowercase_words[index] in self.tokens.language.subject_pronouns
        if is_subject:
            self.salience.antecedents[index] = descriptions
        person = self.history.choose(descriptions)
        self.salience.person_by_pronoun[index] = person
        self._record_mention(person, index, is_subject=is_subject, is_possessive=False)

    def _record_mention(
        self, person: int, index: int, *, is_subject: bool, is_possessive: bool
    ) -> None:
        self.history.add(person, index, is_subject=is_subject, is_possessive=is_possessive)
        self.salience.narrated_mentions.append((index, person))
        if is_subject:
            self.salience.subject_mentions.append((index, person))
