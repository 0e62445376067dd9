"""What is wrong is said before a page opens."""

from pathlib import Path

import pytest

from narrator.build.options import Options
from narrator.errors import ReadingError
from narrator.studio import recent_books
from narrator.studio.http_server import serve_studio


def test_a_book_that_is_not_there_is_an_error_before_any_page_is_opened(tmp_path: Path) -> None:
    def announce(address: str) -> None:
        raise AssertionError(address)

    with pytest.raises(ReadingError, match=r"gone\.epub"):
        serve_studio(
            [str(tmp_path / "gone.epub")], Options(), announce=announce, opens_browser=False
        )


@pytest.mark.parametrize("content", ["[" * 200_000, '[{"x":' + "[" * 200_000, "{", "\xff", "[1]"])
def test_a_damaged_list_of_recent_books_is_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(recent_books, "local_cache_root", lambda: tmp_path)
    path = tmp_path / "studio" / "recent.json"
    path.parent.mkdir()
    path.write_text(content, "latin-1")
    assert recent_books.load_recent_books() == []
    book = tmp_path / "a.txt"
    book.touch()
    recent_books.remember_book("A", [str(book)])
    assert [each.title for each in recent_books.load_recent_books()] == ["A"]
