"""Whom the narration's pronouns mean, as far as those spoken of last tell.

A rough guess, one clue among many: the subject of a sentence is likelier meant again than its
object, and whoever was mentioned lately than somebody long gone (the ranking of Grosz, Joshi and
Weinstein's centering, Computational Linguistics 21, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import Mention, People
    from narrator.attribution.tokens import TokenTable

_HALF_LIFE = 60.0
"""Tokens after which a mention counts half."""
_NAMED_SUBJECT, _NAMED, _OWNER, _MEANT_SUBJECT, _MEANT = 1.6, 0.8, 0.6, 1.5, 0.5
"""How much a mention draws the next pronoun."""
_FAINTEST = 0.02
"""Below this, nobody is meant."""
_REMEMBERED = 6
"""Mentions that a pronoun may refer to, at most."""
_GENDERS = ("male", "female")


@dataclass(slots=True)
class Salience:
    """Who is spoken of where in the narration, by name or by pronoun."""

    antecedents: dict[int, int] = field(default_factory=dict)
    """The token of a pronoun to the person."""
    narrated_mentions: list[tuple[int, int]] = field(default_factory=list)
    """Token and person wherever the narrator speaks of somebody in any way, in order."""
    subject_mentions: list[tuple[int, int]] = field(default_factory=list)
    """Those of them that are the subject."""


def resolve_pronouns(page: TokenTable, people: People) -> Salience:
    """Whom every pronoun of the third person in the narration means."""
    return _Reader(page, people).read()


class _Reader:
    """Reads the narration from its beginning, remembering who was spoken of last."""

    def __init__(self, page: TokenTable, people: People) -> None:
        self.page, self.people = page, people
        self.found = Salience()
        self.lately: dict[str, list[tuple[int, float, int]]] = {g: [] for g in _GENDERS}

    def read(self) -> Salience:
        page, mentions, done = self.page, self.people.mentions, 0
        scenes = list(accumulate(page.is_scene_start))
        scene = 0
        for at, index in self._places():
            if at < done:
                continue
            if scenes[page.paragraph_indices[at]] != scene:
                scene = scenes[page.paragraph_indices[at]]
                self.lately = {gender: [] for gender in _GENDERS}
            if index < 0:
                self._pronoun(at, page.language.pronoun_genders[page.lowercase_words[at]])
            else:
                self._name(mentions[index])
                done = mentions[index].end
        return self.found

    def _places(self) -> list[tuple[int, int]]:
        """The tokens of the narration that may mean somebody, and the mention; -1 for pronouns."""
        page, starting = self.page, self.people.mention_by_start
        pronouns = {
            word for word, gender in page.language.pronoun_genders.items() if gender in _GENDERS
        }
        named = [(at, index) for at, index in starting.items() if page.quotation_indices[at] < 0]
        meant = [
            (at, -1)
            for at, word in enumerate(page.lowercase_words)
            if word in pronouns and page.quotation_indices[at] < 0 and at not in starting
        ]
        return sorted(named + meant)

    def _name(self, mention: Mention) -> None:
        weight = _OWNER if mention.is_possessive else _NAMED
        weight = _NAMED_SUBJECT if mention.is_subject else weight
        self._note(mention.person_index, mention.start, weight, mention.is_subject)

    def _pronoun(self, at: int, gender: str) -> None:
        person = self._likeliest(at, gender)
        if person >= 0:
            self.found.antecedents[at] = person
            subject = self.page.lowercase_words[at] in self.page.language.subject_pronouns
            self._note(person, at, _MEANT_SUBJECT if subject else _MEANT, subject)

    def _likeliest(self, at: int, gender: str) -> int:
        most, person = _FAINTEST, -1
        for place, weight, other in self.lately[gender]:
            faded = weight * 2.0 ** ((place - at) / _HALF_LIFE)
            if faded > most:
                most, person = faded, other
        return person

    def _note(self, person: int, at: int, weight: float, subject: bool) -> None:
        male = self.people.persons[person].male_probability
        for gender, chance in (("male", male), ("female", 1.0 - male)):
            if chance > 0.3:
                lately = self.lately[gender]
                lately.append((at, weight * chance, person))
                del lately[:-_REMEMBERED]
        self.found.narrated_mentions.append((at, person))
        if subject:
            self.found.subject_mentions.append((at, person))
