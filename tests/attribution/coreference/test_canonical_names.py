import pytest

from narrator.attribution.coreference.canonical_names import (
    choose_display_names,
    join_mention_words,
    list_aliases,
)

DISPLAY_NAMES = [
    ("Then Tom came. Tom sat.", ["Tom"]),
    ("Then Mr. Reed came. Mr. Reed sat.", ["Mr. Reed"]),
    # A full name is preferred if it is used at all often.
    ("Tom Reed came. " * 3 + "Then Tom sat. " * 9, ["Tom Reed"]),
    ("Tom Reed came. " * 2 + "Then Tom sat. " * 9, ["Tom"]),
    ("Then Tom came. The ferryman went.", ["Tom", "The ferryman"]),
]


@pytest.mark.parametrize(("text", "names"), DISPLAY_NAMES)
def test_a_person_gets_the_name_that_the_book_uses_most(people_of, text, names):
    assert choose_display_names(*people_of(text)) == names


def test_persons_of_one_name_are_numbered(people_of):
    tokens, people = people_of("Then Tom came. The ferryman went. The miller went.")
    for person in people.persons[1:]:
        person.description = "the ferryman"
    names = choose_display_names(tokens, people)
    assert names == ["Tom", "The ferryman", "The ferryman (2)"]


ALIASES = [
    ("Then Tom came. Tom sat.", "Tom", ()),
    ("Tom Reed came. Tom sat. Tom rose. Reed said so.", "Tom Reed", ("Tom", "Reed")),
    ("Tom Reed came. Tom sat. Reed rose. Reed left.", "Tom Reed", ("Reed", "Tom")),
    ("Then Tom came. TOM sat. Tom rose.", "Tom", ()),
]


@pytest.mark.parametrize(("text", "name", "aliases"), ALIASES)
def test_the_other_names_are_aliases_whatever_their_case(people_of, text, name, aliases):
    tokens, people = people_of(text)
    assert list_aliases(tokens, people, 0, name) == aliases


def test_the_description_of_a_named_person_is_not_an_alias(people_of):
    family = "Mr. Vane met Tom. Mrs. Vane sat. Mr. Vane wept."
    tokens, people = people_of(f"{family}\n\nMr. Vane came. “Go,” said his wife.")
    names = choose_display_names(tokens, people)
    index = names.index("Mrs. Vane")
    assert any(m.is_description and m.person_index == index for m in people.mentions)
    assert list_aliases(tokens, people, index, "Mrs. Vane") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [("Then Mr. Reed's hat fell.", "Mr. Reed"), ("Then J. R. Brown said so.", "J. R. Brown")],
)
def test_the_words_of_a_mention_are_joined_as_in_the_book(people_of, text, words):
    tokens, people = people_of(text)
    assert join_mention_words(tokens, people.mentions[0]) == words
