"""Where each person of the book is named, described or meant by a pronoun, token by token."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.kinship import resolve_kinship
from narrator.attribution.coreference.name_clustering import Person, cluster_names
from narrator.attribution.coreference.name_detection import NameForm, detect_names
from narrator.attribution.coreference.name_statistics import (
    NameStatistics,
    collect_name_statistics,
    find_narrated_positions,
    is_addressed,
    is_likely_verb,
)
from narrator.attribution.tokens import find_narrator_pronouns, is_narrator_pronoun

if TYPE_CHECKING:
    from narrator.attribution.tokens import TokenTable

_FIRST_SHARE = 0.006
"""Share of "I" among the narrator's words, above which somebody in the story tells it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A person meant by some tokens."""

    start: int
    end: int
    person_index: int
    is_quoted: bool
    is_addressed: bool
    """Addressed, within a quotation."""
    is_subject: bool
    """Followed by a verb, or at the beginning of a sentence."""
    is_description: bool
    """Described, not named."""
    is_possessive: bool


@dataclass(slots=True)
class People:
    """Everybody in the book, and where they are meant."""

    persons: list[Person]
    mentions: list[Mention]
    """In order."""
    mention_by_start: dict[int, int] = field(default_factory=dict)
    """First token of a mention to its index."""
    ending: dict[int, int] = field(default_factory=dict)
    """The token after a mention to its index."""
    narrator_index: int = -1
    """Index of the first-person narrator; -1 where there is none."""


def detect_mentions(page: TokenTable) -> People:
    """Everybody in the book."""
    names = detect_names(page)
    persons, owner = cluster_names(
        collect_name_statistics(page, names), find_narrated_positions(page, names), page.language
    )
    spans = [(n.start, n.end, owner[n.form], False) for n in names if n.form in owner]
    taken = {at for name in names for at in range(name.start, name.end)}
    _note_ages(page, persons, spans)
    spans += _roles(page, persons, taken)
    people = People(persons, [_mention(page, *span) for span in sorted(spans)])
    resolve_kinship(page, people)
    for index, mention in enumerate(people.mentions):
        people.mention_by_start[mention.start] = index
        people.ending[mention.end] = index
    people.narrator_index = _narrator(page, persons, people.mentions)
    return people


def _note_ages(
    page: TokenTable, persons: list[Person], spans: list[tuple[int, int, int, bool]]
) -> None:
    """A person is as old as the adjectives and titles that the book puts before the name."""
    ages = page.language.age_words
    found = Counter(
        (person, ages[word])
        for start, _, person, _ in spans
        for word in dict.fromkeys(
            (page.lowercase_words[start], page.lowercase_words[max(0, start - 1)])
        )
        if word in ages
    )
    for (number, age), count in found.items():
        if count >= 2 and count >= 0.15 * persons[number].statistics.total_count:
            persons[number].age = age
    for person in persons:
        if person.age is None and _grown(page, person):
            person.age = "adult"


def _grown(page: TokenTable, person: Person) -> bool:
    """Whether a title tells so: neither a young lady's nor an uncle's."""
    language = page.language
    young = (
        language.unmarried_titles
        | language.adjective_titles
        | language.kin_nouns.keys()
        | {"", "master"}
    )
    return any(form.title not in young for form in person.name_forms)


def _mention(page: TokenTable, start: int, end: int, person: int, role: bool) -> Mention:
    quoted = page.quotation_indices[start] >= 0
    possessive = page.is_possessive[end - 1]
    acts = (
        end < len(page.words)
        and page.paragraph_indices[end] == page.paragraph_indices[start]
        and is_likely_verb(page, end)
    )
    return Mention(
        start,
        end,
        person,
        quoted,
        quoted and is_addressed(page, start, end),
        not possessive and (acts or page.is_sentence_start[start]),
        role,
        possessive,
    )


# ---------------------------------------------------------------------------- descriptions


