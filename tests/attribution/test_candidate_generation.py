import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.candidate_generation import (
    MAX_CANDIDATES,
    build_quotation_context,
    choose_best_tag,
)
from narrator.attribution.speech_tags import SpeechTag
from tests.attribution.conftest import index_by_name

PEOPLE = "Ada Vane met Tom Reed. Ada smiled at Tom. Hugh Stone came. Hugh laughed."


def context_of(people_of, text):
    """The context of a story's quotations, and the index of each person by first name."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    return build_quotation_context(tokens, people), index_by_name(people)


@pytest.mark.parametrize(
    ("text", "addressed", "named"),
    [
        ('"Tom, come here," said Ada.', {"Tom"}, set()),
        ('"I saw Tom there," said Ada.', set(), {"Tom"}),
        ('"Tom, I saw Hugh there," said Ada.', {"Tom"}, {"Hugh"}),
        ('"It rains," said Ada.', set(), set()),
    ],
)
def test_a_quotation_addresses_some_persons_and_names_others(people_of, text, addressed, named):
    context, indices = context_of(people_of, text)
    assert context.addressees[0] == {indices[name] for name in addressed}
    assert context.named_persons[0] == {indices[name] for name in named}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"Go," said Hugh. It rained.', "Hugh"),
        ('Ada sat down. "Go."', "Ada"),
    ],
)
def test_the_person_beside_a_quotation_is_the_first_candidate(people_of, text, name):
    context, indices = context_of(people_of, text)
    assert context.candidates[0][0] == indices[name]


def test_everybody_in_a_small_book_is_a_candidate(people_of):
    context, indices = context_of(people_of, '"Go."')
    assert set(context.candidates[0]) >= set(indices.values())


def test_only_the_likeliest_of_a_crowd_are_candidates(people_of):
    names = "Adam Alan Albert Arthur Basil Cecil David Edgar Edmund Felix Frank George Harold Hugh"
    crowd = " ".join(f"{name} came in. Then {name} laughed." for name in names.split())
    tokens, people = people_of(f'{crowd}\n\n"Go," said Harold.')
    (candidates,) = build_quotation_context(tokens, people).candidates
    assert len(people.persons) > MAX_CANDIDATES
    assert len(candidates) == MAX_CANDIDATES
    assert candidates[0] == index_by_name(people)["Harold"]


def test_a_neighbouring_speaker_is_likelier_than_one_who_is_absent(people_of):
    text = '"One," said Hugh.\n\n"Two," said Tom.\n\n"Three."'
    context, indices = context_of(people_of, text)
    ranks = [context.candidates[2].index(indices[name]) for name in ("Hugh", "Tom", "Ada")]
    assert max(ranks[:2]) < ranks[2]


def test_a_narrator_is_always_a_candidate(people_of):
    tokens, people = people_of('I came, and I sat down.\n\n"Go." I rose.')
    (candidates,) = build_quotation_context(tokens, people).candidates
    assert people.narrator_index in candidates


def test_a_quotation_without_words_has_no_candidates(people_of):
    tokens, people = people_of('Ada sat.\n\n"Go," said Ada.')
    tokens.quotations[0].token_runs.clear()
    assert build_quotation_context(tokens, people).candidates == [[]]


def test_a_book_without_quotations_has_no_context(people_of):
    tokens, people = people_of("Ada sat. Ada rose.")
    context = build_quotation_context(tokens, people)
    assert context.candidates == context.best_tags == context.addressees == []


RANKS = [
    # The first is likelier to be among the candidates than the second.
    ('Hugh rose.\n\nTom sat. "Go."', "Tom", "Hugh"),  # nearer
    ('Tom saw Hugh. "Go."', "Tom", "Ada"),
    ('"Hugh, go." "I saw Tom."', "Hugh", "Ada"),
    ('"Go." Tom rose.', "Tom", "Hugh"),  # after it
    ('"Go," said Ada.', "Ada", "Hugh"),  # far away, but named by the tag
]


@pytest.mark.parametrize(("text", "likelier", "other"), RANKS)
def test_nearness_and_tags_make_a_candidate_likelier(people_of, text, likelier, other):
    context, indices = context_of(people_of, text)
    candidates = context.candidates[0]
    assert candidates.index(indices[likelier]) < candidates.index(indices[other])


@pytest.mark.parametrize(
    ("text", "tag_names"),
    [
        ('"Go," said Ada.\n\n"No."\n\n"Yes," Tom replied.', ["Ada", None, "Tom"]),
        ('"Go," she said. "Now."', ["she"]),
        ('"Go." Ada rose.', [None]),  # a beat is not a tag
        ('"Go," Ada nodded, "now," said Tom.', ["Tom"]),
    ],
)
def test_every_quotation_has_its_best_tag_or_none(people_of, text, tag_names):
    context, indices = context_of(people_of, text)
    names = {index: name for name, index in indices.items()}
    first_names = {"Vane": "Ada", "Reed": "Tom", "Stone": "Hugh"}
    found = [
        None
        if tag is None
        else context.tokens.words[tag.start]
        if tag.person_index < 0
        else first_names.get(names[tag.person_index], names[tag.person_index])
        for tag in context.best_tags
    ]
    assert found == tag_names


def test_a_strong_tag_of_a_later_rule_is_better_than_a_weak_one_of_an_earlier():
    weak, strong, beat = (SpeechTag(0, "", strength, 0, 1) for strength in (1, 2, 0))
    assert choose_best_tag({"tag_between": weak, "tag_before": strong}) is strong
    assert choose_best_tag({"tag_before": strong, "tag_between": strong}) is strong
    assert choose_best_tag({"tag_between": beat, "beat_after": strong}) is None
    assert choose_best_tag({}) is None


STORIES = st.lists(
    st.sampled_from(
        ['"Go," said Ada.', '"No."', '"Tom, come," he said.', "Hugh came.", "I sat.", "It rained.", '"I saw Ada."']
    ),
    min_size=1,
    max_size=10,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_every_quotation_has_an_entry_in_each_list_and_no_candidate_twice(people_of, blocks):
    tokens, people = people_of("\n\n".join([PEOPLE, *blocks]))
    context = build_quotation_context(tokens, people)
    lists = (
        context.tags_by_rule,
        context.best_tags,
        context.addressees,
        context.named_persons,
        context.candidates,
    )
    assert {len(each) for each in lists} == {len(tokens.quotations)}
    for index, candidates in enumerate(context.candidates):
        assert len(set(candidates)) == len(candidates) <= MAX_CANDIDATES
        assert all(0 <= person < len(people.persons) for person in candidates)
        named = {tag.person_index for tag in context.tags_by_rule[index].values()} - {-1}
        assert named <= set(candidates)
        assert people.narrator_index in {-1, *candidates}
