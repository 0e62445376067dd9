"""Where each person of the book is named, described or meant by a pronoun, token by token."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.kinship import unite_relatives
from narrator.attribution.coreference.name_clustering import Person, unite
from narrator.attribution.coreference.name_detection import Form, find
from narrator.attribution.coreference.name_statistics import (
    Evidence,
    addressed,
    collect,
    is_verb,
    told_places,
)
from narrator.attribution.tokens import is_narrator, tellings

if TYPE_CHECKING:
    from narrator.attribution.tokens import Page

_FIRST_SHARE = 0.006
"""Share of "I" among the narrator's words, above which somebody in the story tells it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A person meant by some tokens."""

    start: int
    end: int
    person: int
    quoted: bool
    called: bool
    """Addressed, within a quotation."""
    subject: bool
    """Followed by a verb, or at the beginning of a sentence."""
    role: bool
    """Described, not named."""
    possessive: bool


@dataclass(slots=True)
class People:
    """Everybody in the book, and where they are meant."""

    persons: list[Person]
    mentions: list[Mention]
    """In order."""
    starting: dict[int, int] = field(default_factory=dict)
    """First token of a mention to its index."""
    ending: dict[int, int] = field(default_factory=dict)
    """The token after a mention to its index."""
    narrator: int = -1
    """Index of the first-person narrator; -1 where there is none."""


def discover(page: Page) -> People:
    """Everybody in the book."""
    names = find(page)
    persons, owner = unite(collect(page, names), told_places(page, names), page.language)
    spans = [(n.start, n.end, owner[n.form], False) for n in names if n.form in owner]
    taken = {at for name in names for at in range(name.start, name.end)}
    _note_ages(page, persons, spans)
    spans += _roles(page, persons, taken)
    people = People(persons, [_mention(page, *span) for span in sorted(spans)])
    unite_relatives(page, people)
    for index, mention in enumerate(people.mentions):
        people.starting[mention.start] = index
        people.ending[mention.end] = index
    people.narrator = _narrator(page, persons, people.mentions)
    return people


def _note_ages(page: Page, persons: list[Person], spans: list[tuple[int, int, int, bool]]) -> None:
    """A person is as old as the adjectives and titles that the book puts before the name."""
    ages = page.language.ages
    found = Counter(
        (person, ages[word])
        for start, _, person, _ in spans
        for word in dict.fromkeys((page.lower[start], page.lower[max(0, start - 1)]))
        if word in ages
    )
    for (number, age), count in found.items():
        if count >= 2 and count >= 0.15 * persons[number].evidence.total:
            persons[number].age = age
    for person in persons:
        if person.age is None and _grown(page, person):
            person.age = "adult"


def _grown(page: Page, person: Person) -> bool:
    """Whether a title tells so: neither a young lady's nor an uncle's."""
    language = page.language
    young = language.unmarried | language.weak_titles | language.kin.keys() | {"", "master"}
    return any(form.title not in young for form in person.forms)


def _mention(page: Page, start: int, end: int, person: int, role: bool) -> Mention:
    quoted = page.voice[start] >= 0
    possessive = page.possessive[end - 1]
    acts = end < len(page.words) and page.block[end] == page.block[start] and is_verb(page, end)
    return Mention(
        start,
        end,
        person,
        quoted,
        quoted and addressed(page, start, end),
        not possessive and (acts or page.opens[start]),
        role,
        possessive,
    )


# ---------------------------------------------------------------------------- descriptions


def _roles(page: Page, persons: list[Person], taken: set[int]) -> list[tuple[int, int, int, bool]]:
    """People who are described: "the old man", "her mother". Those found are added to `persons`."""
    nouns = _spoken_nouns(page)
    language = page.language
    index: dict[tuple[str, bool], int] = {}
    spans: list[tuple[int, int, int, bool]] = []
    for at, low in enumerate(page.lower):
        kin = low in language.kin
        if not (kin or low in language.roles or low in nouns) or page.voice[at] >= 0:
            continue
        if at in taken or not (start := _determiner(page, at, kin)):
            continue
        modifiers = page.lower[start + 1 : at]
        owned = kin and page.lower[start] in language.owners
        age = next((language.ages[w] for w in [*modifiers, low] if w in language.ages), None)
        name = f"{age} {low}" if age in {"old", "young"} and modifiers else low
        name = _as_described(page, start, at) if language.strict else name
        key = (name, owned)
        if key not in index:
            index[key] = _titled(persons, language.spelling.get(low, low)) if not owned else -1
            if index[key] < 0:
                index[key] = len(persons)
                persons.append(_role(page, low, kin, age))
        person = persons[index[key]]
        person.forms[Form("", (*modifiers, low))] += 1 if person.role else 0
        person.evidence.total += 1
        spans.append((start, at + 1, index[key], True))
        _count_role(page, at, person.evidence)
    for (name, owned), number in index.items():
        if not persons[number].role:
            continue
        persons[number].role = name if owned or language.strict else f"the {name}"
    return spans


def _as_described(page: Page, start: int, at: int) -> str:
    """A description without its article, which agrees with the noun in gender and case."""
    aged = [word for word in page.words[start + 1 : at] if word.lower() in page.language.ages]
    return " ".join([*aged, page.words[at]])


