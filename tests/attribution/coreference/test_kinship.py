import pytest

from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.tokens import tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.readers import read
from narrator.segmentation.lines import segment_book

RELATIVES = [
    ("Mr. Vane came in. “Go,” said his wife.", "mrs"),
    ("“Dear Mr. Vane,” said his lady to him.", "mrs"),
    ("Mrs. Vane sat down. “Go,” said her husband.", "mr"),
    ("Tom came in. “Go,” said his wife.", ""),  # his last name is not known
    ("Tom came in. “I met Mr. Vane,” said his wife.", ""),  # Mr. Vane is only talked about
    ("Ada came in. “Go,” said her mother.", "mrs"),
    ("Ada came in. “Go,” said her father.", "mr"),
    ("Ada came in. “Go,” said her father-in-law.", ""),
    ("Mrs. Vane came in. “Go,” said her mother.", ""),  # her mother has another name
    ("Mr. Vane came in. “Go,” said the wife.", ""),  # no owner
    ("Mr. Vane came in. “Go,” said his sister.", ""),  # neither wife nor parent
    (f"Mr. Vane came in. {'It rained on and on. ' * 16}“Go,” said his wife.", ""),  # too far back
]
FAMILY = "Mr. Vane met Tom. Mrs. Vane met Ada Vane. Tom laughed. Mr. Vane wept. Ada smiled."


@pytest.mark.parametrize(("text", "title"), RELATIVES)
def test_a_relative_is_the_person_with_the_same_last_name(people_of, text, title):
    assert titles_of_described(people_of, f"{FAMILY}\n\n{text}") == ({title} if title else set())


def test_of_two_wives_with_one_name_neither_is_meant(people_of):
    second_wife = "Then Madame Vane laughed."
    text = f"{FAMILY} {second_wife}\n\nMr. Vane came in. “Go,” said his wife."
    assert titles_of_described(people_of, text) == set()


COUPLES = "Tom Vane met Mrs. Vane and Mrs. Tom Vane. Tom Vane bowed to Rolf Vane. She smiled."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mrs. Tom Vane came in. “Go,” said her husband.", ("tom", "vane")),
        ("Tom Vane came in. “Go,” said his wife.", ("tom", "vane")),
        (
            "Mrs. Tom Vane looked at her husband. "
            f"{'It rained on and on. ' * 16}“Go,” said her husband.",
            ("tom", "vane"),
        ),
    ],
)
def test_a_wife_called_by_the_full_name_of_her_husband_tells_who_he_is(people_of, text, name):
    _, people = people_of(f"{COUPLES}\n\n{text}")
    described = [m.person_index for m in people.mentions if m.is_description][-1]
    assert name in {form.words for form in people.persons[described].name_forms}


def test_a_new_scene_does_not_know_the_husband_of_the_last(tmp_path):
    rain = "It rained on and on. " * 16
    text = f"Mrs. Vane looked at her husband.\n\n* * *\n\n{rain}“Go,” said her husband."
    (tmp_path / "book.txt").write_text(f"{FAMILY}\n\n{text}", "utf-8")
    book = read([str(tmp_path / "book.txt")])
    tokens = tokenise(book, segment_book(book), load_attribution_language("en"))
    people = detect_mentions(tokens)
    described = [m.person_index for m in people.mentions if m.is_description]
    assert described[0] != described[-1]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Sir Hugh Moss bowed. “Go,” said his wife.", "lady"),
        ("Lady Moss bowed. “Go,” said her husband.", "sir"),
        ("Ivy Moss came in. “Go,” said her father.", "sir"),
    ],
)
def test_titles_of_nobility_tell_families_too(people_of, text, title):
    family = "Sir Hugh Moss met Ivy Moss. Lady Moss laughed. Ivy smiled. Sir Hugh Moss wept."
    assert titles_of_described(people_of, f"{family}\n\n{text}") == {title}


def titles_of_described(people_of, text):
    _, people = people_of(text)
    index = next(m.person_index for m in people.mentions if m.is_description)
    return {form.title for form in people.persons[index].name_forms if form.title}


MORE_RELATIVES = [
    ("Ada came in. “Go,” said her papa.", "mr"),
    ("Ada came in. “Go,” said her mamma.", "mrs"),
    ("Mr. Vane and Tom came in. “Go,” said his wife.", ""),  # Tom was named last
    ("Mr. Vane came in. Tom rose. “Go,” said his wife.", ""),
    ("Tom came in. “Go, Mr. Vane,” said his wife.", "mrs"),  # Mr. Vane is spoken to
    ("Mr. Vane came in. Ada rose. “Go,” said his wife.", "mrs"),  # "his" is not Ada's
    ("Ada came in. “Go,” said his wife.", "mrs"),  # Mr. Vane, two sentences before
    ("Mr. Vane came in. “Go,” said their mother.", ""),
    ("Ada came in. “Go,” said her sister.", ""),  # a sister may have married
    ("Mr. Vane came in. “Go,” said my wife.", ""),
]


@pytest.mark.parametrize(("text", "title"), MORE_RELATIVES)
def test_the_owner_is_the_person_of_the_right_gender_who_was_named_last(people_of, text, title):
    assert titles_of_described(people_of, f"{FAMILY}\n\n{text}") == ({title} if title else set())


def test_the_person_who_is_named_most_may_be_the_relative(people_of):
    text = f"{FAMILY} {'Mrs. Vane sat. ' * 6}\n\nMr. Vane came in. “Go,” said his wife."
    assert titles_of_described(people_of, text) == {"mrs"}


def test_a_family_without_a_mrs_has_no_wife_to_mean(people_of):
    text = "Mr. Vane met Tom. Tom laughed. Mr. Vane wept.\n\nMr. Vane came. “Go,” said his wife."
    assert titles_of_described(people_of, text) == set()


def test_mentions_of_one_relation_may_mean_two_persons(people_of):
    families = f"{FAMILY} Mr. Reed met Mrs. Reed. Mrs. Reed wept. Mr. Reed smiled."
    text = "Mr. Vane came in. “Go,” said his wife.\n\nMr. Reed came in. “Go,” said his wife."
    _, people = people_of(f"{families}\n\n{text}")
    described = [mention for mention in people.mentions if mention.is_description]
    last_names = [
        {form.words[-1] for form in people.persons[mention.person_index].name_forms}
        for mention in described
    ]
    assert last_names == [{"vane"}, {"reed"}]


def test_other_mentions_and_their_order_stay_as_they_are(people_of):
    text = f"{FAMILY}\n\nMr. Vane came in. “Go,” said his wife."
    tokens, people = people_of(text)
    words = [" ".join(tokens.words[m.start : m.end]) for m in people.mentions[-2:]]
    assert words == ["Mr . Vane", "his wife"]
    assert people.mentions == sorted(people.mentions, key=lambda mention: mention.start)
