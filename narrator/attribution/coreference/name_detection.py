"""Detect the proper names of a book: runs of capitalised words that are not just sentence starts.

A word is a name if the book writes it with a capital in mid-sentence far more often than without.
In languages where a capital alone proves little, there must be evidence: a title or a verb of
speech beside the word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrator.attribution.language import AttributionLanguage
    from narrator.attribution.tokens import TokenTable

_MIN_CAPITAL_RATIO = 0.4
"""Minimum ratio of capitalised uses in mid-sentence to uncapitalised uses of a name."""
_VERB_FACTOR = 20
"""Factor on that ratio for verbs of speech, which are rarely names."""
_MIN_SENTENCE_OPENINGS = 3
"""Minimum uses of a name that occurs only at the beginning of sentences."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One form of a name: "Mr. Darcy" is `NameForm("mr", ("darcy",))`."""

    title: str
    """Short form of the title in lower case; empty if the form has no title."""
    words: tuple[str, ...]
    """Words after the title, in lower case; empty for a title alone, such as "the General"."""


@dataclass(frozen=True, slots=True)
class NameOccurrence:
    """One occurrence of a name in the text."""

    start: int
    """First token; the title belongs to the name."""
    end: int
    """Token after the name."""
    form: NameForm
    has_article: bool
    """Whether a definite article precedes the name."""


@dataclass(slots=True)
class CapitalCounts:
    """How often the book writes each word with a capital; keys are in lower case."""

    mid_sentence: Counter[str]
    """Uses with a capital, except at the beginning of a sentence."""
    sentence_initial: Counter[str]
    """Uses at the beginning of a sentence, where every word has a capital."""
    lowercase: Counter[str]
    """Uses without a capital."""


def count_capitals(tokens: TokenTable) -> CapitalCounts:
    """Count the uses of each word in the whole book, with and without a capital.

    Words of more than three letters that are all capitals are ignored: they are headings or
    emphasis.
    """
    mid_sentence: Counter[str] = Counter()
    sentence_initial: Counter[str] = Counter()
    lowercase: Counter[str] = Counter()
    word_counts = Counter(zip(tokens.words, tokens.is_sentence_start, strict=True))
    for (word, is_sentence_start), count in word_counts.items():
        if not word[0].isupper():
            lowercase[word.lower()] += count
        elif is_sentence_start:
            sentence_initial[word.lower()] += count
        elif not (len(word) > 3 and word.isupper()):
            mid_sentence[word.lower()] += count
    return CapitalCounts(mid_sentence, sentence_initial, lowercase)


def detect_names(tokens: TokenTable) -> list[NameOccurrence]:
    """Return every name in the book, in order."""
    return _NameDetector(tokens).detect()


