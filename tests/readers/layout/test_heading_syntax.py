import pytest

from narrator.readers.layout.heading_syntax import (
    Heading,
    HeadingRank,
    convert_to_title_case,
    format_heading,
    normalise_title_case,
    parse_heading,
)

CHAPTER, PART = HeadingRank.CHAPTER, HeadingRank.PART
NUMBER, NAMED = HeadingRank.NUMBER, HeadingRank.NAMED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CHAPTER IV. The Storm", Heading(CHAPTER, 4, "Chapter IV", "The Storm")),
        ("Chapter 12", Heading(CHAPTER, 12, "Chapter 12", "")),
        ("Chapter 007", Heading(CHAPTER, 7, "Chapter 7", "")),
        ("chapter twenty-two: at sea", None),
        ("Chapter Twenty-Two: At Sea", Heading(CHAPTER, 22, "Chapter Twenty-Two", "At Sea")),
        ("CHAPTER THE LAST", Heading(CHAPTER, 999, "Chapter The Last", "")),
        ("CHAP. IIII", Heading(CHAPTER, 4, "Chap IIII", "")),
        ("Letter No. 3", Heading(CHAPTER, 3, "Letter 3", "")),
        ("Part Two", Heading(PART, 2, "Part Two", "")),
        ("Erster Teil", Heading(PART, 1, "Erster Teil", "")),
        ("Erster Abend", None),
        ("Kapitel 3", Heading(CHAPTER, 3, "Kapitel 3", "")),
        ("The Second Chapter", Heading(CHAPTER, 2, "Second Chapter", "")),
        ("FIRST PART", Heading(PART, 1, "First Part", "")),
        ("One part of it", None),
        ("XII", Heading(NUMBER, 12, "XII", "")),
        ("— 1 —", Heading(NUMBER, 1, "1", "")),
        ("xii", Heading(NUMBER, 12, "XII", "")),
        ("3. The Sea", Heading(NUMBER, 3, "3", "The Sea")),
        ("Two.", None),
        ("II.", Heading(NUMBER, 2, "II", "")),
        ("The 2nd", None),
        ("PROLOGUE", Heading(NAMED, None, "Prologue", "")),
        ("Epilogue: Ten Years Later", Heading(NAMED, None, "Epilogue", "Ten Years Later")),
        ("Chapter 3 of the report was lost", None),
        ("Chapter 3 Sam left.", None),
        ("_CHAPTER I_", Heading(CHAPTER, 1, "Chapter I", "")),
        ("", None),
        ("Chapter 1 " + "A" * 240, None),
    ],
)
def test_a_heading_is_split_into_label_number_and_title(
    text: str, expected: Heading | None
) -> None:
    assert parse_heading(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I", "Chapter I"),
        ("CHAPTER I\nTHE MILL", "Chapter I: The Mill"),
        ("CHAPTER I. THE MILL\nAND THE SEA", "Chapter I: The Mill and the Sea"),
        ("1. THE SEA", "1: The Sea"),
        ("PROLOGUE", "Prologue"),
        ("The Mill\nby the Sea", "The Mill by the Sea"),
        ("CHAPTER I ...", "Chapter I"),
    ],
)
def test_a_heading_is_formatted_for_players(text: str, expected: str) -> None:
    assert format_heading(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THE MILL AND THE SEA", "The Mill and the Sea"),
        ("The mill.", "The mill"),
        ("What now...", "What now..."),
        ("Mr. and Mrs. Orr.", "Mr. and Mrs. Orr."),
        ("USA", "USA"),
        ("DR. ORR'S 2ND VISIT", "Dr. Orr's 2nd Visit"),
    ],
)
def test_only_capitals_and_a_full_stop_are_normalised(text: str, expected: str) -> None:
    assert normalise_title_case(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HENRY VIII IN THE MIX", "Henry VIII in the Mix"),
        ("A WALK: THE HILL TO WALK TO", "A Walk: The Hill to Walk To"),
        ("TWENTY-TWO MILES", "Twenty-Two Miles"),
        ("O’BRIEN’S “END”", "O’brien’s “End”"),
    ],
)
def test_minor_words_and_roman_numerals_keep_their_form(text: str, expected: str) -> None:
    assert convert_to_title_case(text) == expected
