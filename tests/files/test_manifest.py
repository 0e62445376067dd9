from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files.manifest import (
    MANIFEST_NAME,
    BookRecord,
    FileRecord,
    Manifest,
    OutputRecord,
    Version,
    is_unchanged,
    load_manifest,
    read_state,
    read_version,
    save_manifest,
)

BOOK = BookRecord("Emma “E”", ("ab",), ("cd",), ("ef",))


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    files = {"tales/01.mp3": FileRecord((Version(5, "ab"),), (1, 2, 3))}
    manifest = Manifest(outputs={".": OutputRecord("chapters", BOOK, files)})
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_NAME]


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_record_and_one_that_a_power_cut_emptied_are_empty(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / MANIFEST_NAME).write_bytes(content)
    assert load_manifest(tmp_path) == Manifest()


@pytest.mark.parametrize(
    "content",
    [b"mine", b"[]", b"{}", b"\xff", b'{"format": "other", "outputs": {}}', b"[" * 100_000,
     b'{"format": "files that narrator wrote, version 1", "outputs": {"a": 1}}'],
)  # fmt: skip
def test_a_file_that_is_not_a_record_is_an_error_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST_NAME).write_bytes(content)
    with pytest.raises(OutputError, match="not a record"):
        load_manifest(tmp_path)
    assert (tmp_path / MANIFEST_NAME).read_bytes() == content


def test_a_record_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / MANIFEST_NAME).mkdir()
    with pytest.raises(OutputError, match="can't be read"):
        load_manifest(tmp_path)


def test_a_file_is_unchanged_while_its_content_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"sound")
    record = FileRecord((read_version(path),))
    assert is_unchanged(path, record)
    path.write_bytes(b"SOUND")
    assert not is_unchanged(path, record)
    path.write_bytes(b"longer")
    assert not is_unchanged(path, record)


def test_a_file_in_its_recorded_state_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"sound")
    record = FileRecord((read_version(path),), read_state(path.lstat()))
    monkeypatch.setattr("narrator.files.manifest.read_version", pytest.fail)
    assert is_unchanged(path, record)


def test_a_link_is_not_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"sound")
    record = FileRecord((read_version(tmp_path / "a.mp3"),))
    (tmp_path / "link.mp3").symlink_to("a.mp3")
    assert not is_unchanged(tmp_path / "link.mp3", record)
