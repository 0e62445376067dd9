"""Lets two persons take turns in a scene that scoring has given to people who are not there.

Without tags, scoring lets the speakers of the last scene go on. If exactly two candidates are
present, each line is the one's or the other's: nobody answers himself, or calls his own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrator.attribution.coreference.name_statistics import is_addressed
from narrator.attribution.postprocessing.presence import list_present_persons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext

_SWITCH_PROBABILITY = 0.9
"""Probability that the next quotation has the other speaker."""
_UNTAGGED_LIMITS, _TAGGED_LIMITS = (0.3, 0.7), (0.001, 0.999)
"""Limits of the probability of one of two, as scoring may have taken both for absent."""
_SMALLEST = 1e-9
"""Lower bound of a sum to divide by."""
_ADDRESSED_FACTOR = 0.1
"""Factor on the probability of a person who is addressed."""
_TURN_PROBABILITY = 0.6
"""Probability of a speaker who is found by turns."""
_MAX_PARAGRAPH_STEP = 2
"""Maximum distance in paragraphs between two quotations of one conversation."""


def alternate_speakers(
    context: QuotationContext, probabilities: NDArray[np.float32], scored: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, with turns in conversations that scoring gives to absent people.

    Quotations with a tag keep their probabilities.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates), after correction for presence; not changed.
        scored: the same before correction.
    """
    alternated = probabilities.copy()
    for quotations, pair in _find_dialogues(context):
        if all(_choose_best(context, index, scored) in pair for index in quotations):
            continue
        evidence = np.array(
            [_weigh_pair(context, index, pair, probabilities[index]) for index in quotations]
        )
        for index, turn in zip(quotations, _choose_turns(evidence), strict=True):
            if context.best_tags[index] is None:
                row = alternated[index]
                row *= (1 - _TURN_PROBABILITY) / max(float(row.sum()), _SMALLEST)
                row[context.candidates[index].index(pair[turn])] += _TURN_PROBABILITY
    return alternated


def _choose_best(context: QuotationContext, quotation: int, scored: NDArray[np.float32]) -> int:
    """Return the likeliest candidate of a quotation, by his person."""
    candidates = context.candidates[quotation]
    return candidates[int(scored[quotation, : len(candidates)].argmax())]


def _find_dialogues(
    context: QuotationContext,
) -> Iterator[tuple[list[int], tuple[int, int]]]:
    """Yield the conversations of exactly two persons: the quotations, and the two."""
    tokens, present = context.tokens, list_present_persons(context)
    quotations, last_pair = list[int](), None
    # A tortoise that is only described does not take turns.
    may_speak = [
        not person.description or person.gender is not None or person.statistics.speaking_count
        for person in context.people.persons
    ]
    for index, candidates in enumerate(context.candidates):
        pair = tuple(
            person for person in sorted(set(candidates) & present[index]) if may_speak[person]
        )
        follows = bool(quotations) and (
            tokens.quotations[index].first_paragraph
            - tokens.quotations[quotations[-1]].last_paragraph
            <= _MAX_PARAGRAPH_STEP
        )
        if pair != last_pair or not follows:
            if last_pair is not None and len(last_pair) == 2:
                yield quotations, (last_pair[0], last_pair[1])
            quotations = []
        quotations.append(index)
        last_pair = pair
    if last_pair is not None and len(last_pair) == 2:
        yield quotations, (last_pair[0], last_pair[1])


def _weigh_pair(
    context: QuotationContext, quotation: int, pair: tuple[int, int], row: NDArray[np.float32]
) -> list[float]:
    """Return the evidence for each of two persons as the speaker of a quotation."""
    candidates = context.candidates[quotation]
    first, second = (float(row[candidates.index(person)]) for person in pair)
    low, high = _UNTAGGED_LIMITS if context.best_tags[quotation] is None else _TAGGED_LIMITS
    share = min(max(first / max(first + second, _SMALLEST), low), high)
    weights = [share, 1 - share]
    genders = [context.people.persons[person].gender for person in pair]
    called = _find_called_genders(context, quotation)
    for slot, person in enumerate(pair):
        is_called = genders[slot] in called and genders[0] != genders[1]
        if is_called or person in context.addressees[quotation]:
            weights[slot] *= _ADDRESSED_FACTOR
    return weights


def _find_called_genders(context: QuotationContext, quotation: int) -> set[str]:
    """Return the genders of the words that address the hearer: "sir", "mother"."""
    tokens, words = context.tokens, context.tokens.language.address_words
    return {
        gender
        for start, end in tokens.quotations[quotation].token_runs
        for index in range(start, end)
        for gender in ("male", "female")
        if tokens.lowercase_words[index] in words[gender] and is_addressed(tokens, index, index + 1)
    }


def _choose_turns(evidence: NDArray[np.float64]) -> list[int]:
    """Return the likeliest speaker, 0 or 1, of each quotation: the Viterbi algorithm.

    Args:
        evidence: shape (quotations, 2).
    """
    stay = np.log([[1 - _SWITCH_PROBABILITY, _SWITCH_PROBABILITY]])
    transitions = np.concatenate([stay, stay[:, ::-1]])
    scores = np.log(evidence[0])
    origins: list[NDArray[np.int64]] = []
    for row in evidence[1:]:
        paths = scores[:, None] + transitions
        origins.append(paths.argmax(axis=0))
        scores = paths.max(axis=0) + np.log(row)
    turns = [int(scores.argmax())]
    for origin in reversed(origins):
        turns.append(int(origin[turns[-1]]))
    return turns[::-1]
