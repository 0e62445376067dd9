"""Arrays of speech tags: which person each tag names, and which gender it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.features.column import FloatArray, IntArray
    from narrator.attribution.speech_tags import SpeechTag

_MARGIN = 3
"""Quotations before the first and after the last that may be looked up; they have no tag."""
_NO_TAG = -2
"""Stands for the person's index where there is no tag; a pronoun has -1."""
_MALE_PROBABILITY = {"male": 1.0, "female": 0.0}
_NOT_APPLICABLE = -1.0
"""Gender match of a tag that names somebody, and of no tag."""
_NEUTRAL_GENDER_MATCH = 0.3
"""Gender match of a pronoun that has no gender, such as "they"."""
_PRONOUN_NAME_MATCH = 0.5
"""Name match of a pronoun with any candidate: there is a tag, but it has no name."""


class TagArrays:
    """At most one speech tag per quotation, ready to be compared with many candidates at once."""

    def __init__(self, speech_tags: Sequence[SpeechTag | None], persons: Sequence[Person]) -> None:
        """Convert the tags of all quotations of a book, None where a quotation has none."""
        # Both of shape (persons,).
        self._male_probabilities = np.array([person.male_probability for person in persons], float)
        self._is_narrator = np.array([float(person.is_narrator) for person in persons])
        # With the margin, a neighbour's tag can be looked up at either end of the book.
        margin = [None] * _MARGIN
        rows = [
            _build_tag_row(speech_tag, persons) for speech_tag in (*margin, *speech_tags, *margin)
        ]
        # Each of shape (quotations + 2 * _MARGIN,); `_tag_row` says what each holds.
        named, match, mismatch, male, first_person, fixed = np.array(rows, float).T
        self._named_persons = named.astype(np.int64)
        self._match_strengths, self._mismatch_strengths = match, mismatch
        self._tag_male_probabilities = male
        self._is_first_person, self._fixed_gender_matches = first_person > 0, fixed

    def match_names(self, quotation: IntArray, person: IntArray) -> FloatArray:
        """Return whether the tag names the person, weighted by the strength of its verb.

        Positive if it names this person, negative if another, 0.5 for a pronoun, 0 without a tag.
        """
        rows = quotation + _MARGIN
        strengths: FloatArray = np.where(
            self._named_persons[rows] == person,
            self._match_strengths[rows],
            self._mismatch_strengths[rows],
        )
        return strengths

    def match_gender(self, quotation: IntArray, person: IntArray) -> FloatArray:
        """Return how well a pronoun or a description fits the person's gender, 0 to 1.

        -1 where the tag is neither.
        """
        rows, person_male = quotation + _MARGIN, self._male_probabilities[person]
        tag_male = self._tag_male_probabilities[rows]
        # Probability that the tag and the person have the same gender.
        same_gender: FloatArray = tag_male * person_male + (1 - tag_male) * (1 - person_male)
        # "I" fits the narrator alone; what is left has a fixed value.
        without_gender = np.where(
            self._is_first_person[rows], self._is_narrator[person], self._fixed_gender_matches[rows]
        )
        matches: FloatArray = np.where(tag_male >= 0, same_gender, without_gender)
        return matches


def _build_tag_row(speech_tag: SpeechTag | None, persons: Sequence[Person]) -> tuple[float, ...]:
    """Return a tag as six numbers.

    They are the index of the person named; the name match of this person; that of all others; the
    probability that the tag means a man, or -1; whether it says "I"; and the gender match where
    neither of the last two decides.
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
    # A description ("the old lady") has the gender of the person that was made from it.
    male = persons[person].male_probability if speech_tag.is_description else -1.0
    return person, match, mismatch, male, 0.0, _NOT_APPLICABLE
