"""Splits paragraphs into sentences with nltk's Punkt, and with rules for fiction.

Punkt was made for newspapers, and splits fiction too often. Rules join the pieces again: before
a word in lower case, after a title or an initial, between a quotation and its reporting clause.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from narrator.segmentation.reporting_clauses import compile_plain_clause
from narrator.segmentation.sentence_model import build_sentence_tokeniser
from narrator.text.quotes import (
    CLOSING_CLASS,
    CLOSING_MARKS,
    EAST_ASIAN_CLOSING,
    EAST_ASIAN_OPENING,
    EMPHASIS_MARKS,
    MARKS_AFTER_SENTENCE,
    SPACED_OPENING_MARKS,
    USUAL_OPENING_MARKS,
    character_class,
    class_members,
)
from narrator.text.words import (
    ALL_SENTENCE_ENDS_CLASS,
    FULL_WIDTH_SENTENCE_ENDS,
    LETTER,
    LETTER_OR_DIGIT,
    PLAIN_WORD_PATTERN,
    UNAMBIGUOUS_SENTENCE_ENDS,
)

if TYPE_CHECKING:
    from narrator.languages import Language

Span: TypeAlias = "tuple[int, int]"
"""Start and end offset of a piece of text."""

_SEEN_IN_LOWER_CASE = 1 << 4
"""Punkt's flag for a word that also occurs in lower case."""
_INNER_MARK = re.compile(r"""[.!?](?!["')\]}‘’“”«»]*\s*\Z)""")
"""An end mark with more than closing marks after it; Punkt splits a text nowhere else."""
_NO_WORDS = re.compile(r"[\W_]*\Z")
_LOWER_CASE_START = re.compile(r"[\W_]*[^\W\d_A-ZА-ЯЁ]")
_TERMINAL_MARK = re.compile(rf"{ALL_SENTENCE_ENDS_CLASS}[\W_]*\Z")
_UNAMBIGUOUS_END = re.compile(
    rf"{character_class(UNAMBIGUOUS_SENTENCE_ENDS)}+{character_class(MARKS_AFTER_SENTENCE)}*(?=\s)"
)
_QUOTATION_END = re.compile(rf"[!?…—–؟;-]{character_class(EMPHASIS_MARKS)}*{CLOSING_CLASS}+\Z")
_INITIAL = re.compile(rf"(?<![\w.]){LETTER}\.\Z")
_INITIAL_START = re.compile(rf"{LETTER}\.")
_COINS = re.compile(r"\d[sd]\.\Z")
"""Shillings or pence: "3s." and "6d."."""
_INITIALS = re.compile(rf"(?:{LETTER}\.){{2,}}\Z")
_HANGING_MARK = re.compile(rf"(?<=\s){character_class(SPACED_OPENING_MARKS)}\s*\Z")
"""An opening mark with space after it, at the end of a sentence: it belongs to the next one."""
_ROMAN_NUMERAL = re.compile(r"[IVXLC]{2,}\b(?!\.?\s+[A-Z][a-z])")
_WORD_SIGN = rf"(?:{LETTER_OR_DIGIT}|[\u0900-\u0963\u0966-\u0dff])"
"""A letter or digit, or a sign of an Indic script, of which many are no letters of their own."""
_LAST_DOTTED_WORD = re.compile(rf"({_WORD_SIGN}+(?:\.{_WORD_SIGN}+)*)\.\Z")
_ELLIPSIS = re.compile(
    rf"(?:…|\.\s?\.\s?\.){character_class(CLOSING_MARKS, ')')}*\s+"
    rf"(?={character_class(USUAL_OPENING_MARKS, '(', EMPHASIS_MARKS)}*{LETTER})"
)
_STOP = character_class(FULL_WIDTH_SENTENCE_ENDS)
_EAST_ASIAN_END = re.compile(
    rf"{_STOP}+(?![{class_members(FULL_WIDTH_SENTENCE_ENDS, EAST_ASIAN_CLOSING)}])"
    rf"|{_STOP}+{character_class(EAST_ASIAN_CLOSING)}+(?=[{class_members(EAST_ASIAN_OPENING)}\s])"
)
"""A full-width stop. If a closing mark follows it, the sentence ends only before an opening mark or
a space; otherwise a reporting clause continues it."""
_DOTTED_NUMBER = re.compile(
    rf"(?:(?P<lead>{LETTER}+)\s+)?(?<![\w.])(?P<number>\d{{1,3}}|[IVXLC]{{2,}})\.\Z"
)
_STREET = re.compile(r"(?:[A-Z][\w'’-]+|\d(?:st|nd|rd|th))\sSt\.\Z")
"""A street, of which the abbreviation also means "Saint"."""
_LOOK_BACK = 20
"""Characters at the end of a span that are searched for an abbreviation."""


