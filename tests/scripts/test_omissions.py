import pytest

from narrator.model import Book, Chapter, Metadata, SkippedPassage, Source
from narrator.scripts.omissions import list_large_omissions

ONE = "word " * 100
TWO = "more " * 300


def make_book(*skipped: tuple[int, int, str]) -> Book:
    text = ONE + TWO
    chapters = (Chapter(1, "One", 0, 500, ()), Chapter(2, "Two", 500, 2000, ()))
    passages = tuple(
        SkippedPassage(start, end, reason, text[start:end]) for start, end, reason in skipped
    )
    return Book(Metadata("T"), text, chapters, passages, Source("a.txt", ""))


@pytest.mark.parametrize(
    ("skipped", "expected"),
    [
        ([(0, 100, "footnote")], [("One", "footnote", 0.2)]),
        ([(0, 25, "footnote")], []),
        ([(0, 25, "footnote"), (50, 75, "footnote")], [("One", "footnote", 0.1)]),
        ([(500, 550, "footnote")], []),
        ([(500, 600, "footnote")], [("Two", "footnote", 20 / 300)]),
        ([(0, 100, "dedication"), (100, 200, "contents")], []),
        ([(0, 5, "footnote mark")], []),
        ([], []),
    ],
)
def test_what_is_left_out_of_a_chapter_is_reported_if_it_is_much(
    skipped: list[tuple[int, int, str]], expected: list[tuple[str, str, float]]
) -> None:
    omissions = list_large_omissions(make_book(*skipped))
    assert [(o.chapter, o.reason, pytest.approx(o.share)) for o in omissions] == expected
