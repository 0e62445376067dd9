"""Detect all mentions of persons by name or description, and the first-person narrator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from narrator.attribution.coreference.kinship import resolve_kinship
from narrator.attribution.coreference.name_clustering import Person, cluster_names
from narrator.attribution.coreference.name_detection import NameForm, detect_names
from narrator.attribution.coreference.name_statistics import (
    collect_name_statistics,
    find_narrated_positions,
    is_addressed,
    is_likely_verb,
)
from narrator.attribution.coreference.people import Mention, People
from narrator.attribution.tokens import find_narrator_pronouns, is_narrator_pronoun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.tokens import TokenTable

_MIN_NARRATOR_SHARE = 0.006
"""Minimum share of "I" among the tokens of narration in a book with a first-person narrator."""
_MIN_NARRATOR_ADDRESSES = 3
"""Minimum number of times that a named narrator is addressed, if there is no other evidence."""
_MIN_NARRATOR_QUOTED_SHARE = 0.8
"""Minimum share of the named narrator's mentions that are in quotations."""
_MIN_AGE_SHARE = 0.15
"""Minimum share of a person's mentions that have a word for the same age, to set the age."""
_MALE_DESCRIPTION, _FEMALE_DESCRIPTION, _OTHER_DESCRIPTION = 0.93, 0.03, 0.6
"""Probability that a described person is male, for male, female and other nouns."""
_DOMINANT_FACTOR = 4
"""Minimum ratio of a person's uses of a title to all others', for the title to mean the person."""
_DETERMINER_REACH = 3
"""Maximum distance in tokens from a determiner to its noun."""
_COURTESY_TITLES = frozenset(("miss", "mr", "lady", "nurse", "master", "lord"))
"""Titles that, as nouns, may describe anybody: "the lady"."""


class _Span(NamedTuple):
    """A mention before its context is examined; sorts by position in the text."""

    start: int
    end: int
    person_index: int
    is_description: bool


def detect_mentions(tokens: TokenTable) -> People:
    """Return all persons of a book with their mentions."""
    names = detect_names(tokens)
    persons, person_by_form = cluster_names(
        collect_name_statistics(tokens, names),
        find_narrated_positions(tokens, names),
        tokens.language,
    )
    spans = [
        _Span(name.start, name.end, person_by_form[name.form], is_description=False)
        for name in names
        if name.form in person_by_form
    ]
    name_tokens = {index for name in names for index in range(name.start, name.end)}
    _set_ages(tokens, persons, spans)
    spans += _detect_descriptions(tokens, persons, name_tokens)
    people = People(persons, [_build_mention(tokens, span) for span in sorted(spans)])
    resolve_kinship(tokens, people)
    for mention_index, mention in enumerate(people.mentions):
        people.mention_by_start[mention.start] = mention_index
    people.narrator_index = _detect_narrator(tokens, persons, people.mentions)
    return people


def _build_mention(tokens: TokenTable, span: _Span) -> Mention:
    """Return a mention, completed from the tokens around it."""
    start, end, person_index, is_description = span
    is_quoted = tokens.quotation_indices[start] >= 0
    is_possessive = tokens.is_possessive[end - 1]
    precedes_verb = (
        end < len(tokens.words)
        and tokens.paragraph_indices[end] == tokens.paragraph_indices[start]
        and is_likely_verb(tokens, end)
    )
    return Mention(
        start,
        end,
        person_index,
        is_quoted,
        is_quoted and is_addressed(tokens, start, end),
        not is_possessive and (precedes_verb or tokens.is_sentence_start[start]),
        is_description,
        is_possessive,
    )


# ------------------------------------------------------------------------------------------ ages


def _set_ages(tokens: TokenTable, persons: Sequence[Person], spans: Sequence[_Span]) -> None:
    """Set the age of persons in place, from adjectives and titles before the name: "old Tom"."""
    age_words = tokens.language.age_words
    counts: Counter[tuple[int, str]] = Counter()
    for span in spans:
        before = tokens.lowercase_words[max(0, span.start - 1)]
        # The word of age may be the name's title, its first token, or the token before. At the
        # start of the book both are the same token, which must count once.
        for word in dict.fromkeys((tokens.lowercase_words[span.start], before)):
            if word in age_words:
                counts[span.person_index, age_words[word]] += 1
    for (person_index, age), count in counts.items():
        total_count = persons[person_index].statistics.total_count
        if count >= 2 and count >= _MIN_AGE_SHARE * total_count:
            persons[person_index].age = age
    # Titles decide last: "young Mr. Reed" is young, although "Mr." implies an adult.
    for person in persons:
        if person.age is None and _has_adult_title(tokens, person):
            person.age = "adult"


