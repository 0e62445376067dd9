"""The files that belong to a book: where they lie, and which of them counts."""

from dataclasses import replace
from pathlib import Path

import pytest

from narrator.build import book_files
from narrator.build.options import Options
from narrator.errors import CastFileError, OptionError
from tests.conftest import STORY


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "tale.txt"
    path.write_text(STORY, "utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "cast"),
    [("emma.epub", "emma.cast.toml"), ("books/emma", "books/emma.cast.toml"), ("/", "/.cast.toml")],
)
def test_what_belongs_to_a_book_lies_beside_it(path: str, cast: str) -> None:
    assert book_files.locate_beside_book(path, ".cast.toml") == Path(cast)


@pytest.mark.parametrize(("folder", "path"), [("emma", "."), ("emma/chapters", "..")])
def test_a_folder_that_is_named_by_dots_counts_by_its_real_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, path: str
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder)
    assert book_files.locate_beside_book(path, ".cast.toml") == tmp_path / "emma.cast.toml"


def test_a_cast_file_beside_the_book_counts_unless_another_is_named(
    book: Path, tmp_path: Path
) -> None:
    paths, options = [str(book)], Options()
    assert book_files.load_cast_file(paths, options).path is None
    beside, elsewhere = book.with_name("tale.cast.toml"), tmp_path / "other.toml"
    beside.write_text('narrator = "bass"\n', "utf-8")
    elsewhere.write_text('narrator = "horn"\n', "utf-8")
    assert book_files.load_cast_file(paths, options).path == beside
    named = replace(options, cast_file=elsewhere)
    assert book_files.load_cast_file(paths, named).path == elsewhere
    with pytest.raises(CastFileError):
        book_files.load_cast_file(paths, replace(options, cast_file=tmp_path / "missing.toml"))


@pytest.mark.parametrize("paths", [["-"], ["tale.txt", "second.txt"]])
def test_nothing_lies_beside_standard_input_or_several_books(
    book: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    monkeypatch.chdir(book.parent)
    for name in ("-.cast.toml", "tale.cast.toml"):
        Path(name).write_text('narrator = "bass"\n', "utf-8")
    Path("tale.corrections.toml").write_text("not toml", "utf-8")
    assert book_files.load_cast_file(paths, Options()).path is None
    assert not book_files.load_book_corrections(paths, Options()).line_corrections


def test_a_lexicon_that_is_named_counts_before_the_one_in_the_cast_file(
    book: Path, tmp_path: Path
) -> None:
    book.with_name("tale.cast.toml").write_text('[lexicon.words]\nnoon = "twelve"\n', "utf-8")
    lexicon = tmp_path / "words.toml"
    lexicon.write_text('[words]\nnoon = "midday"\n', "utf-8")
    from_cast_file = book_files.load_book_lexicon([str(book)], Options())
    named = book_files.load_book_lexicon([str(book)], Options(lexicon=lexicon))
    assert [entry.spoken_form for entry in from_cast_file.entries] == ["twelve"]
    assert [entry.spoken_form for entry in named.entries] == ["midday"]


def test_pauses_are_named_or_in_the_cast_file_or_natural(book: Path) -> None:
    paths = [str(book)]
    assert book_files.load_book_pauses(paths, Options()).scene == 2.2
    book.with_name("tale.cast.toml").write_text("[pauses]\nscene = 5.0\n", "utf-8")
    assert book_files.load_book_pauses(paths, Options()).scene == 5.0
    assert book_files.load_book_pauses(paths, Options(pauses="natural")).scene == 2.2


def test_corrections_are_written_beside_a_single_book(book: Path) -> None:
    expected = book.with_name("tale.corrections.toml")
    assert book_files.locate_corrections([str(book)]) == expected


@pytest.mark.parametrize("paths", [["-"], ["a.txt", "b.txt"]])
def test_corrections_of_several_books_have_no_place(paths: list[str]) -> None:
    with pytest.raises(OptionError, match="beside a single book"):
        book_files.locate_corrections(paths)


@pytest.mark.parametrize(
    ("path", "suffix", "output"),
    [
        ("-", ".mp3", "output/story.mp3"),
        ("books/emma.epub", ".m4b", "output/emma.m4b"),
        ("books/emma.epub", "", "output/emma"),
    ],
)
def test_the_output_is_named_after_the_book(path: str, suffix: str, output: str) -> None:
    assert book_files.default_output_path([path], suffix) == Path(output)
