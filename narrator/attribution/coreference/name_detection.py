"""Detect the proper names of a book: runs of capitalised words that are not just sentence starts.

A word is a name if the book writes it with a capital in mid-sentence far more often than without.
A word that is also a common noun, a month or a place ("Mr. Park", "June", "Will") is a name where
the book uses it as one: after a title, beside a verb of speech, or with a capital in mid-sentence.
In languages where a capital alone proves little, there must always be such evidence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from narrator.attribution.coreference.first_name_table import find_listed_gender
from narrator.attribution.coreference.name_statistics import is_likely_verb
from narrator.attribution.coreference.title_names import (
    SAINT_TITLES,
    find_saint_surnames,
    find_speaking_titles,
    find_title_surnames,
    follows_first_name,
    follows_title,
    precedes_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_MIN_CAPITAL_RATIO = 0.4
"""Minimum ratio of capitalised uses in mid-sentence to uncapitalised uses of a name."""
_VERB_FACTOR = 20
"""Factor on that ratio for verbs of speech, which are rarely names."""
_MIN_MID_SENTENCE = 2
"""Minimum uses in mid-sentence of a first name that is more often written without a capital."""
_MIN_TITLED, _MIN_SPOKEN = 2, 2
"""Minimum uses after a title, or beside a verb of speech, that make an ambiguous word a name."""
_MIN_HEARD_USES = 2
"""Minimum uses, of which one is beside a verb of speech, of a name without other evidence."""
_MAX_LOWERCASE_USES = 2
"""Maximum uses without a capital of a word for which one title is enough."""
_MIN_PATRONYMIC_LETTERS = 5
"""Fewest letters of a patronymic: "Ильич"."""
_TITLED_WORDS = 2
"""Number of words after a title that it shows to be names: "Miss June West"."""
_MIN_SENTENCE_OPENINGS = 3
"""Minimum uses of a name that occurs only at the beginning of sentences."""

_AUXILIARY_VERBS = frozenset(
    ("had", "did", "could", "would", "should", "might", "must", "was", "is", "has", "does")
)
"""Verbs that open questions and so may follow a common word: "Will had" is none of them."""
_WEAK_PARTICLES = frozenset(("of", "d", "da", "el", "al", "des"))
"""Particles that do not belong to a name unless another name or a title precedes them."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One form of a name: "Mr. Darcy" is `NameForm("mr", ("darcy",))`."""

    title: str
    """Short form of the title in lower case; empty if the form has no title."""
    words: tuple[str, ...]
    """Words after the title, in lower case; empty for a title alone, such as "the General"."""


class NameOccurrence(NamedTuple):
    """One occurrence of a name in the text."""

    start: int
    """First token; the title belongs to the name."""
    end: int
    """Token after the name."""
    form: NameForm
    has_article: bool
    """Whether a definite article precedes the name."""


