"""An old and a young person of one name."""

import pytest

from narrator.attribution.coreference.generations import distinguish_generations
from narrator.attribution.coreference.name_detection import detect_names

NAMES = [
    ("They were old Tam and young Tam. Young Tam sat.", ["old tam", "young tam", "young tam"]),
    ("The elder Mr. Pike met the younger Mr. Pike.", ["old pike", "young pike"]),
    ("Old Tam sat. He saw Tam rise.", ["- tam", "- tam"]),
    (
        "They were old Tam Rye and young Tam Rye. Young Tam sat.",
        ["old tam rye", "young tam rye", "young tam"],
    ),
    ("There sat old Tam. Ada saw young Ben.", ["- tam", "- ada", "- ben"]),  # two names
    ("Mr. Pike junior sat by Mr. Pike.", ["young pike", "mr pike"]),
    ("Mr. Pike, senior, sat.", ["old pike"]),
    ("Mr. Pike the elder sat by Mr. Pike the younger.", ["old pike", "young pike"]),
    ("Mr. Pike, the elder brother, sat by Pliny the Elder.", ["mr pike", "old pliny"]),
    ("He was junior to Mr. Pike. Mr. Pike senior sat.", ["mr pike", "old pike"]),
]


@pytest.mark.parametrize(("text", "forms"), NAMES)
def test_ages_that_the_book_contrasts_tell_two_people_apart(tokens_of, text, forms):
    tokens = tokens_of(text)
    names = distinguish_generations(tokens, detect_names(tokens))
    found = [" ".join([name.form.title or "-", *name.form.words]) for name in names]
    assert found == forms


def test_father_and_son_are_two_persons(people_of):
    text = "There were old Tam Rennie and young Tam Rennie. Old Tam Rennie spoke. Young Tam left."
    _, people = people_of(text)
    assert len(people.persons) == 2


def test_a_son_keeps_his_name_without_the_surname(people_of):
    text = "Old Tam Rennie sat by young Tam Rennie. Then young Tam spoke. Old Tam left."
    _, people = people_of(text)
    assert len(people.persons) == 2
    assert [mention.person_index for mention in people.mentions] in ([0, 1, 1, 0], [1, 0, 0, 1])


def test_an_adjective_of_age_alone_is_no_name_of_a_generation(people_of):
    _, people = people_of('Ada took Young\'s hat. Young rose. "Go," said Young. "No," said Ada.')
    assert "ada" in {form.words[0] for form in people.persons[0].name_forms}
