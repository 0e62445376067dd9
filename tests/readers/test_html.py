import pytest

from narrator.readers import Policy
from tests.readers.sample_books import read, skipped, spoken, titles


@pytest.mark.parametrize(
    ("page", "title", "author", "language"),
    [
        ("<title>The Mill</title><p>One.", "The Mill", None, "en"),
        ('<html lang="de"><title>Die Mühle</title><meta name="author" content="Ann"><p>One.', "Die Mühle", "Ann", "de"),
        ("<h1>THE OLD MILL</h1><p>One.", "The Old Mill", None, "en"),
        ("<html><p>One.", "My Page", None, "en"),
        ("<title>The Project Gutenberg eBook of The Mill, by Ann</title><p>One.", "The Mill", None, "en"),
        ('<?xml version="1.0"?><html xml:lang="fr"><head><title>T</title></head><body><p>One.</p></body></html>', "T", None, "fr"),
    ],
)  # fmt: skip
def test_the_metadata_comes_from_the_head_of_the_page(
    page: str, title: str, author: str | None, language: str
) -> None:
    metadata = read(page, "my-page.html").metadata
    assert (metadata.title, metadata.author, metadata.language) == (title, author, language)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h1>B</h1><h2>One day</h2><p>a</p><h2>Next day</h2><p>b</p>", ["One day", "Next day"]),
        ("<h1>One day</h1><p>a</p><h1>Next day</h1><p>b</p>", ["One day", "Next day"]),
        ("<h1>Part I</h1><h2>1</h2><p>a</p><h1>Part II</h1><h2>1</h2><p>b</p>",
         ["Part I, Chapter 1", "Part II, Chapter 1"]),
        ("<p>CHAPTER I<p>It was.<p>CHAPTER II<p>It is.", ["Chapter I", "Chapter II"]),
        ("<h2></h2><h2>A</h2><p>a</p><h2> </h2><h2>B</h2><p>b</p>", ["A", "B"]),
        ("<p>Only text.</p>", ["A"]),
    ],
)  # fmt: skip
def test_headings_are_chapters(page: str, expected: list[str]) -> None:
    assert titles(read(f"<html><body>{page}</body></html>", "a.html")) == expected


def test_notes_in_brackets_follow_the_policy() -> None:
    page = "<html><p>One.[1] Two.</p><p>Three.</p><p>[1] A note.</p></html>"
    assert spoken(read(page, "a.html")) == ["One. Two.", "Three."]
    assert skipped(read(page, "a.html"))[0] == ("footnote mark", "[1]")
    inline = read(page, "a.html", Policy(notes="inline"))
    assert spoken(inline) == ["One.", "A note.", "Two.", "Three."]


def test_the_first_of_several_meta_elements_counts() -> None:
    page = (
        '<html><head><meta name="DC.Creator" content="Ann"><meta name="dc.creator" content="Bo">'
        '<meta name="description" content="A tale."></head><body><p>One.</p></body></html>'
    )
    metadata = read(page, "a.html").metadata
    assert (metadata.author, metadata.description) == ("Ann", "A tale.")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>The Mill - Ann - Archive of Our Own</title>", '<a rel="author">Ann</a>', ("The Mill", "Ann")),
        ("<title>The Mill - Chapter 3: Flood | Royal Road</title>", "<h1>Chapter 3: Flood</h1>", ("The Mill", None)),
        ("<title>The Mill - A Romance</title>", "", ("The Mill - A Romance", None)),
        ('<title>The Mill | Tales</title><meta property="og:site_name" content="Tales"/>', "", ("The Mill", None)),
        ('<title>The Mill</title><meta property="books:author" content="Ann"/>', "", ("The Mill", "Ann")),
    ],
)  # fmt: skip
def test_title_and_author_are_found_as_sites_give_them(
    head: str, body: str, expected: tuple[str, str | None]
) -> None:
    book = read(f"<html><head>{head}</head><body>{body}<p>It rained.</p></body></html>", "a.html")
    assert (book.metadata.title, book.metadata.author) == expected


def test_the_old_header_of_project_gutenberg_is_recognised_in_preformatted_text() -> None:
    page = """<html><head><title>The Mill</title></head><body><pre>
The Project Gutenberg EBook of The Mill, by Ann Miller

Author: Ann Miller

*** START OF THIS PROJECT GUTENBERG EBOOK THE MILL ***

Produced by Somebody
</pre><h2>CHAPTER I</h2><p>It rained.</p><pre>
*** END OF THIS PROJECT GUTENBERG EBOOK THE MILL ***
</pre></body></html>"""
    book = read(page, "a.html")
    assert book.metadata.author == "Ann Miller"
    assert spoken(book) == ["# CHAPTER I", "It rained."]


def test_the_name_of_the_site_is_no_part_of_the_title() -> None:
    head = "<head><title>Slime Duke – Volume 2 Chapter 7 – NovelHub</title></head>"
    book = read(
        f"<html>{head}<body><h1>Slime Duke – Volume 2 Chapter 7</h1><p>a</p></body></html>",
        "a.html",
    )
    assert book.metadata.title == "Slime Duke"
