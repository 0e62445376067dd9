"""The languages of books: what each step must know about a language, from one TOML file each.

Here are the words and typography for segmentation; each other module of this package has those of
another step. A language without a file gets the typography that most languages share, and no words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from narrator.errors import LanguageFileError
from narrator.languages.language_files import find_language_files, load_language_file
from narrator.languages.sections import read_fields

SECTION_FIELDS = {
    "sentences": (
        "has_ordinal_dots", "ordinal_leads", "question_mark", "title_abbreviations",
        "number_abbreviations", "compound_abbreviations", "abbreviations", "closing_abbreviations",
        "year_abbreviations", "sentence_starters", "month_names",
    ),
    "dialogue": (
        "has_dash_dialogue", "has_inverted_guillemets", "has_inline_clauses",
        "has_unmarked_continuation", "quotes_thoughts", "omits_clause_commas", "inverts_clauses",
        "leaves_speech_open", "clause_openers", "clause_extensions", "clause_extension_endings",
        "clause_verb_endings", "clause_proclitics", "clause_pronoun_suffixes",
        "narrative_verb_endings", "non_verbs", "speech_verbs", "gesture_verbs", "thought_verbs",
        "first_person_verbs", "first_person_endings", "subject_pronouns", "subject_nouns",
        "subject_noun_endings", "determiners", "conjunctions", "leading_elisions",
        "trailing_elisions", "speaker_pronouns", "third_person_pronouns", "past_verbs",
    ),
    "documents": (
        "mention_words", "inscription_nouns", "document_nouns", "writing_verbs",
        "announcing_words", "salutations", "sender_words", "recipient_words", "record_nouns",
        "valedictions",
    ),
    "questions": (
        "question_words", "inverting_verbs", "inverted_subjects", "question_openers",
        "choice_words", "surprise_words",
    ),
}  # fmt: skip
"""The fields of `Language` that are keys of each section."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words and typography of a language; words are in lower case, without a final dot."""

    tag: str
    """Its primary subtag, such as `en`."""
    has_dash_dialogue: bool = False
    """Whether a paragraph that opens with a dash is speech."""
    has_inverted_guillemets: bool = False
    """Whether » opens a quotation."""
    has_inline_clauses: bool = False
    """Whether reporting clauses stand within the quotation marks, between commas."""
    has_unmarked_continuation: bool = False
    """Whether only the first and the last paragraph of a long quotation have marks."""
    quotes_thoughts: bool = False
    """Whether quotation marks hold thoughts where dashes open speech."""
    omits_clause_commas: bool = False
    """Whether a reporting clause may follow a quotation that ends without a comma or stop."""
    inverts_clauses: bool = False
    """Whether a reporting clause within speech has its verb before its subject: "sagte Ada"."""
    leaves_speech_open: bool = False
    """Whether a dash only opens speech, so that no dash stands before a reporting clause."""
    clause_openers: frozenset[str] = frozenset()
    """Words that may stand before the verb of a reporting clause, such as "and"."""
    clause_extensions: frozenset[str] = frozenset()
    """Words that, after a comma, continue a reporting clause within speech, such as French "en"."""
    clause_extension_endings: frozenset[str] = frozenset()
    """Endings of such words, such as those of French participles: "ant"."""
    clause_verb_endings: frozenset[str] = frozenset()
    """Endings of verbs of narration. Right after speech and before its subject, such a verb opens
    a reporting clause even if it is not in `speech_verbs`: French "rugit le vieillard"."""
    clause_proclitics: frozenset[str] = frozenset()
    """Pronouns that may stand before the verb of a reporting clause, such as French "lui"."""
    clause_pronoun_suffixes: frozenset[str] = frozenset()
    """Pronouns that a hyphen joins to the verb of any reporting clause, such as French "-il"."""
    narrative_verb_endings: frozenset[str] = frozenset()
    """Endings of verbs of narration that hardly occur in speech, such as "èrent" in French."""
    non_verbs: frozenset[str] = frozenset()
    """Common words that have such an ending but are not verbs."""
    speech_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report speech."""
    first_person_verbs: frozenset[str] = frozenset()
    """Forms of `speech_verbs` and `thought_verbs` whose subject is "I": "dije" in Spanish."""
    first_person_endings: frozenset[str] = frozenset()
    """Endings of the third person and the first, as "ó:é" in Spanish, from which more are made."""
    gesture_verbs: frozenset[str] = frozenset()
    """Speech verbs that often report only an action, such as "laughed"."""
    thought_verbs: frozenset[str] = frozenset()
    """Forms of verbs that report a thought."""
    subject_pronouns: frozenset[str] = frozenset()
    """Subjects of a reporting clause that are not names."""
    subject_noun_endings: frozenset[str] = frozenset()
    """Endings that are the article of a noun: Romanian "ul". Right after a verb of speech, any noun
    with one is its subject."""
    subject_nouns: frozenset[str] = frozenset()
    """Nouns that can be such subjects without a determiner, because their ending is the article."""
    determiners: frozenset[str] = frozenset()
    """Words that open the description of a person."""
    conjunctions: frozenset[str] = frozenset()
    """Conjunctions that may introduce another speaker, as in "and Ada said"."""
    mention_words: frozenset[str] = frozenset()
    """Words before a quotation that is not speech, such as "called"."""
    inscription_nouns: frozenset[str] = frozenset()
    """Things with writing on them, such as "sign"."""
    document_nouns: frozenset[str] = frozenset()
    """Documents that are quoted at length, such as "letter"."""
    writing_verbs: frozenset[str] = frozenset()
    """Forms of verbs of writing and reading."""
    announcing_words: frozenset[str] = frozenset()
    """Words that announce a quoted document, such as "effect" in "to this effect"."""
    salutations: frozenset[str] = frozenset()
    """Words that open a letter."""
    sender_words: frozenset[str] = frozenset()
    """Words before the sender in the heading of a letter: "from"."""
    recipient_words: frozenset[str] = frozenset()
    """Words before the recipient in the heading of a letter: "to"."""
    record_nouns: frozenset[str] = frozenset()
    """Nouns for what people write about themselves, such as "diary"."""
    valedictions: frozenset[str] = frozenset()
    """Words that close a letter."""
    leading_elisions: frozenset[str] = frozenset()
    """Words that begin with an apostrophe, listed without it: "tis"."""
    trailing_elisions: frozenset[str] = frozenset()
    """Words that end with an apostrophe, listed without it: "th"."""
    month_names: frozenset[str] = frozenset()
    """Names of months, and their abbreviations."""
    speaker_pronouns: frozenset[str] = frozenset()
    """Pronouns of the first and second person. They and the next two fields help to recognise
    reported speech, which has none of them."""
    third_person_pronouns: frozenset[str] = frozenset()
    """Pronouns of the third person."""
    past_verbs: frozenset[str] = frozenset()
    """Auxiliary verbs in the past tense, the tense of narration."""
    question_words: frozenset[str] = frozenset()
    """Words that open a question, such as "where"."""
    inverting_verbs: frozenset[str] = frozenset()
    """Verbs that stand before their subject in a question, such as "did"."""
    inverted_subjects: frozenset[str] = frozenset()
    """Pronouns that, after such a verb, show that it is inverted."""
    question_openers: frozenset[str] = frozenset()
    """Words that may stand before the question word or the inverted verb, such as "but"."""
    choice_words: frozenset[str] = frozenset()
    """Words that offer a choice, such as "or"."""
    surprise_words: frozenset[str] = frozenset()
    """Question words that, alone before a comma, are a cry of surprise."""
    has_ordinal_dots: bool = False
    """Whether a dot makes a number ordinal, as in "3. Oktober"."""
    ordinal_leads: frozenset[str] = frozenset()
    """Words before ordinal numbers, besides determiners, in languages that capitalise nouns."""
    question_mark: str = ""
    """The sign that ends a question, unless it is ? or its wide or mirrored form."""
    title_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that never end a sentence, such as "mr"."""
    number_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence unless a number follows, such as "vol"."""
    compound_abbreviations: tuple[str, ...] = ()
    """Endings of compounds that end a sentence unless a number follows: "str" in "Hauptstr."."""
    abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence only if a sentence starter follows, such as "etc"."""
    closing_abbreviations: frozenset[str] = frozenset()
    """Abbreviations that end a sentence if a capital follows, such as German "usw"."""
    year_abbreviations: frozenset[str] = frozenset()
    """Words for "year" that, after a number, end a sentence if a capital follows."""
    sentence_starters: frozenset[str] = frozenset()
    """Words that usually begin a sentence if they are capitalised."""

    @property
    def common_words(self) -> frozenset[str]:
        """Return words of which every text in this language has many."""
        return self.sentence_starters | self.determiners | self.subject_pronouns | self.speech_verbs


