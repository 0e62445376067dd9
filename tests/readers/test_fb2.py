import base64

import pytest

from narrator.errors import BrokenInputError, EmptyBookError
from narrator.model import ParagraphKind
from narrator.readers import Policy
from tests.pictures import JPEG
from tests.readers.sample_books import SUPERSCRIPTS, archive, read, skipped, spoken, titles

INFO = (
    "<description><title-info><author><first-name>Ann</first-name><last-name>Miller</last-name></author>"
    "<book-title>The Mill</book-title><annotation><p>About a mill.</p></annotation>"
    '<coverpage><image l:href="#c.jpg"/></coverpage><lang>en</lang><sequence name="Mills" number="2"/>'
    "</title-info></description>"
)


def fb2(body: str, *, notes: str = "", info: str = INFO) -> str:
    noted = f'<body name="notes"><title><p>Notes</p></title>{notes}</body>' if notes else ""
    cover = f'<binary id="c.jpg">{base64.b64encode(JPEG).decode()}</binary>'
    return (
        '<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"'
        f' xmlns:l="http://www.w3.org/1999/xlink">{info}<body>{body}</body>{noted}{cover}</FictionBook>'
    )


def section(title: str, body: str) -> str:
    return f"<section><title><p>{title}</p></title>{body}</section>"


def test_sections_are_chapters_and_the_metadata_is_read() -> None:
    text = (
        "<title><p>The Mill</p></title>"
        + section("First", "<p>One.</p>")
        + section("Last", "<p>Two.</p>")
    )
    book = read(fb2(text), "a.fb2")
    assert titles(book) == ["First", "Last"]
    assert spoken(book) == ["# The Mill", "# First", "One.", "# Last", "Two."]
    told = book.metadata
    assert (told.title, told.author, told.language) == ("The Mill", "Ann Miller", "en")
    assert (told.series, told.series_index, told.description) == ("Mills", "2", "About a mill.")
    assert told.cover
    assert told.cover.data == JPEG


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (base64.b64encode(b"<svg/>").decode(), "is a drawing in SVG"),
        ("!", "is damaged"),
        (None, "is missing from the file"),
    ],
)
def test_a_cover_that_cannot_be_used_is_reported(content: str | None, problem: str) -> None:
    jpeg = base64.b64encode(JPEG).decode()
    text = fb2(section("First", "<p>One.</p>"))
    text = text.replace(jpeg, content) if content else text.replace('id="c.jpg"', 'id="d.jpg"')
    book = read(text, "a.fb2")
    assert book.metadata.cover is None
    [note] = book.notes
    assert note.startswith(f"The cover of the book {problem}")


