"""The pronoun model weighs whom "he" and "she" in a tag mean."""

import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.coreference.antecedents import load_pronoun_weights
from narrator.attribution.pronoun_model import estimate_antecedents, find_antecedents
from tests.attribution.features.comparing import PEOPLE, find_persons

TAGS = [
    ('Ada rose. "Go," she said.', "Ada"),
    ('Tom rose. "Go," he said.', "Tom"),
    ('Ada looked at Tom. "Go," said he.', "Tom"),
    ('Tom rose. Ada sat down. "Go, Ada," he said.', "Tom"),
]


@pytest.mark.parametrize(("text", "expected"), TAGS)
def test_a_pronoun_means_somebody_of_its_gender(people_of, text, expected):
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    [shares] = estimate_antecedents(build_quotation_context(tokens, people)).values()
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.get) == find_persons(people, expected)[0]


def test_of_two_women_the_one_who_is_addressed_does_not_speak(people_of):
    story = "Ada Vane met Eve Reed. Ada smiled at Eve. She rose. Eve smiled at Ada."
    tokens, people = people_of(f'{story}\n\nAda and Eve sat down. "Go, Eve," she said.')
    [shares] = estimate_antecedents(build_quotation_context(tokens, people)).values()
    ada, eve = find_persons(people, "Ada", "Eve")
    assert shares[ada] > shares[eve]


def test_tags_with_a_name_or_without_a_gender_have_no_antecedents(people_of):
    tokens, people = people_of(f'{PEOPLE}\n\n"Go," said Ada.\n\n"Go," they said.\n\n"Go."')
    assert estimate_antecedents(build_quotation_context(tokens, people)) == {}


def test_each_antecedent_has_all_features(people_of):
    tokens, people = people_of(f'{PEOPLE}\n\nAda rose. "Go," she said.')
    [antecedents] = find_antecedents(build_quotation_context(tokens, people))
    assert antecedents.features.shape == (len(antecedents.persons), len(load_pronoun_weights()))
