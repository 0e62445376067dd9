"""Resolve the third-person pronouns of the narration to the likeliest person before them.

The result is right in about three of four cases, and is used only for features.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.antecedents import AntecedentFeatures, MentionHistory
from narrator.attribution.coreference.narrated_references import iterate_references

if TYPE_CHECKING:
    from collections.abc import Container

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable


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
    """The persons whom each subject pronoun in a tag may mean, by token and person index."""


def resolve_pronouns(
    tokens: TokenTable, people: People, tag_tokens: Container[int] = frozenset()
) -> Salience:
    """Resolve the pronouns of the narration, and return them with all its other mentions.

    Args:
        tokens: the tokens of the book.
        people: its persons and their mentions.
        tag_tokens: the tokens whose `Salience.antecedents` are kept, if they are subject pronouns.
    """
    return _PronounResolver(tokens, people, tag_tokens).resolve()


class _PronounResolver:
    """Reads the narration in order, and keeps the mentions of the scene."""

    def __init__(self, tokens: TokenTable, people: People, tag_tokens: Container[int]) -> None:
        self.tokens, self.people, self.tag_tokens = tokens, people, tag_tokens
        self.salience = Salience()
        self.history = MentionHistory(people.persons, tokens.language)

    def resolve(self) -> Salience:
        """Return the mentions of the whole narration, with every pronoun resolved if possible."""
        for reference in iterate_references(self.tokens, self.people.mentions):
            if reference.opens_scene:
                self.history.clear()
            if reference.mention is None:
                self._resolve_pronoun(reference.token, reference.gender)
            else:
                self._add_named_mention(reference.mention)
        return self.salience

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
        if is_subject and index in self.tag_tokens:
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