class NameUse(Enum):
    """Whether a book uses a word with a capital as a name."""

    ALWAYS = auto()
    SOMETIMES = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """The uses of words with a capital that show them to be names; keys are in lower case."""

    titled: Counter[str]
    """Uses directly after a title."""
    spoken: Counter[str]
    """Uses beside a verb of speech, in narration."""
    tagging: Counter[str]
    """Uses as the only subject of a speech tag beside a quotation: `Tamsin muttered, "Go."`."""
    titled_tokens: set[int]
    """The tokens that a title shows to be names."""
    leading: Counter[str]
    """Uses directly before another word with a capital: "Ilse Brandt"."""


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
        self.use_by_word: dict[str, NameUse] = {}
        """Cache for `_is_name_word`; keys are in lower case."""
        self.evidence = collect_name_evidence(tokens)
        self.title_surnames = find_title_surnames(tokens)
        self.speaking_titles = find_speaking_titles(tokens)
        self.saint_surnames = find_saint_surnames(tokens)
        self.evidenced_names = (
            _list_evidenced_names(tokens)
            if self.language.requires_name_evidence
            else frozenset[str]()
        )
        self.acting_words = (
            _list_acting_words(tokens) if self.language.requires_name_evidence else frozenset[str]()
        )
        """The words that open a sentence of narration before a verb, in lower case."""

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
        """Return whether a token has a capital and this book uses its word as a name here."""
        word = self.tokens.lowercase_words[index]
        use = self.use_by_word.get(word)
        if use is None:
            use = self.use_by_word[word] = self._judge_word(word)
        if use is NameUse.NEVER or not self.tokens.words[index][0].isupper():
            return False
        return use is NameUse.ALWAYS or self._is_name_in_place(index)

    def _judge_word(self, word: str) -> NameUse:
        """Return whether the book uses a word as a name always, sometimes, or never."""
        if self.language.requires_name_evidence:
            return NameUse.ALWAYS if self._is_evidenced_name(word) else NameUse.NEVER
        return judge_capitals(word, self.capital_counts, self.evidence, self.language)

    def _is_name_in_place(self, index: int) -> bool:
        """Return whether a word that is a name only at times is one at this token.

        It is after a title or in mid-sentence. At the beginning of a sentence, the next word must
        be a verb ("Will laughed", but not "Will you"), or a pause must set the word off as a form
        of address.
        """
        tokens = self.tokens
        if index in self.evidence.titled_tokens or not tokens.is_sentence_start[index]:
            return not tokens.words[index].isupper() or len(tokens.words[index]) <= 3
        following = index + 1
        if tokens.is_possessive[index]:
            return True
        if (
            following >= len(tokens.words)
            or tokens.paragraph_indices[following] != tokens.paragraph_indices[index]
        ):
            return False
        if tokens.quotation_indices[following] >= 0:
            return tokens.words[following] in {",", "!"}
        return (
            is_likely_verb(tokens, following)
            and tokens.lowercase_words[following] not in _AUXILIARY_VERBS
        ) or tokens.words[following][0].isupper()

    def _is_evidenced_name(self, word: str) -> bool:
        """Return whether a word is a name, in a language where a capital alone proves little."""
        counts, language = self.capital_counts, self.language
        if word in language.non_name_words or not word[0].isalpha():
            return False
        mid_sentence, initial = counts.mid_sentence[word], counts.sentence_initial[word]
        lowercase = counts.lowercase[word]
        # A single use at the beginning of a sentence is not enough, even for a known first name,
        # unless a verb follows: "Nina sah auf".
        is_given_name = word in language.given_names and (
            mid_sentence > 0 or initial > 1 or word in self.acting_words
        )
        is_known = is_given_name or _is_patronymic(word, language)
        if is_known or word in self.evidenced_names:
            return mid_sentence + initial > lowercase
        fewest = 1 if word in self.acting_words else _MIN_MID_SENTENCE
        return not language.capitalises_nouns and mid_sentence >= fewest and lowercase == 0

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
        end = self._skip_particles(index)
        return index < end < len(words) and self._is_name_word(end)

    def _skip_particles(self, index: int) -> int:
        """Return the token after the particles that begin at a token: "von der"."""
        words, particles = self.tokens.lowercase_words, self.language.name_particles
        while index < len(words) and words[index] in particles:
            index += 1
        return index

    def _skip_leading_particles(self, index: int, has_title: bool) -> int:
        """Return the token of the last name after its particles: "van der Meulen", "De Courcy".

        Particles without a capital need a title before them, and "of" is none. Returns `index` if
        no name follows.
        """
        tokens, end = self.tokens, self._skip_particles(index)
        if (
            index == end
            or end >= len(tokens.words)
            or not (has_title or tokens.words[index][0].isupper())
            or "of" in tokens.lowercase_words[index:end]
            or tokens.paragraph_indices[end] != tokens.paragraph_indices[index]
            or tokens.quotation_indices[end] != tokens.quotation_indices[index]
            or any(tokens.is_possessive[index:end])
        ):
            return index
        return end if self._is_name_word(end) else index

    def _find_particles_before(self, start: int) -> int:
        """Return the first of the particles without a capital that precede a name, or `start`."""
        tokens, first = self.tokens, start
        while (
            first > 0
            and tokens.lowercase_words[first - 1] in self.language.name_particles - _WEAK_PARTICLES
            and tokens.words[first - 1][0].islower()
            and tokens.paragraph_indices[first - 1] == tokens.paragraph_indices[start]
        ):
            first -= 1
        return first

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
        following = self._skip_particles(following)  # "le marquis de Brives"
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
        if word in self.title_surnames and self._is_surname(index):
            return index
        end = index + 1
        if tokens.words[end : end + 1] == ["."] and word in language.abbreviations:
            end += 1
        return end

    def _is_surname(self, index: int) -> bool:
        """Return whether a title is a last name at a token: "King laughed", but not "King John"."""
        return (
            self.tokens.words[index][0].isupper()
            and not self._has_article(index)
            and not precedes_name(self.tokens, index)
        )

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
            if word not in language.adjective_titles and not (title and word in SAINT_TITLES):
                title = language.title_short_forms.get(word, word)
            index = title_end
            if (
                index >= len(tokens.words)
                or tokens.paragraph_indices[index] != tokens.paragraph_indices[start]
            ):
                return self._build_bare_title(start, index, title), max(index, start + 1)
        name_start = self._skip_leading_particles(index, has_title=index > start)
        words, end = self._parse_words(name_start, start)
        if words and not title and self._names_thing(words):
            return None, end
        if words:
            return self._build_name(start, end, title, words), end
        if index > start:
            return self._build_bare_title(start, index, title), index
        return self._parse_possessive_title(start), start + 1

    def _names_thing(self, words: Sequence[str]) -> bool:
        """Return whether words such as "Vitamin C" and "Plan B" name no person.

        A letter follows only first names, as in "Malcolm X", and words for people.
        """
        return (
            len(words) > 1
            and len(words[-1]) == 1
            and words[0] not in self.language.given_names
            and words[0] not in self.language.role_nouns
        )

    def _parse_words(self, index: int, name_start: int) -> tuple[list[str], int]:
        """Return the words of a name after its title, and the token after the last of them."""
        tokens, words, end = self.tokens, list[str](), index
        initial_ends: list[tuple[int, int]] = []  # number of words, and token after the initial
        quotation_index = tokens.quotation_indices[name_start]
        while index < len(tokens.words) and tokens.quotation_indices[index] == quotation_index:
            is_new_sentence = tokens.is_sentence_start[index] and index > name_start
            if is_new_sentence and tokens.words[index - 1] != ".":
                break
            # "George (Harris" and "Duckett & Slade" are two names each.
            if tokens.is_separated[index] and words:
                break
            if self._is_name_word(index) or (words and self._is_initial(index)):
                words.append(tokens.lowercase_words[index])
                index = end = index + 1
                if tokens.is_possessive[index - 1]:
                    break  # "Ada's Tom" is two names
                if self._has_inner_stop(index, words[-1]):
                    initial_ends.append((len(words), end))
                    index += 1
            elif words and self._is_particle(index, name_start):
                words += tokens.lowercase_words[index : self._skip_particles(index)]
                index = self._skip_particles(index)
            else:
                break
        # "Malcolm X. Vitamin C" are two names: no name has an initial and ends in a letter.
        if initial_ends and len(words[-1]) == 1 and initial_ends[-1][0] < len(words):
            count, end = initial_ends[-1]
            words = words[:count]
        # A particle cannot end a name, but one with a capital ("Van") may have been read as a word.
        while words and words[-1] in self.language.name_particles:
            words.pop()
        return words, end

    def _has_inner_stop(self, stop: int, word: str) -> bool:
        """Return whether a full stop after a word is inside a name: "J. Vane", "Neville St. Clair".

        "Main St. Tom came" ends a sentence.
        """
        if self.tokens.words[stop : stop + 1] != ["."]:
            return False
        if word not in SAINT_TITLES:
            return len(word) == 1
        following = self.tokens.lowercase_words[stop + 1 : stop + 2]
        return bool(self.saint_surnames.intersection(following))

    def _build_name(self, start: int, end: int, title: str, words: list[str]) -> NameOccurrence:
        """Return the name with these words; if the only word is a title, it becomes the title."""
        is_title = len(words) == 1 and words[0] in self.language.titles and not title
        is_title = is_title and words[0] not in self.title_surnames
        if is_title and not self.language.requires_name_evidence:
            title, words = self.language.title_short_forms.get(words[0], words[0]), []
        # "St. Clair" is a last name like any other, and "St. Petersburg" no person.
        form = NameForm("" if title in SAINT_TITLES else title, tuple(words))
        if not self.language.requires_name_evidence:
            start = self._find_particles_before(start)
        return NameOccurrence(start, end, form, self._has_article(start))

    def _build_bare_title(self, start: int, end: int, title: str) -> NameOccurrence | None:
        """Return a name that consists of a title alone, such as "the General", or None.

        The title must have an article, unless it is a noun of kinship such as "Father", or the book
        uses it as a name: "said Mademoiselle". Only English has such names of other titles.
        """
        if (
            title in self.speaking_titles
            and self.tokens.words[start][0].isupper()
            and self.tokens.quotation_indices[start] < 0  # "Yes, Madame" addresses anybody
        ):
            return NameOccurrence(start, end, NameForm(title, ()), self._has_article(start))
        if not title or self.tokens.is_sentence_start[start]:
            return None
        # elsewhere it is a description, which means the bearer whom the scene has named
        is_kin = title in self.language.kin_nouns and title not in self.language.vague_nouns
        if self.language.requires_name_evidence and not is_kin:
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


