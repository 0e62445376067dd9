"""The noun that explains a name means whoever bears it from there on."""

import pytest

CASES = [
    ("ru", "Пришёл Аркадий Львович, аптекарь, с зонтом.\n\n— Нет, — сказал аптекарь.", "аптекарь"),
    ("es", "Era el médico, don Lucas, con su paraguas.\n\n—No —dijo el médico.", "médico"),
    ("de", "Die Wirtin, Frau Boysen, schwieg.\n\n„Nein“, sagte die Wirtin.", "wirtin"),
    ("fr", "Le notaire, maître Poncet, toussa.\n\n— Non, dit le notaire.", "notaire"),
]


def find_person(text: str, tag: str, noun: str, people_of):
    """Return the person whom the last use of a noun means."""
    tokens, people = people_of(text, tag)
    last = max(i for i, word in enumerate(tokens.lowercase_words) if word == noun)
    mention = next(m for m in people.mentions if m.start <= last < m.end)
    return people.persons[mention.person_index]


@pytest.mark.parametrize(("tag", "text", "noun"), CASES)
def test_a_noun_beside_a_name_means_its_bearer(people_of, tag: str, text: str, noun: str) -> None:
    assert not find_person(text, tag, noun, people_of).description


def test_a_list_explains_nobody(people_of) -> None:
    text = "Вошли мать, Мария, аптекарь, Иван.\n\n— Нет, — сказал аптекарь."
    assert find_person(text, "ru", "аптекарь", people_of).description


def test_a_surname_alone_is_the_bearer_of_the_same_name_with_a_title(people_of) -> None:
    _, people = people_of("Капитан Горюнов лежал. Вечер настал. Горюнов встал.", "ru")
    assert len(people.persons) == 1


def test_a_name_after_a_title_in_another_case_is_somebody_else(people_of) -> None:
    text = "Графиня Вера молчала. Там Ларин ждал. Ларин встал.\n\n— Нет, — сказала графиня Ларину."
    _, people = people_of(text, "ru")
    last = {people.persons[m.person_index].gender for m in people.mentions[-2:]}
    assert "графиня ларин" not in {
        " ".join((form.title, *form.words)) for p in people.persons for form in p.name_forms
    }
    assert len(last) == 2


def test_a_name_with_and_without_its_surname_is_one_person(people_of) -> None:
    text = "Аркадий Львович Штерн пришёл. Аркадий Львович сел. Штерн молчал."
    _, people = people_of(text, "ru")
    assert len(people.persons) == 1


def test_a_negation_before_a_verb_is_nobody(people_of) -> None:
    text = "«Vem», disse ela.\n\n«Tens medo.» O pescador não respondeu."
    _, people = people_of(text, "pt")
    assert "não" not in {person.description for person in people.persons}