def _has_adult_title(tokens: TokenTable, person: Person) -> bool:
    """Return whether a person has an adult's title.

    "Miss", "Master" and nouns of kinship do not count.
    """
    language = tokens.language
    ageless_titles = (
        language.unmarried_titles
        | language.adjective_titles
        | language.kin_nouns.keys()
        | {"", "master"}
    )
    return any(form.title not in ageless_titles for form in person.name_forms)


# ---------------------------------------------------------------------------------- descriptions


def _detect_descriptions(
    tokens: TokenTable, persons: list[Person], name_tokens: set[int]
) -> list[_Span]:
    """Return the descriptions of persons in the narration: "the old man", "her mother".

    Each different description adds a person to `persons`, unless it means a named person by title.

    Args:
        tokens: the tokens of the book.
        persons: all persons so far; extended in place.
        name_tokens: the tokens of all names, which are not searched for descriptions.
    """
    speaking_nouns = _list_speaking_nouns(tokens)
    language = tokens.language
    person_by_key: dict[tuple[str, bool], int] = {}
    spans: list[_Span] = []
    for index, noun in enumerate(tokens.lowercase_words):
        is_kin = noun in language.kin_nouns
        if not (is_kin or noun in language.role_nouns or noun in speaking_nouns):
            continue
        if tokens.quotation_indices[index] >= 0 or index in name_tokens:
            continue
        start = _find_determiner(tokens, index, is_kin)
        if not start:
            continue
        key = _build_description_key(tokens, start, index)
        if key not in person_by_key:
            person_by_key[key] = _find_or_add_described_person(tokens, persons, start, index)
        person_index = person_by_key[key]
        _count_description(tokens, persons[person_index], start, index)
        spans.append(_Span(start, index + 1, person_index, is_description=True))
    _set_description_wording(tokens, persons, person_by_key)
    return spans


def _build_description_key(tokens: TokenTable, start: int, noun_index: int) -> tuple[str, bool]:
    """Return a key that is the same for all mentions of one described person.

    It consists of the wording and whether a possessive precedes a noun of kinship: "her mother" and
    "the mother" are two persons.

    Args:
        tokens: the tokens of the book.
        start: token of the determiner.
        noun_index: token of the noun.
    """
    language, noun = tokens.language, tokens.lowercase_words[noun_index]
    has_possessor = _is_possessive_kinship(tokens, start, noun_index)
    if language.requires_name_evidence:
        return _join_inflected_description(tokens, start, noun_index), has_possessor
    age = _find_age(tokens, start, noun_index)
    has_adjectives = noun_index > start + 1
    return (f"{age} {noun}" if age in {"old", "young"} and has_adjectives else noun), has_possessor


def _is_possessive_kinship(tokens: TokenTable, start: int, noun_index: int) -> bool:
    """Return whether a description is a relative of somebody: "her mother", not "the mother"."""
    is_kin = tokens.lowercase_words[noun_index] in tokens.language.kin_nouns
    return is_kin and tokens.lowercase_words[start] in tokens.language.possessive_determiners


def _find_age(tokens: TokenTable, start: int, noun_index: int) -> str | None:
    """Return the age implied by the first word of age after the determiner, or None."""
    age_words = tokens.language.age_words
    # A description without a determiner starts with its noun, which must be included.
    words = [*tokens.lowercase_words[start + 1 : noun_index], tokens.lowercase_words[noun_index]]
    return next((age_words[word] for word in words if word in age_words), None)


def _join_inflected_description(tokens: TokenTable, start: int, noun_index: int) -> str:
    """Return the words for an age and the noun of a description in an inflected language.

    The determiner is left out, because its form changes with gender and case.
    """
    words = tokens.words[start + 1 : noun_index]
    age_adjectives = [word for word in words if word.lower() in tokens.language.age_words]
    return " ".join([*age_adjectives, tokens.words[noun_index]])


