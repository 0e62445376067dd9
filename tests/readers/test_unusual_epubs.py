"""Test EPUBs that are unusual but valid: each uses the format in a way that publishers do."""

import pytest

from narrator.errors import EmptyBookError
from narrator.readers import Policy
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import (
    NAV_ITEM,
    archive,
    epub,
    nav,
    page,
    read,
    skipped,
    spoken,
    titles,
)

TEXT = "<p>It had rained all night, and the road to the mill was under water.</p>"
SAID = "It had rained all night, and the road to the mill was under water."


def test_a_fixed_layout_of_placed_words() -> None:
    body = '<div style="left:3px"><span id="w1">It </span><span id="w2">rained</span></div><div><span>all night.</span></div>'
    metadata = '<meta property="rendition:layout">pre-paginated</meta>'
    assert spoken(read(epub({"p1.xhtml": body}, metadata=metadata))) == ["It rained", "all night."]


def test_comics_without_words_say_so_in_one_line() -> None:
    pages = {f"p{n}.xhtml": f'<div><img src="{n}.jpg" alt=""/></div>' for n in range(3)}
    with pytest.raises(EmptyBookError, match=r"^book\.epub has no words to read: if it is made of"):
        read(epub(pages, ["p0.xhtml|Start", "p1.xhtml|Middle"]))


def test_comics_with_descriptions_say_how_to_hear_them() -> None:
    data = epub({"p.xhtml": "<div><svg><text>Bang!</text></svg></div>"})
    with pytest.raises(EmptyBookError, match="--images keep"):
        read(data)
    assert spoken(read(data, policy=Policy(images="keep"))) == ["Bang!"]


def test_a_contents_page_within_the_spine_is_not_read() -> None:
    pages = {
        "nav.xhtml": nav("a.xhtml|The Mill", "b.xhtml|The Sea"),
        "a.xhtml": TEXT,
        "b.xhtml": TEXT,
    }
    book = read(epub(pages, manifest=NAV_ITEM))
    assert titles(book) == ["The Mill", "The Sea"]
    assert skipped(book) == [("contents", "Contents The Mill The Sea")]


def test_page_lists_and_media_overlays_are_not_read() -> None:
    lists = (
        '<nav epub:type="page-list" hidden=""><ol><li><a href="a.xhtml#p1">1</a></li></ol></nav>'
    )
    smil = '<smil><body><par><text src="a.xhtml#s1"/><audio src="a.mp3"/></par></body></smil>'
    item = '<item id="s" href="a.smil" media-type="application/smil+xml"/>'
    book = read(
        epub(
            {
                "nav.xhtml": page(lists),
                "a.xhtml": '<h1 id="p1">The Mill</h1><p><span id="s1">One.</span></p>',
            },
            manifest=item + NAV_ITEM,
            extra={"OEBPS/a.smil": smil},
        )
    )
    assert spoken(book) == ["# The Mill", "One."]


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("ar", '<p dir="rtl">ذهب الولد إلى المدرسة.</p>', "ذهب الولد إلى المدرسة."),
        ("he", "<p>הוא הלך הביתה.</p>", "הוא הלך הביתה."),
        (
            "ja",
            '<p class="vertical">　<ruby>山路<rt>やまみち</rt></ruby>を登りながら、こう考えた。</p>',
            "山路を登りながら、こう考えた。",
        ),
        ("hi", "<p>वह घर गया।</p>", "वह घर गया।"),
        ("ru", "<p>Он ушёл домой.</p>", "Он ушёл домой."),
    ],
)
def test_every_script_is_read(language: str, body: str, expected: str) -> None:
    book = read(
        epub({"a.xhtml": body}).replace(b"<dc:language>en", f"<dc:language>{language}".encode())
    )
    assert spoken(book) == [expected]


def test_poems_keep_their_lines_and_lose_their_numbers() -> None:
    body = '<section class="poem"><p>April is late<br/>and the mill<span class="linenum">2</span><br/>stands.</p></section>'
    book = read(epub({"a.xhtml": body}))
    assert spoken(book) == ["April is late and the mill stands."]
    assert ("line number", "2") in skipped(book)


def test_notes_in_a_file_of_their_own_follow_the_policy() -> None:
    pages = {
        "a.xhtml": '<p>One<a epub:type="noteref" href="notes.xhtml#n1">1</a>.</p>' + TEXT,
        "notes.xhtml": '<section epub:type="rearnotes"><h2>Notes</h2><aside epub:type="rearnote" id="n1"><p>A note.</p></aside></section>',
    }
    data = epub(pages, ["a.xhtml|The Mill", "notes.xhtml|Notes"])
    assert spoken(read(data)) == ["One.", SAID]
    assert titles(read(data)) == ["The Mill"]
    assert spoken(read(data, policy=Policy(notes="inline")))[:2] == ["One.", "A note."]
    assert spoken(read(data, policy=Policy(notes="chapter-end"))) == ["One.", SAID, "A note."]


def test_an_index_is_skipped_and_a_glossary_is_read() -> None:
    pages = {
        "a.xhtml": TEXT * 3,
        "g.xhtml": '<section epub:type="glossary"><dl><dt>Mill</dt><dd>A house with a wheel.</dd></dl></section>',
        "i.xhtml": '<section epub:type="index"><ul><li>mill, 3</li></ul></section>',
    }
    book = read(epub(pages, ["a.xhtml|The Mill", "g.xhtml|Glossary", "i.xhtml|Index"]))
    assert titles(book) == ["The Mill", "Glossary"]
    assert skipped(book) == [("index", "mill, 3")]