def split_sentences(text: str, language: Language) -> list[Span]:
    """Return the spans of the sentences of a paragraph, without the spaces between them.

    Sentences within a quotation are split too; a reporting clause stays with the last of them.
    """
    sentences: list[Span] = []
    certain_ends = _find_certain_ends(text, language)
    for span in _split_eagerly(text, language, certain_ends):
        if (
            sentences
            and sentences[-1][1] in certain_ends
            and not _is_continued(text, sentences[-1], span, language)
        ):
            sentences.append(span)
        elif sentences and any(rule(text, sentences[-1], span, language) for rule in JOIN_RULES):
            sentences[-1] = (sentences[-1][0], span[1])
        else:
            sentences.append(span)
    return sentences


@cache
def _load_tokeniser(language: Language) -> Any:
    """Return the Punkt tokeniser of a language."""
    return build_sentence_tokeniser(
        abbreviations={*language.title_abbreviations, *language.abbreviations}
        - language.closing_abbreviations,
        sentence_starters=language.sentence_starters,
        known_words=language.sentence_starters,
        case_flags=_SEEN_IN_LOWER_CASE,
    )


@cache
def _compile_certain_end(language: Language) -> re.Pattern[str] | None:
    """Return a pattern for ends of sentences that Punkt does not know, or None if there are none.

    They are a question mark of the language, and the full stops of abbreviations such as "etc.".
    """
    ends = [rf"(?<!\w){_spread_dots(word)}\." for word in sorted(language.closing_abbreviations)]
    ends += [rf"\d\s?{re.escape(word)}\." for word in sorted(language.year_abbreviations)]
    ends += [re.escape(language.question_mark)] if language.question_mark else []
    if not ends:
        return None
    after = character_class(MARKS_AFTER_SENTENCE)
    return re.compile(rf"(?i:{'|'.join(ends)}){after}*(?=\s)")


def _spread_dots(word: str) -> str:
    """Return an expression for an abbreviation whose parts may have spaces between: "т. д."."""
    return r"\.\s?".join(map(re.escape, word.split(".")))


def _find_certain_ends(text: str, language: Language) -> set[int]:
    """Return the offsets of ends of sentences, unless the text goes on in lower case."""
    pattern = _compile_certain_end(language)
    ends = {match.end() for match in pattern.finditer(text)} if pattern else set()
    return ends | {match.end() for match in _UNAMBIGUOUS_END.finditer(text)}


