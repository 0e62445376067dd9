import pytest

from narrator.attribution.candidate_generation import MAX_CANDIDATES, build_quotation_context
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