def _find_or_add_described_person(
    tokens: TokenTable, persons: list[Person], start: int, noun_index: int
) -> int:
    """Return the index of the person that a description means.

    This is the named person whose title is the noun, or else a new person, added to `persons`.
    """
    language, noun = tokens.language, tokens.lowercase_words[noun_index]
    if not _is_possessive_kinship(tokens, start, noun_index):
        person_index = _find_title_holder(persons, language.title_short_forms.get(noun, noun))
        if person_index >= 0:
            return person_index
    gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun)
    male_probability = {"male": _MALE_DESCRIPTION, "female": _FEMALE_DESCRIPTION}.get(
        gender or "", _OTHER_DESCRIPTION
    )
    persons.append(
        Person(
            male_probability=male_probability,
            description=noun,
            is_kin=noun in language.kin_nouns,
            age=_find_age(tokens, start, noun_index),
        )
    )
    return len(persons) - 1


def _find_title_holder(persons: Sequence[Person], title: str) -> int:
    """Return the index of the only or dominant person with a title, or -1.

    "The General" is General Tilney if no other general is named often.
    """
    counts = [
        (sum(count for form, count in person.name_forms.items() if form.title == title), -index)
        for index, person in enumerate(persons)
        if not person.description
    ]
    holders = sorted(pair for pair in counts if pair[0])
    if not holders or title in _COURTESY_TITLES:
        return -1
    most_uses, negated_index = holders[-1]
    other_uses = sum(uses for uses, _ in holders[:-1])
    return -negated_index if most_uses >= _DOMINANT_FACTOR * other_uses else -1


def _count_description(tokens: TokenTable, person: Person, start: int, noun_index: int) -> None:
    """Add one description to the statistics of its person."""
    words, statistics = tokens.lowercase_words, person.statistics
    form = NameForm("", (*words[start + 1 : noun_index], words[noun_index]))
    person.name_forms[form] += 1 if person.description else 0
    statistics.total_count += 1
    following = noun_index + 1
    if (
        following < len(words)
        and tokens.paragraph_indices[following] == tokens.paragraph_indices[noun_index]
    ):
        statistics.acting_count += is_likely_verb(tokens, following)
        statistics.speaking_count += words[following] in tokens.language.speech_verbs


def _set_description_wording(
    tokens: TokenTable, persons: Sequence[Person], person_by_key: dict[tuple[str, bool], int]
) -> None:
    """Set the description of each described person, in place, to its display wording."""
    for (words, has_possessor), person_index in person_by_key.items():
        person = persons[person_index]
        if person.description:
            needs_article = not (has_possessor or tokens.language.requires_name_evidence)
            person.description = f"the {words}" if needs_article else words


def _find_determiner(tokens: TokenTable, noun_index: int, is_kin: bool) -> int:
    """Return the token of the determiner before a noun, such as "the" or "her"; 0 if there is none.

    Adjectives may stand between them. Token 0 itself is never used as a determiner. In languages
    without articles, the noun is returned as its own determiner if it is beside a verb of speech.
    """
    paragraph, language = tokens.paragraph_indices[noun_index], tokens.language
    if language.omits_articles and _is_beside_speech_verb(tokens, noun_index):
        return noun_index
    for index in range(noun_index - 1, max(0, noun_index - 1 - _DETERMINER_REACH), -1):
        if (
            tokens.paragraph_indices[index] != paragraph
            or tokens.quotation_indices[index] >= 0
            or tokens.is_separated[index + 1]
        ):
            return 0
        word = tokens.lowercase_words[index]
        # Except for kin, a possessive must directly precede its noun: "her driver", but not "her
        # old driver".
        if word in language.determiners or (
            word in language.possessive_determiners and (is_kin or index == noun_index - 1)
        ):
            return index
        if not word.isalpha() or tokens.is_possessive[index] or word in language.speech_verbs:
            return 0
    return 0


