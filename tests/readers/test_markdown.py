import pytest

from narrator.model import ParagraphKind
from narrator.readers import Policy
from tests.readers.sample_books import read, skipped, spoken, titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One *very*\n**late** `night`.\n", ["One very late night."]),
        ("One.\n\n---\n\nTwo.\n", ["One.", "* Two."]),
        ("One.\n\n* * *\n\nTwo.\n", ["One.", "* Two."]),
        ("- a\n- b\n\n1. c\n", ["a", "b", "c"]),
        ("- a\n\n  more\n", ["a", "more"]),
        ("> said\n> he\n", ["said he"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", ["a, b", "1, 2"]),
        ("A [link](http://x.org) &amp; <b>tag</b>.\n", ["A link & tag."]),
        ("One\\* two.\n", ["One* two."]),
        ("<div>One.</div>\n", ["One."]),
        ("A title\n===\n\nOne.\n", ["# A title", "One."]),
        ("One.  \nTwo.\n", ["One. Two."]),
    ],
)
def test_commonmark_is_read_as_it_shows(text: str, expected: list[str]) -> None:
    assert spoken(read(text, "a.md")) == expected


@pytest.mark.parametrize("tag", ["<script>", '<script src="a.js">', "<TEXTAREA>"])
def test_an_element_that_nothing_closes_hides_no_words(tag: str) -> None:
    assert "Two." in spoken(read(f"One.\n\n{tag}\nmore\n\nTwo.\n", "a.md"))


def test_a_closed_script_is_not_spoken() -> None:
    text = "One.\n\n<script>\nmore\n</script>\n\nTwo.\n"
    assert spoken(read(text, "a.md")) == ["One.", "Two."]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("skip", ["One.", "Two."]),
        ("inline", ["One.", "A note.", "Two."]),
        ("chapter-end", ["One.", "Two.", "A note."]),
    ],
)
def test_notes_follow_the_policy(policy: str, expected: list[str]) -> None:
    book = read("One.[^a]\n\nTwo.\n\n[^a]: A note.\n", "a.md", Policy(notes=policy))
    assert spoken(book) == expected
    assert ("footnote mark", "[1]") in skipped(book)
    forms = [p.kind for p in book.chapters[0].paragraphs]
    assert forms.count(ParagraphKind.NOTE) == (policy != "skip")


def test_the_metadata_comes_from_the_yaml_head() -> None:
    text = '---\ntitle: "The Mill"\nauthor: Ann\nlang: de\n---\n\n# I\n\nOne.\n\n# II\n\nTwo.\n'
    book = read(text, "a.md")
    told = book.metadata
    assert (told.title, told.author, told.language) == ("The Mill", "Ann", "de")
    assert titles(book) == ["Kapitel I", "Kapitel II"]


@pytest.mark.parametrize(
    "head",
    [
        "---\nseries: Fen Tales\nseries_index: 2\ndate: 1901-05-04T10:00\nisbn: 0-14-143958-0\n---\n",
        "---\nbelongs-to-collection: Fen Tales\ngroup-position: 2\ndate: 1901-05-04\n"
        "identifier: urn:isbn:0141439580\n---\n",
        '+++\nseries = ["Fen Tales"]\nseries_index = 2\ndate = 1901-05-04\nisbn = "0141439580"\n+++\n',
    ],
)
def test_tags_come_from_the_head(head: str) -> None:
    told = read(f"{head}\nOne came.\n", "a.md").metadata
    assert (told.series, told.series_index) == ("Fen Tales", "2")
    assert (told.published, told.isbn) == ("1901-05-04", "0141439580")


def test_a_horizontal_rule_does_not_begin_a_yaml_head() -> None:
    assert spoken(read("---\n\nOne.\n\n---\n\nTwo.\n", "a.md")) == ["One.", "* Two."]


def test_emphasis_is_kept() -> None:
    book = read("One *very late* night.", "a.md")
    (span,) = book.chapters[0].paragraphs[0].emphasis
    assert book.text[span.start : span.end] == "very late"


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: The Weir\nauthor: Ann\nlang: de\n---\n",
        "---\ntags:\n  - river\ntitle: The Weir\nauthor: Ann\nlang: de\n---\n",
        '+++\ntitle = "The Weir"\nauthor = ["Ann"]\nlang = "de"\n[params]\ndepth = 3\n+++\n',
        '{"title": "The Weir", "author": "Ann", "lang": "de",\n "depth": {"m": 3}}\n',
        "% The Weir\n% Ann\n% May 1901\n",
        "% The\n  Weir\n% Ann\n",
    ],
)
def test_front_matter_is_read_as_metadata_and_not_spoken(head: str) -> None:
    book = read(f"{head}\nOne came.\n", "a.md")
    assert (book.metadata.title, book.metadata.author) == ("The Weir", "Ann")
    assert spoken(book) == ["One came."]
    assert skipped(book) == [("metadata", " ".join(head.split()))]


@pytest.mark.parametrize(
    "text",
    [
        "+++\n\nOne came.\n\n+++\n",
        "{One came.}\n",
        '{"a": 1} One came.\n',
        "{}\n\nOne came.\n",
        "+++\ntitle = \nOne came.\n+++\n",
        "%One came.\n",
    ],
)
def test_what_is_no_front_matter_is_spoken(text: str) -> None:
    assert "One came" in " ".join(spoken(read(text, "a.md")))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The Fen\n\n## One\n\nIt rained.\n\n## Two\n\nIt snowed.", "The Fen"),
        ("# The Gull\n\nIt rained.\n\n# Low Water\n\nIt snowed.", "Salt verses"),
        ("# Chapter 1: The Fen\n\nIt rained.", "Salt verses"),
    ],
)
def test_headings_of_chapters_are_no_title_of_the_book(text: str, title: str) -> None:
    assert read(text, "salt_verses.md").metadata.title.casefold() == title.casefold()
