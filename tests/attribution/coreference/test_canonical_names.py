import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    ("Then she called for TOM. TOM was gone.", ["Tom"]),
    ("Then Ferris-Wynne came. Ferris-Wynne sat.", ["Ferris-Wynne"]),
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
    assert list_aliases(tokens, people, [name] * len(people.persons))[0] == aliases


def test_the_description_of_a_named_person_is_not_an_alias(people_of):
    family = "Mr. Vane met Tom. Mrs. Vane sat. Mr. Vane wept."
    tokens, people = people_of(f"{family}\n\nMr. Vane came. “Go,” said his wife.")
    names = choose_display_names(tokens, people)
    index = names.index("Mrs. Vane")
    assert any(m.is_description and m.person_index == index for m in people.mentions)
    assert list_aliases(tokens, people, names)[index] == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [("Then Mr. Reed's hat fell.", "Mr. Reed"), ("Then J. R. Brown said so.", "J. R. Brown")],
)
def test_the_words_of_a_mention_are_joined_as_in_the_book(people_of, text, words):
    tokens, people = people_of(text)
    assert join_mention_words(tokens, people.mentions[0]) == words


MORE_NAMES = [
    ("Then Mrs. Vane came. Mrs. Vane sat.", ["Mrs. Vane"]),
    ("Then old Tom came. Then old Tom sat. Tom rose.", ["Tom"]),
    ("He met the Hatter. The Hatter sat. Then the Hatter said so.", ["Hatter"]),
    ("Then TOM came. Then Tom sat. Then Tom rose.", ["Tom"]),
    ("Then Tom's hat fell. Tom's dog barked. Tom's.", ["Tom"]),
    ("Then J. R. Brown said so. J. R. Brown left.", ["J. R. Brown"]),
    ("It rained. His mother came. The nun sat.", ["Mother", "The nun"]),
]


@pytest.mark.parametrize(("text", "names"), MORE_NAMES)
def test_a_name_is_written_as_in_the_book_with_a_capital(people_of, text, names):
    assert choose_display_names(*people_of(text)) == names


@pytest.mark.parametrize(
    ("tag", "text", "names"),
    [
        ("de", "„Ja“, sagte Herr Brand. Herr Brand lachte.", {"Herr Brand"}),
        ("fr", "— Oui, dit monsieur Brun. Monsieur Brun rit.", {"Monsieur Brun"}),
        ("es", "—Sí —dijo don Pedro. Don Pedro rió.", {"Don Pedro"}),
        ("ru", "— Да, — сказал старик.", {"Старик"}),
    ],
)
def test_a_title_without_a_capital_has_one_in_a_name_by_itself(people_of, tag, text, names):
    assert set(choose_display_names(*people_of(text, tag))) == names


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Tom Reed came.",
                "Then Tom sat.",
                "Mr. Reed left.",
                "The miller rose.",
                "The nun wept.",
            ]
        ),
        max_size=10,
    )
)
def test_all_names_differ_and_no_alias_is_the_name_itself(people_of, sentences):
    tokens, people = people_of(" ".join(["It rained.", *sentences]))
    names = choose_display_names(tokens, people)
    assert len(set(names)) == len(names) == len(people.persons)
    for index, name in enumerate(names):
        aliases = [alias.casefold() for alias in list_aliases(tokens, people, names)[index]]
        assert name.casefold() not in aliases
        assert len(set(aliases)) == len(aliases)


def test_a_third_person_of_one_name_is_the_third(people_of):
    tokens, people = people_of("It rained. The nun sat. The ferryman went. The miller went.")
    for person in people.persons:
        person.description = "the nun"
    assert choose_display_names(tokens, people) == ["The nun", "The nun (2)", "The nun (3)"]


def test_a_person_without_any_name_is_somebody(people_of):
    tokens, people = people_of("It rained. The nun sat.")
    people.persons[0].description = ""
    people.mentions.clear()
    assert choose_display_names(tokens, people) == ["Somebody"]
