"""What is known of each quotation and each person who may speak it, as numbers.

A row is a pair: a quotation and a candidate. The columns are `COLUMNS`, and the training script
uses the same code, so what was learned is what is applied.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.clues import RULES, Clue, Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.mentions import People
    from narrator.attribution.page import Page

CANDIDATES = 16
"""People weighed for one quotation, at most."""
_LEADS = 8
"""People named most, who are weighed wherever there is room."""
_BACK = 1200
"""Tokens before a quotation in which candidates are looked for."""
_AHEAD = 150
_FAR = 9.0
"""Logarithm of a distance where there is none."""

Clues = list[dict[str, Clue]]


@dataclass(slots=True)
class Situation:
    """All quotations of a book, their clues and candidates."""

    page: Page
    people: People
    clues: Clues
    candidates: list[list[int]]
    rows: np.ndarray
    """Feature matrix, one row a pair, quotation by quotation."""
    quotation: np.ndarray
    """Index of each row's quotation."""
    person: np.ndarray
    """Index of each row's candidate."""


class _Index:
    """Where each person is mentioned, for bisection."""

    def __init__(self, people: People) -> None:
        count = len(people.persons)
        self.starts = [m.start for m in people.mentions]
        self.told: list[list[int]] = [[] for _ in range(count)]
        self.acting: list[list[int]] = [[] for _ in range(count)]
        self.quoted: list[list[int]] = [[] for _ in range(count)]
        for mention in people.mentions:
            where = self.quoted if mention.quoted else self.told
            where[mention.person].append(mention.start)
            if mention.subject and not mention.quoted:
                self.acting[mention.person].append(mention.start)


def find_clues(page: Page, people: People) -> Clues:
    """What each rule says of each quotation."""
    found: Clues = []
    for quotation in page.quotations:
        if not quotation.runs:
            found.append({})
            continue
        scene = Scene(page, people, quotation)
        found.append({name: clue for name, rule in RULES if (clue := rule(scene)) is not None})
    return found


TAGS = ("tag_between", "tag_after", "tag_before")


def tag(clues: dict[str, Clue]) -> Clue | None:
    """The clue of the surest tag."""
    for strength in (2, 1):
        for name in TAGS:
            clue = clues.get(name)
            if clue is not None and clue.verb == strength:
                return clue
    return None


def survey(page: Page, people: People) -> Situation:
    """The situation of every quotation."""
    clues = find_clues(page, people)
    index = _Index(people)
    tags = [tag(found) for found in clues]
    spoken = [_called(page, people, number) for number in range(len(page.quotations))]
    known = _Known(page, people, index, clues, tags, spoken)
    candidates: list[list[int]] = []
    rows: list[list[float]] = []
    quotations: list[int] = []
    persons: list[int] = []
    history = _History()
    for number, quotation in enumerate(page.quotations):
        if not quotation.runs:
            candidates.append([])
            continue
        view = _View(known, number, history)
        chosen = view.candidates()
        candidates.append(chosen)
        shared = view.shared(len(chosen))
        rows += view.rows(chosen, shared)
        quotations += [number] * len(chosen)
        persons += chosen
        history.note(number, tags[number])
    matrix = np.asarray(rows, dtype=np.float32).reshape(len(rows), len(COLUMNS))
    return Situation(
        page,
        people,
        clues,
        candidates,
        matrix,
        np.asarray(quotations, dtype=np.int32),
        np.asarray(persons, dtype=np.int32),
    )


def _called(page: Page, people: People, number: int) -> tuple[frozenset[int], frozenset[int]]:
    """Who is addressed, and who else is named, within a quotation."""
    called: set[int] = set()
    named: set[int] = set()
    for begin, end in page.quotations[number].runs:
        for at in range(begin, end):
            found = people.starting.get(at)
            if found is not None:
                mention = people.mentions[found]
                (called if mention.called else named).add(mention.person)
    return frozenset(called), frozenset(named)


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
        if person in self.order[-6:]:
            self.order.remove(person)
        self.order.append(person)


_RULE_NAMES = tuple(name for name, _ in RULES)

