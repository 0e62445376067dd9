"""Tokenise a whole book into one table, in which each token is marked as speech or narration.

The table holds parallel columns rather than token objects: a novel has 200,000 tokens and must be
processed within five seconds. All columns but the words are packed, because the tokens of a very
long book would otherwise take more memory than its text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate, pairwise, repeat
from sys import intern
from typing import TYPE_CHECKING, overload

from narrator.model import LineKind
from narrator.text.quotes import APOSTROPHES
from narrator.text.words import APOSTROPHE_WORD, SENTENCE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.languages.people_words import AttributionLanguage
    from narrator.model import Book, Line

_TOKEN_EXPRESSION = rf"{APOSTROPHE_WORD}|[.,;:!?…]|--+|[—–]"
_MIN_SECOND_PERSON_SHARE = 0.02
"""Share of the words of a narration in the second person that are "you" or "your"."""
_MIN_SECOND_PERSON_RATIO = 3
"""How many times such words are more frequent in it than "I"."""
_MAX_CLAUSE_TOKENS = 4
"""Most tokens from the end of a quotation to its verb of speech, as in "—No sé —le dije."."""
_SENTENCE_ENDS = frozenset(SENTENCE_ENDS)
_DIALOGUE_DASHES = frozenset(("—", "–", "--"))
"""Dashes that introduce speech, or narration within speech, in languages with dash dialogue."""
_SEPARATORS = frozenset("&()[]{}/+=<>|")
"""Characters that separate two words without being tokens."""
_BLANK_GAPS = frozenset(("", " "))
"""The usual texts between two tokens, which contain no separator: a shortcut for speed."""
_HYPHENS = frozenset("-‐‑")
_POSSESSIVE_ENDINGS = ("'s", "’s")
_DETACHED_ENDINGS = frozenset(("s", *_POSSESSIVE_ENDINGS))
"""Possessive endings that the pattern matches as separate tokens."""


@dataclass(slots=True)
class TokenisedQuotation:
    """The tokens and paragraphs of a quotation."""

    key: int
    """As returned by `get_quotation_key` for its lines."""
    has_speaker: bool
    """Whether the text names the speaker of its first line."""
    token_runs: list[tuple[int, int]] = field(default_factory=list)
    """Token ranges (start, end); more than one if narration interrupts the quotation."""
    first_paragraph: int = 0
    """Index of the paragraph in which it begins."""
    last_paragraph: int = 0
    """Index of the paragraph in which it ends."""


class ConsecutiveRanges(Sequence[tuple[int, int]]):
    """Token ranges (start, end), each of which starts where the one before ends; packed."""

    __slots__ = ("_bounds",)

    def __init__(self) -> None:
        # the start of the first range, then the end of each
        self._bounds = array("i", [0])

    @property
    def end(self) -> int:
        """Return the end of the last range; 0 if there is none."""
        return self._bounds[-1]

    def append_end(self, end: int) -> None:
        """Append a range from the end of the last one to `end`."""
        self._bounds.append(end)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, index: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, int]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, int] | list[tuple[int, int]]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        first = range(len(self))[index]
        return self._bounds[first], self._bounds[first + 1]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return pairwise(self._bounds)


@dataclass(slots=True)
class TokenTable:
    """The tokens of a whole book, in order, as parallel lists and arrays.

    Those from `words` to `is_separated` have one item per token, and those from `paragraph_ranges`
    to `is_scene_start` one item per paragraph. Truth values are bytes, 0 or 1.
    """

    language: AttributionLanguage
    words: list[str] = field(default_factory=list)
    """Each token as written, but without a possessive ending."""
    lowercase_words: list[str] = field(default_factory=list)
    start_offsets: array[int] = field(default_factory=lambda: array("i"))
    """Offset of each token in the book's text, in characters."""
    is_possessive: bytearray = field(default_factory=bytearray)
    is_sentence_start: bytearray = field(default_factory=bytearray)
    """Whether a sentence, or a run of speech or narration, begins with the token."""
    quotation_indices: array[int] = field(default_factory=lambda: array("i"))
    """Index in `quotations` of the token's quotation; -1 in narration."""
    paragraph_indices: array[int] = field(default_factory=lambda: array("i"))
    """Index of the token's paragraph in the whole book."""
    is_separated: bytearray = field(default_factory=bytearray)
    """Whether "&", a bracket or a similar character precedes the token."""
    hyphenated: set[int] = field(default_factory=set)
    """The tokens that a hyphen joins to the token before: "Wynne" in "Ferris-Wynne"."""
    paragraph_ranges: ConsecutiveRanges = field(default_factory=ConsecutiveRanges)
    """Token range (start, end) of each paragraph."""
    paragraph_chapters: list[int] = field(default_factory=list)
    """Number of the chapter of each paragraph."""
    is_scene_start: list[bool] = field(default_factory=list)
    """Whether the paragraph is the first of a scene or a chapter."""
    quotations: list[TokenisedQuotation] = field(default_factory=list)
    protagonist_pronouns: frozenset[str] = frozenset()
    """The words for "you" if the narration is in the second person: "'Go,' you say."."""

    @property
    def narrator_pronouns(self) -> frozenset[str]:
        """Return the words, in lower case, by which the narration means its narrator."""
        return self.language.first_person_pronouns | self.protagonist_pronouns

    def number_scenes(self) -> list[int]:
        """Return the number of the scene of each paragraph, from 1 upwards."""
        return list(accumulate(self.is_scene_start))

    def join_words(self, start: int, end: int, *, with_possessives: bool = True) -> str:
        """Return the words of a token range as written, apart from unusual spaces.

        Args:
            start: first token.
            end: token after the range.
            with_possessives: whether to keep possessive endings.
        """
        text = ""
        for index in range(start, end):
            word = self.words[index]
            word += "'s" if with_possessives and self.is_possessive[index] else ""
            joint = "-" if index in self.hyphenated else " "
            text += word if not text or not word[0].isalnum() else f"{joint}{word}"
        return text


