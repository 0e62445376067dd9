import io
from pathlib import Path

import pytest

from narrator import registry
from narrator.errors import (
    BrokenInputError,
    EmptyBookError,
    MissingExtraError,
    OptionError,
    UnknownFormatError,
)
from narrator.readers import Policy, SourceFile, read
from narrator.readers.containers import limits
from narrator.readers.loading import (
    describe_source,
    find_reader,
    read_sources,
    title_from_path,
)
from narrator.readers.source_files import load_files
from tests.readers.sample_books import epub, spoken, titles

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
def test_the_reader_of_a_file_follows_from_its_contents(
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
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"ID3\x04" + bytes(100), "an audio file"),
        (b"\x7fELF" + bytes(100), "a program"),
        (bytes(range(256)) * 8, "in a format that no reader knows"),
        (b"PK\x05\x06" + bytes(18), "in a format that no reader knows"),
    ],
)
def test_an_unreadable_format_is_named_with_a_way_out(data: bytes, what: str) -> None:
    with pytest.raises(UnknownFormatError, match=rf"^book\.doc is {what}: convert it to EPUB"):
        find_reader(SourceFile("book.doc", data, ".doc"))


@pytest.mark.parametrize(
    ("suffix", "language"), [(".tex", "LaTeX"), (".org", "Org"), (".adoc", "AsciiDoc")]
)
def test_a_markup_language_without_a_reader_is_named_with_its_converter(
    suffix: str, language: str
) -> None:
    source = SourceFile(f"book{suffix}", b"One. Two.", suffix)
    with pytest.raises(
        UnknownFormatError, match=f"{language}: convert it with Pandoc first: pandoc"
    ):
        find_reader(source)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(TWO.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    book = read(["-"])
    assert (book.metadata.title, book.source.path, len(book.chapters)) == ("Untitled", "-", 2)


def test_several_files_become_one_book_in_their_order(tmp_path: Path) -> None:
    paths = []
    for name, text in (("two.txt", "Two.[1]\n\n[1] Note."), ("one.md", "# The *Mill*\n\nOne.\n")):
        paths.append(str(tmp_path / name))
        Path(paths[-1]).write_text(text, encoding="utf-8")
    book = read(paths)
    assert titles(book) == ["Two", "The Mill"]
    assert spoken(book) == ["Two.", "# The Mill", "One."]
    assert [chapter.number for chapter in book.chapters] == [1, 2]
    assert all(book.text[s.start : s.end] == s.text for s in book.skipped)


def test_a_folder_becomes_a_book_of_its_files_in_natural_order(tmp_path: Path) -> None:
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
        ("c.epub", b"\x00\x01\x02" * 99, BrokenInputError, "is damaged"),
        ("d.pdf", b"no pdf", BrokenInputError, "not a complete PDF"),
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


def test_an_empty_folder_and_an_empty_list_of_paths_are_refused(tmp_path: Path) -> None:
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
def test_a_title_is_made_from_the_name_of_a_file(path: str, title: str) -> None:
    assert title_from_path(path) == title


def test_a_policy_reaches_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One.[1]\n\n[1] Note.")
    assert spoken(read([str(path)], Policy(notes="inline"))) == ["One.", "Note."]


def test_offsets_of_joined_files_are_offsets_into_the_joined_text(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2, 3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"CHAPTER {number}\n\nIt _was_ {number}.[1]\n\n[1] A note.\n")
        paths.append(str(path))
    book = read(paths)
    assert [chapter.number for chapter in book.chapters] == [1, 2, 3]
    assert spoken(book)[1::2] == ["It was 1.", "It was 2.", "It was 3."]
    emphasised = [
        book.text[span.start : span.end].strip("_")
        for chapter in book.chapters
        for paragraph in chapter.paragraphs
        for span in paragraph.emphasis
    ]
    assert emphasised == ["was", "was", "was"]
    for passage in book.skipped:
        assert book.text[passage.start : passage.end] == passage.text


def test_joined_files_with_different_titles_have_the_title_of_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "two_tales.v2"
    folder.mkdir()
    for title in ("One day", "Next day"):
        (folder / f"{title}.md").write_text(f"# {title}\n\nIt was.\n")
    files = sorted(str(path) for path in folder.iterdir())
    assert read([str(folder)]).metadata.title == "Two Tales.V2"
    assert read(files).metadata.title == "Two Tales.V2"
    (folder / "Next day.md").write_text("# One day\n\nIt was.\n")
    assert read(files).metadata.title == "One day"


def test_files_without_words_are_left_out_unless_all_are() -> None:
    sources = [SourceFile("a.txt", b"One.", ".txt"), SourceFile("b.txt", b"***", ".txt")]
    assert spoken(read_sources(sources, ["folder"], Policy())) == ["One."]
    with pytest.raises(EmptyBookError, match="none of the files in folder contains any text"):
        read_sources([sources[1], sources[1]], ["folder"], Policy())


def test_a_source_is_described_by_path_checksum_and_encoding(tmp_path: Path) -> None:
    path = tmp_path / "A.TXT"
    path.write_bytes(b"abc")
    [source] = load_files([str(path)])
    assert source.suffix == ".txt"
    described = describe_source(source, "ascii")
    assert described.path == str(path)
    assert described.encoding == "ascii"
    # The checksum of "abc" is the first example of FIPS 180-2.
    assert described.sha256.startswith("ba7816bf8f01cfea")


@pytest.mark.parametrize(
    ("data", "suffix", "reader"),
    [
        (b"%PDF-1.7", "", "pdf"),
        (b"# One", ".md", "markdown"),
        (b"# One", ".txt", "plain"),
        (b"<html><p>One.", ".md", "html"),
        (b"<html><p>One.", "", "html"),
        (b"<FictionBook>", "", "fb2"),
        (b"One.", ".epub", "epub"),
        (b"One.", ".xyz", "plain"),
    ],
)
def test_a_reader_is_found_by_bytes_first_and_suffix_second(
    data: bytes, suffix: str, reader: str
) -> None:
    assert find_reader(SourceFile(f"a{suffix}", data, suffix)).name == reader


def test_a_declared_language_that_the_text_contradicts_is_noted(tmp_path: Path) -> None:
    sentence = "Der alte Mann ging langsam durch den Garten und dachte an seine Tochter. "
    path = tmp_path / "garten.md"
    path.write_text(f"---\nlang: fr\n---\n\n{sentence * 20}", "utf-8")
    assert read([str(path)]).notes == (
        "the text is in German, although the book declares French; --language fr keeps that",
    )
