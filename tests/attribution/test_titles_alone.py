"""A title without a name means its bearer whom the scene names, in languages other than English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator import Options, write_script

if TYPE_CHECKING:
    from pathlib import Path

STORIES = {
    "de": """\
Der Graf Hohenfels und der Graf Leuben kamen am Abend an. Frau Brandt öffnete, und Dr. Seidel folgte mit der Lampe.

„Der Wagen brach“, antwortete Graf Leuben.

„Ist jemand verletzt?“, fragte der Arzt.

„Niemand“, sagte der Graf.

„Kommen Sie herein“, sagte die Frau.

* * *

Am Morgen saß Graf Hohenfels allein am Tisch. Fräulein Weiß brachte den Kaffee.

„Wo ist mein Vetter?“, fragte der Graf.

„Er schläft noch“, sagte das Fräulein.
""",
    "ru": """\
Генерал Орлов приехал утром, и доктор Штерн приехал с ним. На крыльце стояла графиня Вера.

— Вы рано, — сказала графиня.

— Дорога сухая, — ответил ей генерал.

— А больной? — спросил врач.

* * *

Вечером в саду сидел генерал Лапин, а рядом читала Маша.

— Скучно, — сказала Маша.

— Потерпи, — ответил генерал.
""",
    "sv": """\
Herr Lindgren öppnade dörren. Bakom honom stod Anna, och doktor Berg höll lampan.

– Kom in, sade herr Lindgren.

– Tack, sade Anna.

– Det är kallt här, anmärkte doktorn.
""",
    "cs": """\
Pan Havel otevřel dveře. Za ním stála Anna a doktor Beran držel lampu.

„Pojďte dál,“ řekl pan Havel.

„Děkuji,“ řekla Anna.

„Je tu zima,“ poznamenal lékař.
""",
}
SPEAKERS = {
    "de": ["Graf Leuben", "Dr. Seidel", "Graf Leuben", "Frau Brandt", "Graf Hohenfels", "Fräulein Weiß"],
    "ru": ["Графиня Вера", "Генерал Орлов", "Доктор Штерн", "Маша", "Генерал Лапин"],
    "sv": ["Herr Lindgren", "Anna", "Doktor Berg"],
    "cs": ["Pan Havel", "Anna", "Doktor Beran"],
}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(STORIES))
def test_a_title_alone_means_whoever_bears_it_in_the_scene(tag: str, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORIES[tag], "utf-8")
    script = write_script([str(file)], Options(about={"language": tag}))
    speakers = [line.speaker for line in script.lines if line.quotation]
    assert speakers == SPEAKERS[tag]
