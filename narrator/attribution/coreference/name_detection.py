"""Finds the proper names of a book: runs of capitalised words that do not just open sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.language import AttributionLanguage
    from narrator.attribution.tokens import TokenTable


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name in one of its shapes: "Mr. Darcy" is ("mr", ("darcy",))."""

    title: str
    """In lower case, short form; empty where there is none."""
    words: tuple[str, ...]
    """In lower case; empty for a title alone, as in "the General"."""


@dataclass(frozen=True, slots=True)
class NameOccurrence:
    """A name where it stands."""

    start: int
    """First token, its title included."""
    end: int
    form: NameForm
    has_article: bool
    """Whether "the" stands before it."""


@dataclass(slots=True)
class CapitalCounts:
    """How often each word is written which way, by its lower case."""

    mid_sentence: Counter[str]
    """Capitalised within a sentence."""
    sentence_initial: Counter[str]
    """Capitalised at its beginning, where every word is."""
    lowercase: Counter[str]


def count_capitals(page: TokenTable) -> CapitalCounts:
    """Counts over the whole book."""
    inside: Counter[str] = Counter()
    opening: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for (word, opens), count in Counter(
        zip(page.words, page.is_sentence_start, strict=True)
    ).items():
        if not word[0].isupper():
            small[word.lower()] += count
        elif opens:
            opening[word.lower()] += count
        elif not (len(word) > 3 and word.isupper()):
            inside[word.lower()] += count
    return CapitalCounts(inside, opening, small)


def _namelike(low: str, counts: CapitalCounts, language: AttributionLanguage) -> bool:
    if low in language.non_name_words or not low[0].isalpha():
        return False
    inside, small = counts.mid_sentence[low], counts.lowercase[low]
    if low in language.given_names:
        return inside + counts.sentence_initial[low] > small
    if inside == 0:
        return small == 0 and counts.sentence_initial[low] >= 3
    return inside > 0.4 * (small if low not in language.speech_verbs else 20 * small)


def _shown(page: TokenTable) -> frozenset[str]:
    """The words with a capital that a title or a reporting clause shows to be names."""
    language = page.language
    found: Counter[str] = Counter()
    articled: Counter[str] = Counter()
    for at in range(1, len(page.words)):
        if not page.words[at][0].isupper():
            continue
        low, before = page.lowercase_words[at], page.lowercase_words[at - 1]
        if before == "." and at > 1 and page.lowercase_words[at - 2] in language.abbreviations:
            before = page.lowercase_words[at - 2]
        articled[low] += (
            before
            in language.determiners | language.oblique_articles | language.possessive_determiners
        )
        found[low] += before in language.titles
        if page.quotation_indices[at] < 0:
            after = page.lowercase_words[at + 1] if at + 1 < len(page.words) else ""
            found[low] += before in language.speech_verbs or after in language.speech_verbs
    return frozenset(low for low in found if found[low] > articled[low])


def detect_names(page: TokenTable) -> list[NameOccurrence]:
    """Every name in the book, in order."""
    return _Finder(page).names()


