"""Signs are read as opening, closing or neither, by what is cheapest for the paragraph."""

from __future__ import annotations

import pytest

from narrator.segmentation import quotation_marks
from narrator.segmentation.languages import load_language
from narrator.segmentation.text_view import QuotationStyle, TextView


def read(text: str, *, continued: bool = False) -> list[str]:
    """The outermost quotations as they were read; ( and ) stand for marks that are missing."""
    page = TextView(text, load_language("en"), QuotationStyle({"”": 5.0, "»": 4.0}))
    readings, _ = quotation_marks.pair_quotation_marks(
        quotation_marks.find_quotation_marks(page, 0, len(text)), continued=continued
    )
    return [
        ("(" if reading.start is None else "")
        + text[reading.start or 0 : reading.end]
        + ("" if reading.closed else ")")
        for reading in readings
    ]


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("No marks at all.", []),
        ('He said "go" and "stay".', ['"go"', '"stay"']),
        ("'Go,' he said.", ["'Go,'"]),
        ("It's the dogs' bowl.", []),
        ("'It's the dogs' bowl,' he said.", ["'It's the dogs' bowl,'"]),
        ("'Tis late.", []),
        ("''Tis late,' he said.", ["''Tis late,'"]),
        ("The '90s and '68.", []),
        ("“A ‘b’ c” d", ["“A ‘b’ c”"]),
        ("‘A “b” c’ d", ["‘A “b” c’"]),
        ("\"A 'b' c\" d", ["\"A 'b' c\""]),
        ("It was 6' 2\" high.", []),
        ("“Open to the end", ["“Open to the end)"]),
        ("closed only,” he said", ["(closed only,”"]),
        ("“Lost. “Found.”", ["“Lost. )", "“Found.”"]),
        ("``Tex'' marks", ["``Tex''"]),
        ("„Low“ und „hoch“", ["„Low“", "„hoch“"]),
        ("«Un» et «deux»", ["«Un»", "«deux»"]),
        ("「一」と「二」", ["「一」", "「二」"]),
        ('“Curly opens, straight closes."', ['“Curly opens, straight closes."']),
    ],
)
def test_signs_are_read_as_a_person_reads_them(text: str, quotations: list[str]) -> None:
    assert read(text) == quotations


def test_an_open_quotation_is_cheap_where_the_next_paragraph_goes_on() -> None:
    text = "'We had the miners' lamps"
    assert read(text, continued=True) == [f"{text})"]


def test_the_meaning_of_a_sign_depends_on_the_books_habits() -> None:
    for opening, expected in (({"»": 4.0}, ["«eins»"]), ({"«": 4.0}, ["»zwei«"])):
        text = "«eins»" if "»" in opening else "»zwei«"
        page = TextView(text, load_language("de"), QuotationStyle(opening))
        found, _ = quotation_marks.pair_quotation_marks(
            quotation_marks.find_quotation_marks(page, 0, len(text)), continued=False
        )
        assert [text[r.start : r.end] for r in found] == expected