class _NameDetector:
    """Scans the tokens for names, from one possible beginning of a name to the next."""

    def __init__(self, tokens: TokenTable) -> None:
        self.tokens = tokens
        self.language = tokens.language
        self.capital_counts = count_capitals(tokens)
        self.is_name_by_word: dict[str, bool] = {}
        """Cache for `_is_name_word`; keys are in lower case."""
        self.evidenced_names = (
            _list_evidenced_names(tokens)
            if self.language.requires_name_evidence
            else frozenset[str]()
        )

    def detect(self) -> list[NameOccurrence]:
        """Return every name, in order."""
        names, next_index = list[NameOccurrence](), 0
        for index in self._iterate_name_beginnings():
            # Other words of a name look like beginnings as well: continue after the name.
            if index >= next_index:
                name, next_index = self._parse_name(index)
                names += [] if name is None else [name]
        return names

    def _iterate_name_beginnings(self) -> Iterator[int]:
        """Yield the tokens with which a name may begin."""
        for index, word in enumerate(self.tokens.words):
            if word[0].isupper():
                if word != "I":  # always has a capital
                    yield index
            elif self.language.requires_name_evidence and self._begins_with_lowercase_title(index):
                yield index

    # ------------------------------------------------------------------------- tests of one word

    def _is_name_word(self, index: int) -> bool:
        """Return whether a token has a capital and this book uses its word as a name."""
        word = self.tokens.lowercase_words[index]
        if word not in self.is_name_by_word:
            self.is_name_by_word[word] = (
                self._is_evidenced_name(word)
                if self.language.requires_name_evidence
                else _is_usually_capitalised(word, self.capital_counts, self.language)
            )
        return self.is_name_by_word[word] and self.tokens.words[index][0].isupper()

    def _is_evidenced_name(self, word: str) -> bool:
        """Return whether a word is a name, in a language where a capital alone proves little."""
        counts, language = self.capital_counts, self.language
        if word in language.non_name_words or not word[0].isalpha():
            return False
        mid_sentence, initial = counts.mid_sentence[word], counts.sentence_initial[word]
        lowercase = counts.lowercase[word]
        # A single use at the beginning of a sentence is not enough, even for a known first name.
        is_given_name = word in language.given_names and (mid_sentence > 0 or initial > 1)
        if is_given_name or word in self.evidenced_names:
            return mid_sentence + initial > lowercase
        return not language.capitalises_nouns and mid_sentence >= 2 and lowercase == 0

    def _is_initial(self, index: int) -> bool:
        """Return whether a token is the initial of a name, with its full stop: "J."."""
        word = self.tokens.words[index]
        return (
            len(word) == 1
            and word.isupper()
            and word != "I"
            and self.tokens.words[index + 1 : index + 2] == ["."]
        )

    def _is_particle(self, index: int, name_start: int) -> bool:
        """Return whether a token joins two words of a name: "de", "von".

        "Of" joins them only if the name has a title or an article.
        """
        words, language = self.tokens.lowercase_words, self.language
        if words[index] == "of" and not (
            self._has_article(name_start) or words[name_start] in language.titles
        ):
            return False
        return (
            words[index] in language.name_particles
            and index + 1 < len(words)
            and self._is_name_word(index + 1)
        )

    def _has_article(self, name_start: int) -> bool:
        """Return whether a definite article precedes a token."""
        articles = self.language.definite_articles
        return name_start > 0 and self.tokens.lowercase_words[name_start - 1] in articles

    # ------------------------------------------------------------------------------------ titles

    def _begins_with_lowercase_title(self, index: int) -> bool:
        """Return whether a token is a lower-case title before a name: "monsieur Dupont"."""
        tokens, language = self.tokens, self.language
        word = tokens.lowercase_words[index]
        if word not in language.titles or word in language.kin_nouns:
            return False
        following = index + 1 + (tokens.words[index + 1 : index + 2] == ["."])
        return (
            following < len(tokens.words)
            and tokens.paragraph_indices[following] == tokens.paragraph_indices[index]
            and tokens.quotation_indices[following] == tokens.quotation_indices[index]
            and (self._is_name_word(following) or self._begins_with_lowercase_title(following))
        )

    def _skip_title(self, index: int) -> int:
        """Return the token after the title that begins at `index`; `index` if there is no title."""
        tokens, language = self.tokens, self.language
        word = tokens.lowercase_words[index]
        if word not in language.titles or (
            word in language.adjective_titles and tokens.is_sentence_start[index]
        ):
            return index
        end = index + 1
        if tokens.words[end : end + 1] == ["."] and word in language.abbreviations:
            end += 1
        return end

    # ------------------------------------------------------------------------------------- names

    def _parse_name(self, start: int) -> tuple[NameOccurrence | None, int]:
        """Return the name that begins at a token, if any, and the token at which to continue."""
        tokens, language = self.tokens, self.language
        index, title = start, ""
        while (title_end := self._skip_title(index)) > index and not tokens.is_possessive[
            title_end - 1
        ]:
            word = tokens.lowercase_words[index]
            # In "old Mr. Reed" the adjective belongs to the name, but "mr" is its title.
            if word not in language.adjective_titles:
                title = language.title_short_forms.get(word, word)
            index = title_end
            if (
                index >= len(tokens.words)
                or tokens.paragraph_indices[index] != tokens.paragraph_indices[start]
            ):
                return self._build_bare_title(start, index, title), max(index, start + 1)
        words, end = self._parse_words(index, start)
        if words:
            return self._build_name(start, end, title, words), end
        if index > start:
            return self._build_bare_title(start, index, title), index
        return self._parse_possessive_title(start), start + 1

    def _parse_words(self, index: int, name_start: int) -> tuple[list[str], int]:
        """Return the words of a name after its title, and the token after the last of them."""
        tokens, words, end = self.tokens, list[str](), index
        quotation_index = tokens.quotation_indices[name_start]
        while index < len(tokens.words) and tokens.quotation_indices[index] == quotation_index:
            is_new_sentence = tokens.is_sentence_start[index] and index > name_start
            if is_new_sentence and tokens.words[index - 1] != ".":
                break
            if self._is_name_word(index) or (words and self._is_initial(index)):
                words.append(tokens.lowercase_words[index])
                index = end = index + 1
                if tokens.is_possessive[index - 1]:
                    break  # "Ada's Tom" is two names
                # Step over the full stop of an initial.
                index += len(words[-1]) == 1 and tokens.words[index : index + 1] == ["."]
            elif words and self._is_particle(index, name_start):
                words.append(tokens.lowercase_words[index])
                index += 1
            else:
                break
        # A particle cannot end a name, but one with a capital ("Van") may have been read as a word.
        while words and words[-1] in self.language.name_particles:
            words.pop()
        return words, end

    def _build_name(self, start: int, end: int, title: str, words: list[str]) -> NameOccurrence:
        """Return the name with these words; if the only word is a title, it becomes the title."""
        if len(words) == 1 and words[0] in self.language.titles and not title:
            title, words = self.language.title_short_forms.get(words[0], words[0]), []
        form = NameForm(title, tuple(words))
        return NameOccurrence(start, end, form, self._has_article(start))

    def _build_bare_title(self, start: int, end: int, title: str) -> NameOccurrence | None:
        """Return a name that consists of a title alone, such as "the General", or None.

        The title must have an article, unless it is a noun of kinship such as "Father".
        """
        if not title or self.tokens.is_sentence_start[start]:
            return None
        has_article = self._has_article(start)
        if not has_article and title not in self.language.kin_nouns:
            return None
        return NameOccurrence(start, end, NameForm(title, ()), has_article)

    def _parse_possessive_title(self, start: int) -> NameOccurrence | None:
        """Return a possessive title used as a name, such as "the General's", or None."""
        word = self.tokens.lowercase_words[start]
        if word in self.language.titles and self.tokens.is_possessive[start]:
            short_form = self.language.title_short_forms.get(word, word)
            return self._build_bare_title(start, start + 1, short_form)
        return None


