"""The forms of a name in other cases belong to its nominative."""

import pytest

TEXTS = {
    "ru": (
        "Игнат Белов пришёл к Дарье. Дарья ждала Игната, а Павла не было.\n\n"
        "— Где Павел? — спросил Игнат.\n\n— У Лидии, — ответила Дарья Игнату. — Лидия звала.\n\n"
        "Белова знали все. С Павлом дружила Лидия.",
        ["Игнат", "Дарья", "Павел", "Лидия"],
    ),
    "uk": (
        "Остап прийшов до Ганни. Ганна чекала Остапа.\n\n— Де Павло? — спитав Остап.\n\n"
        "— Не знаю, — відповіла Ганна Остапові. — Павло пішов.\n\nПавла шукали.",
        ["Остап", "Ганна", "Павло"],
    ),
    "pl": (
        "Marek przyszedł do Anny. Anna czekała na Marka.\n\n— Gdzie Zofia? — spytał Marek.\n\n"
        "— U Piotra — odparła Anna. — Zofia i Piotr są w domu.\n\nZofię znali wszyscy.",
        ["Marek", "Anna", "Zofia", "Piotr"],
    ),
    "cs": (
        "Karel přišel k Anně. Anna čekala na Karla.\n\n„Kde je Petr?“ zeptal se Karel.\n\n"
        "„U Jany,“ řekla Anna. „Tam je i Jana, i Petr.“\n\nPetra znali všichni.",
        ["Karel", "Anna", "Petr", "Jana"],
    ),
}


@pytest.mark.parametrize("language", TEXTS)
def test_all_cases_of_a_name_are_one_person(people_of, language: str) -> None:
    text, expected = TEXTS[language]
    _, people = people_of(text, language)
    words = {
        word.capitalize()
        for person in people.persons
        for form in person.name_forms
        for word in form.words
    }
    assert set(expected) <= words
    assert len([person for person in people.persons if not person.description]) == len(expected)


def test_a_womans_surname_is_not_a_case_of_her_husbands(people_of) -> None:
    text = (
        "Лукин молчал. Лукин пил чай. Анна Лукина смотрела в окно. Лукина вздохнула, и Лукина "
        "вышла.\n\n— Снег, — сказала Лукина.\n\n— Снег, — сказал Лукин."
    )
    _, people = people_of(text, "ru")
    assert {person.gender for person in people.persons} == {"male", "female"}