def tokenise(book: Book, lines: Iterable[Line], language: AttributionLanguage) -> TokenTable:
    """Return the tokens of a segmented book.

    Args:
        book: the book.
        lines: its lines in order, as returned by segmentation.
        language: the word lists of the book's language.
    """
    tokens = TokenTable(language)
    quotation_by_key: dict[int, int] = {}
    previous: tuple[int, int] | None = None
    for line_index, line in enumerate(lines):
        location = (line.chapter, line.paragraph)
        if location != previous:
            _open_paragraph(tokens, line, previous)
            previous = location
        quotation_index = _register_quotation(tokens, quotation_by_key, line, line_index)
        start = len(tokens.words)
        _append_line(tokens, book.readable_text, line, quotation_index)
        if line.kind is LineKind.HEADING and len(tokens.words) > start:
            tokens.is_separated[start] = True  # no name continues from one heading to the next
    _close_paragraph(tokens)
    if _is_second_person(tokens):
        tokens.protagonist_pronouns = _list_second_person_words(language)
    return tokens


def _is_second_person(tokens: TokenTable) -> bool:
    """Return whether the narration calls its protagonist "you", and hardly anybody "I"."""
    narrated_words = [
        word
        for word, quotation in zip(tokens.lowercase_words, tokens.quotation_indices, strict=True)
        if quotation < 0
    ]
    second_person_words = _list_second_person_words(tokens.language)
    second_count = sum(word in second_person_words for word in narrated_words)
    first_count = sum(word in tokens.language.first_person_pronouns for word in narrated_words)
    return second_count > max(
        _MIN_SECOND_PERSON_SHARE * len(narrated_words), _MIN_SECOND_PERSON_RATIO * first_count
    )


def _list_second_person_words(language: AttributionLanguage) -> frozenset[str]:
    """Return the words for "you" that can't mean "they": German "du", but not "sie"."""
    return language.second_person_words - language.pronoun_genders.keys()


def _open_paragraph(tokens: TokenTable, line: Line, previous: tuple[int, int] | None) -> None:
    """Start the paragraph of a line.

    Args:
        tokens: the table to add to.
        line: the first line of the paragraph.
        previous: chapter and paragraph number of the line before; None for the first line.
    """
    _close_paragraph(tokens)
    tokens.paragraph_chapters.append(line.chapter)
    tokens.is_scene_start.append(
        previous is None or line.follows_scene_break or line.chapter != previous[0]
    )


