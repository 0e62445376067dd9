import pytest

from narrator.model import ParagraphKind
from narrator.readers.layout import notes
from narrator.readers.layout.blocks import Block


def make_blocks(*texts: str) -> list[Block]:
    return [Block(text, start=100 * index) for index, text in enumerate(texts)]


def spoken(blocks: list[Block]) -> list[str]:
    return [block.single_line_text for block in blocks]


@pytest.mark.parametrize("text", ["[Note to self: sit.]", "[Notes on hens: none.]", "[noted: x]"])
def test_a_remark_in_brackets_is_text(text: str) -> None:
    blocks = make_blocks(text)
    notes.find_inline_notes(blocks, "skip")
    assert spoken(blocks) == [text]


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
    "texts",
    [
        ("[Footnote A: One", "and two.", "CHAPTER II", "It rained.]"),
        ("[Footnote A: One", "and two.", "[Footnote B: Three.]", "It rained."),
        ("[Footnote A: One", *["It rained."] * 40, "And more.]"),
        ("[Footnote A: One", "It rained."),
    ],
)
def test_a_note_whose_bracket_does_not_close_is_one_paragraph(texts: tuple[str, ...]) -> None:
    blocks = make_blocks(*texts)
    notes.find_labelled_notes(blocks)
    assert [block.note_anchor for block in blocks[:2]] == ["#A", ""]
    assert blocks[-1].note_anchor == ""


@pytest.mark.parametrize(
    "texts",
    [
        ("[09:41] HUB: Anyone there?", "It was quiet."),
        ("[00:04:12] She laughs.", "[00:04:19] He does not."),
        ("[9:15 PM] Ada: Home soon.", "[9:17 PM] Ben: Good."),
        ("[3:16] In the beginning was the mill.", "[3:17] And the mill was old."),
        ("[A: I never said so.", "B: You did.]"),
        ("[A: I never said so.]", "[B: You did.]"),
        ("[T]he mill stood still.", "[W]e lost the key."),
        ("[X] He stayed.", "[I] went home."),
        ("[1979] was on the coin.", "[12] Rain.", "[13] Sun."),
        ("[1] The owner has a mill.", "[2] It burned on 3 May.", "[3] I disagree."),
        ("[1] A mill.", "[2] As [1] says.", "[3] See [4] below.", "[4] No.", "[5] End."),
        ("He wrote [1] and [2].", "[3] It rained.", "[4] It stopped.", "[5] It rained."),
        ("As [12] shows, it rained.", "[12] Rain."),
        ("If you run, turn to [40].", "[39] You fall.", "[40] You run.", "[41] You wake."),
        ("He said [I] often.", "[I] went home."),
        ("[1] Go on at [2] or [3].", "[2] You fall.", "[3] A lamp! Go on at [1]."),
        ("Go on at [1].", "[1] Go on at [2] or [3].", "[2] You fall.", "[3] Go on at [1]."),
        ("[1: the left door.", "It rained."),
    ],
)
def test_a_bracket_at_the_start_of_a_paragraph_is_text_without_a_mark(
    texts: tuple[str, ...],
) -> None:
    blocks = make_blocks(*texts)
    notes.find_labelled_notes(blocks)
    assert [block.spoken_text for block in blocks] == list(texts)
    assert not any(block.note_anchor for block in blocks)


@pytest.mark.parametrize(
    ("texts", "anchors"),
    [
        (("The hen [1] sat [2].", "[1] Brown.", "[2] On the roof."), ["", "#1", "#2"]),
        (("“The hen.”[A]", "[A] Brown."), ["", "#A"]),
        (("The hen [*] sat.", "[*] Brown."), ["", "#*"]),
        (("The hen.[1]", "[1: Brown.]"), ["", "#1"]),
        (("The hen.[1]", "[1] Brown.", "A dog.[1]", "[1] Black."), ["", "#1", "", "#1-1"]),
        (("The hen.[1]", "A dog.[1]", "[1] Brown.", "[1] Black."), ["", "", "#1", "#1-1"]),
        (("The hen.[1]", "[1] Brown.", "[1] was painted on the door."), ["", "#1", ""]),
        (("The hen.[1] A hen.[1]", "[1] Brown."), ["", "#1"]),
        (("The hen.[12]", "[11] It rained.", "[12] Brown."), ["", "", "#12"]),
    ],
)
def test_a_note_needs_a_mark_of_its_own_above(texts: tuple[str, ...], anchors: list[str]) -> None:
    blocks = make_blocks(*texts)
    notes.find_labelled_notes(blocks)
    assert [block.note_anchor for block in blocks] == anchors


def test_each_mark_refers_to_its_own_note() -> None:
    blocks = make_blocks("The hen.[1]", "A dog.[1]", "[1] Brown.", "[1] Black.")
    notes.find_labelled_notes(blocks)
    assert [block.note_references for block in blocks[:2]] == [["#1"], ["#1-1"]]


@pytest.mark.parametrize(
    ("texts", "spoken_texts"),
    [
        (["The hen* sat.", "* A brown one."], ["The hen sat.", "A brown one."]),
        (["„Das Huhn“* saß.", "*„Braun“ hieß es."], ["„Das Huhn“ saß.", "„Braun“ hieß es."]),
        (["« Poule »† ici.", "† « Brune »"], ["« Poule » ici.", "« Brune »"]),
        (["The hen² sat.", "² A brown one."], ["The hen sat.", "A brown one."]),
        (["The hen sat.", "* A brown one."], ["The hen sat.", "* A brown one."]),
        (["The *hen* sat.", "* A brown one."], ["The *hen* sat.", "* A brown one."]),
        (
            ["The hen* sat.", "CHAPTER II", "* A star."],
            ["The hen* sat.", "CHAPTER II", "* A star."],
        ),
        (["The hen¹ sat.", "NOTES", "¹ Brown."], ["The hen sat.", "NOTES", "Brown."]),
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


def test_a_note_with_two_marks_in_one_paragraph_is_read_once() -> None:
    block = Block("One. Two.", note_references=["#n1", "#n1"], reference_offsets=[4, 9])
    arranged = notes.arrange_notes(
        [block, Block("A note.", note_anchor="#n1")], "inline", [0], "en"
    )
    assert spoken(arranged) == ["One.", "A note.", "Two."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bell rang [24] twice.", "The bell rang twice."),
        ("He opened the door. [1]", "He opened the door."),
        ("“You may rise.[12]”", "“You may rise.”"),
        ("It fell[3], and rose.", "It fell, and rose."),
        ("If you fight, turn to [24].", "If you fight, turn to [24]."),
        ("[12] Rain.", "[12] Rain."),
        ("It stood on page [7] of it.", "It stood on page [7] of it."),
        ("The coin said [1984].", "The coin said [1984]."),
        ("He wrote x[1] = 2.", "He wrote x[1] = 2."),
        ("It rained. [3] is the answer.", "It rained. [3] is the answer."),
        ("It rained. [3] Then it cleared.", "It rained. Then it cleared."),
    ],
)
def test_marks_without_notes_are_silent(text: str, expected: str) -> None:
    blocks = make_blocks(text)
    notes.find_orphan_marks(blocks)
    assert " ".join(blocks[0].single_line_text.split()).replace(" .", ".") == expected
