import io
from pathlib import Path

import pytest

from narrator import registry
from narrator.errors import (
    BrokenInputError,
    EmptyBookError,
    MissingExtraError,
    OptionError,
    ReadingError,
    UnknownFormatError,
)
from narrator.readers import Policy, SourceFile, read
from narrator.readers.containers import limits
from narrator.readers.loading import find_reader, natural_sort_key, title_from_path
from tests.readers.making import epub, spoken, titles

TWO = "CHAPTER I\n\nOne was.\n\nCHAPTER II\n\nTwo was.\n"


@pytest.mark.parametrize(
    ("name", "content", "title", "chapters"),
    [
        ("the-old-house.txt", "It stood.\n\nNobody came.\n", "The Old House", ["The Old House"]),
        ("a.txt", TWO, "A", ["Chapter I", "Chapter II"]),
        (
            "b.md",
            "# T\n\n## First\n\nOne.\n\n## Second day\n\nTwo.\n",
            "T",
            ["First", "Second day"],
        ),
        ("c.html", "<h1>T</h1><h2>First</h2><p>a</p><h2>Last</h2><p>b</p>", "T", ["First", "Last"]),
        ("d.txt", "<html><title>T</title><body><p>One.</p></body></html>", "T", ["T"]),
        ("e", "It stood.", "E", ["E"]),
        ("f.xyz", "It stood.", "F", ["F"]),
    ],
)
def test_a_file_is_read_by_what_it_is(
    tmp_path: Path, name: str, content: str, title: str, chapters: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(content)
    book = read([str(path)])
    assert book.metadata.title == title
    assert titles(book) == chapters
    assert book.source.path == str(path)


def test_content_counts_more_than_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(epub({"a.xhtml": "<p>One.</p>"}))
    assert spoken(read([str(path)])) == ["One."]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Word document"),
        (b"x" * 60 + b"BOOKMOBI" + bytes(100), "a Kindle book"),
        (b"{\\rtf1\\ansi One.}", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"ID3\x04" + bytes(100), "an audio file"),
        (b"\x7fELF" + bytes(100), "a program"),
        (bytes(range(256)) * 8, "in a format that no reader knows"),
        (b"PK\x05\x06" + bytes(18), "in a format that no reader knows"),
    ],
)
def test_what_no_reader_knows_is_named_with_the_way_out(data: bytes, what: str) -> None:
    with pytest.raises(UnknownFormatError, match=rf"^book\.doc is {what}: convert it to EPUB"):
        find_reader(SourceFile("book.doc", data, ".doc"))


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(TWO.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    book = read(["-"])
    assert (book.metadata.title, book.source.path, len(book.chapters)) == ("Untitled", "-", 2)


def test_several_files_are_one_book_in_the_order_given(tmp_path: Path) -> None:
    paths = []
    for name, text in (("two.txt", "Two.[1]\n\n[1] Note."), ("one.md", "# The *Mill*\n\nOne.\n")):
        paths.append(str(tmp_path / name))
        Path(paths[-1]).write_text(text)
    book = read(paths)
    assert titles(book) == ["Two", "The Mill"]
    assert spoken(book) == ["Two.", "# The Mill", "One."]
    assert [chapter.number for chapter in book.chapters] == [1, 2]
    assert all(book.text[s.start : s.end] == s.text for s in book.skipped)


def test_a_folder_is_a_book_of_its_files_in_natural_order(tmp_path: Path) -> None:
    folder = tmp_path / "the-old-mill"
    folder.mkdir()
    for n in (1, 2, 10):
        (folder / f"chapter {n}.txt").write_text(f"It was {n}.")
    (folder / ".hidden.txt").write_text("No.")
    (folder / "notes.xlsx").write_bytes(b"No.")
    (folder / "empty.txt").write_text("  \n")
    book = read([str(folder)])
    assert spoken(book) == ["It was 1.", "It was 2.", "It was 10."]
    assert book.metadata.title == "The Old Mill"


@pytest.mark.parametrize(
    ("name", "content", "error", "complaint"),
    [
        ("a.txt", b"", EmptyBookError, "is empty"),
        ("b.txt", b" \n ", EmptyBookError, "no words"),
        ("c.epub", b"\x00\x01\x02" * 99, BrokenInputError, "not whole"),
        ("d.pdf", b"no pdf", BrokenInputError, "no whole PDF"),
    ],
)
def test_bad_input_gives_one_clear_line(
    tmp_path: Path, name: str, content: bytes, error: type[Exception], complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error, match=complaint) as caught:
        read([str(path)])
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("One.")
    with pytest.raises(ReadingError, match=r"did you mean story\.txt\?"):
        read([str(tmp_path / "storry.txt")])


def test_an_empty_folder_and_no_path_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="folder without"):
        read([str(tmp_path)])
    with pytest.raises(OptionError, match="nothing to read"):
        read([])


def test_a_file_larger_than_any_book_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_INPUT_BYTES", 2**20)
    (tmp_path / "a.txt").write_bytes(b"a " * 2**20)
    with pytest.raises(BrokenInputError, match="larger than 1 MiB"):
        read([str(tmp_path / "a.txt")])


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        if name == "pdf":
            raise MissingExtraError("pdf needs pypdf", "pip install 'narrator-audiobook[pdf]'")
        return real(name)

    real = registry.load_reader
    monkeypatch.setattr(registry, "load_reader", missing)
    for source in (SourceFile("a.pdf", b"%PDF-1.7", ".pdf"), SourceFile("-", b"%PDF-1.7", "")):
        with pytest.raises(MissingExtraError, match=r"\[pdf\]"):
            find_reader(source)
    assert find_reader(SourceFile("a.txt", b"One.", ".txt")).name == "plain"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("seeds/the-designer-of-almaty.txt", "The Designer of Almaty"),
        ("The_Old_House.txt", "The Old House"),
        ("war and peace.epub", "War and Peace"),
        ("Emma - Jane Austen.txt", "Emma - Jane Austen"),
        ("-", "Untitled"),
    ],
)
def test_a_title_is_made_of_a_files_name(path: str, title: str) -> None:
    assert title_from_path(path) == title


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["c10", "c2", "C1", "c1b", "c²"]
    assert sorted(names, key=natural_sort_key)[:4] == ["C1", "c1b", "c2", "c10"]


def test_a_policy_reaches_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One.[1]\n\n[1] Note.")
    assert spoken(read([str(path)], Policy(notes="inline"))) == ["One.", "Note."]
