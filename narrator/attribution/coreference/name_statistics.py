"""Count how a book uses each name: as an agent, a speaker, an addressee, a place, "he" or "she"."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

ADJACENT_TOKENS = 15
"""Maximum distance between two names that count as side by side."""
PRONOUN_REACH_TOKENS = 18
"""Number of tokens after a name to search for its pronoun."""
_MAX_ADJECTIVES = 3
"""Maximum number of words between an endearment and its name: "dear little modest Harriet"."""
_PAUSE_MARKS = frozenset(".!?;:—–")
"""Marks that set off a form of address from its sentence, besides the comma and "--"."""
_CLAUSE_ENDS = frozenset((",", ".", ";", ":"))
"""Tokens after a name that a noun explains."""
_MAX_PLACE_SHARE = 0.3
"""Maximum share of a person's uses that follow a preposition of place."""
_MAX_RARE_USES, _RARE_PRONOUN_WEIGHT = 3, 2
"""Maximum uses of a rare name, for which "he" or "she" after it weighs like this many actions."""
_MIN_ACTIVITY_SHARE = 0.06
"""Minimum ratio of a person's weighted activity (see `is_person_name`) to all uses."""


@dataclass(slots=True)
class NameStatistics:
    """Counts of the uses of a form of a name."""

    total_count: int = 0
    initial_count: int = 0
    """Uses at the beginning of a sentence or quotation, where every word has a capital."""
    quoted_count: int = 0
    """Uses within quotations."""
    acting_count: int = 0
    """Uses before a verb in the past tense, in narration."""
    speaking_count: int = 0
    """Uses beside a verb of speech, in narration."""
    addressed_count: int = 0
    """Uses that address the hearer, within quotations."""
    place_count: int = 0
    """Uses after "in", "at", "to" and other prepositions of place."""
    article_count: int = 0
    """Uses after a definite article."""
    he_count: int = 0
    """Uses after which the first pronoun is male."""
    she_count: int = 0
    """Uses after which the first pronoun is female."""
    male_verb_count: int = 0
    """Uses beside a verb with a male ending, in languages such as Russian."""
    female_verb_count: int = 0
    """Uses beside a verb with a female ending."""
    explained_count: int = 0
    """Uses that show a person by what stands beside them: in English, a relative clause with "who"
    ("Everard, who"); in other languages, a noun before them ("ein Junge, Simon")."""