COLUMNS: tuple[str, ...] = (
    *(f"{name}:{part}" for name in _RULE_NAMES for part in ("same", "fits")),
    "tag:same",
    "tag:fits",
    "tag:verb",
    "tag:rank",
    "tag:role",
    "tag:kin",
    "called",
    "named",
    "called:-1",
    "called:+1",
    "called:-2",
    "called:+2",
    "named:-1",
    "named:+1",
    "tag:-1",
    "tag:-2",
    "tag:-3",
    "tag:+1",
    "tag:+2",
    "tag:+3",
    "fits:-1",
    "fits:-2",
    "fits:+1",
    "fits:+2",
    "history:rank",
    "history:ago",
    "history:parity",
    "history:count",
    "told:ago",
    "told:rank",
    "acting:ago",
    "acting:rank",
    "quoted:ago",
    "told:next",
    "acting:next",
    "told:50",
    "told:200",
    "told:1200",
    "quoted:400",
    "block",
    "block:first",
    "above",
    "total",
    "share",
    "male",
    "role",
    "kin",
    "narrates",
    "acts",
    "speaks",
    "is_called",
    "placed",
    "narrator_here",
    "length",
    "asks",
    "exclaims",
    "runs",
    "blocks",
    "alone",
    "gap:-1",
    "gap:+1",
    "blocks:-1",
    "blocks:+1",
    "untagged:before",
    "untagged:after",
    "scene",
    "candidates",
    "first_person",
    "tagged_share",
    "i_inside",
    "you_inside",
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the whole book."""

    page: Page
    people: People
    index: _Index
    clues: Clues
    tags: Sequence[Clue | None]
    spoken: Sequence[tuple[frozenset[int], frozenset[int]]]


class _View:
    """One quotation and its surroundings."""

    def __init__(self, known: _Known, number: int, history: _History) -> None:
        self.page, self.people, self.index = known.page, known.people, known.index
        self.clues, self.tags, self.spoken = known.clues, known.tags, known.spoken
        self.number, self.history = number, history
        page = known.page
        self.quotation = page.quotations[number]
        self.begin = self.quotation.runs[0][0]
        self.end = self.quotation.runs[-1][1]
        self.mine = known.clues[number]
        self.tag = known.tags[number]

    # -- candidates

    def candidates(self) -> list[int]:
        """The people who may speak, likeliest first by a rough count."""
        score: dict[int, float] = {}
        people, index = self.people, self.index
        low = bisect_left(index.starts, self.begin - _BACK)
        high = bisect_left(index.starts, self.end + _AHEAD)
        for at in range(low, high):
            mention = people.mentions[at]
            distance = abs(mention.start - self.begin) + 20
            weight = (
                (0.25 if mention.quoted else 1.0) + 0.5 * mention.subject + 0.5 * mention.called
            )
            weight *= 0.4 if mention.role else 1.0
            score[mention.person] = score.get(mention.person, 0.0) + weight / distance
        for offset in range(-6, 7):
            clue = self._tag_at(offset)
            if clue is not None and clue.person >= 0:
                score[clue.person] = score.get(clue.person, 0.0) + 0.06 / (1 + abs(offset))
        for clue in self.mine.values():
            if clue.person >= 0:
                score[clue.person] = score.get(clue.person, 0.0) + 1.0
        if people.narrator >= 0:
            score[people.narrator] = score.get(people.narrator, 0.0) + 1.0
        for person in self.history.order[-3:]:
            score[person] = score.get(person, 0.0) + 0.02
        for person in range(min(_LEADS, len(people.persons))):
            score.setdefault(person, 0.0)
        ranked = sorted(score, key=lambda person: (-score[person], person))
        return ranked[:CANDIDATES]

    def _tag_at(self, offset: int) -> Clue | None:
        number = self.number + offset
        return self.tags[number] if 0 <= number < len(self.tags) else None

    # -- features

    def shared(self, count: int) -> list[float]:
        """What does not depend on the candidate."""
        page, quotation = self.page, self.quotation
        last = page.words[self.end - 1]
        alone = page.blocks[quotation.first][0] == self.begin and (
            page.blocks[quotation.last][1] == self.end and len(quotation.runs) == 1
        )
        before, after = self._gap(-1), self._gap(1)
        words = [w for b, e in quotation.runs for w in page.lower[b : min(e, b + 60)]]
        return [
            log1p(sum(e - b for b, e in quotation.runs)),
            float(last == "?"),
            float(last == "!"),
            float(len(quotation.runs)),
            float(quotation.last - quotation.first),
            float(alone),
            *before[:1],
            *after[:1],
            *before[1:],
            *after[1:],
            float(self._untagged(-1)),
            float(self._untagged(1)),
            float(page.breaks[quotation.first]),
            float(count),
            float(self.people.narrator >= 0),
            self._tagged_share(),
            float("i" in words or "my" in words),
            float("you" in words or "your" in words),
        ]

    def _tagged_share(self) -> float:
        low, high = max(0, self.number - 10), self.number + 11
        nearby = self.tags[low:high]
        return sum(clue is not None for clue in nearby) / max(1, len(nearby))

    def _gap(self, offset: int) -> tuple[float, float]:
        """Narration between this quotation and a neighbour: log tokens, and paragraphs."""
        number = self.number + offset
        quotations = self.page.quotations
        if not 0 <= number < len(quotations) or not quotations[number].runs:
            return _FAR, 20.0
        other = quotations[number]
        if offset < 0:
            tokens, blocks = self.begin - other.runs[-1][1], self.quotation.first - other.last
        else:
            tokens, blocks = other.runs[0][0] - self.end, other.first - self.quotation.last
        return log1p(max(0, tokens)), float(min(20, max(-1, blocks)))

    def _untagged(self, step: int) -> int:
        """How many neighbours in a row have no tag."""
        count = 0
        while count < 10:
            number = self.number + step * (count + 1)
            if not 0 <= number < len(self.tags) or self.tags[number] is not None:
                break
            count += 1
        return count

    def rows(self, chosen: list[int], shared: list[float]) -> list[list[float]]:
        """A row for each candidate."""
        index, begin = self.index, self.begin
        told = [self._ago(index.told[p], begin) for p in chosen]
        acting = [self._ago(index.acting[p], begin) for p in chosen]
        fits = [self._fit(self.tag, p) for p in chosen]
        total = sum(self.people.persons[p].evidence.total for p in chosen) or 1
        rows = []
        for at, person in enumerate(chosen):
            rows.append(
                [
                    *self._rule_features(person),
                    *self._tag_features(at, person, fits, acting),
                    *self._speech_features(person),
                    *self._neighbour_features(person),
                    *self._history_features(person),
                    *self._distance_features(at, person, told, acting),
                    *self._person_features(person, total),
                    *shared,
                ]
            )
        return rows

    def _fit(self, clue: Clue | None, person: int) -> float:
        """How well a pronoun fits a person, from 0 to 1; -1 where there is no pronoun."""
        if clue is None:
            return -1.0
        who = self.people.persons[person]
        if not clue.gender:
            return self._fit_role(clue, person) if clue.role else -1.0
        if clue.gender == "first":
            return float(who.narrates)
        if clue.gender == "male":
            return who.male
        if clue.gender == "female":
            return 1.0 - who.male
        return 0.3

    def _fit_role(self, clue: Clue, person: int) -> float:
        """How well a description's gender fits a person."""
        one, other = self.people.persons[clue.person], self.people.persons[person]
        return one.male * other.male + (1 - one.male) * (1 - other.male)

    def _same(self, clue: Clue | None, person: int) -> float:
        if clue is None:
            return 0.0
        if clue.person < 0:
            return 0.5
        return 1.0 + clue.verb if clue.person == person else -1.0 - clue.verb

    def _rule_features(self, person: int) -> list[float]:
        values: list[float] = []
        for name in _RULE_NAMES:
            clue = self.mine.get(name)
            values += (self._same(clue, person), self._fit(clue, person))
        return values

    def _tag_features(
        self, at: int, person: int, fits: list[float], acting: list[float]
    ) -> list[float]:
        clue = self.tag
        if clue is None:
            return [0.0, -1.0, 0.0, -1.0, 0.0, 0.0]
        rank = sum(1 for other, fit in enumerate(fits) if fit >= 0.5 and acting[other] < acting[at])
        kin = clue.person >= 0 and self.people.persons[clue.person].kin
        return [
            self._same(clue, person),
            fits[at],
            float(clue.verb),
            float(rank) if clue.gender else -1.0,
            float(clue.role),
            float(kin),
        ]

    def _spoken_at(self, offset: int) -> tuple[frozenset[int], frozenset[int]]:
        number = self.number + offset
        if 0 <= number < len(self.spoken):
            return self.spoken[number]
        return frozenset(), frozenset()

    def _speech_features(self, person: int) -> list[float]:
        here, before, after = self._spoken_at(0), self._spoken_at(-1), self._spoken_at(1)
        return [
            float(person in here[0]),
            float(person in here[1]),
            float(person in before[0]),
            float(person in after[0]),
            float(person in self._spoken_at(-2)[0]),
            float(person in self._spoken_at(2)[0]),
            float(person in before[1]),
            float(person in after[1]),
        ]

    def _neighbour_features(self, person: int) -> list[float]:
        same = [self._same(self._tag_at(offset), person) for offset in (-1, -2, -3, 1, 2, 3)]
        fits = [self._fit(self._tag_at(offset), person) for offset in (-1, -2, 1, 2)]
        return same + fits

    def _history_features(self, person: int) -> list[float]:
        history = self.history
        if person not in history.last:
            return [9.0, 50.0, -1.0, 0.0]
        recent = history.order[-8:][::-1]
        rank = recent.index(person) if person in recent else 8
        ago = self.number - history.last[person]
        return [float(rank), float(min(ago, 50)), float(ago % 2), log1p(history.count[person])]

    @staticmethod
    def _ago(places: list[int], begin: int) -> float:
        at = bisect_left(places, begin)
        return log1p(begin - places[at - 1]) if at else 15.0

    @staticmethod
    def _next(places: list[int], end: int) -> float:
        at = bisect_left(places, end)
        return log1p(places[at] - end) if at < len(places) else 15.0

    @staticmethod
    def _within(places: list[int], begin: int, end: int) -> float:
        return log1p(bisect_left(places, end) - bisect_left(places, begin))

    def _distance_features(
        self, at: int, person: int, told: list[float], acting: list[float]
    ) -> list[float]:
        index, begin, end = self.index, self.begin, self.end
        places = index.told[person]
        block = self.page.blocks[self.quotation.first]
        last = self.page.blocks[self.quotation.last][1]
        above = self.page.blocks[max(0, self.quotation.first - 1)][0]
        return [
            told[at],
            float(sum(value < told[at] for value in told)),
            acting[at],
            float(sum(value < acting[at] for value in acting)),
            self._ago(index.quoted[person], begin),
            self._next(places, end),
            self._next(index.acting[person], end),
            self._within(places, begin - 50, begin),
            self._within(places, begin - 200, begin),
            self._within(places, begin - 1200, begin),
            self._within(index.quoted[person], begin - 400, begin),
            self._within(places, block[0], last),
            self._within(places, block[0], begin),
            self._within(places, above, block[0]),
        ]

    def _person_features(self, person: int, total: int) -> list[float]:
        who = self.people.persons[person]
        seen = who.evidence
        many = seen.total or 1
        here = self.page.blocks[self.quotation.first]
        return [
            log1p(seen.total),
            seen.total / total,
            who.male,
            float(bool(who.role)),
            float(who.kin),
            float(who.narrates),
            seen.acts / many,
            seen.speaks / many,
            seen.called / many,
            seen.placed / many,
            float(who.narrates and self._i_between(here)),
        ]

    def _i_between(self, span: tuple[int, int]) -> bool:
        page = self.page
        return any(page.voice[at] < 0 and page.words[at] == "I" for at in range(*span))
