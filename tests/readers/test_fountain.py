"""Fountain is read by its own rules, and what is not played is skipped."""

import pytest

from narrator.model import Book
from narrator.readers import Policy, SourceFile
from narrator.readers.fountain import FountainReader


def read(text: str) -> Book:
    source = SourceFile("lamps.fountain", text.encode(), ".fountain")
    return FountainReader().read(source, Policy())


def test_only_screenplays_with_syntax_of_their_own_are_recognised() -> None:
    scenes = "INT. BAR - DAY\n\nRain.\n\nEXT. QUAY - DAY\n\n"
    reader = FountainReader()
    assert reader.recognises(SourceFile("a.txt", f"{scenes}@Mc\nNo.".encode(), ".txt"))
    assert not reader.recognises(SourceFile("a.txt", f"{scenes}MAX\nNo.".encode(), ".txt"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MAX\nNo.", "MAX"),
        ("@McAvoy\nNo.", "McAvoy"),
        ("McAVOY (V.O.)\nNo.", "McAVOY (V.O.)"),
        ("MAX ^\n(quietly)\nNo.", "MAX"),
        ("MAX\n(CONT'D)\nNo.", "MAX (CONT'D)"),
    ],
)
def test_a_cue_is_the_name_of_a_speaker(text: str, name: str) -> None:
    book = read(f"INT. BAR - DAY\n\n{text}\n")
    [span] = [span for p in book.chapters[0].paragraphs for span in p.speaker_names]
    assert book.text[span.start : span.end] == name


@pytest.mark.parametrize(
    "text", ["CUT TO:\n\nRain.", "!BANG\nIt falls.", ".BANG\nIt falls.", "MAX"]
)
def test_other_lines_in_capitals_are_not(text: str) -> None:
    book = read(f"Rain falls.\n\n{text}\n")
    assert not any(paragraph.speaker_names for paragraph in book.chapters[0].paragraphs)


def test_notes_and_cut_passages_are_skipped_and_the_title_page_is_read() -> None:
    book = read("Title: **Lamps**\nAuthor: Jo Pell\n\n# One\n\nRain. [[check]] /* cut */ Sun.\n")
    assert (book.metadata.title, book.metadata.author) == ("Lamps", "Jo Pell")
    skipped = " ".join(passage.text for passage in book.skipped)
    assert "[[check]]" in skipped
    assert "/* cut */" in skipped
