import pytest

from narrator.model import Paragraph, Span
from narrator.segmentation.speech_prefixes.directions import (
    find_closing_bracket,
    find_directions,
    has_sluglines,
    is_bracketed,
    is_emphasised,
    is_scene_line,
    opens_direction,
)


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ("[Rising.] Good day.", ["[Rising.]"]),
        ("(Rising.) Good day.", ["(Rising.)"]),
        ("Good day. (He sits.) Well?", ["(He sits.)"]),
        ("Good [bowing] day.", ["[bowing]"]),
        ("The dog (a good one) barked.", []),
        ("It rained. (I told you so.) Well?", []),
        ("Good day. [Exit", ["[Exit"]),
        ("Go, go.\n                    Exit OTTO.", ["Exit OTTO."]),
        ("Good (", []),
    ],
)
def test_directions_within_a_speech_are_found(speech: str, expected: list[str]) -> None:
    found = find_directions(speech, 0, len(speech), Paragraph(0, len(speech), 1))
    assert [speech[start:end] for start, end in found] == expected


def test_a_sentence_in_italics_before_a_speech_is_a_direction() -> None:
    speech = "Rising. Good day. Never."
    paragraph = Paragraph(0, len(speech), 1, emphasis=(Span(0, 7), Span(18, 24)))
    assert find_directions(speech, 0, len(speech), paragraph) == [(0, 7)]


def test_directions_that_the_markup_declares_are_the_only_italic_ones() -> None:
    speech = "Never. Good day. Rising."
    paragraph = Paragraph(0, 24, 1, emphasis=(Span(0, 6),), stage_directions=(Span(17, 24),))
    assert find_directions(speech, 0, 24, paragraph) == [(17, 24)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[Exit OTTO.]", True), ("(A bell (far off) rings.)", True), ("[Exit OTTO", True), ("[Otto] Well?", False), ("Exit", False)],
)  # fmt: skip
def test_a_paragraph_in_brackets_is_recognised(text: str, *, expected: bool) -> None:
    assert is_bracketed(text) is expected


@pytest.mark.parametrize(("end", "expected"), [(13, True), (4, False)])
def test_a_paragraph_in_italics_is_recognised(end: int, *, expected: bool) -> None:
    text = "A bell rings."
    paragraph = Paragraph(0, 13, 1, emphasis=(Span(0, end),))
    assert is_emphasised(text, paragraph, 0, 13) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INT. BAKERY - NIGHT", True),
        ("12 EXT. ROAD - DAY", True),
        ("INT./EXT. CAR - DAY", True),
        ("CUT TO:", True),
        ("FADE IN:", True),
        ("Interior of a bakery", False),
        ("OTTO", False),
    ],
)
def test_headings_and_transitions_of_screenplays_are_recognised(
    text: str, *, expected: bool
) -> None:
    assert is_scene_line(text) is expected


def test_a_screenplay_has_headings_of_scenes() -> None:
    text = "INT. BAKERY - NIGHT"
    assert has_sluglines(text, [Paragraph(0, len(text), 1)])
    assert not has_sluglines("Bakery", [Paragraph(0, 6, 1)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Enter IDA.", True), ("Re-enter IDA.", True), ("Vorhang.", True), ("enter", False), ("Ida enters.", False)],
)  # fmt: skip
def test_first_words_of_directions_are_recognised(text: str, *, expected: bool) -> None:
    assert opens_direction(text) is expected


def test_brackets_are_closed_by_their_own_kind_of_nesting() -> None:
    assert find_closing_bracket("(a [b] c) d", 0, 11) == 9
    assert find_closing_bracket("(a", 0, 2) == -1
