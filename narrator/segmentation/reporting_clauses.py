"""Finds reporting clauses, which say who speaks: "said the old man", "she asked", "dit-il"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.languages.people_words import load_attribution_language
from narrator.text.quotes import APOSTROPHES, DASHES, EMPHASIS_MARKS, HYPHEN, class_members
from narrator.text.words import LETTER, PLAIN_WORD, PLAIN_WORD_PATTERN, SENTENCE_END_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.languages import Language

_CAPITAL = r"[^\W\d_a-zа-яёà-öø-ÿ]"
_NAME_CHARACTER = rf"[\w.{APOSTROPHES}-]"
_NAME_PART = rf"{_CAPITAL}{_NAME_CHARACTER}{{0,20}}"
_NAME = rf"{_NAME_PART}(?:\s+(?:{_NAME_PART}|de|von|van|der|of))*"
_FOLLOWING_NAME = re.compile(rf"\s+{_NAME}")
_LAST_NAME = re.compile(rf"\b{_CAPITAL}[\w{APOSTROPHES}-]+")
_LAST_WORD = re.compile(rf"{PLAIN_WORD}\Z")
_WORD = re.compile(PLAIN_WORD)
_CLAUSE_END = re.compile(rf"{SENTENCE_END_CLASS}(?=\s|\Z)")
_NO_QUESTION = r"(?![^.!?…\n]*\?)"
"""What follows a clause that is no question."""
_CLAUSE_SEPARATORS = rf"[\s{class_members(',.', DASHES, EMPHASIS_MARKS, HYPHEN)}]*"
"""Punctuation and space that may stand between a quotation and its reporting clause."""


@cache
def compile_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a reporting clause right after a quotation, with speech or thought."""
    return re.compile(
        _CLAUSE_SEPARATORS
        + _build_clause_expression(language, language.speech_verbs | language.thought_verbs)
    )


