"""Attribute short stories in languages with a table, and in some without one."""

import pytest

from narrator.model import LineKind

SPANISH = """
La señora Gómez abrió la puerta. Don Pedro estaba en el jardín con su hijo.

—¿Quién ha llamado? —preguntó la señora Gómez.

—Nadie —respondió don Pedro—. Ha sido el viento.

—El viento no llama a las puertas —dijo ella.

Pedro se rió.

—En esta casa, sí —contestó él.

—Señora, traigo una carta —dijo el cartero.
"""
FRENCH = """
Marie entra dans la cuisine. Son frère Paul lisait le journal.

— Tu as vu le chat ? demanda Marie.

— Non, dit-il. Depuis hier, personne ne l'a vu.

— Il est parti, murmura-t-elle.

Monsieur Lambert frappa à la porte.

— Bonjour, dit monsieur Lambert. Votre chat est dans mon jardin.

— Toujours ? s'écria Paul.
"""
GERMAN = """
Anna stand am Fenster. Der Regen fiel auf den Hof, und Herr Brand zählte sein Geld. Der Kutscher wartete.

„Es hört nicht auf“, sagte Anna.

„Das Wetter hat Geduld“, antwortete Herr Brand. „Und wir haben Zeit.“

„Wie lange noch?“, fragte sie.

„Bis morgen“, brummte der Kutscher.
"""
RUSSIAN = """
Марта закрыла окно. Иван Петрович сидел у печи и молчал. Старик вошёл.

— Никого нет, — сказала Марта. — Все ушли.

— Все? — спросил Иван Петрович.

— Кроме собаки, — ответила она.

— Собака не считается, — тихо сказал Иван Петрович.

— Пора, — сказал старик.
"""


def speakers_of(script):
    return [line.speaker for line in script.lines if line.kind is LineKind.DIALOGUE]


@pytest.mark.parametrize(
    ("tag", "text", "speakers"),
    [
        (
            "es",
            SPANISH,
            "Señora Gómez/Don Pedro/Don Pedro/Señora Gómez/Don Pedro/Cartero",
        ),
        ("fr", FRENCH, "Marie/Paul/Paul/Marie/Monsieur Lambert/Monsieur Lambert/Paul"),
        ("de", GERMAN, "Anna/Herr Brand/Herr Brand/Anna/Kutscher"),
        (
            "ru",
            RUSSIAN,
            "Марта/Марта/Иван Петрович/Марта/Иван Петрович/Старик",
        ),
    ],
)
def test_a_reporting_clause_names_the_speaker(script_of, tag, text, speakers):
    assert speakers_of(script_of(text, tag)) == speakers.split("/")


@pytest.mark.parametrize(
    ("tag", "asking", "answering", "name"),
    [
        ("en", "“Is it far?” {} asks.", "“No,” I say. “An hour.”", "Narrator"),
        ("de", "„Ist es weit?“, fragte {}.", "„Nein“, entgegne ich. „Eine Stunde.“", "Erzähler"),
        ("fr", "— C'est loin ? demanda {}.", "— Non, répliquai-je. Une heure.", "Narrateur"),
        ("es", "—¿Está lejos? —preguntó {}.", "—No —le expliqué—. Una hora.", "Narrador"),
        ("it", "«È lontano?» chiese {}.", "«No» risposi. «Un'ora.»", "Narratore"),
        ("pt", "— É longe? — perguntou {}.", "— Não — expliquei. — Uma hora.", "Narrador"),
        ("ru", "— Далеко? — спросила {}.", "— Нет, — отвечаю я. — Час.", "Рассказчик"),
        ("uk", "— Далеко? — запитала {}.", "— Ні, — кажу я. — Година.", "Оповідач"),
        ("pl", "— Daleko? — zapytała {}.", "— Nie — odparłam. — Godzina.", "Narrator"),
        ("cs", "„Je to daleko?“ zeptala se {}.", "„Ne,“ řekl jsem. „Hodina.“", "Vypravěč"),
    ],
)
def test_who_tells_the_story_speaks_in_it(script_of, tag, asking, answering, name):
    ada = "Ада" if tag in {"ru", "uk"} else "Ada"
    text = "\n\n".join((asking.format(ada), answering, asking.format(ada)))
    assert speakers_of(script_of(text, tag)) == [ada, name, name, ada]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "You find Ada in your chair.\n\n“You’re late,” she says.\n\n“I ran,” you say."),
        ("de", "Du findest Ada.\n\n„Du kommst spät“, sagt sie.\n\n„Ich bin gerannt“, sagst du."),
    ],
)
def test_the_protagonist_of_a_narration_in_the_second_person_speaks(script_of, tag, text):
    first, second = speakers_of(script_of(text, tag))
    assert first == "Ada"
    assert second in {"Narrator", "Erzähler"}


@pytest.mark.parametrize(
    ("tag", "text", "name", "gender"),
    [
        ("es", SPANISH, "Señora Gómez", "female"),
        ("fr", FRENCH, "Monsieur Lambert", "male"),
        ("de", GERMAN, "Kutscher", "male"),
        ("ru", RUSSIAN, "Марта", "female"),
        ("ru", "— Да, — сказала Зулейка.\n\n— Нет, — ответил Мартын.", "Зулейка", "female"),
        ("ru", "— Да, — сказала Зулейка.\n\n— Нет, — ответил Мартын.", "Мартын", "male"),
    ],
)
def test_titles_and_verbs_show_the_gender(script_of, tag, text, name, gender):
    genders = {person.name: person.gender for person in script_of(text, tag).characters}
    assert genders[name] == gender


