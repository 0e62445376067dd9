"""Joins the speakers whom the text itself names, as a play does, with the characters of the story.

Segmentation gives their lines to them with certainty; attribution only adds what it knows about
them: other names, gender and age.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrator.attribution.coreference.canonical_names import list_aliases
from narrator.model import Character
from narrator.text.words import APOSTROPHE_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.people import People
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage
    from narrator.model import Line, Persona

_SEVERAL_NAMES = re.compile(r"\s(?:and|und|et|y|e|и|i|en|och|og)\s|[&,/]", re.IGNORECASE)
"""What joins the names of persons who speak together."""
_ARTICLE = re.compile(r"^(?:the|der|die|das|le|la|el|il)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedSpeakers:
    """The speakers whom the text names, with the characters that they are."""

    personae: tuple[Persona, ...]
    person_by_name: Mapping[str, int]
    """Index in `People.persons` of each persona who occurs in the text, by name."""
    display_names: Mapping[str, str]
    """Name of the character for each persona, by the name of the persona."""
    aliases: Sequence[tuple[str, ...]]
    """The other names of each person in `People.persons`."""

    def rename(self, line: Line) -> Line:
        """Return a line, whose named speaker gets the name of a character."""
        name = self.display_names.get(line.speaker or "", line.speaker)
        return line if name == line.speaker else replace(line, speaker=name)


def match_named_speakers(
    personae: tuple[Persona, ...],
    tokens: TokenTable,
    people: People,
    names: Sequence[str],
    *,
    keeps_names: bool,
) -> NamedSpeakers:
    """Return the named speakers, matched with the persons of the text by their names.

    Args:
        personae: the speakers whom the text names.
        tokens: the tokens of the book.
        people: the persons of the book.
        names: the display name of each person.
        keeps_names: whether the names before speeches are the names of the characters, as in a
            play. Otherwise a person of the story keeps the name that the story uses.
    """
    if not personae:
        return NamedSpeakers((), {}, {}, ())
    index_by_form: dict[str, int] = {}
    aliases = list_aliases(tokens, people, names)
    for index, name in enumerate(names):
        for form in (name, *aliases[index]):
            index_by_form.setdefault(_simplify(form), index)
    person_by_name = {}
    display_names = {}
    narrator = next((i for i, person in enumerate(people.persons) if person.is_narrator), None)
    for persona in personae:
        # the messages of "Me" are those of the one who tells the story
        is_teller = persona.name.casefold() in tokens.language.first_person_pronouns
        person = narrator if is_teller else _find_person(persona, index_by_form)
        display_names[persona.name] = persona.name
        if person is not None:
            person_by_name[persona.name] = person
            if is_teller or not (keeps_names or people.persons[person].description):
                display_names[persona.name] = names[person]
    return NamedSpeakers(personae, person_by_name, display_names, aliases)


def _find_person(persona: Persona, index_by_form: Mapping[str, int]) -> int | None:
    """Return the index of the person with a name of the persona, or with a longer one."""
    forms = [_simplify(form) for form in (persona.name, *persona.aliases)]
    for form in forms:
        if form in index_by_form:
            return index_by_form[form]
    longer = {
        index for name, index in index_by_form.items() if set(forms[0].split()) < set(name.split())
    }
    return longer.pop() if len(longer) == 1 else None


def _simplify(name: str) -> str:
    """Return a name without case, article and full stops, for comparison."""
    return _ARTICLE.sub("", name.casefold().replace(".", ""))


def list_named_characters(
    speakers: NamedSpeakers,
    language: AttributionLanguage,
    persons: Sequence[Person],
    others: Sequence[Character],
    line_counts: Mapping[str, int],
) -> list[Character]:
    """Return the characters of the named speakers who are not among the others already.

    `line_counts` has the number of lines of each speaker, by name.
    """
    other_names = {character.name for character in others}
    characters = []
    for persona in speakers.personae:
        name = speakers.display_names[persona.name]
        if name in other_names or not line_counts.get(name):
            continue
        other_names.add(name)
        index = speakers.person_by_name.get(persona.name, -1)
        aliases = speakers.aliases[index] if index >= 0 else ()
        person = persons[index] if index >= 0 else None
        characters.append(
            Character(
                name,
                _merge_aliases(name, aliases, persona.aliases),
                _find_gender(persona, language) or (person.gender if person else None),
                person.age if person else None,
                line_counts[name],
            )
        )
    return characters


def _merge_aliases(name: str, *groups: Iterable[str]) -> tuple[str, ...]:
    """Return all aliases once, regardless of case."""
    aliases = {alias.casefold(): alias for group in groups for alias in group}
    aliases.pop(name.casefold(), None)
    return tuple(aliases.values())


def _find_gender(persona: Persona, language: AttributionLanguage) -> str | None:
    """Return the gender that a name, or the list of persons, tells; None if neither does.

    Several persons who speak together have none.
    """
    if _SEVERAL_NAMES.search(persona.name):
        return None
    name_words = APOSTROPHE_WORD_PATTERN.findall(persona.name.casefold())
    described_words = APOSTROPHE_WORD_PATTERN.findall(persona.description.casefold())
    nouns = (language.titles, language.kin_nouns, language.role_nouns)
    for words, tables in (
        (name_words, nouns),
        (described_words, nouns[1:]),
        (name_words[:1], (language.given_names,)),
    ):
        for word in words:
            for table in tables:
                if table.get(word) in ("male", "female"):
                    return table[word]
    return None
