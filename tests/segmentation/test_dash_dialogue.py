"""Dash dialogue is separated into the words of the speaker and those of the narrator."""

from __future__ import annotations

import pytest

from narrator.languages import load_language
from narrator.segmentation.dash_dialogue import find_spoken_spans


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
    ],
)
def test_the_words_of_the_speaker_are_separated_from_the_narration(
    tag: str, text: str, speech: list[str]
) -> None:
    spans = find_spoken_spans(text, 0, len(text), load_language(tag))
    assert [text[start:end] for start, end in spans] == speech
