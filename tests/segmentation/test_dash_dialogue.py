"""Dash dialogue is separated into the words of the speaker and those of the narrator."""

from __future__ import annotations

import pytest

from narrator.languages import load_language
from narrator.segmentation.dash_dialogue import find_inner_speech, find_spoken_spans


@pytest.mark.parametrize(
    ("tag", "text", "speech"),
    [
        ("es", "—Hola.", ["—Hola."]),
        ("es", "—Hola —dijo Ana.", ["—Hola "]),
        ("es", "—Hola —dijo Ana—. Pasa.", ["—Hola ", " Pasa."]),
        ("es", "—¿Y tú? —Ana rió—. ¡Qué cosas!", ["—¿Y tú? ", " ¡Qué cosas!"]),
        ("es", "—Pasa —dijo Ana—, pasa ya —y se apartó.", ["—Pasa ", " pasa ya "]),
        ("ru", "— Да.", ["— Да."]),
        ("ru", "— Да, — сказал он.", ["— Да,"]),
        ("ru", "— Да, — сказал он. — Пора.", ["— Да,", " — Пора."]),
        ("ru", "— Да! — Он встал. — Пора.", ["— Да!", " — Пора."]),
        ("ru", "— Неси, — махнул рукой кучер.", ["— Неси,"]),
        ("ru", "— Стар я, — Лев Львович сел. — Слеп.", ["— Стар я,", " — Слеп."]),
        ("ru", "— Тот, кто смел, — победил всех.", ["— Тот, кто смел, — победил всех."]),
        ("ru", "– Нет! – кухарка упёрла руки в бока. – Да!", ["– Нет!", " – Да!"]),
        ("ru", "— Москва — город.", ["— Москва — город."]),
        ("ru", "— Не дом, — а дворец.", ["— Не дом, — а дворец."]),
        ("fr", "— Oui, dit Luc, demain.", ["— Oui,", " demain."]),
        ("fr", "— Oui ! s’écria-t-elle.", ["— Oui !"]),
        ("fr", "— Oui, demain.", ["— Oui, demain."]),
        ("en", "—Yes, said Ann. Tomorrow.", ["—Yes,", " Tomorrow."]),
        ("pl", "— Tak — powiedział Jan. — Jutro.", ["— Tak", " — Jutro."]),
        ("pl", "— Tak — Jan powiedział cicho.", ["— Tak"]),
        ("pl", "– Jestem Kania – rzucił od progu. – Stefan.", ["– Jestem Kania", " – Stefan."]),
        ("pl", "– Ten dom – zbudował go mój dziad.", ["– Ten dom – zbudował go mój dziad."]),
        ("es", "—¿Vienes? —preguntó Ana. —No —dijo Luis.", ["—¿Vienes? ", "—No "]),
        ("sv", "– Det regnar, sa Karin. Kom in.", ["– Det regnar,", " Kom in."]),
        ("sv", "– Vem är det? frågade doktor Ek.", ["– Vem är det?"]),
        ("da", "– Det regner, sagde fru Holm.", ["– Det regner,"]),
        ("fi", "— Sataa, vastasi vanha Heikki.", ["— Sataa,"]),
        ("el", "— Ποιος είναι; ρώτησε η Ελένη.", ["— Ποιος είναι;"]),
        ("tr", "— Kim var? diye cevap verdi Deniz.", ["— Kim var?"]),
        ("tr", "– Kim o? dedi ince bir ses. Ali'ydi. – Gel!", ["– Kim o?", " – Gel!"]),
        ("da", "– Nej! råbte Bo. Det var sent. – Gå!", ["– Nej!", "– Gå!"]),
        ("sv", "– Nej! ropade Bo. Jag vill inte. – Gå!", ["– Nej!", " Jag vill inte. ", "– Gå!"]),
        ("sv", "– Far, viskade Elin, kom hit.", ["– Far,", " kom hit."]),
        ("sv", "– Far, viskade Elin, som var rädd.", ["– Far,"]),
        ("sv", "– Kom, sade smeden.", ["– Kom,"]),
        ("fi", "– Minä jään, hän kuiskasi.", ["– Minä jään,"]),
        ("fi", "– Minä jään, hän sanoi eilen minulle.", ["– Minä jään, hän sanoi eilen minulle."]),
        ("ro", "— Numai una, răspunse hangiul.", ["— Numai una,"]),
        ("vi", "– Mẹ cháu đi rồi – ông Tư đáp.", ["– Mẹ cháu đi rồi"]),
        ("vi", "– Nó đi rồi – ông nói khẽ.", ["– Nó đi rồi"]),
        ("vi", "– Không – người thợ rèn đáp. – Đi!", ["– Không", " – Đi!"]),
        ("fi", "– Ei kukaan, vastasi seppä ja meni.", ["– Ei kukaan,"]),
        ("tr", "– Kimse, dedi demirci. Sustu. – Git!", ["– Kimse,", " – Git!"]),
        ("ar", "— من هناك؟ سألت المرأة.", ["— من هناك؟"]),
        ("uk", "— Так, — мовила вона. — Час.", ["— Так,", " — Час."]),
        ("hu", "– Igen – felelte Péter. – Menjünk.", ["– Igen", " – Menjünk."]),
        # clauses after which a dash opens speech again
        ("de", "– Nein, sagte Vera und ging. – Ich komme.", ["– Nein,", "– Ich komme."]),
        ("de", "– Fort. Sie schloß das Buch. – Weit fort.", ["– Fort.", "– Weit fort."]),
        ("sv", "– Nu? Per såg på klockan. – Den är tre.", ["– Nu?", "– Den är tre."]),
        ("pt", "— Vais, disse Bento. — Já.", ["— Vais,", " — Já."]),
        ("pt", "— Entre — disse ela —, está frio.", ["— Entre", " —, está frio."]),
        # verbs that the list lacks, before a person
        ("fr", "— Va-t'en ! glapit le vieillard.", ["— Va-t'en !"]),
        ("fr", "— Partons, lui souffla-t-elle.", ["— Partons,"]),
        ("fr", "— Viendra-t-il demain ?", ["— Viendra-t-il demain ?"]),
        ("fr", "— Oui, tout le monde le sait.", ["— Oui, tout le monde le sait."]),
        ("fr", "— Un bock ! dit l'étudiant.", ["— Un bock !"]),
        ("fr", "— Messieurs, dit Luc, qui entrait, partons.", ["— Messieurs,", " partons."]),
        ("fr", "— Je pars, dit Luc. Il ferma la porte. Venez.", ["— Je pars,", " Venez."]),
        ("fr", "— Quand, mais il dit la vérité.", ["— Quand, mais il dit la vérité."]),
        ("ru", "— Вон, — озлился старик. — Вон!", ["— Вон,", " — Вон!"]),
        ("ru", "— Слышите ли? — отоприте же!", ["— Слышите ли? — отоприте же!"]),
        ("pl", "— Precz — zachrypiał Jan.", ["— Precz"]),
    ],
)
def test_the_words_of_the_speaker_are_separated_from_the_narration(
    tag: str, text: str, speech: list[str]
) -> None:
    spans = find_spoken_spans(text, 0, len(text), load_language(tag))
    assert [text[start:end] for start, end in spans] == speech


