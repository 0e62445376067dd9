"""Find the questions that have the words of a statement: "He went to London?".

Only the voice says that they are questions. In "Did he go?" the order of the words does, and in
"Where did he go?" a word does; voices end such questions well without help.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.languages import load_language
from narrator.model import LineKind
from narrator.text.quotes import APOSTROPHES, CLOSING_MARKS
from narrator.text.words import APOSTROPHE_WORD_PATTERN, SENTENCE_END, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.languages import Language
    from narrator.model import Line

_QUESTION_END = re.compile(rf"[?？][!?！？]*[{re.escape(CLOSING_MARKS)})\]*_\s]*\Z")
_SENTENCE_BREAK = re.compile(rf"{SENTENCE_END}\s+")
_CLAUSE_BREAK = re.compile(r"[,;:…—–]|\s-+\s|--")
_STRAIGHT_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def find_statement_questions(lines: Iterable[Line], language_tag: str) -> frozenset[str]:
    """Return the numbers of the lines that end with a question in the words of a statement.

    Args:
        lines: the lines of a script, in reading order.
        language_tag: the BCP 47 tag of the book; a language without a list of question words has
            no such questions.
    """
    language = load_language(language_tag)
    if not language.question_words:
        return frozenset()
    question_ids: set[str] = set()
    unfinished: dict[object, list[Line]] = {}
    for line in lines:
        # a clause such as "he said" interrupts a quotation, but does not belong to it
        passage = line.quotation or (line.chapter, line.paragraph)
        sentence_lines = [*unfinished.pop(passage, []), line]
        if line.kind is not LineKind.HEADING and _is_line_question(sentence_lines, language):
            question_ids.add(line.id)
        if not ends_sentence(line.text):
            unfinished[passage] = sentence_lines
    return frozenset(question_ids)


def _is_line_question(lines: Sequence[Line], language: Language) -> bool:
    """Return whether a sentence that may span several lines ends with a statement's question."""
    *earlier, last = (line.directions.say or line.text for line in lines)
    if not _QUESTION_END.search(last):
        return False
    return is_statement_question(" ".join([*earlier, last]), language)


def is_statement_question(text: str, language: Language) -> bool:
    """Return whether the last sentence of a text is a question in the words of a statement.

    It has neither a question word nor an inverted verb at the beginning of a clause, it does not
    end with a question word ("You did what?"), and it offers no choice ("Tea or coffee?"), after
    which the voice falls.
    """
    end = _QUESTION_END.search(text)
    if end is None:
        return False
    *_, sentence = _SENTENCE_BREAK.split(text[: end.start()].strip())
    clauses = [_list_words(part) for part in _CLAUSE_BREAK.split(sentence)]
    clauses = [words for words in clauses if words]
    if not clauses or language.choice_words.intersection(clauses[-1]):
        return False
    # "Why, he is dead?": a cry of surprise
    if len(clauses) > 1 and clauses[0][0] in language.surprise_words and len(clauses[0]) == 1:
        clauses = clauses[1:]
    if clauses[-1][-1] in language.question_words:
        return False
    return not any(_is_question_form(words, language) for words in clauses)


def _list_words(text: str) -> list[str]:
    text = text.translate(_STRAIGHT_APOSTROPHES).casefold()
    return APOSTROPHE_WORD_PATTERN.findall(text)


def _is_question_form(words: Sequence[str], language: Language) -> bool:
    """Return whether a clause has a question word or an inverted verb."""
    first_index = 0
    while first_index < len(words) - 1 and words[first_index] in language.question_openers:
        first_index += 1
    first = words[first_index]
    # "who's", "where'd"
    if first in language.inverting_verbs or first.split("'")[0] in language.question_words:
        return True
    return any(
        verb in language.inverting_verbs and subject in language.inverted_subjects
        for verb, subject in pairwise(words)
    )
