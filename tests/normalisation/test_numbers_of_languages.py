"""Numbers, dates, times and abbreviations sound as natives read them, in each language with rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator import Options, write_script
from narrator.model import LineKind
from narrator.normalisation.steps import normalise_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("tag", "written", "spoken"),
    [
        ("it", "Il 12 marzo alle 8.15 la sig.ra Neri partì.", "Il dodici marzo alle otto e quindici la signora Neri partì."),
        ("it", "Il 1º giugno, nel XVIII secolo.", "Il primo giugno, nel diciottesimo secolo."),
        ("it", "Enrico VIII, per la 3ª volta.", "Enrico ottavo, per la terza volta."),
        ("it", "Capitolo II", "Capitolo due"),
        ("pt", "Às 9h05, 2 mulheres e 2 homens.", "Às nove e cinco, duas mulheres e dois homens."),
        ("pt", "A 2.ª casa, 1 dia, 31 cartas.", "A segunda casa, um dia, trinta e uma cartas."),
        ("nl", "In 1648, om 9.20 uur, de 3e man.", "In zestienhonderdachtenveertig, om negen uur twintig, de derde man."),
        ("nl", "Willem III zag het.", "Willem de derde zag het."),
        ("sv", "Den 6 juni 1523 kl. 9.20.", "Den sjätte juni femtonhundratjugotre klockan nio tjugo."),
        ("sv", "Karl XII, för 3:e gången.", "Karl den tolfte, för tredje gången."),
        ("pl", "Dnia 11 listopada 1918 r. o godz. 9:20.", "Dnia jedenastego listopada tysiąc dziewięćset osiemnastego roku o godzinie dziewiątej dwadzieścia."),
        ("pl", "W 1863 roku, w XIX wieku.", "W tysiąc osiemset sześćdziesiątym trzecim roku, w dziewiętnastym wieku."),
        ("uk", "9 березня 1814 р. о 9:20.", "дев'ятого березня тисяча вісімсот чотирнадцятого року о дев'ятій двадцять."),
        ("uk", "У 1861 році, 2-а хата.", "У тисяча вісімсот шістдесят першому році, друга хата."),
        ("cs", "Dne 28. října v 9.20 hod., v 19. století.", "Dne dvacátého osmého října v devět hodin dvacet minut, v devatenáctém století."),
        ("cs", "Karel IV. přijel, po 3. dni.", "Karel čtvrtý přijel, po třetím dni."),
        ("es", "1 mujer, 41 hombres, 300 cartas.", "una mujer, cuarenta y un hombres, trescientas cartas."),
        ("fr", "Il vit 31 femmes et 1 homme.", "Il vit trente et une femmes et un homme."),
        ("de", "Sie kamen am 5. 11. zurück.", "Sie kamen am fünften elften zurück."),
        ("de", "Das 19. Jahrhundert, Zum 2. Mal, am 2. und 3. Tag.", "Das neunzehnte Jahrhundert, Zum zweiten Mal, am zweiten und dritten Tag."),
        ("de", "Seine 2. Frau blieb vom 3. bis 5. August.", "Seine zweite Frau blieb vom dritten bis fünften August."),
        ("de", "Katharina II. hatte 1 Sohn und 1 Tochter in Zimmer 1 bei Tag.", "Katharina die zweite hatte ein Sohn und eine Tochter in Zimmer eins bei Tag."),
        ("de", "In den 1920er Jahren, von 1802–1885, um 1 Uhr.", "In den neunzehnhundertzwanziger Jahren, von achtzehnhundertzwei bis achtzehnhundertfünfundachtzig, um ein Uhr."),
        ("es", "Felipe II y Alfonso XIII; el número 1 era rojo.", "Felipe segundo y Alfonso trece; el número uno era rojo."),
        ("pt", "João VI e Luís XIV.", "João sexto e Luís catorze."),
        ("it", "1 uomo, 1 casa, nel 1918, il numero 1 era alle 8.21.", "un uomo, una casa, nel millenovecentodiciotto, il numero uno era alle otto e ventuno."),
        ("ru", "Пётр I, указ Екатерины II. С 1914 по 1918 год.", "Пётр первый, указ Екатерины второй. С тысяча девятьсот четырнадцатого по тысяча девятьсот восемнадцатый год."),
        ("ru", "2 книги, 2 стола, 21 книга, 1 письмо, 1 время.", "две книги, два стола, двадцать одна книга, одно письмо, одно время."),
        ("ru", "В 5-й комнате, 5-й дом, в 60-х годах.", "В пятой комнате, пятый дом, в шестидесятых годах."),
        ("fr", "À 17h, puis à 0 h 30.", "À dix-sept heures, puis à zéro heure trente."),
        ("pl", "Na 2. piętrze.", "Na drugim piętrze."),
        ("cs", "Dnes v 8.30.", "Dnes v osm hodin třicet minut."),
        ("nl", "Hij kwam om 8.30 uur.", "Hij kwam om acht uur dertig."),
        ("sv", "Hon hade 1 000 kronor.", "Hon hade ettusen kronor."),
        ("cs", "Od r. 1620 a v r. 1918, 1 l mléka.", "Od roku tisíc šest set dvacet a v roce tisíc devět set osmnáct, jeden litr mléka."),
        ("es", "1.250,50 ptas, 10 min de espera.", "mil doscientas cincuenta pesetas cincuenta céntimos, diez minutos de espera."),
        ("it", "Negli anni '60 costava 3,50 €.", "Negli anni sessanta costava tre euro e cinquanta centesimi."),
        ("de", "Er zahlte 3,20 Mark, maß 1,80 m.", "Er zahlte drei Mark zwanzig Pfennig, maß ein Meter achtzig."),
        ("de", "In der Hauptstr. 12, 2. Stock.", "In der Hauptstraße zwölf, zweiter Stock."),
        ("ru", "В XVIII в. на ул. Садовой.", "В восемнадцатом веке на улице Садовой."),
        ("uk", "За Миколи II, о 7:15. Було 7:15.", "За Миколи другого, о сьомій п'ятнадцять. Було сьома п'ятнадцять."),
        ("pl", "O 18.45 na ul. Długiej.", "O osiemnastej czterdzieści pięć na ulicy Długiej."),
        ("nl", "Op 3 okt. 1900.", "Op drie oktober negentienhonderd."),
        ("sv", "1 meter, 1 krona, 1 barn.", "en meter, en krona, ett barn."),
        ("ru", "Было −7 °C.", "Было минус семь градусов Цельсия."),
        ("ru", "С 4 сёстрами, от 5 до 9 дней, 1 ночь.", "С четырьмя сёстрами, от пяти до девяти дней, одна ночь."),
        ("ru", "12 р. 2 к., 3 км, 0,5 км, 41 %.", "двенадцать рублей две копейки, три километра, ноль запятая пять километра, сорок один процент."),
        ("uk", "2 сестри, 3 братів, з 6 вікнами, 1 хату.", "дві сестри, трьох братів, з шістьма вікнами, одну хату."),
        ("pl", "2 kobiety, 3 braci, z 6 oknami, 1 żonę.", "dwie kobiety, trzech braci, z sześcioma oknami, jedną żonę."),
        ("pl", "2 okna, 5 zł, 22 zł, 1,5 km.", "dwa okna, pięć złotych, dwadzieścia dwa złote, jeden przecinek pięć kilometra."),
        ("cs", "2 sestry, 2 města, k 3 domům, 1 muže, 2 Kč.", "dvě sestry, dvě města, k třem domům, jednoho muže, dvě koruny."),
        ("cs", "200 let, 900 let", "dvě stě let, devět set let"),
        ("sv", "1700-talet, 80-talet, 45 kr.", "sjuttonhundratalet, åttiotalet, fyrtiofem kronor."),
        ("it", "Carlo V morì; venne Carlo V. Rossi.", "Carlo quinto morì; venne Carlo V Rossi."),
        ("nl", "Filips II en Willem I.", "Filips de tweede en Willem de eerste."),
        ("de", "Unter Karl IV. und zu Zeiten Friedrichs II. war das so.", "Unter Karl dem vierten und zu Zeiten Friedrichs des zweiten war das so."),
    ],
)  # fmt: skip
def test_a_number_is_read_as_a_native_would(tag: str, written: str, spoken: str) -> None:
    assert normalise_text(written, tag, LineKind.NARRATION) == spoken


@pytest.mark.parametrize("tag", ["tr", "fi", "hu", "el", "xx"])
def test_a_language_without_rules_leaves_digits_and_signs_to_the_voice(tag: str) -> None:
    written = "XIV 21 3,5 km NATO 7:30 T.B. 1887"
    assert normalise_text(written, tag, LineKind.NARRATION) == written


@pytest.mark.parametrize(("tag", "spoken"), [("pt", "dezanove"), ("pt-BR", "dezenove")])
def test_numbers_have_the_words_of_the_region(tag: str, spoken: str, tmp_path: Path) -> None:
    path = tmp_path / "conto.txt"
    path.write_text("Isso foi no século XIX.\n", "utf-8")
    script = write_script([str(path)], Options(about={"language": tag}))
    assert script.lines[0].spoken == f"Isso foi no século {spoken}."
