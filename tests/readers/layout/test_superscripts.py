import pytest

from narrator.readers.layout.superscripts import (
    SuperscriptKind,
    classify_superscript,
    write_power,
)

MARK, POWER, TEXT = SuperscriptKind.NOTE_MARK, SuperscriptKind.POWER, SuperscriptKind.TEXT


@pytest.mark.parametrize(
    ("before", "text", "after", "expected"),
    [
        ("The mill burned.", "23", " Nobody", MARK),
        ("“Wait,”", "3", " she said", MARK),
        ("The mill", "3", " burned", MARK),
        ("The mill", "[24]", " burned", MARK),
        ("The mill burned", "*", ".", MARK),
        ("The mill burned", "1, 2", ".", MARK),
        ("in 1899", "4", " they", MARK),
        ("about 10", "6", " stars", POWER),
        ("some 3 × 10", "-9", " metres", POWER),
        ("a field of 5 m", "2", ", no more", POWER),
        ("where x", "2", " is", POWER),
        ("and E = mc", "2", ".", POWER),
        ("and the mc", "2", ".", MARK),
        ("the 20", "th", " century", TEXT),
        ("M", "me", " Dupont", TEXT),
        ("", "1", "⁄", TEXT),
        ("", "1", " In the beginning", TEXT),
    ],
)
def test_a_superscript_is_a_note_mark_a_power_or_part_of_a_word(
    before: str, text: str, after: str, expected: SuperscriptKind
) -> None:
    assert classify_superscript(text, before, after) is expected


def test_powers_are_written_in_superscript_characters() -> None:
    assert write_power(" -12 ") == "⁻¹²"
