"""What is known of each quotation and each person who may speak it, as numbers.

A pair is a quotation and a candidate. The columns are `COLUMNS`; the training script uses the same
code, so what was learned is what is applied.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution import exchange, manner, presence
from narrator.attribution.clues import RULES
from narrator.attribution.language import ADDRESS, RELATIONS
from narrator.attribution.page import is_narrator
from narrator.attribution.presence import ago, felt, meant_by, until, within
from narrator.attribution.salience import salience
from narrator.attribution.surroundings import CANDIDATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrator.attribution.clues import Clue
    from narrator.attribution.language import Language
    from narrator.attribution.page import Page
    from narrator.attribution.people import Person
    from narrator.attribution.surroundings import Surroundings

_RULES = tuple(name for name, _ in RULES)
_TAG_OFFSETS = (-1, -2, -3, 1, 2, 3)
_GENDERS = ("male", "female", "plural", "first", "neutral")
_AGES = ("child", "young", "old")

PAIR = (
    *(f"{name}:{part}" for name in _RULES for part in ("same", "fits")),
    *("tag:same", "tag:fits", "tag:rank:acting", "tag:rank:told"),
    *("called", "named", "called:-1", "called:+1", "called:-2", "called:+2"),
    *("named:-1", "named:+1"),
    *(f"tag:{offset:+}" for offset in _TAG_OFFSETS),
    *("fits:-1", "fits:-2", "fits:+1", "fits:+2"),
    *("history:rank", "history:ago", "history:parity", "history:count"),
    *("told:ago", "told:rank", "acting:ago", "acting:rank", "quoted:ago"),
    *("told:next", "acting:next", "told:50", "told:200", "told:1200", "quoted:400"),
    *("block", "block:before", "above", "chapter:before", "chapter:after", "chapter:quoted"),
    *("share", "narrator:here"),
    *presence.COLUMNS,
    *exchange.COLUMNS,
    *manner.COLUMNS,
)
"""Columns of a quotation and a candidate."""

PERSON = (
    *("total", "male", "role", "kin", "narrates", "acts", "speaks", "is_called", "placed"),
    *("plain", "married", "unmarried", "ranked", "given"),
    *_AGES,
)
"""Columns of a candidate."""

QUOTATION = (
    *("length", "asks", "exclaims", "runs", "blocks", "alone"),
    *("gap:-1", "blocks:-1", "gap:+1", "blocks:+1"),
    *("untagged:before", "untagged:after", "scene", "candidates", "first_person", "tagged"),
    *("tag:verb", "tag:role", "tag:kin"),
    *(f"tag:{gender}" for gender in _GENDERS),
    *(f"tag:{relation}" for relation in RELATIONS),
    *(f"calls:{kind}" for kind in ADDRESS),
    *("i", "you", "answers"),
)
"""Columns of a quotation."""

COLUMNS: tuple[str, ...] = (*PAIR, *PERSON, *QUOTATION)


@dataclass(frozen=True, slots=True)
class Features:
    """The numbers of a book."""

    persons: NDArray[np.int32]
    """Quotations x candidates: the person's index; -1 where there are fewer candidates."""
    values: NDArray[np.float32]
    """Quotations x candidates x `COLUMNS`; zeros where there is no candidate."""


def features(around: Surroundings) -> Features:
    """The numbers of every quotation and candidate."""
    count = len(around.page.quotations)
    persons = np.full((count, CANDIDATES), -1, dtype=np.int32)
    values = np.zeros((count, CANDIDATES, len(PAIR) + len(PERSON) + len(QUOTATION)), np.float32)
    pairs, known, shared = np.split(values, np.cumsum([len(PAIR), len(PERSON)]), axis=2)
    history = _History()
    bounds = _chapter_bounds(around.page)
    context = _Context(around)
    people = [_person(person, around.page.language) for person in around.people.persons]
    for number, chosen in enumerate(around.candidates):
        if not chosen:
            continue
        view = _View(around, number, history, bounds)
        persons[number, : len(chosen)] = chosen
        pairs[number, : len(chosen)] = [
            [*near, *far]
            for near, far in zip(view.pairs(), context.rows(number, chosen), strict=True)
        ]
        shared[number, : len(chosen)] = view.shared()
        known[number, : len(chosen)] = [people[person] for person in chosen]
        history.note(number, around.tags[number])
    return Features(persons, values)


