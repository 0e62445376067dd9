"""Lines that share a word and count are headings, in a language without words for chapters."""

import pytest

from narrator.readers.layout.blocks import Block
from narrator.readers.layout.numbered_series import find_numbered_series

PROSE = "წვიმა ეზოში ცვიოდა და მოხუცი კაცი ფანჯარასთან იჯდა, სანამ ქალი ბაღში გავიდა."


def find_lines(*lines: str, prose: str = PROSE) -> list[str]:
    """Return the headings among lines, each of which prose follows."""
    blocks = [Block(text) for line in lines for text in (line, prose)]
    return [blocks[index].text for index in find_numbered_series(blocks)]


@pytest.mark.parametrize(
    "lines",
    [
        ("1. kafli", "2. kafli"),
        ("თავი 1", "თავი 2", "თავი 3"),
        ("Caibidil I", "Caibidil II"),
        ("თავი პირველი", "თავი მეორე", "თავი მესამე"),
        ("Sura ya kwanza", "Sura ya pili", "Sura ya tatu"),
    ],
)
def test_lines_that_count_are_headings(lines: tuple[str, ...]) -> None:
    assert find_lines(*lines) == list(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("1. kafli", "3. kafli"),
        ("თავი პირველი", "თავი მეორე"),
        ("Kom inn.", "Kom nú.", "Kom þá."),
        ("kafli 1",),
    ],
)
def test_other_short_lines_are_no_headings(lines: tuple[str, ...]) -> None:
    assert find_lines(*lines) == []


def test_an_article_is_no_word_for_a_chapter() -> None:
    prose = "The rain fell on the yard, and the old man sat at the window until the lamp went out."
    assert find_lines("The hen", "The roof", "The rain", prose=prose) == []


def test_lines_without_prose_between_are_a_list() -> None:
    assert find_lines("1. kafli", "2. kafli", prose="...") == []
