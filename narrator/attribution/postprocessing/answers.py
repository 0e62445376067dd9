"""Favours whoever was called by name for the answer to "Is it the pipe again, Mr. Fitch?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from narrator.attribution.candidate_generation import QuotationContext

_ANSWER_FACTOR = 2.5
"""Factor on the odds of the person whom the paragraph before addresses.

With probabilities of nets that had not seen the author, it makes 912 of 1,042 such quotations of
eighteen annotated novels right, instead of 888; factors from 1.8 to 4 give 906 to 916.
"""


def favour_answers(
    context: QuotationContext, probabilities: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the probabilities, raised for those who were just addressed.

    Args:
        context: the context of every quotation.
        probabilities: shape (quotations, candidates); not changed.
    """
    raised = probabilities.copy()
    for index, person in _find_answers(context):
        row = raised[index]
        total = float(row.sum())
        row[context.candidates[index].index(person)] *= _ANSWER_FACTOR
        row *= total / (float(row.sum()) or 1.0)
    return raised


def _find_answers(context: QuotationContext) -> Iterator[tuple[int, int]]:
    """Yield each quotation without a tag that may be an answer, and who would give it.

    The quotation before it stands in the previous paragraph, and addresses a single person.
    """
    quotations = context.tokens.quotations
    for index, addressees in enumerate(context.addressees[:-1], 1):
        tag = context.best_tags[index]
        is_tagged = tag is not None and tag.verb_strength >= LISTED_VERB
        distance = quotations[index].first_paragraph - quotations[index - 1].first_paragraph
        if len(addressees) != 1 or is_tagged or distance != 1:
            continue
        (person,) = addressees
        if person in context.candidates[index]:
            yield index, person