def _roles(
    page: TokenTable, persons: list[Person], taken: set[int]
) -> list[tuple[int, int, int, bool]]:
    """People who are described: "the old man", "her mother". Those found are added to `persons`."""
    nouns = _spoken_nouns(page)
    language = page.language
    index: dict[tuple[str, bool], int] = {}
    spans: list[tuple[int, int, int, bool]] = []
    for at, low in enumerate(page.lowercase_words):
        kin = low in language.kin_nouns
        if (
            not (kin or low in language.role_nouns or low in nouns)
            or page.quotation_indices[at] >= 0
        ):
            continue
        if at in taken or not (start := _determiner(page, at, kin)):
            continue
        modifiers = page.lowercase_words[start + 1 : at]
        owned = kin and page.lowercase_words[start] in language.possessive_determiners
        age = next(
            (language.age_words[w] for w in [*modifiers, low] if w in language.age_words), None
        )
        name = f"{age} {low}" if age in {"old", "young"} and modifiers else low
        name = _as_described(page, start, at) if language.requires_name_evidence else name
        key = (name, owned)
        if key not in index:
            index[key] = (
                _titled(persons, language.title_short_forms.get(low, low)) if not owned else -1
            )
            if index[key] < 0:
                index[key] = len(persons)
                persons.append(_role(page, low, kin, age))
        person = persons[index[key]]
        person.name_forms[NameForm("", (*modifiers, low))] += 1 if person.description else 0
        person.statistics.total_count += 1
        spans.append((start, at + 1, index[key], True))
        _count_role(page, at, person.statistics)
    for (name, owned), number in index.items():
        if not persons[number].description:
            continue
        persons[number].description = (
            name if owned or language.requires_name_evidence else f"the {name}"
        )
    return spans


def _as_described(page: TokenTable, start: int, at: int) -> str:
    """A description without its article, which agrees with the noun in gender and case."""
    aged = [word for word in page.words[start + 1 : at] if word.lower() in page.language.age_words]
    return " ".join([*aged, page.words[at]])


def _is_noun(page: TokenTable, at: int) -> bool:
    """Whether the word after an article is the noun, and no adjective before it."""
    if page.language.capitalises_nouns:
        return page.words[at][0].isupper()
    return page.lowercase_words[at] not in page.language.age_words


def _titled(persons: list[Person], title: str) -> int:
    """The one person who bears a title, as "the General" is General Tilney; -1 if none or many."""
    bearers = [
        (sum(n for form, n in person.name_forms.items() if form.title == title), -number)
        for number, person in enumerate(persons)
        if not person.description
    ]
    bearers = sorted(b for b in bearers if b[0])
    if not bearers or title in {"miss", "mr", "lady", "nurse", "master", "lord"}:
        return -1
    many, number = bearers[-1]
    return -number if many >= 4 * sum(b[0] for b in bearers[:-1]) else -1


def _count_role(page: TokenTable, at: int, evidence: NameStatistics) -> None:
    if at + 1 < len(page.words) and page.paragraph_indices[at + 1] == page.paragraph_indices[at]:
        evidence.acting_count += is_likely_verb(page, at + 1)
        evidence.speaking_count += page.lowercase_words[at + 1] in page.language.speech_verbs


def _role(page: TokenTable, noun: str, kin: bool, age: str | None) -> Person:
    language = page.language
    gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun)
    male = {"male": 0.93, "female": 0.03}.get(gender or "", 0.6)
    return Person(male_probability=male, description=noun, is_kin=kin, age=age)


def _determiner(page: TokenTable, at: int, kin: bool) -> int:
    """The token of "the" or "her" before a noun and its adjectives; 0 where there is none."""
    block, language = page.paragraph_indices[at], page.language
    if language.omits_articles and _beside_speech(page, at):
        return at
    for back in range(at - 1, max(0, at - 4), -1):
        if (
            page.paragraph_indices[back] != block
            or page.quotation_indices[back] >= 0
            or page.is_separated[back + 1]
        ):
            return 0
        low = page.lowercase_words[back]
        if low in language.determiners or (
            low in language.possessive_determiners and (kin or back == at - 1)
        ):
            return back
        if not low.isalpha() or page.is_possessive[back] or low in language.speech_verbs:
            return 0
    return 0