def _is_beside_speech_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether the token before or after a word is a verb of speech."""
    words, speech_verbs = tokens.lowercase_words, tokens.language.speech_verbs
    following = words[index + 1 : index + 2]
    return words[index - 1] in speech_verbs or (following != [] and following[0] in speech_verbs)


def _list_speaking_nouns(tokens: TokenTable) -> frozenset[str]:
    """Return the nouns that follow a verb of speech and an article: "said the gryphon"."""
    language = tokens.language
    nouns: set[str] = set()
    for index in range(1, len(tokens.words) - 3):
        if (
            tokens.lowercase_words[index] not in language.definite_articles
            or tokens.quotation_indices[index] >= 0
        ):
            continue
        follows_tag_verb = (
            tokens.lowercase_words[index - 1] in language.speech_verbs
            and tokens.quotation_indices[index - 2] >= 0
        )
        noun = _find_noun_after(tokens, index) if follows_tag_verb else None
        if noun is not None:
            nouns.add(noun)
    return frozenset(
        noun
        for noun in nouns
        if not (language.adverb_endings and noun.endswith(language.adverb_endings))
        and noun not in language.non_person_words
        and len(noun) > 2
    )


def _find_noun_after(tokens: TokenTable, article_index: int) -> str | None:
    """Return the noun at the end of the phrase after an article, or None.

    The phrase must end within three words, at punctuation or a quotation.
    """
    words = tokens.lowercase_words
    for index in range(article_index + 1, article_index + 4):
        following = index + 1
        if following >= len(words) or not words[index].isalpha():
            return None
        if (
            words[following] in {",", ".", ";", ":"}
            or tokens.quotation_indices[following] >= 0
            or tokens.is_separated[following]
            or (tokens.language.requires_name_evidence and _is_noun(tokens, index))
        ):
            return words[index]
    return None


def _is_noun(tokens: TokenTable, index: int) -> bool:
    """Return whether a word after an article is the noun, and not an adjective before the noun."""
    if tokens.language.capitalises_nouns:
        return tokens.words[index][0].isupper()
    return tokens.lowercase_words[index] not in tokens.language.age_words


# -------------------------------------------------------------------------------------- narrator


def _detect_narrator(tokens: TokenTable, persons: list[Person], mentions: Sequence[Mention]) -> int:
    """Return the index of the first-person narrator; -1 if the book has none.

    A narrator without a name is added to `persons`.
    """
    narrated_count = sum(1 for quotation in tokens.quotation_indices if quotation < 0)
    pronoun_count = len(find_narrator_pronouns(tokens))
    if not narrated_count or pronoun_count / narrated_count < _MIN_NARRATOR_SHARE:
        return -1
    person_index = _find_named_narrator(tokens, persons, mentions)
    if person_index >= 0:
        persons[person_index].is_narrator = True
        return person_index
    name = tokens.language.narrator_name
    forms = Counter({NameForm("", (name.lower(),)): pronoun_count})
    persons.append(Person(forms, description=name, is_narrator=True))
    return len(persons) - 1


def _find_named_narrator(
    tokens: TokenTable, persons: Sequence[Person], mentions: Sequence[Mention]
) -> int:
    """Return the index of the person who is probably the first-person narrator, or -1.

    Other characters address the narrator by name, but the narration hardly ever uses that name.
    """
    # Negated indices make `max` prefer the first person if counts are equal.
    candidates = [
        (person.statistics.addressed_count, -index)
        for index, person in enumerate(persons)
        if not person.description
        and person.statistics.addressed_count >= _MIN_NARRATOR_ADDRESSES
        and person.statistics.quoted_count
        >= _MIN_NARRATOR_QUOTED_SHARE * person.statistics.total_count
    ]
    if candidates:
        return -max(candidates)[1]
    # Fewer mentions are enough if all are in quotations that clearly address the narrator.
    address_counts = Counter(
        mention.person_index
        for mention in mentions
        if mention.is_addressed
        and _is_only_quoted(persons[mention.person_index])
        and _addresses_narrator(tokens, mention.start)
    )
    (person_index, count), (_, next_count) = [*address_counts.most_common(2), (-1, 0), (-1, 0)][:2]
    return person_index if count > next_count else -1


def _is_only_quoted(person: Person) -> bool:
    return person.statistics.quoted_count == person.statistics.total_count


def _addresses_narrator(tokens: TokenTable, index: int) -> bool:
    """Return whether a quotation probably addresses the narrator.

    It does if narration in the same paragraph says "me" (`"Go, Tom," she said to me.`), or if "I
    said" follows in the next paragraph.

    Args:
        tokens: the tokens of the book.
        index: a token of the quotation.
    """
    paragraph = tokens.paragraph_indices[index]
    next_paragraph = min(paragraph + 1, len(tokens.paragraph_ranges) - 1)
    speech_verbs = tokens.language.speech_verbs
    for place in range(index, tokens.paragraph_ranges[next_paragraph][1]):
        if tokens.quotation_indices[place] >= 0:
            continue
        is_narrator = is_narrator_pronoun(tokens, place)
        if tokens.paragraph_indices[place] == paragraph:
            is_first_person = tokens.lowercase_words[place] in tokens.language.first_person_pronouns
            if is_first_person and not is_narrator:
                return True
        elif is_narrator and speech_verbs & {*tokens.lowercase_words[place - 1 : place + 2]}:
            return True
    return False
