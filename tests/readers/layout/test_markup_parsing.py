import pytest

from narrator.errors import BrokenInputError
from narrator.readers.layout.markup_elements import text_content
from narrator.readers.layout.markup_parsing import decode_page, parse_page, parse_xml


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One &amp; two</p>", "One & two"),
        ("<p>x&nbsp;y&hellip;</p>", "x\u00a0y…"),
        ("<p>AT&T; R&D</p>", "AT&T; R&D"),
        ('<!DOCTYPE p [<!ENTITY who "Ann">]><p>&who;</p>', "Ann"),
        ('<!DOCTYPE p [<!ENTITY who "<b>Ann</b>">]><p>&who;</p>', "&who;"),
        ('\ufeff<?xml version="1.0" encoding="utf-16"?><p>One\x00</p>', "One"),
    ],
)
def test_named_characters_are_replaced_and_unknown_names_stay(text: str, expected: str) -> None:
    assert text_content(parse_page(text, "a")) == expected


def test_an_element_that_closes_itself_does_not_swallow_the_text_after_it() -> None:
    tree = parse_page("<html><head><title/></head><body><p>One<p>two</body></html>", "a")
    titles = tree.findall(".//title")
    assert [text_content(title) for title in titles] == [""]
    assert text_content(tree) == "Onetwo"


@pytest.mark.parametrize(
    "text",
    ["love </3 forever.", "four </ five", "one <! two", "one <!- two", "one <? two", "one <!T two"],
)
def test_a_bracket_that_begins_no_markup_is_text(text: str) -> None:
    page = parse_page(f"<p>{text}</p><p>More.</p>", "a.html")
    assert [element.text for element in page.iter("p")] == [text, "More."]


@pytest.mark.parametrize(
    "mark", ["<!-- two -->", "<![if !x]>", "<?xml:namespace prefix = o ?>", "</>"]
)
def test_markup_without_text_is_left_out(mark: str) -> None:
    page = parse_page(f"<p>one{mark} three<br></p>", "a.html")
    assert "".join(page.itertext()) == "one three"


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>One</p></body></html><html><head></head><body><p>two</p></body></html>",
        "<html><p>One</p></html>\n<p>two</p>",
        "<!DOCTYPE html><title>T</title><section><h1>One</h1></section><p>two</p>",
        "<title>T</title><main>One</main> two",
        "<html/><p>One</p><p>two</p>",
        "<meta name='x'><article>One</article><aside>two</aside>",
    ],
)
def test_the_text_of_a_page_is_in_its_body(page: str) -> None:
    body = parse_page(page, "a", try_xml=False).find("body")
    assert body is not None
    assert text_content(body).split() in (["One", "two"], ["Onetwo"])


def test_an_empty_page_is_an_empty_tree() -> None:
    assert text_content(parse_page("", "a")) == ""


def test_broken_xml_is_repaired_if_that_loses_no_word() -> None:
    assert text_content(parse_xml("<a><b>One</b> two", "a")) == "One two"


def test_broken_xml_that_would_lose_words_is_refused() -> None:
    with pytest.raises(BrokenInputError, match="a is damaged"):
        parse_xml("<a>One</a> two three", "a")


def test_local_entities_are_expanded_and_files_are_not_read() -> None:
    text = (
        '<!DOCTYPE html [<!ENTITY who "Ann"><!ENTITY file SYSTEM "file:///etc/passwd">'
        '<!ENTITY web SYSTEM "http://localhost/">]><html><body><p>&who; &file;&web;.</p></body></html>'
    )
    assert text_content(parse_page(text, "a")) == "Ann &file;&web;."


def test_entities_that_would_multiply_are_not_expanded() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    text = f"<!DOCTYPE html [{entities}]><html><body><p>x &a11;</p></body></html>"
    assert text_content(parse_page(text, "a")) == "x &a11;"


def test_a_page_that_nests_too_deep_is_refused() -> None:
    text = "<html><body>" + "<div>" * 100_000 + "word" + "</div>" * 100_000 + "</body></html>"
    with pytest.raises(BrokenInputError, match="nested too deeply"):
        parse_page(text, "a")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbf" + "é".encode(), "é"),
        ("é".encode("utf-16"), "é"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + "é".encode("latin-1"), "é"),
        (b'<meta charset="windows-1252">' + "“é”".encode("cp1252"), "“é”"),
        (b'<?xml version="1.0" encoding="nonsense"?>' + "é".encode(), "é"),
        ("“Où, déjà?” dit-elle".encode("cp1252"), "“Où, déjà?” dit-elle"),
    ],
)
def test_a_page_is_decoded_as_it_declares(data: bytes, expected: str) -> None:
    assert decode_page(data, "a").endswith(expected)


@pytest.mark.parametrize(
    "encoding",
    ["punycode", "idna", "undefined", "unicode_escape", "utf-16", "utf-32", "base64", "rot13", "x"],
)
def test_an_encoding_that_can_t_be_true_is_ignored(encoding: str) -> None:
    text = f'<meta charset="{encoding}"><p>Wölfe \\u0041 {"a" * 99}</p>'
    assert decode_page(text.encode(), "a.html") == text


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("&#xD800;", "\ufffd"),
        ("&#55296;", "\ufffd"),
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#55357;&#56832;", "😀"),
        ("&#0;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
        ("&#99999999999999999999;", "\ufffd"),
        ("&#146;", "’"),
        ("&#8217;", "’"),
        ("&#65;", "A"),
    ],
)
def test_references_to_no_character_are_replaced(reference: str, expected: str) -> None:
    assert "".join(parse_xml(f"<p>{reference}</p>", "a.fb2").itertext()) == expected
    assert "".join(parse_page(f"<p>{reference}</p>", "a.html").itertext()) == expected


def test_surrogates_in_a_decoded_page_are_replaced() -> None:
    page = b'<meta charset="utf-7"><p>a+2AA-b+2D3eAA-c</p>'
    assert decode_page(page, "a.html").endswith("<p>a\ufffdb😀c</p>")
