"""Each reader proves that it lost no words of its source."""

import pytest
from lxml import etree

from narrator.errors import LedgerError
from narrator.model import Book, Metadata, Source
from narrator.readers import docx, epub, fb2, html, markdown, odt, pdf, source_words
from narrator.readers.source_words import SourcePart, describe_tree, verify_source_words
from tests.readers.sample_books import epub as build_epub
from tests.readers.sample_books import read
from tests.readers.test_docx import docx as build_docx
from tests.readers.test_docx import p
from tests.readers.test_fb2 import fb2 as build_fb2
from tests.readers.test_odt import odt as build_odt
from tests.readers.test_pdf import pdf as build_pdf


def make_book(text: str) -> Book:
    return Book(Metadata("T"), text, (), (), Source("a.html", ""))


@pytest.mark.parametrize(
    ("source", "book_text"),
    [
        ("The hen sat.", "The hen sat."),
        ("The hen\n  sat.", "The  hen sat."),
        ("The hen", "T he hen"),
        ("ab", "a, b"),
        ("The hen[1] sat. It rained.", "The hen sat. [1]\n\nIt rained."),
        ("One.Two.Three.", "Three.\n\nOne.\n\nTwo."),
        ("It rained.", "It rained.\n\nA picture of the rain"),
        ("Ünter Straße, 5 ½", "Ünter Straße, 5 ½"),
        ("", "More"),
    ],
)
def test_words_may_be_joined_parted_moved_and_added(source: str, book_text: str) -> None:
    book = make_book(book_text)
    assert verify_source_words(book, [SourcePart("a.html", source)]) is book


@pytest.mark.parametrize(
    ("source", "book_text", "words"),
    [
        ("One. These are lost. Two.", "One.\n\nTwo.", "These are lost. Two."),
        ("One. One.", "One.", "One."),
        ("The hen sat twice.", "The hen sat.", "twice."),
        ("Они ушли.", "Они.", "ушли."),
        ("Page 12 of 3", "Page 1 of 3", "12 of 3"),
    ],
)
def test_missing_words_are_quoted(source: str, book_text: str, words: str) -> None:
    parts = [SourcePart("a.epub: 1.xhtml", "Before."), SourcePart("a.epub: 2.xhtml", source)]
    with pytest.raises(LedgerError) as caught:
        verify_source_words(make_book(f"Before.\n\n{book_text}"), parts)
    assert caught.value.message == f"reading a.epub: 2.xhtml lost the words “{words}”"


def test_a_lost_word_is_noticed_beside_text_that_moved() -> None:
    source = SourcePart("a", "The hen[1] sat on the old roof. It rained.")
    with pytest.raises(LedgerError, match="old roof"):
        verify_source_words(make_book("The hen sat on the roof. [1]\n\nIt rained."), [source])


def test_named_markup_is_no_content() -> None:
    page = (
        "<html><head><title>T</title><style>p {}</style></head>"
        "<body>One.<script>var x;</script> Two.<SCRIPT>var y;</SCRIPT></body></html>"
    )
    part = describe_tree(etree.fromstring(page), "a", ("{*}head", "{*}script", "{*}style"))
    assert part == SourcePart("a", "One.var x; Two.var y;", "var x;\nvar y;")
    verify_source_words(make_book("One. Two."), [part])


def test_an_undeclared_prefix_does_not_hide_that_an_element_is_no_content() -> None:
    document = "<b>One.<x:desc>y<x:desc>z</x:desc></x:desc><desc><x:desc>w</x:desc></desc></b>"
    tree = etree.fromstring(document, etree.XMLParser(recover=True))
    part = describe_tree(tree, "a", ("{*}desc",))
    assert part.unread_text == "w\nyz"


PAGE = "<html><head><title>T</title></head><body><p>It rained. The hen sat.</p></body></html>"
BOOKS = {
    "a.docx": (docx, build_docx(p("It rained."), p("The hen sat."))),
    "a.epub": (epub, build_epub({"a.xhtml": "<p>It rained. The hen sat.</p>"})),
    "a.fb2": (fb2, build_fb2("<section><p>It rained. The hen sat.</p></section>").encode()),
    "a.html": (html, PAGE.encode()),
    "a.md": (markdown, b"It rained. The hen sat."),
    "a.odt": (odt, build_odt("<text:p>It rained. The hen sat.</text:p>")),
    "a.pdf": (pdf, build_pdf([(50, 500, 12, "It rained. The hen sat.")])),
}


@pytest.mark.parametrize("name", BOOKS)
def test_every_format_is_checked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, data = BOOKS[name]
    read(data, name)
    # as if the reader had left out a word
    monkeypatch.setattr(
        module,
        "verify_source_words",
        lambda _, parts: source_words.verify_source_words(make_book("It rained. The"), parts),
    )
    with pytest.raises(LedgerError, match=rf"{name}.* lost the words “.*hen sat"):
        read(data, name)
