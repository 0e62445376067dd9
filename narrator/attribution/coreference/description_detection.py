"""Detect descriptions of persons in the narration: "the old man", "her mother", "Ada's maid".

A description of an occupation ("the croupier") or of a relative means one person in the whole book.
A vague one ("the man") means one person within a scene: perhaps somebody new, whom the scene
introduces ("A man in a straw hat stopped"), perhaps somebody with a name.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_statistics import is_likely_verb
from narrator.attribution.coreference.people import MentionSpan
from narrator.attribution.coreference.wording_contrast import find_contrasted_wordings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_MALE_DESCRIPTION, _FEMALE_DESCRIPTION, _OTHER_DESCRIPTION = 0.93, 0.03, 0.6
"""Probability that a described person is male, for male, female and other nouns."""
_DESCRIBED_GENDERS = {"male": _MALE_DESCRIPTION, "female": _FEMALE_DESCRIPTION}
_DOMINANT_FACTOR = 4
"""Minimum ratio of a person's uses of a title to all others', for the title to mean the person."""
_DETERMINER_REACH = 3
"""Maximum distance in tokens from a determiner to its noun."""
_MODIFIER_REACH = 6
"""Maximum number of tokens after "in" or "with" in "the man with the long red beard"."""
_POSSESSOR_REACH = 2
"""Maximum distance in tokens from the end of a possessor to the noun: "Ada's old maid"."""
_INTRODUCTION_REACH = 400
"""Maximum distance in tokens between two mentions of somebody whom a scene has brought in."""
_TAG_REACH = 8
"""Maximum number of tokens from a described speaker to the verb of speech."""
_TAG_GAP = 2
"""Maximum number of words between a verb and its subject: "upomniał go łagodnie ksiądz"."""
_MIN_RECURRING_SCENES, _MIN_RECURRING_SHARE = 4, 0.5
"""Minimum scenes, and share of all scenes, that mention a person who has only a vague noun.

