"""Relatives of different persons."""

from narrator.attribution.coreference.mention_detection import detect_mentions
from narrator.attribution.tokens import tokenise
from narrator.languages.people_words import load_attribution_language
from narrator.readers import read
from narrator.segmentation.lines import segment_book

APART = """
Ada had a brother. Ada sat. "Go," said her brother.

***

Tom had a brother. Tom sat. "Go," said his brother.
"""
TOGETHER = """
Ada and Tom had a brother. Ada sat. "Go," said her brother.

Tom sat. "Go," said his brother.
"""


def list_brothers(people):
    return {
        mention.person_index
        for mention in people.mentions
        if mention.is_description
        and mention.end - mention.start > 1
        and people.persons[mention.person_index].description == "brother"
    }


def read_people(folder, text):
    path = folder / "book.txt"
    path.write_text(text, "utf-8")
    book = read([str(path)])
    return detect_mentions(tokenise(book, segment_book(book), load_attribution_language("en")))


def test_people_who_never_meet_have_different_relatives(tmp_path):
    assert len(list_brothers(read_people(tmp_path, APART))) == 2


def test_people_of_one_scene_may_share_a_relative(tmp_path):
    assert len(list_brothers(read_people(tmp_path, TOGETHER))) == 1
