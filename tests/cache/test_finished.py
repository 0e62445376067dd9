import os
from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.cache.finished import find_finished_files, record_finished_files
from narrator.cache.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "book.mp3", tmp_path / "book.srt"]
    for path in paths:
        path.write_bytes(b"finished")
    return paths


def test_files_that_are_unchanged_are_found(store: Store, files: list[Path]) -> None:
    record_finished_files(store, "abcd", files)
    assert find_finished_files(store, "abcd") == tuple(files)


def test_a_name_that_was_not_recorded_finds_nothing(store: Store, files: list[Path]) -> None:
    record_finished_files(store, "abcd", files)
    assert find_finished_files(store, "bcde") is None


def _rewrite(path: Path) -> None:
    path.write_bytes(b"changed!")


def _touch(path: Path) -> None:
    os.utime(path, (0, 0))


def _replace_by_copy(path: Path) -> None:
    status = path.stat()
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    copy.replace(path)


@pytest.mark.parametrize("change", [_rewrite, _touch, _replace_by_copy, Path.unlink])
def test_one_file_that_was_changed_is_enough_to_write_all_again(
    store: Store, files: list[Path], change: Callable[[Path], None]
) -> None:
    record_finished_files(store, "abcd", files)
    change(files[1])
    assert find_finished_files(store, "abcd") is None