def _person(person: Person, language: Language) -> list[float]:
    seen, many = person.evidence, person.evidence.total or 1
    titles = {form.title for form in person.forms if form.title}
    plain, unmarried = language.plain_titles, language.unmarried
    return [
        log1p(seen.total),
        person.male,
        float(bool(person.role)),
        float(person.kin),
        float(person.narrates),
        seen.acts / many,
        seen.speaks / many,
        seen.called / many,
        seen.placed / many,
        float(bool(titles & plain)),
        float(bool(titles & language.married)),
        float(bool(titles & unmarried)),
        float(bool(titles - plain - unmarried - language.married)),
        float(any(form.words[:1] and form.words[0] in language.given for form in person.forms)),
        *(float(person.age == age) for age in _AGES),
    ]


def _chapter_bounds(page: Page) -> dict[int, tuple[int, int]]:
    """Each chapter's range of tokens."""
    bounds: dict[int, tuple[int, int]] = {}
    for chapter, (begin, end) in zip(page.chapters, page.blocks, strict=True):
        bounds[chapter] = (bounds.get(chapter, (begin, end))[0], end)
    return bounds


class _Context:
    """What more than the words beside a quotation tells of each candidate."""

    def __init__(self, around: Surroundings) -> None:
        narrator, found = around.people.narrator, salience(around.page, around.people)
        self.meant = [meant_by(clue, found, narrator) for clue in around.tags]
        named = [
            person if clue and (clue.person >= 0 or clue.gender == "first") else -1
            for clue, person in zip(around.tags, self.meant, strict=True)
        ]
        self.presence = presence.Presence(around.page, found)
        self.exchange = exchange.Exchange(around, named, self.meant)
        self.manner = manner.Manner(around, named)

    def rows(self, number: int, candidates: list[int]) -> list[list[float]]:
        """The columns of `presence`, `exchange` and `manner`, of each candidate."""
        here = self.presence.rows(number, candidates, self.meant[number])
        talk = self.manner.rows(number, candidates)
        return [
            [*here[at], *self.exchange.columns(number, person), *talk[at]]
            for at, person in enumerate(candidates)
        ]


class _History:
    """Who was said to speak, so far."""

    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.count: dict[int, int] = {}
        self.order: list[int] = []

    def note(self, number: int, clue: Clue | None) -> None:
        if clue is None or clue.person < 0:
            return
        person = clue.person
        self.last[person] = number
        self.count[person] = self.count.get(person, 0) + 1
        self.order = [*(other for other in self.order if other != person), person][-8:]