def test_parts_chapters_and_titles_of_two_lines() -> None:
    part = "<section><title><p>Part {0}</p></title>" + "".join(
        section(f"Chapter {n}</p><p>Day {n}{{0}}", "<p>It was.</p>") for n in (1, 2)
    )
    text = "".join(part.format(n) + "</section>" for n in ("One", "Two"))
    assert titles(read(fb2(text), "a.fb2"))[:2] == ["Chapter 1: Day 1One", "Chapter 2: Day 2One"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>He <emphasis>said</emphasis>.</p>", ["He said."]),
        ("<p>One.</p><empty-line/><p>Two.</p>", ["One.", "* Two."]),
        ("<p>One.</p><subtitle>* * *</subtitle><p>Two.</p>", ["One.", "* Two."]),
        ("<poem><stanza><v>One</v><v>two.</v></stanza></poem>", ["One two."]),
        ("<epigraph><p>Wise.</p><text-author>Me</text-author></epigraph><p>One.</p>", ["Wise.", "Me", "One."]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a, b"]),
        ("<section><section><p>One.</p></section></section>", ["One."]),
        ("<p>One.</p><code>Two.</code><p>Three.</p>", ["One.", "Two.", "Three."]),
        ("One <emphasis>and</emphasis> two.<p>Three.</p> Four.", ["One and two.", "Three.", "Four."]),
        ("<cite>One.</cite><p>Two.</p><unknown>Three.</unknown>", ["One.", "Two.", "Three."]),
        ("<table><tr>a<td>b <strong>c</strong></td><th><p>d</p></th></tr></table>", ["a, b c, d"]),
        ("<poem><stanza><title><p>A</p></title>b<v>c</v></stanza></poem>", ["A b c"]),
    ],
)  # fmt: skip
def test_every_kind_of_paragraph_is_read(body: str, expected: list[str]) -> None:
    assert spoken(read(fb2(f"<section>{body}</section>"), "a.fb2")) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("skip", ["One.", "Two."]), ("inline", ["One.", "A note.", "Two."]), ("chapter-end", ["One.", "Two.", "A note."])],
)  # fmt: skip
def test_notes_are_read_by_policy(policy: str, expected: list[str]) -> None:
    text = '<section><p>One<a l:href="#n1" type="note">[1]</a>.</p><p>Two.</p></section>'
    note = '<section id="n1"><title><p>1</p></title><p>A note.</p></section>'
    book = read(fb2(text, notes=note), "a.fb2", Policy(notes=policy))
    assert spoken(book) == expected
    assert ("footnote mark", "[1]") in skipped(book)
    forms = [p.kind for p in book.chapters[0].paragraphs]
    assert forms.count(ParagraphKind.NOTE) == (policy != "skip")


def test_a_note_mark_in_verse_is_not_spoken() -> None:
    verse = '<poem><stanza><v>One<a l:href="#n1" type="note">[1]</a></v><v>two.</v></stanza></poem>'
    note = '<section id="n1"><p>A note.</p></section>'
    book = read(fb2(f"<section>{verse}</section>", notes=note), "a.fb2")
    assert spoken(book) == ["One two."]
    assert ("footnote mark", "[1]") in skipped(book)


def test_a_zipped_book_is_read() -> None:
    data = archive({"the mill.fb2": fb2("<section><p>One.</p></section>")})
    assert spoken(read(data, "a.fb2.zip")) == ["One."]


def test_broken_and_empty_books_are_refused() -> None:
    with pytest.raises(EmptyBookError, match="no words"):
        read(fb2("<section/>"), "a.fb2")
    with pytest.raises(BrokenInputError, match=r"no \.fb2"):
        read(archive({"a.fb2x": "x"}), "a.fbz")


def test_a_book_that_would_lose_words_by_its_damage_is_refused() -> None:
    text = fb2(section("First", "<p>One.</p>"))
    with pytest.raises(BrokenInputError, match=r"a\.fb2 is damaged"):
        read(text.replace("</body>", "</body></FictionBook><p>Lost words.</p>", 1), "a.fb2")


def test_a_book_with_damaged_markup_loses_no_words() -> None:
    text = fb2(section("First", "<p>One & two.</p><p>Three.</p>")).replace("</title-info>", "", 1)
    assert [line for line in spoken(read(text, "a.fb2")) if line[0] != "#"] == [
        "One two.",
        "Three.",
    ]


def test_italics_and_bold_are_kept() -> None:
    book = read(
        fb2(
            section(
                "One", "<p>She was <emphasis>very</emphasis> <strong>late</strong>, he said.</p>"
            )
        ),
        "a.fb2",
    )
    paragraph = book.chapters[0].paragraphs[-1]
    assert spoken(book)[-1] == "She was very late, he said."
    assert [book.text[e.start : e.end] for e in paragraph.emphasis] == ["very", "late"]


@pytest.mark.parametrize(
    ("before", "text", "expected", "marks"),
    SUPERSCRIPTS,
)
def test_superscripts_are_powers_note_marks_or_part_of_their_word(
    before: str, text: str, expected: str, marks: list[tuple[str, str]]
) -> None:
    book = read(fb2(f"<section><p>{before}<sup>{text}</sup> here.</p></section>"), "a.fb2")
    assert spoken(book) == [expected]
    assert skipped(book) == marks
