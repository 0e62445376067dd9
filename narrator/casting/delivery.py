"""Find out how each line of dialogue is spoken: what the clause beside it says, and its capitals.

"'Come here,' whispered Anna softly" says it with a verb and an adverb, and "GET OUT!" with its
capitals. What a book does not say stays plain.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.languages.manners import Manner, load_manner_words
from narrator.model import LineKind
from narrator.segmentation.reporting_clauses import compile_clause, find_sentence_end
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.languages import Language
    from narrator.languages.manners import MannerWords
    from narrator.model import Line

_LONGEST_CLAUSE = 160
"""Characters of narration beside a quotation that are examined."""
_WORD = re.compile(rf"{LETTER}+(?:[-'’]{LETTER}+)*")
_INTRODUCTION_END = re.compile(r"[,:—–-]\s*\Z")
"""What ends a clause that introduces the quotation after it."""
_CLAUSE_BREAK = re.compile(r"[,;:—–]")
_NEGATIONS = frozenset(
    "less mai ne nem never nicht nie niemals no non not nunca não pas без не".split()  # noqa: SIM905 - readable
)
"""Words before an adverb that deny it, in any of the languages."""
_FURTHEST_ADVERB = 4
"""Words from a verb of speech to an adverb after it: "said the old man softly"."""
_LONE_ADVERB_WORDS = 2
"""Words of a part of the clause that is an adverb: "very softly"."""
_MIN_SHOUTED_LETTERS = 6
"""Letters from which a line in capitals is a shout: "OK!" and "BBC" are not."""


def find_manners(lines: Sequence[Line], language_tag: str) -> dict[str, Manner]:
    """Return the manner of each line that is not plain, by the number of the line.

    All lines of a quotation have the same manner, except for those that are in capitals, and those
    for which the user gives a direction.

    Args:
        lines: the lines of a script, in reading order.
        language_tag: the BCP 47 tag of the book; languages without a table have only capitals.
    """
    words, language = load_manner_words(language_tag), load_language(language_tag)
    manners: dict[str, Manner] = {}
    if words.verbs:
        quotation_manners = _find_quotation_manners(lines, words, language)
        manners = {
            line.id: quotation_manners[line.quotation]
            for line in lines
            if line.quotation in quotation_manners
        }
    shouts = {line.id: Manner.SHOUT for line in lines if _is_shouted(line)}
    return manners | shouts | find_chosen_manners(lines)


def find_chosen_manners(lines: Iterable[Line]) -> dict[str, Manner]:
    """Return the manner of each line for which the user gives one, by the number of the line."""
    return {line.id: Manner(line.directions.manner) for line in lines if line.directions.manner}


def _find_quotation_manners(
    lines: Iterable[Line], words: MannerWords, language: Language
) -> dict[int | None, Manner]:
    """Return the manner of each quotation that a clause describes."""
    manners: dict[int | None, Manner] = {}
    for _, paragraph in groupby(lines, key=lambda line: (line.chapter, line.paragraph)):
        runs = list(_join_runs(paragraph))
        for index, (quotation, text) in enumerate(runs):
            if quotation is not None:
                continue
            if index and (manner := _find_following(text, words, language)):
                manners.setdefault(runs[index - 1][0], manner)
            if index + 1 < len(runs) and (manner := _find_introducing(text, words, language)):
                manners.setdefault(runs[index + 1][0], manner)
    manners.pop(None, None)
    return manners


def _join_runs(paragraph: Iterable[Line]) -> Iterator[tuple[int | None, str]]:
    """Yield the quotations of a paragraph and the narration between them, each as (number, text).

    The number of narration is None.
    """
    for quotation, run in groupby(
        paragraph, key=lambda line: line.quotation if line.kind is LineKind.DIALOGUE else None
    ):
        yield quotation, " ".join(line.text for line in run)


def _find_following(text: str, words: MannerWords, language: Language) -> Manner | None:
    """Return the manner in the clause that follows a quotation: "whispered Anna"."""
    clause = text[: find_sentence_end(text, 0, min(len(text), _LONGEST_CLAUSE), language)]
    first_word = _WORD.search(clause)
    # a verb that says how need not be among the verbs that segmentation knows
    opens_with_verb = first_word is not None and first_word[0] in words.verbs
    if opens_with_verb or compile_clause(language).match(clause):
        return _find_manner(clause, words, language)
    return None


def _find_introducing(text: str, words: MannerWords, language: Language) -> Manner | None:
    """Return the manner in the clause that introduces a quotation: "Anna whispered,"."""
    if not _INTRODUCTION_END.search(text):
        return None
    tail = text[-_LONGEST_CLAUSE:]
    start = 0
    while (end := find_sentence_end(tail, start, len(tail), language)) < len(tail):
        start = end
    return _find_manner(tail[start:], words, language)


def _find_manner(clause: str, words: MannerWords, language: Language) -> Manner | None:
    """Return the manner of a clause: of a phrase, else of an adverb, else of the verb."""
    clause = clause.casefold()
    phrase = words.phrase_pattern.search(clause)
    if phrase and not _is_denied(clause[: phrase.start()]):
        return words.phrases[phrase[0]]
    return _find_adverb(clause, words, language) or next(
        (words.verbs[word] for word in _WORD.findall(clause) if word in words.verbs), None
    )


def _find_adverb(clause: str, words: MannerWords, language: Language) -> Manner | None:
    """Return the manner of the first adverb that belongs to the verb of speech.

    It stands right before the verb, up to three words after it, or alone between commas: "said the
    old man softly". In "said Anna, softly closing the door" it belongs to another verb.
    """
    for part in _CLAUSE_BREAK.split(clause):
        part_words = _WORD.findall(part)
        verb_indices = [i for i, word in enumerate(part_words) if word in language.speech_verbs]
        for index, word in enumerate(part_words):
            if word not in words.adverbs or part_words[max(0, index - 1)] in _NEGATIONS:
                continue
            distances = [index - verb for verb in verb_indices]
            is_beside_verb = any(-1 <= distance <= _FURTHEST_ADVERB for distance in distances)
            if is_beside_verb or len(part_words) <= _LONE_ADVERB_WORDS:
                return words.adverbs[word]
    return None


def _is_denied(text: str) -> bool:
    """Return whether the last word of a text is a negation."""
    before = _WORD.findall(text)
    return bool(before) and before[-1] in _NEGATIONS


def _is_shouted(line: Line) -> bool:
    """Return whether a line of dialogue is all in capitals."""
    if line.kind is not LineKind.DIALOGUE or not line.text.isupper():
        return False
    return sum(map(str.isalpha, line.text)) >= _MIN_SHOUTED_LETTERS
