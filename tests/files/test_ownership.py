import os
from dataclasses import replace
from pathlib import Path

import pytest

from narrator.files.manifest import BookRecord, Manifest
from narrator.files.ownership import Origin, Output, is_same_book, record_book

EARLIER = BookRecord("Emma", ("text",), ("/books/emma",), ("../emma",))


@pytest.mark.parametrize(
    ("contents", "places", "nearby_places", "expected"),
    [
        (("text",), ("/books/emma",), ("../emma",), True),
        (("text",), ("/other/renamed",), ("../renamed",), True),
        (("edited",), ("/books/emma",), ("../../emma",), True),
        (("edited",), ("/moved/emma",), ("../emma",), True),
        (("other",), ("/other/emma",), ("../../other/emma",), False),
        (("edited",), ("/books/emma", "/books/sequel"), (), True),
        (("edited",), (), (), False),
        ((), (), (), False),
    ],
)
def test_a_book_is_the_same_by_its_content_or_its_place(
    contents: tuple[str, ...],
    places: tuple[str, ...],
    nearby_places: tuple[str, ...],
    expected: bool,
) -> None:
    book = BookRecord("Emma", contents, places, nearby_places)
    assert is_same_book(EARLIER, book) is expected
    assert is_same_book(book, EARLIER) is expected


def test_books_that_share_one_of_several_files_differ() -> None:
    first = BookRecord("", ("a",), ("foreword", "emma"), ())
    second = BookRecord("", ("b",), ("foreword", "persuasion"), ())
    assert not is_same_book(first, second)


def test_a_record_holds_no_paths(tmp_path: Path) -> None:
    record = record_book(Origin("script", "Emma", ("ab",), (tmp_path / "emma.txt",)), tmp_path)
    assert "emma.txt" not in repr(record)


def test_a_book_that_moves_with_its_output_is_the_same(tmp_path: Path) -> None:
    records = [
        record_book(Origin("script", paths=(root / "emma.txt",)), root / "output")
        for root in (tmp_path / "before", tmp_path / "after")
    ]
    assert not set(records[0].places) & set(records[1].places)
    assert is_same_book(*records)


def test_a_title_that_cannot_be_encoded_is_recorded(tmp_path: Path) -> None:
    assert record_book(Origin("script", "A\ud800"), tmp_path).title == "A?"


def test_files_of_an_output_lie_in_the_folder_that_links_lead_to(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "emma.mp3").symlink_to(tmp_path / "disk" / "1.mp3")
    output = Output(tmp_path / "emma.mp3", Origin("audiobook"))
    assert output.folder == tmp_path / "disk"
    assert output.record_name == "1.mp3"
    audio, subtitles = output.main_file, output.locate(Path("emma.srt"))
    assert audio.real_path == tmp_path / "disk" / "1.mp3"
    assert audio.is_named
    assert subtitles.real_path == tmp_path / "emma.srt"
    assert not subtitles.is_named


def test_a_name_that_is_not_utf_8_has_a_name_in_the_record(tmp_path: Path) -> None:
    output = Output(tmp_path / os.fsdecode(b"caf\xe9.mp3"), Origin("audiobook"))
    assert output.record_name == "caf\\xe9.mp3"


def test_an_earlier_output_is_of_the_same_kind_and_book(tmp_path: Path) -> None:
    output = Output(tmp_path / "emma.mp3", Origin("audiobook", contents=("ab",)))
    record = output.make_record(tmp_path)
    manifest = Manifest(outputs={"emma.mp3": record})
    assert output.find_earlier(manifest) == record
    for origin in (Origin("preview", contents=("ab",)), Origin("audiobook", contents=("cd",))):
        assert replace(output, origin=origin).find_earlier(manifest) is None
