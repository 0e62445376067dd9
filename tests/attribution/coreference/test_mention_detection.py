import pytest

MENTIONS = [
    ("Then Ada's hat fell.", {"is_possessive"}),
    ("Then he saw Ada.", set()),
    ("Then Ada sneezed.", {"is_subject"}),
    ("Ada, of course.", {"is_subject"}),
    ("It rained. The old man, of course.", {"is_subject", "is_description"}),
    ('"I saw Ada there."', {"is_quoted"}),
    ('"Come in, Ada!"', {"is_quoted", "is_addressed"}),
]
PROPERTIES = {"is_possessive", "is_subject", "is_description", "is_quoted", "is_addressed"}


@pytest.mark.parametrize(("text", "properties"), MENTIONS)
def test_a_mention_shows_how_a_person_is_mentioned(people_of, text, properties):
    _, people = people_of(f"{text}\n\nThen Ada rose. Then Ada sat.")
    mention = people.mentions[0]
    assert {name for name in PROPERTIES if getattr(mention, name)} == properties


def test_every_mention_is_found_by_its_first_token(people_of):
    tokens, people = people_of('Mr. Reed saw Ada. "Tom!" cried the old man.')
    assert people.mentions == sorted(people.mentions, key=lambda mention: mention.start)
    for start, index in people.mention_by_start.items():
        assert people.mentions[index].start == start
    words = [tokens.words[mention.start : mention.end] for mention in people.mentions]
    assert words == [["Mr", ".", "Reed"], ["Ada"], ["Tom"], ["the", "old", "man"]]


DESCRIPTIONS = [
    ('"Go," said the old man. The ferryman went.', {"the old man", "the ferryman"}),
    ("The miller saw his mother.", {"the miller", "mother"}),
    ('"Go," said the gryphon. A gryphon sat.', {"the gryphon"}),  # the book lets it speak
    ("A gryphon sat.", set()),
    ('"The miller came."', set()),  # only narration describes persons
    ("The old miller came. The young miller went.", {"the old miller", "the young miller"}),
    ("The fat miller came. The thin miller went.", {"the miller"}),  # only ages tell two apart
    ("Her miller came.", {"the miller"}),
    ("Her fat miller came.", set()),
    ("General Brown came. The general sat.", set()),  # the only general of the book
    ("The clerk & porter sat.", {"the clerk"}),
]


@pytest.mark.parametrize(("text", "descriptions"), DESCRIPTIONS)
def test_a_person_may_be_described_instead_of_named(people_of, text, descriptions):
    _, people = people_of(f"It rained. {text}")
    assert {p.description for p in people.persons if p.description} == descriptions


@pytest.mark.parametrize(
    ("text", "gender", "is_kin"),
    [
        ("The miller came.", "male", False),
        ("The nun came.", "female", False),
        ("The creature came.", None, False),
        ("He saw his mother.", "female", True),
    ],
)
def test_the_noun_of_a_description_shows_the_gender(people_of, text, gender, is_kin):
    _, people = people_of(f"It rained. {text}")
    (person,) = people.persons
    assert (person.gender, person.is_kin) == (gender, is_kin)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Little Nell came. Then little Nell sat. She loved little Nell.", "child"),
        ("Then Mr. Reed came. Mr. Reed sat.", "adult"),
        ("Then Miss Reed came. Miss Reed sat.", "young"),
        ("Then old Tom came. Then old Tom sat.", "old"),
        # Once is enough where a person is introduced, or is mentioned rarely.
        ("Then old Tom came. " + "Then Tom sat. " * 9, "old"),
        ("Then Tom sat. Then old Tom came. " + "Then Tom sat. " * 2, "old"),
        ("Then Tom sat. Then old Tom came. " + "Then Tom sat. " * 9, None),
        ("Then Tom sat. “Hush, old Tom!” she said. Then Tom came.", None),
        ("Little Nell came. " + "Then Nell sat. " * 2, None),
        ("Then the old miller came.", "old"),
    ],
)
def test_adjectives_and_titles_show_the_age(people_of, text, age):
    _, people = people_of(text)
    assert people.persons[0].age == age


HASTINGS = "\n\n".join(
    [
        'I came in and I sat down. "Good day, Hastings," said Poirot.',
        '"Well, Hastings, what do you think?" he asked me.',
        'I shrugged. "Ah, Hastings!" cried Poirot. I laughed, and I went out.',
    ]
)
ONE_CALL = 'I came in. I sat. "Go, Fenn," said Ada to me.\n\nI rose. I sat.'


@pytest.mark.parametrize(("text", "name"), [(HASTINGS, "hastings"), (ONE_CALL, "fenn")])
def test_a_first_person_narrator_has_the_name_by_which_others_address_him(people_of, text, name):
    _, people = people_of(text)
    narrator = people.persons[people.narrator_index]
    assert narrator.is_narrator
    assert any(form.words == (name,) for form in narrator.name_forms)


