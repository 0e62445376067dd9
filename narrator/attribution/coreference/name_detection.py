"""Finds the proper names of a book: runs of capitalised words that do not just open sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.language import Language
    from narrator.attribution.tokens import Page


@dataclass(frozen=True, slots=True)
class Form:
    """A name in one of its shapes: "Mr. Darcy" is ("mr", ("darcy",))."""

    title: str
    """In lower case, short form; empty where there is none."""
    words: tuple[str, ...]
    """In lower case; empty for a title alone, as in "the General"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands."""

    start: int
    """First token, its title included."""
    end: int
    form: Form
    article: bool
    """Whether "the" stands before it."""


@dataclass(slots=True)
class Capitals:
    """How often each word is written which way, by its lower case."""

    inside: Counter[str]
    """Capitalised within a sentence."""
    opening: Counter[str]
    """Capitalised at its beginning, where every word is."""
    small: Counter[str]


def capitals(page: Page) -> Capitals:
    """Counts over the whole book."""
    inside: Counter[str] = Counter()
    opening: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for (word, opens), count in Counter(zip(page.words, page.opens, strict=True)).items():
        if not word[0].isupper():
            small[word.lower()] += count
        elif opens:
            opening[word.lower()] += count
        elif not (len(word) > 3 and word.isupper()):
            inside[word.lower()] += count
    return Capitals(inside, opening, small)


def _namelike(low: str, counts: Capitals, language: Language) -> bool:
    if low in language.not_names or not low[0].isalpha():
        return False
    inside, small = counts.inside[low], counts.small[low]
    if low in language.given:
        return inside + counts.opening[low] > small
    if inside == 0:
        return small == 0 and counts.opening[low] >= 3
    return inside > 0.4 * (small if low not in language.speech else 20 * small)


def _shown(page: Page) -> frozenset[str]:
    """The words with a capital that a title or a reporting clause shows to be names."""
    language = page.language
    found: Counter[str] = Counter()
    articled: Counter[str] = Counter()
    for at in range(1, len(page.words)):
        if not page.words[at][0].isupper():
            continue
        low, before = page.lower[at], page.lower[at - 1]
        if before == "." and at > 1 and page.lower[at - 2] in language.abbreviations:
            before = page.lower[at - 2]
        articled[low] += before in language.articles | language.marked | language.owners
        found[low] += before in language.titles
        if page.voice[at] < 0:
            after = page.lower[at + 1] if at + 1 < len(page.words) else ""
            found[low] += before in language.speech or after in language.speech
    return frozenset(low for low in found if found[low] > articled[low])


def find(page: Page) -> list[Name]:
    """Every name in the book, in order."""
    return _Finder(page).names()


class _Finder:
    """Reads the page from one capital to the next."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.language = page.language
        self.counts = capitals(page)
        self.known: dict[str, bool] = {}
        self.shown = _shown(page) if self.language.strict else frozenset[str]()

    def names(self) -> list[Name]:
        found, read = list[Name](), 0
        for at in self._beginnings():
            if at >= read:
                name, read = self._read(at)
                found += [] if name is None else [name]
        return found

    def _beginnings(self) -> Iterator[int]:
        """The tokens with which a name may begin."""
        for at, word in enumerate(self.page.words):
            if word[0].isupper():
                if word != "I":
                    yield at
            elif self.language.strict and self._small_title(at):
                yield at

    def _is_name(self, at: int) -> bool:
        low = self.page.lower[at]
        if low not in self.known:
            self.known[low] = (
                self._shows(low)
                if self.language.strict
                else _namelike(low, self.counts, self.language)
            )
        return self.known[low] and self.page.words[at][0].isupper()

    def _shows(self, low: str) -> bool:
        """Whether a word is a name in a language in which a capital alone proves little."""
        counts, language = self.counts, self.language
        if low in language.not_names or not low[0].isalpha():
            return False
        small = counts.small[low]
        given = low in language.given and (counts.inside[low] > 0 or counts.opening[low] > 1)
        if given or low in self.shown:
            return counts.inside[low] + counts.opening[low] > small
        return not language.noun_capitals and counts.inside[low] >= 2 and small == 0

    def _small_title(self, at: int) -> bool:
        """Whether a title without a capital begins a name, as in "monsieur Dupont"."""
        page = self.page
        language, low = self.language, page.lower[at]
        if low not in language.titles or low in language.kin:
            return False
        after = at + 1 + (page.words[at + 1 : at + 2] == ["."])
        return (
            after < len(page.words)
            and page.block[after] == page.block[at]
            and page.voice[after] == page.voice[at]
            and (self._is_name(after) or self._small_title(after))
        )

    def _title(self, at: int) -> int:
        """The token after a title that begins here; `at` where none does."""
        page, language, low = self.page, self.language, self.page.lower[at]
        if low not in language.titles or (low in language.weak_titles and page.opens[at]):
            return at
        after = at + 1
        if page.words[after : after + 1] == ["."] and low in language.abbreviations:
            after += 1
        return after

    def _read(self, at: int) -> tuple[Name | None, int]:
        """The name that begins here, and where to read on."""
        page, language = self.page, self.language
        start, title = at, ""
        while (after := self._title(at)) > at and not page.possessive[after - 1]:
            low = page.lower[at]
            title = title if low in language.weak_titles else language.spelling.get(low, low)
            at = after
            if at >= len(page.words) or page.block[at] != page.block[start]:
                return self._alone(start, at, title), max(at, start + 1)
        words, end = self._run(at, start)
        if words:
            return self._named(start, end, title, words), end
        if at > start:
            return self._alone(start, at, title), at
        return self._alone_possessive(start), start + 1

    def _named(self, start: int, end: int, title: str, words: list[str]) -> Name:
        if len(words) == 1 and words[0] in self.language.titles and not title:
            title, words = self.language.spelling.get(words[0], words[0]), []
        return Name(start, end, Form(title, tuple(words)), self._article(start))

    def _article(self, start: int) -> bool:
        return start > 0 and self.page.lower[start - 1] in self.language.definite

    def _run(self, at: int, start: int) -> tuple[list[str], int]:
        """The words of a name, and the token after it."""
        page, words, end = self.page, list[str](), at
        while at < len(page.words) and page.voice[at] == page.voice[start]:
            if page.opens[at] and at > start and page.words[at - 1] != ".":
                break
            if self._is_name(at) or (words and self._initial(at)):
                words.append(page.lower[at])
                at = end = at + 1
                if page.possessive[at - 1]:
                    break
                at += len(words[-1]) == 1 and page.words[at : at + 1] == ["."]
            elif words and self._particle(at, start):
                words.append(page.lower[at])
                at += 1
            else:
                break
        while words and words[-1] in self.language.particles:
            words.pop()
        return words, end

    def _initial(self, at: int) -> bool:
        word = self.page.words[at]
        return (
            len(word) == 1
            and word.isupper()
            and word != "I"
            and self.page.words[at + 1 : at + 2] == ["."]
        )

    def _particle(self, at: int, start: int) -> bool:
        low = self.page.lower
        if low[at] == "of" and not (self._article(start) or low[start] in self.language.titles):
            return False
        return (
            low[at] in self.language.particles
            and at + 1 < len(self.page.words)
            and self._is_name(at + 1)
        )

    def _alone(self, start: int, end: int, title: str) -> Name | None:
        """A title that stands for a name: "the General"."""
        if not title or self.page.opens[start]:
            return None
        article = self._article(start)
        if not article and title not in self.language.kin:
            return None
        return Name(start, end, Form(title, ()), article)

    def _alone_possessive(self, start: int) -> Name | None:
        low = self.page.lower[start]
        if low in self.language.titles and self.page.possessive[start]:
            return self._alone(start, start + 1, self.language.spelling.get(low, low))
        return None
