"""Gives each person the name that the book uses most, as it is written there."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.mention_detection import Mention, People
    from narrator.attribution.tokens import TokenTable


def choose_display_names(page: TokenTable, people: People) -> list[str]:
    """A name for each person, no two alike."""
    names: list[str] = []
    taken: set[str] = set()
    written = _written(page, people)
    for number, person in enumerate(people.persons):
        name = _described(person.description) if person.description else _commonest(written[number])
        name = name[:1].upper() + name[1:] or "Somebody"
        unique, count = name, 2
        while unique in taken:
            unique, count = f"{name} ({count})", count + 1
        taken.add(unique)
        names.append(unique)
    return names


def list_aliases(page: TokenTable, people: People, number: int, name: str) -> tuple[str, ...]:
    """Every other name that the book uses for a person, commonest first; case tells none apart."""
    written = _written(page, people, number)[number]
    told, others = {name.casefold()}, list[str]()
    for alias, _ in sorted(written.items(), key=lambda item: (-item[1], item[0])):
        if alias.casefold() not in told:
            told.add(alias.casefold())
            others.append(alias)
    return tuple(others)


def _described(role: str) -> str:
    return role[0].upper() + role[1:]


def _commonest(written: Counter[str]) -> str:
    """The name used most; first and last name, where that is used at all often."""
    best = max(written, key=lambda name: (written[name], name), default="")
    last = best.split(" ")[-1]
    full = [name for name in written if name.count(" ") == 1 and "." not in name and last in name]
    often = max(3, 0.05 * sum(written.values()))
    return (
        max(full, key=lambda n: (written[n], n)) if any(written[n] >= often for n in full) else best
    )


def _written(page: TokenTable, people: People, only: int = -1) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for mention in people.mentions:
        described = mention.is_description and not people.persons[mention.person_index].description
        if only in {-1, mention.person_index} and not described:
            found[mention.person_index][join_mention_words(page, mention)] += 1
    return found


def join_mention_words(page: TokenTable, mention: Mention) -> str:
    """The words of a mention, without a possessive ending."""
    text = ""
    for at in range(mention.start, mention.end):
        word = page.words[at]
        text += word if not text or not word[0].isalnum() else f" {word}"
    return text
