"""Whom the narration's pronouns mean, as far as those spoken of last tell.

A rough guess, one clue among many: the subject of a sentence is likelier meant again than its
object, and whoever was mentioned lately than somebody long gone (the ranking of Grosz, Joshi and
Weinstein's centering, Computational Linguistics 21, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.mentions import Mention, People
    from narrator.attribution.page import Page

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

    meant: dict[int, int] = field(default_factory=dict)
    """The token of a pronoun to the person."""
    subjects: list[tuple[int, int]] = field(default_factory=list)
    """Token and person of every subject, in order."""
    acting: list[list[int]] = field(default_factory=list)
    """By person: tokens at which that person is the subject."""
    told: list[list[int]] = field(default_factory=list)
    """By person: tokens at which the narrator speaks of that person in any way."""


def salience(page: Page, people: People) -> Salience:
    """Whom every pronoun of the third person in the narration means."""
    return _Reader(page, people).read()


class _Reader:
    """Reads the narration from its beginning, remembering who was spoken of last."""

    def __init__(self, page: Page, people: People) -> None:
        self.page, self.people = page, people
        count = len(people.persons)
        self.found = Salience(acting=[[] for _ in range(count)], told=[[] for _ in range(count)])
        self.lately: dict[str, list[tuple[int, float, int]]] = {g: [] for g in _GENDERS}

    def read(self) -> Salience:
        for (begin, end), broken in zip(self.page.blocks, self.page.breaks, strict=True):
            if broken:
                self.lately = {gender: [] for gender in _GENDERS}
            self._paragraph(begin, end)
        return self.found

    def _paragraph(self, begin: int, end: int) -> None:
        page, starting, at = self.page, self.people.starting, begin
        while at < end:
            if page.voice[at] >= 0:
                at += 1
            elif at in starting:
                mention = self.people.mentions[starting[at]]
                self._name(mention)
                at = max(mention.end, at + 1)
            else:
                gender = page.language.pronouns.get(page.lower[at])
                if gender in self.lately:
                    self._pronoun(at, gender)
                at += 1

    def _name(self, mention: Mention) -> None:
        weight = _OWNER if mention.possessive else _NAMED
        weight = _NAMED_SUBJECT if mention.subject else weight
        self._note(mention.person, mention.start, weight, mention.subject)

    def _pronoun(self, at: int, gender: str) -> None:
        person = self._likeliest(at, gender)
        if person >= 0:
            self.found.meant[at] = person
            subject = self.page.lower[at] in self.page.language.subjects
            self._note(person, at, _MEANT_SUBJECT if subject else _MEANT, subject)

    def _likeliest(self, at: int, gender: str) -> int:
        most, person = _FAINTEST, -1
        for place, weight, other in self.lately[gender]:
            faded = weight * 2.0 ** ((place - at) / _HALF_LIFE)
            if faded > most:
                most, person = faded, other
        return person

    def _note(self, person: int, at: int, weight: float, subject: bool) -> None:
        male = self.people.persons[person].male
        for gender, chance in (("male", male), ("female", 1.0 - male)):
            if chance > 0.3:
                lately = self.lately[gender]
                lately.append((at, weight * chance, person))
                del lately[:-_REMEMBERED]
        self.found.told[person].append(at)
        if subject:
            self.found.acting[person].append(at)
            self.found.subjects.append((at, person))