@cache
def load_language(tag: str) -> Language:
    """Return the words and typography for a BCP 47 tag, of which only the primary subtag counts."""
    file = load_language_file(tag)
    values: dict[str, object] = {}
    for section_name, field_names in SECTION_FIELDS.items():
        section = file.section(section_name)
        values |= read_fields(section, Language, field_names)
        section.check_keys()
    language = Language(file.tag, **{key: _fold_case(value) for key, value in values.items()})
    first_person_verbs = language.first_person_verbs | _inflect_first_person(language)
    return replace(
        language,
        first_person_verbs=first_person_verbs - language.speech_verbs,
        speech_verbs=language.speech_verbs | first_person_verbs,
    )


def _inflect_first_person(language: Language) -> frozenset[str]:
    """Return the forms of verbs of speech in the first person, by the language's endings.

    The longest ending that fits decides; it may have several counterparts. Words that do not exist
    are among the results, and do no harm.

    Raises:
        LanguageFileError: an entry is not a pair of endings.
    """
    counterparts: dict[str, list[str]] = {}
    for pair in sorted(language.first_person_endings):
        third, colon, first = pair.partition(":")
        if not (colon and first):
            raise LanguageFileError(f"{language.tag}: '{pair}' is not of the form ending:ending")
        counterparts.setdefault(third, []).append(first)
    endings = sorted(counterparts, key=len, reverse=True)
    forms: set[str] = set()
    for verb in language.speech_verbs | language.thought_verbs:
        ending = next((ending for ending in endings if verb.endswith(ending)), None)
        if ending is not None:
            stem = verb[: len(verb) - len(ending)]
            forms.update(stem + first for first in counterparts[ending])
    return frozenset(forms)


def _fold_case(value: object) -> Any:
    """Return a list of words in lower case; other values are unchanged."""
    return frozenset(map(str.casefold, value)) if isinstance(value, frozenset) else value


@cache
def list_languages() -> tuple[Language, ...]:
    """Return the languages that have a file, ordered by tag."""
    return tuple(map(load_language, find_language_files()))
