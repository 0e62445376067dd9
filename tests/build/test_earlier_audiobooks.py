"""Audiobooks are recognised by the record of what narrator wrote."""

import os
from pathlib import Path

import pytest

from narrator.build.earlier_audiobooks import (
    find_earlier_audiobooks,
    find_new_files,
    sort_sound_files,
)
from narrator.files.manifest import MANIFEST_NAME
from narrator.files.outputs import publish_early, stage_output, write_file
from narrator.files.ownership import Origin, Output


def write_audiobook(file: Path, book: Path, kind: str = "audiobook") -> None:
    with write_file(Output(file, Origin(kind, "Title", paths=(book,)))) as part:
        part.write_bytes(b"sound")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "books" / "emma.txt"
    path.parent.mkdir()
    path.write_text("Emma", "utf-8")
    return path


@pytest.mark.parametrize(
    "place",
    ["output/a.mp3", "output/Ann/shelf/a.opus", "a.m4b", "books/a.mp3", "books/output/a.wav"],
)
def test_it_is_found_in_the_output_folder_and_beside_the_book(place: str, book: Path) -> None:
    write_audiobook(Path(place), book)
    [found] = find_earlier_audiobooks([str(book)])
    assert found.target == Path(place) or found.target.samefile(place)


def test_other_books_previews_and_text_are_not_audiobooks_of_a_book(book: Path) -> None:
    write_audiobook(Path("output/other.mp3"), book.with_name("other.txt"))
    write_audiobook(Path("output/preview.wav"), book, "preview")
    write_audiobook(Path("output/emma.epub"), book)
    assert find_earlier_audiobooks([str(book)]) == []


def test_the_newest_comes_first_and_a_removed_file_is_no_audiobook(book: Path) -> None:
    for number, name in enumerate(("old.mp3", "new.mp3", "gone.mp3")):
        write_audiobook(Path("output") / name, book)
        os.utime(Path("output") / name, (number, number))
    Path("output/gone.mp3").unlink()
    names = [each.target.name for each in find_earlier_audiobooks([str(book)])]
    assert names == ["new.mp3", "old.mp3"]


def test_a_damaged_record_hides_nothing_elsewhere(book: Path) -> None:
    write_audiobook(Path("output/a.mp3"), book)
    Path("books", MANIFEST_NAME).write_text("?", "utf-8")
    assert len(find_earlier_audiobooks([str(book)])) == 1


def test_sound_files_are_sorted_by_number_without_the_sample() -> None:
    names = ["10 - C.mp3", "2 - B.mp3", "1 - A.mp3", "retail_sample.mp3", "playlist.m3u8"]
    assert [file.name[:2].strip() for file in sort_sound_files(map(Path, names))] == [
        "1",
        "2",
        "10",
    ]


def write_early(folder: Path, book: Path, *names: str) -> None:
    output = Output(folder, Origin("chapters", "Title", paths=(book,)), is_folder=True)
    with stage_output(output) as staging_folder:
        for name in names:
            (staging_folder / name).write_bytes(name.encode())
        publish_early(output, staging_folder)


def test_an_unfinished_audiobook_ends_before_the_first_chapter_that_is_missing(book: Path) -> None:
    folder = Path("output/emma")
    write_early(folder, book, "03 - A.mp3", "04 - B.mp3", "06 - D.mp3")
    [found] = find_earlier_audiobooks([str(book)])
    assert [file.name for file in found.files] == ["03 - A.mp3", "04 - B.mp3"]
    assert find_new_files(found) == ()
    write_early(folder, book, "05 - C.mp3")
    assert [file.name for file in find_new_files(found) or ()] == ["05 - C.mp3", "06 - D.mp3"]


def test_nothing_is_added_to_a_finished_audiobook(book: Path) -> None:
    write_audiobook(Path("output/a.mp3"), book)
    [found] = find_earlier_audiobooks([str(book)])
    assert find_new_files(found) is None
