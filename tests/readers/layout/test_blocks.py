import pytest

from narrator.errors import EmptyBookError
from narrator.model import LanguageOrigin, Metadata, ParagraphKind, Source, Span
from narrator.readers.layout.blocks import (
    Block,
    ChapterStart,
    UnspokenSpan,
    build_book,
    resolve_language,
)

SOURCE = Source("mill.html", "")
ENGLISH = "It rained all night, and the old mill by the river did not turn."
GERMAN = "Es regnete die ganze Nacht, und die alte Mühle am Fluss stand still."


def build(*blocks: Block, starts: tuple[int, ...] = (0,), language: str = "en"):
    chapter_starts = [ChapterStart(index, f"Chapter {index}") for index in starts]
    return build_book(blocks, chapter_starts, Metadata("The Mill", language=language), SOURCE)


def test_the_spoken_text_leaves_out_unspoken_spans() -> None:
    block = Block("The [1] hen\nsat.", unspoken_spans=[UnspokenSpan(4, 8, "footnote mark")])
    assert block.spoken_text == "The hen\nsat."
    assert block.single_line_text == "The hen sat."
    block.skip_reason = "footnote"
    assert block.spoken_text == ""


def test_the_text_of_the_book_is_that_of_its_blocks_with_blank_lines_between() -> None:
    book = build(Block("One."), Block("Two.", emphasis=[Span(0, 3)]))
    assert book.text == "One.\n\nTwo."
    paragraphs = book.chapters[0].paragraphs
    assert [book.text[p.start : p.end] for p in paragraphs] == ["One.", "Two."]
    assert paragraphs[1].emphasis == (Span(6, 9),)


def test_headings_are_paragraphs_without_a_number() -> None:
    book = build(Block("I", kind=ParagraphKind.HEADING), Block("One."), Block("Two."))
    assert [p.number for p in book.chapters[0].paragraphs] == [0, 1, 2]


def test_a_chapter_without_spoken_text_is_left_out_and_the_others_are_counted() -> None:
    blocks = [Block("One."), Block("Skipped.", skip_reason="imprint"), Block("Two.")]
    book = build(*blocks, starts=(0, 1, 2))
    assert [(c.number, c.title) for c in book.chapters] == [(1, "Chapter 0"), (2, "Chapter 2")]


def test_text_before_the_first_chapter_belongs_to_it() -> None:
    assert len(build(Block("One."), Block("Two."), starts=(1,)).chapters[0].paragraphs) == 2


SCENE_BREAK = "scene break"


@pytest.mark.parametrize(
    ("middle", "starts", "expected"),
    [
        ([Block("* * *", skip_reason=SCENE_BREAK)], (0,), [False, True]),
        ([Block("* * *", skip_reason=SCENE_BREAK), Block("[1]", skip_reason="x")], (0,), [False, True]),
        ([Block("A note", skip_reason="footnote")], (0,), [False, False]),
        ([Block("* * *", skip_reason=SCENE_BREAK)], (0, 2), [False, False]),
    ],
)  # fmt: skip
def test_a_scene_break_precedes_a_paragraph_unless_a_chapter_begins(
    middle: list[Block], starts: tuple[int, ...], expected: list[bool]
) -> None:
    book = build(Block("One."), *middle, Block("Two."), starts=starts)
    paragraphs = [p for chapter in book.chapters for p in chapter.paragraphs]
    assert [p.follows_scene_break for p in paragraphs] == expected


def test_blocks_skipped_for_one_reason_are_one_passage_but_scene_breaks_are_not() -> None:
    blocks = [
        Block("Title", skip_reason="title page"),
        Block("Author", skip_reason="title page"),
        Block("* * *", skip_reason=SCENE_BREAK),
        Block("* * *", skip_reason=SCENE_BREAK),
        Block("One [1] more.", unspoken_spans=[UnspokenSpan(4, 7, "footnote mark")]),
    ]
    assert [(s.reason, s.text) for s in build(*blocks).skipped] == [
        ("title page", "Title\n\nAuthor"),
        (SCENE_BREAK, "* * *"),
        (SCENE_BREAK, "* * *"),
        ("footnote mark", "[1]"),
    ]


@pytest.mark.parametrize(
    ("text", "declared", "chosen", "expected", "origin"),
    [
        (ENGLISH, "en", "", "en", LanguageOrigin.DECLARED),
        (GERMAN, "en", "", "de", LanguageOrigin.OVERRULED),
        (GERMAN, "", "", "de", LanguageOrigin.DETECTED),
        (GERMAN, "ger", "", "de", LanguageOrigin.DECLARED),
        (GERMAN, "de", "en", "en", LanguageOrigin.CHOSEN),
        (ENGLISH * 25, "fr", "", "en", LanguageOrigin.OVERRULED),
    ],
)
def test_the_metadata_record_the_language_and_where_it_comes_from(
    text: str, declared: str, chosen: str, expected: str, origin: LanguageOrigin
) -> None:
    metadata = resolve_language(Metadata("T", language=declared), [Block(text)], chosen)
    assert (metadata.language, metadata.language_origin) == (expected, origin)
    assert metadata.declared_language == declared


def test_skipped_text_does_not_decide_the_language() -> None:
    blocks = [Block(ENGLISH * 9, skip_reason="licence"), Block(GERMAN)]
    assert resolve_language(Metadata("T", language=""), blocks, "").language == "de"


@pytest.mark.parametrize(
    ("block", "hint"),
    [
        (Block("* * *"), "text recognition"),
        (Block("One.", skip_reason="imprint"), "text recognition"),
        (Block("A mill", skip_reason="picture"), "--images keep"),
    ],
)
def test_a_book_without_spoken_words_is_refused(block: Block, hint: str) -> None:
    with pytest.raises(EmptyBookError) as caught:
        build(block)
    assert hint in caught.value.hint
