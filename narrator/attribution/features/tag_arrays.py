"""Arrays of speech tags: the person that each tag names, and the gender that it shows."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.features.column import FloatArray, IntArray
    from narrator.attribution.speech_tags import SpeechTag

_TAG_ROW = np.dtype(
    [
        ("named_person", np.int32),
        ("match_strength", np.float32),
        ("mismatch_strength", np.float32),
        ("male_probability", np.float64),
        ("is_first_person", np.bool_),
        ("fixed_gender_match", np.float64),
    ]
)
"""What `_build_tag_row` returns."""
_MARGIN_ROWS = 3
"""Number of empty rows before the first quotation and after the last, for look-ups beyond them."""
_NO_PERSON = -1
_NO_TAG = -2
"""Person index of a quotation without a tag; a pronoun has -1."""
_MALE_PROBABILITY = {"male": 1.0, "female": 0.0}
_NOT_APPLICABLE = -1.0
"""Gender match of a tag with a name, and of a quotation without a tag."""
_NEUTRAL_GENDER_MATCH = 0.3
"""Gender match of a pronoun that has no gender, such as "they"."""
_PRONOUN_NAME_MATCH = 0.5
"""Name match of a pronoun with any candidate."""


class TagArrays:
    """The speech tags of a book as arrays, to compare with many candidates at once.

    Each quotation has at most one tag.
    """

    def __init__(
        self,
        speech_tags: Sequence[SpeechTag | None],
        persons: Sequence[Person],
        narrators: Sequence[int],
    ) -> None:
        """Convert the tags of all quotations.

        Args:
            speech_tags: the tag of each quotation; None for a quotation without one.
            persons: the persons of the book.
            narrators: the first-person narrator around each quotation; -1 for none.
        """
        # Shape (persons,).
        self._male_probabilities = np.array([person.male_probability for person in persons], float)
        # Shape (quotations + 2 * _MARGIN_ROWS,).
        self._narrators = np.pad(
            np.array(narrators, np.int32), _MARGIN_ROWS, constant_values=_NO_PERSON
        )
        # The margin allows looking up the tags of neighbours at both ends of the book.
        margin = [None] * _MARGIN_ROWS
        padded_tags = chain(margin, speech_tags, margin)
        numbers: dict[tuple[float, ...], int] = {}
        row_numbers = (
            numbers.setdefault(_build_tag_row(speech_tag, persons), len(numbers))
            for speech_tag in padded_tags
        )
        # Shape (quotations + 2 * _MARGIN_ROWS,): the number of the row of each quotation.
        self._row_numbers = np.fromiter(row_numbers, np.int32, len(speech_tags) + 2 * len(margin))
        # Shape (rows,): a long book has few different rows, and tens of thousands of quotations.
        self._rows = np.array(list(numbers), _TAG_ROW)

    def match_names(self, quotation: IntArray, person: IntArray) -> FloatArray:
        """Return how strongly the tag of each quotation names the person, from -3 to 3.

        The value is 1 + verb strength if it names this person, the negative of that if it names
        another, 0.5 for a pronoun, and 0 without a tag.
        """
        tags = self._rows[self._row_numbers[quotation + _MARGIN_ROWS]]
        strengths: FloatArray = np.where(
            tags["named_person"] == person, tags["match_strength"], tags["mismatch_strength"]
        )
        return strengths

    def match_gender(self, quotation: IntArray, person: IntArray) -> FloatArray:
        """Return how well the pronoun or description in the tag fits the person's gender, 0 to 1.

        -1 where the tag has a name, or where there is no tag.
        """
        places, person_male = quotation + _MARGIN_ROWS, self._male_probabilities[person]
        tags = self._rows[self._row_numbers[places]]
        tag_male = tags["male_probability"]
        # Probability that the tag's gender and the person's gender are the same.
        same_gender: FloatArray = tag_male * person_male + (1 - tag_male) * (1 - person_male)
        # "I" fits only the narrator. All other tags without a gender have a fixed value.
        without_gender = np.where(
            tags["is_first_person"],
            self._narrators[places] == person,
            tags["fixed_gender_match"],
        )
        matches: FloatArray = np.where(tag_male >= 0, same_gender, without_gender)
        return matches


def _build_tag_row(speech_tag: SpeechTag | None, persons: Sequence[Person]) -> tuple[float, ...]:
    """Return a tag as a row of `_TAG_ROW`.

    1. Index of the person named; -1 for a pronoun, -2 without a tag.
    2. Name match of that person.
    3. Name match of all other persons.
    4. Probability that the tag refers to a man; -1 if it has no gender.
    5. Whether it says "I", 0 or 1.
    6. Gender match if it has no gender and does not say "I".
    """
    if speech_tag is None:
        return _NO_TAG, 0.0, 0.0, -1.0, 0.0, _NOT_APPLICABLE
    person, gender = speech_tag.person_index, speech_tag.pronoun_gender
    match = 1.0 + speech_tag.verb_strength
    mismatch = _PRONOUN_NAME_MATCH if person < 0 else -match
    if gender == "first":
        return person, match, mismatch, -1.0, 1.0, _NOT_APPLICABLE
    if gender:
        male = _MALE_PROBABILITY.get(gender, -1.0)
        return person, match, mismatch, male, 0.0, _NEUTRAL_GENDER_MATCH
    # A description ("the old lady") has the gender of its own person.
    male = persons[person].male_probability if speech_tag.is_description else -1.0
    return person, match, mismatch, male, 0.0, _NOT_APPLICABLE
