"""Builds what the page shows of a book while it is not yet known who speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.model import LineKind, ParagraphKind
from narrator.readalong.text_direction import find_text_direction
from narrator.studio.messages import (
    ChapterEntry,
    ChapterView,
    LineView,
    ParagraphView,
    PreliminaryBookView,
)

if TYPE_CHECKING:
    from narrator.model import Book


def view_preliminary_book(book: Book) -> PreliminaryBookView:
    """Return the title and the chapters of a book."""
    metadata = book.metadata
    return PreliminaryBookView(
        metadata.title,
        metadata.author or "",
        metadata.language,
        find_text_direction(metadata.language),
        [ChapterEntry(chapter.number, chapter.title, 0) for chapter in book.chapters],
    )


def view_preliminary_chapter(book: Book, number: int) -> ChapterView | None:
    """Return the text of a chapter, a line for each paragraph; None if there is no such chapter."""
    chapter = next((each for each in book.chapters if each.number == number), None)
    if chapter is None:
        return None
    paragraphs = []
    for index, paragraph in enumerate(chapter.paragraphs):
        is_heading = paragraph.kind is ParagraphKind.HEADING
        kind = LineKind.HEADING if is_heading else LineKind.NARRATION
        text = book.display_text(paragraph.start, paragraph.end)
        line = LineView(f"{number}.{index}", text, str(kind), "")
        paragraphs.append(ParagraphView(str(paragraph.kind), paragraph.follows_scene_break, [line]))
    return ChapterView(number, chapter.title, paragraphs, [])