Rules of thumb: an old man without a name who is the hero is in most of his book's scenes.
"""
_COURTESY_TITLES = frozenset(("miss", "mr", "lady", "nurse", "master", "lord"))
"""Titles that, as nouns, may describe anybody: "the lady"."""


class _Description(NamedTuple):
    """A description in the text, before it is known whom it means."""

    start: int
    """First token, usually a determiner."""
    noun_index: int
    end: int
    """Token after the description, with its modifier: "in the straw hat"."""
    modifier: str
    """Last word of the modifier; empty without one."""
    possessor: int
    """Index of the named person to whom the described one belongs ("Ada's maid"), or -1."""


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
        self.title_holders = _list_title_holders(persons, tokens.language)
        """The named persons with each title, in languages where a title may stand alone."""
        self.name_tokens = {index for name in names for index in range(name.start, name.end)}
        self.person_by_end = {
            name.end: name.person_index
            for name in names
            if not tokens.is_possessive[name.end - 1] and tokens.quotation_indices[name.start] < 0
        }
        """The person of each name or description of the narration, by the token after it."""
        self.possessors = {name.end: name for name in names if tokens.is_possessive[name.end - 1]}
        """Possessive names and descriptions, by the token after them."""
        self.possessor_by_start: dict[int, int] = {}
        self.person_by_key: dict[Hashable, int] = {}
        self.scene_persons: dict[str, int] = {}
        """The latest person of the scene for each vague description, with and without its age."""
        self.last_tokens: dict[int, int] = {}
        """The last token at which each person of a scene was described."""
        self.speaking_nouns = list_speaking_nouns(tokens)
        self.contrasted_wordings = find_contrasted_wordings(
            tokens, self.language.kin_nouns.keys() | self.language.role_nouns.keys()
        )
        self.owned_speakers = _list_owned_speakers(tokens, names)
        self.callings = self._list_callings()
        self.recurring_nouns = self._list_recurring_nouns()

    def detect(self) -> list[MentionSpan]:
        """Return the spans of all descriptions."""
        spans, scene = list[MentionSpan](), -1
        scene_numbers = self.scene_numbers
        for index in self._iterate_nouns():
            description = self._parse(index)
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

    def _iterate_nouns(self) -> Iterator[int]:
        """Yield the tokens of the narration that may be the noun of a description."""
        words = self.tokens.lowercase_words
        nouns = {
            word
            for word in set(words)
            if word in self.owned_speakers or self._is_person_noun(word) or self._is_stand_in(word)
        }
        for index, (word, quotation) in enumerate(
            zip(words, self.tokens.quotation_indices, strict=True)
        ):
            if quotation < 0 and word in nouns:
                yield index

    def _remember_end(self, description: _Description, span: MentionSpan) -> None:
        """Keep a description for a noun after its possessive, or for an apposition after it."""
        first = self.tokens.lowercase_words[description.start]
        if self.tokens.is_possessive[description.end - 1]:
            self.possessors[description.end] = span
        elif first not in self.language.indefinite_determiners:  # "a captain, a cook" are a list
            self.person_by_end[description.end] = span.person_index

    def _is_person_noun(self, noun: str) -> bool:
        language = self.language
        noun = _strip_adjective_ending(noun, language)
        return (
            noun in language.kin_nouns
            or noun in language.role_nouns
            or noun in self.speaking_nouns
            or (language.requires_name_evidence and noun in language.titles)
        )

    def _is_stand_in(self, word: str) -> bool:
        """Return whether a word may stand for an unknown speaker: "somebody", "a voice"."""
        language = self.language
        return not language.requires_name_evidence and (
            word in language.indefinite_pronouns or word in language.speaker_metonyms
        )

    # ------------------------------------------------------------------------------- parsing

    def _parse(self, index: int) -> _Description | None:
        """Return the description whose noun is a token, or None."""
        if index in self.name_tokens or self._is_adjective(index) or self._precedes_name(index):
            return None
        noun = self.tokens.lowercase_words[index]
        if self._is_stand_in(noun) and not self._is_person_noun(noun):
            return self._parse_stand_in(index)
        possessor = self._find_possessor(index)
        if possessor is not None:
            return _Description(possessor.start, index, index + 1, "", possessor.person_index)
        start = self._find_start(index)
        if start < 0 or not self._is_person_noun(noun):
            return None
        end, modifier = self._find_modifier(index)
        return _Description(start, index, end, modifier, -1)

    def _is_adjective(self, index: int) -> bool:
        """Return whether a word is no noun where nouns have capitals: "der alte Mann"."""
        return self.language.capitalises_nouns and self.tokens.words[index][0].islower()

    def _precedes_name(self, index: int) -> bool:
        """Return whether a word belongs to a name or noun: "la petite Colette", "le vieux roi"."""
        following = index + 1
        return (
            self.language.requires_name_evidence
            and following < len(self.tokens.words)
            and (
                following in self.name_tokens
                or self._is_person_noun(self.tokens.lowercase_words[following])
            )
            and self.tokens.quotation_indices[following] < 0
            and not self.tokens.is_sentence_start[following]
            and not self.tokens.is_separated[following]
        )

    def _parse_stand_in(self, index: int) -> _Description | None:
        """Return the description of an unknown speaker ("somebody", "a voice"), or None.

        Only a speech tag shows that one speaks. "The voice" is the voice that the scene brought in.
        """
        tokens, language = self.tokens, self.language
        noun, start = tokens.lowercase_words[index], index
        if noun in language.speaker_metonyms:
            start = _find_determiner(tokens, index, is_kin=False)
            determiner = tokens.lowercase_words[start]
            is_known = determiner in language.definite_articles and noun in self.scene_persons
            if start < 0 or not (is_known or determiner in language.indefinite_determiners):
                return None
        elif noun in language.determiners and self._precedes_noun(index):
            return None
        description = _Description(start, index, index + 1, "", -1)
        return description if self._is_tag_subject(description) else None

    def _precedes_noun(self, index: int) -> bool:
        """Return whether a word follows that a determiner may belong to: "another man"."""
        tokens, language = self.tokens, self.language
        following = tokens.lowercase_words[index + 1 : index + 2]
        return bool(
            following
            and following[0].isalpha()
            and following[0] not in language.place_prepositions | language.modifier_prepositions
            and following[0] not in language.name_particles  # "one of the fishermen"
            and following[0] not in language.speech_verbs
            and tokens.quotation_indices[index + 1] < 0
        )

    def _is_tag_subject(self, description: _Description) -> bool:
        """Return whether a description is the subject of a tag: "said a man", "A man said".

        Before the verb, it must open its sentence or follow a quotation.
        """
        tokens, verbs = self.tokens, self.language.speech_verbs
        start = description.start
        if (
            start > 1
            and tokens.lowercase_words[start - 1] in verbs
            and tokens.quotation_indices[start - 2] >= 0 > tokens.quotation_indices[start - 1]
        ):
            return True
        if not tokens.is_sentence_start[start]:
            return False
        for index in range(description.end, min(description.end + _TAG_REACH, len(tokens.words))):
            if tokens.quotation_indices[index] >= 0 or tokens.is_sentence_start[index]:
                return False
            if tokens.lowercase_words[index] in verbs:
                return True
        return False

    def _find_possessor(self, index: int) -> MentionSpan | None:
        """Return the possessive before a noun ("Ada's maid", "the farmer's wife"), or None."""
        noun, language = self.tokens.lowercase_words[index], self.language
        gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun, "neutral")
        # "Ada's dog" and "Ada's guests" are nobody unless they speak.
        is_somebody = gender != "neutral" or noun in self.owned_speakers
        if language.requires_name_evidence or not is_somebody:
            return None
        for end in range(index, max(0, index - _POSSESSOR_REACH), -1):
            if end in self.possessors:
                name = self.possessors[end]
                same = (
                    self.tokens.paragraph_indices[name.start]
                    == (self.tokens.paragraph_indices[index])
                )
                return name if same and self.tokens.quotation_indices[name.start] < 0 else None
            if not self.tokens.words[end - 1].isalpha() or end - 1 in self.name_tokens:
                return None
        return None

    def _find_start(self, index: int) -> int:
        """Return the first token of a description: its determiner, or the noun of a calling.

        Returns -1 if there is none.
        """
        is_kin = self.tokens.lowercase_words[index] in self.language.kin_nouns
        if self.tokens.lowercase_words[index] in self.callings and (
            self._is_calling_tag(index) or self._is_bare_subject(index)
        ):
            return index
        start = _find_determiner(self.tokens, index, is_kin)
        return index if start < 0 and self._is_bare_title(index) else start

    def _is_bare_title(self, index: int) -> bool:
        """Return whether a title stands for its bearer in a language without articles: "князь".

        It needs no verb of speech beside it, unlike other nouns, but a bearer in the book.
        """
        noun, language = self.tokens.lowercase_words[index], self.language
        return (
            language.omits_articles
            and noun not in language.kin_nouns
            and (language.find_title(noun) in self.title_holders)
        )

    def _find_modifier(self, noun_index: int) -> tuple[int, str]:
        """Return the token after a description with its modifier, and the modifier's last word.

        Only "in" and "with" open modifiers, and only if they identify a person: "the man with the
        beard". "The man, with a smile" and "in a low voice" do not, unless the scene has introduced
        the person so: "A man with one ear came in".
        """
        tokens, words = self.tokens, self.tokens.lowercase_words
        start = noun_index + 1
        none = (noun_index + 1, "")
        if start + 1 >= len(words) or words[start] not in self.language.modifier_prepositions:
            return none
        end = self._find_phrase_end(start + 1)
        head = words[end - 1]
        if (
            end == start + 1
            or head in self.language.determiners
            or (head in self.language.pronoun_genders)
        ):
            return none
        noun = words[noun_index]
        is_definite = words[start + 1] in self.language.definite_articles
        is_known = _build_modifier_key(noun, head) in self.scene_persons
        acts = end < len(words) and is_likely_verb(tokens, end)
        return (end, head) if is_definite or is_known or acts else none

    def _find_phrase_end(self, start: int) -> int:
        """Return the token after a noun phrase that begins at a token."""
        tokens, language = self.tokens, self.language
        for index in range(start, min(start + _MODIFIER_REACH, len(tokens.words))):
            word = tokens.lowercase_words[index]
            if (
                not word[0].isalpha()
                or tokens.quotation_indices[index] >= 0
                or tokens.is_separated[index]
                or tokens.paragraph_indices[index] != tokens.paragraph_indices[start]
                or word in language.conjunctions
                or word in language.place_prepositions
                or word in language.addressee_prepositions
                or word in language.relative_pronouns
                or word in language.modifier_ends
                or (index > start and is_likely_verb(tokens, index))
            ):
                return index
        return start

    # ------------------------------------------------------------------------------- callings

    def _list_callings(self) -> frozenset[str]:
        """Return the nouns that the book uses without an article as a speaker: "said nanny"."""
        if self.language.requires_name_evidence and not self.language.omits_articles:
            return frozenset()
        nouns = self.language.kin_nouns.keys() | self.language.role_nouns.keys()
        return frozenset(
            noun
            for index, noun in enumerate(self.tokens.lowercase_words)
            if noun in nouns and self._is_calling_tag(index)
        )

    def _is_calling_tag(self, index: int) -> bool:
        """Return whether a noun is the subject of a tag without an article: "said nanny"."""
        tokens, verbs = self.tokens, self.language.speech_verbs
        words = tokens.lowercase_words
        if index < 2 or index + 1 >= len(words) or tokens.quotation_indices[index] >= 0:
            return False
        follows_verb = words[index - 1] in verbs and tokens.quotation_indices[index - 2] >= 0
        ends_phrase = (
            not words[index + 1][0].isalpha()
            or tokens.quotation_indices[index + 1] >= 0
            or words[index + 1] in self.language.conjunctions
        )
        precedes_verb = words[index + 1] in verbs and tokens.is_sentence_start[index]
        return (follows_verb and ends_phrase) or precedes_verb

    def _is_bare_subject(self, index: int) -> bool:
        """Return whether a noun without an article is the subject of a verb: "Nanny did not"."""
        tokens = self.tokens
        previous = tokens.lowercase_words[index - 1]
        opens_clause = (
            tokens.is_sentence_start[index]
            or not previous[0].isalpha()
            or previous in self.language.conjunctions
        )
        return (
            opens_clause
            and index + 1 < len(tokens.words)
            and tokens.paragraph_indices[index + 1] == tokens.paragraph_indices[index]
            and is_likely_verb(tokens, index + 1)
        )

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

    # ------------------------------------------------------------------------------- persons

    def _find_person(self, description: _Description) -> int:
        """Return the index of the person that a description means; add a new one if needed."""
        noun = self._find_base_noun(description)
        is_vague = noun in self.language.vague_nouns or self._is_stand_in(noun)
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
        if key not in self.person_by_key or self._is_new_speaker(description):
            person_index = self._find_without_age(description)
            if person_index < 0:
                person_index = self._find_or_add_person(description)
            self.person_by_key[key] = person_index
            self.person_by_key.setdefault(self._build_noun_key(description), person_index)
        return self.person_by_key[key]

    def _find_apposition(self, description: _Description) -> int:
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

    def _find_alias(self, description: _Description) -> int:
        """Return the person of the scene whom an apposition has called by this noun, or -1."""
        noun = self.tokens.lowercase_words[description.noun_index]
        determiner = self.tokens.lowercase_words[description.start]
        is_definite = determiner in self.language.definite_articles
        if self.language.requires_name_evidence or not is_definite or description.possessor >= 0:
            return -1
        return self.scene_persons.get(noun, -1)

    def _build_noun_key(self, description: _Description) -> Hashable:
        """Return a key for a noun without the adjectives before it."""
        start, noun = description.start, description.noun_index
        possession = _find_possession(self.tokens, start, noun)
        return "noun", self.tokens.lowercase_words[noun], possession

    def _find_without_age(self, description: _Description) -> int:
        """Return the person described by the same noun if only one wording has an age, or -1.

        "Der alte Kutscher" is "der Kutscher" from there on.
        """
        if not self.language.requires_name_evidence or description.possessor >= 0:
            return -1
        person_index = self.person_by_key.get(self._build_noun_key(description), -1)
        age = _find_age(self.tokens, description.start, description.noun_index)
        ages = {age, self.persons[person_index].age if person_index >= 0 else None}
        return person_index if None in ages else -1

    def _find_title_bearer(self, description: _Description) -> int:
        """Return the named person whom a title without a name means, or -1.

        It is the one whom the scene named last. In a scene without one, it is the one with most
        uses, unless nearly anybody may be called so, as a "Frau"; in English, see
        `_find_title_holder`.
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

    def _find_scene_person(self, description: _Description) -> int:
        """Return the person of this scene that a vague description means.

        "A woman" is somebody new if she does something; "the woman" is the latest one.
        """
        noun, wording = self._find_base_noun(description), self._word(description)
        if noun in self.language.common_gender_nouns:
            gender = self._find_gender(description)
            noun, wording = f"{gender} {noun}", f"{gender} {wording}"
        modifier = description.modifier
        key = _build_modifier_key(noun, modifier) if modifier else wording
        introduces = self._introduces(description)
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
                    person.description = f"the {self._word_modifier(description, wording)}"
        self.scene_persons.update(dict.fromkeys((key, wording, noun), person_index))
        self.last_tokens[person_index] = description.start
        return person_index

    def _find_other_wording(self, description: _Description) -> int | None:
        """Return the person whom the scene described by another noun, or None.

        In "A lady in black came in" and then "the woman", nobody else can be meant.
        """
        tokens, language = self.tokens, self.language
        gender = self._find_gender(description)
        if (
            tokens.lowercase_words[description.start] not in language.definite_articles
            or description.modifier
            or self._is_contrasted(description)
            or gender not in _DESCRIBED_GENDERS
        ):
            return None
        age = _find_age(tokens, description.start, description.noun_index)
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

    def _is_new_speaker(self, description: _Description) -> bool:
        """Return whether a tag brings in somebody new: "said a policeman"."""
        language, start = self.language, description.start
        word = self.tokens.lowercase_words[start]
        is_indefinite = word in language.indefinite_determiners | language.indefinite_pronouns
        return (
            is_indefinite
            and not language.requires_name_evidence
            and self._is_tag_subject(description)
        )

    def _introduces(self, description: _Description) -> bool:
        """Return whether a description brings in somebody new: "A man leaned over"."""
        tokens, start = self.tokens, description.start
        if self._is_new_speaker(description):
            return True
        if tokens.lowercase_words[start] not in self.language.indefinite_determiners:
            return False
        if self.language.requires_name_evidence:
            return True  # the subject may follow its verb: "Da kam ein Mann"
        previous = tokens.lowercase_words[start - 1]
        opens_clause = (
            tokens.is_sentence_start[start]
            or not previous[0].isalpha()
            or previous in self.language.conjunctions
            # "Then a man came": an adverb before the subject
            or (tokens.is_sentence_start[start - 1] and not tokens.words[start - 1][0].islower())
        )
        acts = description.end < len(tokens.words) and is_likely_verb(tokens, description.end)
        return (acts and opens_clause) or self._is_brought_in(description)

    def _is_brought_in(self, description: _Description) -> bool:
        """Return whether a scene meets somebody at an indefinite article: "there stood a girl".

        "He was a man", "like a man", "that a man should" and "a man's ear" bring in nobody.
        """
        tokens, language, start = self.tokens, self.language, description.start
        if language.requires_name_evidence or start < 2 or tokens.is_sentence_start[start]:
            return False
        subject, previous = tokens.lowercase_words[start - 2 : start]
        following = tokens.lowercase_words[description.end : description.end + 1]
        if tokens.is_possessive[description.noun_index] or (
            following and following[0] in language.modal_verbs
        ):
            return False
        if previous in language.linking_verbs:
            return subject in language.existential_words
        return previous not in language.comparison_words | language.object_pronouns

    def _word(self, description: _Description) -> str:
        """Return the age and the noun of a description: "old man".

        All adjectives count if a conversation tells two people apart by them.
        """
        noun = self._find_base_noun(description)
        if self._is_contrasted(description):
            return " ".join([*self._list_adjectives(description), noun])
        age = _find_age(self.tokens, description.start, description.noun_index)
        has_adjectives = description.noun_index > description.start + 1
        return f"{age} {noun}" if age in {"old", "young"} and has_adjectives else noun

    def _is_contrasted(self, description: _Description) -> bool:
        """Return whether a conversation tells somebody apart by the adjectives of a description."""
        noun = self.tokens.lowercase_words[description.noun_index]
        return (*self._list_adjectives(description), noun) in self.contrasted_wordings

    def _list_adjectives(self, description: _Description) -> list[str]:
        """Return the words between the determiner and the noun of a description."""
        return self.tokens.lowercase_words[description.start + 1 : description.noun_index]

    def _find_base_noun(self, description: _Description) -> str:
        """Return the noun of a description in the form after a definite article, in lower case.

        "Ein Fremder" and "der Fremde" are one word, as are "der Alte" and "dem Alten".
        """
        return _strip_adjective_ending(
            self.tokens.lowercase_words[description.noun_index], self.language
        )

    def _word_modifier(self, description: _Description, wording: str) -> str:
        """Return the wording of a description with its modifier, as in the book."""
        if not description.modifier:
            return wording
        words = self.tokens.words[description.noun_index + 1 : description.end]
        # "A man in a hat" is "the man in the hat" from there on.
        definite = ["the" if word in self.language.indefinite_articles else word for word in words]
        return " ".join([wording, *definite])

    def _build_key(self, description: _Description) -> Hashable:
        """Return a key that is the same for all mentions of one described person.

        It consists of the wording, the person of the possessor, and the possessive before a noun of
        kinship: "my mother", "her mother" and "the mother" are three persons.
        """
        tokens, start, noun = self.tokens, description.start, description.noun_index
        if description.possessor >= 0:
            return description.possessor, tokens.lowercase_words[noun]
        possession = _find_possession(tokens, start, noun)
        if self.language.requires_name_evidence:
            title = self.language.find_title(tokens.lowercase_words[noun])
            if title in self.language.titles and noun == start:
                return title, possession
            wording = _join_inflected_description(tokens, start, noun)
            return wording, possession, self._find_gender(description)
        return self._word(description), possession

    def _find_or_add_person(self, description: _Description) -> int:
        """Return the index of the person that a description means.

        This is the named person whose title is the noun, or else a new person, added to `persons`.
        """
        tokens, language = self.tokens, self.language
        start, noun_index = description.start, description.noun_index
        noun = tokens.lowercase_words[noun_index]
        has_possessor = _is_possessive_kinship(tokens, start, noun_index)
        is_new = self._is_new_speaker(description)
        may_be_named = not language.requires_name_evidence or noun not in language.vague_nouns
        if may_be_named and not has_possessor and description.possessor < 0 and not is_new:
            title = language.title_short_forms.get(noun, noun)
            person_index = _find_title_holder(self.persons, title)
            if person_index >= 0:
                return person_index
        gender = self._find_gender(description)
        male_probability = {"male": _MALE_DESCRIPTION, "female": _FEMALE_DESCRIPTION}.get(
            gender or "", _OTHER_DESCRIPTION
        )
        self.persons.append(
            Person(
                male_probability=male_probability,
                description=self._describe(description, has_possessor),
                is_kin=noun in language.kin_nouns,
                has_calling=self._is_calling(description, has_possessor),
                is_introduced=is_new
                or (noun in self.owned_speakers and description.possessor >= 0),
                age=_find_age(tokens, start, noun_index),
            )
        )
        return len(self.persons) - 1

    def _is_calling(self, description: _Description, has_possessor: bool) -> bool:
        """Return whether a description stands for a name: "der Pfarrer", not "ein Mann"."""
        language = self.language
        noun = self._find_base_noun(description)
        determiner = self.tokens.lowercase_words[description.start]
        is_specific = noun not in language.vague_nouns | language.speaker_metonyms
        is_somebody = has_possessor or determiner in (
            language.indefinite_determiners | language.possessive_determiners
        )
        return language.requires_name_evidence and is_specific and not is_somebody

    def _find_gender(self, description: _Description) -> str | None:
        """Return the gender of a description, from its noun or the determiner, or None."""
        tokens, language = self.tokens, self.language
        noun = self._find_base_noun(description)
        gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun)
        if language.requires_name_evidence and gender is None:
            gender = language.titles.get(noun)
        if noun in language.common_gender_nouns:
            determiner = tokens.lowercase_words[description.start]
            gender = language.determiner_genders.get(determiner, gender)
        return gender

    def _describe(self, description: _Description, has_possessor: bool) -> str:
        """Return the display wording of a new described person."""
        tokens, start, noun_index = self.tokens, description.start, description.noun_index
        if description.possessor >= 0:
            return tokens.join_words(start, description.end)
        if self.language.requires_name_evidence:
            return _join_inflected_description(tokens, start, noun_index)
        wording = self._word(description)
        noun = tokens.words[noun_index]
        if noun[:1].isupper() and noun.casefold() not in self.language.vague_nouns:
            wording = wording.removesuffix(noun.casefold()) + noun  # "the American"
        return wording if has_possessor or start == noun_index else f"the {wording}"

    def _count(self, description: _Description, person: Person) -> None:
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