def _close_paragraph(tokens: TokenTable) -> None:
    """Record that the last paragraph, if there is one, ends at the end of the table."""
    if tokens.paragraph_chapters:
        tokens.paragraph_ranges.append_end(len(tokens.words))


def _register_quotation(
    tokens: TokenTable, quotation_by_key: dict[int, int], line: Line, line_index: int
) -> int:
    """Add a line to its quotation and return the quotation's index; -1 in narration."""
    if line.kind is not LineKind.DIALOGUE:
        return -1
    key, paragraph = get_quotation_key(line, line_index), len(tokens.paragraph_chapters) - 1
    if key not in quotation_by_key:
        quotation_by_key[key] = len(tokens.quotations)
        quotation = TokenisedQuotation(key, line.speaker is not None, first_paragraph=paragraph)
        tokens.quotations.append(quotation)
    quotation = tokens.quotations[quotation_by_key[key]]
    quotation.last_paragraph = paragraph
    return quotation_by_key[key]


def get_quotation_key(line: Line, line_index: int) -> int:
    """Return what identifies the quotation of a line of dialogue.

    It is the quotation's number. A line without one is a quotation by itself, and gets a negative
    number from its index in the script.
    """
    return line.quotation if line.quotation is not None else -1 - line_index


def _append_line(tokens: TokenTable, text: str, line: Line, quotation_index: int) -> None:
    """Append the tokens of one line to the table.

    The innermost loop of attribution: columns are bound to local names for speed.
    """
    line_start, paragraph = len(tokens.words), len(tokens.paragraph_chapters) - 1
    # Narration that follows a quotation counts as a new sentence even in mid-sentence ('"Go," said
    # Ada'), because the rules for speech tags search for the start of their run.
    starts_sentence = (
        line_start == tokens.paragraph_ranges.end or tokens.quotation_indices[-1] != quotation_index
    )
    words, start_offsets, hyphenated = tokens.words, tokens.start_offsets, tokens.hyphenated
    possessives, sentence_starts, separated = list[int](), list[int](), list[int]()
    abbreviations, previous_end = tokens.language.abbreviations, line.start
    for match in _compile_token(tokens.language.determiners).finditer(text, line.start, line.end):
        token, start = match.group(), match.start()
        if starts_sentence and token in _DIALOGUE_DASHES and tokens.language.has_dash_dialogue:
            continue
        if token in _DETACHED_ENDINGS and words and start - 1 == start_offsets[-1] + len(words[-1]):
            # The apostrophe is missing or set apart: "the General s glance".
            possessives.append(len(words) - 1)
            continue
        word, lowercase, possessive = _normalise_token(token)
        if starts_sentence or (
            words[-1] in _SENTENCE_ENDS and _ends_sentence(tokens, abbreviations)
        ):
            sentence_starts.append(len(words))
        starts_sentence = False
        if possessive:
            possessives.append(len(words))
        # The characters since the last token: space, brackets, quotation marks.
        gap = text[previous_end:start]
        if gap not in _BLANK_GAPS:
            if not _SEPARATORS.isdisjoint(gap):
                separated.append(len(words))
            if gap in _HYPHENS:
                hyphenated.add(len(words))
        words.append(word)
        tokens.lowercase_words.append(lowercase)
        start_offsets.append(start)
        previous_end = match.end()
    token_count = len(words) - line_start
    _append_marks(tokens.is_possessive, possessives, token_count)
    _append_marks(tokens.is_sentence_start, sentence_starts, token_count)
    _append_marks(tokens.is_separated, separated, token_count)
    tokens.quotation_indices.extend(repeat(quotation_index, token_count))
    tokens.paragraph_indices.extend(repeat(paragraph, token_count))
    if quotation_index >= 0:
        _extend_runs(tokens.quotations[quotation_index], line_start, len(words))


def _append_marks(marks: bytearray, marked_tokens: Sequence[int], token_count: int) -> None:
    """Append zeros for new tokens to a column of truth values, and mark some tokens."""
    marks.extend(bytes(token_count))
    for token in marked_tokens:
        marks[token] = True


