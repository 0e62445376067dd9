"""Unites the names of a book into people: "Lizzy", "Miss Eliza Bennet" and "Elizabeth" are one.

Where a name may be two people's, it is left alone: two voices for one person are a smaller harm
than one voice for two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_statistics import (
    NameStatistics,
    count_adjacent_uses,
    is_person_name,
    sum_statistics,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.attribution.language import AttributionLanguage


_ANYBODY = frozenset(("cousin", "comrade", "saint", "st", "old", "young", "little", "poor", "dear"))
"""Titles without gender that women bore in the novels of a century ago, too."""


@dataclass(slots=True)
class Person:
    """Somebody, or something that speaks, in the book."""

    name_forms: Counter[NameForm] = field(default_factory=Counter)
    statistics: NameStatistics = field(default_factory=NameStatistics)
    male_probability: float = 0.5
    """The chance that "he" refers to this person."""
    description: str = ""
    """A description instead of a name: "the old man"."""
    is_kin: bool = False
    """Whether the description is a relation: "her mother"."""
    age: str | None = None
    is_narrator: bool = False

    @property
    def gender(self) -> str | None:
        """`male`, `female`, or none where the book leaves it open."""
        return (
            "male"
            if self.male_probability > 0.8
            else "female"
            if self.male_probability < 0.2
            else None
        )


def cluster_names(
    found: Mapping[NameForm, NameStatistics],
    told: Mapping[NameForm, list[int]],
    language: AttributionLanguage,
) -> tuple[list[Person], dict[NameForm, int]]:
    """The people of the book, and whose each form is."""
    persons = {
        form: evidence
        for form, evidence in found.items()
        if is_person_name(form, evidence, language) and not _family(form, found, language)
    }
    return _Union(persons, found, told, language).people()


def _family(
    form: NameForm, found: Mapping[NameForm, NameStatistics], language: AttributionLanguage
) -> bool:
    """Whether a form names several at once: "the Bennets", "the Miss Steeles"."""
    if (
        len(form.words) != 1
        or not form.words[0].endswith("s")
        or form.words[0] in language.given_names
    ):
        return False
    one = (form.words[0][:-1],)
    return any(NameForm(title, one) in found for title in ("", "mr", "mrs", "miss", form.title))


def infer_form_gender(form: NameForm, language: AttributionLanguage) -> str | None:
    """What a form alone tells."""
    gender = language.titles.get(form.title) if form.title else None
    if gender in {"male", "female"}:
        return gender
    known = language.given_names.get(form.words[0]) if form.words else None
    return known if known != "neutral" else None


class _Union:
    """Groups of forms, joined step by step from the surest to the vaguest."""

    def __init__(
        self,
        forms: Mapping[NameForm, NameStatistics],
        known: Mapping[NameForm, NameStatistics],
        told: Mapping[NameForm, list[int]],
        language: AttributionLanguage,
    ) -> None:
        self.forms = forms
        self.known = known
        self.told = told
        self.language = language
        self.groups: dict[NameForm, list[NameForm]] = {}
        self.first: dict[str, list[NameForm]] = defaultdict(list)
        self.last: dict[str, list[NameForm]] = defaultdict(list)

    def people(self) -> tuple[list[Person], dict[NameForm, int]]:
        by_count = sorted(self.forms, key=lambda f: (-self.forms[f].total_count, f.title, f.words))
        self._join_full([f for f in by_count if len(f.words) > 1])
        singles = [f for f in by_count if len(f.words) == 1]
        self._join_bare_given([f for f in singles if not f.title])
        for form in singles:
            if form.title:
                self._join_titled(form)
        for form in singles:
            if not form.title and form not in self._owned():
                self._join_bare(form)
        for form in by_count:
            if not form.words:
                self._join_title(form)
        return self._build()

    def _owned(self) -> set[NameForm]:
        return {form for group in self.groups.values() for form in group}

    # -- steps

    def _join_full(self, full: list[NameForm]) -> None:
        """First and last name; middle names and titles do not matter, nicknames do not either."""
        for form in full:
            home = next((k for k in self.groups if self._same_full(k, form)), None)
            if home is not None:
                self.groups[home].append(form)
            else:
                self._found(form, form.words[0], form.words[-1])

    def _same_full(self, one: NameForm, other: NameForm) -> bool:
        if len(one.words) < 2 or self._clash(one, other):
            return False
        if one.words[-1] != other.words[-1]:
            return False
        return self._same_given(one.words[0], other.words[0])

    def _found(self, form: NameForm, first: str, last: str) -> None:
        self.groups[form] = [form]
        if (
            self.language.given_names.get(first) == "male"
            and form.title in self.language.married_titles
        ):
            first = ""  # Mrs. John Dashwood is no John
        if first:
            self.first[first].append(form)
        if last:
            self.last[last].append(form)

    def _same_given(self, one: str, other: str) -> bool:
        nick = self.language.nicknames
        return nick.get(one, one) == nick.get(other, other) or (
            (len(one) == 1 or len(other) == 1) and one[0] == other[0]
        )

    def _join_bare_given(self, bare: list[NameForm]) -> None:
        """A first name alone: the one who bears it, or somebody new."""
        for form in bare:
            word = form.words[0]
            homes = self.first.get(word) or self._by_nickname(word)
            if homes and self._outstanding(homes):
                self.groups[max(homes, key=self._count)].append(form)
            elif word in self.language.given_names and word not in self.last:
                self._found(form, word, "")

    def _outstanding(self, homes: list[NameForm]) -> bool:
        """Whether one of several groups is named far more often than the others."""
        counts = sorted((self._count(home) for home in homes), reverse=True)
        return len(counts) == 1 or counts[1] < 0.2 * counts[0]

    def _by_nickname(self, word: str) -> list[NameForm]:
        root = self.language.nicknames.get(word)
        same = [
            home
            for first, homes in self.first.items()
            if (root and first == root) or self.language.nicknames.get(first) == (root or word)
            for home in homes
            if not self._noble(home)
        ]
        return same if len(same) == 1 else []

    def _join_title(self, form: NameForm) -> None:
        """A title alone: the one who bears it, if only one does."""
        bearers = [
            home
            for home, group in self.groups.items()
            if form.title in {member.title for member in group} and home.words
        ]
        if form.title not in self.language.kin_nouns and bearers and self._outstanding(bearers):
            self.groups[max(bearers, key=self._count)].append(form)
        else:
            self.groups[form] = [form]

    def _noble(self, home: NameForm) -> bool:
        """Nobody calls Lady Catherine Kitty."""
        titles = {member.title for member in self.groups[home]} - {""}
        return bool(titles) and not titles & (self.language.unmarried_titles | {"mr"})

    def _join_titled(self, form: NameForm) -> None:
        word = form.words[0]
        homes = [
            home
            for home in dict.fromkeys((*self.last.get(word, ()), *self.first.get(word, ())))
            if self._may_bear(home, form)
        ]
        same = [h for h in homes if form.title in {m.title for m in self.groups[h]}]
        homes = same if len(same) == 1 else homes  # one lady may have two last names
        if len(homes) == 1:
            self.groups[homes[0]].append(form)
        elif word in self.language.given_names and word in self.first and len(homes) > 1:
            self.groups[max(homes, key=self._count)].append(form)
        else:
            self._found(form, "", word)

    def _may_bear(self, home: NameForm, form: NameForm) -> bool:
        """Whether the person of a group may be called by a title and this name."""
        titles = {member.title for member in self.groups[home]} - {""}
        gender, wanted = self._gender(home), self.language.titles.get(form.title)
        if wanted == "female":
            return gender in {"female", None} and self._she_may(titles, home, form)
        if wanted == "male":
            return gender in {"male", None} and self._he_may(titles, home, form)
        if gender == "female" and form.title not in _ANYBODY:
            return False
        if titles and form.title not in titles:
            return titles <= {"mr", "m"} and self._count(form) > 3 * self._count(home)
        return True

    def _she_may(self, titles: set[str], home: NameForm, form: NameForm) -> bool:
        language = self.language
        married = language.married_titles | {"lady"}
        if any(language.titles.get(t) == "neutral" and t not in _ANYBODY for t in titles):
            return False
        if form.title in married:
            widowed = form.title != "lady" and not titles
            return form.title in titles or (widowed and self._wife(home, form))
        if form.title in language.unmarried_titles:
            return not titles & married and not self._sisters(form)
        return True

    def _wife(self, home: NameForm, form: NameForm) -> bool:
        """Whether "Mrs. Pontellier" is Edna Pontellier, and not her mother."""
        if len(home.words) < 2 or any(
            NameForm(title, form.words) in self.known for title in self.language.unmarried_titles
        ):
            return False
        given, mine = self._told(NameForm("", home.words[:1])), self._told(form)
        fewer = min(len(given), len(mine))
        return fewer >= 10 and count_adjacent_uses(given, mine) < 0.04 * fewer

    def _he_may(self, titles: set[str], home: NameForm, form: NameForm) -> bool:
        plain = self.language.common_male_titles
        if titles and form.title not in titles:
            return bool(titles & plain) and form.title in plain
        return not self._father(home, form)

    def _sisters(self, form: NameForm) -> bool:
        """Whether the book speaks of "the Miss Steeles", of whom "Miss Steele" is the eldest."""
        return NameForm(form.title, (form.words[0] + "s",)) in self.known

    def _father(self, home: NameForm, form: NameForm) -> bool:
        """Whether "Mr. Wilcox" is another than Charles Wilcox: both names are in use."""
        if len(home.words) < 2 or form.words[0] != home.words[-1]:
            return False
        given, mine = self._told(NameForm("", home.words[:1])), self._told(form)
        if (
            len(self._told(NameForm(form.title, (home.words[0], home.words[-1]))))
            >= 3
            <= len(mine) - 7
        ):
            return True
        fewer, more = sorted((len(given), len(mine)))
        side = count_adjacent_uses(given, mine)
        return (side >= 2 and side >= 0.04 * fewer) or (
            side >= 1 and fewer >= 10 and fewer > 0.3 * more
        )

    def _told(self, form: NameForm) -> list[int]:
        return self.told.get(form, [])

    def _join_bare(self, form: NameForm) -> None:
        """A last name alone: the man who bears it, or the only one who does."""
        word = form.words[0]
        homes = self.last.get(word, [])
        men = [home for home in homes if self._gender(home) != "female"]
        pool = men or homes
        if pool:
            best = max(pool, key=self._count)
            if len(pool) == 1 or self._count(best) > 3 * max(
                self._count(home) for home in pool if home is not best
            ):
                self.groups[best].append(form)
                return
        self._found(form, "", word)

    # -- what is known of a group

    def _clash(self, one: NameForm, other: NameForm) -> bool:
        a, b = infer_form_gender(one, self.language), infer_form_gender(other, self.language)
        return a is not None and b is not None and a != b

    def _gender(self, home: NameForm) -> str | None:
        male = estimate_male_probability(self.groups[home], self.forms, self.language)
        return "male" if male > 0.7 else "female" if male < 0.3 else None

    def _count(self, home: NameForm) -> int:
        members = self.groups.get(home, [home])
        return sum(self.forms[form].total_count for form in members)

    def _build(self) -> tuple[list[Person], dict[NameForm, int]]:
        people: list[Person] = []
        owner: dict[NameForm, int] = {}
        for group in sorted(
            self.groups.values(), key=lambda g: -sum(self.forms[f].total_count for f in g)
        ):
            counts = Counter({form: self.forms[form].total_count for form in group})
            person = Person(counts, sum_statistics(self.forms[form] for form in group))
            person.male_probability = estimate_male_probability(group, self.forms, self.language)
            owner.update(dict.fromkeys(group, len(people)))
            people.append(person)
        return people, owner


def estimate_male_probability(
    group: list[NameForm], forms: Mapping[NameForm, NameStatistics], language: AttributionLanguage
) -> float:
    """The chance that a group of forms names a man: titles, then first names, then pronouns."""
    he = she = 1.0
    for form in group:
        evidence = forms[form]
        title = language.titles.get(form.title)
        weight = evidence.total_count + 8.0
        ranked = title == "neutral" and form.title not in _ANYBODY
        if title == "male" or ranked:
            he += weight if ranked else 3 * weight
        elif title == "female":
            she += 3 * weight
        elif form.words and len(form.words) < 4:
            given = language.given_names.get(form.words[0])
            he += weight if given == "male" else 0
            she += weight if given == "female" else 0
        he += evidence.he_count + 4 * evidence.male_verb_count
        she += evidence.she_count + 4 * evidence.female_verb_count
    return he / (he + she)