def _strip_adjective_ending(noun: str, language: AttributionLanguage) -> str:
    """Return an adjective that is a noun as it is after a definite article: "alte" for "alter"."""
    base = noun[:-1]
    is_adjective = base.endswith("e") and base in language.common_gender_nouns
    return base if is_adjective and language.capitalises_nouns else noun


def _build_modifier_key(noun: str, modifier: str) -> str:
    """Return the key of a noun with a modifier, which no wording can equal."""
    return f"{noun} ~ {modifier}"


def _number_scenes(tokens: TokenTable) -> list[int]:
    """Return the number of the scene of each paragraph."""
    number, numbers = 0, list[int]()
    for is_start in tokens.is_scene_start:
        number += is_start
        numbers.append(number)
    return numbers


def _is_possessive_kinship(tokens: TokenTable, start: int, noun_index: int) -> bool:
    """Return whether a description is a relative of somebody: "her mother", not "the mother"."""
    is_kin = tokens.lowercase_words[noun_index] in tokens.language.kin_nouns
    return is_kin and tokens.lowercase_words[start] in tokens.language.possessive_determiners


def _find_possession(tokens: TokenTable, start: int, noun_index: int) -> str:
    """Return whose relative a description means: `own` for "my mother", or `other`; or neither."""
    if not _is_possessive_kinship(tokens, start, noun_index):
        return ""
    is_own = tokens.lowercase_words[start] in tokens.language.first_person_words
    return "own" if is_own else "other"