def _is_continued(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether a sentence goes on after what usually ends it."""
    return any(
        rule(text, left, right, language)
        for rule in (_continues_in_lower_case, _has_no_words, _is_reported)
    )


def _split_eagerly(text: str, language: Language, certain_ends: set[int]) -> list[Span]:
    """Return the spans between all places where a sentence may end."""
    cuts = set(certain_ends)
    # Punkt takes long to find nothing in the short paragraphs of a dialogue.
    if _INNER_MARK.search(text):
        cuts.update(start for start, _ in _load_tokeniser(language).span_tokenize(text))
    # Punkt does not split at ellipses or full-width stops.
    for pattern in (_ELLIPSIS, _EAST_ASIAN_END):
        cuts.update(m.end() for m in pattern.finditer(text) if not _is_stammer(text, m))
    edges = [0, *sorted(_move_before_mark(text, cut) for cut in cuts), len(text)]
    spans = []
    for start, end in itertools.pairwise(edges):
        if stripped := text[start:end].strip():
            first = text.index(stripped[0], start)
            spans.append((first, first + len(stripped)))
    return spans


def _is_stammer(text: str, match: re.Match[str]) -> bool:
    """Return whether the same word comes before and after a stop: "I… I don't know"."""
    words_before = PLAIN_WORD_PATTERN.findall(text, max(0, match.start() - 30), match.start())
    word_after = PLAIN_WORD_PATTERN.match(text, match.end())
    if not words_before or word_after is None:
        return False
    return bool(words_before[-1].casefold() == word_after[0].casefold())


def _move_before_mark(text: str, cut: int) -> int:
    """Return the cut, moved to the front of an opening mark that stands right before it."""
    match = _HANGING_MARK.search(text, max(0, cut - 4), cut)
    return match.start() if match else cut


JoinRule: TypeAlias = Callable[[str, Span, Span, "Language"], bool]
"""A function that returns whether two neighbouring spans of a text are one sentence."""


def _continues_in_lower_case(text: str, _left: Span, right: Span, _: Language) -> bool:
    """Return whether the right span begins in lower case."""
    match = _LOWER_CASE_START.match(text, *right)
    return match is not None and text[match.end() - 1].islower()


def _has_no_words(text: str, left: Span, right: Span, _: Language) -> bool:
    """Return whether one of the spans has no words."""
    return _NO_WORDS.match(text, *right) is not None or _NO_WORDS.match(text, *left) is not None


def _is_reported(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether a reporting clause follows a quotation: `?” Holmes asked`."""
    if not _QUOTATION_END.search(text[left[0] : left[1]]):
        return False
    return compile_plain_clause(language).match(text, *right) is not None


def _ends_with_title(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether the left span ends with a title, such as "Mr."; "Elm St. It" is none."""
    word = _find_abbreviation(text, left)
    if word is None or word not in language.title_abbreviations:
        return False
    if not _STREET.search(text, max(left[0], left[1] - _LOOK_BACK), left[1]):
        return True
    following = PLAIN_WORD_PATTERN.match(text, right[0])
    return following is None or following[0].casefold() not in language.sentence_starters


def _ends_with_initials(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether the left span ends with initials, and more initials or a name follow."""
    if _INITIAL.search(text, max(left[0], left[1] - 3), left[1]):
        return _INITIAL_START.match(text, *right) is not None
    # After several initials, a word that often begins a sentence does begin one: "the U.S. He".
    if not _INITIALS.search(text, max(left[0], left[1] - 12), left[1]):
        return False
    word = PLAIN_WORD_PATTERN.match(text, right[0])
    return word is not None and word[0].casefold() not in language.sentence_starters


def _precedes_number(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether a number follows an abbreviation, "No. 5", or more coins follow: "3s. 6d."."""
    is_number = text[right[0]].isdigit()
    if _COINS.search(text, max(left[0], left[1] - 5), left[1]):
        return is_number
    word = _find_abbreviation(text, left)
    is_number = is_number or _ROMAN_NUMERAL.match(text, *right) is not None
    return (
        word is not None
        and is_number
        and (
            word in language.number_abbreviations or word.endswith(language.compound_abbreviations)
        )
    )


def _ends_with_ordinal(text: str, left: Span, right: Span, language: Language) -> bool:
    """Return whether a dot makes the last number ordinal: "am 3." before "Oktober".

    A month, another number, or the words around show that: German nouns have capitals too.
    """
    match = _DOTTED_NUMBER.search(text, max(left[0], left[1] - 2 * _LOOK_BACK), left[1])
    if match is None or not language.has_ordinal_dots:
        return False
    word = PLAIN_WORD_PATTERN.match(text, right[0])
    following = word[0].casefold() if word else ""
    if following in language.month_names or following.isdecimal():
        return True
    if following in language.sentence_starters:
        return False
    leads = language.ordinal_leads | language.determiners
    if text[: match.start("number")].rstrip()[-1:] in {",", "("}:
        return True
    is_first_numeral = match.start("number") == left[0] and not match["number"].isdecimal()
    return is_first_numeral or (match["lead"] or "").casefold() in leads


def _lacks_terminal_mark(text: str, left: Span, _: Span, __: Language) -> bool:
    """Return whether the left span does not end with an end mark."""
    return _TERMINAL_MARK.search(text[max(left[0], left[1] - 8) : left[1]]) is None


def _find_abbreviation(text: str, span: Span) -> str | None:
    """Return the word before a full stop at the end of a span, in lower case."""
    word = _LAST_DOTTED_WORD.search(text[max(span[0], span[1] - _LOOK_BACK) : span[1]])
    return word[1].casefold() if word else None


JOIN_RULES: tuple[JoinRule, ...] = (
    _continues_in_lower_case,
    _has_no_words,
    _is_reported,
    _ends_with_title,
    _ends_with_initials,
    _precedes_number,
    _ends_with_ordinal,
    _lacks_terminal_mark,
)
"""The rules that join two spans into one sentence; one that applies is enough."""
