"""Detect descriptions of persons in the narration: "the old man", "her mother", "Ada's maid".

A description of an occupation ("the croupier") or of a relative means one person in the whole book.
A vague one ("the man") means one person within a scene: perhaps somebody new, whom the scene
introduces ("A man in a straw hat stopped"), perhaps somebody with a name.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from narrator.attribution.coreference.appositions import list_appositions
from narrator.attribution.coreference.description_parsing import DescriptionParser
from narrator.attribution.coreference.description_wording import (
    build_modifier_key,
    find_age,
    find_base_noun,
    find_gender,
    find_possession,
    is_possessive_kinship,
    join_inflected_description,
    list_adjectives,
    word_modifier,
)
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_statistics import is_likely_verb
from narrator.attribution.coreference.people import MentionSpan
from narrator.attribution.coreference.title_holders import find_title_holder, list_title_holders
from narrator.attribution.coreference.wording_contrast import find_contrasted_wordings

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from narrator.attribution.coreference.description_wording import Description
    from narrator.attribution.tokens import TokenTable

_MALE_DESCRIPTION, _FEMALE_DESCRIPTION, _OTHER_DESCRIPTION = 0.93, 0.03, 0.6
"""Probability that a described person is male, for male, female and other nouns."""
_DESCRIBED_GENDERS = {"male": _MALE_DESCRIPTION, "female": _FEMALE_DESCRIPTION}
_INTRODUCTION_REACH = 400
"""Maximum distance in tokens between two mentions of somebody whom a scene has brought in."""
_MIN_RECURRING_SCENES, _MIN_RECURRING_SHARE = 4, 0.5
"""Minimum scenes, and share of all scenes, that mention a person who has only a vague noun.