def _find_age(tokens: TokenTable, start: int, noun_index: int) -> str | None:
    """Return the age implied by the first word of age after the determiner, or None."""
    age_words = tokens.language.age_words
    # A description without a determiner starts with its noun, which must be included.
    words = [*tokens.lowercase_words[start + 1 : noun_index], tokens.lowercase_words[noun_index]]
    return next((age_words[word] for word in words if word in age_words), None)


def _join_inflected_description(tokens: TokenTable, start: int, noun_index: int) -> str:
    """Return the words for an age and the noun of a description in an inflected language.

    The determiner is left out, because its form changes with gender and case.
    """
    words = tokens.words[start + 1 : noun_index]
    age_adjectives = [word for word in words if word.lower() in tokens.language.age_words]
    return " ".join([*age_adjectives, tokens.words[noun_index]])


def _list_title_holders(
    persons: Sequence[Person], language: AttributionLanguage
) -> dict[str, dict[int, int]]:
    """Return the named persons with each title, with the number of uses of the title."""
    holders: dict[str, dict[int, int]] = {}
    for index, person in enumerate(persons):
        if person.description:
            continue
        for form, count in person.name_forms.items():
            if form.title:
                uses = holders.setdefault(language.find_title(form.title), {})
                uses[index] = uses.get(index, 0) + count
    return holders