@cache
def compile_plain_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a clause with a pure verb of speech: "she asked", not "she laughed"."""
    return re.compile(
        _CLAUSE_SEPARATORS
        + _build_clause_expression(language, language.speech_verbs - language.gesture_verbs)
    )


@cache
def compile_writing_clause(language: Language) -> re.Pattern[str]:
    """Return a pattern for a clause about something written: "wrote Ada", "was engraved on it"."""
    inscription = (
        rf"(?:{_build_alternatives(language.speech_verbs)})\s+\w+\s+(?:\w+\s+)?"
        rf"(?:{_build_alternatives(language.inscription_nouns)})\b"
    )
    passive = rf"\w+\s+(?:{_build_alternatives(language.writing_verbs)})\b"
    active = _build_clause_expression(language, language.writing_verbs)
    return re.compile(rf"{_CLAUSE_SEPARATORS}(?:{inscription}|{passive}|{active})")


@cache
def compile_speaker_change(language: Language) -> re.Pattern[str] | None:
    """Return a pattern for a clause that introduces another speaker: ", and the old man said,".

    It is `None` for a language whose file lists no conjunctions.
    """
    if not language.conjunctions:
        return None
    subject = rf"(?:{_NAME}|(?i:{_build_alternatives(language.determiners)})\s+\w+(?:\s+\w+)?)"
    verb = rf"(?i:{_build_alternatives(language.speech_verbs - language.gesture_verbs)})"
    return re.compile(
        rf"(?:\A|[\s{class_members(',;', DASHES, HYPHEN)}])"
        rf"(?i:{_build_alternatives(language.conjunctions)})\s+{subject}\b[^.!?]{{0,80}}?"
        rf"\b{verb}\b(?:[^.!?]*[,:])?\s*\Z"
    )


def find_reporter(text: str, start: int, language: Language) -> str | None:
    """Return the name in the reporting clause at an offset: "Aunt Ada" in "said Aunt Ada".

    It is a noun if the clause describes somebody.
    """
    clause = compile_clause(language).match(text, start)
    if clause is None:
        return None
    # If the verb comes first, the pattern ends with it, and the name follows.
    following_name = _FOLLOWING_NAME.match(text, clause.end())
    names = _LAST_NAME.findall(clause[0] + (following_name[0] if following_name else ""))
    if names or not language.inverts_clauses:
        return " ".join(names) or None
    described = _compile_described_reporter(language).match(text, clause.end())
    return described["noun"] if described else None


def find_described_reporter(text: str, language: Language) -> str:
    """Return the noun for somebody who is described in the clause at the start of a text, or "".

    It is "clerk" in "said the old clerk" and in "the clerk said".
    """
    clause = compile_clause(language).match(text)
    if clause is None:
        return ""
    following = _compile_described_reporter(language).match(text, clause.end())
    words = PLAIN_WORD_PATTERN.findall(clause[0].casefold())
    if following and following[0].split()[0].casefold() in language.determiners:
        return following["noun"].casefold()
    is_direct = len(words) > 2 and words[0] in language.determiners
    return words[-2] if is_direct and words[-1] in language.speech_verbs else ""


@cache
def _compile_described_reporter(language: Language) -> re.Pattern[str]:
    """Return a pattern for a description after a verb: " der alte Bauer", " le curé", " купец"."""
    determiner = _build_alternatives(language.determiners)
    articles = rf"(?:(?:{determiner})(?:\.?\s+|(?<=[{APOSTROPHES}])))"
    if load_attribution_language(language.tag).omits_articles:
        articles += "?"
    pronouns = _build_alternatives(language.subject_pronouns)
    return re.compile(
        rf"\s+{articles}(?:[^\W\d_]+\s+){{0,2}}?(?!(?:{pronouns})\b)"
        rf"(?P<noun>[^\W\d_]+)\s*(?=[.,;:!?…—–]|\Z)"
    )


@cache
def _compile_inline_clause(language: Language, *, is_dash_dialogue: bool) -> re.Pattern[str]:
    """Return a pattern for a reporting clause within speech, after a comma or another stop."""
    marks = class_members(",!?…،؟", language.question_mark)
    speech_end = rf"(?P<speech>[^\W_][\s\"»”’)]*[{marks}][\"»”’)]*)\s+(?={LETTER})"
    clauses = [
        _build_clause_expression(language, language.speech_verbs, allows_bare_verb=False),
        _build_suffixed_clause_expression(language),
    ]
    if is_dash_dialogue:
        clauses.append(build_unlisted_clause_expression(language))
        clauses.append(_build_certain_clause_expression(language))
    return re.compile(f"{speech_end}(?={'|'.join(filter(None, clauses))})")


def _build_certain_clause_expression(language: Language) -> str:
    """Return a regular expression for a clause of dash dialogue that its place shows.

    No sentence begins with a verb in lower case: "– Kim o? dedi kalın bir ses". A subject and its
    verb end the paragraph: "– Minä jään tänne, hän kuiskasi."
    """
    verb = "|".join(sorted(map(_escape_word, language.speech_verbs - language.gesture_verbs)))
    pronouns = _build_alternatives(language.third_person_pronouns & language.subject_pronouns)
    nouns = _build_alternatives(language.subject_nouns)
    subject_first = rf"(?:(?:{pronouns})|(?:{nouns})|{_NAME})\s+(?:{verb})\.?\s*\Z"
    verb_first = rf"(?<=[!?…]\s)(?:{verb})\b"
    if not verb:
        return ""
    return f"{verb_first}|{subject_first}" if language.leaves_speech_open else verb_first


def find_inline_clause(
    text: str, start: int, end: int, language: Language, *, is_dash_dialogue: bool = False
) -> tuple[int, int] | None:
    """Return the span of the first reporting clause that has no marks between it and the speech.

    In dash dialogue, where nobody tells a tale, the verb needs no place in the list of verbs of
    speech if a person follows it.
    """
    pattern = _compile_inline_clause(language, is_dash_dialogue=is_dash_dialogue)
    match = pattern.search(text, start, end)
    if match is None:
        return None
    sentence_end = find_sentence_end(text, match.end(), end, language)
    resumes = is_dash_dialogue and language.leaves_speech_open and match["speech"].endswith(",")
    if language.has_inline_clauses or (resumes and language.clause_extensions):
        # in French, speech continues after the clause: « Oui, dit Luc, demain. »
        sentence_end = _find_clause_comma(text, match.end(), sentence_end, language)
    return match.end("speech"), sentence_end


def _find_clause_comma(text: str, start: int, end: int, language: Language) -> int:
    """Return the end of the comma after a reporting clause, or `end` if there is none.

    What belongs to the clause may follow a first comma: "dit Luc, en riant, demain".
    """
    comma = text.find(",", start, end)
    if comma < 0:
        return end
    if _compile_clause_extension(language).match(text, comma + 1, end):
        return _find_clause_comma(text, comma + 1, end, language)
    return comma + 1


@cache
def _compile_clause_extension(language: Language) -> re.Pattern[str]:
    """Return a pattern for what, after a comma, still belongs to a reporting clause."""
    extensions = _build_alternatives(language.clause_extensions)
    endings = _build_endings(language.clause_extension_endings)
    participle = rf"(?:\w+[\s{APOSTROPHES}])?\w+{endings}\b"
    return re.compile(rf"\s*(?:(?:{extensions})(?:\s|(?<=[{APOSTROPHES}]))|{participle})")


def is_narrative(
    text: str, start: int, end: int, language: Language, *, is_likely: bool = False
) -> bool:
    """Return whether a sentence narrates what somebody does: "Il prit sa valise.".

    Its subject is of the third person, its verb has a form that hardly occurs in speech, and it
    has no pronoun of the first or second person. With `is_likely`, any verb of narration will do.
    """
    sentence = text[start : find_sentence_end(text, start, end, language)].strip()
    words = [word.casefold() for word in _WORD.findall(sentence)]
    endings = language.narrative_verb_endings
    if is_likely:
        endings |= language.clause_verb_endings | language.past_verbs
    pattern = _compile_narrative(language, endings)
    return bool(
        endings
        and pattern.match(sentence)
        and not sentence.endswith("?")
        and language.speaker_pronouns.isdisjoint(words)
    )


@cache
def _compile_narrative(language: Language, endings: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for a subject of the third person before a verb with one of the endings."""
    pronouns = _build_alternatives(language.third_person_pronouns & language.subject_pronouns)
    non_subjects = _build_alternatives(
        language.sentence_starters - language.third_person_pronouns - language.determiners
    )
    non_verbs = _build_alternatives(language.non_verbs)
    described = _build_description_expression(language)
    verb = rf"(?!(?:{non_verbs})\b)(?=\w{{3}})[^\W\d_]*{_build_endings(endings)}\b"
    return re.compile(
        rf"(?:(?:{pronouns})\b|{described}|(?!(?:{non_subjects})\b){_NAME})\s+"
        rf"{_build_proclitics(language)}{verb}"
    )


