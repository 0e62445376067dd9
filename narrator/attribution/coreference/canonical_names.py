"""Choose the display name of each person: a form of the name that the book uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

_MIN_FULL_NAME_USES, _MIN_FULL_NAME_SHARE = 3, 0.05
"""Minimum uses, and share of all uses, of a full name preferred to a more frequent form."""


def choose_display_names(tokens: TokenTable, people: People) -> list[str]:
    """Return a unique name for each person; repeated names get a number: "Tom (2)"."""
    display_names: list[str] = []
    used_names: set[str] = set()
    counts_by_person = _count_written_forms(tokens, people)
    for person_index, person in enumerate(people.persons):
        name = person.description or _choose_written_form(counts_by_person[person_index])
        name = name[:1].upper() + name[1:] or "Somebody"
        unique_name, count = name, 2
        while unique_name in used_names:
            unique_name, count = f"{name} ({count})", count + 1
        used_names.add(unique_name)
        display_names.append(unique_name)
    return display_names


def list_aliases(
    tokens: TokenTable, people: People, person_index: int, display_name: str
) -> tuple[str, ...]:
    """Return every other name that the book uses for a person, most frequent first.

    Names that differ only in case count as one.
    """
    counts = _count_written_forms(tokens, people, person_index)[person_index]
    # Sorting by name as well makes the order of equal counts reproducible.
    seen_names, aliases = {display_name.casefold()}, list[str]()
    for alias, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if alias.casefold() not in seen_names:
            seen_names.add(alias.casefold())
            aliases.append(alias)
    return tuple(aliases)


def _choose_written_form(counts: Counter[str]) -> str:
    """Return the full name (first and last) if it is used often enough, or the most frequent form.

    Returns an empty string if there are no forms.
    """
    most_frequent = max(counts, key=lambda name: (counts[name], name), default="")
    last_word = most_frequent.split(" ")[-1]
    # Forms of two words without a full stop (a title or an initial) that contain the last word of
    # the most frequent form.
    full_names = [
        name for name in counts if name.count(" ") == 1 and "." not in name and last_word in name
    ]
    min_uses = max(_MIN_FULL_NAME_USES, _MIN_FULL_NAME_SHARE * sum(counts.values()))
    if any(counts[name] >= min_uses for name in full_names):
        return max(full_names, key=lambda name: (counts[name], name))
    return most_frequent


def _count_written_forms(
    tokens: TokenTable, people: People, only_person: int = -1
) -> dict[int, Counter[str]]:
    """Count how often the book uses each written form of each person's name.

    Descriptions of a person who has a name are not counted.

    Args:
        tokens: the tokens of the book.
        people: its persons and mentions.
        only_person: index of the one person to count; -1 for all persons.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for mention in people.mentions:
        person = people.persons[mention.person_index]
        is_extra_description = mention.is_description and not person.description
        if only_person in {-1, mention.person_index} and not is_extra_description:
            counts[mention.person_index][join_mention_words(tokens, mention)] += 1
    return counts


def join_mention_words(tokens: TokenTable, mention: Mention) -> str:
    """Return the words of a mention as written, without a possessive ending: "Mr. Darcy"."""
    text = ""
    for word in tokens.words[mention.start : mention.end]:
        text += word if not text or not word[0].isalnum() else f" {word}"
    return text
