import pytest

from narrator.attribution.coreference.pronouns import resolve_pronouns
from tests.attribution.conftest import index_by_name

PEOPLE = "Hugh Stone came. Hugh laughed. Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled."

PRONOUNS = [
    ("Ada saw Tom. She waved.", "She", "Ada"),
    ("Ada saw Tom. He waved.", "He", "Tom"),
    ("Hugh saw Tom. He waved.", "He", "Hugh"),  # a subject rather than an object
    ("Tom came. Hugh came. He waved.", "He", "Hugh"),  # the later of two subjects
    ("Tom went to Hugh. Hugh's dog barked. He waved.", "He", "Tom"),  # rather than an owner
    ("Ada rose. She sat. Tom saw her.", "her", "Ada"),
]


def antecedents_of(people_of, text):
    """The person of each pronoun in a story, by name, in order; and of those unresolved none."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    names = {index: name for name, index in index_by_name(people).items()}
    antecedents = resolve_pronouns(tokens, people).antecedents
    return {tokens.words[token]: names[index] for token, index in antecedents.items()}


@pytest.mark.parametrize(("text", "pronoun", "name"), PRONOUNS)
def test_a_pronoun_refers_to_the_most_salient_person(people_of, text, pronoun, name):
    assert first_word(antecedents_of(people_of, text)[pronoun]) == name


def first_word(name):
    """The first name, whichever form of the name was found last."""
    return {"Vane": "Ada", "Reed": "Tom", "Stone": "Hugh"}.get(name, name)


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ('"She waved," said Tom.', "She"),  # in a quotation
        ("They waved.", "They"),  # plural
        (f"{'It rained on and on here. ' * 80}She waved.", "She"),  # long after the last mention
    ],
)
def test_some_pronouns_stay_unresolved(people_of, text, pronoun):
    assert pronoun not in antecedents_of(people_of, text)


def test_a_new_scene_forgets_the_mentions_of_the_last(people_of):
    tokens, people = people_of(f"{PEOPLE}\n\nShe waved.")
    tokens.is_scene_start[-1] = True
    assert tokens.words.index("She") not in resolve_pronouns(tokens, people).antecedents


def test_the_mentions_of_the_narration_are_listed_in_order(people_of):
    tokens, people = people_of('Ada saw Tom. "Tom!" She waved.')
    salience = resolve_pronouns(tokens, people)
    words = [tokens.words[token] for token, _ in salience.narrated_mentions]
    assert words == ["Ada", "Tom", "She"]
    assert [tokens.words[token] for token, _ in salience.subject_mentions] == ["Ada", "She"]
