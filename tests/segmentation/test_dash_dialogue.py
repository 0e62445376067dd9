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
        ("ru", "— Москва — город.", ["— Москва — город."]),
        ("ru", "— Не дом, — а дворец.", ["— Не дом, — а дворец."]),
        ("fr", "— Oui, dit Luc, demain.", ["— Oui,", " demain."]),
        ("fr", "— Oui ! s’écria-t-elle.", ["— Oui !"]),
        ("fr", "— Oui, demain.", ["— Oui, demain."]),
        ("en", "—Yes, said Ann. Tomorrow.", ["—Yes,", " Tomorrow."]),
        ("pl", "— Tak — powiedział Jan. — Jutro.", ["— Tak", " — Jutro."]),
        ("pl", "— Tak — Jan powiedział cicho.", ["— Tak"]),
        ("es", "—¿Vienes? —preguntó Ana. —No —dijo Luis.", ["—¿Vienes? ", "—No "]),
        ("sv", "– Det regnar, sa Karin. Kom in.", ["– Det regnar,", " Kom in."]),
        ("sv", "– Vem är det? frågade doktor Ek.", ["– Vem är det?"]),
        ("da", "– Det regner, sagde fru Holm.", ["– Det regner,"]),
        ("fi", "— Sataa, vastasi vanha Heikki.", ["— Sataa,"]),
        ("el", "— Ποιος είναι; ρώτησε η Ελένη.", ["— Ποιος είναι;"]),
        ("tr", "— Kim var? diye cevap verdi Deniz.", ["— Kim var?"]),
        ("ar", "— من هناك؟ سألت المرأة.", ["— من هناك؟"]),
        ("uk", "— Так, — мовила вона. — Час.", ["— Так,", " — Час."]),
        ("hu", "– Igen – felelte Péter. – Menjünk.", ["– Igen", " – Menjünk."]),
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
        ("en", "He came in. — It is cold, said Ann.", []),
    ],
)
def test_a_dash_within_a_paragraph_opens_speech_if_there_is_evidence(
    tag: str, text: str, speech: list[str]
) -> None:
    spans = find_inner_speech(text, 0, len(text), load_language(tag))
    assert [text[start:end] for start, end in spans] == speech
