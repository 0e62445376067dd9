"""Passages in another language get lines of their own, read by the rules of that language."""

from pathlib import Path

import pytest

from narrator.model import Line, Script
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readers import read
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book


def segment(tmp_path: Path, body: str, language: str = "en") -> tuple[Line, ...]:
    page = tmp_path / "book.html"
    page.write_text(
        f'<html lang="{language}"><title>T</title><body><h1>Chapter 1</h1>{body}</body></html>',
        "utf-8",
    )
    book = read([str(page)])
    lines = segment_book(book)
    verify_completeness(book, lines)
    script = normalise_script(Script(book, (), lines))
    assert len({line.id for line in lines}) == len(lines)
    for line in lines:
        assert book.display_text(line.start, line.end) == line.text
    return tuple(line for line in script.lines if line.paragraph)


FILLER = (
    "<p>The rain had stopped an hour before, and the street shone like a river. It was late.</p>"
)


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (
            '<p>She read. <span lang="fr">Il y avait 21 jours.</span> She wept.</p>',
            [("", "She read."), ("fr", "Il y avait vingt et un jours."), ("", "She wept.")],
        ),
        (
            '<p>He said <q lang="de">am 3. Oktober des Jahres</q> to 21 people.</p>',
            [
                ("", "He said"),
                ("de", "am dritten Oktober des Jahres"),
                ("", "to twenty-one people."),
            ],
        ),
        (
            '<p xml:lang="fr">Le 3 mai.</p>',
            [("fr", "Le trois mai.")],
        ),
        (
            '<div lang="es"><p>Buenas noches.</p></div>',
            [("es", "Buenas noches.")],
        ),
        ('<p>The <i lang="de">Zeitgeist</i> is old.</p>', [("", "The Zeitgeist is old.")]),
        ('<p>An <i lang="fr">affaire de cœur</i>.</p>', [("", "An affaire de cœur.")]),
        ('<p>“<i lang="fr">Bonjour!</i>” he said.</p>', [("fr", "Bonjour!"), ("", "he said.")]),
        ('<p>A <i lang="en-GB">fine old day</i> it was.</p>', [("", "A fine old day it was.")]),
        ('<p>A <i lang="">fine old day</i> it was.</p>', [("", "A fine old day it was.")]),
        (
            '<p>A <i lang="qqqqqqqqq!">fine old day</i> it was.</p>',
            [("", "A fine old day it was.")],
        ),
    ],
)
def test_a_passage_of_several_words_is_a_line_in_its_language(
    tmp_path: Path, paragraph: str, expected: list[tuple[str, str]]
) -> None:
    lines = segment(tmp_path, paragraph + FILLER * 3)
    first = [line for line in lines if line.paragraph == 1]
    assert [(line.language, line.spoken) for line in first] == expected


def test_a_declaration_around_the_whole_book_is_not_believed(tmp_path: Path) -> None:
    lines = segment(tmp_path, f'<div lang="fr">{FILLER * 9}</div>')
    assert {line.language for line in lines} == {""}


def test_a_quotation_keeps_its_number_across_languages(tmp_path: Path) -> None:
    lines = segment(
        tmp_path,
        '<p>“He told me: <i lang="fr">je ne sais pas</i>, and left,” said Ann.</p>' + FILLER * 3,
    )
    spoken = [line for line in lines if line.quotation == 1]
    assert [line.language for line in spoken] == ["", "fr", ""]
