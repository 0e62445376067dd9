"""What the book shows of each name: whether it is a person, of which gender, how it is used."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from narrator.attribution.coreference.name_detection import NameForm, NameOccurrence
    from narrator.attribution.language import AttributionLanguage
    from narrator.attribution.tokens import TokenTable

ADJACENT_TOKENS = 15
"""Tokens within which two names stand side by side."""
PRONOUN_REACH_TOKENS = 18
"""Tokens after a name within which a pronoun may refer to it."""
_ADJECTIVES = 3
"""Words between an endearment and its name, at most: "my dear little modest Harriet"."""
_STOPS = frozenset(".!?;:—–")


@dataclass(slots=True)
class NameStatistics:
    """Counts over all places where a form of a name stands."""

    total_count: int = 0
    quoted_count: int = 0
    acting_count: int = 0
    """Followed by a verb in the past."""
    speaking_count: int = 0
    """Beside a verb of speech, next to a quotation."""
    addressed_count: int = 0
    """Addressed within a quotation."""
    place_count: int = 0
    """After "in", "at", "to"."""
    article_count: int = 0
    he_count: int = 0
    she_count: int = 0
    male_verb_count: int = 0
    """Beside a verb of speech whose ending tells the gender."""
    female_verb_count: int = 0


def is_likely_verb(page: TokenTable, at: int) -> bool:
    """Whether a token looks like a verb in the past, judged by itself."""
    low = page.lowercase_words[at]
    return (
        (low.endswith(page.language.past_endings) and len(low) > 3)
        or low in page.language.past_verbs
        or low in page.language.speech_verbs
    )


def collect_name_statistics(
    page: TokenTable, names: Sequence[NameOccurrence]
) -> dict[NameForm, NameStatistics]:
    """The evidence for each form."""
    found: dict[NameForm, NameStatistics] = {}
    for index, name in enumerate(names):
        evidence = found.setdefault(name.form, NameStatistics())
        following = names[index + 1].start if index + 1 < len(names) else len(page.words)
        _count(page, name, evidence)
        if page.quotation_indices[name.start] < 0:
            _count_pronoun(page, name, following, evidence)
    return found


def _count(page: TokenTable, name: NameOccurrence, evidence: NameStatistics) -> None:
    language = page.language
    before = page.lowercase_words[name.start - 1] if name.start else ""
    evidence.total_count += 1
    if (
        name.has_article
        and name.start > 1
        and page.quotation_indices[name.start - 2] == page.quotation_indices[name.start]
    ):
        evidence.speaking_count += page.lowercase_words[name.start - 2] in language.speech_verbs
    evidence.article_count += name.has_article
    evidence.place_count += before in language.place_prepositions
    if page.quotation_indices[name.start] >= 0:
        evidence.quoted_count += 1
        evidence.addressed_count += is_addressed(page, name.start, name.end)
        return
    if (
        name.end < len(page.words)
        and page.paragraph_indices[name.end] == page.paragraph_indices[name.start]
    ):
        evidence.acting_count += is_likely_verb(page, name.end)
        evidence.speaking_count += page.lowercase_words[name.end] in language.speech_verbs
        _count_ending(page, name.end, evidence)
    evidence.speaking_count += before in language.speech_verbs
    if before in language.speech_verbs:
        _count_ending(page, name.start - 1, evidence)


def _count_ending(page: TokenTable, verb: int, evidence: NameStatistics) -> None:
    """A verb's ending tells the gender of its subject, in some languages."""
    gendered = page.language.gendered_verb_endings
    if gendered and is_likely_verb(page, verb):
        evidence.male_verb_count += page.lowercase_words[verb].endswith(gendered["male"])
        evidence.female_verb_count += page.lowercase_words[verb].endswith(gendered["female"])


def is_addressed(page: TokenTable, start: int, end: int) -> bool:
    """Whether a name within a quotation calls the person spoken to: set off on both sides.

    A word of endearment may stand before the name, or after it: "my dear Lydia", "Alice dear".
    """
    voice, fond = page.quotation_indices[start], page.language.address_words["fond"]
    start, pitied = _with_adjectives(page, start)
    if pitied or not _set_off(page, start, voice):
        return False
    if (
        end < len(page.words)
        and page.lowercase_words[end] in fond
        and page.quotation_indices[end] == voice
    ):
        end += 1
    if end >= len(page.words) or page.quotation_indices[end] != voice:
        return True
    if page.words[end] == ",":
        return not _told_of(page, end)
    return page.words[end] in _STOPS or page.words[end].startswith("--")


