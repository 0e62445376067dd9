import pytest

from narrator.readers import Policy
from narrator.readers.layout.markdown_source import find_bracketed_words, split_source
from tests.readers.sample_books import read, skipped, spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<Mara> Good.", {"Mara"}),
        ("<b>Good</b> <br> <p>", set()),
        ("<mi>x</mi> <Mara>", {"Mara"}),
        ("<svg x='1'> <my-tag> <a.b>", set()),
        ("List<T> and 3 < 4 > 2", {"T"}),
    ],
)
def test_a_word_in_brackets_is_no_tag_without_evidence(text: str, words: set[str]) -> None:
    assert find_bracketed_words(text) == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained.\n\n<Mara> Good.", ["It rained.", "<Mara> Good."]),
        ("<Mara>\n*good*\n\nEnd.", ["<Mara> good", "End."]),
        ("<div>\n<Mara> Good.\n</div>", ["<Mara> Good."]),
        ("He <sighs> and *left*.", ["He <sighs> and left."]),
        ("He <em>left</em>.", ["He left."]),
        ("| a | b |\n|---|---|\n| c | d | e | f |\n", ["a, b", "c, d, e, f"]),
        ("> | a | b |\n> |---|---|\n> c | d | e\n", ["a, b", "c, d, e"]),
        ("One.\n\n<![CDATA[two]]>\n\nThree.", ["One.", "two", "Three."]),
        ("One.\n\n<!-- two\n\nThree.", ["One.", "<!-- two Three."]),
    ],
)
def test_no_word_is_taken_for_markup(text: str, expected: list[str]) -> None:
    assert spoken(read(text, "a.md")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "> " * 300 + "Deep.",
        ">" * 300 + " Deep.",
        "- " * 300 + "Deep.",
        ">" + "- " * 300 + "Deep.",
        "".join(f"{'  ' * depth}- Item {depth}.\n" for depth in range(70)) + "\nDeep.",
        "*" * 300 + "Deep." + "*" * 300,
        "[" * 300 + "Deep." + "]" * 300,
    ],
)
def test_deeply_nested_text_is_read(text: str) -> None:
    assert "Deep." in " ".join(spoken(read(text, "a.md")))


def test_notes_without_a_mark_and_with_the_same_label_are_kept() -> None:
    text = "One.[^a]\n\n[^a]: First.\n\n[^a]: Second.\n\n[^b]: Third.\n\n    [^c]: Fourth.\n"
    book = read(text, "a.md")
    assert spoken(book) == ["One."]
    notes = " ".join(passage for reason, passage in skipped(book) if reason == "footnote")
    assert all(word in notes for word in ("First.", "Second.", "Third.", "Fourth."))
    assert "Second." in " ".join(spoken(read(text, "a.md", Policy(notes="chapter-end"))))


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("[One](two.html 'Three') four", "](two.html 'Three')"),
        ("[One][two]\n\n[two]: three.html", "][two]\n[two]: three.html"),
        ("One[^1].\n\n[^1]: Two.", "[^1]\n[^1]:"),
        ("One[^a[1].\n\n[^a[1]: Two.", "[^a[1]\n[^a[1]:"),
        ("```python\nx\n```", "```python\n```"),
        ("<b class='x'>One</b> <Two>", "<b class='x'>\n</b>"),
        ("1. One", "1."),
    ],
)
def test_the_syntax_of_a_source_is_told_from_its_words(text: str, syntax: str) -> None:
    assert split_source(text) == (text, syntax)


def test_comments_and_scripts_are_removed_and_entities_ignored() -> None:
    text = "One <!-- two --> th&eacute; <script>var x;</script><STYLE>p</STYLE>"
    assert split_source(text)[0].split() == ["One", "th"]
