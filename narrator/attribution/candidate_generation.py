"""Collect the context of each quotation: its speech tags, the persons it names, its candidates.

A candidate is a person who may be the speaker.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from narrator.attribution.coreference.introductions import (
    find_callers,
    find_introductions,
)
from narrator.attribution.coreference.pronouns import Salience, resolve_pronouns
from narrator.attribution.coreference.vocatives import resolve_vocatives
from narrator.attribution.speech_tags import (
    LIKELY_VERB,
    LISTED_VERB,
    SPEAKER_RULES,
    TAG_RULE_NAMES,
    SpeakerRuleInput,
    SpeechTag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.coreference.people import Mention, People
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

MAX_CANDIDATES = 10
"""Maximum number of candidates per quotation."""
_MAIN_PERSON_COUNT = 8
"""Number of most frequent persons of the book, who fill up a short list of candidates."""
_TOKENS_BEFORE = 1200
"""Tokens before a quotation that are searched for mentions of candidates."""
_TOKENS_AFTER = 150
"""Tokens after a quotation that are searched for mentions of candidates."""
_NEIGHBOUR_REACH = 6
"""Number of quotations on either side whose tags propose candidates."""
_RECENT_SPEAKER_COUNT = 3
"""Number of latest tagged speakers who are candidates, however long ago they spoke."""

# Weights of the evidence for a candidate. The sum only has to rank the true speaker among the first
# `MAX_CANDIDATES`: scoring decides between them.
_QUOTED_WEIGHT, _NARRATED_WEIGHT = 0.25, 1.0
"""Weights of a mention in a quotation and in narration, before division by its distance."""
_ACTIVE_WEIGHT = 0.5
"""Weight added to a mention that is a subject, and to one that is addressed."""
_DESCRIPTION_FACTOR = 0.4
"""Factor on the weight of a description: persons without a name speak less."""
_DISTANCE_OFFSET = 20
"""Tokens added to each distance, which gives the nearest mentions similar weights."""
_NEIGHBOUR_WEIGHT, _RECENT_WEIGHT, _CERTAIN_WEIGHT = 0.06, 0.02, 1.0
"""Weights of neighbouring tags, of recent speakers, and of the narrator or the quotation's tag."""
_NOBODY = frozenset[int]()


@dataclass(slots=True)
class QuotationContext:
    """The context of every quotation of a book, from which the features are computed."""

    tokens: TokenTable
    people: People
    tags_by_rule: list[dict[str, SpeechTag]] = field(default_factory=list)
    """For each quotation, the tags that the rules found, by rule name."""
    best_tags: list[SpeechTag | None] = field(default_factory=list)
    """For each quotation, its strongest speech tag."""
    addressees: list[frozenset[int]] = field(default_factory=list)
    """For each quotation, the indices of the persons it addresses by name."""
    named_persons: list[frozenset[int]] = field(default_factory=list)
    """For each quotation, the indices of the other persons it names."""
    narrators: list[int] = field(default_factory=list)
    """For each quotation, the index of the first-person narrator around it; -1 for none."""
    salience: Salience = field(default_factory=Salience)
    """The mentions of the narration, with its pronouns resolved."""
    introduced_speakers: dict[int, int] = field(default_factory=dict)
    """The person that a quotation introduces as its speaker ("I am Ada"), by quotation index."""
    candidates: list[list[int]] = field(default_factory=list)
    """For each quotation, the indices of its candidates, highest total weight first."""


def build_quotation_context(tokens: TokenTable, people: People) -> QuotationContext:
    """Return the context of every quotation of a book."""
    context = QuotationContext(tokens, people, narrators=people.list_narrators(tokens))
    for quotation in tokens.quotations:
        tags_by_rule = apply_speaker_rules(tokens, people, quotation)
        context.tags_by_rule.append(tags_by_rule)
        context.best_tags.append(choose_best_tag(tags_by_rule))
        addressees, named_persons = _list_mentioned_persons(people, quotation)
        context.addressees.append(addressees)
        context.named_persons.append(named_persons)
    context.salience = resolve_pronouns(tokens, people, _list_tag_tokens(context.best_tags))
    _add_resolved_vocatives(context)
    _add_introduced_speakers(context)
    _add_candidates(context)
    return context


def _list_tag_tokens(tags: Sequence[SpeechTag | None]) -> frozenset[int]:
    """Return the tokens of all tags that name nobody, among which are their pronouns."""
    return frozenset(
        index
        for tag in tags
        if tag is not None and tag.person_index < 0
        for index in range(tag.start, tag.end)
    )


def _add_introduced_speakers(context: QuotationContext) -> None:
    """Add the persons who say their own name: "I am Ada", or "It's me, Ada" from outside."""
    tokens, people = context.tokens, context.people
    for mention in find_callers(tokens, people):
        quotation = tokens.quotation_indices[mention.start]
        tag = context.best_tags[quotation]
        if (
            tag is None
            or tag.person_index == mention.person_index
            or people.persons[tag.person_index].is_introduced
        ):
            context.introduced_speakers[quotation] = mention.person_index
    context.introduced_speakers.update(
        (tokens.quotation_indices[mention.start], mention.person_index)
        for mention in find_introductions(tokens, people)
        if mention.is_quoted
    )


def _add_resolved_vocatives(context: QuotationContext) -> None:
    """Add the characters behind names that occur only in direct address to the addressees."""
    tagged_speakers = [
        tag.person_index if tag and tag.verb_strength == LISTED_VERB else -1
        for tag in context.best_tags
    ]
    answerers = resolve_vocatives(
        context.tokens, context.people.persons, tagged_speakers, context.addressees
    )
    for index, addressees in enumerate(context.addressees):
        resolved = {answerers[person] for person in addressees if person in answerers}
        if resolved:
            context.addressees[index] = addressees | resolved
            context.named_persons[index] -= resolved


