"""Where a reporting clause has its subject, in scripts without capitals: the section `[speaking]`.

Capitals show what is a name elsewhere. In these scripts, a name is what the book uses as the
subject of verbs of speech, so the order of the words and their particles must be known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from narrator.languages.language_files import find_language_files, load_language_file
from narrator.languages.sections import read_fields
from narrator.text.words import EAST_ASIAN_CHARACTERS

_UNSPACED = re.compile(f"[{EAST_ASIAN_CHARACTERS}]")
_VERB_END = r"(?=[\s,،:.।!?؟؛]|\Z)"


@dataclass(frozen=True, slots=True)
class SpeakingForms:
    """The forms of reporting clauses in one language."""

    verbs: tuple[str, ...] = ()
    """Verbs of speech, in all forms; without spaces between words, what all their forms share."""
    verb_prefixes: tuple[str, ...] = ()
    """Letters that are joined to the front of a verb: "و" in "وقال"."""
    verb_suffixes: tuple[str, ...] = ()
    """Letters that are joined to the end of a verb: "ني" in "سألتني"."""
    first_person_verbs: frozenset[str] = frozenset()
    """Verbs of speech whose subject is the narrator: "قلت"."""
    has_verb_first: bool = False
    """Whether the subject follows its verb: "قال أحمد"."""
    quotative: str = ""
    """The word after a quotation that begins its reporting clause: Japanese "と"."""
    subject_particles: tuple[str, ...] = ()
    """Particles after a subject: "が", "ने"."""
    has_joined_particles: bool = False
    """Whether particles are joined to their nouns although spaces separate words: Korean "가"."""
    always_marks_subjects: bool = False
    """Whether every subject has such a particle, so that a clause without one has no subject."""
    object_particles: tuple[str, ...] = ()
    """Particles after a noun that is no subject: "を", "से"."""
    prepositions: frozenset[str] = frozenset()
    """Words before a noun that is no subject: Persian "به"."""
    object_words: frozenset[str] = frozenset()
    """Objects that may stand between a verb and its subject: "له"."""
    manner_words: frozenset[str] = frozenset()
    """Words that say how somebody speaks, and are no part of a subject: Persian "آهسته"."""
    manner_prefixes: tuple[str, ...] = ()
    """Letters before a noun that says how somebody speaks: "ب" in "بسرعة"."""
    manner_endings: tuple[str, ...] = ()
    """Endings of words that say so: "ا" in "ضاحكا". A name with them must also begin clauses."""
    openers: tuple[str, ...] = ()
    """Words before a subject that are no part of it: "すると"."""
    honorifics: tuple[str, ...] = ()
    """What may follow or be left out after a name: "さん", "जी"."""

    def __bool__(self) -> bool:
        return bool(self.verbs)

    @property
    def has_spaces(self) -> bool:
        """Whether spaces separate words, unlike in Chinese and Japanese."""
        return not any(map(_UNSPACED.search, self.verbs))


@cache
def load_speaking_forms(language: str) -> SpeakingForms:
    """Return the forms of a book's BCP 47 tag; they are false if its file has none.

    Raises:
        LanguageFileError: a key is unknown.
    """
    section = load_language_file(language).section("speaking")
    values = read_fields(section, SpeakingForms)
    section.check_keys()
    return SpeakingForms(**values)


@cache
def compile_speech_verb(forms: SpeakingForms) -> re.Pattern[str]:
    """Return a pattern for a verb of speech, without its prefix in the group `verb`."""
    verbs = "|".join(
        map(re.escape, sorted({*forms.verbs, *forms.first_person_verbs}, key=len, reverse=True))
    )
    if not forms.has_spaces:
        return re.compile(f"(?P<verb>{verbs})")
    prefixes = "".join(f"|{re.escape(prefix)}" for prefix in forms.verb_prefixes)
    suffixes = "".join(f"|{re.escape(suffix)}" for suffix in forms.verb_suffixes)
    return re.compile(rf"(?<!\S)(?:{prefixes})(?P<verb>{verbs})(?:{suffixes}){_VERB_END}")


def has_speech_verb(text: str) -> bool:
    """Return whether a text has a verb of speech of any language with forms."""
    return any(verb.search(text) for verb in _compile_all_verbs())


@cache
def _compile_all_verbs() -> tuple[re.Pattern[str], ...]:
    forms = map(load_speaking_forms, find_language_files())
    return tuple(compile_speech_verb(one) for one in forms if one)
