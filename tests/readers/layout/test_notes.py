import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout import notes
from narrator.readers.layout.blocks import Block


def make_blocks(*texts: str) -> list[Block]:
    return [Block(text, start=100 * index) for index, text in enumerate(texts)]


def spoken(blocks: list[Block]) -> list[str]:
    return [block.single_line_text for block in blocks]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("skip", "The hen sat."), ("inline", "The hen a brown one sat.")],
)
def test_a_note_within_a_sentence_is_left_out_or_read_without_brackets(
    policy: str, expected: str
) -> None:
    blocks = make_blocks("The hen [Footnote: a brown one] sat.")
    notes.find_inline_notes(blocks, policy)
    assert spoken(blocks) == [expected]


def test_a_labelled_note_belongs_to_its_mark_in_the_text() -> None:
    blocks = make_blocks("The hen[1] sat[2].", "[1] A brown one.", "[Footnote 2: On the roof.]")
    notes.find_labelled_notes(blocks)
    assert spoken(blocks)[:2] == ["The hen sat.", "A brown one."]
    assert [block.note_anchor for block in blocks] == ["", "#1", "#2"]
    assert blocks[0].note_references == ["#1", "#2"]
    assert blocks[0].reference_offsets == [7, 14]


def test_a_note_in_brackets_goes_on_to_the_closing_bracket() -> None:
    blocks = make_blocks("[Footnote A: One", "and two.]", "It rained.")
    notes.find_labelled_notes(blocks)
    assert [block.note_anchor for block in blocks] == ["#A", "#A", ""]


@pytest.mark.parametrize(
    ("texts", "spoken_texts"),
    [
        (["The hen* sat.", "* A brown one."], ["The hen sat.", "A brown one."]),
        (["„Das Huhn“* saß.", "*„Braun“ hieß es."], ["„Das Huhn“ saß.", "„Braun“ hieß es."]),
        (["« Poule »† ici.", "† « Brune »"], ["« Poule » ici.", "« Brune »"]),
        (["The hen² sat.", "² A brown one."], ["The hen sat.", "A brown one."]),
        (["The hen sat.", "* A brown one."], ["The hen sat.", "* A brown one."]),
        (["The *hen* sat.", "* A brown one."], ["The *hen* sat.", "* A brown one."]),
        (["A* b* c.", "* One.", "* Two.", "* Three."], ["A b c.", "One.", "Two.", "* Three."]),
    ],
)
def test_a_note_with_a_symbol_needs_the_symbol_in_an_earlier_block(
    texts: list[str], spoken_texts: list[str]
) -> None:
    blocks = make_blocks(*texts)
    notes.find_symbol_notes(blocks)
    assert spoken(blocks) == spoken_texts


def linked_blocks() -> list[Block]:
    text = Block("The hen sat.", note_references=["#n1"], reference_offsets=[7])
    note = Block("1. A brown one.", anchors=["#n1"])
    return [text, Block("It rained."), note]


def test_the_target_of_a_mark_is_a_note_if_it_begins_with_a_label() -> None:
    blocks = linked_blocks()
    notes.detect_notes(blocks)
    assert [block.note_anchor for block in blocks] == ["", "", "#n1"]
    assert blocks[2].single_line_text == "A brown one."


@pytest.mark.parametrize(
    "changes", [{"text": "A brown one."}, {"kind": ParagraphKind.HEADING}, {"anchors": ["#n2"]}]
)
def test_another_target_of_a_link_is_not_a_note(changes: dict[str, object]) -> None:
    blocks = linked_blocks()
    for name, value in changes.items():
        setattr(blocks[2], name, value)
    notes.detect_notes(blocks)
    assert blocks[2].note_anchor == ""


@pytest.mark.parametrize(
    ("policy", "reason", "kind"),
    [("skip", "footnote", ParagraphKind.TEXT), ("inline", "", ParagraphKind.NOTE)],
)
def test_the_policy_skips_a_note_or_reads_it_as_a_note(
    policy: str, reason: str, kind: ParagraphKind
) -> None:
    note = Block("A brown one.", note_anchor="#n1")
    notes.apply_note_policy([note], policy)
    assert (note.skip_reason, note.kind) == (reason, kind)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("skip", ["One. Two.", "Three.", "Four.", "A note.", "Unused."]),
        ("inline", ["One.", "A note.", "Two.", "Three.", "Four.", "Unused."]),
        ("chapter-end", ["One. Two.", "Three.", "A note.", "Four.", "Unused."]),
    ],
)
def test_notes_are_arranged_by_policy(policy: str, expected: list[str]) -> None:
    blocks = [
        Block("One. Two.", note_references=["#n1"], reference_offsets=[4]),
        Block("Three."),
        Block("Four."),
        Block("A note.", note_anchor="#n1"),
        Block("Unused.", note_anchor="#n2"),
    ]
    assert spoken(notes.arrange_notes(blocks, policy, [0, 2], "en")) == expected


def test_a_note_with_two_marks_is_read_once() -> None:
    blocks = [
        Block("One.", note_references=["#n1"]),
        Block("Two.", note_references=["#n1"]),
        Block("A note.", note_anchor="#n1"),
    ]
    assert spoken(notes.arrange_notes(blocks, "inline", [0], "en")) == ["One.", "A note.", "Two."]
