"""Tells which persons a description cannot mean, because a conversation shows them beside it.

Two tags that follow each other in a conversation have two speakers, and nobody addresses himself by
name: in '"Come, Ada," said the lady. "No," said Ada.', the lady is not Ada.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from narrator.attribution.candidate_generation import QuotationContext

_MAX_PARAGRAPH_STEP = 2
"""Maximum distance in paragraphs between two quotations of one conversation."""


def contrast_speakers(context: QuotationContext) -> dict[int, set[int]]:
    """Return the persons who are somebody else than each speaker of a tag, by his index."""
    others = defaultdict[int, set[int]](set)
    speakers = [_find_tagged_speaker(context, index) for index in range(len(context.best_tags))]
    for index, speaker in enumerate(speakers):
        if speaker >= 0:
            introduced = context.introduced_speakers.get(index, speaker)
            others[speaker] |= context.addressees[index] - {speaker, introduced}
    quotations = context.tokens.quotations
    for (first, speaker), (second, answerer) in pairwise(enumerate(speakers)):
        step = quotations[second].first_paragraph - quotations[first].last_paragraph
        if speaker != answerer and min(speaker, answerer) >= 0 and 0 < step <= _MAX_PARAGRAPH_STEP:
            others[speaker].add(answerer)
            others[answerer].add(speaker)
    return others


def _find_tagged_speaker(context: QuotationContext, quotation: int) -> int:
    """Return the person whom a tag with a verb of speech names or describes, or -1.

    Whoever "added" or "continued" may have spoken before.
    """
    tag, tokens = context.best_tags[quotation], context.tokens
    if tag is None or tag.verb_strength < LISTED_VERB:
        return -1
    continuing = tokens.language.reporting_verbs["continuing"]
    goes_on = not continuing.isdisjoint(tokens.lowercase_words[tag.start : tag.end])
    return -1 if goes_on else tag.person_index
