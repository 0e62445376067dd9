import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files import atomic, folders


def test_a_file_appears_once_it_is_complete(tmp_path: Path) -> None:
    with atomic.write_atomically(tmp_path / "new" / "a.mp3") as temporary_path:
        temporary_path.write_bytes(b"sound")
        assert not (tmp_path / "new" / "a.mp3").exists()
    assert (tmp_path / "new" / "a.mp3").read_bytes() == b"sound"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    device = tmp_path / "pipe"
    os.mkfifo(device)
    with pytest.raises(OutputError, match="is no file"), atomic.write_atomically(device) as path:
        path.write_bytes(b"sound")
    assert device.is_fifo()


def _fail_halfway(target: Path) -> None:
    with atomic.write_atomically(target) as temporary_path:
        temporary_path.write_bytes(b"half")
        raise ZeroDivisionError


def test_a_file_stays_as_it_was_if_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"older")
    with pytest.raises(ZeroDivisionError):
        _fail_halfway(tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_error_names_the_target_and_not_the_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "a.mp3"
    with pytest.raises(OutputError, match=r"/a\.mp3 can't be written \(full\): make room"):  # noqa: SIM117
        with atomic.write_atomically(target) as temporary_path:
            raise OutputError(f"{temporary_path} can't be written (full)", "make room")


def test_two_processes_that_write_one_file_do_not_collide(tmp_path: Path) -> None:
    target = tmp_path / "a [1].mp3"
    program = "import sys; from pathlib import Path; from narrator.files import atomic\n"
    program += "with atomic.write_atomically(Path(sys.argv[1])) as path: print(path); input()"
    command = [sys.executable, "-c", program, str(target)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first_path = Path(process.stdout.readline().strip())
        first_path.write_bytes(b"first")
        with atomic.write_atomically(target) as second_path:
            assert second_path != first_path
            second_path.write_bytes(b"second")
            assert first_path.exists()
        assert target.read_bytes() == b"second"
        process.communicate("\n")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_process_left_beside_a_file_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f".a.mp3.{ended.pid}.part", f".a.mp3.{os.getpid()}.part"):
        (tmp_path / name).write_bytes(b"half")
    other_files = [
        tmp_path / ".a.mp3.1.part",
        tmp_path / ".a.mp3.old.part",
        tmp_path / ".b.mp3.part",
    ]
    for path in other_files:
        path.write_bytes(b"another program's")
    atomic.prepare_output_file(tmp_path / "a.mp3")
    assert sorted(tmp_path.iterdir()) == sorted(other_files)


def test_a_file_that_a_running_process_left_a_day_ago_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / f".a.mp3.{os.getppid()}.part"
    leftover.write_bytes(b"half")
    atomic.unfinished_path(tmp_path / "a.mp3")
    assert leftover.exists()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(leftover, (two_days_ago, two_days_ago))
    atomic.unfinished_path(tmp_path / "a.mp3")
    assert not leftover.exists()


def test_a_file_and_a_folder_can_be_removed_and_so_can_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"x")
    for name in ("folder", "file", "missing"):
        atomic.remove_path(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("target", [".", "file/a.mp3"])
def test_a_target_that_cannot_be_written_is_reported_at_once(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="-o"):
        atomic.prepare_output_file(tmp_path / target)


@pytest.mark.parametrize(
    "prepare",
    [atomic.prepare_output_file, lambda target: folders.prepare_output_folder(target, "list")],
)
def test_no_output_is_named_like_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="standard output"):
        prepare(Path("-"))
    assert not list(tmp_path.iterdir())
