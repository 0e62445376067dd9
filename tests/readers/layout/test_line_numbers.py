"""Numbers beside the lines of a poem are silent."""

from narrator.readers.layout.line_numbers import LINE_NUMBER_REASON, find_line_numbers
from narrator.readers.layout.text_rows import split_rows
from tests.readers.sample_books import read, spoken

POEM = """\
When every gutter's said its say,             1
And every roof hangs up its beads,
I walk the long and shining way,
With puddles where it leads.                  4

The clock has lost its tongue tonight;
It ticks, and will not tell.                  6
"""


def test_numbers_that_count_lines_are_found() -> None:
    rows = split_rows(POEM)
    assert [POEM[offset] for offset in find_line_numbers(rows).values()] == ["1", "4", "6"]


def test_page_numbers_of_a_contents_list_count_no_lines() -> None:
    text = "I. The Mill          1\nII. The Sea          17\nIII. The Fen         40\n"
    assert find_line_numbers(split_rows(text)) == {}


def test_line_numbers_are_in_the_ledger() -> None:
    book = read(POEM, "a.txt")
    assert [(p.reason, p.text) for p in book.skipped] == [
        (LINE_NUMBER_REASON, number) for number in "146"
    ]
    assert "1" not in " ".join(spoken(book))
