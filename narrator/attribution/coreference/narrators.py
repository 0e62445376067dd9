"""Find who narrates in the first person: one person, nobody, or another in each chapter."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.attribution.coreference.introductions import find_introductions
from narrator.attribution.coreference.letter_writers import find_letters, find_writer
from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.tokens import find_narrator_pronouns, is_narrator_pronoun

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenTable

_MIN_NARRATOR_SHARE = 0.006
"""Minimum share of "I" among the tokens of narration in a book with a first-person narrator."""
_MIN_NARRATOR_ADDRESSES = 3
"""Minimum number of times that a named narrator is addressed, if there is no other evidence."""
_MIN_NARRATOR_QUOTED_SHARE = 0.8
"""Minimum share of the named narrator's mentions that are in quotations."""
_MAX_HEADING_PARAGRAPHS = 4
"""Number of paragraphs at the beginning of a chapter that may consist of the narrator's name."""
_MAX_NARRATED_SHARE = 0.3
"""Maximum share of mentions outside quotations, in a chapter, of the person who narrates it."""


def detect_narrators(tokens: TokenTable, people: People) -> None:
    """Set the narrator of the book, or of each chapter if several persons narrate.

    A narrator without a name is added to `people.persons`.
    """
    pronouns = find_narrator_pronouns(tokens)
    if not _has_narrator(tokens, pronouns, 0, len(tokens.words)):
        return
    introductions = list(find_introductions(tokens, people))
    narrators = _find_chapter_narrators(tokens, people, pronouns, introductions)
    has_writers = len(set(people.narrator_by_paragraph.values())) > 1
    if len(set(narrators.values())) > 1 or has_writers:
        people.narrator_by_chapter = narrators
        return
    persons = people.persons
    person_index = _find_introduced_narrator(tokens, introductions)
    if person_index < 0:
        person_index = _find_only_writer(tokens, people)
    if person_index < 0:
        person_index = _find_named_narrator(tokens, persons, people.mentions)
    if person_index < 0:
        person_index = len(persons)
        name = tokens.language.narrator_name
        forms = Counter({NameForm("", (name.lower(),)): len(pronouns)})
        persons.append(Person(forms, description=name))
    persons[person_index].is_narrator = True
    people.narrator_index = person_index


def _has_narrator(tokens: TokenTable, pronouns: Sequence[int], start: int, end: int) -> bool:
    """Return whether somebody narrates a token range in the first person.

    Args:
        tokens: the tokens of the book.
        pronouns: the sorted tokens at which a narrator says "I".
        start: first token of the range.
        end: token after the range.
    """
    narrated_count = sum(1 for quotation in tokens.quotation_indices[start:end] if quotation < 0)
    pronoun_count = bisect_left(pronouns, end) - bisect_left(pronouns, start)
    return pronoun_count > 0 and pronoun_count >= _MIN_NARRATOR_SHARE * narrated_count


# ----------------------------------------------------------------------------- several narrators


def _find_chapter_narrators(
    tokens: TokenTable, people: People, pronouns: Sequence[int], introductions: Sequence[Mention]
) -> dict[int, int]:
    """Return the person who narrates each chapter, where the chapter tells; by chapter number.

    The name is the chapter's heading, or the narrator gives it. In other chapters, it is the one of
    these names by which others address him.
    """
    narrators, addressed = dict[int, int](), dict[int, int]()
    mention_starts = [mention.start for mention in people.mentions]
    for chapter, (start, end) in _list_chapters(tokens):
        if not _has_narrator(tokens, pronouns, start, end):
            continue
        first, stop = bisect_left(mention_starts, start), bisect_left(mention_starts, end)
        mentions = people.mentions[first:stop]
        letters = find_letters(tokens, mentions, start, end)
        for paragraphs, writer in letters:
            people.narrator_by_paragraph |= dict.fromkeys(paragraphs, writer)
        if len({writer for _, writer in letters}) > 1:
            continue
        person = find_writer(tokens, mentions, start, end)
        if person >= 0:
            narrators[chapter] = person
            continue
        person = _find_heading_narrator(tokens, mentions, start)
        if person < 0:
            own = [mention for mention in introductions if start <= mention.start < end]
            person = _find_introduced_narrator(tokens, own)
        if person >= 0 and _is_rarely_narrated(mentions, person):
            narrators[chapter] = person
        else:
            addressed[chapter] = _find_addressed_narrator(tokens, mentions)
    named = set(narrators.values())
    return narrators | {chapter: p for chapter, p in addressed.items() if p in named}


