import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files import atomic


def test_a_file_appears_once_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "new" / "table.json"
    with atomic.write_atomically(target) as temporary_path:
        temporary_path.write_bytes(b"numbers")
        assert not target.exists()
    assert target.read_bytes() == b"numbers"
    assert list(target.parent.iterdir()) == [target]


def fail_halfway(target: Path) -> None:
    with atomic.write_atomically(target) as temporary_path:
        temporary_path.write_bytes(b"half")
        raise ZeroDivisionError


def test_a_file_stays_as_it_was_if_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "table.json").write_bytes(b"older")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(tmp_path / "table.json")
    assert (tmp_path / "table.json").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(OutputError, match=r"table\.json can't be written"),
        atomic.write_atomically(tmp_path / "file" / "table.json"),
    ):
        pass


def test_two_temporary_paths_of_one_process_differ(tmp_path: Path) -> None:
    assert atomic.make_temporary_path(tmp_path) != atomic.make_temporary_path(tmp_path)


def ended_process_id() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        return process.pid


def make_leftover(folder: Path, *, process_id: int, machine: str = "") -> Path:
    own = atomic.make_temporary_path(folder).name.split("-")
    leftover = folder / "-".join([own[0], machine or own[1], str(process_id), own[3]])
    leftover.mkdir()
    (leftover / "half.mp3").write_bytes(b"half")
    return leftover


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    leftover = make_leftover(tmp_path, process_id=ended_process_id())
    atomic.remove_leftovers(tmp_path)
    assert not leftover.exists()


@pytest.mark.parametrize("owner", ["this process", "another process", "another machine"])
def test_what_may_belong_to_a_running_process_is_kept_for_a_day(tmp_path: Path, owner: str) -> None:
    process_id = os.getppid() if owner == "another process" else os.getpid()
    machine = "1234abcd" if owner == "another machine" else ""
    leftover = make_leftover(tmp_path, process_id=process_id, machine=machine)
    atomic.remove_leftovers(tmp_path)
    assert leftover.exists()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(leftover, (two_days_ago, two_days_ago))
    atomic.remove_leftovers(tmp_path)
    assert not leftover.exists()


@pytest.mark.parametrize("name", [".narrator-notes.part", ".narrator-a-b-c.part", "book.part"])
def test_files_with_similar_names_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("the user's")
    atomic.remove_leftovers(tmp_path)
    assert (tmp_path / name).exists()


def test_a_file_and_a_folder_can_be_removed_and_so_can_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "precious").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    for name in ("folder", "file", "missing", "link"):
        atomic.remove_path(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