def _find_title_holder(persons: Sequence[Person], title: str) -> int:
    """Return the index of the only or dominant person with a title, or -1.

    "The General" is General Tilney if no other general is named often.
    """
    counts = [
        (sum(count for form, count in person.name_forms.items() if form.title == title), -index)
        for index, person in enumerate(persons)
        if not person.description
    ]
    holders = sorted(pair for pair in counts if pair[0])
    if not holders or title in _COURTESY_TITLES:
        return -1
    most_uses, negated_index = holders[-1]
    other_uses = sum(uses for uses, _ in holders[:-1])
    return -negated_index if most_uses >= _DOMINANT_FACTOR * other_uses else -1


def _find_determiner(tokens: TokenTable, noun_index: int, is_kin: bool) -> int:
    """Return the token of the determiner before a noun, such as "the" or "her", or -1.

    Adjectives may stand between them. In languages without articles, the noun is returned as its
    own determiner if it is beside a verb of speech.
    """
    paragraph, language = tokens.paragraph_indices[noun_index], tokens.language
    if language.omits_articles and _is_beside_speech_verb(tokens, noun_index):
        return noun_index
    for index in range(noun_index - 1, max(-1, noun_index - 1 - _DETERMINER_REACH), -1):
        if (
            tokens.paragraph_indices[index] != paragraph
            or tokens.quotation_indices[index] >= 0
            or tokens.is_separated[index + 1]
        ):
            return -1
        word = tokens.lowercase_words[index]
        # Except for kin, a possessive must directly precede its noun: "her driver", but not "her
        # old driver".
        if word in language.determiners or (
            word in language.possessive_determiners and (is_kin or index == noun_index - 1)
        ):
            return index
        if not word.isalpha() or tokens.is_possessive[index] or word in language.speech_verbs:
            return -1
    return -1