@pytest.mark.parametrize(
    "text",
    [
        'I came in. I sat. "Go, Fenn," said Ada to Tom.\n\nI rose. I sat.',
        'I came in. I sat. "Go," said Ada to me.\n\nI rose. I sat.',
    ],
)
def test_a_narrator_without_a_name_is_added(people_of, text):
    _, people = people_of(text)
    assert people.persons[people.narrator_index].description == "Narrator"
    assert people.narrator_index == len(people.persons) - 1


@pytest.mark.parametrize(
    "text", ['Ada sat down. "I am ill," said Ada.', "It rained.", '"I, I, I," he said.']
)
def test_a_book_in_the_third_person_has_no_narrator(people_of, text):
    _, people = people_of(text)
    assert people.narrator_index == -1
    assert not any(person.is_narrator for person in people.persons)


def test_a_description_in_a_language_without_articles_is_the_bare_noun(people_of):
    tokens, people = people_of("— Пора, — сказал старик. Старик встал.", "ru")
    assert [person.description for person in people.persons] == ["старик"]
    words = [tokens.words[mention.start : mention.end] for mention in people.mentions]
    assert words == [["старик"], ["Старик"]]


MORE_DESCRIPTIONS = [
    ("The old woman came. That old woman sat.", {"the old woman"}),
    ("A young man came. The young man sat.", {"the young man"}),
    ("His wife wept. Her husband did not.", {"wife", "husband"}),
    ("The mother wept. Her mother wept.", {"the mother", "mother"}),
    ("The man with the hat went to the table.", {"the man with the hat"}),
    ("The table fell. The hat fell.", set()),
    ("Both men came. The cats sat.", set()),
    ("Captain Lake came. The captain sat. Captain Moss came. Captain Moss sat.", set()),
    ("The captain sat. Captain Lake came. Captain Moss came.", {"the captain"}),
    ("The lady came. Lady Moss sat.", {"the lady"}),
    ("The little boy wept. The big boy laughed.", {"the boy"}),
    ('"Go," said the tall ferryman.', {"the ferryman"}),
    ("They said the gryphon, too, sat.", set()),  # it does not speak
    ('"Go," then the gryphon, too, sat.', set()),
]


@pytest.mark.parametrize(("text", "descriptions"), MORE_DESCRIPTIONS)
def test_nouns_for_persons_describe_somebody_if_an_article_or_an_owner_precedes(
    people_of, text, descriptions
):
    _, people = people_of(f"It rained. {text}")
    assert {p.description for p in people.persons if p.description} == descriptions


FOREIGN_DESCRIPTIONS = [
    ("de", "„Geh“, sagte der Gärtner. Der Kutscher ging.", {"Gärtner", "Kutscher"}),
    ("fr", "— Pars, dit le facteur.\n\nLa jeune femme entra.", {"facteur", "jeune femme"}),
    ("es", "—Vete —dijo el cartero.", {"cartero"}),
    ("it", "— Vattene — disse il medico.", {"medico"}),
    ("pt", "— Vai — disse o médico.", {"médico"}),
    ("pl", "— Idź — powiedział lekarz.", {"lekarz"}),
    ("ru", "— Иди, — сказал доктор.", {"доктор"}),
]


@pytest.mark.parametrize(("tag", "text", "descriptions"), FOREIGN_DESCRIPTIONS)
def test_persons_are_described_in_every_language(people_of, tag, text, descriptions):
    _, people = people_of(text, tag)
    assert {p.description for p in people.persons if p.description} == descriptions


NARRATORS = [
    ("de", "Ich kam an, und ich setzte mich. Ich war müde.", "Erzähler"),
    ("fr", "Je vins, et je dormis. Je partis.", "Narrateur"),
    ("es", "Yo vine, y yo dormí. Yo salí.", "Narrador"),
    ("ru", "Я пришёл, и я сел. Я ушёл.", "Рассказчик"),
]


@pytest.mark.parametrize(("tag", "text", "name"), NARRATORS)
def test_a_book_in_the_first_person_has_a_narrator_in_every_language(people_of, tag, text, name):
    _, people = people_of(text, tag)
    assert people.persons[people.narrator_index].description == name


@pytest.mark.parametrize(("repetitions", "has_narrator"), [(10, True), (60, False)])
def test_a_single_i_in_a_long_book_does_not_make_a_narrator(people_of, repetitions, has_narrator):
    _, people = people_of("Thus I have heard. " + "It rained on. " * repetitions)
    assert (people.narrator_index >= 0) is has_narrator


def test_what_a_described_person_does_is_counted(people_of):
    text = 'It rained. "Go," the miller said. The miller sat. He saw the miller.'
    _, people = people_of(text)
    (miller,) = people.persons
    statistics = miller.statistics
    assert (statistics.total_count, statistics.acting_count, statistics.speaking_count) == (3, 2, 1)


def test_an_adjective_of_age_that_is_a_last_name_is_no_age(people_of):
    _, people = people_of("Mr. Young met Tom. Mr. Young laughed. Young sat down by old Tom.")
    ages = {form.words[-1]: p.age for p in people.persons for form in p.name_forms}
    assert ages == {"young": "adult", "tom": "old"}
