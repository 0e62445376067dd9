import pytest
from lxml import etree

from narrator.readers.layout.markup_elements import (
    find_page_title,
    get_attribute,
    get_semantic_types,
    local_name,
    resolve_link,
    split_link,
    text_content,
)

NAMESPACES = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<P/>", "p"),
        ('<svg:Text xmlns:svg="http://www.w3.org/2000/svg"/>', "text"),
        (f"<body {NAMESPACES}/>", "body"),
    ],
)
def test_a_name_has_neither_namespace_nor_capitals(xml: str, expected: str) -> None:
    assert local_name(etree.fromstring(xml)) == expected


def test_comments_do_not_have_a_name() -> None:
    assert local_name(etree.Comment("no")) == ""


def test_the_text_of_an_element_includes_that_of_its_children() -> None:
    assert text_content(etree.fromstring("<p>a<b>b<i>c</i></b>d</p>")) == "abcd"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('epub:type="footnote z3998:verse"', {"footnote", "z3998:verse"}),
        ('role="doc-chapter"', {"chapter"}),
        ('epub:type="part" role="doc-part region"', {"part", "region"}),
        ('class="chapter"', set()),
        ("", set()),
    ],
)
def test_semantic_types_come_from_two_attributes(attributes: str, expected: set[str]) -> None:
    element = etree.fromstring(f"<p {NAMESPACES} {attributes}/>")
    assert get_semantic_types(element) == expected


def test_an_attribute_is_found_with_and_without_its_namespace() -> None:
    element = etree.fromstring(f'<p {NAMESPACES} epub:type="part" id=""/>')
    assert get_attribute(element, "type") == "part"
    assert get_attribute(element, "id") == ""
    assert get_attribute(element, "lang") == ""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<html><head><title> The\n Mill </title></head></html>", "The Mill"),
        ("<html><body><svg><title>A drawing</title></svg></body></html>", ""),
        ("<html><body/></html>", ""),
    ],
)
def test_the_title_of_a_page_is_in_its_head(page: str, expected: str) -> None:
    assert find_page_title(etree.fromstring(page)) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("b.xhtml", "text/b.xhtml"),
        ("../b.xhtml#x", "b.xhtml#x"),
        ("b%20c.xhtml", "text/b c.xhtml"),
        ("#x", "text/a.xhtml#x"),
        ("http://example.org/b.xhtml", ""),
        ("//host/b", ""),
        ("file:///etc/passwd", ""),
        ("../../../etc/passwd", "../../etc/passwd"),
        ("http://[bad", ""),
        ("b%232.xhtml", "text/b#2.xhtml#"),
        ("b%232.xhtml#x", "text/b#2.xhtml#x"),
    ],
)
def test_links_stay_inside_the_book(href: str, expected: str) -> None:
    assert resolve_link(href, "text/a.xhtml") == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("b.xhtml", ("text/b.xhtml", "")),
        ("b.xhtml#x", ("text/b.xhtml", "x")),
        ("b%232.xhtml", ("text/b#2.xhtml", "")),
        ("b%232.xhtml#x", ("text/b#2.xhtml", "x")),
    ],
)
def test_a_path_and_its_fragment_are_told_apart(href: str, expected: tuple[str, str]) -> None:
    assert split_link(resolve_link(href, "text/a.xhtml")) == expected