def _is_beside_speech_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether a word stands before a verb of speech, or after one in the same clause.

    Adjectives, adverbs and objects may stand between them: "сказал молодой человек", "przerwał mu
    hrabia". Right after a quotation, the verb may be any verb of narration.
    """
    words, language = tokens.lowercase_words, tokens.language
    if language.speech_verbs.intersection(words[index + 1 : index + 2]):
        return True
    verb = index - 1
    while verb > max(1, index - 1 - _TAG_GAP) and _may_precede_subject(words[verb], language):
        verb -= 1
    follows_quotation = tokens.quotation_indices[verb - 1] >= 0 > tokens.quotation_indices[verb]
    return words[verb] in language.speech_verbs or (
        verb > 0 and follows_quotation and is_likely_verb(tokens, verb)
    )


def _may_precede_subject(word: str, language: AttributionLanguage) -> bool:
    """Return whether a word may stand between a verb of speech and its subject."""
    return word not in language.speech_verbs and (
        word in language.clause_pronouns
        or word in language.tag_filler_words
        or word.endswith(language.adjective_endings)
        or (bool(language.adverb_endings) and word.endswith(language.adverb_endings))
    )


def list_speaking_nouns(tokens: TokenTable) -> frozenset[str]:
    """Return the nouns that follow a verb of speech and an article: "said the gryphon"."""
    language = tokens.language
    nouns: set[str] = set()
    for index in range(1, len(tokens.words) - 2):
        if (
            tokens.lowercase_words[index] not in language.definite_articles
            or tokens.quotation_indices[index] >= 0
        ):
            continue
        follows_tag_verb = (
            tokens.lowercase_words[index - 1] in language.speech_verbs
            and tokens.quotation_indices[index - 2] >= 0
        )
        noun = _find_noun_after(tokens, index) if follows_tag_verb else None
        if tokens.quotation_indices[index - 1] >= 0:
            noun = _find_noun_before_verb(tokens, index) or noun
        if noun is not None:
            nouns.add(noun)
    if language.omits_articles:
        nouns.update(_list_bare_speakers(tokens))
    if language.requires_name_evidence:
        nouns.update(_list_introducing_speakers(tokens))
    return _drop_common_nouns(nouns, language)


def _find_noun_before_verb(tokens: TokenTable, article_index: int) -> str | None:
    """Return the noun of a phrase that a verb of speech follows, or None: "the piano player said".

    It has at most two words before it. In "'Is it?' the keeper asked", the verb comes last.
    """
    words = tokens.lowercase_words
    for verb in range(article_index + 2, min(article_index + 5, len(words))):
        if not words[verb].isalpha() or tokens.quotation_indices[verb] >= 0:
            return None
        if words[verb] in tokens.language.speech_verbs:
            return words[verb - 1]
    return None


def _list_bare_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns that end a tag of a verb and one or two words: "сказал купец"."""
    language = tokens.language
    words, quotations = tokens.lowercase_words, tokens.quotation_indices
    for verb in range(1, len(words) - 3):
        if not (
            words[verb] in language.speech_verbs and quotations[verb - 1] >= 0 > quotations[verb]
        ):
            continue
        noun = verb + 1
        if words[noun] in language.pronoun_genders or words[noun] in language.first_person_words:
            noun += 1  # "спросил меня сосед"
        noun += words[noun].endswith(language.adjective_endings) and words[noun + 1][0].isalpha()
        is_lowercase = tokens.words[noun].islower() and quotations[noun] < 0
        ends = (
            noun + 1 == len(words) or not words[noun + 1][0].isalpha() or quotations[noun + 1] >= 0
        )
        if (
            is_lowercase
            and ends
            and words[noun].endswith(language.subject_endings)
            and words[noun] not in language.subject_pronouns | language.non_name_words
        ):
            yield words[noun]


