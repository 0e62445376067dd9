"""Check what every reader must do, including readers of other packages."""

import re
from pathlib import Path

import pytest

from narrator import registry
from narrator.errors import ReadingError
from narrator.readers import Policy, Reader, SourceFile

READERS = registry.list_readers()
OWN = {path.stem for path in (Path(__file__).parents[1] / "readers").glob("test_*.py")}
NAUGHTY = [b"", b"\x00", b"PK\x03\x04", b"%PDF-", b"<", b"<html", b"\xff\xfe", b"\xef\xbb\xbf", b"[1]", b"---\n", b"<?xml", b"\xf0\x9f" * 99]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_reader_has_a_name_suffixes_and_tests(name: str) -> None:
    reader = registry.load_reader(name)
    assert reader.name == name
    assert reader.suffixes
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in reader.suffixes)
    assert f"test_{name}" in OWN


def test_each_suffix_belongs_to_one_reader() -> None:
    suffixes = [suffix for name in READERS for suffix in registry.load_reader(name).suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("data", NAUGHTY)
def test_any_bytes_are_read_or_refused_with_one_line(name: str, data: bytes) -> None:
    reader = registry.load_reader(name)
    source = SourceFile("a.book", data, reader.suffixes[0])
    assert reader.recognises(source) in (True, False)
    told = outcome(reader, source)
    assert "\n" not in told
    assert told == "a book" or re.fullmatch(r".*a\.book.*: .+", told)


def outcome(reader: Reader, source: SourceFile) -> str:
    try:
        return "a book" if reader.read(source, Policy()).chapters else ""
    except ReadingError as error:
        return str(error)
