"""The nouns that a book sets before names are titles, and mean their bearers when they stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator import Options, write_script

if TYPE_CHECKING:
    from pathlib import Path

STORIES = {
    "de": (
        "Der Imker Thoms und Küster von Behring standen am Zaun.\n\n"
        "„Sie schwärmen“, rief der Imker.\n\n„Wohin?“, fragte Behring.\n\n"
        "„Zum Turm“, gab der Imker zurück.",
        ["Imker Thoms", "Küster von Behring", "Imker Thoms"],
    ),
    "fr": (
        "Le vicomte de Brémont attendait avec le meunier Hardouin.\n\n"
        "— Il pleut, dit le meunier.\n\n— Toujours, répondit le vicomte.\n\n"
        "— Rentrons, lui dit le meunier.",
        ["meunier Hardouin", "vicomte de Brémont", "meunier Hardouin"],
    ),
    "ru": (
        "Мельник Рогов и граф Белецкий стояли у реки.\n\n— Лёд идёт, — сказал мельник.\n\n"
        "— Рано, — ответил ему граф.\n\n— Весна, — проворчал мельник.",
        ["Мельник Рогов", "граф Белецкий", "Мельник Рогов"],
    ),
}


@pytest.mark.parametrize("language", STORIES)
def test_a_noun_before_a_name_means_its_bearer(language: str, tmp_path: Path) -> None:
    text, expected = STORIES[language]
    path = tmp_path / "story.txt"
    path.write_text(text, "utf-8")
    script = write_script([str(path)], Options(about={"language": language}))
    speakers = [line.speaker for line in script.lines if line.speaker]
    assert [(speaker or "").casefold() for speaker in speakers] == [
        name.casefold() for name in expected
    ]