def test_drawings_in_the_spine_are_read_in_their_place() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>A sign</text><foreignObject><div><p>on a door.</p></div></foreignObject></svg>'
    item = '<item id="s" href="s.svg" media-type="image/svg+xml"/>'
    unused = epub({"a.xhtml": TEXT}, manifest=item, extra={"OEBPS/s.svg": svg})
    assert spoken(read(unused)) == [SAID]
    book = read(epub({"s.svg": svg.encode(), "a.xhtml": TEXT}))
    assert spoken(book) == ["A sign", "on a door.", SAID]


def test_scripted_and_bound_content_falls_back() -> None:
    body = '<object data="quiz.xml" type="application/x-quiz"><p>A quiz.</p></object><noscript>No scripts.</noscript>'
    book = read(epub({"a.xhtml": TEXT + body}))
    assert spoken(book) == [SAID, "A quiz."]
    assert skipped(book) == [("text for players without scripts", "No scripts.")]


def test_dtbook_is_read() -> None:
    text = (
        "<dtbook><head><title>No</title></head><book><frontmatter><doctitle>The Book</doctitle></frontmatter>"
        "<bodymatter><level1><h1>The Mill</h1><pagenum>4</pagenum><p>One.</p></level1></bodymatter></book></dtbook>"
    )
    book = read(epub({"a.xml": text.encode()}))
    assert spoken(book) == ["The Book", "# The Mill", "One."]


def test_a_contents_list_of_parts_chapters_and_sections() -> None:
    section = '<ol><li><a href="c{0}.xhtml#s">A Section</a></li></ol>'
    parts = [
        f"<li><span>Part {p}</span><ol>"
        + "".join(f'<li><a href="c{n}.xhtml">Chapter {n}</a>{section.format(n)}</li>' for n in ns)
        + "</ol></li>"
        for p, ns in (("I", (1, 2)), ("II", (3,)))
    ]
    pages = {
        f"c{n}.xhtml": f'<h2>Chapter {n}</h2>{TEXT}<h3 id="s">A Section</h3>{TEXT}'
        for n in (1, 2, 3)
    }
    assert titles(read(epub(pages, parts))) == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_every_entry_pointing_to_one_file_reads_it_once() -> None:
    book = read(epub({"a.xhtml": TEXT}, [f"a.xhtml|Chapter {n}" for n in range(1, 9)]))
    assert spoken(book) == [SAID]


def test_a_contents_list_of_the_beginning_only_gives_way_to_the_headings() -> None:
    pages = {"a.xhtml": f"<h2>The Mill</h2>{TEXT}", "b.xhtml": f"<h2>The Sea</h2>{TEXT}"}
    assert titles(read(epub(pages, ["a.xhtml|Start"]))) == ["The Mill", "The Sea"]


def test_the_boilerplate_of_project_gutenberg_in_an_epub_is_skipped() -> None:
    pages = {
        "a.xhtml": "<p>The Project Gutenberg eBook of The Mill</p><p>*** START OF THE PROJECT GUTENBERG EBOOK THE MILL ***</p>"
        f"<h2>CHAPTER I</h2>{TEXT}",
        "b.xhtml": f"<h2>CHAPTER II</h2>{TEXT}<p>*** END OF THE PROJECT GUTENBERG EBOOK THE MILL ***</p>",
        "c.xhtml": "<h2>THE FULL PROJECT GUTENBERG LICENSE</h2><p>Please read this.</p>",
    }
    book = read(
        epub(
            pages,
            [
                "a.xhtml|CHAPTER I",
                "b.xhtml|CHAPTER II",
                "c.xhtml|THE FULL PROJECT GUTENBERG LICENSE",
            ],
        )
    )
    assert titles(book) == ["Chapter I", "Chapter II"]
    assert {reason for reason, _ in skipped(book)} <= {
        "Project Gutenberg header",
        "Project Gutenberg licence",
    }


def test_a_book_of_more_than_255_chapters() -> None:
    pages = {f"c{n}.xhtml": f"<h2>{n}</h2><p>One.</p>" for n in range(1, 301)}
    book = read(epub(pages, [f"c{n}.xhtml|{n}" for n in range(1, 301)]))
    assert len(book.chapters) == 300
    assert book.chapters[-1].title == "Chapter 300"


def test_an_archive_with_backslashes_and_other_case_in_its_names() -> None:
    opf = '<package><manifest><item id="a" href="Text/A.xhtml" media-type="text/html"/></manifest><spine><itemref idref="a"/></spine></package>'
    data = archive(
        {"mimetype": "application/epub+zip", "content.opf": opf, "text\\a.XHTML": page(TEXT)},
        packed=False,
    )
    assert spoken(read(data)) == [SAID]


@pytest.mark.parametrize(
    "policy", [Policy(), Policy("keep", "inline", "keep"), Policy(notes="chapter-end")]
)
def test_no_word_of_an_unusual_book_is_lost(policy: Policy) -> None:
    pages = {
        "t.xhtml": "<h1>The Book</h1>",
        "a.xhtml": f'<h2>I</h2>{TEXT}<p>One<a epub:type="noteref" href="#n">1</a> <img src="x" alt="A mill"/></p>'
        '<aside epub:type="footnote" id="n"><p>Note.</p></aside><hr/><table><tr><td>1</td><td>2</td></tr></table>',
        "b.xhtml": f"<h2>II</h2>{TEXT}<ul><li><p>a</p></li></ul><p>x<sub>2</sub></p>",
    }
    book = read(epub(pages, ["a.xhtml|I", "b.xhtml|II"]), policy=policy)
    verify_completeness(book, segment_book(book))