def _find_only_writer(tokens: TokenTable, people: People) -> int:
    """Return the person who writes at least half of the chapters as letters or a record, or -1."""
    mention_starts = [mention.start for mention in people.mentions]
    writers = [
        find_writer(
            tokens,
            people.mentions[bisect_left(mention_starts, start) : bisect_left(mention_starts, end)],
            start,
            end,
        )
        for _, (start, end) in _list_chapters(tokens)
    ]
    person = _choose_most_common(writer for writer in writers if writer >= 0)
    return person if writers.count(person) * 2 >= len(writers) else -1


def _list_chapters(tokens: TokenTable) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the number of each chapter, and its range of tokens."""
    chapters = tokens.paragraph_chapters
    starts = [0] + [i for i in range(1, len(chapters)) if chapters[i] != chapters[i - 1]]
    for first, stop in pairwise([*starts, len(chapters)]):
        bounds = tokens.paragraph_ranges[first][0], tokens.paragraph_ranges[stop - 1][1]
        yield chapters[first], bounds


def _find_heading_narrator(tokens: TokenTable, mentions: Sequence[Mention], start: int) -> int:
    """Return the person whose name is the heading of a chapter, or follows its number; or -1."""
    first = tokens.paragraph_indices[start] if start < len(tokens.words) else 0
    headings = tokens.paragraph_ranges[first : first + _MAX_HEADING_PARAGRAPHS]
    return next(
        (
            mention.person_index
            for mention in mentions
            for heading in headings
            if mention.end == heading[1] and _opens_line(tokens, heading[0], mention.start)
        ),
        -1,
    )


def _opens_line(tokens: TokenTable, heading_start: int, index: int) -> bool:
    """Return whether a token opens a heading or a line of it, or follows a number."""
    if index == heading_start:
        return True
    if not heading_start < index:
        return False
    previous = tokens.words[index - 1]
    gap = tokens.start_offsets[index] - tokens.start_offsets[index - 1] - len(previous)
    return gap > 1 or not previous.isalpha()


def _is_rarely_narrated(mentions: Sequence[Mention], person: int) -> bool:
    """Return whether the narration of a chapter hardly uses a person's name, besides a heading."""
    uses = [mention.is_quoted for mention in mentions if mention.person_index == person]
    return uses.count(False) - 1 <= _MAX_NARRATED_SHARE * len(uses)


# ------------------------------------------------------------------------------- a narrator's name


def _find_introduced_narrator(tokens: TokenTable, introductions: Iterable[Mention]) -> int:
    """Return the index of the person by whose name the narrator calls himself, or -1.

    He does so in the narration ("My name is Tom Reed"), or in a quotation that "I said" follows.
    Several names contradict each other, unless one is given more often.
    """
    return _choose_most_common(
        mention.person_index
        for mention in introductions
        if not mention.is_quoted or _is_said_by_narrator(tokens, mention)
    )


def _choose_most_common(persons: Iterable[int]) -> int:
    """Return the person who occurs most often; -1 if there is none, or if two are equal."""
    ranked = [*Counter(persons).most_common(2), (-1, 0), (-1, 0)]
    (person_index, count), (_, next_count) = ranked[:2]
    return person_index if count > next_count else -1


def _is_said_by_narrator(tokens: TokenTable, mention: Mention) -> bool:
    """Return whether "I said" or "said I" follows the quotation with a mention."""
    quotation = tokens.quotations[tokens.quotation_indices[mention.start]]
    run_end = next(end for start, end in quotation.token_runs if start <= mention.start < end)
    following = range(run_end, min(run_end + 2, len(tokens.words)))
    verbs = tokens.language.speech_verbs | tokens.language.first_person_verbs
    return any(is_narrator_pronoun(tokens, index) for index in following) and (
        not verbs.isdisjoint(tokens.lowercase_words[run_end : run_end + 2])
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
    quoted = [mention for mention in mentions if _is_only_quoted(persons[mention.person_index])]
    return _find_addressed_narrator(tokens, quoted)


def _find_addressed_narrator(tokens: TokenTable, mentions: Sequence[Mention]) -> int:
    """Return the person by whose name others most often address the narrator, or -1."""
    return _choose_most_common(
        mention.person_index
        for mention in mentions
        if mention.is_addressed and _addresses_narrator(tokens, mention.start)
    )


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
