"""Find the words that the book stresses: in italics, or in capitals within a line.

"I said *never* do that" and "I said NEVER do that" are both spoken with the stress on "never".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from narrator.model import LineKind, ParagraphKind
from narrator.text.words import APOSTROPHE_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from narrator.model import Book, Line, Script, Span

_LONGEST_STRESS = 3
"""Words of a stress; longer italics are a title, a letter or a foreign phrase."""
_PROSE = (ParagraphKind.TEXT, ParagraphKind.QUOTE)
_MOST_ITALIC_SHARE = 0.3
"""The share of italic lines of narration from which italics are the book's usual print."""


def find_stressed_words(script: Script) -> dict[str, tuple[int, ...]]:
    """Return where the stressed words of each line begin in its spoken text.

    Lines without stress are left out, and so are words whose place in the spoken text is not
    certain, because normalisation says them in other words.
    """
    names = _find_capitalised_names(script.lines)
    emphasis = _list_emphasis(script.book)
    stressed: dict[str, tuple[int, ...]] = {}
    for line in script.lines:
        if line.kind is LineKind.HEADING or line.directions.say:
            continue
        words = APOSTROPHE_WORD_PATTERN.findall(line.text)
        spans = emphasis.get((line.chapter, line.paragraph), ())
        indices = {*_find_capitals(line, words, names), *_find_italics(line, words, spans, script)}
        # most lines have no stress, and locating words takes the most time
        if indices and (offsets := tuple(sorted(_locate_spoken(words, indices, line.spoken)))):
            stressed[line.id] = offsets
    return stressed


def find_thoughts(script: Script) -> frozenset[str]:
    """Return the numbers of the lines of narration that are all in italics: thoughts and letters.

    If a large share of the book is in italics, they mean nothing, and there are none.
    """
    emphasis = _list_emphasis(script.book)
    narration = [
        line
        for line in script.lines
        if line.kind is LineKind.NARRATION and line.paragraph_kind in _PROSE
    ]
    thoughts = frozenset(
        line.id
        for line in narration
        if any(
            _covers(span, line, script.book)
            for span in emphasis.get((line.chapter, line.paragraph), ())
        )
    )
    return thoughts if len(thoughts) <= _MOST_ITALIC_SHARE * len(narration) else frozenset()


def _list_emphasis(book: Book) -> Mapping[tuple[int, int], Sequence[Span]]:
    """Return the emphasised passages by chapter and paragraph."""
    return {
        (chapter.number, paragraph.number): paragraph.emphasis
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
        if paragraph.emphasis
    }


def _covers(span: Span, line: Line, book: Book) -> bool:
    """Return whether a passage holds all words of a line."""
    outside = (
        book.readable_text[line.start : max(line.start, span.start)]
        + book.readable_text[min(line.end, span.end) : line.end]
    )
    return not any(map(str.isalnum, outside))


def _find_capitalised_names(lines: Iterable[Line]) -> frozenset[str]:
    """Return words in capitals that come back, and never in small letters: NASA, or a label."""
    counts: Counter[str] = Counter()
    small_words: set[str] = set()
    for line in lines:
        for word in APOSTROPHE_WORD_PATTERN.findall(line.text):
            if _is_in_capitals(word):
                counts[word] += 1
            elif word.islower():
                small_words.add(word)
    return frozenset(
        word for word, count in counts.items() if count > 1 and word.casefold() not in small_words
    )


def _is_in_capitals(word: str) -> bool:
    """Return whether a word has capitals only, and at least two."""
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def _find_capitals(line: Line, words: Sequence[str], names: frozenset[str]) -> Iterator[int]:
    """Yield the indices of stressed words in capitals within a line in small letters.

    Capitals at the beginning of a chapter's text, or of narration, are typography.
    """
    if not any(word.islower() for word in words):
        return
    runs: dict[int, list[int]] = defaultdict(list)
    run_start = 0
    for index, word in enumerate(words):
        if _is_in_capitals(word):
            runs[run_start].append(index)
        elif word != "I":
            run_start = index + 1
    is_typography = line.kind is LineKind.NARRATION or line.paragraph <= 1
    for start, run in runs.items():
        if len(run) <= _LONGEST_STRESS and not (is_typography and start == 0):
            yield from (index for index in run if words[index] not in names)


def _find_italics(
    line: Line, words: Sequence[str], spans: Iterable[Span], script: Script
) -> Iterator[int]:
    """Yield the indices of words in short italics that are no names and not the whole line."""
    book = script.book
    for span in spans:
        if not line.start <= span.start < span.end <= line.end or _covers(span, line, book):
            continue
        before, inside = (
            APOSTROPHE_WORD_PATTERN.findall(book.display_text(start, end))
            for start, end in ((line.start, span.start), (span.start, span.end))
        )
        first, last = len(before), len(before) + len(inside)
        is_stress = len(inside) <= _LONGEST_STRESS and not _is_title(inside, is_first=not before)
        # the words differ if only a part of a word is in italics
        if is_stress and list(words[first:last]) == inside:
            yield from range(first, last)


def _is_title(words: Sequence[str], *, is_first: bool) -> bool:
    """Return whether words in italics are a name, such as a ship's, or the title of a book.

    A capital at the beginning of a sentence shows nothing.
    """
    return any(word[0].isupper() and word != "I" for word in words[is_first:])


def _locate_spoken(words: Sequence[str], indices: Iterable[int], spoken: str) -> Iterator[int]:
    """Yield where words begin in the spoken text: the third "no" is the third one there."""
    offsets: dict[str, list[int]] = defaultdict(list)
    for match in APOSTROPHE_WORD_PATTERN.finditer(spoken):
        offsets[_make_key(match[0])].append(match.start())
    keys = [_make_key(word) for word in words]
    for index in indices:
        key = keys[index]
        if keys.count(key) == len(offsets[key]):
            yield offsets[key][keys[:index].count(key)]


def _make_key(word: str) -> str:
    """Return a word as it is compared; normalisation may change its capitals and apostrophes."""
    return word.casefold().replace("’", "'")
