import pytest

from narrator.model import Metadata, ParagraphKind, Source
from narrator.readers import Policy
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.book_assembly import assemble_book
from narrator.readers.layout.outline import OutlineEntry
from tests.readers.sample_books import epub, read, titles

METADATA = Metadata("The Mill", "Ann Miller")
PROSE = "It had rained all night, and the road to the mill was under water. " * 10


def heading(text: str, path: str = "") -> Block:
    return Block(text, kind=ParagraphKind.HEADING, heading_level=1, source_path=path)


def assemble(blocks: list[Block], entries: list[OutlineEntry] | None = None, **policy: str):
    return assemble_book(blocks, entries or [], METADATA, Source("a.epub", ""), Policy(**policy))


def skipped(blocks: list[Block], **policy: str) -> list[tuple[str, str]]:
    book = assemble(blocks, **policy)
    return [(passage.reason, passage.text.split("\n")[0]) for passage in book.skipped]


def book_blocks() -> list[Block]:
    return [
        heading("The Mill", "title.xhtml"), Block("Ann Miller", source_path="title.xhtml"),
        heading("Dedication", "dedication.xhtml"), Block("To my aunt.", source_path="dedication.xhtml"),
        heading("Chapter 1", "1.xhtml"), Block(PROSE, source_path="1.xhtml"),
        heading("Contents", "2.xhtml"), Block("1. The Mill", source_path="2.xhtml"),
        heading("Chapter 2", "3.xhtml"), Block(PROSE, source_path="3.xhtml"),
        heading("About the Author", "4.xhtml"), Block("She lives in York.", source_path="4.xhtml"),
    ]  # fmt: skip


def test_front_and_back_matter_are_skipped_and_a_contents_list_anywhere() -> None:
    assert skipped(book_blocks()) == [
        ("title page", "The Mill"),
        ("dedication", "Dedication"),
        ("contents", "Contents"),
        ("about the author", "About the Author"),
    ]


def test_matter_is_kept_on_request() -> None:
    assert skipped(book_blocks(), matter="keep") == []


def test_a_preface_of_some_length_is_part_of_the_story() -> None:
    blocks = [heading("Preface", "0.xhtml"), Block(PROSE, source_path="0.xhtml"), *book_blocks()]
    assert "Preface" not in [text for _, text in skipped(blocks)]


def test_nothing_is_skipped_if_nothing_else_would_remain() -> None:
    book = assemble([heading("Dedication"), Block("To my aunt.")])
    assert not book.skipped
    assert len(book.chapters) == 1


@pytest.mark.parametrize("notes", ["inline", "chapter-end"])
def test_chapters_begin_at_their_headings_after_notes_have_moved(notes: str) -> None:
    blocks = [
        heading("Chapter 1"), Block("One. Two.", note_references=["#n"], reference_offsets=[4]),
        heading("Chapter 2"), Block("Three."), Block("A note.", note_anchor="#n"),
    ]  # fmt: skip
    book = assemble(blocks, notes=notes)
    texts = [[book.text[p.start : p.end] for p in c.paragraphs] for c in book.chapters]
    assert [chapter[0] for chapter in texts] == ["Chapter 1", "Chapter 2"]
    assert "A note." in texts[0]


def test_a_table_of_contents_takes_precedence_over_headings() -> None:
    blocks = [heading("Chapter 1"), Block(PROSE), heading("Aside"), Block(PROSE)]
    entries = [OutlineEntry(0, "The Beginning", 0)]
    assert [chapter.title for chapter in assemble(blocks, entries).chapters] == ["The Beginning"]


def test_headings_are_detected_if_the_markup_has_none() -> None:
    book = assemble([Block("CHAPTER I"), Block(PROSE), Block("CHAPTER II"), Block(PROSE)])
    assert [chapter.title for chapter in book.chapters] == ["Chapter I", "Chapter II"]


def test_the_dedication_of_a_collection_of_short_poems_is_skipped() -> None:
    pages = {
        "t.xhtml": "<h1>Small Hours</h1><p>Judith Wray</p>",
        "d.xhtml": "<h2>Dedication</h2><p>for M.</p>",
        "1.xhtml": "<h2>The Clock</h2><p>It ticks,<br/>but will not tell.</p>",
        "2.xhtml": "<h2>Harbour</h2><p>Boats turn.</p>",
    }
    contents = ["d.xhtml|Dedication", "1.xhtml|The Clock", "2.xhtml|Harbour"]
    assert titles(read(epub(pages, contents))) == ["The Clock", "Harbour"]
