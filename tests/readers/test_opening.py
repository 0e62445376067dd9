from pathlib import Path

import pytest

from narrator.readers import read


@pytest.mark.parametrize(
    ("name", "content", "title", "chapters"),
    [
        (
            "the-old-house.txt",
            "It stood there.\n\nNobody came.\n",
            "The Old House",
            ["The Old House"],
        ),
        (
            "a.txt",
            "CHAPTER I\n\nOne was.\n\nCHAPTER II\n\nTwo was.\n",
            "A",
            ["Chapter I", "Chapter II"],
        ),
        (
            "b.md",
            "# T\n\n## First\n\nOne.\n\n## Second day\n\nTwo.\n",
            "T",
            ["First", "Second day"],
        ),
        ("c.html", "<h1>T</h1><h2>First</h2><p>a</p><h2>Last</h2><p>b</p>", "T", ["First", "Last"]),
    ],
)
def test_a_file_is_read_by_what_it_is(
    tmp_path: Path, name: str, content: str, title: str, chapters: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(content)
    book = read([str(path)])
    assert book.metadata.title == title
    assert [chapter.title for chapter in book.chapters] == chapters
