"""Lines hold every word of a text once, and number its quotations."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from narrator.segmentation.lines import segment_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Book

WORD = re.compile(r"[^\W_]+")

NAUGHTY = st.text(
    alphabet=st.sampled_from(
        " \n\t\r.,!?…—–-:;'\"“”‘’«»„‚‹›`_*()[]abcIMr12éЯ。「」\u200b\u00ad\ufeff🚲"
    ),
    max_size=120,
)


@settings(deadline=None, max_examples=400)  # the first example loads nltk
@given(text=st.one_of(NAUGHTY, st.text(max_size=80)))
@example("1“: 🚲1«")  # a stop stands between two quotations without an opening mark
def test_no_word_is_lost_or_repeated_in_any_text(book_of: Callable[..., Book], text: str) -> None:
    lines = segment_book(book_of(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(lines))
    words = [word for line in lines for word in WORD.findall(text[line.start : line.end])]
    assert words == WORD.findall(text)


@pytest.mark.parametrize(
    ("number", "other_lines"),
    [(1, 0), (2, 5), (3, 0), (4, 5)],
    ids=["narration", "speech", "narration between speech", "speech with a clause"],
)
def test_a_paragraph_alone_has_the_same_lines_and_those_of_all_others_if_it_has_speech(
    book_of: Callable[..., Book], number: int, other_lines: int
) -> None:
    book = book_of("It rained. It ceased.\n\n“Go. Now.”\n\nHe went.\n\n“So I will,” he said.")
    lines = segment_book(book, book.chapters[0].paragraphs[number - 1])
    whole = segment_book(book)
    assert [line for line in lines if line.paragraph == number] == [
        line for line in whole if line.paragraph == number
    ]
    assert lines == whole or not other_lines
    assert sum(line.paragraph != number for line in lines) == other_lines


def test_ids_are_unique_and_count_the_lines_of_a_paragraph(book_of: Callable[..., Book]) -> None:
    lines = segment_book(book_of("One. Two.\n\nThree."))
    assert [line.id for line in lines] == ["1.1.1", "1.1.2", "1.2.1"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("“Go,” he said, “now.”", [1, None, 1]),
        ("“Go.”\n\n“No.”", [1, 2]),
        ("“One day I went.\n\n“Then I came back.”\n\n“Did you?”", [1, 1, 2]),
        ("“Yes?” “No.”", [1, 2]),
        ("“Got it?” and Bruno said, “Yes.”", [1, None, 2]),
        ("“Well,” sighed Ada, while the old man, who had risen, said, “No.”", [1, None, 2]),
        ("“Go,” he said, and added, “now.”", [1, None, 1]),
        ("“Go,” said Ada, and then she cried, “now!”", [1, None, 1]),
    ],
)
def test_the_parts_of_one_quotation_share_its_number(
    book_of: Callable[..., Book], text: str, numbers: list[int | None]
) -> None:
    assert [line.quotation for line in segment_book(book_of(text))] == numbers


@pytest.mark.parametrize("piece", ['"', "“'\"‘«„`", ". ", "— ", "A. ", '"a" ', "said Mr. "])
def test_a_paragraph_of_the_same_thing_many_times_is_segmented_in_time(
    book_of: Callable[..., Book], piece: str
) -> None:
    started = time.process_time()
    segment_book(book_of("“" + piece * (12_000 // len(piece))))
    assert time.process_time() - started < 5.0


@pytest.mark.parametrize(
    ("text", "quotation_count"),
    [
        ('"Is it far?" asked Mary. "No," said John. "Come," said Mary.', 3),
        ('"I am tired," said John. Mary laughed. "Already?" she asked.', 2),
        ('Mary said, "Is it far?" John said, "No." Mary said, "Come."', 3),
        ('"I am," said John, "tired. So are you." He sat down.', 1),
        ('"I am," said John. He sat down. "I am tired."', 1),
        ('"I am," said John. "Tired," said John.', 1),
    ],
)
def test_reporting_clauses_of_two_speakers_part_the_quotations_of_a_paragraph(
    book_of: Callable[..., Book], text: str, quotation_count: int
) -> None:
    numbers = {line.quotation for line in segment_book(book_of(text)) if line.quotation}
    assert len(numbers) == quotation_count


def test_a_pronoun_may_mean_somebody_else_where_paragraphs_mix_speakers(
    book_of: Callable[..., Book],
) -> None:
    mixed = '"Is it far?" asked Mary. "No," said John.\n\n'
    doubtful = '"I am tired," said John. "Already?" she asked.'
    counts = []
    for text in (doubtful, mixed + doubtful):
        lines = segment_book(book_of(text))
        counts.append(
            len({x.quotation for x in lines if x.paragraph == lines[-1].paragraph} - {None})
        )
    assert counts == [1, 2]
