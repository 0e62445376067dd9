"""What is spoken in a paragraph of dash dialogue, and what the narrator says in it."""

from __future__ import annotations

import pytest

from narrator.segmentation.dash_dialogue import find_spoken_spans
from narrator.segmentation.languages import load_language


@pytest.mark.parametrize(
    ("tag", "text", "said"),
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
def test_the_narrator_is_told_from_the_speaker(tag: str, text: str, said: list[str]) -> None:
    spans = find_spoken_spans(text, 0, len(text), load_language(tag))
    assert [text[start:end] for start, end in spans] == said