def _is_noun(page: Page, at: int) -> bool:
    """Whether the word after an article is the noun, and no adjective before it."""
    if page.language.noun_capitals:
        return page.words[at][0].isupper()
    return page.lower[at] not in page.language.ages


def _titled(persons: list[Person], title: str) -> int:
    """The one person who bears a title, as "the General" is General Tilney; -1 if none or many."""
    bearers = [
        (sum(n for form, n in person.forms.items() if form.title == title), -number)
        for number, person in enumerate(persons)
        if not person.role
    ]
    bearers = sorted(b for b in bearers if b[0])
    if not bearers or title in {"miss", "mr", "lady", "nurse", "master", "lord"}:
        return -1
    many, number = bearers[-1]
    return -number if many >= 4 * sum(b[0] for b in bearers[:-1]) else -1


def _count_role(page: Page, at: int, evidence: Evidence) -> None:
    if at + 1 < len(page.words) and page.block[at + 1] == page.block[at]:
        evidence.acts += is_verb(page, at + 1)
        evidence.speaks += page.lower[at + 1] in page.language.speech


def _role(page: Page, noun: str, kin: bool, age: str | None) -> Person:
    language = page.language
    gender = language.kin.get(noun) or language.roles.get(noun)
    male = {"male": 0.93, "female": 0.03}.get(gender or "", 0.6)
    return Person(male=male, role=noun, kin=kin, age=age)


def _determiner(page: Page, at: int, kin: bool) -> int:
    """The token of "the" or "her" before a noun and its adjectives; 0 where there is none."""
    block, language = page.block[at], page.language
    if language.bare_nouns and _beside_speech(page, at):
        return at
    for back in range(at - 1, max(0, at - 4), -1):
        if page.block[back] != block or page.voice[back] >= 0 or page.apart[back + 1]:
            return 0
        low = page.lower[back]
        if low in language.articles or (low in language.owners and (kin or back == at - 1)):
            return back
        if not low.isalpha() or page.possessive[back] or low in language.speech:
            return 0
    return 0


def _beside_speech(page: Page, at: int) -> bool:
    """Whether a verb of speech stands next to a word, in its sentence."""
    speech = page.language.speech
    return page.lower[at - 1] in speech or (
        page.lower[at + 1 : at + 2] != [] and (page.lower[at + 1] in speech)
    )


def _spoken_nouns(page: Page) -> frozenset[str]:
    """Nouns that the book itself lets speak: "said the gryphon"."""
    found: Counter[str] = Counter()
    language = page.language
    for at in range(1, len(page.words) - 3):
        if page.lower[at] not in language.definite or page.voice[at] >= 0:
            continue
        if page.lower[at - 1] in language.speech and page.voice[at - 2] >= 0:
            for ahead in (at + 1, at + 2, at + 3):
                if not page.lower[ahead + 1 : ahead + 2] or not page.lower[ahead].isalpha():
                    break
                if (
                    page.words[ahead + 1] in {",", ".", ";", ":"}
                    or page.voice[ahead + 1] >= 0
                    or page.apart[ahead + 1]
                    or (language.strict and _is_noun(page, ahead))
                ):
                    found[page.lower[ahead]] += 1
                    break
    return frozenset(
        word
        for word in found
        if not (language.adverbs and word.endswith(language.adverbs))
        and word not in language.no_nouns
        and len(word) > 2
    )


# ---------------------------------------------------------------------------- the narrator


def _narrator(page: Page, persons: list[Person], mentions: list[Mention]) -> int:
    """The index of the first-person narrator, found or added."""
    told = sum(1 for voice in page.voice if voice < 0)
    first = len(tellings(page))
    if not told or first / told < _FIRST_SHARE:
        return -1
    number = _hidden(page, persons, mentions)
    if number >= 0:
        persons[number].narrates = True
        return number
    persons.append(
        Person(
            Counter({Form("", (page.language.narrator.lower(),)): first}),
            role=page.language.narrator,
            narrates=True,
        )
    )
    return len(persons) - 1


def _hidden(page: Page, persons: list[Person], mentions: list[Mention]) -> int:
    """The index of somebody who is only ever spoken to, and so tells the story; -1 if nobody is."""
    often = [
        (person.evidence.called, -number)
        for number, person in enumerate(persons)
        if not person.role
        and person.evidence.called >= 3
        and person.evidence.quoted >= 0.8 * person.evidence.total
    ]
    if often:
        return -max(often)[1]
    answered = Counter(
        mention.person
        for mention in mentions
        if mention.called
        and persons[mention.person].evidence.quoted == persons[mention.person].evidence.total
        and _meets_narrator(page, mention.start)
    )
    (first, most), (_, second) = [*answered.most_common(2), (-1, 0), (-1, 0)][:2]
    return first if most > second else -1


def _meets_narrator(page: Page, at: int) -> bool:
    """Whether the narrator is the one spoken to at a token.

    So it is where "said the manageress to me" follows in its paragraph, or "I said" in the next.
    """
    here = page.block[at]
    begin, end = at, page.blocks[min(here + 1, len(page.blocks) - 1)][1]
    speech = page.language.speech
    for place in range(begin, end):
        if page.voice[place] >= 0:
            continue
        if page.block[place] == here:
            if page.lower[place] in page.language.first and not is_narrator(page, place):
                return True
        elif is_narrator(page, place) and speech & {*page.lower[place - 1 : place + 2]}:
            return True
    return False
