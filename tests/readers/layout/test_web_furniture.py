"""What websites add is skipped and reported; what only looks like it is read."""

from __future__ import annotations

import pytest

from narrator.readers import Policy
from tests.readers.sample_books import epub, read, skipped, spoken, titles

STORY = (
    "<p>The ice had been groaning since noon, and the post sledge was late by an hour or more.</p>"
    "<p>“Will she come?” asked Ida.</p><p>“She came last year,” said Bo, and he went in to see to the stove.</p>"
)
STORY_TEXT = [
    "The ice had been groaning since noon, and the post sledge was late by an hour or more.",
    "“Will she come?” asked Ida.",
    "“She came last year,” said Bo, and he went in to see to the stove.",
]


def html(before: str = "", after: str = "") -> list[str]:
    return spoken(read(f"<html><body><h1>Ice</h1>{before}{STORY}{after}</body></html>", "a.html"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>A/N: Sorry for the wait!</p>", ""),
        ("<p><b>Author’s Note:</b> Please review!</p>", ""),
        ("<p>Author's Notes</p><p>Thanks for all the reviews.</p><hr/>", ""),
        ("", "<hr/><p>T/N: The name is a pun.</p>"),
        ("", "<p>Author's Note: Thank you for reading.</p><p>Next update on Friday.</p>"),
        ("<p>Translator: Nyx Editor: Pell</p>", ""),
        ("<p>Disclaimer: I do not own the lake.</p>", ""),
        ("<p>Previous Chapter | Next Chapter</p>", "<p>Previous Chapter | Next Chapter</p>"),
        ("", "<p>If you find any errors (broken links, wrong pages), please let us know so we can fix it.</p>"),
        ("<p>ICE</p>", ""),
        ("", "<p>This tale has been unlawfully taken from Royal Road. If you see it on Amazon, please report it.</p>"),
        ("<p>Please vote and comment! Thanks for reading!</p>", ""),
        ("", "<p>[A/N: sorry, I had to]</p>"),
    ],
)  # fmt: skip
def test_furniture_at_the_edges_of_a_chapter_is_skipped(before: str, after: str) -> None:
    assert html(before, after) == ["# Ice", *STORY_TEXT]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Author’s note: the man who wrote this diary is dead.</p>", ""),
        ("<p>Summary: we are lost.</p>", "<p>Notes: he had made three of them.</p>"),
        ("<p>Disclaimer: none of us knew.</p>", ""),
        ("<p>Name: Rin</p><p>Status: Alive</p><p>Language: Common</p>", ""),
        ("<p>“Next chapter,” said Ida.</p>", "<p>Home.</p>"),
        ("<p>Dear Diary,</p>", "<p>Good night.</p>"),
        ("<p>“Thanks for reading. Please comment below,” said the screen.</p>", ""),
        ("", "<p>Translator: that was what they called him, and he hated it more than the ice.</p>"),
        ("", "<p>It was stolen, and nobody had given permission.</p>"),
    ],
)  # fmt: skip
def test_text_of_a_story_is_read_whatever_it_begins_with(before: str, after: str) -> None:
    count = before.count("<p>") + after.count("<p>")
    assert len(html(before, after)) == len(STORY_TEXT) + 1 + count


ARCHIVE_PAGE = f"""<html><head><title>Ice Road - ida - Archive of Our Own</title></head><body>
<div id="preface"><p class="message"><b>Ice Road</b><br/>Posted originally on the <a>Archive of Our Own</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd>General</dd><dt>Stats:</dt><dd>Words: 12</dd></dl>
<h1>Ice Road</h1><div class="byline">by <a rel="author">ida</a></div>
<p>Summary</p><blockquote class="userstuff"><p>Two wait.</p></blockquote></div></div>
<div id="chapters" class="userstuff">
<div class="meta group"><h2 class="heading">Chapter 1: Noon</h2><p>Chapter Notes</p>
<blockquote class="userstuff"><p>Cold.</p></blockquote></div><div class="userstuff">{STORY}</div>
<div id="endnotes1"><p>Chapter End Notes</p><blockquote class="userstuff"><p>More soon.</p></blockquote></div>
</div><div id="afterword"><p class="message">Please <a>comment</a>!</p></div></body></html>"""


def test_a_download_from_an_archive_has_its_title_author_and_story() -> None:
    book = read(ARCHIVE_PAGE, "a.html")
    assert (book.metadata.title, book.metadata.author) == ("Ice Road", "ida")
    assert spoken(book) == ["# Chapter 1: Noon", *STORY_TEXT]
    assert {reason for reason, _ in skipped(book)} >= {"author's note"}


def test_keeping_matter_reads_all_of_it() -> None:
    book = read(ARCHIVE_PAGE, "a.html", Policy(matter="keep"))
    assert not book.skipped
    assert "More soon." in spoken(book)


def test_a_preface_of_a_printed_book_is_read() -> None:
    body = f'<div id="preface"><h1>Preface</h1>{STORY}</div><div id="afterword"><h1>Afterword</h1>{STORY}</div>'
    assert titles(read(f"<html><body>{body}</body></html>", "a.html")) == ["Preface", "Afterword"]