Rules of thumb: an old man without a name who is the hero is in most of his book's scenes.
"""


def detect_descriptions(
    tokens: TokenTable, persons: list[Person], names: Sequence[MentionSpan]
) -> tuple[list[MentionSpan], dict[int, int]]:
    """Return the descriptions of persons in the narration, in order.

    Each different description adds a person to `persons`, unless it means a named person by title.
    A description that begins with a possessive name ("Ada's maid") takes that mention's place. The
    second value is the index of the named person, by the first token of the description.

    Args:
        tokens: the tokens of the book.
        persons: all persons so far; extended in place.
        names: the names, which are not searched for descriptions.
    """
    detector = _DescriptionDetector(tokens, persons, names)
    return detector.detect(), detector.possessor_by_start


class _DescriptionDetector:
    """Reads the narration in order, and remembers who has been described, in book and scene."""

    def __init__(
        self, tokens: TokenTable, persons: list[Person], names: Sequence[MentionSpan]
    ) -> None:
        self.tokens, self.language, self.persons = tokens, tokens.language, persons
        self.names = names
        self.scene_numbers = _number_scenes(tokens)
        self.title_holders = list_title_holders(persons, tokens.language)
        """The named persons with each title, in languages where a title may stand alone."""
        self.person_by_end = {
            name.end: name.person_index
            for name in names
            if not tokens.is_possessive[name.end - 1] and tokens.quotation_indices[name.start] < 0
        }
        """The person of each name or description of the narration, by the token after it."""
        self.possessor_by_start: dict[int, int] = {}
        self.person_by_key: dict[Hashable, int] = {}
        self.scene_persons: dict[str, int] = {}
        """The latest person of the scene for each vague description, with and without its age."""
        self.last_tokens: dict[int, int] = {}
        """The last token at which each person of a scene was described."""
        self.contrasted_wordings = find_contrasted_wordings(
            tokens, self.language.kin_nouns.keys() | self.language.role_nouns.keys()
        )
        self.parser = DescriptionParser(tokens, names, self.title_holders, self.scene_persons)
        for title, person_index in list_appositions(
            tokens, persons, names, self.parser.speaking_nouns
        ):
            holders = self.title_holders.setdefault(title, {})
            holders[person_index] = holders.get(person_index, 0) + 1
        self.recurring_nouns = self._list_recurring_nouns()

    def detect(self) -> list[MentionSpan]:
        """Return the spans of all descriptions."""
        spans, scene = list[MentionSpan](), -1
        scene_numbers = self.scene_numbers
        for index in self.parser.iterate_nouns():
            description = self.parser.parse(index)
            if description is None:
                continue
            if scene_numbers[self.tokens.paragraph_indices[index]] != scene:
                scene = scene_numbers[self.tokens.paragraph_indices[index]]
                self.scene_persons.clear()
            person_index = self._find_person(description)
            if description.possessor >= 0:
                self.possessor_by_start[description.start] = description.possessor
                if spans and spans[-1].start == description.start:
                    spans.pop()  # "the farmer" of "the farmer's wife"
            self._count(description, self.persons[person_index])
            spans.append(MentionSpan(description.start, description.end, person_index, True))
            self._remember_end(description, spans[-1])
        return spans

    def _remember_end(self, description: Description, span: MentionSpan) -> None:
        """Keep a description for a noun after its possessive, or for an apposition after it."""
        first = self.tokens.lowercase_words[description.start]
        if self.tokens.is_possessive[description.end - 1]:
            self.parser.possessors[description.end] = span
        elif first not in self.language.indefinite_determiners:  # "a captain, a cook" are a list
            self.person_by_end[description.end] = span.person_index

    def _list_recurring_nouns(self) -> frozenset[str]:
        """Return the vague nouns that mean one person of the book: most scenes mention them."""
        if not self.language.requires_name_evidence:
            return frozenset()
        scenes: dict[str, set[int]] = {}
        for index, noun in enumerate(self.tokens.lowercase_words):
            if noun in self.language.vague_nouns and self.tokens.quotation_indices[index] < 0:
                scene = self.scene_numbers[self.tokens.paragraph_indices[index]]
                scenes.setdefault(noun, set()).add(scene)
        fewest = max(_MIN_RECURRING_SCENES, self.scene_numbers[-1] * _MIN_RECURRING_SHARE)
        return frozenset(noun for noun in scenes if len(scenes[noun]) >= fewest)

    def _find_person(self, description: Description) -> int:
        """Return the index of the person that a description means; add a new one if needed."""
        noun = find_base_noun(self.tokens, description)
        is_vague = noun in self.language.vague_nouns or self.parser.is_stand_in(noun)
        if description.possessor >= 0:
            is_vague = False
        named = self._find_apposition(description)
        if named >= 0:
            self.scene_persons.update(dict.fromkeys((self._word(description), noun), named))
            self.last_tokens[named] = description.start
            return named
        if is_vague and not self.language.requires_name_evidence:
            return self._find_scene_person(description)
        if (alias := self._find_alias(description)) >= 0:
            return alias
        bearer = self._find_title_bearer(description)
        if bearer >= 0:
            return bearer
        if is_vague and noun not in self.recurring_nouns:
            return self._find_scene_person(description)
        key = self._build_key(description)
        if key not in self.person_by_key or self.parser.is_new_speaker(description):
            person_index = self._find_without_age(description)
            if person_index < 0:
                person_index = self._find_or_add_person(description)
            self.person_by_key[key] = person_index
            self.person_by_key.setdefault(self._build_noun_key(description), person_index)
        if description.possessor >= 0:
            self.scene_persons[noun] = self.person_by_key[key]  # "the clerk", after "Ada's clerk"
        return self.person_by_key[key]

    def _find_apposition(self, description: Description) -> int:
        """Return whom an indefinite description explains ("Chips, a carpenter, came in"), or -1."""
        tokens, start = self.tokens, description.start
        if (
            self.language.requires_name_evidence
            or tokens.lowercase_words[start] not in self.language.indefinite_articles
            or tokens.words[start - 1] != ","
        ):
            return -1
        person_index = self.person_by_end.get(start - 1, -1)
        if person_index < 0:
            return -1
        noun = tokens.lowercase_words[description.noun_index]
        gender = self.language.kin_nouns.get(noun) or self.language.role_nouns.get(noun)
        other = self.persons[person_index].gender
        return person_index if None in {gender, other} or gender in {other, "neutral"} else -1

    def _find_alias(self, description: Description) -> int:
        """Return the person of the scene whom an apposition has called by this noun, or -1."""
        noun = self.tokens.lowercase_words[description.noun_index]
        determiner = self.tokens.lowercase_words[description.start]
        is_definite = determiner in self.language.definite_articles
        if self.language.requires_name_evidence or not is_definite or description.possessor >= 0:
            return -1
        return self.scene_persons.get(noun, -1)

    def _build_noun_key(self, description: Description) -> Hashable:
        """Return a key for a noun without the adjectives before it."""
        start, noun = description.start, description.noun_index
        possession = find_possession(self.tokens, start, noun)
        return "noun", self.tokens.lowercase_words[noun], possession

    def _find_without_age(self, description: Description) -> int:
        """Return the person described by the same noun if only one wording has an age, or -1.

        "Der alte Kutscher" is "der Kutscher" from there on.
        """
        if not self.language.requires_name_evidence or description.possessor >= 0:
            return -1
        person_index = self.person_by_key.get(self._build_noun_key(description), -1)
        age = find_age(self.tokens, description.start, description.noun_index)
        ages = {age, self.persons[person_index].age if person_index >= 0 else None}
        return person_index if None in ages else -1

    def _find_title_bearer(self, description: Description) -> int:
        """Return the named person whom a title without a name means, or -1.

        It is the one whom the scene named last. In a scene without one, it is the one with most
        uses, unless nearly anybody may be called so, as a "Frau"; in English, see
        `find_title_holder`.
        """
        tokens, language, start = self.tokens, self.language, description.start
        noun, determiner = (
            tokens.lowercase_words[index] for index in (description.noun_index, start)
        )
        holders = self.title_holders.get(language.find_title(noun), {})
        is_other = description.possessor >= 0 or determiner in (
            language.possessive_determiners | language.indefinite_determiners
        )
        if not holders or is_other:
            return -1
        scene = self.scene_numbers[tokens.paragraph_indices[start]]
        position = bisect_left(self.names, start, key=lambda name: name.start)
        for name in reversed(self.names[:position]):
            if self.scene_numbers[tokens.paragraph_indices[name.start]] != scene:
                break
            if name.person_index in holders:
                return name.person_index
        if noun in language.vague_nouns or not language.requires_name_evidence:
            return -1
        return max(holders, key=lambda person: (holders[person], -person))

    def _find_scene_person(self, description: Description) -> int:
        """Return the person of this scene that a vague description means.

        "A woman" is somebody new if she does something; "the woman" is the latest one.
        """
        noun, wording = find_base_noun(self.tokens, description), self._word(description)
        if noun in self.language.common_gender_nouns:
            gender = find_gender(self.tokens, description)
            noun, wording = f"{gender} {noun}", f"{gender} {wording}"
        modifier = description.modifier
        key = build_modifier_key(noun, modifier) if modifier else wording
        introduces = self.parser.introduces(description)
        person_index = None if introduces and not modifier else self.scene_persons.get(key)
        if person_index is not None and self._has_lapsed(person_index, description.start):
            person_index = None
        if person_index is None:
            person_index = self._find_other_wording(description)
        if person_index is None:
            person_index = self._find_or_add_person(description)
            person = self.persons[person_index]
            if person.description:
                person.is_introduced = introduces or bool(modifier)
                is_english = not self.language.requires_name_evidence
                if is_english and description.noun_index > description.start:
                    person.description = f"the {word_modifier(self.tokens, description, wording)}"
        self.scene_persons.update(dict.fromkeys((key, wording, noun), person_index))
        self.last_tokens[person_index] = description.start
        return person_index

    def _find_other_wording(self, description: Description) -> int | None:
        """Return the person whom the scene described by another noun, or None.

        In "A lady in black came in" and then "the woman", nobody else can be meant.
        """
        tokens, language = self.tokens, self.language
        gender = find_gender(self.tokens, description)
        if (
            tokens.lowercase_words[description.start] not in language.definite_articles
            or description.modifier
            or self._is_contrasted(description)
            or gender not in _DESCRIBED_GENDERS
        ):
            return None
        age = find_age(tokens, description.start, description.noun_index)
        candidates = {
            index
            for index in self.scene_persons.values()
            if self.persons[index].male_probability == _DESCRIBED_GENDERS[gender]
            and (age is None or self.persons[index].age in {age, None})
        }
        return candidates.pop() if len(candidates) == 1 else None

    def _has_lapsed(self, person_index: int, token: int) -> bool:
        """Return whether somebody new was last mentioned so long ago that another may be meant."""
        is_introduced = self.persons[person_index].is_introduced
        return is_introduced and token - self.last_tokens[person_index] > _INTRODUCTION_REACH

    def _word(self, description: Description) -> str:
        """Return the age and the noun of a description: "old man".

        All adjectives count if a conversation tells two people apart by them.
        """
        noun = find_base_noun(self.tokens, description)
        if self._is_contrasted(description):
            return " ".join([*list_adjectives(self.tokens, description), noun])
        age = find_age(self.tokens, description.start, description.noun_index)
        has_adjectives = description.noun_index > description.start + 1
        return f"{age} {noun}" if age in {"old", "young"} and has_adjectives else noun

    def _is_contrasted(self, description: Description) -> bool:
        """Return whether a conversation tells somebody apart by the adjectives of a description."""
        noun = self.tokens.lowercase_words[description.noun_index]
        return (*list_adjectives(self.tokens, description), noun) in self.contrasted_wordings

    def _build_key(self, description: Description) -> Hashable:
        """Return a key that is the same for all mentions of one described person.

        It consists of the wording, the person of the possessor, and the possessive before a noun of
        kinship: "my mother", "her mother" and "the mother" are three persons.
        """
        tokens, start, noun = self.tokens, description.start, description.noun_index
        if description.possessor >= 0:
            return description.possessor, tokens.lowercase_words[noun]
        possession = find_possession(tokens, start, noun)
        if self.language.requires_name_evidence:
            title = self.language.find_title(tokens.lowercase_words[noun])
            if title in self.language.titles and noun == start:
                return title, possession
            wording = join_inflected_description(tokens, start, noun)
            return wording, possession, find_gender(self.tokens, description)
        return self._word(description), possession

    def _find_or_add_person(self, description: Description) -> int:
        """Return the index of the person that a description means.

        This is the named person whose title is the noun, or else a new person, added to `persons`.
        """
        tokens, language = self.tokens, self.language
        start, noun_index = description.start, description.noun_index
        noun = tokens.lowercase_words[noun_index]
        has_possessor = is_possessive_kinship(tokens, start, noun_index)
        is_new = self.parser.is_new_speaker(description)
        may_be_named = not language.requires_name_evidence or noun not in language.vague_nouns
        if may_be_named and not has_possessor and description.possessor < 0 and not is_new:
            title = language.title_short_forms.get(noun, noun)
            person_index = find_title_holder(self.persons, title)
            if person_index >= 0:
                return person_index
        gender = find_gender(self.tokens, description)
        male_probability = {"male": _MALE_DESCRIPTION, "female": _FEMALE_DESCRIPTION}.get(
            gender or "", _OTHER_DESCRIPTION
        )
        self.persons.append(
            Person(
                male_probability=male_probability,
                description=self._describe(description, has_possessor),
                is_kin=self._is_kin(description, has_possessor),
                has_calling=self._is_calling(description, has_possessor),
                is_introduced=is_new
                or (noun in self.parser.owned_speakers and description.possessor >= 0),
                age=find_age(tokens, start, noun_index),
            )
        )
        return len(self.persons) - 1

    def _is_kin(self, description: Description, has_possessor: bool) -> bool:
        """Return whether a description names a relative: French "sa fille", but not "la fille"."""
        noun = self.tokens.lowercase_words[description.noun_index]
        may_be_anybody = self.language.requires_name_evidence and (
            noun in self.language.vague_nouns
            and not has_possessor
            and description.possessor < 0
            and description.start < description.noun_index
        )
        return noun in self.language.kin_nouns and not may_be_anybody

    def _is_calling(self, description: Description, has_possessor: bool) -> bool:
        """Return whether a description stands for a name: "der Pfarrer", not "ein Mann"."""
        language = self.language
        noun = find_base_noun(self.tokens, description)
        determiner = self.tokens.lowercase_words[description.start]
        is_specific = noun not in language.vague_nouns | language.speaker_metonyms
        is_somebody = has_possessor or determiner in (
            language.indefinite_determiners | language.possessive_determiners
        )
        return language.requires_name_evidence and is_specific and not is_somebody

    def _describe(self, description: Description, has_possessor: bool) -> str:
        """Return the display wording of a new described person."""
        tokens, start, noun_index = self.tokens, description.start, description.noun_index
        if description.possessor >= 0:
            return tokens.join_words(start, description.end)
        if self.language.requires_name_evidence:
            return join_inflected_description(tokens, start, noun_index)
        wording = self._word(description)
        noun = tokens.words[noun_index]
        if noun[:1].isupper() and noun.casefold() not in self.language.vague_nouns:
            wording = wording.removesuffix(noun.casefold()) + noun  # "the American"
        return wording if has_possessor or start == noun_index else f"the {wording}"

    def _count(self, description: Description, person: Person) -> None:
        """Add one description to the statistics of its person."""
        tokens, words = self.tokens, self.tokens.lowercase_words
        start, noun_index = description.start, description.noun_index
        form = NameForm("", (*words[start + 1 : noun_index], words[noun_index]))
        person.name_forms[form] += 1 if person.description else 0
        person.statistics.total_count += 1
        following = description.end
        if (
            following < len(words)
            and tokens.paragraph_indices[following] == tokens.paragraph_indices[noun_index]
        ):
            person.statistics.acting_count += is_likely_verb(tokens, following)
            person.statistics.speaking_count += words[following] in self.language.speech_verbs


def _number_scenes(tokens: TokenTable) -> list[int]:
    """Return the number of the scene of each paragraph."""
    number, numbers = 0, list[int]()
    for is_start in tokens.is_scene_start:
        number += is_start
        numbers.append(number)
    return numbers
