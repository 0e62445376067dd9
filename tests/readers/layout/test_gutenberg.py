import pytest

from narrator.readers.layout.blocks import Block
from narrator.readers.layout.gutenberg import mark_gutenberg_text

STORY = ["It rained.", "The mill stood still.", "Nobody came."]


def mark(*texts: str) -> tuple[dict[str, str], list[str]]:
    """Return the fields of the header, and the skip reason of each text."""
    blocks = [Block(text) for text in texts]
    fields = mark_gutenberg_text(blocks)
    return fields, [block.skip_reason for block in blocks]


def test_header_and_licence_are_skipped_and_the_header_is_parsed() -> None:
    fields, reasons = mark(
        "Title: The Mill\n   and the Sea\nAuthor: Ann Miller\nLanguage: German, English",
        "*** START OF THIS PROJECT GUTENBERG EBOOK THE MILL ***",
        *STORY,
        "*** END OF THE PROJECT GUTENBERG EBOOK THE MILL ***",
        "Updated editions will replace the previous one.",
    )
    assert fields == {"title": "The Mill and the Sea", "author": "Ann Miller", "language": "de"}
    header, licence = "Project Gutenberg header", "Project Gutenberg licence"
    assert reasons == [header, header, "", "", "", licence, licence]


def test_the_small_print_of_old_files_ends_the_header() -> None:
    _, reasons = mark("Legal words.", "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN*", *STORY)
    assert reasons == ["Project Gutenberg header"] * 2 + [""] * 3


def test_fields_alone_at_the_head_are_a_title_page() -> None:
    fields, reasons = mark("Title: The Mill\nAuthor: Ann Miller", *STORY)
    assert fields == {"title": "The Mill", "author": "Ann Miller"}
    assert reasons == ["title page", "", "", ""]


def test_the_first_line_names_title_and_author() -> None:
    fields, reasons = mark("The Project Gutenberg EBook of The Mill, by Ann Miller", *STORY)
    assert fields == {"title": "The Mill", "author": "Ann Miller"}
    assert reasons[0] == "Project Gutenberg header"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Produced by Ann Miller", "credits"),
        ("E-text prepared by Ann Miller", "credits"),
        ("Produced by the mill, flour " + "and flour " * 40, ""),
        ("[Transcriber's Note: Spelling is kept.]", "transcriber's note"),
        ("[Illustration: A mill]", "picture"),
        ("[Illustration]", "picture"),
        ("It rained.", ""),
    ],
)
def test_credits_notes_and_placeholders_are_skipped(text: str, reason: str) -> None:
    assert mark(text, *STORY) == ({}, [reason, "", "", ""])


def test_a_note_in_brackets_goes_on_to_the_closing_bracket() -> None:
    _, reasons = mark("It rained.", "[Transcriber's note: one", "and two.]", "It snowed.")
    assert reasons == ["", "transcriber's note", "transcriber's note", ""]


@pytest.mark.parametrize(
    "rest", [["It snowed."], ["CHAPTER II", "It snowed.]"], ["It snowed."] * 99]
)
def test_a_transcriber_s_note_without_an_end_is_one_paragraph(rest: list[str]) -> None:
    _, reasons = mark("[Transcriber's note: one", *rest)
    assert reasons == ["transcriber's note", *[""] * len(rest)]


def test_a_placeholder_within_a_paragraph_is_an_unspoken_span() -> None:
    block = Block("The mill [Illustration: A mill] stood still.")
    mark_gutenberg_text([block])
    assert block.single_line_text == "The mill stood still."
    assert block.skip_reason == ""