def find_sentence_end(text: str, start: int, end: int, language: Language) -> int:
    """Return the end of the first sentence; the dot of a title such as "Mr." does not end it."""
    for match in _CLAUSE_END.finditer(text, start, end):
        word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
        if word is None or word[0].casefold() not in language.title_abbreviations:
            return match.end()
    return end


@cache
def _build_clause_expression(
    language: Language, verbs: frozenset[str], *, allows_bare_verb: bool = True
) -> str:
    """Return a regular expression for a verb with its subject before or after it.

    With `allows_bare_verb`, a clause that begins with a verb needs no subject.
    """
    verb = _build_alternatives(verbs)
    bare = _build_alternatives(language.subject_pronouns | language.subject_nouns)
    subject = rf"(?:(?:{bare})\b|{_NAME}|{_build_description_expression(language)})"
    noun = rf"[^\W\d_]{{2,}}{_build_endings(language.subject_noun_endings)}\b"
    adverb = r"(?:[^\W_]+ly\s+|had\s+|then\s+|also\s+|only\s+)?"
    subject_after = (
        ""
        if allows_bare_verb
        else rf"(?:-t)?{_build_adverb_expression(language)}[\s-]+(?:{subject}|{noun})"
    )
    verb_first = rf"{_build_proclitics(language)}(?:{verb})\b{subject_after}"
    # within speech, "mais il dit" is speech in languages that say "dit-il"
    is_inverted = language.inverts_clauses and not allows_bare_verb
    subject_first = "" if is_inverted else rf"|{subject}\s+{adverb}(?:{verb})\b"
    opener = "|".join(map(re.escape, sorted(language.clause_openers))) or r"(?!)"
    return rf"(?:(?:{opener})\s+)?(?:{verb_first}{subject_first})"


def _build_object_expression(language: Language) -> str:
    """Return a regular expression for a pronoun between a verb and its subject; it may be empty."""
    pronouns = language.third_person_pronouns | language.speaker_pronouns
    objects = _build_alternatives(pronouns - language.subject_pronouns)
    return rf"(?:\s+(?:{objects})\b)?" if language.inverts_clauses and pronouns else ""


