import pytest

from narrator.model import Paragraph
from narrator.segmentation.speech_prefixes.cast_list import (
    CastEntry,
    is_cast_list_title,
    read_cast_list,
)


def read(*texts: str):
    paragraphs, start = [], 0
    for text in texts:
        paragraphs.append(Paragraph(start, start + len(text), 1))
        start += len(text) + 2
    return read_cast_list("\n\n".join(texts), paragraphs)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DRAMATIS PERSONÆ.", True),
        ("Persons of the Play", True),
        ("_Personnages_", True),
        ("ДЕЙСТВУЮЩИЕ ЛИЦА", True),
        ("Persons of interest", False),
    ],
)
def test_titles_of_lists_of_persons_are_known(line: str, *, expected: bool) -> None:
    assert is_cast_list_title(line) is expected


def test_entries_are_names_with_descriptions() -> None:
    cast = read(
        "CHARACTERS", "OTTO LEY, a baker\nIDA (his wife)\nFIRST GUARD", "ACT I", "OTTO. Well?"
    )
    assert cast.entries == (
        CastEntry("OTTO LEY", "a baker"),
        CastEntry("IDA", "his wife"),
        CastEntry("FIRST GUARD", ""),
    )
    assert cast.paragraph_indices == {0, 1}


def test_the_list_ends_where_a_listed_person_speaks() -> None:
    cast = read("CHARACTERS", "OTTO", "IDA", "OTTO. Well? Is it you?", "IDA. It is.")
    assert cast.paragraph_indices == {0, 1, 2}