def judge_capitals(
    word: str, counts: CapitalCounts, evidence: NameEvidence, language: AttributionLanguage
) -> NameUse:
    """Return whether a book uses a word as a name, from its capitals and its neighbours."""
    if not word[0].isalpha():
        return NameUse.NEVER
    titled, spoken = evidence.titled[word], evidence.spoken[word]
    is_sure = titled >= _MIN_TITLED or spoken >= _MIN_SPOKEN
    is_common = counts.lowercase[word] > _MAX_LOWERCASE_USES and not spoken
    has_title = titled > 0 and not is_common
    has_evidence = is_sure or has_title or _is_heard_name(word, counts, evidence)
    if word in language.non_name_words:
        is_titled = titled >= _MIN_TITLED and word not in language.pronoun_genders
        return NameUse.SOMETIMES if is_titled else NameUse.NEVER
    if word in language.ambiguous_name_words:
        return NameUse.SOMETIMES if has_evidence else NameUse.NEVER
    if _is_usually_capitalised(word, counts, language):
        return NameUse.ALWAYS
    if evidence.leading[word] and _is_unseen_first_name(word, counts, language):
        return NameUse.ALWAYS
    is_listed = word in language.given_names and counts.mid_sentence[word] >= _MIN_MID_SENTENCE
    return NameUse.SOMETIMES if has_evidence or is_listed else NameUse.NEVER