@cache
def _compile_token(determiners: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for a token; an elided article is one by itself: "l'" in "l'homme"."""
    articles = [word[:-1] for word in determiners if word.endswith(tuple(APOSTROPHES))]
    if not articles:
        return re.compile(_TOKEN_EXPRESSION)
    elided = "|".join(map(re.escape, sorted(articles)))
    return re.compile(rf"(?i:\b(?:{elided}))[{APOSTROPHES}](?=[^\W\d_])|{_TOKEN_EXPRESSION}")


@lru_cache(maxsize=1 << 15)
def _normalise_token(token: str) -> tuple[str, str, bool]:
    """Return a token without its possessive ending, its lower case, and whether it had the ending.

    Results are cached and strings interned, because a book repeats a small number of words.
    """
    possessive = token.endswith(_POSSESSIVE_ENDINGS)
    word = intern(token[:-2] if possessive else token)
    if word.endswith("’"):
        word = intern(word.replace("’", "'"))  # an elided article
    return word, intern(word.lower()), possessive


def _ends_sentence(tokens: TokenTable, abbreviations: frozenset[str]) -> bool:
    """Return whether the last token ends a sentence, rather than an abbreviation or an initial.

    The last token must be a mark that may end a sentence.
    """
    return len(tokens.words) < 2 or not (
        tokens.words[-1] == "."
        and (tokens.lowercase_words[-2] in abbreviations or _is_initial(tokens.words[-2]))
    )


def _is_initial(word: str) -> bool:
    """Return whether a word is the initial of a name: a single capital other than "I"."""
    return len(word) == 1 and word.isupper() and word != "I"


def _extend_runs(quotation: TokenisedQuotation, start: int, end: int) -> None:
    """Add a range of tokens to a quotation, as a part of its last run if it follows directly."""
    if start == end:
        return
    if quotation.token_runs and quotation.token_runs[-1][1] == start:
        quotation.token_runs[-1] = (quotation.token_runs[-1][0], end)
    else:
        quotation.token_runs.append((start, end))


def find_chapter_openings(tokens: TokenTable) -> list[int]:
    """Return the index of the first quotation of each chapter but the first."""
    chapters = [
        tokens.paragraph_chapters[quotation.first_paragraph] for quotation in tokens.quotations
    ]
    return [index for index in range(1, len(chapters)) if chapters[index] != chapters[index - 1]]


def is_narrator_pronoun(tokens: TokenTable, index: int) -> bool:
    """Return whether a token is the "I" of a first-person narrator, or a verb that implies it.

    It may also be the "you" of a narration in the second person.
    """
    if tokens.quotation_indices[index] >= 0:
        return False
    language, word = tokens.language, tokens.lowercase_words[index]
    if word in tokens.protagonist_pronouns:
        return True
    if not language.requires_name_evidence:
        return tokens.words[index] == "I"
    return word in language.first_person_pronouns or (
        word in language.implied_first_person_verbs and _follows_quotation(tokens, index)
    )


def find_narrator_pronouns(tokens: TokenTable) -> list[int]:
    """Return the indices of all tokens that are the "I" of a first-person narrator."""
    # Equals a call of `is_narrator_pronoun` for each token, but looks up most words only once.
    language = tokens.language
    if language.requires_name_evidence:
        words = tokens.lowercase_words
        forms = language.first_person_pronouns | language.implied_first_person_verbs
    else:
        words, forms = tokens.words, frozenset("I")
    forms |= tokens.protagonist_pronouns
    return [
        index
        for index, word in enumerate(words)
        if word in forms and is_narrator_pronoun(tokens, index)
    ]


def _follows_quotation(tokens: TokenTable, index: int) -> bool:
    """Return whether a quotation of the same paragraph ends within a few tokens before a token."""
    first = max(index - _MAX_CLAUSE_TOKENS, 0)
    return any(
        tokens.quotation_indices[before] >= 0
        and tokens.paragraph_indices[before] == tokens.paragraph_indices[index]
        for before in range(first, index)
    )
