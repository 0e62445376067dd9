"""Attribute invented passages of many kinds of difficulty; count those with no mistake."""

from collections import Counter
from pathlib import Path

import pytest

from narrator.attribution import attribute_lines
from narrator.model import Script
from narrator.readers import read
from narrator.segmentation.lines import segment_book
from tests.attribution.passages import list_mistakes, load_passages

MIN_RIGHT = {
    "surname in -s": 7,
    "name that is a word": 9,
    "particle": 8,
    "wife with husband's first name": 8,
    "father and son": 8,
    "one man in several forms": 8,
    "Messrs.": 8,
    "one man under two titles": 8,
    "description per scene": 8,
    "unnamed speaker": 7,
    "calling without article": 8,
    "relative clause": 7,
    "somebody's somebody": 8,
    "new scene": 8,
    "three in the room": 5,
    "name used once": 12,
    "indefinite speaker": 12,
    "no introduction": 6,
    "introduction": 3,
    "owned role": 7,
    "nickname": 9,
    "several narrators": 3,
    "narrator addressed": 3,
    "late alias": 3,
    "unlisted full name": 5,
    "husband and wife": 6,
    "old and young": 6,
    "somebody silent": 3,
    "action beat": 3,
    "tag apart": 3,
    "vocatives": 6,
    "capital of a sentence": 3,
    "rank alone": 3,
    "relative as a name": 4,
    "talking animal": 3,
    "pronoun in a tag": 4,
    "scene change": 3,
    "modern tags": 3,
    "present tense": 3,
    "stage business": 3,
    "said by a role": 6,
    "unlisted first person": 3,
    "name is a verb": 3,
    "two with one title": 3,
    "hyphen and apostrophe": 3,
    "collective": 3,
    "letter of the alphabet": 3,
    "interrupted": 3,
    "dog in the room": 3,
    "she is the doctor": 3,
    "last name is a title": 3,
    "caller outside": 3,
    "the elder": 3,
    "brought in after an adverb": 3,
    "brought in as an object": 3,
    "described beside a name": 3,
    "relative of the narrator": 3,
    "relative of a role": 3,
    "role explained": 3,
    "gender of a role": 3,
    "two with one noun": 3,
    "voice that gets a body": 3,
    "a newcomer's name": 5,
    "quick exchange": 3,
    "role among names": 6,
    "first name opens sentences": 3,
    "name of an inn": 3,
    "narrator says": 3,
}
"""Number of passages of each kind that must be entirely right."""
PASSAGES = load_passages()


def test_there_are_several_passages_of_each_kind() -> None:
    counts = Counter(passage.kind for passage in PASSAGES)
    assert counts.keys() == MIN_RIGHT.keys()
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("kind", MIN_RIGHT)
def test_passages_of_each_kind_are_right_as_often_as_before(tmp_path: Path, kind: str) -> None:
    passages = [passage for passage in PASSAGES if passage.kind == kind]
    mistakes = {
        passage.text: wrong
        for passage in passages
        if (wrong := list_mistakes(passage, read_script(tmp_path, passage.text)))
    }
    assert len(passages) - len(mistakes) >= MIN_RIGHT[kind], mistakes


def read_script(folder: Path, text: str) -> Script:
    """The script of a text, with its chapters and scenes."""
    path = folder / "passage.txt"
    path.write_text(text, "utf-8")
    book = read([str(path)])
    return attribute_lines(book, segment_book(book))