def _beside_speech(page: TokenTable, at: int) -> bool:
    """Whether a verb of speech stands next to a word, in its sentence."""
    speech = page.language.speech_verbs
    return page.lowercase_words[at - 1] in speech or (
        page.lowercase_words[at + 1 : at + 2] != [] and (page.lowercase_words[at + 1] in speech)
    )


def _spoken_nouns(page: TokenTable) -> frozenset[str]:
    """Nouns that the book itself lets speak: "said the gryphon"."""
    found: Counter[str] = Counter()
    language = page.language
    for at in range(1, len(page.words) - 3):
        if (
            page.lowercase_words[at] not in language.definite_articles
            or page.quotation_indices[at] >= 0
        ):
            continue
        if (
            page.lowercase_words[at - 1] in language.speech_verbs
            and page.quotation_indices[at - 2] >= 0
        ):
            for ahead in (at + 1, at + 2, at + 3):
                if (
                    not page.lowercase_words[ahead + 1 : ahead + 2]
                    or not page.lowercase_words[ahead].isalpha()
                ):
                    break
                if (
                    page.words[ahead + 1] in {",", ".", ";", ":"}
                    or page.quotation_indices[ahead + 1] >= 0
                    or page.is_separated[ahead + 1]
                    or (language.requires_name_evidence and _is_noun(page, ahead))
                ):
                    found[page.lowercase_words[ahead]] += 1
                    break
    return frozenset(
        word
        for word in found
        if not (language.adverb_endings and word.endswith(language.adverb_endings))
        and word not in language.non_person_words
        and len(word) > 2
    )


# ---------------------------------------------------------------------------- the narrator


def _narrator(page: TokenTable, persons: list[Person], mentions: list[Mention]) -> int:
    """The index of the first-person narrator, found or added."""
    told = sum(1 for voice in page.quotation_indices if voice < 0)
    first = len(find_narrator_pronouns(page))
    if not told or first / told < _FIRST_SHARE:
        return -1
    number = _hidden(page, persons, mentions)
    if number >= 0:
        persons[number].is_narrator = True
        return number
    persons.append(
        Person(
            Counter({NameForm("", (page.language.narrator_name.lower(),)): first}),
            description=page.language.narrator_name,
            is_narrator=True,
        )
    )
    return len(persons) - 1


def _hidden(page: TokenTable, persons: list[Person], mentions: list[Mention]) -> int:
    """The index of somebody who is only ever spoken to, and so tells the story; -1 if nobody is."""
    often = [
        (person.statistics.addressed_count, -number)
        for number, person in enumerate(persons)
        if not person.description
        and person.statistics.addressed_count >= 3
        and person.statistics.quoted_count >= 0.8 * person.statistics.total_count
    ]
    if often:
        return -max(often)[1]
    answered = Counter(
        mention.person_index
        for mention in mentions
        if mention.is_addressed
        and persons[mention.person_index].statistics.quoted_count
        == persons[mention.person_index].statistics.total_count
        and _meets_narrator(page, mention.start)
    )
    (first, most), (_, second) = [*answered.most_common(2), (-1, 0), (-1, 0)][:2]
    return first if most > second else -1


def _meets_narrator(page: TokenTable, at: int) -> bool:
    """Whether the narrator is the one spoken to at a token.

    So it is where "said the manageress to me" follows in its paragraph, or "I said" in the next.
    """
    here = page.paragraph_indices[at]
    begin, end = at, page.paragraph_ranges[min(here + 1, len(page.paragraph_ranges) - 1)][1]
    speech = page.language.speech_verbs
    for place in range(begin, end):
        if page.quotation_indices[place] >= 0:
            continue
        if page.paragraph_indices[place] == here:
            if page.lowercase_words[
                place
            ] in page.language.first_person_pronouns and not is_narrator_pronoun(page, place):
                return True
        elif is_narrator_pronoun(page, place) and speech & {
            *page.lowercase_words[place - 1 : place + 2]
        }:
            return True
    return False
