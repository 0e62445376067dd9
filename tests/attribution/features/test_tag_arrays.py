"""Speech tags as arrays: whom each names, and whose gender it fits."""

import numpy as np
import pytest

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.features.tag_arrays import TagArrays
from narrator.attribution.speech_tags import SpeechTag

MAN, WOMAN, NARRATOR = range(3)
PERSONS = [
    Person(male_probability=0.75),
    Person(male_probability=0.25),
    Person(is_narrator=True),
]
NARRATORS = [NARRATOR, NARRATOR]
EVERYBODY = np.array([[MAN, WOMAN, NARRATOR]])
HE = SpeechTag(-1, "male", 2, 0, 1)
WITHOUT_GENDER = [-1.0, -1.0, -1.0]

TAGS = [
    (None, [0.0, 0.0, 0.0], WITHOUT_GENDER),
    (SpeechTag(MAN, "", 2, 0, 1), [3.0, -3.0, -3.0], WITHOUT_GENDER),
    (SpeechTag(WOMAN, "", 0, 0, 1), [-1.0, 1.0, -1.0], WITHOUT_GENDER),
    (HE, [0.5, 0.5, 0.5], [0.75, 0.25, 0.5]),
    (SpeechTag(-1, "female", 2, 0, 1), [0.5, 0.5, 0.5], [0.25, 0.75, 0.5]),
    (SpeechTag(-1, "plural", 1, 0, 1), [0.5, 0.5, 0.5], [0.3, 0.3, 0.3]),
    (SpeechTag(-1, "first", 1, 0, 1), [0.5, 0.5, 0.5], [0.0, 0.0, 1.0]),
    (SpeechTag(MAN, "", 1, 0, 1, is_description=True), [2.0, -2.0, -2.0], [0.625, 0.375, 0.5]),
]


@pytest.mark.parametrize(("tag", "name_matches", "gender_matches"), TAGS)
def test_a_tag_names_one_person_and_fits_the_gender_of_some(tag, name_matches, gender_matches):
    arrays, first = TagArrays([tag, HE], PERSONS, NARRATORS), np.array([[0]])
    assert arrays.match_names(first, EVERYBODY).tolist() == [name_matches]
    assert arrays.match_gender(first, EVERYBODY).tolist() == [gender_matches]


@pytest.mark.parametrize("quotation", [-3, -1, 2, 4])
def test_beyond_the_ends_of_the_book_there_is_no_tag(quotation):
    arrays, index = TagArrays([HE, HE], PERSONS, NARRATORS), np.array([[quotation]])
    assert arrays.match_names(index, EVERYBODY).tolist() == [[0.0, 0.0, 0.0]]
    assert arrays.match_gender(index, EVERYBODY).tolist() == [WITHOUT_GENDER]