def _is_usually_capitalised(
    word: str, counts: CapitalCounts, language: AttributionLanguage
) -> bool:
    """Return whether the book writes a word with a capital often enough for a name."""
    if word in language.non_name_words or not word[0].isalpha():
        return False
    mid_sentence, lowercase = counts.mid_sentence[word], counts.lowercase[word]
    if word in language.given_names:
        return mid_sentence + counts.sentence_initial[word] > lowercase
    if mid_sentence == 0:
        return lowercase == 0 and counts.sentence_initial[word] >= _MIN_SENTENCE_OPENINGS
    factor = _VERB_FACTOR if word in language.speech_verbs else 1
    return mid_sentence > _MIN_CAPITAL_RATIO * (factor * lowercase)


def _list_evidenced_names(tokens: TokenTable) -> frozenset[str]:
    """Return the capitalised words that titles or verbs of speech show to be names, in lower case.

    Such a word must follow a title, or stand beside a verb of speech, more often than it follows a
    determiner as a common noun does.
    """
    language = tokens.language
    noun_words = language.determiners | language.oblique_articles | language.possessive_determiners
    name_counts: Counter[str] = Counter()
    noun_counts: Counter[str] = Counter()
    for index in range(1, len(tokens.words)):
        if not tokens.words[index][0].isupper():
            continue
        word, previous = tokens.lowercase_words[index], tokens.lowercase_words[index - 1]
        if (
            previous == "."
            and index > 1
            and tokens.lowercase_words[index - 2] in language.abbreviations
        ):
            previous = tokens.lowercase_words[index - 2]  # the title before its full stop
        noun_counts[word] += previous in noun_words
        name_counts[word] += previous in language.titles
        if tokens.quotation_indices[index] < 0:
            following = tokens.lowercase_words[index + 1 : index + 2]
            name_counts[word] += previous in language.speech_verbs or (
                following != [] and following[0] in language.speech_verbs
            )
    return frozenset(word for word in name_counts if name_counts[word] > noun_counts[word])
