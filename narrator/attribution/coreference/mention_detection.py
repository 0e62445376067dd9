"""Detect all mentions of persons by name or description, and the first-person narrator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrator.attribution.coreference.description_detection import detect_descriptions
from narrator.attribution.coreference.introductions import find_introductions
from narrator.attribution.coreference.kinship import resolve_kinship
from narrator.attribution.coreference.name_clustering import Person, cluster_names
from narrator.attribution.coreference.name_contrast import contrast_names
from narrator.attribution.coreference.name_detection import NameForm, detect_names
from narrator.attribution.coreference.name_statistics import (
    collect_name_statistics,
    find_narrated_positions,
    is_addressed,
    is_likely_verb,
)
from narrator.attribution.coreference.people import Mention, MentionSpan, People
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


def detect_mentions(tokens: TokenTable) -> People:
    """Return all persons of a book with their mentions."""
    names = detect_names(tokens)
    persons, person_by_form = cluster_names(
        collect_name_statistics(tokens, names),
        find_narrated_positions(tokens, names),
        tokens.language,
        contrast_names(tokens, names),
    )
    spans = [
        MentionSpan(name.start, name.end, person_by_form[name.form], is_description=False)
        for name in names
        if name.form in person_by_form
    ]
    _set_ages(tokens, persons, spans)
    descriptions, possessors = detect_descriptions(tokens, persons, spans)
    spans = [span for span in spans if span.start not in possessors] + descriptions
    people = People(persons, [_build_mention(tokens, span) for span in sorted(spans)])
    people.possessors = possessors
    resolve_kinship(tokens, people)
    for mention_index, mention in enumerate(people.mentions):
        people.mention_by_start[mention.start] = mention_index
    people.narrator_index = _detect_narrator(tokens, people)
    return people


def _build_mention(tokens: TokenTable, span: MentionSpan) -> Mention:
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


def _set_ages(tokens: TokenTable, persons: Sequence[Person], spans: Sequence[MentionSpan]) -> None:
    """Set the age of persons in place, from adjectives and titles before the name: "old Tom".

    A single "old" or "young" in the narration is enough if it introduces the person, or if the
    person is mentioned rarely. A single "little" or "Miss" is not: the one may be an endearment,
    and the other has any age.
    """
    conclusive_words = tokens.language.adjective_titles
    counts: Counter[tuple[int, str]] = Counter()
    narrated_ages: dict[tuple[int, str], bool] = {}  # whether the word introduces the person
    introduced: set[int] = set()
    for span in sorted(spans):
        words = _find_age_words(tokens, span)
        counts.update((span.person_index, age) for age in words.values())
        if tokens.quotation_indices[span.start] >= 0:
            continue
        for word, age in words.items():
            if age == "old" or (age == "young" and word in conclusive_words):
                is_introduction = span.person_index not in introduced
                narrated_ages.setdefault((span.person_index, age), is_introduction)
        introduced.add(span.person_index)
    for (person_index, age), count in counts.items():
        is_frequent = count >= _MIN_AGE_SHARE * persons[person_index].statistics.total_count
        is_narrated = (person_index, age) in narrated_ages
        introduces = narrated_ages.get((person_index, age), False)
        if introduces or (is_frequent and (count >= 2 or is_narrated)):
            persons[person_index].age = age
    for person in persons:
        person.age = person.age or _find_kinship_age(tokens, person)
    # Titles decide last: "young Mr. Reed" is young, although "Mr." implies an adult.
    for person in persons:
        if person.age is None and _has_adult_title(tokens, person):
            person.age = "adult"


def _find_kinship_age(tokens: TokenTable, person: Person) -> str | None:
    """Return the age of a person who is mostly called by a noun of kinship: "Grandad"."""
    language = tokens.language
    form = max(person.name_forms, key=lambda form: person.name_forms[form], default=None)
    if form is None or len(form.words) > 1:
        return None
    kinship = next((word for word in (*form.words, form.title) if word in language.kin_nouns), "")
    return language.age_words.get(kinship)


def _find_age_words(tokens: TokenTable, span: MentionSpan) -> dict[str, str]:
    """Return the words of age at the start of a mention, or before it, and the ages they mean."""
    age_words = tokens.language.age_words
    # The word may be the name's title, its first token, or the token before it.
    words = (tokens.lowercase_words[index] for index in (span.start, max(0, span.start - 1)))
    return {word: age_words[word] for word in words if word in age_words}


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


# -------------------------------------------------------------------------------------- narrator


def _detect_narrator(tokens: TokenTable, people: People) -> int:
    """Return the index of the first-person narrator; -1 if the book has none.

    A narrator without a name is added to `persons`.
    """
    narrated_count = sum(1 for quotation in tokens.quotation_indices if quotation < 0)
    pronoun_count = len(find_narrator_pronouns(tokens))
    if not narrated_count or pronoun_count / narrated_count < _MIN_NARRATOR_SHARE:
        return -1
    persons = people.persons
    person_index = _find_introduced_narrator(tokens, people)
    if person_index < 0:
        person_index = _find_named_narrator(tokens, persons, people.mentions)
    if person_index >= 0:
        persons[person_index].is_narrator = True
        return person_index
    name = tokens.language.narrator_name
    forms = Counter({NameForm("", (name.lower(),)): pronoun_count})
    persons.append(Person(forms, description=name, is_narrator=True))
    return len(persons) - 1


def _find_introduced_narrator(tokens: TokenTable, people: People) -> int:
    """Return the index of the person by whose name the narrator calls himself, or -1.

    He does so in the narration ("My name is Tom Reed"), or in a quotation that "I said" follows.
    Several names contradict each other, unless one is given more often.
    """
    counts = Counter(
        mention.person_index
        for mention in find_introductions(tokens, people)
        if not mention.is_quoted or _is_said_by_narrator(tokens, mention)
    )
    (person_index, count), (_, next_count) = [*counts.most_common(2), (-1, 0), (-1, 0)][:2]
    return person_index if count > next_count else -1


def _is_said_by_narrator(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether "I said" or "said I" follows the quotation with a mention."""
    quotation = tokens.quotations[tokens.quotation_indices[mention.start]]
    run_end = next(end for start, end in quotation.token_runs if start <= mention.start < end)
    following = range(run_end, min(run_end + 2, len(tokens.words)))
    return any(is_narrator_pronoun(tokens, index) for index in following) and (
        not tokens.language.speech_verbs.isdisjoint(tokens.lowercase_words[run_end : run_end + 2])
    )


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
