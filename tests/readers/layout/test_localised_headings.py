"""Headings are parsed in every language that has a file, and titles are in that language."""

from __future__ import annotations

import pytest

from narrator.languages.heading_words import list_heading_words
from narrator.readers.layout.heading_syntax import HeadingRank, format_heading, parse_heading


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Erstes Kapitel", 1), ("1. Kapitel", 1), ("Kapitel zwei", 2), ("ZWÖLFTES KAPITEL", 12), ("Siebentes Kapitel", 7),
        ("Chapitre premier", 1), ("Chapitre Ier", 1), ("Deuxième chapitre", 2), ("Chapitre vingt et unième", 21),
        ("Capítulo segundo", 2), ("Capítulo undécimo", 11), ("Capitolo ventunesimo", 21), ("Capítulo vigésimo primeiro", 21),
        ("Rozdział dwudziesty pierwszy", 21), ("Глава двадцать первая", 21), ("2-я глава", 2), ("Глава2", 2),
        ("Tweede hoofdstuk", 2), ("Andra kapitlet", 2), ("Første kapitel", 1), ("Andre kapittel", 2),
        ("2. luku", 2), ("Toinen luku", 2), ("II. fejezet", 2), ("Második fejezet", 2), ("Capitolul al doilea", 2),
        ("Druhá kapitola", 2), ("Розділ другий", 2), ("Глава втора", 2), ("Bölüm 2", 2), ("On birinci bölüm", 11),
        ("Κεφάλαιο Β΄", 2), ("Κεφάλαιο ΙΒ'", 12), ("ΚΕΦΑΛΑΙΟ ΔΕΥΤΕΡΟ", 2), ("Capítol segon", 2), ("Bab Kedua", 2),
        ("Chương thứ hai", 2), ("الفصل الثاني", 2), ("الفصل ٢", 2), ("فصل دوم", 2), ("פרק ב'", 2), ("פרק י״א", 11),
        ("दूसरा अध्याय", 2), ("अध्याय २", 2), ("第二章", 2), ("第12回", 12), ("제2장", 2), ("제 2 장", 2), ("Bigarren kapitulua", 2),
        ("Teine peatükk", 2), ("Antras skyrius", 2), ("Otrā nodaļa", 2), ("บทที่ 2", 2), ("บทที่ ๒", 2),
    ],
)  # fmt: skip
def test_a_chapter_has_its_number_in_every_language(line: str, number: int) -> None:
    heading = parse_heading(line)
    assert heading is not None
    assert (heading.rank, heading.number, heading.title) == (HeadingRank.CHAPTER, number, "")


@pytest.mark.parametrize(
    ("line", "label", "title"),
    [
        ("Zweites Kapitel: Die Fähre", "Zweites Kapitel", "Die Fähre"),
        ("Глава II. Море", "Глава II", "Море"),
        ("第二章　雨", "第二章", "雨"),
        ("第二章：雨夜", "第二章", "雨夜"),
        ("Bölüm 3 – Deniz", "Bölüm 3", "Deniz"),
    ],
)
def test_a_title_may_follow_the_label(line: str, label: str, title: str) -> None:
    heading = parse_heading(line)
    assert heading is not None
    assert (heading.label, heading.title) == (label, title)


@pytest.mark.parametrize(
    "line", ["Der zweite Teil", "Partea a doua", "A második rész", "الجزء الأول", "第三部"]
)
def test_parts_are_no_chapters(line: str) -> None:
    heading = parse_heading(line)
    assert heading is not None
    assert heading.rank is HeadingRank.PART


@pytest.mark.parametrize(
    "line",
    [
        "Der zweite Teil war besser als der erste.",
        "Глава вторая, в которой герой спит",
        "第二章的内容很多。",
        "Een deel van de stad",
        "Del I know",
        "Act set",
        "Part of the way",
        "Kapitel second",
    ],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    assert parse_heading(line) is None


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("II", "de-AT", "Kapitel II"),
        ("II", "fi", "II. luku"),
        ("二", "zh", "第二章"),
        ("II", "sw", "II"),
        ("II", "en", "Chapter II"),
        ("BİRİNCİ BÖLÜM\nILIK IŞIK", "tr", "Birinci Bölüm: Ilık Işık"),
        ("LA MAISON DU LAC", "fr", "La Maison du Lac"),
    ],
)
def test_titles_are_in_the_language_of_the_book(text: str, language: str, title: str) -> None:
    assert format_heading(text, language) == title


@pytest.mark.parametrize("words", list_heading_words(), ids=lambda words: words.tag)
def test_every_language_can_number_a_chapter(words) -> None:
    assert "{number}" in words.chapter_form
    heading = parse_heading(words.chapter_form.replace("{number}", "12"))
    assert heading is not None
    assert heading.number == 12
