import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.heading_detection import mark_headings, split_leading_headings
from narrator.readers.layout.plain_layout import split_into_blocks

PROSE = "It had rained all night, and the road to the mill was under water from end to end."


def headings(text: str) -> list[tuple[str, int]]:
    """Return the headings of a text with their levels."""
    return [
        (" ".join(block.text.split()), block.heading_level)
        for block in marked(text)
        if block.kind is ParagraphKind.HEADING
    ]


def marked(text: str) -> list[Block]:
    blocks = split_into_blocks(text)
    mark_headings(blocks, "en")
    return blocks


def join(*texts: str) -> str:
    return "\n\n".join(texts)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["CHAPTER I", PROSE], [("CHAPTER I", 1)]),
        (["PART ONE", "CHAPTER I", PROSE], [("PART ONE", 1), ("CHAPTER I", 2)]),
        (["CHAPTER I", "1", PROSE, "2", PROSE], [("CHAPTER I", 1), ("1", 2), ("2", 2)]),
        (["I", PROSE, "II", PROSE], [("I", 1), ("II", 1)]),
        (["I", PROSE, "IV", PROSE, "VII", PROSE], []),
        (["CHAPTER I", "The Mill", PROSE], [("CHAPTER I", 1), ("The Mill", 7)]),
        (["CHAPTER I", "The Mill", "by the Sea"], [("CHAPTER I", 1)]),
        (["KAPITEL I", "Die Mühle", f"„{PROSE}“"], [("KAPITEL I", 1), ("Die Mühle", 7)]),
        (["Prologue", PROSE], [("Prologue", 1)]),
        (["ACT I", "OTTO", PROSE, "IDA", PROSE, "OTTO", PROSE], [("ACT I", 1)]),
        (["ACT I", "OTTO. (Rising)", PROSE, "OTTO. [Sitting]", PROSE], [("ACT I", 1)]),
        (["ERSTER AKT", PROSE, "ZWEITER AKT", PROSE], [("ERSTER AKT", 1), ("ZWEITER AKT", 1)]),
        (["ACTE PREMIER", "SCÈNE I", PROSE], [("ACTE PREMIER", 1), ("SCÈNE I", 2)]),
        (["Prologue to a disaster.", PROSE], []),
        ([PROSE, "1899", PROSE], []),
    ],
)
def test_headings_get_their_levels(texts: list[str], expected: list[tuple[str, int]]) -> None:
    assert headings(join(*texts)) == expected


def test_numbers_that_interrupt_sentences_are_page_numbers() -> None:
    text = join(*(f"they walked on without\n\n{n}\n\nany rest" for n in range(1, 5)))
    reasons = {block.text: block.skip_reason for block in marked(text)}
    assert [reasons[str(n)] for n in range(1, 5)] == ["page number"] * 4
    assert headings(text) == []


def test_a_title_in_the_contents_list_is_a_heading_where_it_occurs_first() -> None:
    text = join(
        "CONTENTS\n\nThe Hen .... 1\nThe Roof ... 9", "The Hen", PROSE, "The Roof", PROSE, "The Hen"
    )
    assert headings(text) == [("The Hen", 1), ("The Roof", 1)]


LONG = PROSE.replace("It had", "The sea had")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([f"CHAPTER ONE {PROSE}", PROSE, f"CHAPTER TWO {LONG}"], ["CHAPTER ONE", "CHAPTER TWO"]),
        ([f"Chapter 1. THE MILL {PROSE}", f"Chapter 2. A LAMP {LONG}"], ["Chapter 1. THE MILL", "Chapter 2. A LAMP"]),
        ([f"KAPITEL I. {PROSE} {PROSE} {PROSE}", f"KAPITEL II. {LONG} {LONG} {LONG}"], ["KAPITEL I.", "KAPITEL II."]),
        ([f"Chapter Two of my life began. {PROSE}", f"Chapter Nine {LONG}"], []),
        (["CHAPTER I. In which Tom goes out.", "CHAPTER II. In which Tom comes home."], []),
        ([f"Part one was over. {PROSE}", f"Part two came. {LONG}"], []),
    ],
)  # fmt: skip
def test_headings_before_the_text_of_a_paragraph_are_split_off(
    texts: list[str], expected: list[str]
) -> None:
    blocks = split_into_blocks(join(*texts))
    count = len(blocks)
    split_leading_headings(blocks)
    mark_headings(blocks, "en")
    assert len(blocks) == count + len(expected)
    if expected:
        heads = [block.text for block in blocks if block.kind is ParagraphKind.HEADING]
        assert heads == expected
        assert [join(*texts)[b.start : b.start + len(b.text)] for b in blocks] == [
            b.text for b in blocks
        ]
