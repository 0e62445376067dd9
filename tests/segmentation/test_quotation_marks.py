"""Signs are read as opening, closing or neither, whichever is cheapest for the paragraph."""

from __future__ import annotations

import pytest

from narrator.languages import load_language
from narrator.segmentation.quotation_marks import find_quotation_marks, pair_quotation_marks
from narrator.segmentation.text_view import QuotationStyle, TextView

CURLY = QuotationStyle({"”": 5.0, "»": 4.0})


def read_quotations(
    text: str, style: QuotationStyle = CURLY, tag: str = "en", *, may_continue: bool = False
) -> list[str]:
    """Return the outermost quotations as read; ( and ) stand for marks that are missing."""
    view = TextView(text, load_language(tag), style)
    quotations, _ = pair_quotation_marks(
        find_quotation_marks(view, 0, len(text)), may_continue=may_continue
    )
    return [
        ("(" if quotation.start is None else "")
        + text[quotation.start or 0 : quotation.end]
        + ("" if quotation.is_closed else ")")
        for quotation in quotations
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
        ("『一「二」三』", ["『一「二」三』"]),
        ("〝一〟と｢二｣", ["〝一〟", "｢二｣"]),
        ("《书》", []),
        ('“Curly opens, straight closes."', ['“Curly opens, straight closes."']),
    ],
)
def test_signs_are_read_as_a_person_reads_them(text: str, quotations: list[str]) -> None:
    assert read_quotations(text) == quotations


def test_an_open_quotation_is_cheap_where_the_next_paragraph_goes_on() -> None:
    text = "'We had the miners' lamps"
    assert read_quotations(text, may_continue=True) == [f"{text})"]


@pytest.mark.parametrize(
    ("text", "seldom_opens", "tag", "quotations"),
    [
        ("«eins»", "»", "de", ["«eins»"]),
        ("»zwei«", "«", "de", ["»zwei«"]),
        ("”Hej”, sa hon. ”Ja.”", "»", "sv", ["”Hej”", "”Ja.”"]),
        ("»Hej», sa hon. »Ja.»", "«", "sv", ["»Hej»", "»Ja.»"]),
        ("„Tak”, powiedział. „Nie”", "»", "pl", ["„Tak”", "„Nie”"]),
        ("„Er sagte ‚nein‘ dazu“, sagte sie.", "“", "de", ["„Er sagte ‚nein‘ dazu“"]),
    ],
)
def test_the_meaning_of_a_sign_depends_on_the_habits_of_the_book(
    text: str, seldom_opens: str, tag: str, quotations: list[str]
) -> None:
    assert read_quotations(text, QuotationStyle({seldom_opens: 4.0}), tag) == quotations