def _is_heard_name(word: str, counts: CapitalCounts, evidence: NameEvidence) -> bool:
    """Return whether a word speaks at least once, and is always written with a capital.

    In "Rin rose. 'I know,' Rin said." both uses begin a sentence, but nothing else could speak.
    Right beside a quotation, one use is enough.
    """
    uses = counts.mid_sentence[word] + counts.sentence_initial[word]
    is_heard = evidence.tagging[word] > 0 or (evidence.spoken[word] > 0 and uses >= _MIN_HEARD_USES)
    return is_heard and not counts.lowercase[word]


def _is_unseen_first_name(word: str, counts: CapitalCounts, language: AttributionLanguage) -> bool:
    """Return whether a word that only opens sentences is in the large table of first names."""
    return (
        counts.mid_sentence[word] == 0
        and counts.lowercase[word] == 0
        and find_listed_gender(word, language.tag) is not None
    )


def _is_usually_capitalised(
    word: str, counts: CapitalCounts, language: AttributionLanguage
) -> bool:
    """Return whether the book writes a word with a capital often enough for a name."""
    mid_sentence, lowercase = counts.mid_sentence[word], counts.lowercase[word]
    if word in language.given_names:
        return mid_sentence + counts.sentence_initial[word] > lowercase
    if mid_sentence == 0:
        return lowercase == 0 and counts.sentence_initial[word] >= _MIN_SENTENCE_OPENINGS
    factor = _VERB_FACTOR if word in language.speech_verbs else 1
    return mid_sentence > _MIN_CAPITAL_RATIO * (factor * lowercase)


def collect_name_evidence(tokens: TokenTable) -> NameEvidence:
    """Count how often each word with a capital follows a title, or stands beside a verb of speech.

    A title shows that up to `_TITLED_WORDS` words after it are names.
    """
    language = tokens.language
    titles = language.titles.keys() - language.adjective_titles - SAINT_TITLES
    titled, spoken, tagging = Counter[str](), Counter[str](), Counter[str]()
    leading = Counter[str]()
    titled_tokens = set[int]()
    for index, word in enumerate(tokens.words):
        if not word[0].isupper() or word == "I":
            continue
        lower = tokens.lowercase_words[index]
        if follows_title(tokens, index, titles):
            titled[lower] += 1
            titled_tokens.add(index)
        elif index - 1 in titled_tokens and index - _TITLED_WORDS not in titled_tokens:
            titled_tokens.add(index)
        spoken[lower] += _is_beside_speech(tokens, index)
        tagging[lower] += _is_whole_subject(tokens, index)
        leading[lower] += _leads_capital(tokens, index)
    return NameEvidence(titled, spoken, tagging, titled_tokens, leading)


def _leads_capital(tokens: TokenTable, index: int) -> bool:
    """Return whether another word with a capital follows a token in its sentence."""
    following = index + 1
    return (
        following < len(tokens.words)
        and tokens.words[following].istitle()
        and not tokens.is_sentence_start[following]
        and tokens.quotation_indices[following] == tokens.quotation_indices[index]
    )


