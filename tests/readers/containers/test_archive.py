import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from narrator.errors import BrokenInputError, NarratorError, ProtectedInputError
from narrator.readers.containers import limits
from narrator.readers.containers.archive import Archive, may_have_entry
from tests.readers.sample_books import archive, epub, page, read


def bomb(count: int = 1, size: int = 40 * 2**20) -> bytes:
    return epub({f"{n}.xhtml": b"<p>" + b" " * size for n in range(count)})


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (bomb(), "unpacks to 200 times its size"),
        (archive({f"{n}": "" for n in range(limits.MAX_ENTRIES + 1)}, packed=False), "entries"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (epub({"a.xhtml": "<p>One.</p>"})[:-30], "is damaged"),
    ],
)
def test_bombs_and_damaged_archives_are_refused_with_one_line(data: bytes, complaint: str) -> None:
    with pytest.raises(BrokenInputError, match=complaint) as caught:
        Archive(data, "a.epub")
    assert "\n" not in str(caught.value)


def test_a_false_size_in_the_directory_does_not_evade_the_limit() -> None:
    data = bytearray(archive({"a": b" " * 2**21}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)
    with pytest.raises(BrokenInputError):
        Archive(bytes(data), "a.epub").read_entry("a", 2**20)


def test_the_total_size_of_all_texts_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TEXT_BYTES", 1000)
    with pytest.raises(BrokenInputError, match="too large"):
        read(epub({f"{n}.xhtml": page("<p>One.</p>" * 40) for n in range(5)}))


def test_an_encrypted_entry_is_reported_as_such() -> None:
    data = bytearray(archive({"a.xhtml": "One"}, packed=False))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(ProtectedInputError, match="locked by a password"):
        Archive(bytes(data), "a.epub").read_entry("a.xhtml")


@pytest.mark.parametrize(("second", "fails"), [("Two", True), ("One", False)])
def test_two_entries_of_one_name_are_refused_unless_they_are_equal(
    second: str, *, fails: bool
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("a", "One")
        file.writestr("a", second)
    if fails:
        with pytest.raises(BrokenInputError, match="holds a twice"):
            Archive(out.getvalue(), "a.epub")
    else:
        assert Archive(out.getvalue(), "a.epub").read_entry("a") == b"One"


def test_a_symbolic_link_does_not_count_as_an_entry(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link = zipfile.ZipInfo("link.xhtml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(link, str(secret))
    with pytest.raises(KeyError):
        Archive(out.getvalue(), "a.epub").read_entry("link.xhtml")


@pytest.mark.parametrize("name", ["../secret.xhtml", "/etc/passwd", "../../etc/passwd", "C:\\x"])
def test_a_path_out_of_the_archive_reads_no_other_file(name: str, tmp_path: Path) -> None:
    outside = tmp_path / "secret.xhtml"
    outside.write_text("<p>the secret</p>")
    data = epub({"a.xhtml": "<p>One.</p>"}, spine=["a.xhtml", name], extra={name: "<p>inside</p>"})
    book = read(data, str(tmp_path / "books" / "a.epub"))
    assert "the secret" not in book.text
    assert "root:" not in book.text


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE p [<!ENTITY x SYSTEM "{uri}">]><html><body><p>One. &x;</p></body></html>',
        '<!DOCTYPE p [<!ENTITY % x SYSTEM "{uri}"> %x;]><html><body><p>One.</p></body></html>',
        '<!DOCTYPE p SYSTEM "{uri}"><html><body><p>One.</p></body></html>',
        '<html xmlns:xi="http://www.w3.org/2001/XInclude"><body><p>One.</p><xi:include href="{uri}" parse="text"/></body></html>',
        '<html><body><p>One.</p><iframe src="{uri}"></iframe><object data="{uri}"></object></body></html>',
    ],
)
def test_no_other_file_is_read(body: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    book = read(epub({"a.xhtml": body.replace("{uri}", secret.as_uri())}))
    assert "One." in book.text
    assert "the secret" not in book.text


@pytest.mark.parametrize("place", ["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/a.xhtml"])
def test_nested_entities_are_never_expanded(place: str) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>&l9;</x>'
    try:
        book = read(epub({"a.xhtml": "<p>One.</p>"}, extra={place: text}))
    except NarratorError:
        return
    assert len(book.text) < 1000


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (archive({"a/b.xml": "One"}), "a/b.xml", True),
        (archive({"a/b.xml": "One"}), "a/c.xml", False),
        (archive({"a/b.xml": "One"})[4:], "a/b.xml", False),
        (b"a/b.xml", "a/b.xml", False),
        (b"", "a/b.xml", False),
    ],
)
def test_an_entry_is_looked_for_without_opening_the_archive(
    data: bytes, name: str, *, expected: bool
) -> None:
    assert may_have_entry(data, name) is expected


def test_names_differ_in_case_accents_and_slashes_only() -> None:
    book = Archive(archive({"Ae\u0301/B.xml": "One", "folder\\c.xml": "Two"}), "a.epub")
    assert "A\u00e9/b.XML" in book
    assert book.read_entry("a\u00e9/b.xml") == b"One"
    assert book.read_entry("folder/c.xml") == b"Two"
    assert "b.xml" not in book
