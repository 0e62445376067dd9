import pytest

from narrator.readers.layout.page_lines import LinePiece, NoteMark, build_line


@pytest.mark.parametrize(
    ("raised", "before", "after", "text", "marks"),
    [
        ("1", "They left.", " Nobody saw it.", "They left. Nobody saw it.", [NoteMark(10, "1")]),
        ("2", "an area of 40 m", " in all", "an area of 40 m² in all", []),
        ("th", "on the 20", " of May", "on the 20th of May", []),
        ("*", "the lamp", " went out", "the lamp went out", [NoteMark(8, "*")]),
        ("#", "the code ", " 20", "the code # 20", []),
    ],
)
def test_raised_text_is_a_note_mark_a_power_or_part_of_its_word(
    raised: str, before: str, after: str, text: str, marks: list[NoteMark]
) -> None:
    pieces = [
        LinePiece(before, 60, 500, 11),
        LinePiece(raised, 120, 504, 7),
        LinePiece(after, 125, 500, 11),
    ]
    line = build_line(pieces, page=1)
    assert (line.text, line.note_marks) == (text, marks)


def test_the_size_of_a_line_is_that_of_most_of_its_characters() -> None:
    line = build_line([LinePiece("T", 60, 500, 30), LinePiece("he mill stood.", 80, 500, 11)], 1)
    assert (line.text, line.font_size, line.x) == ("The mill stood.", 11, 60)