def test_the_information_page_of_an_exporter_is_skipped() -> None:
    information = "<b>Category:</b> Lakes<br/><b>Status:</b> Completed<br/><b>Updated:</b> 2011<br/><b>Words:</b> 99"
    pages = {
        "t.xhtml": f"<h3>Ice by ida</h3><div>{information}</div>",
        "c.xhtml": f"<h3>1. Noon</h3>{STORY}",
    }
    book = read(epub(pages, ["t.xhtml|Title Page", "c.xhtml|1. Noon"]))
    assert titles(book) == ["1: Noon"]
    labels = "\n".join(f"{name}: x" for name in ("Category", "Words", "Updated", "Story URL"))
    text = f"Ice\n\nby Ida\n\n{labels}\n\n1. Noon\n\nIt froze.\n\n2. Dusk\n\nIt thawed.\n"
    assert titles(read(text, "a.txt")) == ["1: Noon", "2: Dusk"]


def test_a_line_that_every_chapter_repeats_is_skipped_only_if_it_names_a_site() -> None:
    def pages(line: str) -> dict[str, str]:
        return {f"{n}.xhtml": f"<h1>Chapter {n}</h1>{STORY}<p>{line}</p>" for n in range(1, 4)}

    for line, is_read in (("Hosted by lakes.example.com", False), ("And so to bed.", True)):
        book = read(epub(pages(line), [f"{n}.xhtml|Chapter {n}" for n in range(1, 4)]))
        assert (line in spoken(book)) is is_read


def test_an_address_in_brackets_is_skipped_if_several_chapters_have_it() -> None:
    advertisement, note = (
        "<p>[Only at saltroad.example, so visit!]</p>",
        "<p>[See mill.example.]</p>",
    )
    chapters = [
        f"<h2>Chapter {number}</h2><p>It rained.</p>{advertisement}<p>Mira went home.</p>{other}"
        for number, other in ((1, note), (2, ""))
    ]
    book = read("<html><body>" + "".join(chapters) + "</body></html>", "a.html")
    assert [passage.reason for passage in book.skipped] == ["advertisement"] * 2
    assert "[See mill.example.]" in spoken(book)


def test_the_list_of_a_website_has_the_title_and_the_author() -> None:
    text = "Title: The Salt Road\nAuthor: tidewrack\nRating: T\nWords: 1,234\nStatus: Complete\n\nChapter 1\n\nHal rode on.\n"
    metadata = read(text, "a.txt").metadata
    assert (metadata.title, metadata.author) == ("The Salt Road", "tidewrack")


def test_a_heading_that_names_the_author_is_skipped() -> None:
    page = (
        '<html><head><meta name="author" content="Moss"/></head><body><h1>Ice</h1><h3>by Moss</h3>'
    )
    book = read(f"{page}{STORY}</body></html>", "a.html")
    assert spoken(book) == ["# Ice", *STORY_TEXT]


def test_comments_and_related_posts_are_known_by_id_and_class() -> None:
    after = '<div class="comments"><h3>Comments</h3><p>First!</p></div><div id="jp-relatedposts"><h3>Related</h3></div>'
    assert html(after=after) == ["# Ice", *STORY_TEXT]


def test_buttons_to_share_a_page_are_skipped() -> None:
    page = "<html><body><p>It rained.</p><div class='share'>Share on Example</div></body></html>"
    assert spoken(read(page, "a.html")) == ["It rained."]


def test_a_line_may_list_several_labels() -> None:
    line = "Rated: T - English - Chapters: 2 - Words: 1,234 - Updated: 6/1/20 - id: 1"
    assert html(before=f"<p>{line}</p>") == ["# Ice", *STORY_TEXT]


def test_a_file_of_labels_is_skipped_with_its_heading() -> None:
    info = (
        "<h1>Information</h1><p>Title: Ice</p><p>Author: Moss</p><p>Source: https://ice.example</p>"
    )
    files = {"0.xhtml": info, "1.xhtml": f"<h1>Ice</h1>{STORY}"}
    assert spoken(read(epub(files))) == ["# Ice", *STORY_TEXT]


def test_a_byline_below_the_title_names_the_author() -> None:
    book = read(f"<html><body><h1>Ice</h1><p>by moss_king</p>{STORY}</body></html>", "a.html")
    assert book.metadata.author == "moss_king"
    assert spoken(book) == ["# Ice", *STORY_TEXT]


def test_words_of_websites_at_the_end_of_a_chapter_are_an_appeal() -> None:
    note = '<div class="author-note"><p>Sorry for the delay.</p></div>'
    assert html(before=note, after="<p>Next chapter on Monday! Join the Discord.</p>") == [
        "# Ice",
        *STORY_TEXT,
    ]


def test_a_copied_page_of_an_archive_begins_at_its_text() -> None:
    text = (
        "moss\nIce\n\nSummary:\n\nIt is cold.\n\nNotes:\n\nFor Em.\n\nWork Text:\n\nThe ice groaned.\n\n"
        "Ida laughed at it.\n\nNotes:\n\nComments and kudos are love!\n"
    )
    assert spoken(read(text, "a.txt")) == ["The ice groaned.", "Ida laughed at it."]


def test_a_label_of_notes_alone_is_read() -> None:
    assert html(after="<p>Notes:</p>")[-1] == "Notes:"
