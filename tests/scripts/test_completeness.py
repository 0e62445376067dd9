import pytest

from narrator.errors import LedgerError
from narrator.model import (
    Book,
    Chapter,
    Line,
    LineKind,
    Metadata,
    Paragraph,
    SkippedPassage,
    Source,
)
from narrator.scripts.completeness import describe_offset, verify_completeness

TEXT = "Hello there, old[1] friend. Good night."


def book(*skipped: SkippedPassage, text: str = TEXT) -> Book:
    paragraph = Paragraph(0, len(text), 1)
    chapter = Chapter(1, "One", 0, len(text), (paragraph,))
    return Book(Metadata("T"), text, (chapter,), skipped, Source("t.txt", ""))


def line(number: int, start: int, end: int, text: str | None = None) -> Line:
    said = TEXT[start:end] if text is None else text
    return Line(f"1.1.{number}", 1, 1, start, end, LineKind.NARRATION, said)


MARK = SkippedPassage(16, 19, "footnote mark", "[1]")
FIRST = line(1, 0, 27, "Hello there, old friend.")
SECOND = line(2, 28, 39)


def test_a_complete_book_passes() -> None:
    verify_completeness(book(MARK), [FIRST, SECOND])


@pytest.mark.parametrize(
    ("skipped", "lines", "complaint"),
    [
        ([MARK], [FIRST], "“Good” is lost"),
        ([MARK], [SECOND], "“Hello” is lost"),
        ([MARK], [FIRST, line(2, 33, 39)], "“Good” is lost"),
        ([MARK], [SECOND, FIRST], "“Hello” is lost|says again"),
        ([MARK], [FIRST, SECOND, SECOND], "says again"),
        ([MARK], [FIRST, line(2, 28, 39, "Good evening.")], "does not say what is written"),
        ([MARK], [FIRST, line(2, 28, 39, "Good.")], "does not say what is written"),
        ([MARK], [line(1, 0, 30, "Hello there, old friend. Go"), line(2, 30, 39)], "inside a word"),
        ([], [FIRST, SECOND], "does not say what is written"),
        (
            [SkippedPassage(16, 19, "footnote mark", "[2]")],
            [FIRST, SECOND],
            "list of skipped text is wrong",
        ),
        ([SkippedPassage(16, 19, "", "[1]")], [FIRST, SECOND], "list of skipped text is wrong"),
        ([MARK, MARK], [FIRST, SECOND], "out of order"),
        ([MARK], [FIRST, line(2, 28, 99, "Good night.")], "outside the text"),
    ],
)
def test_a_lost_or_repeated_word_is_an_error_that_names_the_place(
    skipped: list[SkippedPassage], lines: list[Line], complaint: str
) -> None:
    with pytest.raises(LedgerError, match=complaint):
        verify_completeness(book(*skipped), lines)


def test_the_place_is_named_by_chapter_and_paragraph() -> None:
    with pytest.raises(LedgerError, match=r"chapter 1, paragraph 1 \(character 28: “.*Good night"):
        verify_completeness(book(MARK), [FIRST])


@pytest.mark.parametrize(
    ("number", "offset", "place"),
    [
        (1, 0, "chapter 1, paragraph 1 (character 0: “Hello there, old[1] friend. Good night.”)"),
        (1, 28, "chapter 1, paragraph 1 (character 28: “ere, old[1] friend. Good night.”)"),
        (0, 28, "chapter 1, its heading (character 28: “ere, old[1] friend. Good night.”)"),
        (1, 99, "character 99: “”"),
    ],
)
def test_an_offset_is_described_by_chapter_paragraph_and_excerpt(
    number: int, offset: int, place: str
) -> None:
    paragraph = Paragraph(0, len(TEXT), number)
    chapter = Chapter(1, "One", 0, len(TEXT), (paragraph,))
    text = Book(Metadata("T"), TEXT, (chapter,), (), Source("t.txt", ""))
    assert describe_offset(text, offset) == place


def test_a_line_may_join_a_word_that_the_text_breaks() -> None:
    text = "W HEN he came, it rai-\nned."
    lines = [Line("1.1.1", 1, 1, 0, len(text), LineKind.NARRATION, "WHEN he came, it rained.")]
    verify_completeness(book(text=text), lines)
