"""MediaWiki markup is read without what only the wiki needs."""

import sys

import pytest

from narrator.errors import MissingExtraError
from narrator.model import Book
from narrator.readers import Policy, SourceFile
from narrator.readers.wikitext import WikitextReader

pytest.importorskip("mwparserfromhell", reason="it has no wheel for this Python")


def read(text: str) -> Book:
    source = SourceFile("toll.wiki", text.encode(), ".wiki")
    return WikitextReader().read(source, Policy())


@pytest.mark.parametrize(
    ("text", "is_wikitext"),
    [
        ("== One ==\n''It'' rained, {{sc|said}} [[Ann]].", True),
        ("{{header|title=A}}\nA [[b|c]].<ref>d</ref>", True),
        ("He wrote [[sic]] and '''left'''.", False),
        ("# One\n\n{{< figure >}} [[Ann]] **rain**", False),
        ("Plain prose. == Not a heading", False),
    ],
)
def test_wikitext_is_recognised_by_several_kinds_of_syntax(text: str, is_wikitext: bool) -> None:
    source = SourceFile("a.txt", text.encode(), ".txt")
    assert WikitextReader().recognises(source) is is_wikitext


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("{{sc|Stand}} and {{lang|fr|payez}}.", "Stand and payez."),
        ("{{SIC|teh|the}} cat{{dhr|2em}}.", "teh cat."),
        ("A [[w:Toll|toll]] and a [[lamp]].", "A toll and a lamp."),
        ("See [https://example.org the map].", "See the map."),
        ("Rain.<ref>It rained.</ref> Sun. [[Category:Weather]]", "Rain. Sun."),
        ("Rain &amp; sun. [[File:Sun.png|thumb|Sun]]", "Rain & sun."),
        ("{{dropinitial|T}}{{uc|he road}} bends.", "The road bends."),
    ],
)
def test_templates_and_links_show_their_text(text: str, spoken: str) -> None:
    book = read(text)
    assert book.readable_text[book.chapters[0].start : book.chapters[0].end].strip() == spoken


def test_the_header_names_title_and_author() -> None:
    book = read("{{header\n| title = [[Tolls]]\n| author = Ada Lee\n}}\nIt rained.")
    assert (book.metadata.title, book.metadata.author) == ("Tolls", "Ada Lee")


def test_without_the_parser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mwparserfromhell", None)
    with pytest.raises(MissingExtraError, match="mwparserfromhell") as caught:
        read("== One ==\n''It'' rained, {{sc|said}} [[Ann]].")
    assert "pandoc" in str(caught.value.hint)
