"""The text of a book can be read before it is known who speaks."""

import threading
from typing import TYPE_CHECKING

from narrator.build.options import Options
from narrator.build.resident_book import ResidentBook
from narrator.studio.chapter_views import view_chapter
from narrator.studio.preliminary_views import view_preliminary_book, view_preliminary_chapter

if TYPE_CHECKING:
    from narrator.model import Book


def test_the_text_comes_first_and_is_that_of_the_script(story) -> None:
    books: list[Book] = []
    resident = ResidentBook([str(story)], Options(engine="tone"), books.append)
    [book] = books
    assert [chapter.number for chapter in view_preliminary_book(book).chapters] == [1, 2]
    early, late = view_preliminary_chapter(book, 1), view_chapter(resident.state, 1)
    assert early is not None
    assert late is not None

    def text_of(view):  # type: ignore[no-untyped-def]
        return [
            "".join(line.gap + line.text for line in paragraph.lines).strip()
            for paragraph in view.paragraphs
        ]

    assert text_of(early) == text_of(late)
    assert view_preliminary_chapter(book, 3) is None


def test_a_book_whose_script_is_known_is_not_read_twice(story) -> None:
    options, called = Options(engine="tone"), threading.Event()
    ResidentBook([str(story)], options)
    ResidentBook([str(story)], options, lambda _: called.set())
    assert not called.is_set()
