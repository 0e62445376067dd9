"""What is wrong is said before a page opens."""

from pathlib import Path

import pytest

from narrator.build.options import Options
from narrator.errors import ReadingError
from narrator.studio.http_server import serve_studio


def test_a_book_that_is_not_there_is_an_error_before_any_page_is_opened(tmp_path: Path) -> None:
    def announce(address: str) -> None:
        raise AssertionError(address)

    with pytest.raises(ReadingError, match=r"gone\.epub"):
        serve_studio(
            [str(tmp_path / "gone.epub")], Options(), announce=announce, opens_browser=False
        )