def _build_adverb_expression(language: Language) -> str:
    """Return a regular expression for adverbs between a verb and its subject; it may be empty."""
    people = load_attribution_language(language.tag)
    if not language.inverts_clauses or not people.tag_filler_words:
        return ""
    endings = _build_endings(people.adverb_endings)
    fillers = _build_alternatives(people.tag_filler_words)
    return rf"(?:\s+(?:(?:{fillers})\b|[^\W\d_]{{3,}}{endings}\b)){{0,2}}"


def _build_description_expression(language: Language) -> str:
    """Return a regular expression for a determiner with its noun: "the old man", "l'homme"."""
    name_character = rf"[\w{APOSTROPHES}-]"
    determiner = _build_alternatives(language.determiners)
    return (
        rf"(?:{determiner})(?:\.?\s+|(?<=[{APOSTROPHES}]))"
        rf"(?:{name_character}+\s+){{0,3}}?{name_character}+"
    )


def _build_proclitics(language: Language) -> str:
    """Return a regular expression for pronouns that may stand before a verb: French "lui"."""
    if not language.clause_proclitics:
        return ""
    proclitics = _build_alternatives(_add_curly_apostrophes(language.clause_proclitics))
    return rf"(?:(?:{proclitics})(?:\s+|(?<=[{APOSTROPHES}]))){{0,2}}"


def _add_curly_apostrophes(words: Iterable[str]) -> set[str]:
    """Return words with both forms of their apostrophes."""
    return {spelling for word in words for spelling in (word, word.replace("'", "’"))}


def _build_suffixed_clause_expression(language: Language) -> str:
    """Return a regular expression for any verb with its pronoun: "rugit-il"; empty if unused.

    Such words are a question if a question mark follows: "viendra-t-il ?".
    """
    if not language.clause_pronoun_suffixes:
        return ""
    suffixes = _build_alternatives(language.clause_pronoun_suffixes)
    verb = rf"(?:avait-|a-)?[^\W\d_A-ZÀ-Ý]+(?:-t)?-(?:{suffixes})\b"
    return rf"{_build_proclitics(language)}{verb}{_NO_QUESTION}"


@cache
def build_unlisted_clause_expression(language: Language) -> str:
    """Return a regular expression for a verb of narration before a person: "rugit le vieillard".

    It is empty for languages whose file lists no endings of such verbs.
    """
    if not language.clause_verb_endings:
        return ""
    endings = _build_endings(language.clause_verb_endings)
    non_verbs = _build_alternatives(language.non_verbs)
    verb = rf"(?!(?:{non_verbs})\b)[^\W\d_A-ZÀ-ÝА-Я][^\W\d_]*{endings}\b"
    people = load_attribution_language(language.tag)
    nouns = _build_alternatives(
        people.titles.keys()
        | people.kin_nouns.keys()
        | people.role_nouns.keys()
        | people.counterpart_words
        | people.speaker_metonyms
    )
    determiner = _build_alternatives(language.determiners)
    space = rf"(?:\.?\s+|(?<=[{APOSTROPHES}]))"
    described = rf"(?:{determiner}){space}(?:[^\W\d_]+\s+){{0,1}}(?:{nouns})\b"
    pronouns = _build_alternatives(language.third_person_pronouns & language.subject_pronouns)
    bare = rf"(?:{nouns})\b|" if people.omits_articles else ""
    subject = rf"(?:{described}|{bare}(?:{pronouns})\b|{_NAME})"
    gap = _build_object_expression(language) + _build_adverb_expression(language)
    return rf"{_build_proclitics(language)}{verb}{gap}\s+{subject}{_NO_QUESTION}"


@cache
def compile_unlisted_clause(language: Language) -> re.Pattern[str] | None:
    """Return a pattern for such a clause right after a quotation, or None if it is never one."""
    expression = build_unlisted_clause_expression(language)
    return re.compile(_CLAUSE_SEPARATORS + expression) if expression else None


def _build_endings(endings: Iterable[str]) -> str:
    """Return a regular expression for any of the endings of a word."""
    return rf"(?:{'|'.join(sorted(map(_escape_word, endings), key=len, reverse=True)) or '(?!)'})"


def _build_alternatives(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of the words, capitalised or not."""
    spellings = {*words, *(word.capitalize() for word in words)}
    # The longest come first, so a word is never matched by a shorter one that begins it.
    ordered = sorted(spellings, key=lambda word: (-len(word), word))
    return "|".join(map(_escape_word, ordered)) or r"(?!)"


def _escape_word(word: str) -> str:
    """Return a regular expression for a word whose ß lower case has made ss."""
    return re.escape(word).replace("ss", "(?:ss|ß)")
