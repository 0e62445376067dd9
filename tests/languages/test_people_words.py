from collections.abc import Mapping
from dataclasses import fields

import pytest

from narrator.attribution import attribute_lines
from narrator.languages.language_files import list_tags_with_section
from narrator.languages.people_words import (
    ADDRESS_KINDS,
    BASE_LANGUAGE,
    RELATION_KINDS,
    REPORTING_KINDS,
    load_attribution_language,
)
from narrator.readers import read
from narrator.segmentation.lines import segment_book

STORIES = {
    "es": "—No queda pan —dijo Marta—. Ni queso.\n\n—¿Nada? —preguntó Julián.\n\n—Nada —respondió ella.",
    "fr": "« Il n’y a plus de pain », dit Marthe.\n\n— Et le fromage ? demanda Julien.\n\n— Rien, répondit-elle.",
    "de": "„Es ist kein Brot da“, sagte Martha.\n\n„Und der Käse?“, fragte Julius.\n\n„Nichts“, antwortete sie.",
    "it": "«Non c’è più il pane», disse Marta.\n\n«E il formaggio?» chiese Giulio.\n\n«Niente», rispose lei.",
    "pt": "— Não há mais pão — disse Marta.\n\n— E o queijo? — perguntou João.\n\n— Nada — respondeu ela.",
    "pl": "— Nie ma chleba — powiedziała Marta.\n\n— A ser? — zapytał Jan.\n\n— Nie ma — odpowiedziała ona.",
    "nl": "‘Er is geen brood,’ zei Marta.\n\n‘En de kaas?’ vroeg Jan.\n\n‘Niets,’ antwoordde ze.",
    "sv": "– Det finns inget bröd, sade Marta.\n\n– Och osten? frågade Jan.\n\n– Ingenting, svarade hon.",
    "uk": "— Хліба немає, — сказала Марта.\n\n— А сир? — запитав Іван.\n\n— І сиру немає, — відповіла вона.",
    "cs": "„Chleba není,“ řekla Marta.\n\n„A sýr?“ zeptal se Jan.\n\n„Taky ne,“ odpověděla ona.",
    "ru": "— Хлеба нет, — сказала Марта.\n\n— А сыр? — спросил Иван.\n\n— И сыра нет, — ответила она.",
}


TABLES = [
    tag for tag in list_tags_with_section("people") if tag not in list_tags_with_section("speaking")
]
"""The languages whose words for people suffice to attribute what no clause does."""


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
    assert man in {"Julián", "Julien", "Julius", "Giulio", "João", "Jan", "Иван", "Іван"}
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
    [("en-GB", "en"), ("EN_us", "en"), ("es-MX", "es"), ("pt_BR", "pt")],
)
def test_a_tag_finds_the_table_of_its_language(tag: str, same: str) -> None:
    language = load_attribution_language(tag)
    assert language.speech_verbs == load_attribution_language(same).speech_verbs


@pytest.mark.parametrize("tag", TABLES)
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


@pytest.mark.parametrize("tag", TABLES)
def test_genders_and_ages_are_of_the_known_kinds(tag: str) -> None:
    language = load_attribution_language(tag)
    for genders in (language.titles, language.kin_nouns, language.role_nouns, language.given_names):
        assert set(genders.values()) <= {"male", "female", "neutral"}
    assert set(language.pronoun_genders.values()) <= {"male", "female", "plural"}
    assert set(language.age_words.values()) <= {"child", "young", "adult", "old"}


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


# Words of every language


WORDS: dict[str, dict[str, str]] = {
    "en": {"he": "he", "she": "she", "mother": "mother", "Mr": "mr", "said": "said", "man": "man", "Anna": "anna", "Paul": "paul", "old": "old"},
    "de": {"he": "er", "she": "sie", "mother": "mutter", "Mr": "herr", "said": "sagte", "man": "mann", "Anna": "anna", "Paul": "paul", "old": "alte"},
    "fr": {"he": "il", "she": "elle", "mother": "mère", "Mr": "monsieur", "said": "dit", "man": "homme", "Anna": "anne", "Paul": "paul", "old": "vieux"},
    "es": {"he": "él", "she": "ella", "mother": "madre", "Mr": "señor", "said": "dijo", "man": "hombre", "Anna": "ana", "Paul": "pablo", "old": "viejo"},
    "it": {"he": "lui", "she": "lei", "mother": "madre", "Mr": "signor", "said": "disse", "man": "uomo", "Anna": "anna", "Paul": "paolo", "old": "vecchio"},
    "pt": {"he": "ele", "she": "ela", "mother": "mãe", "Mr": "senhor", "said": "disse", "man": "homem", "Anna": "ana", "Paul": "paulo", "old": "velho"},
    "pl": {"he": "on", "she": "ona", "mother": "matka", "Mr": "pan", "said": "powiedział", "man": "mężczyzna", "Anna": "anna", "Paul": "paweł", "old": "stary"},
    "ru": {"he": "он", "she": "она", "mother": "мать", "Mr": "господин", "said": "сказал", "man": "мужчина", "Anna": "анна", "Paul": "павел", "old": "старик"},
    "nl": {"he": "hij", "she": "zij", "mother": "moeder", "Mr": "meneer", "said": "zei", "man": "man", "Anna": "anna", "Paul": "paul", "old": "oude"},
    "sv": {"he": "han", "she": "hon", "mother": "mor", "Mr": "herr", "said": "sade", "man": "mannen", "Anna": "anna", "Paul": "paul", "old": "gamle"},
    "uk": {"he": "він", "she": "вона", "mother": "мати", "Mr": "пан", "said": "сказав", "man": "чоловік", "Anna": "анна", "Paul": "павло", "old": "старий"},
    "cs": {"he": "on", "she": "ona", "mother": "matka", "Mr": "pan", "said": "řekl", "man": "muž", "Anna": "anna", "Paul": "pavel", "old": "starý"},
}  # fmt: skip


