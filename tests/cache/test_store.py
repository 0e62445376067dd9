import errno
import os
import threading
import time
from pathlib import Path

import pytest

from narrator.cache.store import Store
from narrator.errors import OutputError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def test_what_was_saved_is_loaded(store: Store) -> None:
    store.save("clip", "abcd", b"sound")
    assert store.load("clip", "abcd") == b"sound"
    assert store.has_entry("clip", "abcd")


def test_an_entry_is_the_same_whether_it_is_saved_at_once_or_in_parts(store: Store) -> None:
    store.save("clip", "a1", b"sound")
    at_once = store.path("clip", "a1").read_bytes()
    store.save_parts("clip", "a1", iter((b"so", b"", b"und")))
    assert store.path("clip", "a1").read_bytes() == at_once
    assert store.load("clip", "a1") == b"sound"


def test_kinds_are_kept_apart(store: Store) -> None:
    store.save("clip", "abcd", b"sound")
    assert store.load("sheet", "abcd") is None


def test_a_missing_entry_is_none(store: Store) -> None:
    assert store.load("clip", "abcd") is None
    assert store.find_verified("reel", "abcd", "0" * 64) is None
    assert not store.has_entry("clip", "abcd")


@pytest.mark.parametrize("damage", [b"", b"x", b"y" * 100])
def test_a_damaged_entry_is_none_and_is_removed_and_counted(store: Store, damage: bytes) -> None:
    store.save("clip", "abcd", b"sound")
    store.path("clip", "abcd").write_bytes(damage)
    assert store.load("clip", "abcd") is None
    assert store.damaged_count == 1
    assert not store.has_entry("clip", "abcd")


def test_an_adopted_file_is_found_only_by_its_checksum(store: Store) -> None:
    with store.temporary_file() as temporary_file:
        temporary_file.write_bytes(b"encoded")
        checksum = store.adopt_file("reel", "abcd", temporary_file)
    path = store.find_verified("reel", "abcd", checksum)
    assert path is not None
    assert path.read_bytes() == b"encoded"
    path.write_bytes(b"rotten")
    assert store.find_verified("reel", "abcd", checksum) is None
    assert store.damaged_count == 1


def test_a_temporary_file_that_is_not_adopted_is_removed(store: Store) -> None:
    with store.temporary_file() as temporary_file:
        temporary_file.write_bytes(b"half")
    assert not temporary_file.exists()
    assert store.measure_usage() == ()


def test_usage_counts_entries_and_bytes_by_kind(store: Store) -> None:
    store.save("clip", "abcd", b"12345")
    store.save("clip", "abce", b"12345")
    store.save("sheet", "abcd", b"1")
    assert [(u.kind, u.entry_count) for u in store.measure_usage()] == [("clip", 2), ("sheet", 1)]
    assert all(u.size_bytes > 0 for u in store.measure_usage())


def _set_age(store: Store, name: str, seconds: float) -> None:
    modified_at = time.time() - seconds
    os.utime(store.path("clip", name), (modified_at, modified_at))


def test_pruning_removes_what_was_used_longest_ago(store: Store) -> None:
    for age, name in enumerate(("old1", "old2", "new1")):
        store.save("clip", name, b"x" * 1000)
        _set_age(store, name, 300 - 100 * age)
    store.load("clip", "old1")  # used just now, so it stays
    freed = store.prune(limit_bytes=2100)
    assert freed > 1000
    assert [store.has_entry("clip", name) for name in ("old1", "old2", "new1")] == [
        True,
        False,
        True,
    ]


def test_pruning_keeps_what_the_build_in_progress_used(store: Store) -> None:
    store.save("clip", "mine", b"x" * 1000)
    store.save("clip", "past", b"x" * 1000)
    _set_age(store, "past", 100)
    store.prune(limit_bytes=0, used_since=time.time() - 50)
    assert store.has_entry("clip", "mine")
    assert not store.has_entry("clip", "past")


def test_pruning_removes_what_a_killed_build_left_a_day_ago(store: Store) -> None:
    store.save("clip", "abcd", b"x")
    leftover = store.root / ".left"
    leftover.write_bytes(b"half")
    store.prune()
    assert leftover.exists()  # it may belong to another build that is running
    os.utime(leftover, (0, 0))
    store.prune()
    assert not leftover.exists()
    assert store.has_entry("clip", "abcd")


def test_clearing_removes_everything(store: Store) -> None:
    store.save("clip", "abcd", b"x")
    store.save("sheet", "abcd", b"x")
    assert store.clear() > 0
    assert store.measure_usage() == ()


def test_a_store_that_cannot_be_written_to_says_where_it_is_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"file.*--cache-dir"):
        Store(tmp_path / "file").save("clip", "abcd", b"x")


def test_several_writers_of_one_entry_leave_it_complete(store: Store) -> None:
    content = os.urandom(100_000)
    writers = [
        threading.Thread(target=lambda: [store.save("clip", "abcd", content) for _ in range(20)])
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert store.load("clip", "abcd") in (None, content)
    assert store.damaged_count == 0


def test_an_entry_can_be_imported_from_another_store(store: Store, tmp_path: Path) -> None:
    store.save("clip", "abcd", b"sound")
    other_store = Store(tmp_path / "other")
    other_store.import_entry("clip", "abcd", store.path("clip", "abcd").read_bytes())
    assert other_store.load("clip", "abcd") == b"sound"


def test_an_entry_that_is_read_counts_as_used(store: Store) -> None:
    store.save("clip", "abcd", b"sound")
    _set_age(store, "abcd", 1000)
    store.load("clip", "abcd")
    assert time.time() - store.path("clip", "abcd").stat().st_mtime < 100


def refuse_to_change(*_args: object, **_options: object) -> None:
    raise OSError(errno.EROFS, "Read-only file system")


def test_a_store_that_can_not_be_written_to_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.save("clip", "abcd", b"sound")
    with store.temporary_file() as new_file:
        new_file.write_bytes(b"chunk")
        checksum = store.adopt_file("reel", "abcd", new_file)
    for change in ("os.utime", "pathlib.Path.unlink", "tempfile.mkstemp"):
        monkeypatch.setattr(change, refuse_to_change)
    assert store.load("clip", "abcd") == b"sound"
    assert store.find_verified("reel", "abcd", checksum) == store.path("reel", "abcd")
    assert store.find_verified("reel", "abcd", "damaged") is None
    with pytest.raises(OutputError, match=r"Read-only file system.*: choose another folder"):
        store.save("clip", "bcde", b"sound")
    with pytest.raises(OutputError, match="can't be written to"):
        store.clear()
