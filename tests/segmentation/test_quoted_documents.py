"""Letters that are quoted at length are told from short answers in languages other than English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from narrator.model import LineKind
from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("de", "„Woher?“ fragte Herr Jansen.\n\n„Von der Börse.“\n\n„Sie haben Ihr Geld?“"),
        ("de", "„Woher?“ fragte Herr Jansen.\n\n„Von der Börse.“\n\n„Das ist Ihr Hut, Graf.“"),
        ("fr", "« D'où ? » demanda Luc.\n\n« De la Bourse. »\n\n« Votre mère le sait-elle ? »"),
        ("ru", "«Откуда?» — спросил Иван.\n\n«Из города».\n\n«Где ваш дом?»"),
        ("nl", "“Waar?” vroeg Jansen.\n\n“Van de beurs.”\n\n“Goed! En wat deed je?”"),
    ],
)
def test_a_pronoun_at_the_end_of_an_answer_signs_no_letter(
    book_of: Callable[..., Book], tag: str, text: str
) -> None:
    lines = segment_book(book_of(text, tag))
    assert [line.kind for line in lines if line.text[0] in "„«“"]
    assert all(line.kind is LineKind.DIALOGUE for line in lines if line.text[0] in "„«“")


def test_a_name_after_the_pronoun_signs_a_letter(book_of: Callable[..., Book]) -> None:
    text = "Sie las:\n\n„Liebe Anna,“\n\n„komm bald. Es ist kalt.“\n\n„Herzlichst Dein Karl.“"
    lines = segment_book(book_of(text, "de"))
    assert {line.kind for line in lines} == {LineKind.NARRATION}
