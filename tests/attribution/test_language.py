import tomllib
from importlib.resources import files

import pytest

from narrator.attribution import attribute_lines, languages
from narrator.attribution.language import (
    ADDRESS_KINDS,
    BASE_LANGUAGE,
    RELATION_KINDS,
    REPORTING_KINDS,
    load_attribution_language,
)
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


TABLES = {
    entry.name[:2]: tomllib.loads(entry.read_text("utf-8"))
    for entry in files(languages).iterdir()
    if entry.name.endswith(".toml")
}
EXTRA_KEYS = {
    ("gendered_verb_endings", "male"),
    ("gendered_verb_endings", "female"),
    ("habits", "capitalises_nouns"),
    ("habits", "omits_articles"),
    ("word_lists", "oblique_articles"),
}
"""Keys that the table of English does without."""


@pytest.mark.parametrize("tag", sorted(STORIES))
def test_names_verbs_and_pronouns_show_the_speaker_in_every_language(tag: str, tmp_path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORIES[tag], "utf-8")
    book = read([str(file)])
    script = attribute_lines(book, segment_book(book))
    speakers = {line.quotation: line.speaker for line in script.lines if line.quotation}
    woman, man, third = speakers.values()
    assert (book.metadata.language, woman, third) == (tag, woman, woman)
    assert woman.startswith("Mart") or woman == "Марта"
    assert man in {"Julián", "Julien", "Julius", "Giulio", "João", "Jan", "Иван"}
    assert {c.name: c.gender for c in script.characters} == {woman: "female", man: "male"}


def test_a_person_without_a_name_is_called_by_the_noun(tmp_path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(
        "—Cierra la puerta —dijo el viejo.\n\n—Ya voy, ya voy —gritó Marta desde la cocina.",
        "utf-8",
    )
    book = read([str(file)])
    script = attribute_lines(book, segment_book(book))
    assert [line.speaker for line in script.lines if line.quotation] == ["Viejo", "Marta"]


@pytest.mark.parametrize(
    ("tag", "same"),
    [("en-GB", "en"), ("EN_us", "en"), ("xx", "en"), ("es-MX", "es"), ("", "en"), ("../en", "en")],
)
def test_a_tag_finds_the_table_of_its_language_or_of_english(tag: str, same: str) -> None:
    language = load_attribution_language(tag)
    assert language.speech_verbs == load_attribution_language(same).speech_verbs


@pytest.mark.parametrize("tag", sorted(TABLES))
def test_every_key_of_a_table_is_one_that_the_loader_reads(tag: str) -> None:
    keys = {(name, key) for name, table in TABLES[tag].items() for key in table}
    english_keys = {(name, key) for name, table in TABLES["en"].items() for key in table}
    assert keys <= english_keys | EXTRA_KEYS


@pytest.mark.parametrize("tag", sorted(TABLES))
def test_every_table_has_the_words_without_which_nobody_is_found(tag: str) -> None:
    language = load_attribution_language(tag)
    for words in (
        language.titles,
        language.kin_nouns,
        language.role_nouns,
        language.pronoun_genders,
        language.subject_pronouns,
        language.first_person_pronouns,
        language.speech_verbs,
        language.past_endings,
        language.possessive_determiners,
        language.given_names,
        language.vague_nouns,
    ):
        assert words
    assert language.reporting_verbs.keys() == set(REPORTING_KINDS)
    assert language.address_words.keys() == set(ADDRESS_KINDS)
    assert language.relation_nouns.keys() == set(RELATION_KINDS)


@pytest.mark.parametrize("tag", sorted(TABLES))
def test_genders_and_ages_are_of_the_known_kinds(tag: str) -> None:
    language = load_attribution_language(tag)
    for genders in (language.titles, language.kin_nouns, language.role_nouns, language.given_names):
        assert set(genders.values()) <= {"male", "female", "neutral"}
    assert set(language.pronoun_genders.values()) <= {"male", "female", "plural"}
    assert set(language.age_words.values()) <= {"child", "young", "old"}


def test_only_english_needs_no_evidence_that_a_capitalised_word_is_a_name() -> None:
    assert [tag for tag in TABLES if not load_attribution_language(tag).requires_name_evidence] == [
        BASE_LANGUAGE
    ]


def test_english_first_names_are_known_in_every_language_unless_they_are_words_there() -> None:
    spanish, english = (load_attribution_language(tag).given_names for tag in ("es", "en"))
    assert spanish["heathcliff"] == english["heathcliff"] == "male"
    assert english["ella"] == "female"
    assert "ella" not in spanish  # it is "she"


@pytest.mark.parametrize(
    ("tag", "field", "word"),
    [
        ("en", "married_titles", "mrs"),
        ("en", "adjective_titles", "poor"),
        ("en", "vocative_exclamations", "oh"),
        ("en", "non_name_words", "indeed"),
        ("de", "oblique_articles", "dem"),
        ("de", "speech_verbs", "sagte"),
        ("de", "non_name_words", "der"),
        ("fr", "abbreviations", "mme"),
        ("ru", "possessive_determiners", "её"),
    ],
)
def test_a_word_is_in_the_list_that_names_its_use(tag: str, field: str, word: str) -> None:
    assert word in getattr(load_attribution_language(tag), field)


@pytest.mark.parametrize(("tag", "omits"), [("ru", True), ("pl", True), ("de", False)])
def test_a_language_without_articles_has_no_determiners(tag: str, omits: bool) -> None:
    language = load_attribution_language(tag)
    assert language.omits_articles is omits
    assert bool(language.determiners) is not omits
