"""Books of the many kinds that people bring: plays, chats, scans, web serials, letters, poems.

Each folder holds a small book, and the statements about it that must be true, one per line:

    chapters: Act I | Act II       their titles
    number of chapters: 3
    title: The Weir
    author: Nora Hale
    said by Dora: Wake up, sir.    a line has this text, and this speaker
    dialogue: Wake up, sir.        a line of dialogue has this text
    narration: A bell rings.       a line that nobody says has this text
    contains: A bell rings.        this is spoken, or written in a line
    spoken: act one                this is spoken
    silent: PAGE 3                 this is not spoken, in any case
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from narrator.build import pipeline
from narrator.build.options import Options

if TYPE_CHECKING:
    from narrator.model import Line, Script

KINDS = Path(__file__).parent / "kinds"
NAMES = sorted(folder.name for folder in KINDS.iterdir())
STRAIGHT_MARKS = str.maketrans("’‘“”", "''\"\"")


def find_book(folder: Path, tmp_path: Path) -> Path:
    """Return the book in a folder; an EPUB lies there unpacked."""
    if not (folder / "epub").is_dir():
        [book] = folder.glob("book.*")
        return book
    book = tmp_path / "book.epub"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for path in sorted((folder / "epub").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder / "epub").as_posix())
    return book


def simplify(text: str) -> str:
    """Return a text on one line with straight quotation marks."""
    return " ".join(text.translate(STRAIGHT_MARKS).split())


def find_line(script: Script, wanted: str) -> Line:
    """Return the first line that has a text, as it is written or spoken."""
    for line in script.lines:
        if wanted in simplify(line.text) or wanted in simplify(line.spoken):
            return line
    raise AssertionError(f"no line has {wanted!r}")


def list_titles(script: Script) -> list[str]:
    return [simplify(chapter.title).casefold() for chapter in script.book.chapters]


def check_statement(script: Script, statement: str, wanted: str) -> None:
    """Fail unless a statement about a script is true."""
    spoken = simplify(" ".join(line.spoken for line in script.lines))
    written = simplify(" ".join(line.text for line in script.lines))
    name = statement.removeprefix("said by ")
    if name != statement:
        assert find_line(script, wanted).speaker == name
    elif statement == "chapters":
        assert list_titles(script) == [title.strip().casefold() for title in wanted.split("|")]
    elif statement == "number of chapters":
        assert len(list_titles(script)) == int(wanted), list_titles(script)
    elif statement == "title":
        assert simplify(script.book.metadata.title) == wanted
    elif statement == "author":
        assert script.book.metadata.author == wanted
    elif statement == "dialogue":
        assert find_line(script, wanted).kind == "dialogue"
    elif statement == "narration":
        assert find_line(script, wanted).speaker is None
    elif statement == "contains":
        assert wanted in spoken or wanted in written
    elif statement == "spoken":
        assert wanted in spoken
    else:
        assert statement == "silent"
        assert wanted.casefold() not in spoken.casefold()


@pytest.mark.parametrize("name", NAMES)
def test_a_book_of_each_kind_is_read_as_a_person_would(name: str, tmp_path: Path) -> None:
    rows = (KINDS / name / "expected.txt").read_text("utf-8").splitlines()
    assert rows
    script = pipeline.write_script([str(find_book(KINDS / name, tmp_path))], Options())
    for row in rows:
        statement, _, wanted = row.partition(": ")
        check_statement(script, statement, simplify(wanted))