@pytest.mark.parametrize("tag", TABLES)
def test_the_commonest_words_about_persons_are_known_in_every_language(tag: str) -> None:
    words, language = WORDS[tag], load_attribution_language(tag)
    assert language.pronoun_genders[words["he"]] == "male"
    assert language.pronoun_genders[words["she"]] == "female"
    assert language.kin_nouns[words["mother"]] == "female"
    assert words["mother"] in language.relation_nouns["parent"] | language.parent_nouns
    assert language.titles[words["Mr"]] == "male"
    assert words["said"] in language.speech_verbs
    assert language.role_nouns[words["man"]] == "male"
    assert words["man"] in language.vague_nouns
    assert language.given_names[words["Anna"]] == "female"
    assert language.given_names[words["Paul"]] == "male"
    assert language.age_words[words["old"]] == "old"


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "Narrator"),
        ("de", "Erzähler"),
        ("fr", "Narrateur"),
        ("es", "Narrador"),
        ("it", "Narratore"),
        ("pt", "Narrador"),
        ("pl", "Narrator"),
        ("ru", "Рассказчик"),
        ("xx", "Narrator"),
        ("nl", "Verteller"),
        ("da", "Narrator"),
    ],
)
def test_a_narrator_without_a_name_is_called_so_in_the_language_of_the_book(
    tag: str, name: str
) -> None:
    assert load_attribution_language(tag).narrator_name == name


@pytest.mark.parametrize("tag", TABLES)
def test_every_word_is_in_lower_case_as_it_is_looked_up(tag: str) -> None:
    language = load_attribution_language(tag)
    for field in fields(language):
        value = getattr(language, field.name)
        if isinstance(value, Mapping | frozenset | tuple):
            words = [word for item in value for word in ([item] if isinstance(item, str) else item)]
            assert [word for word in words if word != word.lower()] == []


@pytest.mark.parametrize("tag", TABLES)
def test_titles_of_women_and_of_any_man_have_their_gender(tag: str) -> None:
    language = load_attribution_language(tag)
    for title in language.married_titles:
        assert language.titles[title] == "female"
    for title in language.common_male_titles:
        assert language.titles[title] == "male"
    assert not language.married_titles & language.unmarried_titles


@pytest.mark.parametrize("tag", TABLES)
def test_a_title_and_its_short_form_are_titles_of_one_gender(tag: str) -> None:
    language = load_attribution_language(tag)
    for title, short_form in language.title_short_forms.items():
        assert language.titles[title] == language.titles[short_form]
        assert short_form not in language.title_short_forms  # no chains


@pytest.mark.parametrize("tag", TABLES)
def test_nouns_for_husbands_wives_and_parents_name_a_person(tag: str) -> None:
    language = load_attribution_language(tag)
    persons = language.kin_nouns.keys() | language.role_nouns.keys()
    assert language.spouse_nouns | language.parent_nouns <= persons
    assert language.adjective_titles <= language.titles.keys()
    assert language.pity_adjectives <= language.endearment_adjectives


@pytest.mark.parametrize("tag", TABLES)
def test_every_pronoun_that_may_be_a_subject_is_of_the_first_or_third_person(tag: str) -> None:
    language = load_attribution_language(tag)
    neuter = {"it", "es"}
    known = language.pronoun_genders.keys() | language.first_person_pronouns | neuter
    assert language.subject_pronouns <= known


@pytest.mark.parametrize("tag", TABLES)
def test_words_that_are_never_names_include_pronouns_and_verbs_of_speech(tag: str) -> None:
    language = load_attribution_language(tag)
    if tag != BASE_LANGUAGE:
        assert language.determiners <= language.non_name_words
        assert language.speech_verbs - language.given_names.keys() <= language.non_name_words
    assert language.answer_words <= language.vocative_exclamations


def test_nicknames_of_one_name_stand_for_that_name() -> None:
    nicknames = load_attribution_language("en").nicknames
    assert {nicknames[name] for name in ("lizzy", "eliza", "betty")} == {"elizabeth"}
    assert {nicknames[name] for name in ("tom", "tommy")} == {"thomas"}


@pytest.mark.parametrize("tag", ["da", "hu", "tr"])
def test_a_language_without_a_table_knows_names_only_beside_verbs_of_speech(tag: str) -> None:
    language = load_attribution_language(tag)
    assert language.requires_name_evidence
    assert language.speech_verbs


@pytest.mark.parametrize("tag", ["da", "tr", "sw", "xx", "", "../en"])
def test_a_language_without_a_table_borrows_no_words(tag: str) -> None:
    language = load_attribution_language(tag)
    assert not language.given_names
    assert not language.titles
    assert not language.pronoun_genders
    assert "said" not in language.speech_verbs


def test_a_language_is_loaded_once() -> None:
    assert load_attribution_language("fr") is load_attribution_language("fr")
