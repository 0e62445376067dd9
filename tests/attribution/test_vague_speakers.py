"""Vague nouns mean one person of a scene, and clauses of other languages name their subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator import Options, write_script

if TYPE_CHECKING:
    from pathlib import Path


def list_speakers(text: str, language: str, folder: Path) -> list[str | None]:
    """Return the speaker of each line of dialogue of a story."""
    path = folder / "story.txt"
    path.write_text(text, "utf-8")
    script = write_script([str(path)], Options(about={"language": language}))
    return [line.speaker for line in script.lines if line.kind.value == "dialogue"]


def test_the_same_noun_is_somebody_else_in_the_next_scene(tmp_path: Path) -> None:
    scene = (
        "Karl und Anna sahen aus dem Fenster. Ein Fremder kam herein.\n\n„Es regnet“, sagte der "
        "Fremde.\n\n„Seit gestern“, sagte Anna.\n\n„Ich warte“, sagte der Fremde.\n\n"
    )
    speakers = list_speakers(f"{scene}* * *\n\n{scene}", "de", tmp_path)
    assert speakers[0] == speakers[2] != speakers[3] == speakers[5]
    assert speakers[1] == speakers[4] == "Anna"


def test_the_article_tells_an_old_man_from_an_old_woman(tmp_path: Path) -> None:
    text = (
        "Eine Alte saß am Herd, und ein Alter stand daneben.\n\n„Es brennt“, sagte die Alte.\n\n"
        "„Gut“, sagte der Alte.\n\n„Zu sehr“, sagte die Alte."
    )
    first, second, third = list_speakers(text, "de", tmp_path)
    assert first == third != second


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Arzt kam mit Lene.\n\n„Nein“, unterbrach sie der Arzt.\n\n„Doch“, sagte Lene."),
        ("fr", "Jean vit Luce.\n\n— Non, lui dit Jean.\n\n— Si, insista-t-elle. C'est Luce."),
        ("it", "Bruno vide Carla.\n\n«No» si stupì Bruno.\n\n«Sì» disse Carla."),
        ("pl", "Jan i Zofia stali.\n\n— Nie — przerwał jej cicho Jan.\n\n— Tak — rzekła Zofia."),
    ],
)
def test_an_object_may_stand_beside_the_verb_of_a_clause(
    language: str, text: str, tmp_path: Path
) -> None:
    first, *_, last = list_speakers(text, language, tmp_path)
    assert first in {"Arzt", "Jean", "Bruno", "Jan"}
    assert last in {"Lene", "Luce", "Carla", "Zofia"}


def test_a_word_between_a_quotation_and_a_person_is_the_verb(tmp_path: Path) -> None:
    text = "Karl stand bei Anna.\n\n„Brand“, half Karl ihr ein.\n\n„Brand“, wiederholte Anna."
    assert list_speakers(text, "de", tmp_path) == ["Karl", "Anna"]


@pytest.mark.parametrize(
    ("language", "text", "speakers"),
    [
        (
            "es",
            "Rosalía cosía la vela cuando llegó el capitán Urrutia con un perro.\n\n—¿Sabe usted leer? "
            "—preguntó el capitán.\n\n—Un poco —dijo la muchacha.\n\n—¿Y escribir? —preguntó Urrutia.\n\n"
            "—También —dijo Rosalía.",
            ["Capitán Urrutia", "Rosalía", "Capitán Urrutia", "Rosalía"],
        ),
        (
            "nl",
            "In de smidse stond Griet te wachten. De smid, Harm Bolt, keek op.\n\n‘Wat moet het worden?’ "
            "vroeg Bolt.\n\n‘Een sleutel,’ zei het meisje.\n\n‘Van welk slot?’ vroeg Bolt.",
            ["Bolt", "Griet", "Bolt"],
        ),
        (
            "sv",
            "I boden väntade Elin vid disken. Handlaren, August Falk, räknade mynt.\n\n– Vad ska det "
            "vara? frågade Falk.\n\n– Kaffe, sade flickan.\n\n– Slut, sade Falk.",
            ["Falk", "Elin", "Falk"],
        ),
    ],
)
def test_a_vague_noun_means_whoever_the_scene_makes_likeliest(
    language: str, text: str, speakers: list[str], tmp_path: Path
) -> None:
    assert list_speakers(text, language, tmp_path) == speakers


def test_a_girl_is_not_a_married_woman(tmp_path: Path) -> None:
    text = (
        "Frau Keller stand am Zaun, und Herr Brandt grüßte.\n\n„Guten Abend“, sagte Herr Brandt.\n\n"
        "„Guten Abend“, sagte das Mädchen.\n\n„Wer ist das?“, fragte Herr Brandt.\n\n"
        "„Meine Nichte“, sagte Frau Keller."
    )
    speakers = list_speakers(text, "de", tmp_path)
    assert speakers[1] != "Frau Keller" == speakers[3]


def test_a_name_that_a_noun_explains_is_a_person(tmp_path: Path) -> None:
    text = (
        "В дверь заглянул мальчик, Тимоша. Иван Лукич Бородин поднял голову.\n\n— Тебе чего? — "
        "спросил Бородин.\n\n— Иван Лукич, там гости, — ответил Тимоша.\n\n— Зови, — сказал Иван Лукич."
    )
    first, second, third = list_speakers(text, "ru", tmp_path)
    assert first == third
    assert second == "Тимоша"