@pytest.mark.parametrize(
    ("tag", "text", "names"),
    [
        (
            "es",
            "—No hay nadie —dijo Marta—. Se han ido todos.\n\n—¿Todos?\n\n—Menos el perro.",
            {"Marta"},
        ),
        ("es", "—Nadie —dijo él—. Nada.\n\n—¿Nadie?\n\n—Nunca.", set()),
        ("fr", "— Toujours, dit Luc.\n\n— Toujours ?\n\n— Demain.", {"Luc"}),
        ("de", "„Der Hund bellt“, sagte Ute. „Der Hund hat Hunger. Hunger!“", {"Ute"}),
        ("ru", "— Все ушли, — сказала Нина.\n\n— Все?\n\n— Кроме собаки.", {"Нина"}),
    ],
)
def test_a_word_that_opens_a_sentence_is_not_a_person(script_of, tag, text, names):
    assert {person.name for person in script_of(text, tag).characters} == names


def test_a_person_does_not_answer_himself_where_only_one_is_known(script_of):
    text = "—No hay nadie —dijo Marta—. Se han ido todos.\n\n—¿Todos?\n\n—Menos el perro."
    script = script_of(text, "es")
    assert speakers_of(script) == ["Marta", "Marta", None, "Marta"]
    assert [line.reason for line in script.lines if line.speaker][-1] == (
        "alternates with somebody unknown"
    )


def test_a_reporting_clause_names_the_speaker_with_spaced_dashes(script_of):
    text = "— Non c'è nessuno — disse Marta. — Sono andati via tutti.\n\n— Chi? — chiese Ugo."
    assert speakers_of(script_of(text, "it")) == ["Marta", "Marta", "Ugo"]


@pytest.mark.parametrize(
    ("tag", "text", "speakers"),
    [
        pytest.param(
            "fr",
            "L'homme entra.\n\n— Une chambre, dit l'homme.\n\n— Il n'y en a plus, répondit "
            "l'aubergiste.",
            ["Homme", "Aubergiste"],
            id="an elided article",
        ),
        pytest.param(
            "de",
            "Der Regen fiel.\n\nDarauf erwiderte Anna: „Nein.“\n\nAnna schwieg. „Nie“, sagte Anna.",
            ["Anna", "Anna"],
            id="a subject between its verb and a colon",
        ),
        pytest.param(
            "de",
            "„Gott zum Gruß“, sagte der Pfarrer. „In Ewigkeit“, antwortete der Bauer.",
            ["Pfarrer", "Bauer"],
            id="two descriptions in one paragraph",
        ),
        pytest.param(
            "it",
            "Il maresciallo entrò. La cucina era buia. «Chi è?» domandò. «Sono io» rispose l'avvocato.",
            ["Maresciallo", "Avvocato"],
            id="a verb without its subject, which is that of the sentences before",
        ),
        pytest.param(
            "es",
            "El abuelo dejó caer la baraja. Desde la escalera gritó:\n\n—¡Socorro!\n\n—Calle —dijo Ana.",
            ["Abuelo", "Ana"],
            id="a noun after a preposition is no subject",
        ),
        pytest.param(
            "pl",
            "— Dzwon pękł — rzekł ksiądz.\n\n— Kiedy? — zdziwił się sołtys.\n\nWszedł kowal. Był zmęczony.\n\n"
            "— Dziś — powiedział.",
            ["Ksiądz", "Sołtys", "Kowal"],
            id="a subject that follows its verb, and is left out after it",
        ),
        pytest.param(
            "ru",
            "— Отдать концы! — скомандовал шкипер.\n\n— С богом, — сказал пожилой купец.",
            ["Шкипер", "Купец"],
            id="nouns without articles, one of them in no list",
        ),
        pytest.param(
            "ru",
            "Я вошёл. Марья Власьевна встала.\n\n— Вы меня напугали, — сказала она.",
            ["Марья Власьевна"],
            id="a patronymic",
        ),
        pytest.param(
            "uk",
            "— Не їдь, — сказала мати.\n\n— Треба, — відповів Олексій.",
            ["Мати", "Олексій"],
            id="a verb that ends like an adjective",
        ),
        pytest.param(
            "cs",
            "„Prší,“ řekl Karel.\n\n„A kam jdeš?“ zeptal se nakonec.\n\n„Domů,“ řekla Jana.",
            ["Karel", "Karel", "Jana"],
            id="an adverb after a verb is nobody",
        ),
        pytest.param(
            "ru",
            "— Дождь, — сказала Анна.\n\n— Я пойду, — вдруг сказал Лебедев.",
            ["Анна", "Лебедев"],
            id="an adverb before a verb",
        ),
    ],
)
def test_the_words_of_a_tag_decide(script_of, tag, text, speakers):
    dialogue = [line for line in script_of(text, tag).lines if line.kind is LineKind.DIALOGUE]
    assert [line.speaker for line in dialogue] == speakers


def test_a_newcomer_speaks_under_the_name_that_he_gives_with_a_last_name(script_of) -> None:
    text = (
        "Anne ouvrit la porte. Un homme entra.\n\n— Bonsoir, dit l'homme.\n\n— Que voulez-vous ? "
        "demanda Anne.\n\n— Je m'appelle Robert Lenoir, répondit-il. Je viens de Paris."
    )
    assert speakers_of(script_of(text, "fr"))[:2] == ["Robert Lenoir", "Anne"]


def test_a_pronoun_after_an_unlisted_verb_is_a_tag_if_the_sentence_goes_on(script_of) -> None:
    text = (
        "Анна ждала на пристани.\n\n— Холодно, — сказала Анна.\n\nК ней подошёл Иван и "
        "поклонился.\n\n— Почтение! — гаркнул он. — Провожаете?\n\n— Жду, — сказала Анна."
    )
    assert speakers_of(script_of(text, "ru"))[1:3] == ["Иван"] * 2
