"""Who narrates, in the book or in each chapter."""

import pytest

from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.coreference.people import People
from narrator.attribution.tokens import TokenTable, tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.readers import read
from narrator.segmentation.lines import segment_book

ONE = """
Chapter 1

I was tired. "Go home, Nora," said Ben to me. I went.

Chapter 2

I was tired again. "Go home, Nora," said Ben to me. I stayed.
"""
TWO = """
Chapter 1

Nora

I was tired. "Go home, Nora," said Ben. I went.

Chapter 2

Max

I was ill. "Go home, Max," said Ben. I stayed.

Chapter 3

Ben was tired. Nora and Max came. "Go home," said Ben.
"""


@pytest.fixture
def read_people(tmp_path):
    def build(text: str) -> tuple[TokenTable, People]:
        path = tmp_path / "book.txt"
        path.write_text(text, "utf-8")
        book = read([str(path)])
        tokens = tokenise(book, segment_book(book), load_attribution_language("en"))
        return tokens, detect_mentions(tokens)

    return build


def list_narrator_names(tokens, people):
    return [
        "" if index < 0 else max(people.persons[index].name_forms).words[0]
        for index in people.list_narrators(tokens)
    ]


def test_one_narrator_narrates_all_chapters(read_people):
    tokens, people = read_people(ONE)
    assert list_narrator_names(tokens, people) == ["nora", "nora"]
    assert people.persons[people.narrator_index].is_narrator


def test_each_chapter_has_the_narrator_of_its_heading(read_people):
    tokens, people = read_people(TWO)
    assert list_narrator_names(tokens, people) == ["nora", "max", ""]
    assert people.narrator_index == -1


def test_a_chapter_about_somebody_is_not_narrated_by_him(read_people):
    text = TWO.replace("I was ill.", "I saw Max. Max fell. Max rose. I was ill.")
    tokens, people = read_people(text)
    assert "max" not in list_narrator_names(tokens, people)
