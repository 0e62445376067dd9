import pytest

from narrator.errors import BrokenInputError, EmptyBookError
from narrator.model import ParagraphKind
from narrator.readers import Policy
from tests.readers.sample_books import SUPERSCRIPTS, archive, read, skipped, spoken, titles

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<w:styles {W}>
<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Own"><w:name w:val="My own"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="Toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:styleId="Q"><w:name w:val="Intense Quote"/></w:style>
<w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Who"><w:name w:val="Character"/></w:style>
<w:style w:styleId="How"><w:name w:val="Parenthetical"/></w:style>
<w:style w:styleId="Foreign" w:type="character"><w:name w:val="Foreign"/><w:rPr><w:lang w:val="fr-FR"/></w:rPr></w:style>
<w:style w:styleId="Letter"><w:name w:val="Letter"/><w:basedOn w:val="Deutsch"/></w:style>
<w:style w:styleId="Deutsch"><w:name w:val="Deutsch"/><w:rPr><w:lang w:val="de-DE"/></w:rPr></w:style>
</w:styles>"""


def p(text: str, style: str = "") -> str:
    inner = text if "<w:" in text else f"<w:r><w:t>{text}</w:t></w:r>"
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inner}</w:p>'


def docx(*body: str, notes: str = "", core: str = "", extra: dict[str, str] | None = None) -> bytes:
    entries = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": STYLES,
    }
    if notes:
        entries["word/footnotes.xml"] = f"<w:footnotes {W}>{notes}</w:footnotes>"
    if core:
        entries["docProps/core.xml"] = f"<coreProperties>{core}</coreProperties>"
    return archive(entries | (extra or {}))


def lines(*body: str) -> list[str]:
    return spoken(read(docx(*body), "a.docx"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("One."), ["One."]),
        (p("<w:r><w:t>He sa</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>id.</w:t></w:r>"), ["He said."]),
        (p("<w:r><w:t>One.</w:t><w:br/><w:t>Two.</w:t></w:r>"), ["One. Two."]),
        (p("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>"), ["a b"]),
        (p("<w:ins><w:r><w:t>New.</w:t></w:r></w:ins><w:del><w:r><w:delText>Old.</w:delText></w:r></w:del>"), ["New."]),
        (p("<w:hyperlink><w:r><w:t>Link.</w:t></w:r></w:hyperlink>"), ["Link."]),
        (p("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>One.</w:t></w:r>"), ["One."]),
        (f"<w:sdt><w:sdtContent>{p('One.')}</w:sdtContent></w:sdt>", ["One."]),
        (p("<w:r><w:t>One</w:t></w:r><w:r><w:txbxContent>" + p("Box.") + "</w:txbxContent></w:r>"), ["One", "Box."]),
        (f"<w:tbl><w:tr><w:tc>{p('a')}</w:tc><w:tc>{p('b')}</w:tc></w:tr></w:tbl>", ["a, b"]),
        (p("One.") + p("***") + p("Two."), ["One.", "* Two."]),
        (p("Head", "berschrift1") + p("One."), ["# Head", "One."]),
        (p("Head", "Heading1") + p("One."), ["# Head", "One."]),
        (p("Head", "Own") + p("One."), ["# Head", "One."]),
        (p("<w:fldSimple><w:r><w:t>Field</w:t></w:r></w:fldSimple><w:bdo><w:r><w:t> too</w:t></w:r></w:bdo>"), ["Field too"]),
        (
            "<w:tbl><w:tr><w:tc>" + p("a") + "</w:tc><w:sdt><w:sdtContent><w:tc>" + p("b")
            + "</w:tc></w:sdtContent></w:sdt><w:tc>" + p("c") + "</w:tc></w:tr></w:tbl>",
            ["a, b, c"],
        ),
        ("<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>" + p("a") + "</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>", ["a"]),
        ("<w:r><w:t>Loose.</w:t></w:r>" + p("One."), ["Loose.", "One."]),
        (p("<w:r><w:t>One<w:x/> and<w:r><w:t> two.</w:t></w:r></w:t></w:r>"), ["One and two."]),
        (p("<w:r><w:ruby><w:rt><w:r><w:t>aid</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r>"), ["base"]),
        (p("<w:r><w:ruby><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r>"), ["base"]),
        (p("<w:r><w:t>One.</w:t><w:footnoteReference w:id='9'/></w:r>"), ["One."]),
        (p("<w:hyperlink r:id='r9' xmlns:r='r'><w:r><w:t>Link.</w:t></w:r></w:hyperlink>"), ["Link."]),
        ("<mc:AlternateContent xmlns:mc='m'><mc:Choice>" + p("One.") + "</mc:Choice></mc:AlternateContent>", ["One."]),
        ("<mc:AlternateContent xmlns:mc='m'><mc:Choice>" + p("One.") + "</mc:Choice><mc:Fallback>" + p("One.") + "</mc:Fallback></mc:AlternateContent>", ["One."]),
    ],
)  # fmt: skip
def test_a_document_is_read_as_it_shows(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_headings_begin_chapters_and_the_title_does_not() -> None:
    body = [
        p("The Mill", "T"),
        p("First", "berschrift1"),
        p("One."),
        p("Last", "berschrift1"),
        p("Two."),
    ]
    book = read(docx(*body), "a.docx")
    assert titles(book) == ["First", "Last"]
    assert book.metadata.title == "The Mill"


def test_headings_without_styles_are_found_by_their_words() -> None:
    book = read(docx(p("Chapter 1"), p("One was."), p("Chapter 2"), p("Two was.")), "a.docx")
    assert titles(book) == ["Chapter 1", "Chapter 2"]


NOTE = (
    '<w:footnote w:id="2">'
    + p("A note.")
    + '</w:footnote><w:footnote w:type="separator" w:id="0"/>'
)
NOTED = p('<w:r><w:t>One</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r>')


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("skip", ["One.", "Two."]), ("inline", ["One.", "A note.", "Two."]), ("chapter-end", ["One.", "Two.", "A note."])],
)  # fmt: skip
def test_notes_are_read_by_policy(policy: str, expected: list[str]) -> None:
    book = read(docx(NOTED, p("Two."), notes=NOTE), "a.docx", Policy(notes=policy))
    assert spoken(book) == expected
    assert ("footnote mark", "[2]") in skipped(book)


def test_a_contents_list_and_hidden_text_are_skipped_with_their_reasons() -> None:
    hidden = p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r><w:r><w:t>One.</w:t></w:r>")
    book = read(docx(p("First 1", "Toc1"), hidden), "a.docx")
    assert skipped(book) == [("contents", "First 1"), ("hidden", "Hidden.")]


def test_paragraph_kinds_emphasis_and_properties_are_kept() -> None:
    listed = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Item</w:t></w:r></w:p>"
    strong = p(
        "<w:r><w:t>A </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r><w:r><w:rPr><w:i w:val='0'/></w:rPr><w:t> one.</w:t></w:r>"
    )
    core = "<title>The Mill</title><creator>Ann Miller</creator><language>en-GB</language>"
    book = read(docx(p("Said.", "Q"), listed, strong, core=core), "a.docx")
    quote, item, text = book.chapters[0].paragraphs
    assert (quote.kind, item.kind, text.kind) == (
        ParagraphKind.QUOTE,
        ParagraphKind.ITEM,
        ParagraphKind.TEXT,
    )
    assert [book.text[e.start : e.end] for e in text.emphasis] == ["bold"]
    told = book.metadata
    assert (told.title, told.author, told.language) == ("The Mill", "Ann Miller", "en-GB")


def test_character_styles_in_italics_or_bold_are_emphasis() -> None:
    styles = (
        f"<w:styles {W}><w:style w:type='character' w:styleId='Thought'><w:rPr><w:i/></w:rPr></w:style>"
        "<w:style w:type='character' w:styleId='Plain'><w:rPr><w:i w:val='0'/></w:rPr></w:style></w:styles>"
    )
    runs = "".join(
        f"<w:r><w:rPr><w:rStyle w:val='{style}'/></w:rPr><w:t>{text}</w:t></w:r>"
        for style, text in (("Plain", "She was "), ("Thought", "late"), ("Plain", ", he said."))
    )
    book = read(docx(p(runs), extra={"word/styles.xml": styles}), "a.docx")
    assert [book.text[e.start : e.end] for e in book.chapters[0].paragraphs[0].emphasis] == ["late"]


def test_external_links_are_never_followed() -> None:
    rels = '<Relationships><Relationship Id="r1" TargetMode="External" Target="http://127.0.0.1:9/x"/></Relationships>'
    book = read(docx(p("One."), extra={"word/_rels/document.xml.rels": rels}), "a.docx")
    assert spoken(book) == ["One."]


def test_broken_and_empty_documents_are_refused() -> None:
    with pytest.raises(EmptyBookError, match="no words"):
        read(docx(), "a.docx")
    with pytest.raises(BrokenInputError, match=r"has no word/document\.xml"):
        read(archive({"x": "word/document.xml"}, packed=False), "a.docx")


def raised(text: str) -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("before", "text", "expected", "marks"),
    SUPERSCRIPTS,
)
def test_superscripts_are_powers_note_marks_or_part_of_their_word(
    before: str, text: str, expected: str, marks: list[tuple[str, str]]
) -> None:
    body = p(f"<w:r><w:t>{before}</w:t></w:r>{raised(text)}<w:r><w:t> here.</w:t></w:r>")
    book = read(docx(body), "a.docx")
    assert spoken(book) == [expected]
    assert skipped(book) == marks


def test_the_styles_of_screenplays_declare_names_and_directions() -> None:
    body = [p("MARA", "Who"), p("(softly)", "How"), p("Is anybody there?")]
    paragraphs = read(docx(*body), "a.docx").chapters[0].paragraphs
    assert [len(paragraph.speaker_names) for paragraph in paragraphs] == [1, 0, 0]
    assert [len(paragraph.stage_directions) for paragraph in paragraphs] == [0, 1, 0]


@pytest.mark.parametrize("style", ["Raised", "Based"])
def test_superscripts_may_be_set_by_a_style(style: str) -> None:
    run = f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:t>3</w:t></w:r>'
    body = p(f"<w:r><w:t>They left the lamp</w:t></w:r>{run}<w:r><w:t> here.</w:t></w:r>")
    styles = STYLES.replace(
        "</w:styles>",
        '<w:style w:type="character" w:styleId="Raised"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Based"><w:basedOn w:val="Raised"/></w:style></w:styles>',
    )
    entries = {
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": styles,
    }
    book = read(archive(entries), "a.docx")
    assert spoken(book) == ["They left the lamp here."]
    assert skipped(book) == [("footnote mark", "3")]


@pytest.mark.parametrize(
    ("body", "passages"),
    [
        (p('<w:r><w:t>He said </w:t></w:r><w:r><w:rPr><w:lang w:val="fr-FR"/></w:rPr><w:t>à demain</w:t></w:r>'), [("à demain", "fr-FR")]),
        (p('<w:r><w:t>He said </w:t></w:r><w:r><w:rPr><w:rStyle w:val="Foreign"/></w:rPr><w:t>à demain</w:t></w:r>'), [("à demain", "fr-FR")]),
        (p("Liebe Anna.", "Letter"), [("Liebe Anna.", "de-DE")]),
        (p('<w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>He left.</w:t></w:r>'), []),
        (p('<w:r><w:rPr><w:lang w:eastAsia="ja-JP"/></w:rPr><w:t>He left.</w:t></w:r>'), []),
    ],
)  # fmt: skip
def test_runs_and_styles_declare_the_languages_of_passages(
    body: str, passages: list[tuple[str, str]]
) -> None:
    english = p("The mill stood by the river, and nobody had seen the miller since the autumn.")
    book = read(docx(english, body, core="<language>en-GB</language>"), "a.docx")
    found = [
        (book.text[span.start : span.end], span.tag)
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
        for span in paragraph.foreign_passages
    ]
    assert found == passages
