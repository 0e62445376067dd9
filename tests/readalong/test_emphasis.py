from dataclasses import replace

import pytest

from narrator.model import Span
from narrator.readalong.emphasis import find_emphasis
from tests.segmentation.speech_prefixes.sample_scripts import read_book


@pytest.mark.parametrize(
    ("emphasis", "word", "expected"),
    [
        ([(4, 8)], (4, 8), True),
        ([(4, 8)], (4, 9), True),
        ([(4, 8)], (9, 12), False),
        ([(4, 8)], (2, 6), False),
        ([(4, 20), (6, 8)], (10, 14), True),
        ([], (0, 3), False),
    ],
)
def test_a_word_within_a_passage_is_emphasised(
    emphasis: list[tuple[int, int]], word: tuple[int, int], *, expected: bool
) -> None:
    book = read_book("She was very late, he said.")
    [chapter] = book.chapters
    paragraph = replace(chapter.paragraphs[0], emphasis=tuple(Span(*span) for span in emphasis))
    book = replace(book, chapters=(replace(chapter, paragraphs=(paragraph,)),))
    assert find_emphasis(book, 1).covers_word(Span(*word)) is expected
