"""Many books: which inputs are books of their own, and where their audiobooks go."""

from pathlib import Path

import pytest

from narrator.build.batch import (
    BookInput,
    check_template,
    choose_targets,
    fill_template,
    group_inputs,
    look_like_chapters,
)
from narrator.errors import OptionError
from narrator.model import Metadata

NAMES = [
    (["ch1.txt", "ch2.txt", "ch10.txt"], True),
    (["Chapter One.txt", "Chapter Two.txt"], True),
    (["Kapitel 1.md", "Kapitel 2.md"], True),
    (["01 The Ferry.txt", "02 - The Storm.txt", "03_Mud.txt"], True),
    (["Prologue.docx", "Chapter 1.docx", "Chapter 2.docx", "Epilogue.docx"], True),
    (["part-1.html", "part-2.html"], True),
    (["emma.txt", "persuasion.txt"], False),
    (["emma.docx", "notes on emma.docx", "persuasion.docx"], False),
    (["book 1.epub", "book 2.epub"], False),
    (["01.fb2", "02.fb2"], False),
    (["1984.txt", "emma.txt", "dune.txt"], False),
]


@pytest.mark.parametrize(("names", "expected"), NAMES)
def test_chapters_are_known_by_their_names(names: list[str], expected: bool) -> None:
    assert look_like_chapters(names) == expected


def make_folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        (tmp_path / name).write_text("The ferry had gone.", "utf-8")
    return tmp_path


def test_a_folder_of_books_is_as_many_books(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "emma.txt", "persuasion.txt")
    groups = group_inputs([str(folder)])
    assert [Path(book.paths[0]).name for book in groups.books] == ["emma.txt", "persuasion.txt"]
    assert "--one-book" in groups.note
    assert group_inputs([str(folder)], one_book=True).books == (BookInput((str(folder),)),)


def test_a_folder_of_chapters_is_one_book_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "chapter 1.txt", "chapter 2.txt")
    assert group_inputs([str(folder)]).books == (BookInput((str(folder),)),)
    assert len(group_inputs([str(folder)], one_book=False).books) == 2
    files = [str(folder / "chapter 1.txt"), str(folder / "chapter 2.txt")]
    joined = group_inputs(files)
    assert [book.paths for book in joined.books] == [tuple(files)]
    assert "--no-one-book" in joined.note


def test_one_input_is_one_book(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "emma.txt")
    assert group_inputs([str(folder / "emma.txt")]).note == ""
    assert len(group_inputs(["-"]).books) == 1


def test_an_input_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    name = str(make_folder(tmp_path, "emma.txt") / "emma.txt")
    for paths in (["-", "-"], [name, name]):
        with pytest.raises(OptionError, match="is named twice"):
            group_inputs(paths)


def test_further_formats_of_one_book_are_left_out_and_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "emma.txt", "emma.md", "emma.html", "dune.txt")
    groups = group_inputs([str(folder)])
    assert sorted(Path(book.paths[0]).name for book in groups.books) == ["dune.txt", "emma.md"]
    assert "emma.html, emma.txt is left out" in groups.note


def test_no_two_books_have_the_same_place(tmp_path: Path) -> None:
    books = [BookInput((str(tmp_path / folder / "book.txt"),)) for folder in ("a", "b", "b")]
    targets = choose_targets([(book, ".mp3") for book in books], None)
    assert [target.name for target in targets] == ["book.mp3", "book (b).mp3", "book (2).mp3"]
    assert choose_targets([(books[0], ".m4b")], tmp_path) == [tmp_path / "book.m4b"]


EMMA = Metadata(
    "Emma: A Novel", "Jane Austen", series="Works", series_index="4", published="1815-12"
)
TEMPLATES = [
    ("{author}/{title}", EMMA, "Jane Austen/Emma A Novel"),
    ("{author}/{series}/{series_index:02} {title}", EMMA, "Jane Austen/Works/04 Emma A Novel"),
    ("{author}/{series}/{series_index:02} {title}", Metadata("Tale"), "Tale"),
    ("{year} - {title}", EMMA, "1815 - Emma A Novel"),
    ("{year} - {title}", Metadata("Tale"), "Tale"),
    ("{series_index:02} {title}", Metadata("T", series_index="2.5"), "2.5 T"),
    ("{title}", Metadata("../../etc/passwd"), "etc passwd"),
    ("{title}", Metadata("CON"), "CON_"),
    ("{author}/{title}", Metadata("Lpt¹", "nul.tar.gz"), "nul_.tar.gz/Lpt¹_"),
    ("{author}/{title}", Metadata("...", "   "), "emma-1"),
    ("{title}", Metadata("🐉 The Dragon. "), "🐉 The Dragon"),
    ("{title}", Metadata("x" * 300), "x" * 120),
    ("{author}/{title}", Metadata("-rf", "--help"), "help/rf"),
    ("{author}\\{title}", Metadata("a\x00b", "c/d"), "c d/a␀b"),
    ("{name}", EMMA, "emma-1"),
    ("x/../{title}", Metadata("T"), "x/T"),
]


@pytest.mark.parametrize(("template", "metadata", "expected"), TEMPLATES)
def test_a_template_becomes_a_safe_path(template: str, metadata: Metadata, expected: str) -> None:
    assert fill_template(template, metadata, "emma-1").as_posix() == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{titel}", "did you mean title"),
        ("{title", "is not valid"),
        ("{title.__class__}", "unknown field"),
        ("{}", "unknown field"),
    ],
)
def test_a_wrong_template_is_refused(template: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        check_template(template)


def test_a_template_without_a_value_is_refused() -> None:
    with pytest.raises(OptionError, match="is empty"):
        fill_template("{series}", Metadata("T"), "t")
    with pytest.raises(OptionError, match="not a format for numbers"):
        fill_template("{series_index:zz}", EMMA, "t")
