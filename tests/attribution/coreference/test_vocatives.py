from collections import Counter

import pytest

from narrator.attribution.coreference.name_clustering import Person
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.vocatives import resolve_vocatives

EMMA, MISS_WOODHOUSE, HUGH, UNTAGGED = 0, 1, 2, -1


def person(*, male_probability, description=""):
    forms = Counter({NameForm("", ("name",)): 1})
    return Person(forms, male_probability=male_probability, description=description)


def resolve(tokens_of, speakers, *, persons=None):
    """Resolve a talk in which every even quotation addresses Miss Woodhouse."""
    tokens = tokens_of("\n\n".join('"Word."' for _ in speakers))
    women = [person(male_probability=0.0), person(male_probability=0.0)]
    addressees = [frozenset([MISS_WOODHOUSE] if n % 2 == 0 else []) for n in range(len(speakers))]
    persons = persons or [*women, person(male_probability=1.0)]
    return resolve_vocatives(tokens, persons, speakers, addressees)


ANSWERS = [
    ([UNTAGGED, EMMA] * 3, {MISS_WOODHOUSE: EMMA}),
    ([UNTAGGED, EMMA] * 2, {}),  # too rarely
    ([UNTAGGED, HUGH] * 3, {}),  # a man
    ([UNTAGGED, MISS_WOODHOUSE] * 3, {}),  # Miss Woodhouse is tagged herself
    ([UNTAGGED, UNTAGGED] * 3, {}),
    ([UNTAGGED, EMMA] * 3 + [UNTAGGED, MISS_WOODHOUSE], {}),  # she is another who answers
    ([EMMA, MISS_WOODHOUSE] + [UNTAGGED, EMMA] * 12, {}),  # they talk to each other
]


@pytest.mark.parametrize(("speakers", "answerers"), ANSWERS)
def test_a_name_used_only_in_address_belongs_to_whoever_answers(tokens_of, speakers, answerers):
    assert resolve(tokens_of, speakers) == answerers


@pytest.mark.parametrize(
    "persons",
    [
        [person(male_probability=0.0, description="the old lady"), person(male_probability=0.0)],
        [person(male_probability=0.0), person(male_probability=0.0, description="her mother")],
        [person(male_probability=0.5), person(male_probability=0.5)],
    ],
)
def test_a_description_or_an_unknown_gender_is_not_resolved(tokens_of, persons):
    assert resolve(tokens_of, [UNTAGGED, EMMA] * 3, persons=persons) == {}


def test_an_answer_far_below_in_the_text_does_not_count(tokens_of):
    pause = "\n\n".join(["It rained."] * 3)
    tokens = tokens_of("\n\n".join(f'"Miss."\n\n{pause}\n\n"Yes."\n\n{pause}' for _ in range(3)))
    women = [person(male_probability=0.0), person(male_probability=0.0)]
    addressees = [frozenset([MISS_WOODHOUSE]), frozenset()] * 3
    assert resolve_vocatives(tokens, women, [UNTAGGED, EMMA] * 3, addressees) == {}


def test_nobody_is_resolved_where_nobody_is_addressed(tokens_of):
    tokens = tokens_of('"Go."')
    assert resolve_vocatives(tokens, [], [UNTAGGED], [frozenset()]) == {}


SHARES = [
    (3, 0, {MISS_WOODHOUSE: EMMA}),
    (6, 6, {MISS_WOODHOUSE: EMMA}),
    (2, 0, {}),  # too few answers
    (3, 12, {}),  # too small a share of all answers
]


@pytest.mark.parametrize(("count", "other_count", "answerers"), SHARES)
def test_the_answerer_gives_at_least_three_answers_and_a_third_of_all(
    tokens_of, count, other_count, answerers
):
    speakers = [EMMA] * count + [3 + number % 4 for number in range(other_count)]
    # So far apart that each name is answered only by the quotation that follows.
    tokens = tokens_of("\n\n".join(['"Miss."\n\n"Yes."' + "\n\nIt rained." * 4] * len(speakers)))
    tagged = [speaker for answerer in speakers for speaker in (UNTAGGED, answerer)]
    persons = [person(male_probability=0.0) for _ in range(7)]
    addressees = [frozenset([MISS_WOODHOUSE]), frozenset()] * len(speakers)
    assert resolve_vocatives(tokens, persons, tagged, addressees) == answerers


def test_the_speaker_of_the_address_is_not_taken_for_the_one_who_answers(tokens_of):
    assert resolve(tokens_of, [EMMA, UNTAGGED] * 3) == {}


def test_whoever_speaks_just_before_an_address_may_be_meant_too(tokens_of):
    tokens = tokens_of("\n\n".join(['"Yes."\n\n"Miss."' + "\n\nIt rained." * 4] * 3))
    women = [person(male_probability=0.0), person(male_probability=0.0)]
    addressees = [frozenset(), frozenset([MISS_WOODHOUSE])] * 3
    answerers = resolve_vocatives(tokens, women, [EMMA, UNTAGGED] * 3, addressees)
    assert answerers == {MISS_WOODHOUSE: EMMA}


def test_of_several_who_are_addressed_at_once_each_may_answer_but_not_for_another(tokens_of):
    tokens = tokens_of("\n\n".join('"Word."' for _ in range(6)))
    women = [person(male_probability=0.0) for _ in range(3)]
    both = frozenset([MISS_WOODHOUSE, EMMA])
    addressees = [both, frozenset()] * 3
    assert resolve_vocatives(tokens, women, [UNTAGGED, EMMA] * 3, addressees) == {}
