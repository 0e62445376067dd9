"""Choose the display name of each person: a form of the name that the book uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from narrator.segmentation.speech_prefixes.names import capitalise_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_MIN_SHOUTED_LETTERS = 3
"""Fewest letters of a name in capitals that is no initialism."""
_MIN_FULL_NAME_USES, _MIN_FULL_NAME_SHARE = 3, 0.05
"""Minimum uses, and share of all uses, of a full name preferred to a more frequent form."""


def choose_display_names(tokens: TokenTable, people: People) -> list[str]:
    """Return a unique name for each person; repeated names get a number: "Tom (2)"."""
    display_names: list[str] = []
    used_names: set[str] = set()
    counts_by_person = _count_written_forms(tokens, people)
    for person_index, person in enumerate(people.persons):
        counts = _merge_capitals(counts_by_person[person_index])
        name = person.description or _choose_written_form(counts)
        name = _lower_shouted_name(name, tokens.language)
        name = name[:1].upper() + name[1:] or "Somebody"
        unique_name, count = name, 2
        while unique_name in used_names:
            unique_name, count = f"{name} ({count})", count + 1
        used_names.add(unique_name)
        display_names.append(unique_name)
    return display_names


def _merge_capitals(counts: Counter[str]) -> Counter[str]:
    """Return the forms, of which those in capitals count as the same form in small letters.

    The first words of a chapter, and its heading, are in capitals: "MR. CADE was a solicitor".
    """
    others = {form.casefold(): form for form in counts if not form.isupper()}
    merged: Counter[str] = Counter()
    for form, count in counts.items():
        merged[others.get(form.casefold(), form) if form.isupper() else form] += count
    return merged


def _lower_shouted_name(name: str, language: AttributionLanguage) -> str:
    """Return a name that the book only shouts, "TOM", as it is written elsewhere: "Tom"."""
    if not name.isupper() or len(name) < _MIN_SHOUTED_LETTERS:
        return name
    word = name.partition(" ")[0].casefold()
    tables = (language.given_names, language.kin_nouns, language.role_nouns)
    return capitalise_name(name) if any(word in table for table in tables) else name


def list_aliases(
    tokens: TokenTable, people: People, display_names: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return every other name of each person, most frequent first.

    These are the names that the book uses, and the same without their titles, if no other person
    may be meant. Names that differ only in case count as one.

    Args:
        tokens: the tokens of the book.
        people: its persons and mentions.
        display_names: the name of each person, as returned by `choose_display_names`.
    """
    counts_by_person = _count_written_forms(tokens, people)
    # Sorting by name as well makes the order of equal counts reproducible.
    printed = [
        [alias for alias, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        for counts in (counts_by_person[index] for index in range(len(people.persons)))
    ]
    untitled = [
        []
        if person.description
        else [_drop_titles(name, tokens.language) for name in (display_name, *names)]
        for person, display_name, names in zip(people.persons, display_names, printed, strict=True)
    ]
    bearers = Counter(
        name
        for lists in zip(printed, untitled, strict=True)
        for name in {name.casefold() for names in lists for name in names}
    )
    return [
        _list_distinct(
            display_name, [*names, *(name for name in short if bearers[name.casefold()] == 1)]
        )
        for display_name, names, short in zip(display_names, printed, untitled, strict=True)
    ]


def _drop_titles(name: str, language: AttributionLanguage) -> str:
    """Return a name without the titles at its beginning; an empty string if nothing remains."""
    words = name.split()
    while words and words[0].rstrip(".").casefold() in language.titles:
        words = words[1:]
    return " ".join(words)


def _list_distinct(display_name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Return the aliases that differ, except in case, from the display name and earlier ones."""
    seen_names, distinct = {display_name.casefold(), ""}, list[str]()
    for alias in aliases:
        if alias.casefold() not in seen_names:
            seen_names.add(alias.casefold())
            distinct.append(alias)
    return tuple(distinct)


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


def _count_written_forms(tokens: TokenTable, people: People) -> dict[int, Counter[str]]:
    """Count how often the book uses each written form of each person's name.

    Descriptions of a person who has a name are not counted, and neither are forms of the name in
    other cases than the nominative, unless the book has no other form.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    inflected: dict[int, Counter[str]] = defaultdict(Counter)
    for mention in people.mentions:
        person = people.persons[mention.person_index]
        if not mention.is_description or person.description:
            is_inflected = tokens.language.name_cases and _is_inflected(tokens, mention, person)
            target = inflected if is_inflected else counts
            target[mention.person_index][join_mention_words(tokens, mention)] += 1
    return inflected | counts


def _is_inflected(tokens: TokenTable, mention: Mention, person: Person) -> bool:
    """Return whether a mention ends with a word that no form of the person's name has."""
    names = {word for form in person.name_forms for word in form.words}
    return bool(names) and tokens.lowercase_words[mention.end - 1] not in names


def join_mention_words(tokens: TokenTable, mention: Mention) -> str:
    """Return the words of a mention as written, without a possessive ending: "Mr. Darcy"."""
    return tokens.join_words(mention.start, mention.end, with_possessives=False)