@pytest.mark.parametrize(
    ("tag", "text", "speech"),
    [
        ("es", "Luis entró. —Hace frío —dijo Ana. Él calló.", ["—Hace frío "]),
        ("ru", "Он вошёл. — Холодно, — сказала Анна.", ["— Холодно,"]),
        ("ru", "Он крикнул: — Иди сюда.", ["— Иди сюда."]),
        ("pt", "O velho riu. — Vens ou não vens?", ["— Vens ou não vens?"]),
        ("sv", "Karin log. – Det regnar, sa hon.", ["– Det regnar,"]),
        ("ru", "Он молчал. — Это был конец его жизни.", []),
        ("es", "Era tarde —muy tarde— y llovía.", []),
        ("fr", "La mer – il le savait – était loin.", []),
        ("fr", "Le roi parut. — Qu'il entre ! dit-il. On l'amena.", ["— Qu'il entre !"]),
        ("ru", "«Кто? — спросил он. — Ты?» — «Никто».", []),
        ("en", "He came in. — It is cold, said Ann.", []),
    ],
)
def test_a_dash_within_a_paragraph_opens_speech_if_there_is_evidence(
    tag: str, text: str, speech: list[str]
) -> None:
    spans = find_inner_speech(text, 0, len(text), load_language(tag))
    assert [text[start:end] for start, end in spans] == speech


@pytest.mark.parametrize(
    ("paragraph", "speech"),
    [
        ("— Он сказал: «Уйду», — и не ушёл.", ["— Он сказал: «Уйду», — и не ушёл."]),
        ("— «Иди, — говорит, — домой», вот и всё.", ["— «Иди, — говорит, — домой», вот и всё."]),
        ("— Нельзя, — слышался голос Фомы, — барин спят.", ["— Нельзя,", "— барин спят."]),
    ],
)
def test_dashes_within_quoted_words_belong_to_the_speaker(
    paragraph: str, speech: list[str]
) -> None:
    spans = find_spoken_spans(paragraph, 0, len(paragraph), load_language("ru"))
    assert [paragraph[start:end].strip() for start, end in spans] == speech


@pytest.mark.parametrize(
    ("paragraph", "speech"),
    [
        (
            "— Cachez-vous ! Elle ouvrit la petite porte. Pas un mot.",
            ["— Cachez-vous !", "Pas un mot."],
        ),
        ("— Je reste. Luc posa son chapeau.", ["— Je reste."]),
        ("— Pauvre femme ! Elle mourut hier.", ["— Pauvre femme ! Elle mourut hier."]),
        (
            "— Tu sais. Elle ouvrit la porte. Elle posa la lampe.",
            ["— Tu sais. Elle ouvrit la porte. Elle posa la lampe."],
        ),
    ],
)
def test_one_narrative_sentence_may_stand_within_speech(paragraph: str, speech: list[str]) -> None:
    spans = find_spoken_spans(paragraph, 0, len(paragraph), load_language("fr"))
    assert [paragraph[start:end].strip() for start, end in spans] == speech
