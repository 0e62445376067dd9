import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files import atomic, folders


def _fill(target: Path, files: dict[str, str]) -> None:
    with folders.write_folder_atomically(target, [*files, "list"], "list") as part:
        for name, content in files.items():
            (part / name).write_text(content)
        (part / "list").write_text("#a list\n" + "\n".join(files))


def test_a_file_appears_when_all_went_well(tmp_path: Path) -> None:
    with atomic.write_atomically(tmp_path / "new" / "a.mp3") as part:
        part.write_bytes(b"sound")
        assert not (tmp_path / "new" / "a.mp3").exists()
    assert (tmp_path / "new" / "a.mp3").read_bytes() == b"sound"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    device = tmp_path / "pipe"
    os.mkfifo(device)
    with pytest.raises(OutputError, match="is no file"), atomic.write_atomically(device) as part:
        part.write_bytes(b"sound")
    assert device.is_fifo()


def _fail(target: Path) -> None:
    with atomic.write_atomically(target) as part:
        part.write_bytes(b"half")
        raise ZeroDivisionError


def test_a_file_stays_as_it_was_when_something_failed(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"older")
    with pytest.raises(ZeroDivisionError):
        _fail(tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 1


def test_who_cannot_write_tells_of_the_file_that_the_user_named(tmp_path: Path) -> None:
    target = tmp_path / "a.mp3"
    with pytest.raises(OutputError, match=r"/a\.mp3 can't be written \(full\): make room"):  # noqa: SIM117
        with atomic.write_atomically(target) as part:
            raise OutputError(f"{part} can't be written (full)", "make room")


def test_a_folder_is_filled_and_what_an_earlier_build_left_goes_away(tmp_path: Path) -> None:
    target = tmp_path / "book"
    _fill(target, {"1.mp3": "one", "2.mp3": "two"})
    (target / "cover.jpg").write_text("the user's own")
    _fill(target, {"1.mp3": "uno"})
    assert {file.name for file in target.iterdir()} == {"1.mp3", "cover.jpg", "list"}
    assert (target / "1.mp3").read_text() == "uno"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_list_that_names_files_elsewhere_removes_none_of_them(tmp_path: Path) -> None:
    target = tmp_path / "book"
    target.mkdir()
    (tmp_path / "precious").write_text("mine")
    (target / "list").write_text("../precious\n")
    _fill(target, {"1.mp3": "one"})
    assert (tmp_path / "precious").exists()


def test_a_folder_stays_as_it_was_when_something_failed(tmp_path: Path) -> None:
    _fill(tmp_path / "book", {"1.mp3": "one"})
    with (
        pytest.raises(OutputError),
        folders.write_folder_atomically(tmp_path / "book", ["x"], "list") as part,
    ):
        (part / "missing").read_text()
    assert (tmp_path / "book" / "1.mp3").read_text() == "one"
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "a [1].mp3"
    program = "import sys; from pathlib import Path; from narrator.files import atomic\n"
    program += "with atomic.write_atomically(Path(sys.argv[1])) as part: print(part); input()"
    command = [sys.executable, "-c", program, str(target)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        theirs.write_bytes(b"theirs")
        with atomic.write_atomically(target) as part:
            assert part != theirs
            part.write_bytes(b"ours")
            assert theirs.exists()
        assert target.read_bytes() == b"ours"
        other.communicate("\n")
    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_process_left_beside_a_file_goes_away(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f".a.mp3.{gone.pid}.part", f".a.mp3.{os.getpid()}.part"):
        (tmp_path / name).write_bytes(b"half")
    spared = [tmp_path / ".a.mp3.1.part", tmp_path / ".a.mp3.old.part", tmp_path / ".b.mp3.part"]
    for path in spared:
        path.write_bytes(b"somebody's")
    atomic.prepare_output_file(tmp_path / "a.mp3")
    assert sorted(tmp_path.iterdir()) == sorted(spared)


@pytest.mark.parametrize("target", [".", "file/a.mp3"])
def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="-o"):
        atomic.prepare_output_file(tmp_path / target)


@pytest.mark.parametrize(
    "make_room",
    [atomic.prepare_output_file, lambda target: folders.prepare_output_folder(target, "list")],
)
def test_nothing_is_called_as_standard_output_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_room: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="standard output"):
        make_room(Path("-"))
    assert not list(tmp_path.iterdir())


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("in the way")
    with pytest.raises(OutputError, match="would have to be a folder"):
        _fill(tmp_path / "book", {})
    assert (tmp_path / "book").read_text() == "in the way"
