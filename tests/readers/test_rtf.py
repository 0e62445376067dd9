"""RTF is read with its paragraphs, emphasis, encodings and notes."""

import pytest

from narrator.errors import EmptyBookError
from narrator.model import Book
from narrator.readers import Policy, SourceFile
from narrator.readers.rtf import RtfReader


def read(body: str) -> Book:
    data = f"{{\\rtf1\\ansi\\ansicpg1252 {body}}}".encode("latin-1")
    return RtfReader().read(SourceFile("ferry.rtf", data, ".rtf"), Policy())


def spoken(book: Book) -> list[str]:
    return [
        book.readable_text[paragraph.start : paragraph.end].rstrip()
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Caf\'e9 \'93now\'94.", "Café “now”."),
        (r"\u8220?Wait\u8221?", "“Wait”"),
        (r"{\uc2\u8364\'3f\'3f}50", "€50"),
        (r"Yes \u-10179?\u-8704?", "Yes 😀"),
        (r"no\-where\~now\emdash yes", "nowhere\u00a0now—yes"),
        (r"a {\*\unknown hidden} b {\v secret}c", "a b c"),
        (r"{\fonttbl{\f0\fcharset204 Arial;}}\f0 \'cf\'f0", "Пр"),
        (r"{\ltrch The }{\i last}{ boat.}", "The last boat."),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}", "here"),
    ],
)
def test_characters_and_groups_are_read_as_word_shows_them(body: str, text: str) -> None:
    assert spoken(read(body)) == [text]


def test_headings_emphasis_and_deletions_are_kept() -> None:
    book = read(
        r"{\stylesheet{\s1 heading 1;}}{\info{\title Ferry}{\author Ada Lee}}"
        r"\pard\s1 Ebb\par\pard It was {\i very} {\deleted not }late.\par"
        r"\pard\s1 Flood\par\pard Gone.\par"
    )
    assert (book.metadata.title, book.metadata.author) == ("Ferry", "Ada Lee")
    assert [chapter.title for chapter in book.chapters] == ["Ebb", "Flood"]
    paragraph = book.chapters[0].paragraphs[1]
    assert [book.text[span.start : span.end] for span in paragraph.emphasis] == ["very"]
    assert "not" in [passage.text.strip() for passage in book.skipped]


def test_a_footnote_is_skipped_with_its_mark() -> None:
    book = read(r"Rain{\super\chftn{\footnote\pard It rained.}}. Then sun.\par")
    assert spoken(book) == ["Rain. Then sun."]
    assert [passage.reason for passage in book.skipped] == ["footnote mark", "footnote"]


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(EmptyBookError):
        read(r"\par {\pict 0a0b}")
