import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from narrator.files.locking import lock_created_folder, lock_folder

WAITER = """
import sys, pathlib
from narrator.files.locking import lock_folder
print("ready", flush=True)
with lock_folder(pathlib.Path(sys.argv[1])):
    print((pathlib.Path(sys.argv[1]) / "state").read_text(), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="folders have no locks on Windows")
def test_another_process_waits_until_the_lock_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WAITER, str(tmp_path)]
    with lock_folder(tmp_path):
        (tmp_path / "state").write_text("begun")
        waiter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert waiter.stdout is not None
        assert waiter.stdout.readline() == "ready\n"
        (tmp_path / "state").write_text("finished")
    assert waiter.communicate()[0] == "finished\n"


def test_a_lock_leaves_nothing_behind_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_folder(tmp_path):
            pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="folders have no locks on Windows")
def test_a_folder_that_its_holder_removes_is_created_again_by_whoever_waits(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    held = []

    def hold(number: int) -> None:
        with lock_created_folder(folder):
            (folder / "holder").touch(exist_ok=False)  # fails if another one holds it
            (folder / "holder").unlink()
            held.append(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, range(200)))
    assert sorted(held) == list(range(200))
    assert not folder.exists()


def test_a_created_folder_stays_if_it_holds_something(tmp_path: Path) -> None:
    with lock_created_folder(tmp_path / "work") as folder:
        (folder / "part").touch()
    assert (tmp_path / "work" / "part").exists()
