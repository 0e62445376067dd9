"""Keeps the first-person narrator from what others say.

"Said he" never means "I". And where the tags of a conversation bring in two others and never "I
said", the narrator listens: scoring alone lets him answer each visitor who comes to see his friend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext
    from narrator.attribution.speech_tags import SpeechTag

_MISMATCH_FACTOR = 0.01
"""Factor on the probability of the narrator; not 0, as books have misprints."""
_LISTENER_FACTOR = 0.1
"""Factor on the probability of a narrator who only listens."""
_MIN_SPEAKERS = 2
"""Minimum number of others who speak in a conversation to which the narrator only listens."""
_REACH = 8
"""Number of quotations on either side whose tags show who takes part in the conversation."""
_MAX_PARAGRAPH_STEP = 3
"""Maximum distance in paragraphs between two quotations of one conversation."""
_SMALLEST = 1e-9
"""Lower bound of a sum to divide by."""


def apply_narration(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, reduced for the narrator where somebody else speaks.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    reduced = probabilities.copy()
    for conversation in _list_conversations(context):
        narrator = context.narrators[conversation[0]]
        if narrator < 0:
            continue
        for place, index in enumerate(conversation):
            tag = context.best_tags[index]
            if tag is not None and tag.verb_strength == LISTED_VERB:
                factor = _MISMATCH_FACTOR if _is_third_person(tag, narrator) else 1.0
            else:
                nearby = conversation[max(0, place - _REACH) : place + _REACH + 1]
                factor = _LISTENER_FACTOR if _only_listens(context, nearby, narrator) else 1.0
            candidates = context.candidates[index]
            if factor < 1 and narrator in candidates:
                total = reduced[index].sum()
                reduced[index, candidates.index(narrator)] *= factor
                reduced[index] *= total / max(reduced[index].sum(), _SMALLEST)
    return reduced


def _list_conversations(context: QuotationContext) -> Iterator[list[int]]:
    """Yield runs of quotations that are close together and have the same narrator."""
    conversation = list[int]()
    last_paragraph = 0
    for index, quotation in enumerate(context.tokens.quotations):
        is_far = quotation.first_paragraph - last_paragraph > _MAX_PARAGRAPH_STEP
        if conversation and (
            is_far
            or context.tokens.is_scene_start[quotation.first_paragraph]
            or context.narrators[index] != context.narrators[conversation[0]]
        ):
            yield conversation
            conversation = []
        conversation.append(index)
        last_paragraph = quotation.last_paragraph
    if conversation:
        yield conversation


def _only_listens(context: QuotationContext, quotations: Sequence[int], narrator: int) -> bool:
    """Return whether two others speak in some quotations, and nothing shows that the narrator does.

    A tag in the first person would show it, and so would somebody who calls the narrator by name.
    """
    speakers = set[int]()
    for index in quotations:
        tag = context.best_tags[index]
        speakers.add(context.introduced_speakers.get(index, -1))
        if narrator in context.addressees[index]:
            return False
        if tag is None:
            continue
        if tag.pronoun_gender == "first" or tag.person_index == narrator:
            return False
        speakers.add(tag.person_index)
    return len(speakers - {-1, narrator}) >= _MIN_SPEAKERS


def _is_third_person(tag: SpeechTag, narrator: int) -> bool:
    """Return whether a tag names, describes, or calls "he" or "she" somebody but the narrator."""
    return tag.pronoun_gender in {"male", "female"} or tag.person_index not in {-1, narrator}
