import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout.plain_layout import split_into_blocks

PROSE = "It had rained all night, and the road to the mill was under water"

SAID_BY_LANGUAGE = {
    "de": ["„Wir warten schon seit dem Mittag.“", "Er setzte sich.", "„Ja!“", "„Du weißt es also“, sagte sie."],
    "de books": ["»Wir warten schon.«", "Er setzte sich.", "»Ja!«", "›Nein‹"],
    "fr": ["« Nous attendons depuis midi. »", "Il s'assit.", "« Oui ! »", "« Non »"],
    "en": ["“We have been waiting since noon.”", "He sat down.", "“Yes!”", "‘No’"],
    "en plain": ['"We have been waiting since noon."', "He sat down.", '"Yes!"', "'No'"],
    "pl": ["„Czekamy od południa.”", "Usiadł.", "„Tak!”", "‚Nie’"],
    "sv": ["”Vi har väntat sedan klockan tolv.”", "Han satte sig.", "”Ja!”", "”Nej”"],
    "ja": ["「正午から待っています。」", "彼は座った。", "「はい」", "『いいえ』"],
}  # fmt: skip


def texts(text: str) -> list[str]:
    return [" ".join(block.text.split()) for block in split_into_blocks(text)]


@pytest.mark.parametrize("lines", SAID_BY_LANGUAGE.values(), ids=SAID_BY_LANGUAGE)
def test_one_paragraph_per_line_is_recognised_in_every_language(lines: list[str]) -> None:
    assert texts("\n".join(lines * 3)) == lines * 3


@pytest.mark.parametrize("lines", SAID_BY_LANGUAGE.values(), ids=SAID_BY_LANGUAGE)
def test_blank_lines_separate_paragraphs_in_every_language(lines: list[str]) -> None:
    assert texts("\n\n".join(lines)) == lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PROSE}\nto the end.\n\n{PROSE}\nagain.", [f"{PROSE} to the end.", f"{PROSE} again."]),
        (f"   {PROSE}\nto the end.\n   {PROSE}\nagain.", [f"{PROSE} to the end.", f"{PROSE} again."]),
        (f"\t{PROSE}\nto the end.\n\t{PROSE}\nagain.", [f"{PROSE} to the end.", f"{PROSE} again."]),
        (f"CHAPTER I\n{PROSE}\nto the end.", ["CHAPTER I", f"{PROSE} to the end."]),
        (f"CHAPTER I\nThe Mill\n\n{PROSE}\nagain.", ["CHAPTER I The Mill", f"{PROSE} again."]),
        ("\ufeff\n\u200b\nOne.\n\u00ad\nTwo.", ["One.", "Two."]),
        ("One.\x0cTwo.\u2028Three.", ["One.", "Two.", "Three."]),
        ("", []),
    ],
)  # fmt: skip
def test_lines_are_joined_to_paragraphs(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_offsets_point_into_the_text() -> None:
    text = f"  \r\n{PROSE}\r\nto the end.\r\n\r\n\r\n  One.  \r\n"
    blocks = split_into_blocks(text)
    assert [text[block.start : block.start + len(block.text)] for block in blocks] == [
        f"{PROSE}\r\nto the end.",
        "One.",
    ]
    assert [block.blank_lines_before for block in blocks] == [0, 2]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["The mill goes round,", "The sea goes down,", "And nobody can tell"], ParagraphKind.VERSE),
        (["„Die Mühle dreht,", "„Das Meer, es geht,", "Und niemand weiß es"], ParagraphKind.VERSE),
        (["    The mill was old,", "    and the sea was old,", "    and so was he."], ParagraphKind.QUOTE),
        (["The mill goes round,", "and the sea goes down,", "And nobody can tell"], ParagraphKind.VERSE),
        (["The mill went round.", "and the sea went down.", "And nobody knew"], ParagraphKind.TEXT),
    ],
)  # fmt: skip
def test_verse_and_quotations_are_recognised_by_capitals_and_indents(
    lines: list[str], kind: ParagraphKind
) -> None:
    wrapped = f"{PROSE}\nto the end of it.\n\n"
    blocks = split_into_blocks(wrapped * 3 + "\n".join(lines) + "\n\n" + wrapped)
    assert blocks[3].kind is kind
