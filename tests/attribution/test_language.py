import pytest

from narrator.attribution import attribute_lines
from narrator.attribution.language import load_attribution_language
from narrator.readers import read
from narrator.segmentation import segment_book

STORIES = {
    "es": "—No queda pan —dijo Marta—. Ni queso.\n\n—¿Nada? —preguntó Julián.\n\n—Nada —respondió ella.",
    "fr": "« Il n’y a plus de pain », dit Marthe.\n\n— Et le fromage ? demanda Julien.\n\n— Rien, répondit-elle.",
    "de": "„Es ist kein Brot da“, sagte Martha.\n\n„Und der Käse?“, fragte Julius.\n\n„Nichts“, antwortete sie.",
    "it": "«Non c’è più il pane», disse Marta.\n\n«E il formaggio?» chiese Giulio.\n\n«Niente», rispose lei.",
    "pt": "— Não há mais pão — disse Marta.\n\n— E o queijo? — perguntou João.\n\n— Nada — respondeu ela.",
    "pl": "— Nie ma chleba — powiedziała Marta.\n\n— A ser? — zapytał Jan.\n\n— Nie ma — odpowiedziała ona.",
    "ru": "— Хлеба нет, — сказала Марта.\n\n— А сыр? — спросил Иван.\n\n— И сыра нет, — ответила она.",
}


@pytest.mark.parametrize("tag", sorted(STORIES))
def test_names_verbs_and_pronouns_tell_in_every_language_with_a_table(tag: str, tmp_path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORIES[tag], "utf-8")
    book = read([str(file)])
    script = attribute_lines(book, segment_book(book))
    turns = {line.quotation: line.speaker for line in script.lines if line.quotation}
    woman, man, again = turns.values()
    assert (book.metadata.language, woman, again) == (tag, woman, woman)
    assert woman.startswith("Mart") or woman == "Марта"
    assert man in {"Julián", "Julien", "Julius", "Giulio", "João", "Jan", "Иван"}
    assert {c.name: c.gender for c in script.characters} == {woman: "female", man: "male"}


def test_who_has_no_name_is_called_by_the_noun(tmp_path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(
        "—Cierra la puerta —dijo el viejo.\n\n—Ya voy, ya voy —gritó Marta desde la cocina.",
        "utf-8",
    )
    book = read([str(file)])
    script = attribute_lines(book, segment_book(book))
    assert [line.speaker for line in script.lines if line.quotation] == ["Viejo", "Marta"]


@pytest.mark.parametrize(("tag", "same"), [("en-GB", "en"), ("xx", "en"), ("es-MX", "es")])
def test_a_tag_finds_its_languages_table(tag: str, same: str) -> None:
    assert (
        load_attribution_language(tag).speech_verbs == load_attribution_language(same).speech_verbs
    )