def _is_beside_speech(tokens: TokenTable, index: int) -> bool:
    """Return whether a token of the narration stands beside a verb of speech: "said June".

    At the beginning of a sentence only a verb after the token counts.
    """
    if tokens.quotation_indices[index] >= 0:
        return False
    verbs = tokens.language.speech_verbs
    following = tokens.lowercase_words[index + 1 : index + 2]
    if following and following[0] in verbs:
        return True
    return (
        index > 0
        and not tokens.is_sentence_start[index]
        and tokens.lowercase_words[index - 1] in verbs
    )


def _is_whole_subject(tokens: TokenTable, index: int) -> bool:
    """Return whether one word and its verb are the whole tag beside a quotation.

    These are `"Go," Tamsin hissed`, `"Go," hissed Tamsin.` and `Tamsin hissed, "Go."` After a
    quotation that ends with a comma, the verb need not be a known verb of speech.
    """
    words, quotations = tokens.lowercase_words, tokens.quotation_indices
    if quotations[index] >= 0 or tokens.is_possessive[index] or index + 1 >= len(words):
        return False
    verbs = tokens.language.speech_verbs
    follows_verb = index > 1 and words[index - 1] in verbs and quotations[index - 1] < 0
    if follows_verb and quotations[index - 2] >= 0:
        return not words[index + 1][0].isalnum() or quotations[index + 1] >= 0
    if words[index + 1] not in verbs:
        follows_comma = index > 0 and quotations[index - 1] >= 0 and words[index - 1] == ","
        return follows_comma and is_likely_verb(tokens, index + 1)
    if index > 0 and quotations[index - 1] >= 0:
        return tokens.paragraph_indices[index - 1] == tokens.paragraph_indices[index]
    leads = words[index + 2 : index + 3] in ([","], [":"]) and index + 3 < len(words)
    return leads and bool(tokens.is_sentence_start[index]) and quotations[index + 3] >= 0


def _opens_inverted_clause(tokens: TokenTable, index: int) -> bool:
    """Return whether the subject follows the verb after a word: "Darauf erwiderte Ada"."""
    subject = index + 2
    if not tokens.is_sentence_start[index] or subject >= len(tokens.words):
        return False
    word, language = tokens.lowercase_words[subject], tokens.language
    return tokens.quotation_indices[subject] < 0 and (
        tokens.words[subject][0].isupper()
        or word in language.subject_pronouns
        or word in language.determiners
    )


def _is_patronymic(word: str, language: AttributionLanguage) -> bool:
    """Return whether a word has the ending of a patronymic: "николаевна"."""
    return len(word) >= _MIN_PATRONYMIC_LETTERS and word.endswith(language.patronymic_endings)


def _list_acting_words(tokens: TokenTable) -> frozenset[str]:
    """Return the words that open a sentence of the narration before a verb, in lower case.

    Words with a capital after a verb in the past of Slavic languages act as well: "wbiegła Hanka".
    """
    endings = tokens.language.past_gender_endings
    return frozenset(
        tokens.lowercase_words[index]
        for index in range(len(tokens.words) - 1)
        if tokens.quotation_indices[index] < 0
        and (
            is_likely_verb(tokens, index + 1)
            if tokens.is_sentence_start[index]
            else bool(endings)
            and tokens.words[index][0].isupper()
            and tokens.lowercase_words[index - 1].endswith(endings)
        )
    )


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
        noun_counts[word] += previous in noun_words
        name_counts[word] += _find_word_before_particles(tokens, index) in language.titles
        if not language.capitalises_nouns and not tokens.is_sentence_start[index]:
            name_counts[word] += follows_first_name(tokens, index)  # "Robert Lenoir"
        following = tokens.lowercase_words[index + 1 : index + 2]
        if following and _is_patronymic(following[0], language):
            name_counts[word] += 1
        if tokens.quotation_indices[index] < 0:
            name_counts[word] += previous in language.speech_verbs or (
                following != []
                and following[0] in language.speech_verbs
                and not _opens_inverted_clause(tokens, index)
            )
    return frozenset(word for word in name_counts if name_counts[word] > noun_counts[word])


def _find_word_before_particles(tokens: TokenTable, index: int) -> str:
    """Return the word before a name and its particles, in lower case: "herr" of "Herr von Bredow".

    The full stop of an abbreviation is stepped over.
    """
    words, language = tokens.lowercase_words, tokens.language
    before = index - 1
    while before > 0 and words[before] in language.name_particles - language.titles.keys():
        before -= 1
    if before > 0 and words[before] == "." and words[before - 1] in language.abbreviations:
        before -= 1
    return words[before] if before >= 0 else ""
