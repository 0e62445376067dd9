"""Reads reporting clauses in scripts without capitals, and learns the names of a book from them.

A name is a subject of verbs of speech that recurs in the book, or a noun for a person.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from narrator.languages.speaking_forms import compile_speech_verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.languages.people_words import AttributionLanguage
    from narrator.languages.speaking_forms import SpeakingForms

_CLAUSE = re.compile(r"[^,、，،;；؛:：.。!！?？؟।…—–\n\s][^,、，،;；؛:：.。!！?？؟।…—–\n]*")
_VOWEL_MARKS = re.compile("[\u064b-\u0652\u0670\u0591-\u05c7]")
"""Vowels of Arabic and Hebrew, which the same name has only now and then."""
_MAX_NAME_LETTERS, _MAX_NAME_WORDS = 8, 3
"""Maximum length of a name without and with spaces between words."""
_MIN_HEAD_LETTERS = 2
"""Minimum letters of a name that no particle follows, as a name in Chinese."""
_MIN_USES = 2
"""Minimum uses of a name in a book, so that a slip of the rules names nobody."""
_MIN_PARTICLES = 2
"""Minimum different particles that follow a noun in the book."""
_MIN_SHARE = 0.6
"""Minimum share of the uses of a word that the longer name has, for that to be the name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a clause."""

    name: str = ""
    """A name or a noun for a person; empty if the clause has a pronoun, or no subject."""
    gender: str | None = None
    """What a pronoun or the verb shows: `male`, `female` or None."""
    is_unknown: bool = False
    """Whether the clause has a subject of its own that is no known name."""


def remove_vowel_marks(text: str) -> str:
    """Return a text without the vowel marks of Arabic and Hebrew."""
    return _VOWEL_MARKS.sub("", text)


class ClauseReader:
    """Finds the subjects of the clauses of a book."""

    def __init__(
        self,
        language: AttributionLanguage,
        forms: SpeakingForms,
        narration: Sequence[str],
        speech: Sequence[str],
    ) -> None:
        """Learn the names from the narration.

        Args:
            language: the words for people, their pronouns and titles.
            forms: the forms of reporting clauses.
            narration: all narration of the book, split at quotations.
            speech: all quotations, where names recur.
        """
        self.language, self.forms = language, forms
        self._text = "\n".join([*narration, *speech])
        self._has_spaces = forms.has_spaces
        self._verb = compile_speech_verb(forms)
        self._nouns = {
            **language.role_nouns,
            **language.kin_nouns,
            **language.titles,
        }
        self._pronouns = {
            word: gender for word, gender in language.pronoun_genders.items() if gender != "plural"
        }
        self._starts = Counter(
            clause[0][:length]
            for passage in narration
            for clause in _CLAUSE.finditer(passage)
            for length in range(1, _MAX_NAME_LETTERS + 1)
        )
        self.names = self._learn_names(narration)
        self._main_names = self._find_main_names()

    def list_genders(self) -> dict[str, str]:
        """Return the genders of all names whose nouns or titles show them."""
        names = {*self._main_names.values()}
        return {name: gender for name in names if (gender := self.find_gender(name))}

    def find_gender(self, name: str) -> str | None:
        """Return the gender that a noun or a title in a name shows, or None."""
        parts = name.split() if self._has_spaces else [name]
        genders = {
            gender
            for noun, gender in self._nouns.items()
            if gender != "neutral" and (noun in parts if self._has_spaces else name.endswith(noun))
        }
        return genders.pop() if len(genders) == 1 else None

    def has_verb(self, sentence: str) -> bool:
        """Return whether a verb of speech is in a sentence."""
        return self._verb.search(sentence) is not None

    def read(self, sentence: str) -> Subject:
        """Return the subject of a sentence, or of its verb of speech if it has one."""
        verbs = list(self._verb.finditer(sentence))
        if verbs and verbs[-1]["verb"] in self.forms.first_person_verbs:
            return Subject(is_unknown=True)
        if verbs and self.forms.has_verb_first:
            return self._read_after_verb(sentence, verbs[-1])
        if self.forms.has_verb_first:
            return Subject(next(iter(self.list_names(sentence)), ""))
        return self._read_before_verb(sentence, verbs[-1].start() if verbs else len(sentence))

    def list_names(self, sentence: str) -> list[str]:
        """Return the names that clauses of a sentence begin with, or that are subjects."""
        found = []
        for clause in _CLAUSE.findall(sentence):
            region, is_marked = self._cut_at_particle(clause)
            name = self._match(region, from_end=is_marked)
            if not name and self._has_spaces:
                words = clause.split()
                name = next(
                    filter(None, (self._match_words(words[i:]) for i in range(len(words)))), ""
                )
            found += [name] * bool(name)
        return found

    # names

    def _learn_names(self, narration: Iterable[str]) -> Counter[str]:
        """Return how often each name is the subject of a verb of speech."""
        names = Counter[str]()
        for passage in narration:
            *sentences, last = re.split(r"(?<=[.。!！?？؟।\n])", passage)
            for sentence in sentences:
                names.update(self._list_candidates(sentence))
            names.update(self._list_candidates(last, is_lead=bool(last.strip())))
        return Counter(
            {
                name: count
                for name, count in names.items()
                if name in self._nouns
                or (self._text.count(name) >= _MIN_USES and not self._is_manner(name))
            }
        )

    def _is_manner(self, word: str) -> bool:
        """Return whether a word looks like a manner of speaking, and begins no clause."""
        forms = self.forms
        looks_so = word.startswith(forms.manner_prefixes) or word.endswith(forms.manner_endings)
        return looks_so and word not in self._clause_openings

    @cached_property
    def _clause_openings(self) -> frozenset[str]:
        """What clauses of the book begin with, up to as many words as a name may have."""
        clauses = (clause[0].split(" ") for clause in _CLAUSE.finditer(self._text))
        return frozenset(
            " ".join(words[:count])
            for words in clauses
            for count in range(1, min(len(words), _MAX_NAME_WORDS + 1))
        )

    def _find_main_names(self) -> dict[str, str]:
        """Return the name that each other form stands for: a case, or a name without its title."""
        main = {name: name for name in self.names}
        for name in self.names:
            title, _, rest = name.partition(" ")
            if rest in self.names and title in self._nouns:
                main[name] = rest
            elif rest and title in self._nouns:
                main[rest] = name
        for nominative, endings in self.language.name_cases.items():
            for name in [*main, *self._nouns]:
                if name.endswith(nominative) and (name in main or name in self._nouns):
                    stem = name[: len(name) - len(nominative)]
                    main |= {stem + ending: main.get(name, name) for ending in endings}
        return main

    def _list_candidates(self, sentence: str, *, is_lead: bool = False) -> Iterator[str]:
        """Yield what may be a name in a sentence.

        Args:
            sentence: the sentence.
            is_lead: whether it goes on into a quotation, of which its subject is the speaker.
        """
        ends = [verb.start() for verb in self._verb.finditer(sentence)]
        if self.forms.has_verb_first:
            ends = [verb.end() for verb in self._verb.finditer(sentence)]
        elif is_lead and not ends:
            ends = [len(sentence)]
        for end in ends:
            region, is_marked = self._find_region(sentence, end)
            name = self._build_name(region, is_marked=is_marked)
            is_word = name in self._pronouns or name in self.language.non_name_words
            if name and (name in self._nouns or not is_word):
                yield name

    def _find_region(self, sentence: str, verb: int) -> tuple[str, bool]:
        """Return the words among which the subject of a verb is, and whether a particle follows."""
        if self.forms.has_verb_first:
            clause = _CLAUSE.match(sentence, verb + 1)
            return (clause[0] if clause else ""), False
        clauses = [
            self._cut_at_particle(clause[0]) for clause in _CLAUSE.finditer(sentence, 0, verb)
        ]
        marked = [clause for clause in clauses if clause[1]]
        return (marked or clauses or [("", False)])[-1 if marked or verb < len(sentence) else 0]

    def _build_name(self, region: str, *, is_marked: bool) -> str:
        """Return the name at the start of a region, or at its end if a particle marks the end."""
        if self._has_spaces:
            words = [word for word in region.split() if word not in self.forms.object_words]
            return self._join_words(words, from_end=is_marked)
        region = self._remove_honorific(region)
        if is_marked:
            last = max((region.rfind(mark) for mark in self.forms.object_particles), default=-1)
            name = region[last + 1 :]
            return name if len(name) <= _MAX_NAME_LETTERS else ""
        return self._find_head(region)

    def _join_words(self, words: list[str], *, from_end: bool) -> str:
        """Return the first word or the last, with those beside it that belong to the name."""
        if not words:
            return ""
        words = words[::-1] if from_end else words
        name = words[0]
        for word in words[1:_MAX_NAME_WORDS]:
            first = word if from_end else name.split()[-1]
            longer = f"{word} {name}" if from_end else f"{name} {word}"
            uses = self._text.count(longer)
            is_name = uses >= _MIN_USES and uses >= _MIN_SHARE * self._text.count(name)
            if not (first in self.language.titles or is_name) or word in self._pronouns:
                break
            name = longer
        return self._remove_honorific(name)

    def _find_head(self, region: str) -> str:
        """Return the longest name at the start of a region that other clauses begin with too."""
        if region.startswith((*self.language.non_name_words, *self._pronouns)):
            return ""
        if region in self._nouns or len(region) < _MIN_HEAD_LETTERS:
            return region
        name = region[:_MIN_HEAD_LETTERS]
        for end in range(_MIN_HEAD_LETTERS + 1, min(len(region), _MAX_NAME_LETTERS) + 1):
            uses = self._starts[region[:end]]
            if uses < _MIN_USES or uses < _MIN_SHARE * self._starts[name]:
                break
            name = region[:end]
        return name

    def _remove_honorific(self, name: str) -> str:
        for honorific in self.forms.honorifics:
            if name.endswith(honorific) and len(name) > len(honorific) and name not in self._nouns:
                return name[: -len(honorific)].strip()
        return name

    # clauses

    def _cut_at_particle(self, clause: str) -> tuple[str, bool]:
        """Return a clause up to the particle of its subject, and whether there is one."""
        clause = clause.strip()
        opener = next((word for word in self.forms.openers if clause.startswith(word)), "")
        clause = clause[len(opener) :].lstrip()
        particles = self.forms.subject_particles
        if self._has_spaces:
            return self._cut_words_at_particle(self._leave_out_adjuncts(clause.split()))
        ends = [place for mark in particles if (place := clause.find(mark, 1)) > 0]
        region = clause[: min(ends)] if ends else clause
        if ends and region.endswith(self.forms.object_particles):
            return "", False
        return region, bool(ends)

    def _leave_out_adjuncts(self, words: list[str]) -> list[str]:
        """Return the words of a clause without manners, and up to its first preposition."""
        end = next((i for i, word in enumerate(words) if word in self.forms.prepositions), None)
        return [word for word in words[:end] if word not in self.forms.manner_words]

    def _cut_words_at_particle(self, words: list[str]) -> tuple[str, bool]:
        """Return words up to the particle of the subject, and whether there is one."""
        for index, word in enumerate(words):
            if word in self.forms.subject_particles and index:
                return " ".join(words[:index]), True
            if self.forms.has_joined_particles and (stem := self._remove_particle(word)):
                return " ".join([*words[:index], stem]), True
        return " ".join(words), False

    def _remove_particle(self, word: str) -> str:
        """Return a noun without the particle that is joined to it; "" if there is none."""
        stems = (
            word.removesuffix(particle)
            for particle in self.forms.subject_particles
            if word.endswith(particle)
        )
        return next(filter(self._is_noun, stems), "")

    def _is_noun(self, stem: str) -> bool:
        """Return whether a stem is a noun: the book has it with another particle, or alone.

        Adjectives and verbs before a noun may end like a particle: Korean "늙은".
        """
        particles = {*self.forms.subject_particles, *self.forms.object_particles}
        return (
            stem in self._nouns
            or stem in self._pronouns
            or stem in self._words
            or sum(stem + particle in self._words for particle in particles) >= _MIN_PARTICLES
        )

    @cached_property
    def _words(self) -> frozenset[str]:
        """All words of the book, without punctuation."""
        return frozenset(re.findall(r"\w+", self._text))

    def _read_after_verb(self, sentence: str, verb: re.Match[str]) -> Subject:
        gender = self._find_verb_gender(verb["verb"])
        clause = _CLAUSE.match(sentence, verb.end() + 1)
        words = clause[0].split() if clause else []
        words = [word for word in words if word not in self.forms.object_words]
        name = self._match_words(words)
        if not name and words and words[0] in self._pronouns:
            return Subject("", self._pronouns[words[0]])
        if not name:
            earlier = [
                one
                for one in self.list_names(sentence[: verb.start()])
                if gender is None or self.find_gender(one) in {gender, None}
            ]
            name = earlier[0] if earlier else ""
        return Subject(name, gender)

    def _read_before_verb(self, sentence: str, end: int) -> Subject:
        subject = Subject()
        verb = self._verb.match(sentence, end)
        for clause in _CLAUSE.finditer(sentence, 0, end):
            region, is_marked = self._cut_at_particle(clause[0])
            # a verb agrees with a subject only if no particle follows that, as in Hindi "उसने"
            agrees = not is_marked and not region.endswith(self.forms.subject_particles)
            gender = self._find_verb_gender(verb["verb"]) if verb and agrees else None
            name = self._match(region, from_end=is_marked)
            if name:
                return Subject(name, gender)
            pronoun = next((word for word in self._pronouns if self._is_at_edge(region, word)), "")
            if pronoun:
                subject = Subject("", self._pronouns[pronoun])
            elif region and (is_marked or not self.forms.always_marks_subjects):
                pronouns = self.language.subject_pronouns
                is_pronoun = any(self._is_at_edge(region, word) for word in pronouns)
                subject = Subject("", gender, is_unknown=not is_pronoun)
        return subject

    def _is_at_edge(self, region: str, word: str) -> bool:
        words = region.split()
        return word in words[:1] if self._has_spaces else region.startswith(word)

    def _match(self, region: str, *, from_end: bool) -> str:
        """Return the longest known name at the start of a region, or at its end."""
        is_word = region in self._pronouns or region in self.language.non_name_words
        if is_word and region not in self._main_names:
            return ""
        if self._has_spaces:
            words = region.split()
            return (
                self._match_words(words[::-1], from_end=True)
                if from_end
                else self._match_words(words)
            )
        region = self._remove_honorific(region)
        fits = region.endswith if from_end else region.startswith
        found = max((name for name in self._main_names if fits(name)), key=len, default="")
        return self._main_names.get(found, "")

    def _match_words(self, words: list[str], *, from_end: bool = False) -> str:
        for count in range(min(len(words), _MAX_NAME_WORDS), 0, -1):
            part = words[:count][::-1] if from_end else words[:count]
            name = self._remove_honorific(" ".join(part))
            following = words[count : count + 1]
            is_object = bool(set(following) & {*self.forms.object_particles}) and not from_end
            if name in self._main_names and not is_object:
                return self._main_names[name]
        return ""

    def _find_verb_gender(self, verb: str) -> str | None:
        endings = self.language.gendered_verb_endings
        return next((gender for gender in endings if verb.endswith(endings[gender])), None)
