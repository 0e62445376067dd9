import pytest

from narrator.errors import BrokenInputError, EmptyBookError, ProtectedInputError
from narrator.model import ParagraphKind
from narrator.readers import Policy
from tests.readers.sample_books import SUPERSCRIPTS, archive, read, skipped, spoken, titles

NS = 'xmlns:text="t" xmlns:office="o" xmlns:style="s" xmlns:fo="f" xmlns:table="tb" xmlns:draw="d" xmlns:m="m"'
STYLES = (
    '<office:automatic-styles><style:style style:name="T1" style:family="text">'
    '<style:text-properties fo:font-style="italic"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>'
    "</office:automatic-styles>"
)


def odt(body: str, *, meta: str = "", manifest: str = "") -> bytes:
    content = f"<office:document-content {NS}>{STYLES}<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    entries = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    if meta:
        entries["meta.xml"] = f"<meta>{meta}</meta>"
    if manifest:
        entries["META-INF/manifest.xml"] = manifest
    return archive(entries)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<text:p>One.</text:p><text:p>Two.</text:p>", ["One.", "Two."]),
        ("<text:p>He <text:span>sa</text:span>id.</text:p>", ["He said."]),
        ('<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d</text:p>', ["a b c d"]),
        ("<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>", ["One"]),
        ("<text:tracked-changes><text:p>Old.</text:p></text:tracked-changes><text:p>New.</text:p>", ["New."]),
        ("<text:p>One<office:annotation><text:p>Who?</text:p></office:annotation>.</text:p>", ["One."]),
        ("<text:p>One.</text:p><text:p>* * *</text:p><text:p>Two.</text:p>", ["One.", "* Two."]),
        ("<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>", ["a"]),
        ("<text:p>One<draw:frame><draw:text-box><text:p>Box.</text:p></draw:text-box></draw:frame></text:p>", ["One", "Box."]),
        ("<text:section><text:p>One.</text:p></text:section>", ["One."]),
        ("<text:p>One<draw:custom-shape><text:p>In it.</text:p></draw:custom-shape> two</text:p>", ["One two", "In it."]),
        ("<text:p>One<draw:frame><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table></draw:frame></text:p>", ["One", "a"]),
        ("<text:section>Loose<text:p>One.</text:p></text:section>", ["Loose", "One."]),
        ("<text:p><text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>aid</text:ruby-text></text:ruby></text:p>", ["base"]),
        ('<text:p text:style-name="Title">The Mill</text:p><text:p>One.</text:p>', ["# The Mill", "One."]),
    ],
)  # fmt: skip
def test_a_document_is_read_as_it_shows(body: str, expected: list[str]) -> None:
    assert spoken(read(odt(body), "a.odt")) == expected


def test_headings_are_chapters() -> None:
    body = "".join(
        f'<text:h text:outline-level="1">{t}</text:h><text:p>It was.</text:p>'
        for t in ("First", "Last")
    )
    assert titles(read(odt(body), "a.odt")) == ["First", "Last"]


NOTED = (
    '<text:p>One<text:note text:id="f1"><text:note-citation>1</text:note-citation><text:note-body>'
    "<text:p>A note.</text:p></text:note-body></text:note>.</text:p><text:p>Two.</text:p>"
)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("skip", ["One.", "Two."]), ("inline", ["One.", "A note.", "Two."]), ("chapter-end", ["One.", "Two.", "A note."])],
)  # fmt: skip
def test_notes_are_read_by_policy(policy: str, expected: list[str]) -> None:
    book = read(odt(NOTED), "a.odt", Policy(notes=policy))
    assert spoken(book) == expected
    assert ("footnote mark", "[1]") in skipped(book)


def test_a_contents_list_is_skipped_and_kinds_and_properties_are_kept() -> None:
    body = (
        "<text:table-of-content><text:p>First 1</text:p></text:table-of-content>"
        '<text:p text:style-name="P1">A <text:span text:style-name="T1">said</text:span> thing.</text:p>'
    )
    book = read(
        odt(body, meta="<title>The Mill</title><creator>Ann</creator><language>de</language>"),
        "a.odt",
    )
    assert skipped(book) == [("contents", "First 1")]
    (quote,) = book.chapters[0].paragraphs
    assert quote.kind is ParagraphKind.QUOTE
    assert [book.text[e.start : e.end] for e in quote.emphasis] == ["said"]
    assert (book.metadata.title, book.metadata.author, book.metadata.language) == (
        "The Mill",
        "Ann",
        "de",
    )


@pytest.mark.parametrize(
    ("data", "error", "complaint"),
    [
        (odt(""), EmptyBookError, "no words"),
        (odt("<text:p>x</text:p>", manifest='<m><encryption-data/></m>'), ProtectedInputError, "password"),
        (archive({"mimetype": "application/vnd.oasis.opendocument.text"}, packed=False), BrokenInputError, r"no content\.xml"),
    ],
)  # fmt: skip
def test_unreadable_documents_are_refused(
    data: bytes, error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        read(data, "a.odt")


@pytest.mark.parametrize(
    ("before", "text", "expected", "marks"),
    SUPERSCRIPTS,
)
@pytest.mark.parametrize("position", ["super 58%", "33% 58%"])
def test_superscripts_are_powers_note_marks_or_part_of_their_word(
    position: str, before: str, text: str, expected: str, marks: list[tuple[str, str]]
) -> None:
    style = (
        '<style:style style:name="T2" style:family="text">'
        f'<style:text-properties style:text-position="{position}"/></style:style>'
    )
    body = (
        f'{style}<text:p>{before}<text:span text:style-name="T2">{text}</text:span> here.</text:p>'
    )
    book = read(odt(body), "a.odt")
    assert spoken(book) == [expected]
    assert skipped(book) == marks


@pytest.mark.parametrize("style", ["Raised", "Based"])
def test_superscripts_may_be_set_by_a_named_style(style: str) -> None:
    styles = (
        f'<office:document-styles {NS}><style:style style:name="Raised" style:family="text">'
        '<style:text-properties style:text-position="super 58%"/></style:style>'
        '<style:style style:name="Based" style:family="text" style:parent-style-name="Raised"/>'
        "</office:document-styles>"
    )
    body = f'<text:p>They left the lamp<text:span text:style-name="{style}">3</text:span> here.</text:p>'
    content = f"<office:document-content {NS}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    entries = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "styles.xml": styles,
    }
    book = read(archive(entries, packed=False), "a.odt")
    assert spoken(book) == ["They left the lamp here."]
    assert skipped(book) == [("footnote mark", "3")]


def test_a_note_with_several_marks_loses_none() -> None:
    """A damaged file; the words of the mark are in the proof of completeness."""
    note = (
        '<text:note text:id="f1"><text:note-citation>1</text:note-citation>'
        "<text:note-citation>2</text:note-citation>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
    )
    book = read(odt(f"<text:p>One{note}.</text:p>"))
    assert "[1 2]" in book.text


def test_notes_outside_of_paragraphs_are_notes() -> None:
    """Also damaged files: in a note, and between paragraphs."""
    note = (
        '<text:note text:id="f1"><text:note-citation>1</text:note-citation>{}'
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
    )
    book = read(odt(f"<text:p>One.{note.format(note.format(''))}</text:p>{note.format('')}"))
    assert spoken(book) == ["One."]
    assert [text for _, text in skipped(book)] == ["[1 1]", "[1]", "A note. A note. A note."]
