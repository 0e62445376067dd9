import pytest

from narrator.readers import Policy
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import read, spoken
from tests.readers.test_docx import docx, p
from tests.readers.test_fb2 import fb2
from tests.readers.test_odt import odt

INLINE = Policy(notes="inline")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One went.[^1] Two stayed.", ["One went.", "A note.", "Two stayed."]),
        ("One[^1] went. Two stayed.", ["One went.", "A note.", "Two stayed."]),
        ("One went. Two[^1] stayed.", ["One went. Two stayed.", "A note."]),
        ("Mr. Pym[^1] met Dr. Orr. Two stayed.", ["Mr. Pym met Dr. Orr.", "A note.", "Two stayed."]),
        ("One.[^1] Two.[^2] Three.", ["One.", "A note.", "Two.", "More.", "Three."]),
        ("One[^1] and[^2] two. Three.", ["One and two.", "A note.", "More.", "Three."]),
        ("“One.[^1] Two,” she said. Three.", ["“One. Two,” she said.", "A note.", "Three."]),
        ("‘One.[^1] It’s two,’ she said. Three.", ["‘One. It’s two,’ she said.", "A note.", "Three."]),
        ('"One.[^1] Two," she said. Three.', ['"One. Two," she said.', "A note.", "Three."]),
        ("„Eins.[^1] Zwei“, sagte sie. Drei.", ["„Eins. Zwei“, sagte sie.", "A note.", "Drei."]),
        ("—Uno.[^1] Dos —dijo.", ["—Uno. Dos —dijo.", "A note."]),
        ("One *went.[^1] Two* stayed.", ["One went.", "A note.", "Two stayed."]),
        ("- One.[^1] Two.", ["One. Two.", "A note."]),
    ],
)  # fmt: skip
def test_a_note_follows_the_sentence_that_refers_to_it(text: str, expected: list[str]) -> None:
    book = read(f"{text}\n\n[^1]: A note.\n[^2]: More.\n", "a.md", INLINE)
    assert [line for line in spoken(book) if line != "More." or "More." in expected] == expected
    verify_completeness(book, segment_book(book))


NOTE = '<w:footnote w:id="2">' + p("A note.") + "</w:footnote>"
RUNS = '<w:r><w:t>One.</w:t><w:footnoteReference w:id="2"/><w:t> Two.</w:t></w:r>'
ODT = (
    '<text:p>One.<text:note text:id="f1"><text:note-citation>1</text:note-citation><text:note-body>'
    "<text:p>A note.</text:p></text:note-body></text:note> Two.</text:p>"
)
FB2 = '<section><p>One.<a type="note" l:href="#n1">1</a> Two.</p></section>'
FB2_NOTES = '<section id="n1"><p>A note.</p></section>'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx(p(RUNS), notes=NOTE), "a.docx"),
        (odt(ODT), "a.odt"),
        (fb2(FB2, notes=FB2_NOTES), "a.fb2"),
        ("<html><p>One.[1] Two.</p><p>[1] A note.</p></html>", "a.html"),
        ('<html><p>One.<sup><a href="#n">1</a></sup> Two.</p><p id="n">1. A note.</p></html>', "a.html"),
    ],
)  # fmt: skip
def test_every_format_reports_where_a_note_is_referred_to(data: str | bytes, name: str) -> None:
    assert spoken(read(data, name, INLINE)) == ["One.", "A note.", "Two."]


def test_emphasis_and_unspoken_spans_stay_with_their_half() -> None:
    text = "A *hen*.[^1] A *roof*.\n\n[^1]: A note.\n"
    book = read(text, "a.md", INLINE)
    emphasised = [
        [book.text[e.start : e.end] for e in paragraph.emphasis]
        for paragraph in book.chapters[0].paragraphs
    ]
    assert emphasised == [["hen"], [], ["roof"]]
