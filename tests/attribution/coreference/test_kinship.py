import pytest

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


def titles_of_described(people_of, text):
    _, people = people_of(text)
    index = next(m.person_index for m in people.mentions if m.is_description)
    return {form.title for form in people.persons[index].name_forms if form.title}
