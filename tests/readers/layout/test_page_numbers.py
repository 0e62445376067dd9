import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout.blocks import Block, UnspokenSpan
from narrator.readers.layout.page_numbers import join_broken_paragraphs, mark_page_numbers
from narrator.readers.layout.plain_layout import split_into_blocks


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("The hen [Pg 47] sat.", "The hen sat."),
        ("The hen {47} sat.", "The hen sat."),
        ("The hen [page xii] sat.", "The hen sat."),
        ("Der Hahn [Seite 3] saß.", "Der Hahn saß."),
        ("The hen [47] sat.", "The hen [47] sat."),
        ("The hen [pgs. 3] sat.", "The hen [pgs. 3] sat."),
    ],
)
def test_only_a_certain_page_number_is_unspoken(text: str, spoken: str) -> None:
    block = Block(text)
    mark_page_numbers([block])
    assert block.single_line_text == spoken


def test_a_page_number_alone_skips_the_block() -> None:
    block = Block("[Pg 47]")
    mark_page_numbers([block])
    assert (block.skip_reason, block.unspoken_spans) == ("page number", [])


def test_a_page_number_within_an_unspoken_span_is_not_marked_twice() -> None:
    picture = UnspokenSpan(0, 20, "picture")
    block = Block("[Picture of {47} it] It rained.", unspoken_spans=[picture])
    mark_page_numbers([block])
    assert block.unspoken_spans == [picture]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The hen sat on\n\n12\n\nthe roof.", 1),
        ("The hen sat on\n\n- xii -\n\nthe roof.", 1),
        ("The hen sat.\n\n12\n\nthe roof.", 3),
        ("The hen sat on\n\n12\n\nThe roof.", 3),
        ("The hen sat on\n\nA dozen\n\nthe roof.", 3),
    ],
)
def test_paragraphs_are_joined_if_a_number_interrupts_a_sentence(text: str, expected: int) -> None:
    assert len(join_broken_paragraphs(split_into_blocks(text), text)) == expected


def test_a_joined_paragraph_keeps_emphasis_and_references_of_both() -> None:
    text = "The _hen_ sat on\n\n12\n\nthe _old_ roof."
    blocks = split_into_blocks(text)
    blocks[2].note_references.append("#1")
    (joined,) = join_broken_paragraphs(blocks, text)
    assert joined.text == text
    assert [joined.text[span.start : span.end] for span in joined.emphasis] == ["hen", "old"]
    assert joined.note_references == ["#1"]
    assert joined.single_line_text == "The _hen_ sat on the _old_ roof."


def test_a_heading_is_not_joined() -> None:
    text = "The hen sat on\n\n12\n\nthe roof."
    blocks = split_into_blocks(text)
    blocks[0].kind = ParagraphKind.HEADING
    assert len(join_broken_paragraphs(blocks, text)) == 3


def test_several_page_numbers_with_a_word_are_skipped() -> None:
    blocks = [Block(text) for text in ("Page 2", "It rained.", "page 3 of 90", "Page 4 was torn.")]
    mark_page_numbers(blocks)
    assert [block.skip_reason for block in blocks] == ["page number", "", "page number", ""]


def test_a_single_page_number_with_a_word_is_read() -> None:
    blocks = [Block("Page 2"), Block("It rained.")]
    mark_page_numbers(blocks)
    assert not blocks[0].skip_reason


def test_a_number_beside_a_page_number_is_one_as_well() -> None:
    blocks = [Block(text) for text in ("It rained.", "[1]", "[Page 2]", "It snowed.", "[2]", "3")]
    mark_page_numbers(blocks)
    assert [block.skip_reason for block in blocks] == [
        "",
        *["page number"] * 2,
        "",
        "page number",
        "",
    ]