def _list_introducing_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns before a verb of speech and a colon: "Alors le guide ajouta :"."""
    language, words = tokens.language, tokens.lowercase_words
    for verb in range(2, len(words) - 1):
        if (
            words[verb] in language.speech_verbs
            and tokens.quotation_indices[verb] < 0
            and words[verb - 2] in language.definite_articles
            and _introduces_speech(tokens, verb)
            and _is_noun(tokens, verb - 1)
        ):
            yield words[verb - 1]


def _introduces_speech(tokens: TokenTable, verb: int) -> bool:
    """Return whether the sentence of a verb ends with a colon right before a quotation."""
    for index in range(verb + 1, min(verb + _TAG_REACH, len(tokens.words) - 1)):
        if tokens.quotation_indices[index] >= 0 or tokens.is_sentence_start[index]:
            return False
        if tokens.words[index] == ":":
            return tokens.quotation_indices[index + 1] >= 0
    return False


def _list_owned_speakers(tokens: TokenTable, names: Sequence[MentionSpan]) -> frozenset[str]:
    """Return the nouns that follow a verb of speech and a possessive name: "said Ada's keeper"."""
    nouns: set[str] = set()
    for name in names:
        last, before = name.end - 1, name.start - 1
        if (
            before > 0
            and tokens.is_possessive[last]
            and tokens.lowercase_words[before] in tokens.language.speech_verbs
            and tokens.quotation_indices[before - 1] >= 0 > tokens.quotation_indices[last]
            and (noun := _find_noun_after(tokens, last)) is not None
        ):
            nouns.add(noun)
    return _drop_common_nouns(nouns, tokens.language) - tokens.language.speaker_metonyms


def _drop_common_nouns(nouns: set[str], language: AttributionLanguage) -> frozenset[str]:
    """Return the nouns without adverbs and other words that describe no person."""
    return frozenset(
        noun
        for noun in nouns
        if not (language.adverb_endings and noun.endswith(language.adverb_endings))
        and noun not in language.non_person_words
        and len(noun) > 2
    )


def _find_noun_after(tokens: TokenTable, article_index: int) -> str | None:
    """Return the noun at the end of the phrase after an article, or None.

    The phrase must end within three words, at punctuation or a quotation.
    """
    words = tokens.lowercase_words
    for index in range(article_index + 1, article_index + 4):
        following = index + 1
        if following >= len(words) or not words[index].isalpha():
            return None
        if (
            words[following] in {",", ".", ";", ":"}
            or words[following] in tokens.language.modifier_prepositions
            or words[following] in tokens.language.place_prepositions
            or words[following] in tokens.language.name_particles  # "the King of Bohemia"
            or tokens.quotation_indices[following] >= 0
            or tokens.is_separated[following]
            or (tokens.language.requires_name_evidence and _is_noun(tokens, index))
        ):
            return words[index]
    return None


def _is_noun(tokens: TokenTable, index: int) -> bool:
    """Return whether a word after an article is the noun, and not an adjective before the noun."""
    if tokens.language.capitalises_nouns:
        return tokens.words[index][0].isupper()
    return tokens.lowercase_words[index] not in tokens.language.age_words
