"""Finds where words are said, and names whose pronunciation is a guess."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from narrator import registry
from narrator.languages.people_words import load_attribution_language
from narrator.normalisation.lexicon import Lexicon, LexiconEntry
from narrator.studio.messages import UncertainWord, UncertainWordsView, WordView
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.build.resident_book import BookState

_MAX_EXAMPLES = 5
_MAX_WORDS = 60
"""Number of uncertain names that are listed, the most frequent first."""
_POSSESSIVE = re.compile(r"['’]s$")
_NAME_WORD = re.compile(rf"{LETTER}{{2,}}(?:['’-]{LETTER}+)*")


def find_uses(state: BookState, word: str) -> WordView:
    """Return in how many lines a word is said, and how the lexicon says it now."""
    word = word.strip()
    if not word:
        return WordView(word, "", 0, [])
    lines = Lexicon((LexiconEntry(word, word),)).find_affected_lines(state.script.lines)
    return WordView(
        word, _find_saying(state, word), len(lines), [x.id for x in lines[:_MAX_EXAMPLES]]
    )


def _find_saying(state: BookState, word: str) -> str:
    """Return how the lexicon says a word, or an empty text."""
    folded = word.casefold()
    matches = (e.spoken_form for e in state.lexicon.entries if e.word.casefold() == folded)
    return next(matches, "")


def list_uncertain_words(state: BookState) -> UncertainWordsView:
    """Return the words of names that no pronunciation is known for, the most frequent first.

    A name is a word with a capital within a sentence that never stands in small letters. In a
    language that gives every noun a capital, it is a word of a character's name. The engine of the
    narrator tells which words are in its dictionary; if it can't, all names are listed.
    """
    counts: Counter[str] = Counter()
    small_words: set[str] = set()
    examples: dict[str, str] = {}
    for line in state.script.lines:
        for match in _NAME_WORD.finditer(line.text):
            word = _POSSESSIVE.sub("", match[0])
            if word[0].islower():
                small_words.add(word)
            elif match.start() > 1 and not word.isupper():
                counts[word] += 1
                examples.setdefault(word, line.id)
    engine = registry.load_engine(state.casting.cast.narrator.engine)
    knows_word = getattr(engine, "knows_word", lambda _: False)
    may_be_name = _make_name_test(state)
    names = (
        word
        for word, _ in counts.most_common()
        if word.casefold() not in small_words and may_be_name(word) and not knows_word(word)
    )
    listed = [
        UncertainWord(word, counts[word], examples[word], _find_saying(state, word))
        for word, _ in zip(names, range(_MAX_WORDS), strict=False)
    ]
    return UncertainWordsView(listed)


def _make_name_test(state: BookState) -> Callable[[str], bool]:
    """Return a function that tells whether a capitalised word may be a name."""
    language = load_attribution_language(state.script.book.metadata.language)
    if not language.capitalises_nouns:
        return lambda _: True
    described = language.role_nouns.keys() | language.kin_nouns.keys()
    words = {
        word
        for character in state.script.characters
        for name in (character.name, *character.aliases)
        for word in _NAME_WORD.findall(name)
    }
    return lambda word: word in words and word.casefold() not in described