def is_likely_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether a token looks like a verb in the past tense, regardless of its context."""
    word, language = tokens.lowercase_words[index], tokens.language
    return (
        (word.endswith(language.past_endings) and len(word) > 3)
        or word in language.past_verbs
        or word in language.speech_verbs
    )


def follows_preposition(tokens: TokenTable, index: int) -> bool:
    """Return whether a noun, or its article, is no subject: Spanish "desde la escalera gritó"."""
    language, previous = tokens.language, tokens.lowercase_words[index - 1] if index else ""
    return previous in language.place_prepositions or previous in language.addressee_prepositions


def collect_name_statistics(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> dict[NameForm, NameStatistics]:
    """Return the statistics of each form of a name.

    Args:
        tokens: the tokens of the book.
        names: all occurrences of names, in the order of the text.
    """
    statistics_by_form: dict[NameForm, NameStatistics] = {}
    for position, name in enumerate(names):
        statistics = statistics_by_form.setdefault(name.form, NameStatistics())
        is_last = position + 1 == len(names)
        next_start = len(tokens.words) if is_last else names[position + 1].start
        _count_use(tokens, name, statistics)
        if tokens.quotation_indices[name.start] < 0:
            _count_following_pronoun(tokens, name, next_start, statistics)
    return statistics_by_form


def _count_use(tokens: TokenTable, name: NameOccurrence, statistics: NameStatistics) -> None:
    """Add one use of a name to all counts but those of pronouns."""
    words, language = tokens.lowercase_words, tokens.language
    quotation_indices = tokens.quotation_indices
    previous = words[name.start - 1] if name.start else ""
    statistics.total_count += 1
    statistics.initial_count += tokens.is_sentence_start[name.start]
    # In "said the Hatter", the verb is two tokens before the name.
    if (
        name.has_article
        and name.start > 1
        and quotation_indices[name.start - 2] == quotation_indices[name.start]
    ):
        statistics.speaking_count += words[name.start - 2] in language.speech_verbs
    statistics.article_count += name.has_article or _ends_capitalised_noun(tokens, name.start)
    statistics.place_count += previous in language.place_prepositions
    if quotation_indices[name.start] >= 0:
        # Verbs are counted only in narration, which describes what persons do.
        statistics.quoted_count += 1
        statistics.addressed_count += is_addressed(tokens, name.start, name.end)
        return
    paragraphs = tokens.paragraph_indices
    if name.end < len(words) and paragraphs[name.end] == paragraphs[name.start]:
        statistics.acting_count += is_likely_verb(tokens, name.end)
        statistics.speaking_count += words[name.end] in language.speech_verbs
        _count_verb_ending(tokens, name.end, statistics)
    if previous in language.speech_verbs:
        statistics.speaking_count += 1
        _count_verb_ending(tokens, name.start - 1, statistics)
    elif _follows_own_verb(tokens, name):
        statistics.acting_count += 1
        _count_verb_ending(tokens, name.start - 1, statistics)
    is_explained = _is_explained if language.requires_name_evidence else _has_personal_clause
    statistics.explained_count += is_explained(tokens, name)


def _ends_capitalised_noun(tokens: TokenTable, start: int) -> bool:
    """Return whether an article and a word with a capital precede a name: "the Three Tuns"."""
    article, word = start - 2, start - 1
    return (
        article >= 0
        and tokens.lowercase_words[article] in tokens.language.definite_articles
        and tokens.words[word][0].isupper()
        and tokens.lowercase_words[word] not in tokens.language.titles
    )


def _has_personal_clause(tokens: TokenTable, name: NameOccurrence) -> bool:
    """Return whether "who" follows a name, which means that it is no place or thing."""
    comma, pronoun = name.end, tokens.lowercase_words[name.end + 1 : name.end + 2]
    return (
        tokens.words[comma : comma + 1] == [","]
        and not tokens.language.relative_pronouns.isdisjoint(pronoun)
        and tokens.paragraph_indices[comma + 1] == tokens.paragraph_indices[name.start]
    )


def _is_explained(tokens: TokenTable, name: NameOccurrence) -> bool:
    """Return whether a noun for a person and a comma stand before a name, which ends its clause."""
    words, language = tokens.lowercase_words, tokens.language
    noun = name.start - 2
    if noun < 0 or words[noun + 1] != "," or name.end >= len(words):
        return False
    nouns = language.role_nouns.keys() | language.kin_nouns.keys() | language.titles.keys()
    return (
        words[name.end] in _CLAUSE_ENDS
        and tokens.paragraph_indices[noun] == tokens.paragraph_indices[name.start]
        and not nouns.isdisjoint(words[noun].split("-"))
    )


def _follows_own_verb(tokens: TokenTable, name: NameOccurrence) -> bool:
    """Return whether the verb of a name stands before it: "вошёл Рыбаков", but not "Рыбакова".

    Only the endings of languages with cases show that the name is no object.
    """
    language, before = tokens.language, name.start - 1
    return bool(
        language.gendered_verb_endings
        and language.name_cases
        and before >= 0
        and name.form.words
        and tokens.lowercase_words[name.end - 1] == name.form.words[-1]
        and tokens.quotation_indices[before] == tokens.quotation_indices[name.start]
        and not tokens.is_sentence_start[name.start]
        and is_likely_verb(tokens, before)
        and tokens.lowercase_words[before].endswith(
            language.gendered_verb_endings["male"] + language.gendered_verb_endings["female"]
        )
    )


def _count_verb_ending(tokens: TokenTable, verb: int, statistics: NameStatistics) -> None:
    """Count a verb whose ending shows the gender of its subject, as in Russian."""
    endings = tokens.language.gendered_verb_endings
    if endings and is_likely_verb(tokens, verb):
        word = tokens.lowercase_words[verb]
        statistics.male_verb_count += word.endswith(endings["male"])
        statistics.female_verb_count += word.endswith(endings["female"])


def _count_following_pronoun(
    tokens: TokenTable, name: NameOccurrence, next_start: int, statistics: NameStatistics
) -> None:
    """Count the first "he" or "she" in the narration after a name.

    The search stops at the end of the paragraph, at the next name, or after `PRONOUN_REACH_TOKENS`.
    """
    stop = min(next_start, name.end + PRONOUN_REACH_TOKENS, len(tokens.words))
    gender = find_following_gender(tokens, name.end, stop)
    statistics.he_count += gender == "male"
    statistics.she_count += gender == "female"


def find_following_gender(tokens: TokenTable, start: int, stop: int) -> str:
    """Return the gender of the first "he" or "she" of the narration after a name; empty if none.

    Objects are left out. The search stops at the end of the paragraph.

    Args:
        tokens: the tokens of the book.
        start: the token after the name.
        stop: the token at which the search stops.
    """
    pronoun_genders = tokens.language.pronoun_genders
    paragraph = tokens.paragraph_indices[start - 1]
    for index in range(start, stop):
        if tokens.paragraph_indices[index] != paragraph:
            break
        # A pronoun in a quotation may refer to somebody else.
        if tokens.quotation_indices[index] >= 0:
            continue
        gender = pronoun_genders.get(tokens.lowercase_words[index], "")
        if gender in {"male", "female"} and not _is_object(tokens, index):
            return gender
    return ""


def _is_object(tokens: TokenTable, index: int) -> bool:
    """Return whether a pronoun is the object of a verb, and so somebody else than its subject.

    "Her" is an object if no noun can follow it: "He drove her to market."
    """
    word, language = tokens.lowercase_words[index], tokens.language
    if word not in language.object_pronouns:
        return False
    if word not in language.possessive_determiners:
        return True
    following = tokens.lowercase_words[index + 1 : index + 2]
    return (
        not following
        or not following[0][0].isalpha()
        or following[0] in language.addressee_prepositions
        or following[0] in language.place_prepositions
        or following[0] in language.conjunctions
    )


# --------------------------------------------------------------------------------------- address


def is_addressed(tokens: TokenTable, start: int, end: int) -> bool:
    """Return whether a name within a quotation addresses the hearer.

    It does if punctuation, or an end of the quotation, sets it off on both sides. Words of
    endearment may precede or follow the name: "my dear Lydia", "Alice dear".

    Args:
        tokens: the tokens of the book.
        start: first token of the name.
        end: token after the name.
    """
    quotation_index = tokens.quotation_indices[start]
    start, is_pitied = _skip_endearments(tokens, start)
    if is_pitied or not _opens_clause(tokens, start):
        return False
    if (
        end < len(tokens.words)
        and tokens.lowercase_words[end] in tokens.language.address_words["fond"]
        and tokens.quotation_indices[end] == quotation_index
    ):
        end += 1
    if end >= len(tokens.words) or tokens.quotation_indices[end] != quotation_index:
        return True
    if tokens.words[end] == ",":
        return not _continues_after_comma(tokens, end)
    return tokens.words[end] in _PAUSE_MARKS or tokens.words[end].startswith("--")


def _skip_endearments(tokens: TokenTable, start: int) -> tuple[int, bool]:
    """Return the first token of the endearments before a name, and whether they express pity.

    "Poor Edward!" expresses pity for a person who is not addressed; "my poor Isabella" addresses
    her, and does not count. Other words may stand between an endearment and the name. If there are
    no endearments, the first token is `start`.
    """
    language, first = tokens.language, start
    for index in range(start - 1, max(-1, start - 2 - _MAX_ADJECTIVES), -1):
        word = tokens.lowercase_words[index]
        if (
            tokens.quotation_indices[index] != tokens.quotation_indices[start]
            or not word[0].isalpha()
        ):
            break
        if word in language.endearment_adjectives:
            first = index
    adjectives = tokens.lowercase_words[first:start]
    expresses_pity = not language.pity_adjectives.isdisjoint(adjectives)
    return first, expresses_pity and language.first_person_words.isdisjoint(adjectives)


def _opens_clause(tokens: TokenTable, start: int) -> bool:
    """Return whether a token opens a quotation or a clause, perhaps after "Oh" or the like."""
    quotation_index = tokens.quotation_indices[start]

    def opens_quotation(index: int) -> bool:
        return index == 0 or tokens.quotation_indices[index - 1] != quotation_index

    if opens_quotation(start):
        return True
    if tokens.lowercase_words[start - 1] in tokens.language.vocative_exclamations:
        start -= 1
        if opens_quotation(start):
            return True
    previous = tokens.words[start - 1]
    return previous in _PAUSE_MARKS or previous == "," or previous.startswith("--")


def _continues_after_comma(tokens: TokenTable, comma: int) -> bool:
    """Return whether a relative clause or another name follows a comma.

    Then the comma does not set off a form of address: "Nancy, who", "Laura, and Ann".
    """
    if comma + 2 >= len(tokens.words):
        return False
    following, after_that = tokens.lowercase_words[comma + 1], tokens.words[comma + 2]
    is_list = (
        following in tokens.language.conjunctions and after_that[0].isupper() and after_that != "I"
    )
    return is_list or following in tokens.language.relative_pronouns


# --------------------------------------------------------------------------- use of several forms


def find_narrated_positions(
    tokens: TokenTable, names: Sequence[NameOccurrence]
) -> dict[NameForm, list[int]]:
    """Return the sorted token indices at which the narration uses each form."""
    positions: dict[NameForm, list[int]] = defaultdict(list)
    for name in names:
        if tokens.quotation_indices[name.start] < 0:
            positions[name.form].append(name.start)
    return positions


def count_adjacent_uses(positions: Sequence[int], other_positions: Sequence[int]) -> int:
    """Count the uses of the rarer of two forms that are within `ADJACENT_TOKENS` of the other form.

    The count tells two names of one person, which rarely stand close together, from the names of
    two persons, such as father and son.

    Args:
        positions: the sorted token indices of one form.
        other_positions: the sorted token indices of the other form.
    """
    # Counting from the rarer form makes the shares of different pairs comparable.
    rare, frequent = sorted((positions, other_positions), key=len)
    count = 0
    for position in rare:
        first = bisect_left(frequent, position - ADJACENT_TOKENS)
        count += first < len(frequent) and frequent[first] <= position + ADJACENT_TOKENS
    return count


def sum_statistics(statistics: Iterable[NameStatistics]) -> NameStatistics:
    """Return the sums of all fields of several statistics."""
    result = NameStatistics()
    for item in statistics:
        for field in NameStatistics.__slots__:
            setattr(result, field, getattr(result, field) + getattr(item, field))
    return result


def is_person_name(
    form: NameForm, statistics: NameStatistics, language: AttributionLanguage
) -> bool:
    """Return whether a form names a person, or an animal or thing that acts like one."""
    if form.title:
        return True
    # Speaking is the surest sign of a person, then being addressed, then standing before a verb.
    activity = (
        statistics.speaking_count * 3
        + statistics.addressed_count * 2
        + statistics.explained_count * 2
        + statistics.acting_count
    )
    is_noun_use = statistics.place_count > 0 or statistics.article_count > 0
    is_place = statistics.place_count > max(2, _MAX_PLACE_SHARE * statistics.total_count)
    is_place_name = form.words[-1] in language.place_nouns
    if (is_place or is_place_name) and statistics.speaking_count < 1 + is_place:
        return False
    if form.words[0] in language.given_names or form.words[-1].endswith(
        language.patronymic_endings
    ):
        return True
    if _is_exclamation(form, statistics):
        return False
    if statistics.total_count <= _MAX_RARE_USES and not is_noun_use:
        # "He had not seen Segun for years, and she ..." is enough for a name used once.
        activity += _RARE_PRONOUN_WEIGHT * (statistics.he_count + statistics.she_count)
    return activity >= 2 and activity >= _MIN_ACTIVITY_SHARE * statistics.total_count


def _is_exclamation(form: NameForm, statistics: NameStatistics) -> bool:
    """Return whether a word has a capital only because it opens sentences: "Begone!", "Moreover".

    A name that only opens sentences must speak, or act in the narration.
    """
    return (
        len(form.words) == 1
        and statistics.initial_count == statistics.total_count
        and not statistics.speaking_count
        and not statistics.acting_count
    )