class _View:
    """One quotation among its neighbours."""

    def __init__(
        self,
        around: Surroundings,
        number: int,
        history: _History,
        bounds: dict[int, tuple[int, int]],
    ) -> None:
        self.around, self.number, self.history = around, number, history
        self.page, self.people = around.page, around.people
        self.quotation = self.page.quotations[number]
        self.begin = self.quotation.runs[0][0]
        self.end = self.quotation.runs[-1][1]
        self.tag = around.tags[number]
        self.chapter = bounds[self.page.chapters[self.quotation.first]]
        self.chosen = around.candidates[number]

    def _tag_at(self, offset: int) -> Clue | None:
        number = self.number + offset
        return self.around.tags[number] if 0 <= number < len(self.around.tags) else None

    # -- of the quotation

    def shared(self) -> list[float]:
        """Its `QUOTATION` columns."""
        quotation, page = self.quotation, self.page
        last = page.words[self.end - 1]
        first, final = page.blocks[quotation.first][0], page.blocks[quotation.last][1]
        return [
            log1p(sum(end - begin for begin, end in quotation.runs)),
            float(last == "?"),
            float(last == "!"),
            float(len(quotation.runs)),
            float(quotation.last - quotation.first),
            float((first, final, len(quotation.runs)) == (self.begin, self.end, 1)),
            *self._gap(-1),
            *self._gap(1),
            float(self._untagged(-1)),
            float(self._untagged(1)),
            float(page.breaks[quotation.first]),
            float(len(self.chosen)),
            float(self.people.narrator >= 0),
            self._tagged(),
            *self._tag_kind(),
            *self._words(),
        ]

    def _gap(self, offset: int) -> tuple[float, float]:
        """Narration between this quotation and a neighbour: log tokens, and paragraphs."""
        number, quotations = self.number + offset, self.page.quotations
        if not 0 <= number < len(quotations) or not quotations[number].runs:
            return 9.0, 20.0
        other = quotations[number]
        if offset < 0:
            tokens, blocks = self.begin - other.runs[-1][1], self.quotation.first - other.last
        else:
            tokens, blocks = other.runs[0][0] - self.end, other.first - self.quotation.last
        return log1p(max(0, tokens)), float(min(20, max(-1, blocks)))

    def _untagged(self, step: int) -> int:
        """How many neighbours in a row have no tag, up to ten."""
        for count in range(10):
            number = self.number + step * (count + 1)
            if not 0 <= number < len(self.around.tags) or self.around.tags[number] is not None:
                return count
        return 10

    def _tagged(self) -> float:
        """Share of quotations nearby that have a tag."""
        nearby = self.around.tags[max(0, self.number - 10) : self.number + 11]
        return sum(clue is not None for clue in nearby) / len(nearby)

    def _tag_kind(self) -> list[float]:
        clue, language = self.tag, self.page.language
        if clue is None:
            return [0.0] * (3 + len(_GENDERS) + len(RELATIONS))
        who = self.people.persons[clue.person] if clue.person >= 0 else None
        noun = self.page.lower[clue.end - 1], self.page.lower[clue.start + 1 : clue.end]
        words = {noun[0], *noun[1]} if clue.role else set()
        return [
            float(clue.verb),
            float(clue.role),
            float(who is not None and who.kin),
            *(float(clue.gender == gender) for gender in _GENDERS),
            *(float(bool(words & language.relations[relation])) for relation in RELATIONS),
        ]

    def _words(self) -> list[float]:
        """What it calls the person spoken to, and whether it sounds like an answer."""
        page = self.page
        words = {w for b, e in self.quotation.runs for w in page.lower[b : min(e, b + 60)]}
        address = page.language.address
        return [
            *(float(not words.isdisjoint(address[kind])) for kind in ADDRESS),
            float(not words.isdisjoint(page.language.me)),
            float(not words.isdisjoint(page.language.you)),
            float(page.lower[self.begin] in page.language.answers),
        ]

    # -- of a candidate

    def pairs(self) -> list[list[float]]:
        """The `PAIR` columns of each candidate."""
        places = self.around.places
        told = [ago(places.told[person], self.begin) for person in self.chosen]
        acting = [ago(places.acting[person], self.begin) for person in self.chosen]
        fits = [self._fit(self.tag, person) for person in self.chosen]
        persons = self.people.persons
        total = sum(persons[person].evidence.total for person in self.chosen) or 1
        here = self._narrator_here()
        by_told, by_acting = sorted(told), sorted(acting)
        fit_acting, fit_told = _fitting(acting, fits), _fitting(told, fits)
        return [
            [
                *self._rule_columns(person),
                self._same(self.tag, person),
                fits[at],
                _rank(fit_acting, acting[at], fits[at]),
                _rank(fit_told, told[at], fits[at]),
                *self._speech_columns(person),
                *(self._same(self._tag_at(offset), person) for offset in _TAG_OFFSETS),
                *(self._fit(self._tag_at(offset), person) for offset in (-1, -2, 1, 2)),
                *self._history_columns(person),
                felt(told[at]),
                float(bisect_left(by_told, told[at])),
                felt(acting[at]),
                float(bisect_left(by_acting, acting[at])),
                *self._place_columns(person),
                persons[person].evidence.total / total,
                float(here and persons[person].narrates),
            ]
            for at, person in enumerate(self.chosen)
        ]

    def _narrator_here(self) -> bool:
        """Whether the narrator says "I" in the quotation's paragraph."""
        page = self.page
        begin, end = page.blocks[self.quotation.first]
        return self.people.narrator >= 0 and any(is_narrator(page, at) for at in range(begin, end))

    def _fit(self, clue: Clue | None, person: int) -> float:
        """How well a pronoun or description fits a person, 0 to 1; -1 where there is neither."""
        if clue is None:
            return -1.0
        who = self.people.persons[person]
        if not clue.gender:
            if not clue.role:
                return -1.0
            male = self.people.persons[clue.person].male
            return male * who.male + (1 - male) * (1 - who.male)
        if clue.gender == "first":
            return float(who.narrates)
        return {"male": who.male, "female": 1.0 - who.male}.get(clue.gender, 0.3)

    @staticmethod
    def _same(clue: Clue | None, person: int) -> float:
        """Whether a clue names a person: by the strength of its verb, negative for another's."""
        if clue is None:
            return 0.0
        if clue.person < 0:
            return 0.5
        return 1.0 + clue.verb if clue.person == person else -1.0 - clue.verb

    def _rule_columns(self, person: int) -> list[float]:
        mine, values = self.around.clues[self.number], list[float]()
        for name in _RULES:
            clue = mine.get(name)
            values += (
                (0.0, -1.0) if clue is None else (self._same(clue, person), self._fit(clue, person))
            )
        return values

    def _speech_columns(self, person: int) -> list[float]:
        called, named, here = self.around.called, self.around.named, self.number
        last = len(called) - 1
        before, after = max(0, here - 1), min(last, here + 1)
        return [
            float(person in called[here]),
            float(person in named[here]),
            float(person in called[before] and before < here),
            float(person in called[after] and after > here),
            float(here > 1 and person in called[here - 2]),
            float(here + 2 <= last and person in called[here + 2]),
            float(person in named[before] and before < here),
            float(person in named[after] and after > here),
        ]

    def _history_columns(self, person: int) -> list[float]:
        history = self.history
        if person not in history.last:
            return [9.0, 50.0, -1.0, 0.0]
        order = history.order[::-1]
        ago = self.number - history.last[person]
        return [
            float(order.index(person) if person in order else 8),
            float(min(ago, 50)),
            float(ago % 2),
            log1p(history.count[person]),
        ]

    def _place_columns(self, person: int) -> list[float]:
        places, begin, end = self.around.places, self.begin, self.end
        told, quoted = places.told[person], places.quoted[person]
        blocks, quotation = self.page.blocks, self.quotation
        first = blocks[quotation.first][0]
        opened, closed = self.chapter
        return [
            felt(ago(quoted, begin)),
            felt(until(told, end)),
            felt(until(places.acting[person], end)),
            within(told, begin - 50, begin),
            within(told, begin - 200, begin),
            within(told, begin - 1200, begin),
            within(quoted, begin - 400, begin),
            within(told, first, blocks[quotation.last][1]),
            within(told, first, begin),
            within(told, blocks[max(0, quotation.first - 1)][0], first),
            within(told, opened, begin),
            within(told, end, closed),
            within(quoted, opened, closed),
        ]


def _rank(fitting: list[float], distance: float, fit: float) -> float:
    """How many candidates that fit, whose distances are in order, are nearer."""
    return -1.0 if fit < 0 else float(bisect_left(fitting, distance))


def _fitting(distances: list[float], fits: list[float]) -> list[float]:
    """The distances of the candidates that fit, in order."""
    return sorted(away for away, fit in zip(distances, fits, strict=True) if fit >= 0.5)