def _with_adjectives(page: TokenTable, start: int) -> tuple[int, bool]:
    """Where the adjectives before a name begin, if one is an endearment; and whether it is pity.

    "Poor Edward!" is said of him, "my poor Isabella" to her.
    """
    language, first = page.language, start
    for back in range(start - 1, max(-1, start - 2 - _ADJECTIVES), -1):
        low = page.lowercase_words[back]
        if page.quotation_indices[back] != page.quotation_indices[start] or not low[0].isalpha():
            break
        if low in language.endearment_adjectives:
            first = back
    words = page.lowercase_words[first:start]
    return first, not language.pity_adjectives.isdisjoint(
        words
    ) and language.first_person_words.isdisjoint(words)


def _set_off(page: TokenTable, start: int, voice: int) -> bool:
    """Whether nothing but an exclamation stands between a token and the stop before it."""
    if start == 0 or page.quotation_indices[start - 1] != voice:
        return True
    if page.lowercase_words[start - 1] in page.language.vocative_exclamations:
        start -= 1
        if start == 0 or page.quotation_indices[start - 1] != voice:
            return True
    before = page.words[start - 1]
    return before in _STOPS or before == "," or before.startswith("--")


def _told_of(page: TokenTable, comma: int) -> bool:
    """Whether a comma after a name goes on about him: "Nancy, who", "Laura, and Ann"."""
    if comma + 2 >= len(page.words):
        return False
    after, then = page.lowercase_words[comma + 1], page.words[comma + 2]
    listed = after in page.language.conjunctions and then[0].isupper() and then != "I"
    return listed or after in page.language.relative_pronouns


def _count_pronoun(
    page: TokenTable, name: NameOccurrence, following: int, evidence: NameStatistics
) -> None:
    """The first pronoun of the third person after the name, before another name."""
    pronouns = page.language.pronoun_genders
    stop = min(following, name.end + PRONOUN_REACH_TOKENS, len(page.words))
    block = page.paragraph_indices[name.start]
    for at in range(name.end, stop):
        if page.paragraph_indices[at] != block:
            return
        gender = pronouns.get(page.lowercase_words[at]) if page.quotation_indices[at] < 0 else None
        if gender == "male":
            evidence.he_count += 1
            return
        if gender == "female":
            evidence.she_count += 1
            return


def find_narrated_positions(
    page: TokenTable, names: Sequence[NameOccurrence]
) -> dict[NameForm, list[int]]:
    """The tokens at which the narrator, not somebody speaking, uses each form."""
    places: dict[NameForm, list[int]] = defaultdict(list)
    for name in names:
        if page.quotation_indices[name.start] < 0:
            places[name.form].append(name.start)
    return places


def count_adjacent_uses(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the rarer form's places have the other form beside them.

    Two names of one person rarely stand within a few words of each other; father and son do.
    """
    few, many = sorted((one, other), key=len)
    count = 0
    for place in few:
        at = bisect_left(many, place - ADJACENT_TOKENS)
        count += at < len(many) and many[at] <= place + ADJACENT_TOKENS
    return count


def sum_statistics(evidence: Iterable[NameStatistics]) -> NameStatistics:
    """The sum."""
    result = NameStatistics()
    for item in evidence:
        for field in NameStatistics.__slots__:
            setattr(result, field, getattr(result, field) + getattr(item, field))
    return result


def is_person_name(form: NameForm, evidence: NameStatistics, language: AttributionLanguage) -> bool:
    """Whether a form names a person, or at least somebody who acts like one."""
    if form.title:
        return True
    if form.words[-1] in language.place_nouns and not evidence.speaking_count:
        return False
    if form.words[0] in language.given_names:
        return True
    alive = evidence.speaking_count * 3 + evidence.addressed_count * 2 + evidence.acting_count
    if evidence.place_count > max(2, 0.3 * evidence.total_count) and evidence.speaking_count < 2:
        return False
    return alive >= 2 and alive >= 0.06 * evidence.total_count