def apply_speaker_rules(
    tokens: TokenTable, people: People, quotation: TokenisedQuotation
) -> dict[str, SpeechTag]:
    """Return the tags that the rules find for a quotation, by rule name."""
    if not quotation.token_runs:
        return {}
    rule_input = SpeakerRuleInput(tokens, people, quotation)
    return {name: tag for name, rule in SPEAKER_RULES if (tag := rule(rule_input)) is not None}


def choose_best_tag(tags_by_rule: dict[str, SpeechTag]) -> SpeechTag | None:
    """Return the tag with the strongest verb; if equal, the one listed first in `TAG_RULE_NAMES`.

    Returns None if no rule for speech tags found one with a verb of speech.
    """
    for strength in (LISTED_VERB, LIKELY_VERB):
        for name in TAG_RULE_NAMES:
            tag = tags_by_rule.get(name)
            if tag is not None and tag.verb_strength == strength:
                return tag
    return None


def _list_mentioned_persons(
    people: People, quotation: TokenisedQuotation
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the indices of the persons that a quotation addresses, and of the others it names."""
    addressees: set[int] = set()
    named_persons: set[int] = set()
    for start, end in quotation.token_runs:
        for index in range(start, end):
            mention_index = people.mention_by_start.get(index)
            if mention_index is not None:
                mention = people.mentions[mention_index]
                persons = addressees if mention.is_addressed else named_persons
                persons.add(mention.person_index)
    return _freeze(addressees), _freeze(named_persons)


def _freeze(persons: set[int]) -> frozenset[int]:
    """Return a set that can't be changed; the same object for all empty sets, which are most."""
    return frozenset(persons) if persons else _NOBODY


def _add_candidates(context: QuotationContext) -> None:
    """Choose the candidates of every quotation, in order."""
    mention_starts = [mention.start for mention in context.people.mentions]
    recent_speakers: list[int] = []
    # `recent_speakers` holds the speakers named by tags before the current quotation, latest last.
    for index, quotation in enumerate(context.tokens.quotations):
        context.candidates.append(_rank_candidates(context, mention_starts, index, recent_speakers))
        tag = context.best_tags[index]
        if quotation.token_runs and tag is not None and tag.person_index >= 0:
            earlier_speakers = [p for p in recent_speakers if p != tag.person_index]
            recent_speakers = [*earlier_speakers, tag.person_index][-_RECENT_SPEAKER_COUNT:]


def _rank_candidates(
    context: QuotationContext,
    mention_starts: Sequence[int],
    quotation_index: int,
    recent_speakers: Sequence[int],
) -> list[int]:
    """Return the candidates of a quotation, highest weight first; none if it has no tokens.

    Args:
        context: the context of every quotation.
        mention_starts: the first token of each mention in the book, in order.
        quotation_index: index of the quotation.
        recent_speakers: the latest tagged speakers before the quotation.
    """
    people = context.people
    if not context.tokens.quotations[quotation_index].token_runs:
        return []
    scores: dict[int, float] = dict.fromkeys(
        range(min(_MAIN_PERSON_COUNT, len(people.persons))), 0.0
    )
    # Keep the order of these: the rounding of a float sum depends on it.
    weights = chain(
        _weigh_mentions(context, mention_starts, quotation_index),
        _weigh_tags(context, quotation_index),
        ((context.narrators[quotation_index], _CERTAIN_WEIGHT),),
        ((context.introduced_speakers.get(quotation_index, -1), _CERTAIN_WEIGHT),),
        ((person, _RECENT_WEIGHT) for person in recent_speakers),
    )
    for person, weight in weights:
        if person >= 0:
            scores[person] = scores.get(person, 0.0) + weight
    return sorted(scores, key=lambda person: (-scores[person], person))[:MAX_CANDIDATES]


def _weigh_mentions(
    context: QuotationContext, mention_starts: Sequence[int], quotation_index: int
) -> Iterator[tuple[int, float]]:
    """Yield the person of each nearby mention, with a weight that falls with the distance."""
    token_runs = context.tokens.quotations[quotation_index].token_runs
    start, end = token_runs[0][0], token_runs[-1][1]
    first = bisect_left(mention_starts, start - _TOKENS_BEFORE)
    stop = bisect_left(mention_starts, end + _TOKENS_AFTER)
    for mention in context.people.mentions[first:stop]:
        distance = abs(mention.start - start) + _DISTANCE_OFFSET
        yield mention.person_index, _weigh_mention(mention) / distance


def _weigh_tags(context: QuotationContext, quotation_index: int) -> Iterator[tuple[int, float]]:
    """Yield the person named by each nearby tag, with a weight; person -1 for a pronoun.

    The best tags of the neighbouring quotations come first, then all tags of the quotation.
    """
    best_tags = context.best_tags
    start = max(0, quotation_index - _NEIGHBOUR_REACH)
    for neighbour in range(start, min(len(best_tags), quotation_index + _NEIGHBOUR_REACH + 1)):
        tag = best_tags[neighbour]
        if tag is not None:
            distance = abs(neighbour - quotation_index)
            yield tag.person_index, _NEIGHBOUR_WEIGHT / (1 + distance)
    for tag in context.tags_by_rule[quotation_index].values():
        yield tag.person_index, _CERTAIN_WEIGHT


def _weigh_mention(mention: Mention) -> float:
    """Return the weight of a mention before it is divided by the distance."""
    weight = _QUOTED_WEIGHT if mention.is_quoted else _NARRATED_WEIGHT
    weight += _ACTIVE_WEIGHT * (mention.is_subject + mention.is_addressed)
    return weight * _DESCRIPTION_FACTOR if mention.is_description else weight