class _Finder:
    """Reads the page from one capital to the next."""

    def __init__(self, page: TokenTable) -> None:
        self.page = page
        self.language = page.language
        self.counts = count_capitals(page)
        self.known: dict[str, bool] = {}
        self.shown = _shown(page) if self.language.requires_name_evidence else frozenset[str]()

    def names(self) -> list[NameOccurrence]:
        found, read = list[NameOccurrence](), 0
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
            elif self.language.requires_name_evidence and self._small_title(at):
                yield at

    def _is_name(self, at: int) -> bool:
        low = self.page.lowercase_words[at]
        if low not in self.known:
            self.known[low] = (
                self._shows(low)
                if self.language.requires_name_evidence
                else _namelike(low, self.counts, self.language)
            )
        return self.known[low] and self.page.words[at][0].isupper()

    def _shows(self, low: str) -> bool:
        """Whether a word is a name in a language in which a capital alone proves little."""
        counts, language = self.counts, self.language
        if low in language.non_name_words or not low[0].isalpha():
            return False
        small = counts.lowercase[low]
        given = low in language.given_names and (
            counts.mid_sentence[low] > 0 or counts.sentence_initial[low] > 1
        )
        if given or low in self.shown:
            return counts.mid_sentence[low] + counts.sentence_initial[low] > small
        return not language.capitalises_nouns and counts.mid_sentence[low] >= 2 and small == 0

    def _small_title(self, at: int) -> bool:
        """Whether a title without a capital begins a name, as in "monsieur Dupont"."""
        page = self.page
        language, low = self.language, page.lowercase_words[at]
        if low not in language.titles or low in language.kin_nouns:
            return False
        after = at + 1 + (page.words[at + 1 : at + 2] == ["."])
        return (
            after < len(page.words)
            and page.paragraph_indices[after] == page.paragraph_indices[at]
            and page.quotation_indices[after] == page.quotation_indices[at]
            and (self._is_name(after) or self._small_title(after))
        )

    def _title(self, at: int) -> int:
        """The token after a title that begins here; `at` where none does."""
        page, language, low = self.page, self.language, self.page.lowercase_words[at]
        if low not in language.titles or (
            low in language.adjective_titles and page.is_sentence_start[at]
        ):
            return at
        after = at + 1
        if page.words[after : after + 1] == ["."] and low in language.abbreviations:
            after += 1
        return after

    def _read(self, at: int) -> tuple[NameOccurrence | None, int]:
        """The name that begins here, and where to read on."""
        page, language = self.page, self.language
        start, title = at, ""
        while (after := self._title(at)) > at and not page.is_possessive[after - 1]:
            low = page.lowercase_words[at]
            title = (
                title
                if low in language.adjective_titles
                else language.title_short_forms.get(low, low)
            )
            at = after
            if at >= len(page.words) or page.paragraph_indices[at] != page.paragraph_indices[start]:
                return self._alone(start, at, title), max(at, start + 1)
        words, end = self._run(at, start)
        if words:
            return self._named(start, end, title, words), end
        if at > start:
            return self._alone(start, at, title), at
        return self._alone_possessive(start), start + 1

    def _named(self, start: int, end: int, title: str, words: list[str]) -> NameOccurrence:
        if len(words) == 1 and words[0] in self.language.titles and not title:
            title, words = self.language.title_short_forms.get(words[0], words[0]), []
        return NameOccurrence(start, end, NameForm(title, tuple(words)), self._article(start))

    def _article(self, start: int) -> bool:
        return start > 0 and self.page.lowercase_words[start - 1] in self.language.definite_articles

    def _run(self, at: int, start: int) -> tuple[list[str], int]:
        """The words of a name, and the token after it."""
        page, words, end = self.page, list[str](), at
        while at < len(page.words) and page.quotation_indices[at] == page.quotation_indices[start]:
            if page.is_sentence_start[at] and at > start and page.words[at - 1] != ".":
                break
            if self._is_name(at) or (words and self._initial(at)):
                words.append(page.lowercase_words[at])
                at = end = at + 1
                if page.is_possessive[at - 1]:
                    break
                at += len(words[-1]) == 1 and page.words[at : at + 1] == ["."]
            elif words and self._particle(at, start):
                words.append(page.lowercase_words[at])
                at += 1
            else:
                break
        while words and words[-1] in self.language.name_particles:
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
        low = self.page.lowercase_words
        if low[at] == "of" and not (self._article(start) or low[start] in self.language.titles):
            return False
        return (
            low[at] in self.language.name_particles
            and at + 1 < len(self.page.words)
            and self._is_name(at + 1)
        )

    def _alone(self, start: int, end: int, title: str) -> NameOccurrence | None:
        """A title that stands for a name: "the General"."""
        if not title or self.page.is_sentence_start[start]:
            return None
        article = self._article(start)
        if not article and title not in self.language.kin_nouns:
            return None
        return NameOccurrence(start, end, NameForm(title, ()), article)

    def _alone_possessive(self, start: int) -> NameOccurrence | None:
        low = self.page.lowercase_words[start]
        if low in self.language.titles and self.page.is_possessive[start]:
            return self._alone(start, start + 1, self.language.title_short_forms.get(low, low))
        return None
