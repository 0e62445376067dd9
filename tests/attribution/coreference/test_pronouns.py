import pytest

from narrator.attribution.coreference.pronouns import resolve_pronouns
from tests.attribution.conftest import index_by_name

PEOPLE = "Hugh Stone came. Hugh laughed. Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled."

PRONOUNS = [
    ("Ada saw Tom. She waved.", "She", "Ada"),
    ("Ada saw Tom. He waved.", "He", "Tom"),
    ("Hugh saw Tom. He waved.", "He", "Tom"),  # the later of two
    ("Tom came. Hugh came. He waved.", "He", "Hugh"),  # the later of two subjects
    ("Hugh came. Hugh sat. Hugh laughed at Tom and Hugh rose. He waved.", "He", "Hugh"),
    ("Ada rose. She sat. Tom saw her.", "her", "Ada"),
]


def antecedents_of(people_of, text):
    """The person of each pronoun in a story, by name, in order; and of those unresolved none."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    names = {index: name for name, index in index_by_name(people).items()}
    antecedents = resolve_pronouns(tokens, people).person_by_pronoun
    return {tokens.words[token]: names[index] for token, index in antecedents.items()}


@pytest.mark.parametrize(("text", "pronoun", "name"), PRONOUNS)
def test_a_pronoun_refers_to_a_recent_person_of_its_gender(people_of, text, pronoun, name):
    assert first_word(antecedents_of(people_of, text)[pronoun]) == name


def first_word(name):
    """The first name, whichever form of the name was found last."""
    return {"Vane": "Ada", "Reed": "Tom", "Stone": "Hugh"}.get(name, name)


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ('"She waved," said Tom.', "She"),  # in a quotation
        ("They waved.", "They"),  # plural
        (f"{'It rained on and on here. ' * 200}She waved.", "She"),  # long after the last mention
    ],
)
def test_some_pronouns_stay_unresolved(people_of, text, pronoun):
    assert pronoun not in antecedents_of(people_of, text)


def test_a_new_scene_forgets_the_mentions_of_the_last(people_of):
    tokens, people = people_of(f"{PEOPLE}\n\nShe waved.")
    tokens.is_scene_start[-1] = True
    assert tokens.words.index("She") not in resolve_pronouns(tokens, people).person_by_pronoun


def test_the_mentions_of_the_narration_are_listed_in_order(people_of):
    tokens, people = people_of('Ada saw Tom. "Tom!" She waved.')
    salience = resolve_pronouns(tokens, people)
    words = [tokens.words[token] for token, _ in salience.narrated_mentions]
    assert words == ["Ada", "Tom", "She"]
    assert [tokens.words[token] for token, _ in salience.subject_mentions] == ["Ada", "She"]


MORE_PRONOUNS = [
    ("Tom saw Ada. His hat fell.", "His", "Tom"),
    ("Tom saw Ada. Her hat fell.", "Her", "Ada"),
    ("Ada rose. Tom came. He saw Hugh. He waved.", "He", "Tom"),  # a subject stays the subject
    ("Tom came. Ada rose. It rained. He waved.", "He", "Tom"),
    ("Tom came in.\n\nHe waved.", "He", "Tom"),  # across paragraphs
    ('Tom came in. "Hugh!" cried Ada. He waved.', "He", "Tom"),  # not somebody called
    ("The miller came. He waved.", "He", "the miller"),
    ("The nun came. She waved.", "She", "the nun"),
    ("Hugh's dog and Tom came. He waved.", "He", "Tom"),
    ("Tom himself came. Ada saw him.", "him", "Tom"),
]


@pytest.mark.parametrize(("text", "pronoun", "name"), MORE_PRONOUNS)
def test_subjects_and_recent_mentions_are_the_likeliest_antecedents(people_of, text, pronoun, name):
    assert first_word(antecedents_of(people_of, text)[pronoun]) == name


FOREIGN = [
    ("de", "Anna sah Paul. Anna lachte.\n\n„Ja“, sagte Paul. Sie winkte.", "Sie", "Anna"),
    ("fr", "Anne vit Paul. Anne rit.\n\n— Oui, dit Paul.\n\nElle sortit.", "Elle", "Anne"),
    ("es", "Ana vio a Pablo. Ana rió.\n\n—Sí —dijo Pablo.\n\nElla salió.", "Ella", "Ana"),
    ("ru", "Анна вошла. Потом Анна села.\n\n— Да, — сказал Павел.\n\nОна встала.", "Она", "Анна"),
]


@pytest.mark.parametrize(("tag", "text", "pronoun", "name"), FOREIGN)
def test_each_language_resolves_its_own_pronouns(people_of, tag, text, pronoun, name):
    tokens, people = people_of(text, tag)
    antecedents = resolve_pronouns(tokens, people).person_by_pronoun
    names = {index: found for found, index in index_by_name(people).items()}
    index = tokens.words.index(pronoun)
    assert names[antecedents[index]] == name


def test_a_person_of_unknown_gender_answers_to_either_pronoun(people_of):
    story = "Quoyle spoke. Then Quoyle sat. Then Quoyle laughed."
    for pronoun in ("He", "She"):
        tokens, people = people_of(f"{story}\n\n{pronoun} waved.")
        (person,) = set(resolve_pronouns(tokens, people).person_by_pronoun.values())
        assert people.persons[person].gender is None


def test_a_pronoun_before_anybody_is_mentioned_stays_unresolved(people_of):
    tokens, people = people_of("She waved. Ada Vane came. Then Ada sat.")
    assert tokens.words.index("She") not in resolve_pronouns(tokens, people).person_by_pronoun


def test_only_pronouns_of_the_narration_are_resolved_and_to_persons_of_their_gender(people_of):
    text = 'Ada saw Tom. He saw her. "He saw me," she said. They left, and it rained on him.'
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    antecedents = resolve_pronouns(tokens, people).person_by_pronoun
    assert [tokens.words[index] for index in sorted(antecedents)] == ["He", "her", "she", "him"]
    genders = {"he": "male", "him": "male", "she": "female", "her": "female"}
    for index, person in antecedents.items():
        assert people.persons[person].gender == genders[tokens.lowercase_words[index]]
